/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known of the study that is selected: whose it is, where it is, its series with pictures,
 * and what can be done with it. Its buttons are actions of the page.
 */
#pragma once

#include "model/ic-patient-row.h"
#include "model/ic-workspace.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define IC_TYPE_STUDY_PANE (ic_study_pane_get_type ())
G_DECLARE_FINAL_TYPE (IcStudyPane, ic_study_pane, IC, STUDY_PANE, GtkWidget)

void ic_study_pane_set_workspace (IcStudyPane *self, IcWorkspace *workspace);

/* @study: NULL when a patient is selected. Both NULL: nothing is. */
void ic_study_pane_show (IcStudyPane *self, IcPatientRow *patient, IcStudyRow *study);

G_END_DECLS
