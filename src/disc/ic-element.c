/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "disc/ic-element.h"

#include <string.h>

#define UNDEFINED G_MAXUINT32
#define ITEM 0xfffee000u
#define ITEM_END 0xfffee00du
#define SEQUENCE_END 0xfffee0ddu
#define MAX_DEPTH 16

static gboolean read_element (IcElementReader *reader, IcElement *element, int depth);

static guint16
get_u16 (const guint8 *from)
{
  return (guint16) (from[0] | from[1] << 8);
}

static guint32
get_u32 (const guint8 *from)
{
  return (guint32) get_u16 (from) | (guint32) get_u16 (from + 2) << 16;
}

static gsize
count_rest (const IcElementReader *reader)
{
  return reader->size - reader->at;
}

static guint32
get_tag (const IcElementReader *reader)
{
  const guint8 *here = reader->data + reader->at;

  return (guint32) get_u16 (here) << 16 | get_u16 (here + 2);
}

static gboolean
has_long_length (const char *vr)
{
  static const char long_vrs[][3] = { "OB", "OD", "OF", "OL", "OV", "OW", "SQ",
                                      "SV", "UC", "UN", "UR", "UT", "UV" };

  for (gsize i = 0; i < G_N_ELEMENTS (long_vrs); i++)
    if (memcmp (vr, long_vrs[i], 2) == 0)
      return TRUE;
  return FALSE;
}

/* Reads (FFFE,xxxx) and its length; FALSE when there is no such thing here. */
static gboolean
read_delimiter (IcElementReader *reader, guint32 tag, guint32 *length)
{
  if (count_rest (reader) < 8 || get_tag (reader) != tag)
    return FALSE;
  *length = get_u32 (reader->data + reader->at + 4);
  reader->at += 8;
  return TRUE;
}

/* Whether everything from here to the end of @reader is well-formed. */
static gboolean
skip_elements (IcElementReader *reader, int depth)
{
  IcElement element;

  while (count_rest (reader) > 0)
    if (!read_element (reader, &element, depth))
      return FALSE;
  return TRUE;
}

static gboolean
skip_to_item_end (IcElementReader *reader, IcElementReader *content, int depth)
{
  gsize start = reader->at;
  guint32 length = 0;
  IcElement element;

  for (;;)
    {
      gsize end = reader->at;

      if (read_delimiter (reader, ITEM_END, &length))
        {
          *content = (IcElementReader){ reader->data + start, end - start, 0 };
          return length == 0;
        }
      if (!read_element (reader, &element, depth))
        return FALSE;
    }
}

static gboolean
read_item (IcElementReader *items, IcItem *item, int depth)
{
  gsize start = items->at;
  guint32 length = 0;

  if (depth > MAX_DEPTH || !read_delimiter (items, ITEM, &length))
    return FALSE;
  item->whole = items->data + start;
  if (length == UNDEFINED)
    {
      if (!skip_to_item_end (items, &item->content, depth))
        return FALSE;
    }
  else
    {
      IcElementReader check = { items->data + items->at, length, 0 };

      if (length > count_rest (items) || !skip_elements (&check, depth))
        return FALSE;
      item->content = (IcElementReader){ check.data, length, 0 };
      items->at += length;
    }
  item->whole_size = items->at - start;
  return TRUE;
}

/* The items of a sequence, up to its delimiter or, with a length, up to its end. */
static gboolean
skip_items (IcElementReader *reader, guint32 length, IcElement *element, int depth)
{
  gsize start = reader->at;
  gsize end = start;
  gboolean closed = FALSE;
  guint32 zero = 0;
  IcItem item;

  if (length == UNDEFINED)
    {
      while (read_item (reader, &item, depth))
        end = reader->at;
      reader->at = end;
      closed = read_delimiter (reader, SEQUENCE_END, &zero) && zero == 0;
    }
  else
    {
      IcElementReader items = { reader->data + start, length, 0 };

      while (count_rest (&items) > 0 && read_item (&items, &item, depth))
        continue;
      closed = count_rest (&items) == 0;
      end = reader->at = start + length;
    }
  element->value = reader->data + start;
  element->size = end - start;
  return closed;
}

static gboolean
read_element (IcElementReader *reader, IcElement *element, int depth)
{
  const guint8 *here = reader->data + reader->at;
  guint32 length = 0;

  if (count_rest (reader) < 8 || !g_ascii_isupper (here[4]) || !g_ascii_isupper (here[5]))
    return FALSE;
  element->tag = get_tag (reader);
  memcpy (element->vr, here + 4, 2);
  element->vr[2] = '\0';
  if (!has_long_length (element->vr))
    {
      length = get_u16 (here + 6);
      reader->at += 8;
    }
  else if (count_rest (reader) >= 12)
    {
      length = get_u32 (here + 8);
      reader->at += 12;
    }
  else
    return FALSE;
  if (length != UNDEFINED && (length % 2 != 0 || length > count_rest (reader)))
    return FALSE;
  if (strcmp (element->vr, "SQ") == 0)
    return skip_items (reader, length, element, depth + 1);
  if (length == UNDEFINED)
    return FALSE;
  element->value = reader->data + reader->at;
  element->size = length;
  reader->at += length;
  return TRUE;
}

gboolean
ic_element_read (IcElementReader *reader, IcElement *element)
{
  return count_rest (reader) > 0 && read_element (reader, element, 0);
}

gboolean
ic_item_read (IcElementReader *items, IcItem *item)
{
  return read_item (items, item, 0);
}

gboolean
ic_element_is_empty (const IcElement *element)
{
  if (strcmp (element->vr, "SQ") == 0)
    return element->size == 0;
  if (strcmp (element->vr, "US") == 0)
    return element->size < 2;
  if (strcmp (element->vr, "UL") == 0)
    return element->size < 4;
  for (gsize i = 0; i < element->size; i++)
    if (element->value[i] != ' ' && element->value[i] != '\0')
      return FALSE;
  return TRUE;
}

static void
append_u16 (GByteArray *out, guint16 value)
{
  guint8 bytes[2] = { value & 0xff, value >> 8 };

  g_byte_array_append (out, bytes, sizeof bytes);
}

static void
append_u32 (GByteArray *out, guint32 value)
{
  append_u16 (out, value & 0xffff);
  append_u16 (out, value >> 16);
}

static void
append_tag (GByteArray *out, guint32 tag)
{
  append_u16 (out, tag >> 16);
  append_u16 (out, tag & 0xffff);
}

void
ic_element_append (GByteArray *out, guint32 tag, const char *vr, gconstpointer value, gsize size)
{
  guint8 padding = g_str_equal (vr, "UI") || *vr == 'O' ? '\0' : ' ';
  gsize padded = size + size % 2;

  append_tag (out, tag);
  g_byte_array_append (out, (const guint8 *) vr, 2);
  if (has_long_length (vr))
    {
      append_u16 (out, 0);
      append_u32 (out, (guint32) padded);
    }
  else
    {
      g_assert (padded <= G_MAXUINT16);
      append_u16 (out, (guint16) padded);
    }
  g_byte_array_append (out, value, size);
  if (padded != size)
    g_byte_array_append (out, &padding, 1);
}

void
ic_element_append_string (GByteArray *out, guint32 tag, const char *vr, const char *value)
{
  ic_element_append (out, tag, vr, value, strlen (value));
}

void
ic_element_append_us (GByteArray *out, guint32 tag, guint16 value)
{
  guint8 bytes[2] = { value & 0xff, value >> 8 };

  ic_element_append (out, tag, "US", bytes, sizeof bytes);
}

void
ic_element_append_ul (GByteArray *out, guint32 tag, guint32 value)
{
  guint8 bytes[4];

  ic_element_put_u32 (bytes, value);
  ic_element_append (out, tag, "UL", bytes, sizeof bytes);
}

void
ic_item_append_header (GByteArray *out, guint32 size)
{
  append_tag (out, ITEM);
  append_u32 (out, size);
}

void
ic_element_put_u32 (guint8 *where, guint32 value)
{
  for (int i = 0; i < 4; i++)
    where[i] = (value >> (8 * i)) & 0xff;
}
