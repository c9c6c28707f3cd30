/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "picture/ic-voi.h"

#include <math.h>

gboolean
ic_voi_window_is_valid (const IcVoiWindow *self)
{
  if (!isfinite (self->centre) || !isfinite (self->width))
    return FALSE;
  return self->function == IC_VOI_LINEAR ? self->width >= 1 : self->width > 0;
}

IcVoiWindow
ic_voi_window_for_range (double low, double high)
{
  return (IcVoiWindow){ .centre = (low + high) / 2,
                        .width = MAX (high - low, 1e-9),
                        .function = IC_VOI_LINEAR_EXACT };
}

double
ic_voi_window_apply (const IcVoiWindow *self, double value)
{
  double centre = self->centre;
  double width = self->width;

  if (self->function == IC_VOI_SIGMOID)
    return 1 / (1 + exp (-4 * (value - centre) / width));
  if (self->function == IC_VOI_LINEAR)
    {
      centre -= 0.5;
      width -= 1;
    }
  if (value <= centre - width / 2)
    return 0;
  if (value > centre + width / 2)
    return 1;
  return (value - centre) / width + 0.5;
}

static double
apply (const IcGrey *self, double sample)
{
  const double value = sample * self->slope + self->intercept;
  double shade = 0;

  if (self->lut != NULL)
    shade = (double) ic_lut_find (self->lut, value) / ic_lut_get_max (self->lut);
  else
    shade = ic_voi_window_apply (&self->window, value);
  return self->inverted ? 1 - shade : shade;
}

/* The linear functions as one multiplication and one addition. */
static void
render_line (const IcGrey *self, const float *samples, gsize n, guint8 *bytes)
{
  const gboolean exact = self->window.function == IC_VOI_LINEAR_EXACT;
  const double width = MAX (self->window.width - (exact ? 0 : 1), 1e-9);
  const double centre = self->window.centre - (exact ? 0 : 0.5);
  const double turn = self->inverted ? -255 : 255;
  const float factor = (float) (self->slope / width * turn);
  const float shift = (float) (((self->intercept - centre) / width) * turn + 127.5 + 0.5);

  for (gsize i = 0; i < n; i++)
    {
      const float shade = samples[i] * factor + shift;

      bytes[i] = isnan (shade) ? 0 : (guint8) CLAMP (shade, 0, 255);
    }
}

void
ic_grey_render (const IcGrey *self, const float *samples, gsize n, guint8 *bytes)
{
  /* A window of one value is a step, and more than a float can tell apart needs doubles. */
  if (self->lut == NULL && self->window.function != IC_VOI_SIGMOID && self->window.width > 1.5 &&
      fabs (self->window.centre) / self->window.width < 1000)
    {
      render_line (self, samples, n, bytes);
      return;
    }
  for (gsize i = 0; i < n; i++)
    {
      const double shade = isnan (samples[i]) ? 0 : apply (self, samples[i]);

      bytes[i] = isnan (shade) ? 0 : (guint8) (shade * 255 + 0.5);
    }
}
