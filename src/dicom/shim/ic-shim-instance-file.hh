/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One DICOM file in the making (PS3.10 7): preamble and file meta information from the request,
 * then the data set as it comes, hashed on its way. A file that is not finished is removed.
 */
#pragma once

#include "core/ic-checksum.h"
#include "core/ic-digest.h"

#include <glib.h>

#include <memory>
#include <string>
#include <string_view>

struct InstanceMeta
{
  std::string sop_class_uid;
  std::string sop_instance_uid;
  std::string transfer_syntax_uid;
  std::string source_aet;
};

/* Preamble and file meta information. */
std::string instance_file_make_head (const InstanceMeta &meta);

class InstanceFile
{
public:
  InstanceFile ();
  ~InstanceFile ();
  InstanceFile (const InstanceFile &) = delete;
  InstanceFile &operator= (const InstanceFile &) = delete;

  /* Each is false with an error of ic_error_set_errno() and removes the file. */
  bool create (int dir_fd, const std::string &name, const InstanceMeta &meta, GError **error);
  bool append (std::string_view bytes, GError **error);
  bool finish (GError **error);

  /* Removes what is there of it. */
  void discard ();

  guint64
  size_bytes () const
  {
    return size_bytes_;
  }
  const char *
  sha256 () const
  {
    return sha256_;
  }
  const char *
  checksum () const
  {
    return checksum_;
  }

private:
  struct DigestFree
  {
    void
    operator() (IcDigest *digest) const
    {
      ic_digest_free (digest);
    }
    void
    operator() (IcChecksum *checksum) const
    {
      ic_checksum_free (checksum);
    }
  };

  bool flush_with (std::string_view more, GError **error);
  bool fail (int saved_errno, GError **error);

  int dir_fd_ = -1;
  int fd_ = -1;
  std::string name_;
  std::string pending_; /* hashed, not yet written */
  guint64 size_bytes_ = 0;
  std::unique_ptr<IcDigest, DigestFree> digest_;
  std::unique_ptr<IcChecksum, DigestFree> quick_digest_;
  char sha256_[IC_DIGEST_HEX_SIZE] = "";
  char checksum_[IC_CHECKSUM_HEX_SIZE] = "";
};
