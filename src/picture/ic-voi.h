/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From modality values to grey on the screen: windows, VOI LUTs, inversion (PS3.3 C.11.2). Values
 * and pure functions; any thread.
 */
#pragma once

#include "picture/ic-lut.h"

G_BEGIN_DECLS

typedef enum
{
  IC_VOI_LINEAR,
  IC_VOI_LINEAR_EXACT,
  IC_VOI_SIGMOID,
} IcVoiFunction;

typedef struct
{
  double centre; /* in modality values */
  double width;
  IcVoiFunction function;
} IcVoiWindow;

/* How samples become grey. */
typedef struct
{
  double slope; /* modality value = sample × slope + intercept */
  double intercept;
  const IcLut *lut; /* of the VOI; NULL: @window is used */
  IcVoiWindow window;
  gboolean inverted; /* MONOCHROME1 */
} IcGrey;

/* Whether the function is defined for this width (PS3.3 C.11.2.1.2.1). */
gboolean ic_voi_window_is_valid (const IcVoiWindow *self);

/* The window that shows the values from @low to @high, and no more. */
IcVoiWindow ic_voi_window_for_range (double low, double high);

/* From 0 for black to 1. */
double ic_voi_window_apply (const IcVoiWindow *self, double value);

/* @n samples into bytes. What is not a number becomes black, inverted or not: it is padding. */
void ic_grey_render (const IcGrey *self, const float *samples, gsize n, guint8 *bytes);

G_END_DECLS
