/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames on their way to the screen: made smaller before any window, windowed into 8 bits, and laid
 * turned and scaled into the pixels of a window. Pure; any thread.
 */
#pragma once

#include "picture/ic-frame.h"

G_BEGIN_DECLS

/* 1 for grey, 3 for red, green, blue. */
guint ic_frame_get_channels (const IcFrame *self);

/* Averages squares of @factor by @factor samples; what is left over at the edges makes smaller
 * ones. Padding counts as nothing. A factor of 1 gives the same frame.
 */
IcFrame *ic_frame_shrink (IcFrame *self, guint factor);

/* Into ic_frame_get_channels() bytes a pixel. @grey does not matter to colours but for what
 * @negative does to both. Padding is black either way.
 */
void ic_frame_render (const IcFrame *self, const IcGrey *grey, gboolean negative, guint8 *bytes);

typedef struct
{
  const guint8 *pixels; /* of @channels bytes */
  guint columns;
  guint rows;
  guint channels;
} IcPixels;

/* Fills @height rows of @width pixels, blue first and four bytes each, with @source as seen through
 * @back: source column = back[0]·x + back[1]·y + back[2], row = back[3]·x + back[4]·y + back[5];
 * both counted in edges of pixels, so that the middle of the first is at ½. Outside is black.
 */
void ic_pixels_lay (const IcPixels *source,
                    const double back[6],
                    guint width,
                    guint height,
                    guint8 *bgra);

G_END_DECLS
