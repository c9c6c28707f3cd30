/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads what a study that was found consists of, when somebody opens it: its series at a node that
 * has it, by one C-FIND, and in the local store. Belongs to the main thread.
 */
#pragma once

#include "model/ic-study-row.h"
#include "model/ic-workspace.h"

G_BEGIN_DECLS

/* Fills its series; those that are there stay while it asks again. What went wrong is said in
 * ic_study_row_get_series_trouble(). Does nothing while it asks already.
 */
void ic_study_contents_load (IcWorkspace *workspace, IcStudyRow *study);

G_END_DECLS
