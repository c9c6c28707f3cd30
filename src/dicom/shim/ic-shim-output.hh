/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DCMTK's output stream over a descriptor. Small pieces are gathered; what could not be written is
 * said once, at the end. One stream belongs to one thread.
 */
#pragma once

#include "dicom/shim/ic-shim-private.hh"

#include <string>
#include <string_view>

#include <dcmtk/dcmdata/dcostrma.h>

class IcShimFileConsumer : public DcmConsumer
{
public:
  explicit IcShimFileConsumer (int fd);

  OFBool good () const override;
  OFCondition status () const override;
  OFBool isFlushed () const override;
  offile_off_t avail () const override;
  offile_off_t write (const void *bytes, offile_off_t n) override;
  void flush () override;

  guint64
  size_bytes () const
  {
    return size_bytes_;
  }
  int
  saved_errno () const
  {
    return saved_errno_;
  }

private:
  void write_all (const char *bytes, size_t size);

  int fd_;
  int saved_errno_ = 0;
  guint64 size_bytes_ = 0;
  std::string pending_;
};

class IcShimOutput : public DcmOutputStream
{
public:
  /* Writes to @fd, which stays the caller's, from where it stands. */
  explicit IcShimOutput (int fd) : DcmOutputStream (&consumer_), consumer_ (fd) {}

  void
  put (std::string_view bytes)
  {
    write (bytes.data (), bytes.size ());
  }

  /* All that was put there so far. */
  guint64
  size_bytes () const
  {
    return consumer_.size_bytes ();
  }

  /* FALSE with IC_ERROR_WRITE_FAILED or IC_ERROR_NO_SPACE when something could not be written. */
  bool check (const char *what, GError **error) const;

private:
  IcShimFileConsumer consumer_;
};
