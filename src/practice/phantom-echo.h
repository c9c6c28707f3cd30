/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A beating heart as an ultrasound machine shows it: four chambers from the apex with colour
 * Doppler, grey and colour bars and an ECG trace. No writing in the picture.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* RGB, three bytes a pixel by pixel; @phase runs from 0 to 1 through one beat. */
void phantom_echo_render (guint8 *rgb, int width, int height, float phase, guint32 seed);

G_END_DECLS
