/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/ic-expectation.h"

static void
series_free (gpointer data)
{
  IcExpectedSeries *self = data;

  g_free (self->series_uid);
  g_free (self->modality);
  g_free (self->number);
  g_free (self->description);
  g_hash_table_unref (self->instances);
  ic_texts_unref (self->texts);
  g_free (self);
}

IcExpectation *
ic_expectation_new (const char *study_uid, const char *source, gint64 taken_at)
{
  return ic_expectation_new_sharing (NULL, study_uid, source, taken_at);
}

IcExpectation *
ic_expectation_new_sharing (IcTexts *texts,
                            const char *study_uid,
                            const char *source,
                            gint64 taken_at)
{
  IcExpectation *self = g_atomic_rc_box_new0 (IcExpectation);

  self->study_uid = g_strdup (study_uid);
  self->source = g_strdup (source);
  self->taken_at = taken_at;
  self->remark = g_strdup ("");
  self->series = g_ptr_array_new_with_free_func (series_free);
  self->texts = texts != NULL ? ic_texts_ref (texts) : ic_texts_new ();
  return self;
}

static void
clear (gpointer data)
{
  IcExpectation *self = data;

  g_free (self->study_uid);
  g_free (self->source);
  g_free (self->remark);
  g_ptr_array_unref (self->series);
  ic_texts_unref (self->texts);
}

IcExpectation *
ic_expectation_ref (IcExpectation *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
ic_expectation_unref (IcExpectation *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

IcExpectedSeries *
ic_expectation_add_series (IcExpectation *self, const char *series_uid)
{
  IcExpectedSeries *series = g_new0 (IcExpectedSeries, 1);

  series->series_uid = g_strdup (series_uid);
  series->modality = g_strdup ("");
  series->number = g_strdup ("");
  series->description = g_strdup ("");
  series->instances = g_hash_table_new (g_str_hash, g_str_equal);
  series->texts = ic_texts_ref (self->texts);
  g_ptr_array_add (self->series, series);
  return series;
}

IcExpectedSeries *
ic_expectation_find_series (IcExpectation *self, const char *series_uid)
{
  for (guint i = 0; i < self->series->len; i++)
    {
      IcExpectedSeries *series = self->series->pdata[i];

      if (g_str_equal (series->series_uid, series_uid))
        return series;
    }
  return NULL;
}

const char *
ic_expected_series_add (IcExpectedSeries *self, const char *sop_instance_uid)
{
  const char *uid = ic_texts_keep (self->texts, sop_instance_uid);

  g_hash_table_add (self->instances, (gpointer) uid);
  return uid;
}

guint
ic_expectation_count (IcExpectation *self)
{
  guint n = 0;

  for (guint i = 0; i < self->series->len; i++)
    n += ((IcExpectedSeries *) self->series->pdata[i])->count;
  return n;
}

static const char *const basis_names[] = {
  [IC_BASIS_NONE] = "none",
  [IC_BASIS_COUNT_ONLY] = "count-only",
  [IC_BASIS_UID_LIST] = "uid-list",
};

const char *
ic_basis_to_string (IcBasis basis)
{
  return basis_names[basis];
}

IcBasis
ic_basis_from_string (const char *text)
{
  for (guint i = 0; i < G_N_ELEMENTS (basis_names); i++)
    if (g_strcmp0 (basis_names[i], text) == 0)
      return i;
  return IC_BASIS_NONE;
}
