/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A head as magnetic resonance sees it, in two weightings of the same anatomy. z = 0 lies at the
 * middle of the brain; the eyes are at about -38 mm. Plain functions of place.
 */
#pragma once

#include "practice/phantom-shape.h"

G_BEGIN_DECLS

typedef enum
{
  PHANTOM_T1,
  PHANTOM_T2,
  PHANTOM_N_WEIGHTINGS,
} PhantomWeighting;

/* Fills @t1 and @t2 (either may be NULL) with signal from 0 to about 1000, without noise. */
void phantom_head_render (const PhantomPlane *plane, float *t1, float *t2);

G_END_DECLS
