/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "picture/ic-colour.h"

#include <math.h>

static float
to_byte (float value)
{
  return CLAMP (roundf (value), 0, 255);
}

void
ic_colour_from_ybr (float *pixels, gsize n_pixels, gboolean partial)
{
  const float offset = partial ? 16 : 0;
  const float luminance = partial ? 255.0f / 219 : 1;
  const float difference = partial ? 255.0f / 224 : 1;

  for (gsize i = 0; i < n_pixels; i++)
    {
      float *pixel = pixels + 3 * i;
      const float y = (pixel[0] - offset) * luminance;
      const float cb = (pixel[1] - 128) * difference;
      const float cr = (pixel[2] - 128) * difference;

      pixel[0] = to_byte (y + 1.402f * cr);
      pixel[1] = to_byte (y - 0.344136f * cb - 0.714136f * cr);
      pixel[2] = to_byte (y + 1.772f * cb);
    }
}

void
ic_colour_to_8_bits (float *pixels, gsize n_pixels, guint bits)
{
  const float scale = bits > 8 ? 1.0f / (float) (1u << MIN (bits - 8, 24)) : 1;

  if (bits > 8)
    for (gsize i = 0; i < 3 * n_pixels; i++)
      pixels[i] = MIN (floorf (pixels[i] * scale), 255);
}

static float
find_colour (const IcLut *lut, float value)
{
  const guint found = ic_lut_find (lut, value);

  return (float) (lut->bits > 8 ? found >> (lut->bits - 8) : found);
}

void
ic_colour_from_palette (IcLut *const palette[3], const float *values, gsize n_pixels, float *pixels)
{
  for (gsize i = 0; i < n_pixels; i++)
    for (guint c = 0; c < 3; c++)
      pixels[3 * i + c] = find_colour (palette[c], values[i]);
}
