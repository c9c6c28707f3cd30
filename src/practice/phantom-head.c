/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "practice/phantom-head.h"

#include "practice/phantom-noise.h"

typedef enum
{
  AIR,
  SKIN,
  FAT,
  MUSCLE,
  BONE,
  MARROW,
  FLUID,
  GREY,
  DEEP_GREY,
  WHITE,
  N_TISSUES,
} Tissue;

enum
{
  SEED_FOLD = 211,
  SEED_SKULL = 223,
  SEED_FACE = 227,
  SAMPLES = 2, /* each way in a pixel */
};

static const float signal_of[PHANTOM_N_WEIGHTINGS][N_TISSUES] = {
  [PHANTOM_T1] = { 12, 430, 930, 400, 55, 520, 165, 455, 490, 640 },
  [PHANTOM_T2] = { 10, 330, 620, 240, 35, 330, 960, 520, 420, 345 },
};

typedef struct
{
  PhantomPoint p; /* with x made positive: both sides are alike */
  float side_x;
  float brain; /* distance to the brain's hull */
} Place;

static float
brain_distance (PhantomPoint p)
{
  float wide = 67.0f + 4.0f * phantom_ramp (-50.0f, 50.0f, p.y);
  PhantomPoint radii = { wide, 85.0f, p.z > 0 ? 72.0f : 66.0f };
  float cerebrum = phantom_ellipsoid (p, (PhantomPoint){ 0, 0, 0 }, radii);

  return cerebrum + 1.2f * phantom_noise (SEED_SKULL, p.x / 40, p.y / 40, p.z / 40);
}

/* Distance to the nearest furrow: the zero sets of two noise fields, which fade with depth. */
static float
furrow_distance (const Place *at, float depth)
{
  PhantomPoint p = at->p;
  float warp = 5.0f * phantom_noise (SEED_FOLD + 9, at->side_x / 22, p.y / 22, p.z / 22);
  float a = phantom_noise (SEED_FOLD, (at->side_x + warp) / 13, (p.y - warp) / 13, p.z / 15);
  float b = phantom_noise (SEED_FOLD + 1, (at->side_x - warp) / 9, (p.y + warp) / 9, p.z / 11);
  float inward_a = MAX (0.0f, depth - 19.0f) * 0.7f, inward_b = MAX (0.0f, depth - 11.0f) * 0.9f;

  return MIN (fabsf (a) * 9.2f + inward_a, fabsf (b) * 6.4f + inward_b);
}

static float
fissure_distance (const Place *at)
{
  float callosum =
      sqrtf (at->p.y * at->p.y / (44.0f * 44.0f) + (at->p.z - 4) * (at->p.z - 4) / (26.0f * 26.0f));
  float wave = 0.8f * phantom_noise (SEED_FOLD + 3, at->p.y / 9, at->p.z / 9, 0.5f);
  float middle = MAX (fabsf (at->side_x + wave) - 0.2f, (1.0f - callosum) * 30.0f);
  float sheet =
      fabsf (at->p.y + 12.0f - 0.5f * (at->p.x - 38.0f) - 0.8f * at->p.z + 5.0f * wave) * 0.7f;
  float sylvian = sheet + MAX (0.0f, 37.0f - at->p.x) + MAX (0.0f, fabsf (at->p.z - 2.0f) - 20.0f);

  return MIN (middle, sylvian);
}

static float
ventricle_distance (const Place *at)
{
  PhantomPoint p = at->p;
  float d = phantom_capsule (p, (PhantomPoint){ 9, -30, 10 }, (PhantomPoint){ 7.5f, 2, 22 }, 5.2f);

  d = MIN (d,
           phantom_capsule (p, (PhantomPoint){ 7.5f, 2, 22 }, (PhantomPoint){ 19, 34, 12 }, 5.4f));
  d = MIN (d, phantom_capsule (p, (PhantomPoint){ 19, 34, 12 }, (PhantomPoint){ 24, 54, 3 }, 3.6f));
  d = MIN (d, phantom_capsule (p, (PhantomPoint){ 21, 34, 8 }, (PhantomPoint){ 33, 0, -22 }, 2.6f));
  d = MIN (d, phantom_ellipsoid (p, (PhantomPoint){ 0, 4, -2 }, (PhantomPoint){ 2.4f, 14, 11 }));
  return MIN (d, phantom_ellipsoid (p, (PhantomPoint){ 0, 38, -36 }, (PhantomPoint){ 7, 5, 9 }));
}

static gboolean
is_deep_grey (const Place *at)
{
  PhantomPoint p = at->p;
  float wave = 0.8f * phantom_noise (SEED_FOLD + 5, p.x / 6, p.y / 6, p.z / 6);
  float d = phantom_ellipsoid (p, (PhantomPoint){ 16, -20, 14 }, (PhantomPoint){ 5.5f, 12, 11 });

  d = MIN (d,
           phantom_ellipsoid (p, (PhantomPoint){ 25.5f, -2, 3 }, (PhantomPoint){ 6.5f, 17, 12 }));
  d = MIN (d, phantom_ellipsoid (p, (PhantomPoint){ 10.5f, 14, 6 }, (PhantomPoint){ 8, 14, 9.5f }));
  return d + wave < 0;
}

static Tissue
cerebellum_at (const Place *at, float hull)
{
  float leaves =
      sinf (at->p.z * 1.25f + at->p.y * 0.35f +
            2.2f * phantom_noise (SEED_FOLD + 7, at->side_x / 12, at->p.y / 12, at->p.z / 12));
  float tree =
      phantom_ellipsoid (at->p, (PhantomPoint){ 20, 46, -42 }, (PhantomPoint){ 17, 13, 11 });
  float vermis = at->p.x - 2.0f;

  if (vermis < 0 && at->p.y > 62.0f)
    return FLUID;
  if (tree + 3.0f * leaves < 0)
    return WHITE;
  return hull > -14.0f && leaves > 0.82f ? FLUID : GREY;
}

static Tissue
cerebrum_at (const Place *at)
{
  float depth = -at->brain;
  float ventricle = ventricle_distance (at);
  float pial = MIN (depth - 0.7f, MIN (furrow_distance (at, depth), fissure_distance (at)));
  float sulcus = 0.55f + 0.55f * phantom_ramp (14.0f, 0.0f, depth);

  if (ventricle < 0 || pial < sulcus)
    return FLUID;
  if (is_deep_grey (at))
    return DEEP_GREY;
  return pial < 3.7f && ventricle > 3.0f ? GREY : WHITE;
}

static Tissue
brain_at (const Place *at)
{
  float hull =
      phantom_ellipsoid (at->p, (PhantomPoint){ 22, 46, -44 }, (PhantomPoint){ 36, 34, 23 });
  float stem =
      phantom_capsule (at->p, (PhantomPoint){ 0, 12, -14 }, (PhantomPoint){ 0, 28, -74 }, 12.0f);

  float clivus =
      phantom_ellipsoid (at->p, (PhantomPoint){ 0, -14, -46 }, (PhantomPoint){ 13, 22, 20 });
  float petrous =
      phantom_capsule (at->p, (PhantomPoint){ 12, 4, -44 }, (PhantomPoint){ 58, 20, -38 }, 7.0f);
  float base = MIN (clivus, petrous);

  if (ventricle_distance (at) < 0)
    return FLUID;
  if (stem < 0 && at->p.z < -8.0f)
    return WHITE;
  if (at->p.z < -14.0f && hull < 0)
    return cerebellum_at (at, hull);
  if (at->p.z < -10.0f && (hull < 1.3f || stem < 3.0f))
    return FLUID;
  if (base < 0)
    return base < -3.0f ? MARROW : BONE;
  return cerebrum_at (at);
}

static Tissue
skull_at (const Place *at)
{
  float thick =
      6.0f + 1.6f * phantom_noise (SEED_SKULL + 1, at->p.x / 30, at->p.y / 30, at->p.z / 30);
  float out = at->brain - 1.6f;

  if (out < 0)
    return FLUID;
  if (out < 1.6f || (out > thick - 1.6f && out < thick))
    return BONE;
  if (out < thick)
    return MARROW;
  if (out < thick + 1.3f)
    return MUSCLE;
  return out < thick + 6.0f ? FAT : SKIN;
}

static Tissue
eye_at (const Place *at, float orbit)
{
  float eye =
      phantom_ellipsoid (at->p, (PhantomPoint){ 32, -82, -36 }, (PhantomPoint){ 12, 12, 12 });
  float lens =
      phantom_ellipsoid (at->p, (PhantomPoint){ 32, -91, -36 }, (PhantomPoint){ 5, 2.3f, 5 });
  float nerve =
      phantom_capsule (at->p, (PhantomPoint){ 29, -70, -36 }, (PhantomPoint){ 10, -34, -32 }, 2.0f);
  float muscle = MIN (phantom_capsule (at->p, (PhantomPoint){ 43, -80, -36 },
                                       (PhantomPoint){ 16, -40, -33 }, 2.2f),
                      phantom_capsule (at->p, (PhantomPoint){ 20, -80, -36 },
                                       (PhantomPoint){ 12, -40, -33 }, 2.0f));

  if (eye < 0)
    return lens < 0 ? MUSCLE : eye > -1.3f ? BONE : FLUID;
  if (nerve < 0)
    return WHITE;
  if (muscle < 0)
    return MUSCLE;
  return orbit > -1.4f ? BONE : FAT;
}

static Tissue
face_at (const Place *at)
{
  float orbit =
      phantom_ellipsoid (at->p, (PhantomPoint){ 27, -66, -36 }, (PhantomPoint){ 20, 34, 17 });
  float nose =
      phantom_ellipsoid (at->p, (PhantomPoint){ 4.5f, -76, -50 }, (PhantomPoint){ 4, 26, 24 });
  float sinus =
      phantom_ellipsoid (at->p, (PhantomPoint){ 9, -38, -46 }, (PhantomPoint){ 9, 12, 11 });
  float temple =
      phantom_ellipsoid (at->p, (PhantomPoint){ 64, -36, -40 }, (PhantomPoint){ 12, 30, 34 });

  if (orbit < 0)
    return eye_at (at, orbit);
  if (MIN (nose, sinus) < 0)
    return AIR;
  if (MIN (nose, sinus) < 3.0f)
    return phantom_noise (SEED_FACE, at->p.x / 4, at->p.y / 4, at->p.z / 4) > 0 ? SKIN : BONE;
  if (temple < 0)
    return MUSCLE;
  return phantom_noise (SEED_FACE + 1, at->p.x / 9, at->p.y / 9, at->p.z / 9) > 0.1f ? MARROW
                                                                                     : BONE;
}

static float
head_distance (PhantomPoint p)
{
  float low = phantom_ramp (-5.0f, -45.0f, p.z);
  PhantomPoint centre = { 0, -3.0f * low, p.z < 0 ? p.z * (1.0f - 0.25f * low) : 0 };
  PhantomPoint radii = { 81.0f - 3.0f * low, 99.0f + 2 * low, 86 };
  PhantomPoint nose = { 0, -96, -44 };
  float hull = phantom_ellipsoid (p, p.z < 0 ? centre : (PhantomPoint){ 0, 0, 0 }, radii);
  float tip = phantom_ellipsoid (p, nose, (PhantomPoint){ 14, 20, 22 });

  return MIN (hull, tip);
}

static Tissue
tissue_at (PhantomPoint p)
{
  float head = head_distance (p);
  Place at = { { fabsf (p.x), p.y, p.z }, p.x, 0 };

  if (head > 0)
    return AIR;
  at.brain = brain_distance (p);
  if (at.brain < 0)
    return brain_at (&at);
  if (head > -1.8f)
    return SKIN;
  if (p.z < -14.0f && p.y < -30.0f && at.brain > 2.4f)
    return head > -5.0f ? FAT : face_at (&at);
  if (p.z < -20.0f && head > -12.0f)
    return head > -6.0f ? FAT : MUSCLE;
  return skull_at (&at);
}

static void
sample_pixel (const PhantomPlane *plane, int x, int y, float sums[PHANTOM_N_WEIGHTINGS])
{
  for (int i = 0; i < SAMPLES * SAMPLES; i++)
    {
      float column = x + (i % SAMPLES + 0.5f) / SAMPLES - 0.5f;
      float row = y + (i / SAMPLES + 0.5f) / SAMPLES - 0.5f;
      Tissue tissue = tissue_at (phantom_plane_point (plane, column, row));

      sums[PHANTOM_T1] += signal_of[PHANTOM_T1][tissue] / (SAMPLES * SAMPLES);
      sums[PHANTOM_T2] += signal_of[PHANTOM_T2][tissue] / (SAMPLES * SAMPLES);
    }
}

void
phantom_head_render (const PhantomPlane *plane, float *t1, float *t2)
{
  for (int y = 0; y < plane->height; y++)
    for (int x = 0; x < plane->width; x++)
      {
        PhantomPoint p = phantom_plane_point (plane, x, y);
        float coil = 1.0f + 0.09f * phantom_noise (SEED_FACE + 4, p.x / 90, p.y / 90, p.z / 90);
        float sums[PHANTOM_N_WEIGHTINGS] = { 0 };
        gsize at = (gsize) y * plane->width + x;

        sample_pixel (plane, x, y, sums);
        if (t1 != NULL)
          t1[at] = sums[PHANTOM_T1] * coil;
        if (t2 != NULL)
          t2[at] = sums[PHANTOM_T2] * coil;
      }
}
