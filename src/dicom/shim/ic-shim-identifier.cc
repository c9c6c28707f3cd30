/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-identifier.hh"

#include <cstring>

namespace
{

constexpr guint32 undefined_length = 0xffffffff;
constexpr guint32 item_tag = 0xfffee000;
constexpr guint32 item_end_tag = 0xfffee00d;
constexpr guint32 sequence_end_tag = 0xfffee0dd;

guint16
get_u16 (const char *data)
{
  guint16 value;

  memcpy (&value, data, sizeof value);
  return GUINT16_FROM_LE (value);
}

guint32
get_u32 (const char *data)
{
  guint32 value;

  memcpy (&value, data, sizeof value);
  return GUINT32_FROM_LE (value);
}

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

/* PS3.5 7.1.2: these carry two reserved bytes and a length of 32 bits. */
bool
has_long_length (const char *vr)
{
  static const char long_ones[][3] = { "OB", "OD", "OF", "OL", "OV", "OW", "SQ",
                                       "SV", "UC", "UN", "UR", "UT", "UV" };

  for (const char *one : long_ones)
    if (memcmp (one, vr, 2) == 0)
      return true;
  return false;
}

} // namespace

bool
ElementReader::read_header (Header &header)
{
  if (rest_.size () < 8)
    return false;
  header.tag = (guint32) get_u16 (rest_.data ()) << 16 | get_u16 (rest_.data () + 2);
  if (!explicit_vr_ || header.tag >> 16 == 0xfffe)
    {
      header.length = get_u32 (rest_.data () + 4);
      return skip (8);
    }
  if (!has_long_length (rest_.data () + 4))
    {
      header.length = get_u16 (rest_.data () + 6);
      return skip (8);
    }
  if (rest_.size () < 12)
    return false;
  header.length = get_u32 (rest_.data () + 8);
  return skip (12);
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
  Header header;

  while (depth > 0)
    {
      if (!read_header (header))
        return false;
      if (header.tag == item_end_tag || header.tag == sequence_end_tag)
        depth--;
      else if (header.length == undefined_length)
        depth++;
      else if (!skip (header.length))
        return false;
    }
  return true;
}

bool
ElementReader::next (Element &element)
{
  Header header;

  if (damaged_ || rest_.empty ())
    return false;
  if (!read_header (header))
    {
      damaged_ = true;
      return false;
    }
  element.tag = header.tag;
  if (header.length == undefined_length)
    {
      element.value = {};
      damaged_ = !skip_undefined_length ();
      return !damaged_;
    }
  element.value = rest_.substr (0, header.length);
  damaged_ = !skip (header.length);
  return !damaged_;
}

void
ElementWriter::add (guint32 tag, const char *vr, std::string_view value)
{
  bool odd = value.size () % 2 != 0;
  guint32 length = (guint32) (value.size () + odd);

  put_u16 (bytes_, (guint16) (tag >> 16));
  put_u16 (bytes_, (guint16) (tag & 0xffff));
  if (!explicit_vr_)
    put_u32 (bytes_, length);
  else
    {
      bytes_.append (vr, 2);
      if (has_long_length (vr))
        {
          put_u16 (bytes_, 0);
          put_u32 (bytes_, length);
        }
      else
        put_u16 (bytes_, (guint16) length);
    }
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
  return value.size () == 2 ? get_u16 (value.data ()) : 0;
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
