/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-outgoing.h"

#include "core/ic-error.h"
#include "domain/ic-study.h"
#include "domain/ic-text.h"
#include "domain/ic-uid.h"
#include "ops/ic-retrieval.h"
#include "store/ic-expectation-repo.h"
#include "store/ic-study-repo.h"

#include <glib/gi18n.h>

typedef struct
{
  const IcOutgoing *outgoing;
  GPtrArray *studies; /* of IcStudy: what goes out */
} Gathering;

/* Without a source: what it said last, as long ago as that may be. */
static gboolean
expect_as_kept (IcReadTx *tx, Gathering *self, const char *study_uid, GError **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(IcExpectation) expectation =
          ic_expectation_repo_find_latest_sharing (tx, ic_proof_get_texts (self->outgoing->proof),
                                                   study_uid, NULL, &local_error);
  g_autoptr(GDateTime) when = NULL;
  g_autofree char *date = NULL;

  if (expectation == NULL && !g_error_matches (local_error, IC_ERROR, IC_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (expectation == NULL)
    return TRUE;
  ic_proof_expect_before (self->outgoing->proof, expectation);
  when = g_date_time_new_from_unix_local (expectation->taken_at);
  date = g_date_time_format (when, "%Y-%m-%d %H:%M");
  g_ptr_array_add (self->outgoing->notices,
                   /* Translators: a study, a node, and a date and time. */
                   g_strdup_printf (_ ("study %s is compared with what %s had on %s"), study_uid,
                                    expectation->source, date));
  return TRUE;
}

static void
take_as_stored (Gathering *self, IcStudy *study)
{
  for (guint i = 0; i < study->series->len; i++)
    {
      const IcSeries *series = study->series->pdata[i];

      ic_proof_describe_series (self->outgoing->proof, study->study_uid, series->series_uid,
                                series->modality, series->number, series->description);
      for (guint k = 0; k < series->instances->len; k++)
        {
          const IcInstance *instance = series->instances->pdata[k];

          ic_proof_add_retrieved (self->outgoing->proof, study->study_uid, series->series_uid,
                                  instance->sop_instance_uid, instance->sha256,
                                  instance->size_bytes);
          ic_proof_set_flaw (self->outgoing->proof, series->series_uid, instance->sop_instance_uid,
                             instance->flaw);
        }
    }
}

/* What the source did not send this time stays at home, e.g. an image it has withdrawn; what nobody
 * selected; and what another transfer has replaced since, for nobody could say then what went out.
 */
static gboolean
goes_out (Gathering *self, const IcSeries *series, const IcInstance *instance)
{
  const IcOutgoing *outgoing = self->outgoing;

  if (outgoing->selection != NULL &&
      !ic_selection_has (outgoing->selection, series->series_uid, instance->sop_instance_uid))
    return FALSE;
  if (!ic_proof_has_retrieved (outgoing->proof, series->series_uid, instance->sop_instance_uid))
    return FALSE;
  if (ic_proof_has_retrieved_as (outgoing->proof, series->series_uid, instance->sop_instance_uid,
                                 instance->sha256))
    return TRUE;
  ic_proof_set_refused (outgoing->proof, series->series_uid, instance->sop_instance_uid,
                        "another transfer has replaced it here meanwhile");
  return FALSE;
}

static void
leave_out (Gathering *self, IcStudy *study)
{
  for (guint i = study->series->len; i > 0; i--)
    {
      IcSeries *series = study->series->pdata[i - 1];

      for (guint k = series->instances->len; k > 0; k--)
        {
          if (!goes_out (self, series, series->instances->pdata[k - 1]))
            g_ptr_array_remove_index (series->instances, k - 1);
        }
      if (series->instances->len == 0)
        g_ptr_array_remove_index (study->series, i - 1);
    }
}

static gboolean
load_study (IcReadTx *tx, Gathering *self, const char *study_uid, GError **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(IcStudy) study =
                 ic_study_repo_find_sharing (tx, study_uid,
                                             ic_proof_get_texts (self->outgoing->proof),
                                             self->outgoing->with_checksums, &local_error);

  /* Of what the source did not send at all, the proof says so. */
  if (study == NULL && self->outgoing->source != NULL &&
      g_error_matches (local_error, IC_ERROR, IC_ERROR_NOT_FOUND))
    return TRUE;
  if (study == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (self->outgoing->source == NULL)
    {
      if (!expect_as_kept (tx, self, study_uid, error))
        return FALSE;
      take_as_stored (self, study);
    }
  leave_out (self, study);
  if (study->series->len > 0)
    g_ptr_array_add (self->studies, g_steal_pointer (&study));
  return TRUE;
}

static gboolean
load_studies (IcReadTx *tx, gpointer data, GError **error)
{
  Gathering *self = data;

  for (guint i = 0; self->outgoing->study_uids[i] != NULL; i++)
    if (!load_study (tx, self, self->outgoing->study_uids[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
set_usage_error (GError **error, const char *what)
{
  g_set_error_literal (error, IC_ERROR, IC_ERROR_USAGE, what);
  return FALSE;
}

gboolean
ic_outgoing_check (const char *const *study_uids,
                   IcSelection *selection,
                   IcPatient *patient,
                   const char *recipient,
                   const char *reason,
                   const char *legal_basis,
                   GError **error)
{
  if (study_uids[0] == NULL)
    return set_usage_error (error, "no study is named");
  if (selection != NULL && ic_selection_count (selection) == 0)
    return set_usage_error (error, "no image is selected");
  for (guint i = 0; study_uids[i] != NULL; i++)
    if (!ic_uid_is_valid (study_uids[i]))
      return set_usage_error (error, "a study UID is not one");
  if (*patient->id == '\0' || (*patient->name == '\0' && *patient->birth_date == '\0'))
    return set_usage_error (error, "a patient ID and a name or date of birth are needed");
  if (*recipient == '\0' || *reason == '\0')
    return set_usage_error (error, "a recipient and a reason are needed");
  return ic_text_check (recipient, "the recipient", IC_TEXT_LINE, error) &&
         ic_text_check (reason, "the reason", IC_TEXT_REASON, error) &&
         ic_text_check (legal_basis, "the legal basis", IC_TEXT_LINE, error);
}

GPtrArray *
ic_outgoing_gather (const IcOutgoing *self,
                    IcProgress *progress,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autoptr(GPtrArray) studies = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_study_unref);
  Gathering gathering = { self, studies };

  ic_proof_select (self->proof, self->selection);
  if (self->source != NULL &&
      !ic_retrieval_run (self->desk, self->source, self->study_uids, self->proof, self->notices,
                         self->transfer, progress, cancellable, error))
    return NULL;
  if (!ic_store_read (ic_desk_get_store (self->desk), load_studies, &gathering, error))
    return NULL;
  if (studies->len > 0)
    return g_steal_pointer (&studies);
  g_set_error_literal (error, IC_ERROR, IC_ERROR_INCOMPLETE,
                       "none of the images came, so there is nothing to send on");
  return NULL;
}
