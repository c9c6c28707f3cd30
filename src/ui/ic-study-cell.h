/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One cell of the list of studies: what a column says of a row, kept up to date. */
#pragma once

#include "model/ic-result-row.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define IC_TYPE_STUDY_CELL (ic_study_cell_get_type ())
G_DECLARE_FINAL_TYPE (IcStudyCell, ic_study_cell, IC, STUDY_CELL, GtkWidget)

GtkWidget *ic_study_cell_new (IcColumn column);

/* NULL while it shows nothing. */
void ic_study_cell_set_row (IcStudyCell *self, IcResultRow *row);
IcResultRow *ic_study_cell_get_row (IcStudyCell *self);

G_END_DECLS
