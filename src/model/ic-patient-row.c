/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/ic-patient-row.h"

#include "domain/ic-identity.h"
#include "words/ic-words.h"

#include <glib/gi18n.h>

struct _IcPatientRow
{
  IcResultRow parent_instance;

  IcPatient *patient;
  char *name_key; /* for sorting */
  GListStore *studies;
  IcStudyRow *first; /* of them in the order asked for last; NULL without any */
};

typedef struct
{
  IcColumn column;
  gboolean descending;
} Order;

G_DEFINE_FINAL_TYPE (IcPatientRow, ic_patient_row, IC_TYPE_RESULT_ROW)

static char *
dup_study_count (IcPatientRow *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->studies));
  g_autofree char *count = ic_words_dup_count (n);

  return g_strdup_printf (ngettext ("%s study", "%s studies", n), count);
}

static char *
dup_name (IcPatientRow *self)
{
  g_autofree char *name = ic_patient_dup_display_name (self->patient);

  return *name != '\0' ? g_steal_pointer (&name) : g_strdup (_ ("Patient without a name"));
}

static char *
ic_patient_row_dup_text (IcResultRow *row, IcColumn column)
{
  IcPatientRow *self = IC_PATIENT_ROW (row);

  switch (column)
    {
    case IC_COLUMN_NAME:
      return dup_name (self);
    case IC_COLUMN_PATIENT_ID:
      return g_strdup (self->patient->id);
    case IC_COLUMN_BIRTH_DATE:
      return ic_words_dup_date (self->patient->birth_date);
    case IC_COLUMN_SEX:
      return g_strdup (self->patient->sex);
    case IC_COLUMN_DATE:
      return dup_study_count (self);
    default:
      return g_strdup ("");
    }
}

static GListModel *
ic_patient_row_get_children (IcResultRow *row)
{
  return G_LIST_MODEL (IC_PATIENT_ROW (row)->studies);
}

static void
ic_patient_row_finalize (GObject *object)
{
  IcPatientRow *self = IC_PATIENT_ROW (object);

  ic_patient_unref (self->patient);
  g_free (self->name_key);
  g_object_unref (self->studies);
  G_OBJECT_CLASS (ic_patient_row_parent_class)->finalize (object);
}

static void
ic_patient_row_class_init (IcPatientRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ic_patient_row_finalize;
  IC_RESULT_ROW_CLASS (klass)->dup_text = ic_patient_row_dup_text;
  IC_RESULT_ROW_CLASS (klass)->get_children = ic_patient_row_get_children;
}

static void
ic_patient_row_init (IcPatientRow *self)
{
  self->studies = g_list_store_new (IC_TYPE_STUDY_ROW);
}

IcPatientRow *
ic_patient_row_new (IcPatient *patient)
{
  IcPatientRow *self = g_object_new (IC_TYPE_PATIENT_ROW, NULL);
  g_autofree char *folded = g_utf8_casefold (patient->name, -1);

  self->patient = ic_patient_ref (patient);
  self->name_key = g_utf8_collate_key (folded, -1);
  return self;
}

IcPatient *
ic_patient_row_get_patient (IcPatientRow *self)
{
  g_return_val_if_fail (IC_IS_PATIENT_ROW (self), NULL);
  return self->patient;
}

GListModel *
ic_patient_row_get_studies (IcPatientRow *self)
{
  g_return_val_if_fail (IC_IS_PATIENT_ROW (self), NULL);
  return G_LIST_MODEL (self->studies);
}

/* Without a patient ID name and birth date must both be given and agree. */
gboolean
ic_patient_row_is_of (IcPatientRow *self, IcPatient *patient)
{
  IcIdentityMatch match;

  g_return_val_if_fail (IC_IS_PATIENT_ROW (self), FALSE);
  match = ic_identity_match (self->patient, patient);
  if (ic_identity_match_is_safe (&match))
    return TRUE;
  /* One place that tells no more than the same ID and the same (or no) name all the time. */
  if (match.id == IC_AGREE_SAME || (*self->patient->id == '\0' && *patient->id == '\0'))
    return g_str_equal (self->patient->name, patient->name) &&
           g_str_equal (self->patient->birth_date, patient->birth_date) &&
           g_str_equal (self->patient->issuer, patient->issuer) &&
           (match.id == IC_AGREE_SAME || match.birth_date == IC_AGREE_SAME);
  return FALSE;
}

static int
compare_studies (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const Order *order = user_data;
  IcStudyRow *left = IC_STUDY_ROW ((gpointer) a);
  IcStudyRow *right = IC_STUDY_ROW ((gpointer) b);
  int result = ic_study_row_compare (left, right, order->column);

  if (result != 0)
    return order->descending ? -result : result;
  result = -ic_study_row_compare (left, right, IC_COLUMN_DATE);
  return result != 0 ? result
                     : g_strcmp0 (ic_study_row_get_uid (left), ic_study_row_get_uid (right));
}

void
ic_patient_row_insert (IcPatientRow *self, IcStudyRow *study, IcColumn column, gboolean descending)
{
  Order order = { column, descending };

  g_return_if_fail (IC_IS_PATIENT_ROW (self));
  g_list_store_insert_sorted (self->studies, study, compare_studies, &order);
  if (self->first == NULL || compare_studies (study, self->first, &order) < 0)
    self->first = study;
  ic_result_row_emit_changed (IC_RESULT_ROW (self));
}

void
ic_patient_row_choose_first (IcPatientRow *self, IcColumn column, gboolean descending)
{
  GListModel *studies = NULL;
  Order order = { column, descending };

  g_return_if_fail (IC_IS_PATIENT_ROW (self));
  studies = G_LIST_MODEL (self->studies);
  for (guint i = 0; i < g_list_model_get_n_items (studies); i++)
    {
      g_autoptr(IcStudyRow) study = g_list_model_get_item (studies, i);

      if (compare_studies (study, self->first, &order) < 0)
        self->first = study;
    }
}

static gboolean
is_sorted (GListModel *studies, Order *order)
{
  for (guint i = 1; i < g_list_model_get_n_items (studies); i++)
    {
      g_autoptr(IcStudyRow) before = g_list_model_get_item (studies, i - 1);
      g_autoptr(IcStudyRow) study = g_list_model_get_item (studies, i);

      if (compare_studies (before, study, order) > 0)
        return FALSE;
    }
  return TRUE;
}

void
ic_patient_row_sort (IcPatientRow *self, IcColumn column, gboolean descending)
{
  Order order = { column, descending };

  g_return_if_fail (IC_IS_PATIENT_ROW (self));
  if (!is_sorted (G_LIST_MODEL (self->studies), &order))
    g_list_store_sort (self->studies, compare_studies, &order);
}

static int
compare_first_studies (IcPatientRow *a, IcPatientRow *b, IcColumn column)
{
  return a->first != NULL && b->first != NULL ? ic_study_row_compare (a->first, b->first, column)
                                              : 0;
}

static int
compare_column (IcPatientRow *a, IcPatientRow *b, IcColumn column)
{
  switch (column)
    {
    case IC_COLUMN_NAME:
      return g_strcmp0 (a->name_key, b->name_key);
    case IC_COLUMN_PATIENT_ID:
      return g_strcmp0 (a->patient->id, b->patient->id);
    case IC_COLUMN_BIRTH_DATE:
      return g_strcmp0 (a->patient->birth_date, b->patient->birth_date);
    case IC_COLUMN_SEX:
      return g_strcmp0 (a->patient->sex, b->patient->sex);
    default:
      return compare_first_studies (a, b, column);
    }
}

int
ic_patient_row_compare (IcPatientRow *a, IcPatientRow *b, IcColumn column, gboolean descending)
{
  int result = compare_column (a, b, column);

  if (result != 0)
    return descending ? -result : result;
  result = g_strcmp0 (a->name_key, b->name_key);
  if (result == 0)
    result = g_strcmp0 (a->patient->id, b->patient->id);
  return result != 0 ? result : (a < b ? -1 : a > b);
}
