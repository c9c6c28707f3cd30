/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Solid geometry of the phantoms: signed distances in millimetres (negative inside) in patient
 * coordinates as of PS3.3 C.7.6.2.1.1 (x to the left, y to the back, z to the head), and painting
 * with a soft edge. All inline: they run for every pixel.
 */
#pragma once

#include <glib.h>
#include <math.h>

G_BEGIN_DECLS

typedef struct
{
  float x, y, z;
} PhantomPoint;

/* A picture plane: the centre of the first pixel and the steps to the next column and row. */
typedef struct
{
  PhantomPoint origin;
  PhantomPoint column_step;
  PhantomPoint row_step;
  int width;
  int height;
} PhantomPlane;

static inline PhantomPoint
phantom_plane_point (const PhantomPlane *plane, float column, float row)
{
  return (PhantomPoint){
    plane->origin.x + column * plane->column_step.x + row * plane->row_step.x,
    plane->origin.y + column * plane->column_step.y + row * plane->row_step.y,
    plane->origin.z + column * plane->column_step.z + row * plane->row_step.z,
  };
}

static inline float
phantom_dot (PhantomPoint a, PhantomPoint b)
{
  return a.x * b.x + a.y * b.y + a.z * b.z;
}

static inline PhantomPoint
phantom_minus (PhantomPoint a, PhantomPoint b)
{
  return (PhantomPoint){ a.x - b.x, a.y - b.y, a.z - b.z };
}

static inline float
phantom_clamp01 (float t)
{
  return t < 0.0f ? 0.0f : t > 1.0f ? 1.0f : t;
}

static inline float
phantom_ramp (float from, float to, float t)
{
  float u = phantom_clamp01 ((t - from) / (to - from));

  return u * u * (3.0f - 2.0f * u);
}

/* First-order distance to an ellipsoid. */
static inline float
phantom_ellipsoid (PhantomPoint p, PhantomPoint centre, PhantomPoint radii)
{
  float x = (p.x - centre.x) / radii.x;
  float y = (p.y - centre.y) / radii.y;
  float z = (p.z - centre.z) / radii.z;
  float k0 = sqrtf (x * x + y * y + z * z);
  float gx = x / radii.x, gy = y / radii.y, gz = z / radii.z;
  float k1 = sqrtf (gx * gx + gy * gy + gz * gz);

  return k1 > 1e-6f ? k0 * (k0 - 1.0f) / k1 : -radii.x;
}

static inline float
phantom_capsule (PhantomPoint p, PhantomPoint a, PhantomPoint b, float radius)
{
  PhantomPoint pa = phantom_minus (p, a), ba = phantom_minus (b, a);
  float h = phantom_clamp01 (phantom_dot (pa, ba) / phantom_dot (ba, ba));
  PhantomPoint d = { pa.x - ba.x * h, pa.y - ba.y * h, pa.z - ba.z * h };

  return sqrtf (phantom_dot (d, d)) - radius;
}

/* Distance to the superellipse |x/a|^2.5 + |y/b|^2.5 = 1, the outline of a trunk. */
static inline float
phantom_trunk (float x, float y, float a, float b)
{
  float u = fabsf (x) / a, v = fabsf (y) / b;
  float pu = u * sqrtf (u), pv = v * sqrtf (v);
  float f = pu * u + pv * v;
  float gx = 2.5f * pu / a, gy = 2.5f * pv / b;
  float slope = sqrtf (gx * gx + gy * gy);

  return slope > 1e-5f ? (f - 1.0f) / slope : -b;
}

/* @value moved towards @inside where @distance is negative; the edge is one millimetre wide. */
static inline float
phantom_paint (float value, float inside, float distance)
{
  return value + (inside - value) * phantom_clamp01 (0.5f - distance);
}

G_END_DECLS
