/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds out, in portions, how much of studies is here and when they were sent last. Belongs to the
 * main thread.
 */
#pragma once

#include "model/ic-study-row.h"
#include "model/ic-workspace.h"

G_BEGIN_DECLS

typedef struct _IcStudyPlaces IcStudyPlaces;

/* @workspace must live as long as it. */
IcStudyPlaces *ic_study_places_new (IcWorkspace *workspace);

/* What it still waits for is dropped. */
void ic_study_places_free (IcStudyPlaces *self);

/* References the row until it was told. */
void ic_study_places_add (IcStudyPlaces *self, IcStudyRow *study);

/* Forgets those that wait. */
void ic_study_places_clear (IcStudyPlaces *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcStudyPlaces, ic_study_places_free)

G_END_DECLS
