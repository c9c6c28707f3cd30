/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Data elements in Explicit VR Little Endian (PS3.5 7.1), read from bytes that nobody vouches for
 * and appended to an array. Not a DICOM parser: it knows the directory keys of a header and what a
 * DICOMDIR needs. Nothing is copied; the elements point into the caller's bytes.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  const guint8 *data;
  gsize size;
  gsize at;
} IcElementReader;

typedef struct
{
  guint32 tag; /* group << 16 | element */
  char vr[3];
  const guint8 *value; /* of a sequence: its items without the delimiter */
  gsize size;
} IcElement;

typedef struct
{
  const guint8 *whole; /* with the header and delimiter of the item */
  gsize whole_size;
  IcElementReader content;
} IcItem;

/* Reads the next element and moves on. FALSE at the end, and at the first thing that is no
 * well-formed element: a length that leaves the bytes or is odd, an unknown form, items nested more
 * than 16 deep. Sequences are checked through to their innermost element.
 */
gboolean ic_element_read (IcElementReader *reader, IcElement *element);

/* Reads the next item of a sequence; @items runs over IcElement.value. FALSE at the end. */
gboolean ic_item_read (IcElementReader *items, IcItem *item);

/* TRUE when there is nothing but padding, or a sequence without items. */
gboolean ic_element_is_empty (const IcElement *element);

/* Appends header and value, with a padding byte where the length is odd. */
void ic_element_append (GByteArray *out,
                        guint32 tag,
                        const char *vr,
                        gconstpointer value,
                        gsize size);
void ic_element_append_string (GByteArray *out, guint32 tag, const char *vr, const char *value);
void ic_element_append_us (GByteArray *out, guint32 tag, guint16 value);
void ic_element_append_ul (GByteArray *out, guint32 tag, guint32 value);

/* Appends the header of an item, (FFFE,E000) @size. */
void ic_item_append_header (GByteArray *out, guint32 size);

void ic_element_put_u32 (guint8 *where, guint32 value);

G_END_DECLS
