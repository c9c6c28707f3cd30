/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A patient of whom studies were found. Places that spell a person differently share a row only
 * when their identifiers show that they mean the same one.
 */
#pragma once

#include "model/ic-study-row.h"

G_BEGIN_DECLS

#define IC_TYPE_PATIENT_ROW (ic_patient_row_get_type ())
G_DECLARE_FINAL_TYPE (IcPatientRow, ic_patient_row, IC, PATIENT_ROW, IcResultRow)

IcPatientRow *ic_patient_row_new (IcPatient *patient);

IcPatient *ic_patient_row_get_patient (IcPatientRow *self);

/* Of IcStudyRow. Keep it sorted by ic_patient_row_insert(). */
GListModel *ic_patient_row_get_studies (IcPatientRow *self);

/* Whether a study of @patient belongs below this row. */
gboolean ic_patient_row_is_of (IcPatientRow *self, IcPatient *patient);

/* Puts a study where @column has it. */
void ic_patient_row_insert (IcPatientRow *self,
                            IcStudyRow *study,
                            IcColumn column,
                            gboolean descending);

/* Another order: which study comes first, for ic_patient_row_compare(), and then all of them. */
void ic_patient_row_choose_first (IcPatientRow *self, IcColumn column, gboolean descending);
void ic_patient_row_sort (IcPatientRow *self, IcColumn column, gboolean descending);

/* By what @column shows, of their first studies where it is about studies; never 0 for two. */
int ic_patient_row_compare (IcPatientRow *a, IcPatientRow *b, IcColumn column, gboolean descending);

G_END_DECLS
