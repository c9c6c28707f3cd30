/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of the rude PACS: its faults, its archive, its services. See rude-pacs.cc. */
#pragma once

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmnet/assoc.h>
#include <dcmtk/dcmnet/dimse.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

/* What goes wrong. Instances are counted from 1 within one C-GET; 0 is never. */
struct Faults
{
  int drop = 0;
  int truncate = 0;
  int shorten = 0;
  int die_after = 0;
  int duplicate = 0;
  int flip = 0;
  int wrong_uid = 0;
  int bad_uid = 0;
  int fewer = 0;
  int slow_ms = 0;
  int crawl_ms = 0;
  int repeat = 1;
  bool grow = false;
  bool extra = false;
  bool no_image_level = false;
  bool no_counts = false;
  bool ignore_keys = false;
  bool no_modalities = false;
  bool warn = false;
  bool other_id = false;
  bool hang = false;
  bool hang_association = false;
  bool abort = false;
  std::string reject; /* "", called, calling, limit */
};

struct Instance
{
  std::string path;
  std::string transfer_syntax;
  std::unique_ptr<DcmFileFormat> header; /* the pixel data stay in the file */

  std::string get (const DcmTagKey &tag) const;
};

/* The files below a folder, in order of their paths. With a hidden instance the last one is not
 * there until reveal(). */
class Archive
{
public:
  bool load (const std::string &folder, bool hide_last);
  void
  reveal ()
  {
    hidden_ = 0;
  }

  /* What fits the keys of @request, one instance for each entity of its level. */
  std::vector<const Instance *> find (DcmDataset &request, const std::string &level) const;
  /* Every instance that the unique keys of @request name. */
  std::vector<const Instance *> select (DcmDataset &request) const;
  /* The response for one of find(). */
  std::unique_ptr<DcmDataset> answer (DcmDataset &request,
                                      const Instance &instance,
                                      const std::string &level,
                                      const std::string &aet,
                                      bool with_counts) const;
  const Instance *first () const;
  /* From 1, in order of the paths; the same in every request. */
  int
  number_of (const Instance &instance) const
  {
    return (int) (&instance - instances_.data ()) + 1;
  }

private:
  size_t
  count () const
  {
    return instances_.size () - hidden_;
  }
  std::string derive (const DcmTagKey &tag, const Instance &of, bool *derived) const;
  std::string join (const DcmTagKey &tag, const Instance &of) const;
  size_t count_distinct (const DcmTagKey &entity,
                         const DcmTagKey &within,
                         const Instance &of) const;

  std::vector<Instance> instances_;
  std::atomic<size_t> hidden_{ 0 };
};

/* Serves one association to its end and frees it. */
void serve (T_ASC_Association *association,
            Archive &archive,
            const Faults &faults,
            const std::string &aet);
