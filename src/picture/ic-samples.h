/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the samples of one frame stand in bytes, and how they become numbers (PS3.5 8, PS3.3
 * C.7.6.3.1). Plain arithmetic on bytes somebody else has read; a layout that
 * ic_sample_layout_check() let pass is safe to compute with. Any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  guint columns;
  guint rows;
  guint samples;        /* of a pixel: 1 or 3 */
  guint bits_allocated; /* 1, 8, 16, 32; 32 or 64 where @is_float */
  guint bits_stored;    /* 1 to 32 */
  guint high_bit;       /* of the stored ones */
  gboolean is_signed;   /* two's complement */
  gboolean is_float;    /* IEEE 754 */
  gboolean is_planar;   /* one colour after the other */
  gboolean half_chroma; /* Y Y Cb Cr for two pixels */
  gboolean big_endian;
  gboolean bytes_swapped; /* 8-bit samples in big endian words */
} IcSampleLayout;

/* IC_ERROR_BAD_DATA for what contradicts itself, IC_ERROR_UNSUPPORTED for what is legal or common
 * elsewhere and not shown here.
 */
gboolean ic_sample_layout_check (const IcSampleLayout *self, GError **error);

/* Cells of one row, in one plane where it is planar; and of one frame. */
guint64 ic_sample_layout_row_cells (const IcSampleLayout *self);
guint64 ic_sample_layout_frame_cells (const IcSampleLayout *self);

/* Bytes of one frame on its own. */
guint64 ic_sample_layout_frame_bytes (const IcSampleLayout *self);

/* Turns @n cells, the first of which is number @first from the start of @bytes, into numbers at
 * every @stride-th place of @values. Numbers of more than 24 bits are rounded.
 */
void ic_samples_unpack (const IcSampleLayout *self,
                        const guint8 *bytes,
                        gsize first,
                        gsize n,
                        gsize stride,
                        float *values);

/* Y Y Cb Cr … of @n_pixels pixels into Y Cb Cr, Y Cb Cr … */
void ic_samples_spread_chroma (const float *cells, gsize n_pixels, float *pixels);

G_END_DECLS
