/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures of 8 bits on their last way to the screen: laid turned and scaled into the pixels of a
 * window. Pure; any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  const guint8 *pixels; /* of @channels bytes */
  guint columns;
  guint rows;
  guint channels;
} IcPixels;

/* Fills @height rows of @width pixels, blue first and four bytes each, with @source as seen through
 * @back: source column = back[0]·x + back[1]·y + back[2], row = back[3]·x + back[4]·y + back[5];
 * both counted in edges of pixels, so that the middle of the first is at ½. Outside is black. It
 * may be turned by quarters only: back[1] and back[3] are 0, or back[0] and back[4].
 */
void ic_pixels_lay (const IcPixels *source,
                    const double back[6],
                    guint width,
                    guint height,
                    guint8 *bgra);

G_END_DECLS
