/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-identifier.hh"

#include <cstring>

namespace
{

constexpr guint32 undefined_length = 0xffffffff;
constexpr guint32 item_tag = 0xfffee000;
constexpr guint32 item_end_tag = 0xfffee00d;
constexpr guint32 sequence_end_tag = 0xfffee0dd;

void
put_u16 (std::string &bytes, guint16 value)
{
  value = GUINT16_TO_LE (value);
  bytes.append (reinterpret_cast<const char *> (&value), sizeof value);
}

void
put_u32 (std::string &bytes, guint32 value)
{
  value = GUINT32_TO_LE (value);
  bytes.append (reinterpret_cast<const char *> (&value), sizeof value);
}

} // namespace

bool
ElementReader::read_head (IcShimHead &head)
{
  return ic_shim_parse_head (rest_, explicit_vr_, head) == IcShimHeadKind::whole &&
         skip (head.size);
}

bool
ElementReader::skip (size_t size)
{
  if (size > rest_.size ())
    return false;
  rest_.remove_prefix (size);
  return true;
}

/* Counts the open sequences and items instead of going down into them. */
bool
ElementReader::skip_undefined_length ()
{
  size_t depth = 1;
  IcShimHead head;

  while (depth > 0)
    {
      if (!read_head (head))
        return false;
      if (head.tag == item_end_tag || head.tag == sequence_end_tag)
        depth--;
      else if (head.length == undefined_length)
        depth++;
      else if (!skip (head.length))
        return false;
    }
  return true;
}

bool
ElementReader::next (Element &element)
{
  IcShimHead head;

  if (damaged_ || rest_.empty ())
    return false;
  if (!read_head (head))
    {
      damaged_ = true;
      return false;
    }
  element.tag = head.tag;
  if (head.length == undefined_length)
    {
      element.value = {};
      damaged_ = !skip_undefined_length ();
      return !damaged_;
    }
  element.value = rest_.substr (0, head.length);
  damaged_ = !skip (head.length);
  return !damaged_;
}

void
ElementWriter::add_head (guint32 tag, const char *vr, guint32 length)
{
  put_u16 (bytes_, (guint16) (tag >> 16));
  put_u16 (bytes_, (guint16) (tag & 0xffff));
  if (!explicit_vr_)
    {
      put_u32 (bytes_, length);
      return;
    }
  bytes_.append (vr, 2);
  if (ic_shim_vr_form (vr) != IcShimVrForm::long_length)
    {
      put_u16 (bytes_, (guint16) length);
      return;
    }
  put_u16 (bytes_, 0);
  put_u32 (bytes_, length);
}

void
ElementWriter::add (guint32 tag, const char *vr, std::string_view value)
{
  const bool odd = value.size () % 2 != 0;

  add_head (tag, vr, (guint32) (value.size () + odd));
  bytes_.append (value);
  if (odd)
    bytes_.push_back (strcmp (vr, "UI") == 0 || strcmp (vr, "OB") == 0 ? '\0' : ' ');
}

void
ElementWriter::add_us (guint32 tag, guint16 value)
{
  std::string bytes;

  put_u16 (bytes, value);
  add (tag, "US", bytes);
}

void
ElementWriter::add_ul (guint32 tag, guint32 value)
{
  std::string bytes;

  put_u32 (bytes, value);
  add (tag, "UL", bytes);
}

guint16
element_us (std::string_view value)
{
  return value.size () == 2 ? (guint16) ic_shim_get_16 (value.data ()) : 0;
}

std::string_view
element_trim (std::string_view value)
{
  while (!value.empty () && (value.back () == ' ' || value.back () == '\0'))
    value.remove_suffix (1);
  while (!value.empty () && value.front () == ' ')
    value.remove_prefix (1);
  return value;
}
