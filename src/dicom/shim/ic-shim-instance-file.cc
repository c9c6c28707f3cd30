/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-instance-file.hh"

#include "dicom/shim/ic-shim-identifier.hh"

#include "core/ic-error.h"
#include "domain/ic-implementation.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>

namespace
{

constexpr size_t write_size = 64 * 1024;
constexpr size_t preamble_size = 128;

} // namespace

std::string
instance_file_make_head (const InstanceMeta &meta)
{
  ElementWriter body (true);
  ElementWriter length (true);

  body.add (0x00020001, "OB", std::string_view ("\0\1", 2));
  body.add (0x00020002, "UI", meta.sop_class_uid);
  body.add (0x00020003, "UI", meta.sop_instance_uid);
  body.add (0x00020010, "UI", meta.transfer_syntax_uid);
  body.add (0x00020012, "UI", IC_IMPLEMENTATION_CLASS_UID);
  body.add (0x00020013, "SH", IC_IMPLEMENTATION_VERSION_NAME);
  if (!meta.source_aet.empty ())
    body.add (0x00020016, "AE", meta.source_aet);
  length.add_ul (0x00020000, (guint32) body.bytes ().size ());
  return std::string (preamble_size, '\0') + "DICM" + length.bytes () + body.bytes ();
}

InstanceFile::InstanceFile () : digest_ (ic_digest_new ()), quick_digest_ (ic_checksum_new ())
{
  pending_.reserve (write_size);
}

InstanceFile::~InstanceFile () { discard (); }

bool
InstanceFile::fail (int saved_errno, GError **error)
{
  discard ();
  ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, saved_errno,
                      "an image that arrives cannot be written");
  return false;
}

void
InstanceFile::discard ()
{
  if (fd_ < 0)
    return;
  close (fd_);
  fd_ = -1;
  unlinkat (dir_fd_, name_.c_str (), 0);
}

bool
InstanceFile::create (int dir_fd, const std::string &name, const InstanceMeta &meta, GError **error)
{
  discard ();
  dir_fd_ = dir_fd;
  name_ = name;
  pending_.clear ();
  size_bytes_ = 0;
  ic_digest_finish_hex (digest_.get (), sha256_); /* starts them anew */
  ic_checksum_finish_hex (quick_digest_.get (), checksum_);
  fd_ = openat (dir_fd, name.c_str (), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0660);
  if (fd_ < 0)
    return fail (errno, error);
  return append (instance_file_make_head (meta), error);
}

/* Small pieces are gathered, large ones go straight from the network buffer to the kernel. */
bool
InstanceFile::append (std::string_view bytes, GError **error)
{
  ic_digest_update (digest_.get (), bytes.data (), bytes.size ());
  ic_checksum_update (quick_digest_.get (), bytes.data (), bytes.size ());
  size_bytes_ += bytes.size ();
  if (pending_.size () + bytes.size () >= write_size)
    return flush_with (bytes, error);
  pending_.append (bytes);
  return true;
}

bool
InstanceFile::flush_with (std::string_view more, GError **error)
{
  std::string_view first = pending_;

  while (first.size () + more.size () > 0)
    {
      iovec parts[2] = { { const_cast<char *> (first.data ()), first.size () },
                         { const_cast<char *> (more.data ()), more.size () } };
      ssize_t n = writev (fd_, parts, 2);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return fail (errno, error);
      size_t of_first = std::min ((size_t) n, first.size ());
      first.remove_prefix (of_first);
      more.remove_prefix ((size_t) n - of_first);
    }
  pending_.clear ();
  return true;
}

bool
InstanceFile::finish (GError **error)
{
  int fd;

  if (!flush_with ({}, error))
    return false;
  fd = fd_;
  fd_ = -1;
  if (close (fd) != 0)
    {
      int saved_errno = errno;

      unlinkat (dir_fd_, name_.c_str (), 0);
      return fail (saved_errno, error);
    }
  ic_digest_finish_hex (digest_.get (), sha256_);
  ic_checksum_finish_hex (quick_digest_.get (), checksum_);
  return true;
}
