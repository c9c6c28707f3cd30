/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-output.hh"

#include <cerrno>
#include <unistd.h>

#include <dcmtk/dcmdata/dcerror.h>

namespace
{

constexpr size_t write_size = 256 * 1024;

} // namespace

IcShimFileConsumer::IcShimFileConsumer (int fd) : fd_ (fd) { pending_.reserve (write_size); }

OFBool
IcShimFileConsumer::good () const
{
  return saved_errno_ == 0;
}

OFCondition
IcShimFileConsumer::status () const
{
  return good () ? EC_Normal : EC_InvalidStream;
}

OFBool
IcShimFileConsumer::isFlushed () const
{
  return pending_.empty ();
}

offile_off_t
IcShimFileConsumer::avail () const
{
  return good () ? G_MAXINT32 : 0;
}

offile_off_t
IcShimFileConsumer::write (const void *bytes, offile_off_t n)
{
  size_bytes_ += n;
  if (static_cast<size_t> (n) >= write_size)
    {
      flush ();
      write_all (static_cast<const char *> (bytes), n);
      return n;
    }
  pending_.append (static_cast<const char *> (bytes), n);
  if (pending_.size () >= write_size)
    flush ();
  return n;
}

void
IcShimFileConsumer::flush ()
{
  write_all (pending_.data (), pending_.size ());
  pending_.clear ();
}

void
IcShimFileConsumer::write_all (const char *bytes, size_t size)
{
  for (size_t done = 0; good () && done < size;)
    {
      const ssize_t n = ::write (fd_, bytes + done, size - done);

      if (n >= 0)
        done += n;
      else if (errno != EINTR)
        saved_errno_ = errno;
    }
}

bool
IcShimOutput::check (const char *what, GError **error) const
{
  return consumer_.good () ||
         ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, consumer_.saved_errno (), what);
}
