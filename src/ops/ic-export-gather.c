/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-export-gather.h"

#include "core/ic-error.h"
#include "ops/ic-retrieval.h"
#include "store/ic-expectation-repo.h"
#include "store/ic-study-repo.h"

/* Without a source: what it said last, as long ago as that may be. */
static gboolean
expect_as_kept (IcReadTx *tx, IcExport *self, const char *study_uid, GError **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(IcExpectation) expectation =
                 ic_expectation_repo_find_latest (tx, study_uid, NULL, &local_error);
  g_autoptr(GDateTime) when = NULL;
  g_autofree char *date = NULL;

  if (expectation == NULL && !g_error_matches (local_error, IC_ERROR, IC_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (expectation == NULL)
    return TRUE;
  ic_proof_expect_before (self->proof, expectation);
  when = g_date_time_new_from_unix_local (expectation->taken_at);
  date = g_date_time_format (when, "%-d %b %Y %H:%M");
  g_ptr_array_add (self->result->notices,
                   g_strdup_printf ("study %s is compared with what %s had on %s", study_uid,
                                    expectation->source, date));
  return TRUE;
}

static void
take_as_stored (IcExport *self, IcStudy *study)
{
  for (guint i = 0; i < study->series->len; i++)
    {
      const IcSeries *series = study->series->pdata[i];

      ic_proof_describe_series (self->proof, study->study_uid, series->series_uid, series->modality,
                                series->number, series->description);
      for (guint k = 0; k < series->instances->len; k++)
        {
          const IcInstance *instance = series->instances->pdata[k];

          ic_proof_add_retrieved (self->proof, study->study_uid, series->series_uid,
                                  instance->sop_instance_uid, instance->sha256,
                                  instance->size_bytes);
          ic_proof_set_flaw (self->proof, series->series_uid, instance->sop_instance_uid,
                             instance->flaw);
        }
    }
}

/* What the source did not send this time stays at home, e.g. an image it has withdrawn. */
static void
leave_out_what_did_not_come (IcExport *self, IcStudy *study)
{
  for (guint i = study->series->len; i > 0; i--)
    {
      IcSeries *series = study->series->pdata[i - 1];

      for (guint k = series->instances->len; k > 0; k--)
        {
          const IcInstance *instance = series->instances->pdata[k - 1];

          if (!ic_proof_has_retrieved (self->proof, series->series_uid, instance->sop_instance_uid))
            g_ptr_array_remove_index (series->instances, k - 1);
        }
      if (series->instances->len == 0)
        g_ptr_array_remove_index (study->series, i - 1);
    }
}

static gboolean
load_study (IcReadTx *tx, IcExport *self, const char *study_uid, GError **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(IcStudy) study = ic_study_repo_find (tx, study_uid, &local_error);

  /* Of what the source did not send at all, the proof says so. */
  if (study == NULL && self->plan->source != NULL &&
      g_error_matches (local_error, IC_ERROR, IC_ERROR_NOT_FOUND))
    return TRUE;
  if (study == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (self->plan->source != NULL)
    leave_out_what_did_not_come (self, study);
  else if (!expect_as_kept (tx, self, study_uid, error))
    return FALSE;
  else
    take_as_stored (self, study);
  if (study->series->len > 0)
    g_ptr_array_add (self->studies, g_steal_pointer (&study));
  return TRUE;
}

static gboolean
load_studies (IcReadTx *tx, gpointer data, GError **error)
{
  IcExport *self = data;

  for (guint i = 0; self->plan->study_uids[i] != NULL; i++)
    if (!load_study (tx, self, self->plan->study_uids[i], error))
      return FALSE;
  return TRUE;
}

gboolean
ic_export_gather (IcExport *self, GError **error)
{
  IcExportPlan *plan = self->plan;
  g_autoptr(IcProgress) part = ic_progress_child (self->progress, 0, IC_EXPORT_RETRIEVED_AT);

  if (plan->source != NULL &&
      !ic_retrieval_run (plan->desk, plan->source, (const char *const *) plan->study_uids,
                         self->proof, self->result->notices, self->result->transfer->id, part,
                         self->cancellable, error))
    return FALSE;
  if (!ic_store_read (ic_desk_get_store (plan->desk), load_studies, self, error))
    return FALSE;
  if (self->studies->len > 0)
    return TRUE;
  g_set_error_literal (error, IC_ERROR, IC_ERROR_INCOMPLETE,
                       "none of the images came, so there is nothing to write");
  return FALSE;
}
