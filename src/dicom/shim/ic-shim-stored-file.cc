/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-stored-file.hh"

#include "dicom/shim/ic-shim-head.hh"
#include "dicom/shim/ic-shim-identifier.hh"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace
{

/* So large that most images are known to be right before their first byte leaves, so small that
 * it stays in the processor's cache between hashing and sending. */
constexpr size_t buffer_size = 768 * 1024;

/* Hashed while it is in the processor's first caches. */
constexpr size_t step_size = 64 * 1024;

constexpr size_t preamble_size = 128;
constexpr guint32 group_length_tag = 0x00020000;
constexpr guint32 class_tag = 0x00020002;
constexpr guint32 instance_tag = 0x00020003;
constexpr guint32 syntax_tag = 0x00020010;

/* The file meta information (PS3.10 7.1), as far as it must agree. */
struct MetaHeader
{
  std::string_view class_uid;
  std::string_view instance_uid;
  std::string_view transfer_syntax;
  size_t end = 0; /* where the data set begins, 0 when there is no whole header */
};

void
take_element (MetaHeader &meta, guint32 tag, std::string_view value)
{
  if (tag == class_tag)
    meta.class_uid = element_trim (value);
  else if (tag == instance_tag)
    meta.instance_uid = element_trim (value);
  else if (tag == syntax_tag)
    meta.transfer_syntax = element_trim (value);
}

/* Where the group length says that the group ends; without one it ends where another begins. */
MetaHeader
read_meta_header (std::string_view file)
{
  MetaHeader meta;
  size_t at = preamble_size + 4;
  size_t stop = file.size ();

  if (file.size () < at || file.substr (preamble_size, 4) != "DICM")
    return meta;
  while (at < stop)
    {
      IcShimHead head;
      std::string_view rest = file.substr (at);

      if (ic_shim_parse_head (rest, true, head) != IcShimHeadKind::whole || head.tag >> 16 != 2)
        break;
      if (head.length > rest.size () - head.size)
        return meta;
      std::string_view value = rest.substr (head.size, head.length);
      at += head.size + head.length;
      if (head.tag == group_length_tag && value.size () == 4)
        stop = std::min (file.size (), at + ic_shim_get_32 (value.data ()));
      take_element (meta, head.tag, value);
    }
  meta.end = at;
  return meta;
}

} // namespace

StoredFile::StoredFile (std::unique_ptr<char[]> &buffer)
    : buffer_ (buffer), digest_ (ic_digest_new ()), checksum_ (ic_checksum_new ())
{
  if (buffer_ == nullptr)
    buffer_.reset (new char[buffer_size]);
}

bool
StoredFile::fail (const char *fault)
{
  fault_ = fault;
  piece_ = {};
  return false;
}

/* A file may have been left half-way before. */
void
StoredFile::start ()
{
  char sha256[IC_DIGEST_HEX_SIZE];
  char checksum[IC_CHECKSUM_HEX_SIZE];

  is_quick_ = *instance_->checksum != '\0';
  if (is_quick_)
    ic_checksum_finish_hex (checksum_.get (), checksum);
  else
    ic_digest_finish_hex (digest_.get (), sha256);
}

void
StoredFile::update (std::string_view bytes)
{
  if (is_quick_)
    ic_checksum_update (checksum_.get (), bytes.data (), bytes.size ());
  else
    ic_digest_update (digest_.get (), bytes.data (), bytes.size ());
}

bool
StoredFile::check_end ()
{
  char sha256[IC_DIGEST_HEX_SIZE];
  char checksum[IC_CHECKSUM_HEX_SIZE];
  bool is_same = false;

  if (is_quick_)
    {
      ic_checksum_finish_hex (checksum_.get (), checksum);
      is_same = g_str_equal (checksum, instance_->checksum);
    }
  else
    {
      ic_digest_finish_hex (digest_.get (), sha256);
      is_same = g_str_equal (sha256, instance_->sha256);
    }
  return is_same || fail ("the stored file is damaged: its digest is not what it was");
}

bool
StoredFile::read ()
{
  size_t wanted =
      (size_t) std::min<guint64> (instance_->size_bytes - position_, (guint64) buffer_size);
  size_t have = 0;

  while (have < wanted)
    {
      char *to = buffer_.get () + have;
      ssize_t n = pread (instance_->fd, to, std::min (wanted - have, step_size),
                         (off_t) (position_ + have));

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return fail ("the stored file cannot be read");
      update ({ to, (size_t) n });
      have += (size_t) n;
    }
  position_ += have;
  piece_ = { buffer_.get (), have };
  return position_ < instance_->size_bytes || check_end ();
}

bool
StoredFile::check_header ()
{
  MetaHeader meta = read_meta_header (piece_);

  if (meta.end == 0 || meta.end >= piece_.size ())
    return fail ("the stored file has no proper header");
  if (meta.class_uid != instance_->sop_class_uid ||
      meta.instance_uid != instance_->sop_instance_uid ||
      meta.transfer_syntax != instance_->transfer_syntax_uid)
    return fail ("the header of the stored file names another object");
  piece_.remove_prefix (meta.end);
  return (instance_->size_bytes - meta.end) % 2 == 0 ||
         fail ("the stored file has an odd number of bytes");
}

bool
StoredFile::open (const IcSendInstance &instance)
{
  struct stat st;

  instance_ = &instance;
  position_ = 0;
  fault_.clear ();
  start ();
  if (fstat (instance.fd, &st) != 0)
    return fail ("the stored file cannot be read");
  if ((guint64) st.st_size != instance.size_bytes)
    return fail ("the stored file is damaged: it is not as long as it was");
  return read () && check_header ();
}

bool
StoredFile::next ()
{
  return read ();
}
