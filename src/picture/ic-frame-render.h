/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames on their way to the screen: made smaller before any window, and windowed into 8 bits.
 * Pure; any thread.
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

G_END_DECLS
