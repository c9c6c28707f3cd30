/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Randomness of the phantoms: functions of seed and place only, so that every run gives the same
 * bytes whatever the order of work.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* 0 to 1 from @seed and a running number. */
float phantom_uniform (guint32 seed, guint32 index);

/* Smooth value noise, about -1 to 1, one cell a unit. */
float phantom_noise (guint32 seed, float x, float y, float z);

/* A field of @width x @height with mean 0 and variance 1, smoothed @passes times with a 3 x 3
 * binomial kernel: 0 is white, more is the mottled grain of a softer reconstruction. Free with
 * g_free().
 */
float *phantom_grain_new (guint32 seed, int width, int height, int passes);

/* Smooths @field in place with a binomial kernel of @passes passes. */
void phantom_smooth (float *field, int width, int height, int passes);

G_END_DECLS
