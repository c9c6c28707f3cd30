/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of what was found: patients with their studies and series. It is virtualised and sorts
 * by its headers; columns and order are remembered. Signals: "selection-changed", "row-activated"
 * (a study or series, by Enter or double click).
 */
#pragma once

#include "model/ic-series-row.h"
#include "model/ic-study-search.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define IC_TYPE_STUDY_LIST (ic_study_list_get_type ())
G_DECLARE_FINAL_TYPE (IcStudyList, ic_study_list, IC, STUDY_LIST, GtkWidget)

void ic_study_list_set_search (IcStudyList *self,
                               IcWorkspace *workspace,
                               IcStudySearch *search,
                               GSettings *settings);

/* What pops up on a row. */
void ic_study_list_set_menu (IcStudyList *self, GMenuModel *menu);

/* NULL when nothing is selected. Borrowed. */
IcResultRow *ic_study_list_get_selected (IcStudyList *self);

/* The study that is selected, or that the selected series is of. NULL for a patient. Borrowed. */
IcStudyRow *ic_study_list_get_study (IcStudyList *self);

/* The patient whose row is selected, or who the selected row is of. Borrowed. */
IcPatientRow *ic_study_list_get_patient (IcStudyList *self);

void ic_study_list_focus (IcStudyList *self);

G_END_DECLS
