/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "practice/phantom-noise.h"

#include <math.h>
#include <string.h>

static inline guint32
mix_bits (guint32 h)
{
  h ^= h >> 16;
  h *= 0x7feb352du;
  h ^= h >> 15;
  h *= 0x846ca68bu;
  return h ^ h >> 16;
}

/* One lattice point; the caller has multiplied and combined the coordinates. */
static inline float
lattice (guint32 h)
{
  h ^= h >> 15;
  h *= 0x2c1b3c6du;
  h ^= h >> 13;
  h *= 0x297a2d39u;
  return (float) (gint32) h * (1.0f / 2147483648.0f);
}

/* floorf() without SSE 4.1 is a call. */
static inline int
floor_to_int (float t)
{
  int i = (int) t;

  return i - (t < (float) i);
}

static inline float
fade (float t)
{
  return t * t * (3.0f - 2.0f * t);
}

static inline float
lerp (float a, float b, float t)
{
  return a + (b - a) * t;
}

float
phantom_uniform (guint32 seed, guint32 index)
{
  return (float) (mix_bits (mix_bits (seed) + index * 0x9e3779b9u) >> 8) / 16777216.0f;
}

static inline float
noise_plane (guint32 h, guint32 step_x, guint32 step_y, float u, float v)
{
  return lerp (lerp (lattice (h), lattice (h + step_x), u),
               lerp (lattice (h + step_y), lattice (h + step_x + step_y), u), v);
}

float
phantom_noise (guint32 seed, float x, float y, float z)
{
  const guint32 step_x = 0x8da6b343u, step_y = 0xd8163841u, step_z = 0xcb1ab31fu;
  int ix = floor_to_int (x), iy = floor_to_int (y), iz = floor_to_int (z);
  guint32 h =
      seed * 0x9e3779b9u + (guint32) ix * step_x + (guint32) iy * step_y + (guint32) iz * step_z;
  float u = fade (x - (float) ix), v = fade (y - (float) iy);

  return lerp (noise_plane (h, step_x, step_y, u, v),
               noise_plane (h + step_z, step_x, step_y, u, v), fade (z - (float) iz));
}

static void
smooth_rows (float *field, int width, int height)
{
  for (int y = 0; y < height; y++)
    {
      float *row = field + (gsize) y * width;
      float before = row[0];

      for (int x = 0; x < width; x++)
        {
          float here = row[x];
          float after = row[MIN (x + 1, width - 1)];

          row[x] = 0.25f * before + 0.5f * here + 0.25f * after;
          before = here;
        }
    }
}

static void
smooth_columns (float *field, int width, int height)
{
  g_autofree float *before = g_memdup2 (field, sizeof (float) * width);

  for (int y = 0; y < height; y++)
    {
      float *row = field + (gsize) y * width;
      const float *after = y + 1 < height ? row + width : row;

      for (int x = 0; x < width; x++)
        {
          float here = row[x];

          row[x] = 0.25f * before[x] + 0.5f * here + 0.25f * after[x];
          before[x] = here;
        }
    }
}

void
phantom_smooth (float *field, int width, int height, int passes)
{
  for (int i = 0; i < passes; i++)
    {
      smooth_rows (field, width, height);
      smooth_columns (field, width, height);
    }
}

float *
phantom_grain_new (guint32 seed, int width, int height, int passes)
{
  gsize n = (gsize) width * height;
  float *field = g_new (float, n);
  double squares = 0;
  float scale = 0;

  for (gsize i = 0; i < n; i++)
    {
      guint32 a = mix_bits (seed + (guint32) i * 0x9e3779b9u), b = mix_bits (a ^ 0x5bd1e995u);

      field[i] = (float) (a & 0xffff) + (float) (a >> 16) + (float) (b & 0xffff) +
                 (float) (b >> 16) - 131070.0f;
    }
  phantom_smooth (field, width, height, passes);
  for (gsize i = 0; i < n; i++)
    squares += (double) field[i] * field[i];
  scale = (float) (1.0 / sqrt (squares / n));
  for (gsize i = 0; i < n; i++)
    field[i] *= scale;
  return field;
}
