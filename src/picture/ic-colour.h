/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Colours of DICOM into red, green and blue from 0 to 255 (PS3.3 C.7.6.3.1.2). Rows of pixels, each
 * of three floats. Any thread.
 */
#pragma once

#include "picture/ic-lut.h"

G_BEGIN_DECLS

/* In place. @partial: luminance from 16 to 235, colour differences from 16 to 240. */
void ic_colour_from_ybr (float *pixels, gsize n_pixels, gboolean partial);

/* In place, from samples of @bits bits. */
void ic_colour_to_8_bits (float *pixels, gsize n_pixels, guint bits);

/* @values are indices; @palette: red, green, blue. */
void ic_colour_from_palette (IcLut *const palette[3],
                             const float *values,
                             gsize n_pixels,
                             float *pixels);

G_END_DECLS
