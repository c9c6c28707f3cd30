/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A chest after contrast medium as solid shapes: a drawing made to be recognised, not an atlas.
 * z runs from the upper abdomen (-150 mm) to the collar bones (+130 mm). Plain functions of place.
 */
#pragma once

#include "practice/phantom-shape.h"

G_BEGIN_DECLS

/* Fills @hu (width x height) with Hounsfield units on @plane, without noise. Thread-safe once
 * phantom_vessels_get() has run.
 */
void phantom_thorax_render (const PhantomPlane *plane, float *hu);

/* How deep @p lies in a lung, in millimetres; negative outside. */
float phantom_thorax_lung_depth (PhantomPoint p);

/* Half width and half depth of the chest cavity at height @z. */
void phantom_thorax_cavity (float z, float *half_width, float *half_depth);

G_END_DECLS
