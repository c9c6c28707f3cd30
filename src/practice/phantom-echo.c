/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "practice/phantom-echo.h"

#include "practice/phantom-noise.h"
#include "practice/phantom-shape.h"

#include <string.h>

static const float HALF_ANGLE = 0.68f; /* radians */
static const float PI_F = 3.14159265f;

/* The sector and the moment. Places are in units of the depth, x to the right, y downwards. */
typedef struct
{
  int width;
  int height;
  float apex_x;
  float apex_y;
  float depth; /* pixels */
  float phase;
  float squeeze; /* 0 in diastole, 1 at the end of systole */
  float opening; /* of the mitral and tricuspid leaflets */
  guint32 seed;
} View;

static View
view_new (int width, int height, float phase, guint32 seed)
{
  View view = { width, height, width * 0.5f, height * 0.035f, height * 0.88f, phase, 0, 0, seed };
  float systole = phase < 0.42f ? sinf (phase / 0.42f * PI_F) : 0.0f;
  float filling = phase > 0.45f ? sinf ((phase - 0.45f) / 0.55f * PI_F) : 0.0f;

  view.squeeze = systole;
  view.opening = 0.35f * filling + 0.65f * filling * fabsf (cosf ((phase - 0.5f) * 2.2f * PI_F));
  return view;
}

static float
oval (float x, float y, float cx, float cy, float rx, float ry)
{
  return phantom_ellipsoid ((PhantomPoint){ x, y, 0 }, (PhantomPoint){ cx, cy, 0 },
                            (PhantomPoint){ rx, ry, 1 });
}

static float
line (float x, float y, float ax, float ay, float bx, float by)
{
  return phantom_capsule ((PhantomPoint){ x, y, 0 }, (PhantomPoint){ ax, ay, 0 },
                          (PhantomPoint){ bx, by, 0 }, 0);
}

static float
left_ventricle (const View *view, float x, float y)
{
  float s = view->squeeze;

  return oval (x, y, 0.115f, 0.40f + 0.02f * s, 0.098f * (1 - 0.30f * s), 0.225f * (1 - 0.13f * s));
}

static float
chambers (const View *view, float x, float y)
{
  float s = view->squeeze;
  float d = left_ventricle (view, x, y);

  d = MIN (d, oval (x, y, -0.105f, 0.42f + 0.02f * s, 0.072f * (1 - 0.26f * s),
                    0.19f * (1 - 0.1f * s)));
  d = MIN (d,
           oval (x, y, 0.122f, 0.765f, 0.105f * (0.9f + 0.16f * s), 0.115f * (0.92f + 0.12f * s)));
  return MIN (d, oval (x, y, -0.115f, 0.765f, 0.098f * (0.9f + 0.16f * s),
                       0.112f * (0.92f + 0.12f * s)));
}

static float
leaflets (const View *view, float x, float y)
{
  float o = view->opening, base = 0.635f + 0.012f * view->squeeze;
  float tip = 0.615f - 0.075f * o;
  float d = line (x, y, 0.025f, base, 0.115f - 0.062f * o, tip);

  d = MIN (d, line (x, y, 0.212f, base, 0.128f + 0.060f * o, tip));
  d = MIN (d, line (x, y, -0.018f, base, -0.098f + 0.052f * o, tip + 0.004f));
  return MIN (d, line (x, y, -0.198f, base, -0.112f - 0.056f * o, tip + 0.004f));
}

/* How bright tissue echoes there, 0 to about 1. */
static float
echo_strength (const View *view, float x, float y)
{
  float blood = chambers (view, x, y);
  float muscle = 0.42f + 0.12f * phantom_noise (view->seed, x * 26, y * 26, 1);
  float sac = oval (x, y, 0.01f, 0.545f, 0.275f - 0.012f * view->squeeze, 0.40f);
  float beyond = 0.26f + 0.16f * phantom_noise (view->seed, x * 9, y * 14, 2) +
                 0.45f * phantom_ramp (0.10f, 0.0f, y);
  float strength = muscle;

  if (sac > 0)
    strength = beyond + 0.55f * phantom_ramp (0.022f, 0.004f, sac);
  if (blood < 0.010f)
    strength = 0.035f + (0.60f - 0.035f) * phantom_ramp (-0.004f, 0.003f, blood);
  if (fabsf (x - 0.005f) < 0.02f && y > 0.62f && y < 0.90f)
    strength = MAX (strength, 0.6f * phantom_ramp (0.013f, 0.005f, fabsf (x - 0.005f)));
  return MAX (strength, 0.85f * phantom_ramp (0.010f, 0.003f, leaflets (view, x, y)));
}

/* Grain that follows the beam: short in depth, broader across, coarser far away. */
static float
speckle (const View *view, float r, float angle, float x, float y)
{
  float shift = 3.0f * view->squeeze * (x + y);
  float u = r * view->depth / 2.1f + shift, v = angle * 95.0f;
  float still = 0.35f * view->phase * 12.0f;
  float a = phantom_noise (view->seed + 1, u, v, still),
        b = phantom_noise (view->seed + 2, u, v, still);

  return sqrtf (a * a + b * b) * 1.75f;
}

static float
grey_at (const View *view, float r, float angle)
{
  float x = r * sinf (angle), y = r * cosf (angle);
  float level = echo_strength (view, x, y) * (0.18f + speckle (view, r, angle, x, y));
  float gain = 1.0f - 0.42f * r + 0.14f * phantom_noise (view->seed + 3, angle * 8, 0.5f, 0.5f);
  float shown = level * gain * 1.35f;

  return phantom_clamp01 (powf (MAX (shown, 0.0f), 0.75f));
}

/* Velocity towards the probe, -1 to 1; 0 where there is no colour. */
static float
flow_at (const View *view, float x, float y)
{
  float inflow = oval (x, y, 0.120f, 0.54f, 0.046f, 0.20f);
  float outflow = oval (x, y, 0.052f, 0.50f, 0.036f, 0.17f);
  float swirl = 0.16f * phantom_noise (view->seed + 5, x * 45, y * 45, view->phase * 14);
  float box_x = fabsf (x - 0.07f), box_y = fabsf (y - 0.58f);

  if (box_x > 0.19f || box_y > 0.30f || chambers (view, x, y) > -0.006f)
    return 0;
  if (view->opening > 0.12f && inflow + 0.1f * swirl < 0)
    return phantom_clamp01 (view->opening * (0.45f - 11.0f * inflow) + swirl);
  if (view->squeeze > 0.12f && outflow + 0.1f * swirl < 0)
    return -phantom_clamp01 (view->squeeze * (0.45f - 13.0f * outflow) + swirl);
  return 0;
}

static void
put (guint8 *pixel, float red, float green, float blue)
{
  pixel[0] = (guint8) (255.0f * phantom_clamp01 (red));
  pixel[1] = (guint8) (255.0f * phantom_clamp01 (green));
  pixel[2] = (guint8) (255.0f * phantom_clamp01 (blue));
}

static void
put_velocity (guint8 *pixel, float velocity)
{
  float v = fabsf (velocity);

  if (velocity > 0)
    put (pixel, 0.45f + 0.55f * v, MAX (0.0f, 1.5f * v - 0.55f), 0.02f);
  else
    put (pixel, 0.02f, MAX (0.0f, 1.4f * v - 0.45f), 0.45f + 0.55f * v);
}

static void
draw_sector (const View *view, guint8 *rgb)
{
  for (int row = 0; row < view->height; row++)
    for (int column = 0; column < view->width; column++)
      {
        float dx = (column - view->apex_x) / view->depth, dy = (row - view->apex_y) / view->depth;
        float r = sqrtf (dx * dx + dy * dy), angle = atan2f (dx, dy);
        guint8 *pixel = rgb + 3 * ((gsize) row * view->width + column);
        float grey = 0, velocity = 0;

        if (r > 1.0f || r < 0.02f || fabsf (angle) > HALF_ANGLE)
          continue;
        grey = grey_at (view, r, angle);
        velocity = grey < 0.5f ? flow_at (view, dx, dy) : 0;
        if (fabsf (velocity) > 0.12f)
          put_velocity (pixel, velocity);
        else
          put (pixel, grey, grey, 0.97f * grey);
      }
}

static void
draw_bars (const View *view, guint8 *rgb)
{
  int top = view->height / 10, length = view->height * 3 / 10, thick = view->width / 48;

  for (int row = 0; row < length; row++)
    for (int column = 0; column < thick; column++)
      {
        float t = 1.0f - (float) row / length;
        gsize line_start = (gsize) (top + row) * view->width;

        put (rgb + 3 * (line_start + view->width - 2 * thick + column), t, t, t);
        put_velocity (rgb + 3 * (line_start + thick + column), 2.0f * t - 1.0f);
      }
  for (int tick = 0; tick <= 8; tick++)
    for (int column = 0; column < (tick % 4 == 0 ? 9 : 5); column++)
      {
        int row = (int) (view->apex_y + view->depth * tick / 8.0f);

        put (rgb + 3 * ((gsize) row * view->width + view->width - 4 * thick + column), 0.6f, 0.6f,
             0.6f);
      }
}

static float
bump (float t, float at, float wide)
{
  float d = (t - at) / wide;

  return expf (-d * d);
}

static float
ecg (float t)
{
  return 0.14f * bump (t, 0.82f, 0.035f) + bump (t, 0.985f, 0.010f) -
         0.18f * bump (t, 0.965f, 0.008f) - 0.25f * bump (t, 0.008f, 0.010f) +
         0.26f * bump (t, 0.28f, 0.05f);
}

static void
draw_ecg (const View *view, guint8 *rgb)
{
  int base = view->height - view->height / 40, swing = view->height / 12, last = base;

  for (int column = 0; column < view->width; column++)
    {
      float t = 2.0f * column / view->width;
      int row = base - (int) (swing * ecg (t - floorf (t)));
      gboolean now = fabsf (t - 1.0f - view->phase) < 0.006f;

      for (int y = MIN (row, last); y <= MAX (row, last); y++)
        put (rgb + 3 * ((gsize) CLAMP (y, 0, view->height - 1) * view->width + column),
             now ? 1.0f : 0.15f, 0.85f, now ? 1.0f : 0.25f);
      last = row;
    }
}

void
phantom_echo_render (guint8 *rgb, int width, int height, float phase, guint32 seed)
{
  View view = view_new (width, height, phase, seed);

  memset (rgb, 0, (gsize) width * height * 3);
  draw_sector (&view, rgb);
  draw_bars (&view, rgb);
  draw_ecg (&view, rgb);
}
