/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file of the store on its way out: read piece by piece through its descriptor and hashed
 * (quickly, where a checksum was made of the same bytes as the SHA-256), with its meta header
 * checked against what the store says of it. Its last piece is only given out when all of it is
 * right.
 */
#pragma once

#include "core/ic-checksum.h"
#include "core/ic-digest.h"
#include "dicom/shim/ic-shim-send.h"

#include <memory>
#include <string>
#include <string_view>

class StoredFile
{
public:
  /* @buffer is made when there is none, and stays for the next file. */
  explicit StoredFile (std::unique_ptr<char[]> &buffer);
  StoredFile (const StoredFile &) = delete;
  StoredFile &operator= (const StoredFile &) = delete;

  /* Begins with @instance, which must stay until the end; reads the first piece. False: see
   * fault().
   */
  bool open (const IcSendInstance &instance);

  /* Reads the next piece. False: see fault(). */
  bool next ();

  /* The bytes of the data set that were read last. */
  std::string_view
  piece () const
  {
    return piece_;
  }
  bool
  is_at_end () const
  {
    return position_ == instance_->size_bytes;
  }
  /* What is wrong with the file; "" when nothing is, so far. */
  const std::string &
  fault () const
  {
    return fault_;
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

  bool fail (const char *fault);
  bool read ();
  void start ();
  void update (std::string_view bytes);
  bool check_end ();
  bool check_header ();

  const IcSendInstance *instance_ = nullptr;
  guint64 position_ = 0;
  std::unique_ptr<char[]> &buffer_;
  std::string_view piece_;
  std::string fault_;
  bool is_quick_ = false;
  std::unique_ptr<IcDigest, DigestFree> digest_;
  std::unique_ptr<IcChecksum, DigestFree> checksum_;
};
