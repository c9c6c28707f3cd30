/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-extent.h"

#include "core/ic-error.h"
#include "dicom/shim/ic-shim-head.hh"
#include "domain/ic-transfer-syntax.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace
{

constexpr uint64_t preamble_size = 128;
constexpr uint32_t undefined_length = 0xffffffff;
constexpr uint32_t tag_syntax = 0x00020010;
constexpr uint32_t tag_pixels = 0x7fe00010;
constexpr uint32_t tag_item = 0xfffee000;
constexpr uint32_t tag_item_end = 0xfffee00d;
constexpr uint32_t tag_sequence_end = 0xfffee0dd;
constexpr int depth_max = 16;
constexpr int cancel_interval = 1024;

enum class Extent
{
  whole,
  cut_off,
  unknown, /* not for us to judge */
};

class Walk
{
public:
  Walk (int fd, GCancellable *cancellable) : fd_ (fd), cancellable_ (cancellable) {}

  Extent run ();

private:
  bool load (size_t n);
  const char *bytes () const;
  Extent take_meta (std::string &syntax);
  Extent take_head (IcShimHead &head, bool explicit_vr);
  Extent take_value (const IcShimHead &head, bool explicit_vr, int depth);
  Extent take_items (bool explicit_vr, bool in_fragments, int depth);
  Extent take_elements (bool explicit_vr, bool in_item, int depth);
  bool is_padding ();
  bool looks_explicit ();

  int fd_;
  GCancellable *cancellable_;
  uint64_t size_ = 0;
  uint64_t at_ = 0;
  uint64_t window_at_ = 0;
  size_t window_size_ = 0;
  int heads_ = 0;
  unsigned char window_[4096];
};

/* Whether @n bytes stand at the place reached; they are in the window then. */
bool
Walk::load (size_t n)
{
  if (at_ > size_ || size_ - at_ < n)
    return false;
  if (at_ >= window_at_ && at_ + n <= window_at_ + window_size_)
    return true;
  ssize_t got = TEMP_FAILURE_RETRY (pread (fd_, window_, sizeof window_, (off_t) at_));
  window_at_ = at_;
  window_size_ = got > 0 ? (size_t) got : 0;
  return window_size_ >= n;
}

/* What load() made available. */
const char *
Walk::bytes () const
{
  return reinterpret_cast<const char *> (window_) + (at_ - window_at_);
}

Extent
Walk::take_head (IcShimHead &head, bool explicit_vr)
{
  const size_t n = load (12) ? 12 : 8;

  if (++heads_ % cancel_interval == 0 && g_cancellable_is_cancelled (cancellable_))
    return Extent::unknown;
  if (!load (n))
    return Extent::cut_off;
  switch (ic_shim_parse_head (std::string_view (bytes (), n), explicit_vr, head))
    {
    case IcShimHeadKind::whole:
      at_ += head.size;
      return Extent::whole;
    case IcShimHeadKind::cut_off:
      return Extent::cut_off;
    case IcShimHeadKind::unknown_vr:
    default:
      return Extent::unknown;
    }
}

/* A data set that is not encoded as its meta header says: the indexer knows how to read it. */
bool
Walk::looks_explicit ()
{
  return load (8) && ic_shim_vr_form (bytes () + 4) != IcShimVrForm::unknown;
}

Extent
Walk::take_value (const IcShimHead &head, bool explicit_vr, int depth)
{
  const bool is_unknown = strcmp (head.vr, "UN") == 0;

  if (head.length != undefined_length)
    {
      at_ += head.length;
      return at_ <= size_ ? Extent::whole : Extent::cut_off;
    }
  if (depth >= depth_max)
    return Extent::unknown;
  return take_items (explicit_vr && !is_unknown, head.tag == tag_pixels, depth + 1);
}

Extent
Walk::take_items (bool explicit_vr, bool in_fragments, int depth)
{
  for (;;)
    {
      IcShimHead head = {};
      Extent extent = take_head (head, explicit_vr);

      if (extent != Extent::whole || head.tag == tag_sequence_end)
        return extent;
      if (head.tag != tag_item || (in_fragments && head.length == undefined_length))
        return Extent::unknown;
      if (head.length == undefined_length)
        extent = take_elements (explicit_vr, true, depth);
      else
        extent = take_value (head, explicit_vr, depth);
      if (extent != Extent::whole)
        return extent;
    }
}

/* Some writers fill their files up with zeros. */
bool
Walk::is_padding ()
{
  size_t n = (size_t) std::min<uint64_t> (8, size_ - at_);

  return load (n) && std::all_of (bytes (), bytes () + n, [] (char c) { return c == 0; });
}

Extent
Walk::take_elements (bool explicit_vr, bool in_item, int depth)
{
  while (in_item || at_ < size_)
    {
      IcShimHead head = {};

      if (!in_item && is_padding ())
        return Extent::unknown;
      Extent extent = take_head (head, explicit_vr);
      if (extent != Extent::whole || (in_item && head.tag == tag_item_end))
        return extent;
      if (head.tag >> 16 == 0xfffe)
        return Extent::unknown;
      extent = take_value (head, explicit_vr, depth);
      if (extent != Extent::whole)
        return extent;
    }
  return Extent::whole;
}

Extent
Walk::take_meta (std::string &syntax)
{
  at_ = preamble_size;
  if (!load (4) || memcmp (bytes (), "DICM", 4) != 0)
    return Extent::unknown;
  at_ += 4;
  while (load (8) && ic_shim_get_16 (bytes ()) == 2)
    {
      IcShimHead head = {};
      Extent extent = take_head (head, true);

      if (extent != Extent::whole || head.length == undefined_length)
        return Extent::unknown;
      if (head.tag == tag_syntax && head.length <= 64 && load (head.length))
        syntax.assign (bytes (), head.length);
      at_ += head.length;
    }
  syntax.erase (std::min (syntax.find_last_not_of (std::string (" \0", 2)) + 1, syntax.size ()));
  return at_ <= size_ ? Extent::whole : Extent::cut_off;
}

Extent
Walk::run ()
{
  struct stat st;
  std::string syntax;

  if (fstat (fd_, &st) != 0)
    return Extent::unknown;
  size_ = (uint64_t) st.st_size;
  Extent extent = take_meta (syntax);
  if (extent != Extent::whole)
    return extent;
  const IcTransferSyntaxForm form = ic_transfer_syntax_find (syntax.c_str ())->form;
  if (form != IC_TS_NATIVE && form != IC_TS_ENCAPSULATED)
    return Extent::unknown;
  const bool explicit_vr = syntax != IC_TS_IMPLICIT_VR_LE;
  if (!explicit_vr && looks_explicit ())
    return Extent::unknown;
  return take_elements (explicit_vr, false, 0);
}

} // namespace

gboolean
ic_shim_check_extent (int fd, GCancellable *cancellable, GError **error)
{
  Extent extent = Walk (fd, cancellable).run ();

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (extent != Extent::cut_off)
    return TRUE;
  g_set_error_literal (error, IC_ERROR, IC_ERROR_BAD_DATA, "it is cut off: its data end too early");
  return FALSE;
}
