/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of the rude PACS: its faults, its archive, its services. See rude-pacs.cc. */
#pragma once

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmnet/assoc.h>
#include <dcmtk/dcmnet/dimse.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
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
  std::string hollow; /* a study */
  bool no_counts = false;
  bool ignore_keys = false;
  bool no_modalities = false;
  bool warn = false;
  bool other_id = false;
  bool hang = false;
  bool hang_association = false;
  bool abort = false;
  std::string reject; /* "", called, calling, limit */
  /* Of C-MOVE: */
  std::map<std::string, int> destinations; /* AE title → port of this machine */
  std::string call_as;                     /* instead of our own AE title */
  std::string call_for;                    /* instead of the destination's AE title */
  std::string gate;                        /* a file that must exist before the third instance */
  bool no_get = false;
  bool no_pending = false;
  bool no_originator = false;
  bool one_each = false;
  bool early = false;

  /* Of the receiver. Instances are counted from 1 as they come in, over all associations. */
  int lose = 0;
  int full_at = 0;
  int fail_store = 0;
  int warn_store = 0;
  int hang_up_in = 0;
  int hang_up_after = 0;
  int hold = 0;
  int max_associations = 0;
  bool no_find = false;
  bool refuse_again = false;
  std::string refuse_class;
  std::string refuse_syntax;
  std::string commit; /* "", all, but-first, forget-first, later, refuse */
};

/* What C-STORE brings, in a folder, with a journal of what was asked and answered. */
class Receiver
{
public:
  explicit Receiver (const Faults &faults_of_all) : faults (faults_of_all) {}

  bool store (T_ASC_Association *association,
              T_ASC_PresentationContextID context,
              T_DIMSE_C_StoreRQ &request);
  bool commit (T_ASC_Association *association,
               T_ASC_PresentationContextID context,
               const T_DIMSE_N_ActionRQ &request);
  /* An association begins and ends; false when there are too many. */
  bool enter ();
  void leave ();

  std::string folder; /* "" when nothing is received */

private:
  void note (const std::string &word, const std::string &uid);
  bool receive (T_ASC_Association *association, std::string &bytes, bool stop_half_way);
  bool hold (T_ASC_Association *association, const std::string &uid);
  bool keep (T_ASC_Association *association,
             T_ASC_PresentationContextID context,
             const T_DIMSE_C_StoreRQ &request,
             const std::string &bytes);
  DIC_US judge (int number, const std::string &uid) const;
  std::string path_of (const std::string &uid) const;
  void fill_report (DcmDataset &request, DcmDataset &report) const;
  bool report (T_ASC_Association *association,
               T_ASC_PresentationContextID context,
               DcmDataset &content);

  const Faults &faults;
  std::mutex mutex_;
  std::atomic<int> received_{ 0 };
  std::atomic<int> associations_{ 0 };
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

/* Sends by C-STORE, over whatever association, with the faults. */
class Sender
{
public:
  Sender (T_ASC_Association *association, Archive &archive, const Faults &faults)
      : association_ (association), archive_ (archive), faults_ (faults)
  {
  }

  /* False when the association is of no more use. @number from 1. */
  bool send_numbered (const Instance &instance, int number);
  bool send_extra ();
  void
  change_association (T_ASC_Association *association)
  {
    association_ = association;
  }

  std::string originator_aet; /* of the C-MOVE, if it is one */
  DIC_US originator_id = 0;
  bool cancelled = false; /* C-CANCEL came among the answers to C-STORE */
  DIC_US completed = 0;
  DIC_US failed = 0;
  DIC_US remaining = 0;
  std::string failed_uids;

private:
  bool send (const std::string &class_uid,
             const std::string &instance_uid,
             std::string data,
             T_ASC_PresentationContextID context,
             int number);
  bool send_command (T_ASC_PresentationContextID context,
                     const std::string &class_uid,
                     const std::string &instance_uid);
  bool write (T_ASC_PresentationContextID context,
              DUL_DATAPDV type,
              const char *data,
              size_t size,
              bool is_last);
  bool read_command (DcmDataset &command);
  bool receive_store_answer ();
  T_ASC_PresentationContextID context_for (const std::string &class_uid,
                                           const std::string &syntax) const;

  T_ASC_Association *association_;
  Archive &archive_;
  const Faults &faults_;
  DIC_US message_id_ = 0;
};

/* The identifier that follows a request; NULL when the association broke. */
std::unique_ptr<DcmDataset> receive_keys (T_ASC_Association *association,
                                          T_ASC_PresentationContextID context);

/* Serves one C-MOVE. False when the association is of no more use. */
bool move_images (T_ASC_Association *association,
                  Archive &archive,
                  const Faults &faults,
                  const std::string &aet,
                  T_ASC_PresentationContextID context,
                  const T_DIMSE_C_MoveRQ &request);

/* Serves one association to its end and frees it. */
void serve (T_ASC_Association *association,
            Archive &archive,
            Receiver &receiver,
            const Faults &faults,
            const std::string &aet);
