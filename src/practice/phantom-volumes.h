/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The noiseless slices that several series share, drawn once. Immutable when made. */
#pragma once

#include "practice/phantom-catalogue.h"
#include "practice/phantom-shape.h"

G_BEGIN_DECLS

typedef struct _PhantomVolumes PhantomVolumes;

/* Runs @work for 0 to @n - 1 on all processors and returns when all are done. */
void phantom_run_parallel (guint n, void (*work) (guint index, gpointer data), gpointer data);

PhantomVolumes *phantom_volumes_new (void);
void phantom_volumes_free (PhantomVolumes *self);

/* Picture @index of @count spread over the slices of @kind: a borrowed field of the plane's size
 * in Hounsfield units or signal. @plane and @slice_mm tell where it lies.
 */
const float *phantom_volumes_get (const PhantomVolumes *self,
                                  PhantomKind kind,
                                  int index,
                                  int count,
                                  PhantomPlane *plane,
                                  float *slice_mm);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhantomVolumes, phantom_volumes_free)

G_END_DECLS
