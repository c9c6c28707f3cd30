/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The vessels of both lungs as short straight pieces: grown once from the hila towards points
 * spread through the lung, thicker the more they feed.
 */
#pragma once

#include "practice/phantom-shape.h"

G_BEGIN_DECLS

typedef struct
{
  PhantomPoint from;
  PhantomPoint to;
  float radius; /* mm */
} PhantomVessel;

/* Grown on first use and kept; the same on every run. */
const PhantomVessel *phantom_vessels_get (gsize *count);

G_END_DECLS
