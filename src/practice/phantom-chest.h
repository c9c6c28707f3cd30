/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A chest radiograph (PA) of the thorax of phantom-thorax.h: path lengths through its shapes in
 * closed form, then the tone curve of a digital detector.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @width x @height values from 0 to 4095, bones bright (MONOCHROME2), pixels of @pixel_mm; both
 * sizes even. Free with g_free().
 */
guint16 *phantom_chest_new (int width, int height, float pixel_mm, guint32 seed);

G_END_DECLS
