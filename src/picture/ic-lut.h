/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A look-up table of DICOM: Modality LUT, VOI LUT or one colour of a palette (PS3.3 C.11.1, C.11.2,
 * C.7.6.3.1.5 and .6). Values below the first entry take the first, above the last the last.
 * Immutable, reference counted, travels between threads.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  gint32 first; /* the value that the first entry is for */
  guint bits;   /* of an entry: 1 to 16 */
  guint n_entries;
  guint16 *entries;
} IcLut;

#define IC_LUT_ENTRIES_MAX 65536

/* @data is as it stands in the file, little endian; entries of 8 bits may be packed two to a word
 * or stand in words of their own. Fails with IC_ERROR_BAD_DATA when there are fewer than
 * @n_entries.
 */
IcLut *ic_lut_new (gint32 first,
                   guint bits,
                   guint n_entries,
                   const guint8 *data,
                   gsize n_bytes,
                   GError **error);

/* From the segments of a Segmented Palette Color LUT (PS3.3 C.7.9.2), as they stand in the file. */
IcLut *ic_lut_new_segmented (gint32 first,
                             guint bits,
                             guint n_entries,
                             const guint8 *data,
                             gsize n_bytes,
                             GError **error);
IcLut *ic_lut_ref (IcLut *self);
void ic_lut_unref (IcLut *self);

guint ic_lut_find (const IcLut *self, double value);

/* The largest value that an entry can have. */
guint ic_lut_get_max (const IcLut *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcLut, ic_lut_unref)

G_END_DECLS
