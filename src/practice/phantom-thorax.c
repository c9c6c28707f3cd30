/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "practice/phantom-thorax.h"

#include "practice/phantom-noise.h"
#include "practice/phantom-vessels.h"

enum
{
  SEED_FAT = 11,
  SEED_MUSCLE = 23,
  SEED_LUNG = 31,
  SEED_BONE = 47,
  SEED_ORGAN = 59,
};

static const float RIB_SPACING = 25.0f;
static const float RIB_SLOPE = 0.42f;
static const float VERTEBRA_PITCH = 25.0f;
static const float SPINE_Y = 56.0f;

/* Everything about a place that more than one organ asks for. */
typedef struct
{
  PhantomPoint p;
  float body;   /* distance to the skin */
  float cavity; /* distance to the inner chest wall */
  float lung;
  float abdomen; /* distance to the domes of the diaphragm */
  float heart;
  PhantomPoint h; /* in the heart's own axes: apex, left-back, up */
} Place;

void
phantom_thorax_cavity (float z, float *half_width, float *half_depth)
{
  float t = phantom_clamp01 ((z + 60.0f) / 232.0f);
  float t4 = t * t * t * t;

  *half_width = 138.0f * (1.0f - t4) + 1.0f;
  *half_depth = 82.0f * (1.0f - 0.8f * t4);
}

static float
body_distance (PhantomPoint p)
{
  float a = 170.0f + 26.0f * phantom_ramp (40.0f, 140.0f, p.z) - 4.0f * phantom_ramp (0, -150, p.z);
  float b = 112.0f - 10.0f * phantom_ramp (70.0f, 150.0f, p.z);

  b += 7.0f * phantom_ramp (20.0f, 90.0f, fabsf (p.x)) * phantom_ramp (60.0f, -60.0f, p.y);
  return phantom_trunk (p.x, p.y, a, b);
}

static float
abdomen_distance (PhantomPoint p)
{
  float right =
      phantom_ellipsoid (p, (PhantomPoint){ -70, 4, -172 }, (PhantomPoint){ 78, 88, 108 });
  float left = phantom_ellipsoid (p, (PhantomPoint){ 74, 4, -184 }, (PhantomPoint){ 74, 86, 104 });
  float middle =
      phantom_ellipsoid (p, (PhantomPoint){ 5, -24, -178 }, (PhantomPoint){ 70, 64, 84 });

  return MIN (MIN (right, left), middle);
}

static PhantomPoint
heart_axes (PhantomPoint p)
{
  PhantomPoint q = phantom_minus (p, (PhantomPoint){ 24, -22, -46 });

  return (PhantomPoint){ 0.76f * q.x - 0.57f * q.y - 0.31f * q.z, 0.60f * q.x + 0.80f * q.y,
                         0.248f * q.x - 0.186f * q.y + 0.951f * q.z };
}

static float
mediastinum_distance (PhantomPoint p)
{
  float front = phantom_ramp (-30.0f, -62.0f, p.y);
  float hilum =
      phantom_ramp (34.0f, 0.0f, fabsf (p.z - 34.0f)) * phantom_ramp (36, 0, fabsf (p.y - 8));
  float width = 27.0f - 19.0f * front + 12.0f * hilum +
                3.0f * phantom_noise (SEED_FAT, p.y / 25, p.z / 30, 3);
  float back = sqrtf (p.x * p.x + (p.y - 62.0f) * (p.y - 62.0f)) - 27.0f;

  return MIN (fabsf (p.x - 3.0f) - width, back);
}

static float
lung_distance (const Place *at)
{
  float outside = MAX (at->cavity + 1.5f, -mediastinum_distance (at->p));

  outside = MAX (outside, -(at->heart - 1.0f));
  return MAX (outside, -(at->abdomen - 3.0f));
}

static Place
place_at (PhantomPoint p, float body)
{
  Place at = { .p = p, .body = body };
  float half_width = 0, half_depth = 0;

  phantom_thorax_cavity (p.z, &half_width, &half_depth);
  at.cavity = phantom_trunk (p.x, p.y + 2.0f, half_width, half_depth);
  at.h = heart_axes (p);
  at.heart = 1e3f;
  at.abdomen = 1e3f;
  at.lung = 1e3f;
  if (at.cavity > 8.0f)
    return at;
  at.heart = phantom_ellipsoid (at.h, (PhantomPoint){ 0, 0, 0 }, (PhantomPoint){ 70, 51, 54 });
  at.abdomen = p.z < -40.0f ? abdomen_distance (p) : 1e3f;
  at.lung = lung_distance (&at);
  return at;
}

float
phantom_thorax_lung_depth (PhantomPoint p)
{
  Place at = place_at (p, 0);

  return -at.lung;
}

static float
chest_wall (const Place *at)
{
  float around = at->p.x * 0.011f;
  float fat = 11.0f + 5.0f * phantom_noise (SEED_FAT, around, at->p.y * 0.012f, at->p.z * 0.012f) +
              5.0f * phantom_ramp (40, -60, at->p.y) + 4.0f * phantom_ramp (0, -150, at->p.z);
  float streak = phantom_noise (SEED_MUSCLE, at->p.x / 30, at->p.y / 6, at->p.z / 40);
  float muscle = 56.0f + 9.0f * phantom_noise (SEED_MUSCLE, at->p.x / 5, at->p.y / 5, at->p.z / 8);
  float hu = -104.0f + 9.0f * phantom_noise (SEED_FAT, at->p.x / 7, at->p.y / 7, at->p.z / 9);

  muscle -= 105.0f * phantom_ramp (0.46f, 0.72f, streak) * phantom_ramp (4, 14, at->cavity);
  hu = phantom_paint (hu, muscle, at->body + fat);
  return phantom_paint (30.0f, hu, at->body + 2.2f);
}

static float
bone (const Place *at, float hu, float distance, float cortex_mm)
{
  float marrow = 230.0f + 70.0f * phantom_noise (SEED_BONE, at->p.x / 3, at->p.y / 3, at->p.z / 3);

  hu = phantom_paint (hu, 880.0f, distance);
  return phantom_paint (hu, marrow, distance + cortex_mm);
}

static float
paint_ribs (const Place *at, float hu)
{
  float z = at->p.z + (84.0f - at->p.y) * RIB_SLOPE + 6.0f;
  float v = z - RIB_SPACING * roundf (z / RIB_SPACING);
  float u = at->cavity - 6.2f;
  float ring = sqrtf (u * u / 14.5f + v * v / 44.0f);
  float cartilage = phantom_ramp (-48.0f, -58.0f, at->p.y);

  if (ring > 1.5f || at->p.y < -92.0f || fabsf (at->p.x) < 14.0f)
    return hu;
  if (cartilage > 0.5f)
    return phantom_paint (hu, 105.0f, (ring - 1.0f) * 4.0f);
  return bone (at, hu, (ring - 1.0f) * 4.0f, 1.5f);
}

static float
paint_shoulder (const Place *at, float hu)
{
  PhantomPoint p = { fabsf (at->p.x), at->p.y, at->p.z };
  float lower = phantom_ramp (-10.0f, 30.0f, p.z);
  PhantomPoint inner = { 92.0f - 6 * lower, 83.0f, p.z },
               outer = { 112 + 30 * lower, 84 - 22 * lower, p.z };
  PhantomPoint sternal = { 26, -72, 112 }, lateral = { 165, -18, 146 };

  if (p.z > -12.0f)
    hu = bone (at, hu, phantom_capsule (p, inner, outer, 2.2f + lower), 1.2f);
  if (p.z > 40.0f)
    hu =
        bone (at, hu,
              phantom_capsule (p, (PhantomPoint){ 128, 74, 40 }, (PhantomPoint){ 158, 40, 150 }, 7),
              1.8f);
  if (p.z > 96.0f)
    hu = bone (at, hu, phantom_capsule (p, sternal, lateral, 6.5f), 1.8f);
  return hu;
}

static float
paint_sternum (const Place *at, float hu)
{
  float half_width = 0, half_depth = 0, x = 0, y = 0;
  float wide = 15.0f + 13.0f * phantom_ramp (58.0f, 84.0f, at->p.z);

  if (at->p.z < -70.0f || at->p.z > 108.0f || fabsf (at->p.x) > 34.0f || at->p.y > -40.0f)
    return hu;
  phantom_thorax_cavity (at->p.z, &half_width, &half_depth);
  x = at->p.x / wide;
  y = (at->p.y + 2.0f + half_depth + 8.0f) / 6.0f;
  return bone (at, hu, (sqrtf (x * x * x * x + y * y) - 1.0f) * 6.0f, 1.6f);
}

static float
paint_arch_of_vertebra (const Place *at, float hu, float phase)
{
  float ax = fabsf (at->p.x);
  PhantomPoint p = { ax, at->p.y, phase };
  float dx = at->p.x, dy = at->p.y - (SPINE_Y + 22.0f);
  float canal = sqrtf (dx * dx * 0.8f + dy * dy);
  float spread = fabsf (phase) * 0.16f;

  hu = phantom_paint (hu, -40.0f, canal - 13.0f);
  if (fabsf (phase) < 9.5f)
    hu = bone (at, hu, fabsf (canal - 10.5f) - 2.6f, 1.0f);
  hu = bone (at, hu,
             phantom_capsule (p, (PhantomPoint){ 10, SPINE_Y + 25, 0 },
                              (PhantomPoint){ 37, SPINE_Y + 32, 3 }, 5.2f),
             1.5f);
  hu = bone (at, hu,
             phantom_capsule (p, (PhantomPoint){ 0, SPINE_Y + 33, 2 },
                              (PhantomPoint){ 0, SPINE_Y + 44, -9 }, 3.6f + spread),
             1.3f);
  hu = phantom_paint (hu, 12.0f, canal - 8.2f);
  return phantom_paint (hu, 42.0f, sqrtf (dx * dx * 0.6f + dy * dy) - 4.4f);
}

static float
paint_spine (const Place *at, float hu)
{
  float phase = at->p.z - VERTEBRA_PITCH * roundf (at->p.z / VERTEBRA_PITCH);
  float waist = 0.9f + 0.14f * phantom_ramp (4.0f, 11.0f, fabsf (phase));
  float dx = at->p.x / 18.5f, dy = (at->p.y - SPINE_Y) / 14.5f;
  float side = (sqrtf (dx * dx + dy * dy) / waist - 1.0f) * 15.0f;
  float disc = 9.8f - fabsf (phase); /* negative in the disc */

  if (fabsf (at->p.x) > 48.0f || at->p.y < 34.0f || at->p.y > 108.0f)
    return hu;
  hu = paint_arch_of_vertebra (at, hu, phase);
  hu = phantom_paint (hu, 88.0f, side);
  return bone (at, hu, MAX (side, -disc), 1.5f);
}

static float
paint_tube (const Place *at, float hu, PhantomPoint a, PhantomPoint b, float radius, float inside)
{
  float distance = phantom_capsule (at->p, a, b, radius);

  hu = phantom_paint (hu, 48.0f, distance - 1.4f);
  return phantom_paint (hu, inside, distance);
}

static float
paint_aorta (const Place *at, float hu)
{
  PhantomPoint q = phantom_minus (at->p, (PhantomPoint){ 10, 11, 62 });
  float along = 0.555f * q.x + 0.832f * q.y;
  float across = 0.832f * q.x - 0.555f * q.y;
  float ring = sqrtf (along * along + q.z * q.z) - 39.6f;
  float arch = q.z > 0 ? sqrtf (ring * ring + across * across) - 12.5f : 1e3f;

  hu = phantom_paint (hu, 48.0f, arch - 1.4f);
  hu =
      paint_tube (at, hu, (PhantomPoint){ -12, -22, 62 }, (PhantomPoint){ 6, -14, -8 }, 14.5f, 232);
  hu =
      paint_tube (at, hu, (PhantomPoint){ 32, 44, 62 }, (PhantomPoint){ 16, 40, -160 }, 11.5f, 228);
  hu = phantom_paint (hu, 230.0f, arch);
  if (at->p.z < 92.0f)
    return hu;
  hu =
      paint_tube (at, hu, (PhantomPoint){ -14, -8, 98 }, (PhantomPoint){ -24, -6, 150 }, 6.2f, 236);
  hu = paint_tube (at, hu, (PhantomPoint){ 8, 4, 100 }, (PhantomPoint){ 15, 4, 150 }, 4.6f, 236);
  return paint_tube (at, hu, (PhantomPoint){ 24, 20, 98 }, (PhantomPoint){ 38, 14, 150 }, 5.0f,
                     236);
}

static float
paint_airways (const Place *at, float hu)
{
  PhantomPoint carina = { -1, 16, 56 };

  hu = paint_tube (at, hu, (PhantomPoint){ 11, 38, 150 }, (PhantomPoint){ 13, 34, -130 }, 5.5f, 40);
  hu = phantom_paint (hu, -700.0f,
                      phantom_capsule (at->p, (PhantomPoint){ 11, 38, 150 },
                                       (PhantomPoint){ 11.6f, 37, 60 }, 1.6f));
  if (at->p.z < -20.0f)
    return hu;
  hu = paint_tube (at, hu, (PhantomPoint){ 0, 6, 150 }, carina, 8.6f, -985);
  hu = paint_tube (at, hu, carina, (PhantomPoint){ -40, 18, 30 }, 6.6f, -980);
  hu = paint_tube (at, hu, carina, (PhantomPoint){ 46, 22, 26 }, 6.0f, -980);
  hu = phantom_paint (hu, -985.0f,
                      phantom_capsule (at->p, (PhantomPoint){ 0, 6, 150 }, carina, 8.4f));
  hu = paint_tube (at, hu, (PhantomPoint){ -40, 18, 30 }, (PhantomPoint){ -58, 30, -12 }, 4.2f,
                   -965);
  return paint_tube (at, hu, (PhantomPoint){ 46, 22, 26 }, (PhantomPoint){ 60, 34, -14 }, 4.0f,
                     -965);
}

static float
paint_great_vessels (const Place *at, float hu)
{
  PhantomPoint fork = { 14, -6, 38 };

  if (at->p.z > -30.0f)
    {
      hu = paint_tube (at, hu, (PhantomPoint){ -28, -12, 150 }, (PhantomPoint){ -30, -10, -8 },
                       8.6f, 290);
      hu = paint_tube (at, hu, (PhantomPoint){ 10, -36, -8 }, fork, 13.5f, 246);
      hu = paint_tube (at, hu, fork, (PhantomPoint){ -46, 4, 34 }, 9.4f, 244);
      hu = paint_tube (at, hu, fork, (PhantomPoint){ 50, 20, 42 }, 9.6f, 244);
    }
  else
    hu = paint_tube (at, hu, (PhantomPoint){ -26, 6, -20 }, (PhantomPoint){ -24, 20, -160 }, 11.5f,
                     150);
  return hu;
}

static float
paint_heart (const Place *at, float hu)
{
  float groove = fabsf (at->h.x + 12.0f + 0.15f * at->h.z) - 3.0f;
  float texture = 6.0f * phantom_noise (SEED_ORGAN, at->p.x / 6, at->p.y / 6, at->p.z / 6);
  float left = phantom_ellipsoid (at->h, (PhantomPoint){ 14, 15, 0 }, (PhantomPoint){ 36, 18, 21 });
  float fat_mm = 3.5f + 2.0f * phantom_noise (SEED_FAT, at->h.x / 20, at->h.y / 20, at->h.z / 20);

  if (at->heart > 4.0f)
    return hu;
  hu = phantom_paint (hu, 36.0f, at->heart);
  hu = phantom_paint (hu, -82.0f, at->heart + 1.5f);
  hu = phantom_paint (hu, 112.0f + texture, MAX (at->heart + 1.5f + fat_mm, -groove));
  hu = phantom_paint (hu, 118.0f + texture, left - 9.5f);
  hu = phantom_paint (hu, 205.0f,
                      phantom_ellipsoid (at->h, (PhantomPoint){ 12, -24, -4 },
                                         (PhantomPoint){ 40, 13, 27 }));
  hu = phantom_paint (hu, 222.0f,
                      phantom_ellipsoid (at->h, (PhantomPoint){ -37, 16, 8 },
                                         (PhantomPoint){ 22, 23, 22 }));
  hu = phantom_paint (hu, 208.0f,
                      phantom_ellipsoid (at->h, (PhantomPoint){ -34, -20, -2 },
                                         (PhantomPoint){ 23, 19, 27 }));
  return phantom_paint (hu, 226.0f,
                        left + 2.0f * phantom_noise (SEED_ORGAN, at->h.x / 7, at->h.y / 7,
                                                     at->h.z / 7));
}

static float
paint_stomach (const Place *at, float hu)
{
  float wall =
      phantom_ellipsoid (at->p, (PhantomPoint){ 62, -22, -142 }, (PhantomPoint){ 44, 42, 46 });
  float contents = at->p.y < -32.0f ? -960.0f : 28.0f;

  hu = phantom_paint (hu, 92.0f, wall);
  return phantom_paint (hu, contents, wall + 4.0f);
}

static float
paint_liver (const Place *at, float hu)
{
  float right =
      phantom_ellipsoid (at->p, (PhantomPoint){ -68, 2, -174 }, (PhantomPoint){ 72, 82, 104 });
  float left =
      phantom_ellipsoid (at->p, (PhantomPoint){ -4, -44, -168 }, (PhantomPoint){ 66, 34, 62 });
  float texture = 7.0f * phantom_noise (SEED_ORGAN, at->p.x / 8, at->p.y / 8, at->p.z / 8);
  PhantomPoint cava = { -26, 18, -108 };
  float veins = MIN (phantom_capsule (at->p, cava, (PhantomPoint){ -104, 26, -146 }, 4.0f),
                     phantom_capsule (at->p, cava, (PhantomPoint){ -72, -46, -140 }, 4.4f));

  veins = MIN (veins, phantom_capsule (at->p, cava, (PhantomPoint){ 2, -44, -138 }, 3.6f));
  hu = phantom_paint (hu, 108.0f + texture, MIN (right, left));
  return MIN (right, left) < 0 ? phantom_paint (hu, 152.0f, veins) : hu;
}

static float
paint_abdomen (const Place *at, float hu)
{
  float spleen =
      phantom_ellipsoid (at->p, (PhantomPoint){ 104, 40, -152 }, (PhantomPoint){ 30, 40, 52 });

  if (at->abdomen > 4.0f)
    return hu;
  hu = phantom_paint (hu, 62.0f, at->abdomen - 2.5f);
  hu = phantom_paint (hu, -98.0f, at->abdomen);
  hu = paint_stomach (at, hu);
  hu = phantom_paint (hu,
                      122.0f +
                          4.0f * phantom_noise (SEED_ORGAN, at->p.x / 5, at->p.y / 5, at->p.z / 5),
                      spleen);
  return paint_liver (at, hu);
}

static float
paint_lung (const Place *at, float hu)
{
  float texture =
      22.0f * phantom_noise (SEED_LUNG, at->p.x / 6, at->p.y / 6, at->p.z / 6) +
      16.0f * phantom_noise (SEED_LUNG + 1, at->p.x / 2.5f, at->p.y / 2.5f, at->p.z / 3);
  float fissure = fabsf (at->p.y + 0.75f * at->p.z - 14.0f) * 0.8f - 0.7f;
  float air = -868.0f + 0.42f * (at->p.y + 80.0f) + texture;

  return phantom_paint (hu, phantom_paint (air, air + 45.0f, fissure), at->lung);
}

static float
paint_inside (const Place *at, float hu)
{
  if (at->lung < -12.0f)
    return paint_lung (at, hu);
  hu = phantom_paint (hu,
                      -92.0f +
                          10.0f * phantom_noise (SEED_FAT, at->p.x / 6, at->p.y / 6, at->p.z / 8),
                      at->cavity);
  hu = paint_abdomen (at, hu);
  hu = paint_lung (at, hu);
  if (at->p.x > -75.0f && at->p.x < 105.0f && at->p.y < 70.0f)
    {
      hu = paint_great_vessels (at, hu);
      hu = paint_heart (at, hu);
      hu = paint_aorta (at, hu);
      hu = paint_airways (at, hu);
    }
  return hu;
}

/* The couch: a curved carbon shell on foam. */
static float
air_and_couch (PhantomPoint p)
{
  float r = sqrtf (p.x * p.x + (p.y + 290.0f) * (p.y + 290.0f)) - 420.0f;

  if (p.y < 90.0f || fabsf (p.x) > 190.0f)
    return -1000.0f;
  return phantom_paint (phantom_paint (-1000.0f, -930.0f, fabsf (r) - 7.0f), -420.0f,
                        fabsf (fabsf (r) - 7.0f) - 0.9f);
}

static float
hounsfield_at (PhantomPoint p)
{
  float outside = air_and_couch (p);
  float body = body_distance (p);
  Place at = { 0 };
  float hu = 0;

  if (body > 1.0f)
    return outside;
  at = place_at (p, body);
  if (at.cavity > -1.0f)
    hu = chest_wall (&at);
  if (at.cavity < 1.0f)
    hu = paint_inside (&at, hu);
  else
    hu = paint_shoulder (&at, paint_sternum (&at, paint_ribs (&at, hu)));
  hu = paint_spine (&at, hu);
  return phantom_paint (outside, hu, at.body);
}

static void
pixel_range (float a, float b, float reach, int limit, int *from, int *to)
{
  *from = CLAMP ((int) floorf (MIN (a, b) - reach), 0, limit);
  *to = CLAMP ((int) ceilf (MAX (a, b) + reach) + 1, 0, limit);
}

static void
draw_vessel (const PhantomPlane *plane, const PhantomVessel *vessel, float *hu)
{
  float du = sqrtf (phantom_dot (plane->column_step, plane->column_step));
  float dv = sqrtf (phantom_dot (plane->row_step, plane->row_step));
  PhantomPoint a = phantom_minus (vessel->from, plane->origin);
  PhantomPoint b = phantom_minus (vessel->to, plane->origin);
  float reach = vessel->radius + 1.0f;
  int x0 = 0, x1 = 0, y0 = 0, y1 = 0;

  pixel_range (phantom_dot (a, plane->column_step) / (du * du),
               phantom_dot (b, plane->column_step) / (du * du), reach / du, plane->width, &x0, &x1);
  pixel_range (phantom_dot (a, plane->row_step) / (dv * dv),
               phantom_dot (b, plane->row_step) / (dv * dv), reach / dv, plane->height, &y0, &y1);
  for (int y = y0; y < y1; y++)
    for (int x = x0; x < x1; x++)
      {
        float *pixel = &hu[(gsize) y * plane->width + x];
        PhantomPoint p = phantom_plane_point (plane, x, y);

        if (*pixel < -600.0f && *pixel > -960.0f)
          *pixel = phantom_paint (*pixel, 60.0f,
                                  phantom_capsule (p, vessel->from, vessel->to, vessel->radius));
      }
}

static float
off_plane (const PhantomPlane *plane, PhantomPoint normal, PhantomPoint p)
{
  return phantom_dot (phantom_minus (p, plane->origin), normal);
}

static PhantomPoint
plane_normal (const PhantomPlane *plane)
{
  PhantomPoint u = plane->column_step, v = plane->row_step;
  PhantomPoint n = { u.y * v.z - u.z * v.y, u.z * v.x - u.x * v.z, u.x * v.y - u.y * v.x };
  float length = sqrtf (phantom_dot (n, n));

  return (PhantomPoint){ n.x / length, n.y / length, n.z / length };
}

void
phantom_thorax_render (const PhantomPlane *plane, float *hu)
{
  gsize count = 0;
  const PhantomVessel *vessels = phantom_vessels_get (&count);
  PhantomPoint normal = plane_normal (plane);

  for (int y = 0; y < plane->height; y++)
    for (int x = 0; x < plane->width; x++)
      hu[(gsize) y * plane->width + x] = hounsfield_at (phantom_plane_point (plane, x, y));
  for (gsize i = 0; i < count; i++)
    {
      float a = off_plane (plane, normal, vessels[i].from);
      float b = off_plane (plane, normal, vessels[i].to);
      float reach = vessels[i].radius + 0.5f;

      if (MIN (a, b) < reach && MAX (a, b) > -reach)
        draw_vessel (plane, &vessels[i], hu);
    }
}
