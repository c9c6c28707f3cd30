/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "practice/phantom-chest.h"

#include "practice/phantom-noise.h"
#include "practice/phantom-thorax.h"
#include "practice/phantom-vessels.h"

#include <string.h>

enum
{
  HALF = 2,  /* the anatomy is drawn at half resolution */
  CELL = 24, /* pixels of a cell of the coarse picture */
  MAX_GREY = 4095,
};

static const float TOP_Z = 178.0f;
static const float SOFT_PER_MM = 0.0200f;
static const float BONE_PER_MM = 0.046f;

/* One picture in the making: attenuation, at half resolution. */
typedef struct
{
  int width;
  int height;
  float pixel_mm;
  float *density;
  float *half_depth; /* of the chest cavity along the current row */
} Film;

static float
film_x (const Film *film, int column)
{
  return (column - film->width / 2) * film->pixel_mm;
}

static float
film_z (const Film *film, int row)
{
  return TOP_Z - row * film->pixel_mm;
}

static float
trunk_depth (float x, float a, float b)
{
  float u = fabsf (x) / a;

  return u >= 1.0f ? 0.0f : b * powf (1.0f - u * u * sqrtf (u), 0.4f);
}

/* Length of a ray along y through an ellipsoid. */
static float
chord (float x, float z, PhantomPoint centre, PhantomPoint radii)
{
  float u = (x - centre.x) / radii.x, w = (z - centre.z) / radii.z;
  float rest = 1.0f - u * u - w * w;

  return rest > 0 ? 2.0f * radii.y * sqrtf (rest) : 0.0f;
}

static float
tube (float x, float z, PhantomPoint a, PhantomPoint b, float radius)
{
  float d = phantom_capsule ((PhantomPoint){ x, 0, z }, (PhantomPoint){ a.x, 0, a.z },
                             (PhantomPoint){ b.x, 0, b.z }, 0.0f);

  return d < radius ? 2.0f * sqrtf (radius * radius - d * d) : 0.0f;
}

/* Bone with a cortex @cortex thick around marrow, seen from the side. */
static float
shell (float d, float radius, float cortex)
{
  float inner = radius - cortex;
  float whole = d < radius ? sqrtf (radius * radius - d * d) : 0.0f;
  float hollow = d < inner ? sqrtf (inner * inner - d * d) : 0.0f;

  return whole - 0.72f * hollow;
}

static float
ribs_at (const Film *film, int column, float x, float z)
{
  const float *depth = film->half_depth;
  int before = MAX (column - 2, 0), after = MIN (column + 2, film->width - 1);
  float run = 0.42f * (depth[after] - depth[before]) / ((after - before) * film->pixel_mm);
  float lean = 1.0f / sqrtf (1.0f + run * run);
  float bone = 0;

  if (fabsf (x) < 12.0f)
    return 0;
  for (int side = -1; side <= 1; side += 2)
    {
      float y = side * depth[column];
      float at = z + (84.0f - y) * 0.42f + 6.0f;
      float away = (at - 25.0f * roundf (at / 25.0f)) * lean;
      float ossified = phantom_ramp (-62.0f, -44.0f, y);

      bone += ossified * (side < 0 ? 1.25f : 1.0f) * shell (fabsf (away), 6.4f, 1.7f);
    }
  return bone * MIN (1.0f / lean, 1.7f);
}

static float
spine_at (float x, float z)
{
  float phase = z - 25.0f * roundf (z / 25.0f);
  float ax = fabsf (x);
  float half = 17.0f + 1.8f * phantom_ramp (4, 11, fabsf (phase));
  float body = phantom_ramp (half + 0.6f, half - 0.8f, ax);
  float endplate = phantom_ramp (1.6f, 0.4f, fabsf (fabsf (phase) - 10.0f));
  float disc = phantom_ramp (9.6f, 10.6f, fabsf (phase));
  float px = (ax - 11.0f) / 3.6f, pz = (phase - 1.5f) / 5.2f;
  float pedicle = phantom_ramp (0.42f, 0.1f, fabsf (sqrtf (px * px + pz * pz) - 1.0f));
  float sz = (phase + 6.0f) / 6.0f, sx = x / 2.6f;
  float spinous = phantom_ramp (1.15f, 0.85f, sqrtf (sx * sx + sz * sz));
  float transverse = tube (ax, phase, (PhantomPoint){ 14, 0, 1 }, (PhantomPoint){ 36, 0, 5 }, 4.2f);

  if (ax > 44.0f)
    return 0;
  return body *
             (7.5f - 4.2f * disc + 3.0f * endplate + 3.2f * phantom_ramp (3.0f, 0.5f, half - ax)) +
         5.0f * pedicle + 4.0f * spinous + 0.5f * transverse;
}

static float
shoulders_at (float x, float z)
{
  float ax = fabsf (x);
  float bend = 7.0f * sinf ((ax - 26.0f) / 22.0f) - 5.0f;
  PhantomPoint at = { ax, 0, z - bend };
  float collar =
      phantom_capsule (at, (PhantomPoint){ 24, 0, 110 }, (PhantomPoint){ 162, 0, 138 }, 0);
  float medial = (ax - 108.0f) - 0.13f * (110.0f - z);
  float lateral = (166.0f - ax) - 0.34f * (118.0f - z);
  float edge = MIN (MIN (medial, lateral), MIN (128.0f - z, z + 12.0f));
  float blade = phantom_ramp (-0.6f, 1.2f, edge) * (1.4f + 2.4f * phantom_ramp (4.5f, 0.5f, edge));

  return shell (collar, 6.8f, 1.9f) * 1.1f + blade +
         shell (phantom_capsule (at, (PhantomPoint){ 118, 0, 112 }, (PhantomPoint){ 172, 0, 132 },
                                 0),
                5, 1.6f);
}

/* Outline of what stands between the lungs, left and right. */
static float
mediastinum_cover (float x, float z)
{
  float knob = 13.0f * expf (-(z - 64.0f) * (z - 64.0f) / 260.0f);
  float trunk = 7.0f * expf (-(z - 32.0f) * (z - 32.0f) / 300.0f);
  float left = 25.0f - 6.0f * phantom_ramp (20.0f, -30.0f, z) + knob + trunk +
               4.0f * phantom_ramp (100, 150, z);
  float right = 29.0f - 7.0f * phantom_ramp (20.0f, -40.0f, z) + 3.0f * phantom_ramp (110, 150, z);

  return x > 0 ? phantom_ramp (left + 3.0f, left - 5.0f, x)
               : phantom_ramp (right + 3.0f, right - 5.0f, -x);
}

static float
dome_depth (float x, float z)
{
  PhantomPoint right = { -70, 4, -172 }, left = { 74, 4, -184 };
  float a = chord (x, MAX (z, right.z), right, (PhantomPoint){ 82, 88, 108 });
  float b = chord (x, MAX (z, left.z), left, (PhantomPoint){ 79, 86, 104 });

  return MAX (a, b);
}

static float
lung_path (float x, float z, float cavity)
{
  float heart = chord (x, z, (PhantomPoint){ 22, 0, -48 }, (PhantomPoint){ 70, 50, 54 });
  float right_heart = chord (x, z, (PhantomPoint){ -12, 0, -40 }, (PhantomPoint){ 38, 36, 44 });
  float middle = mediastinum_cover (x, z);
  float dome = dome_depth (x, z);
  float deep = phantom_ramp (-150.0f, -215.0f, z);
  float air = 2.0f * cavity * 0.92f - MAX (MAX (heart, right_heart) * 1.15f, dome * 1.06f);

  return MAX (air, 0.0f) * (1.0f - 0.86f * middle) * (1.0f - deep);
}

static float
airway_path (float x, float z)
{
  PhantomPoint carina = { -1, 0, 56 };
  float d = tube (x, z, (PhantomPoint){ 0, 0, 190 }, carina, 8.8f);

  d = MAX (d, tube (x, z, carina, (PhantomPoint){ -40, 0, 30 }, 6.4f));
  return MAX (d, tube (x, z, carina, (PhantomPoint){ 46, 0, 26 }, 5.8f));
}

static float
density_at (const Film *film, int column, int row)
{
  float x = film_x (film, column), z = film_z (film, row);
  float shoulder = phantom_ramp (40.0f, 150.0f, z);
  float body = trunk_depth (x, 166.0f + 60.0f * shoulder, 108.0f - 26.0f * shoulder);
  float cavity = film->half_depth[column];
  float soft = 2.0f * body - lung_path (x, z, cavity) - 1.3f * airway_path (x, z);
  float bubble = chord (x, z, (PhantomPoint){ 58, 0, -112 }, (PhantomPoint){ 30, 26, 17 });
  float bone = spine_at (x, z) + shoulders_at (x, z);

  if (body <= 0)
    return 0;
  if (fabsf (x) < 150.0f)
    bone += ribs_at (film, column, x, z) * phantom_ramp (0.0f, 6.0f, cavity) *
            phantom_ramp (-185.0f, -135.0f, z);
  bone *= 1.0f + 0.10f * phantom_noise (3, x / 1.6f, z / 1.6f, 0.5f);
  soft += 2.2f * phantom_noise (5, x / 14, z / 14, 0.5f) - MAX (bubble, 0.0f);
  return MAX (soft, 0.0f) * SOFT_PER_MM + bone * BONE_PER_MM;
}

static void
fill_half_depths (Film *film, float z)
{
  float half_width = 0, half_depth = 0;

  phantom_thorax_cavity (z, &half_width, &half_depth);
  for (int x = 0; x < film->width; x++)
    film->half_depth[x] = trunk_depth (film_x (film, x), half_width, half_depth);
}

static void
draw_vessel (Film *film, const PhantomVessel *vessel)
{
  float r = vessel->radius;
  int x0 = (int) ((MIN (vessel->from.x, vessel->to.x) - r) / film->pixel_mm) + film->width / 2 - 1;
  int x1 = (int) ((MAX (vessel->from.x, vessel->to.x) + r) / film->pixel_mm) + film->width / 2 + 2;
  int y0 = (int) ((TOP_Z - MAX (vessel->from.z, vessel->to.z) - r) / film->pixel_mm) - 1;
  int y1 = (int) ((TOP_Z - MIN (vessel->from.z, vessel->to.z) + r) / film->pixel_mm) + 2;

  for (int y = MAX (y0, 0); y < MIN (y1, film->height); y++)
    for (int x = MAX (x0, 0); x < MIN (x1, film->width); x++)
      film->density[(gsize) y * film->width + x] +=
          0.85f * SOFT_PER_MM *
          tube (film_x (film, x), film_z (film, y), vessel->from, vessel->to, r);
}

static void
expose (Film *film)
{
  gsize count = 0;
  const PhantomVessel *vessels = phantom_vessels_get (&count);

  for (int y = 0; y < film->height; y++)
    {
      fill_half_depths (film, film_z (film, y));
      for (int x = 0; x < film->width; x++)
        film->density[(gsize) y * film->width + x] = density_at (film, x, y);
    }
  for (gsize i = 0; i < count; i++)
    draw_vessel (film, &vessels[i]);
  phantom_smooth (film->density, film->width, film->height, 1);
}

static float *
coarse_picture (const Film *film, int *cells_x, int *cells_y)
{
  int columns = (film->width + CELL - 1) / CELL, rows = (film->height + CELL - 1) / CELL;
  float *cells = g_new0 (float, (gsize) columns *rows);

  for (int y = 0; y < film->height; y++)
    for (int x = 0; x < film->width; x++)
      {
        int w = MIN (CELL, film->width - x / CELL * CELL),
            h = MIN (CELL, film->height - y / CELL * CELL);

        cells[y / CELL * columns + x / CELL] +=
            film->density[(gsize) y * film->width + x] / (w * h);
      }
  phantom_smooth (cells, columns, rows, 4);
  *cells_x = columns;
  *cells_y = rows;
  return cells;
}

static float
between (const float *field, int width, int height, float x, float y)
{
  int x0 = CLAMP ((int) floorf (x), 0, width - 1), y0 = CLAMP ((int) floorf (y), 0, height - 1);
  int x1 = MIN (x0 + 1, width - 1), y1 = MIN (y0 + 1, height - 1);
  float u = phantom_clamp01 (x - x0), v = phantom_clamp01 (y - y0);
  float above = field[y0 * width + x0] * (1 - u) + field[y0 * width + x1] * u;
  float below = field[y1 * width + x0] * (1 - u) + field[y1 * width + x1] * u;

  return above * (1 - v) + below * v;
}

/* What the console of a digital unit does: flattens the large contrasts, lifts the small. */
static void
process (Film *film)
{
  int columns = 0, rows = 0;
  g_autofree float *cells = coarse_picture (film, &columns, &rows);

  for (int y = 0; y < film->height; y++)
    for (int x = 0; x < film->width; x++)
      {
        float *pixel = &film->density[(gsize) y * film->width + x];
        float base =
            between (cells, columns, rows, (x + 0.5f) / CELL - 0.5f, (y + 0.5f) / CELL - 0.5f);
        float tone = *pixel < 0.02f ? 0 : 0.62f * base + 1.05f * (*pixel - base);

        *pixel = 1.0f - expf (-0.52f * MAX (tone, 0.0f));
      }
}

static void
fill_box (guint16 *grey, int width, int x, int y, int w, int h)
{
  for (int row = y; row < y + h; row++)
    for (int column = x; column < x + w; column++)
      grey[(gsize) row * width + column] = 3900;
}

/* The lead letter L beside the left shoulder. */
static void
draw_side_marker (guint16 *grey, int width, int height)
{
  int unit = width / 160;
  int x = width - 14 * unit, y = height / 9;

  fill_box (grey, width, x, y, unit, 8 * unit);
  fill_box (grey, width, x, y + 7 * unit, 5 * unit, unit);
}

guint16 *
phantom_chest_new (int width, int height, float pixel_mm, guint32 seed)
{
  Film film = { width / HALF, height / HALF, pixel_mm * HALF, NULL, NULL };
  g_autofree float *density = g_new0 (float, (gsize) film.width *film.height);
  g_autofree float *half_depth = g_new0 (float, film.width);
  g_autofree float *grain = NULL;
  guint16 *grey = g_new (guint16, (gsize) width * height);

  film.density = density;
  film.half_depth = half_depth;
  expose (&film);
  process (&film);
  grain = phantom_grain_new (seed, width, height, 1);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        gsize i = (gsize) y * width + x;
        float value =
            between (density, film.width, film.height, (x - 0.5f) / HALF, (y - 0.5f) / HALF);
        float level = 90.0f + 4000.0f * value + grain[i] * (10.0f + 34.0f * value);

        grey[i] = (guint16) CLAMP (level, 0.0f, (float) MAX_GREY);
      }
  draw_side_marker (grey, width, height);
  return grey;
}
