/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/ic-transfer-facts.h"

#include "core/ic-error.h"
#include "ops/ic-safety.h"
#include "ops/ic-sidecar.h"
#include "ops/ic-viewer-files.h"
#include "store/ic-expectation-repo.h"
#include "store/ic-request-repo.h"
#include "store/ic-study-repo.h"

#define MAX_REPEATS 5
#define MAX_RECIPIENTS 6

static void
series_free (gpointer data)
{
  IcFactSeries *self = data;

  g_free (self->series_uid);
  g_free (self->modality);
  g_free (self->number);
  g_free (self->description);
  g_free (self);
}

static void
study_free (gpointer data)
{
  IcFactStudy *self = data;

  g_free (self->study_uid);
  g_ptr_array_unref (self->series);
  g_ptr_array_unref (self->patients);
  g_free (self);
}

IcTransferFacts *
ic_transfer_facts_new (char **study_uids,
                       const char *recipient,
                       const char *prefix,
                       const char *output)
{
  IcTransferFacts *self = g_new0 (IcTransferFacts, 1);

  self->study_uids = study_uids;
  self->recipient = g_strdup (recipient);
  self->prefix = g_strdup (prefix);
  self->output = g_strdup (output);
  self->studies = g_ptr_array_new_with_free_func (study_free);
  return self;
}

void
ic_transfer_facts_free (gpointer data)
{
  IcTransferFacts *self = data;

  g_strfreev (self->study_uids);
  g_free (self->recipient);
  g_free (self->prefix);
  g_free (self->output);
  g_ptr_array_unref (self->studies);
  g_clear_pointer (&self->repeats, g_ptr_array_unref);
  g_clear_pointer (&self->recipients, g_ptr_array_unref);
  g_free (self);
}

static IcFactSeries *
find_series (const IcFactStudy *study, const char *series_uid)
{
  for (guint i = 0; i < study->series->len; i++)
    if (g_str_equal (((IcFactSeries *) study->series->pdata[i])->series_uid, series_uid))
      return study->series->pdata[i];
  return NULL;
}

static IcFactSeries *
ensure_series (IcFactStudy *study, const char *series_uid)
{
  IcFactSeries *series = find_series (study, series_uid);

  if (series != NULL)
    return series;
  series = g_new0 (IcFactSeries, 1);
  series->series_uid = g_strdup (series_uid);
  g_ptr_array_add (study->series, series);
  return series;
}

static void
describe (IcFactSeries *series, const char *modality, const char *number, const char *description)
{
  if (series->modality != NULL)
    return;
  series->modality = g_strdup (modality);
  series->number = g_strdup (number);
  series->description = g_strdup (description);
}

static void
take_instance (IcFactSeries *series, const IcInstance *instance)
{
  series->size_bytes += instance->size_bytes;
  for (guint quality = 0; quality < IC_VIEWER_N_QUALITIES; quality++)
    series->viewer_bytes[quality] += ic_sidecar_foretell (instance, quality);
}

static void
take_study (IcFactStudy *fact, const IcStudy *study)
{
  for (guint i = 0; i < study->series->len; i++)
    {
      const IcSeries *series = study->series->pdata[i];
      IcFactSeries *out = ensure_series (fact, series->series_uid);

      describe (out, series->modality, series->number, series->description);
      out->n_here = series->instances->len;
      fact->n_here += out->n_here;
      for (guint k = 0; k < series->instances->len; k++)
        take_instance (out, series->instances->pdata[k]);
    }
}

static void
take_expectation (IcFactStudy *fact, const IcExpectation *expectation)
{
  fact->has_list = expectation->basis == IC_BASIS_UID_LIST;
  fact->listed_at = expectation->taken_at;
  for (guint i = 0; i < expectation->series->len; i++)
    {
      const IcExpectedSeries *series = expectation->series->pdata[i];
      IcFactSeries *out = ensure_series (fact, series->series_uid);

      describe (out, series->modality, series->number, series->description);
      out->n_expected = series->count;
      fact->n_expected += series->count;
    }
}

/* What is not there is no failure here. */
static gboolean
pass (GError *local_error, GError **error)
{
  if (local_error == NULL || g_error_matches (local_error, IC_ERROR, IC_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_error_copy (local_error));
  return FALSE;
}

static gboolean
read_study (IcReadTx *tx, IcTransferFacts *self, const char *study_uid, GError **error)
{
  g_autoptr(GError) no_study = NULL;
  g_autoptr(GError) no_list = NULL;
  g_autoptr(IcStudy) study = ic_study_repo_find (tx, study_uid, &no_study);
  g_autoptr(IcExpectation) expectation =
                 ic_expectation_repo_find_latest (tx, study_uid, NULL, &no_list);
  g_autoptr(GPtrArray) patients = ic_study_repo_list_identities (tx, study_uid, error);
  IcFactStudy *fact = NULL;

  if (patients == NULL || !pass (no_study, error) || !pass (no_list, error))
    return FALSE;
  fact = g_new0 (IcFactStudy, 1);
  fact->study_uid = g_strdup (study_uid);
  fact->series = g_ptr_array_new_with_free_func (series_free);
  fact->patients = g_steal_pointer (&patients);
  g_ptr_array_add (self->studies, fact);
  if (study != NULL)
    take_study (fact, study);
  if (expectation != NULL)
    take_expectation (fact, expectation);
  return TRUE;
}

/* A share may answer late, which nobody on this thread minds. */
static guint64
get_room (const char *path)
{
  g_autoptr(GFile) file = g_file_new_for_path (path);
  g_autoptr(GFile) folder = g_file_get_parent (file);
  g_autoptr(GFileInfo) info = NULL;

  if (*path == '\0' || folder == NULL)
    return 0;
  info = g_file_query_filesystem_info (folder, G_FILE_ATTRIBUTE_FILESYSTEM_FREE, NULL, NULL);
  return info != NULL ? g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE)
                      : 0;
}

static guint64
measure_program (void)
{
  g_autoptr(IcViewerProgram) program = ic_viewer_files_load ();

  return program != NULL ? ic_viewer_program_sum_bytes (program) : 0;
}

gboolean
ic_transfer_facts_read (IcReadTx *tx, gpointer data, GError **error)
{
  IcTransferFacts *self = data;

  self->room_bytes = get_room (self->output);
  self->program_bytes = measure_program ();
  for (guint i = 0; self->study_uids[i] != NULL; i++)
    if (!read_study (tx, self, self->study_uids[i], error))
      return FALSE;
  self->repeats = ic_safety_list_repeats (tx, (const char *const *) self->study_uids,
                                          self->recipient, MAX_REPEATS, error);
  if (self->repeats == NULL)
    return FALSE;
  self->recipients = ic_recipient_repo_search (tx, self->prefix, NULL, MAX_RECIPIENTS, error);
  return self->recipients != NULL;
}

const IcFactStudy *
ic_transfer_facts_find (const IcTransferFacts *self, const char *study_uid)
{
  for (guint i = 0; i < self->studies->len; i++)
    {
      const IcFactStudy *study = self->studies->pdata[i];

      if (g_str_equal (study->study_uid, study_uid))
        return study;
    }
  return NULL;
}

const IcFactSeries *
ic_transfer_facts_find_series (const IcTransferFacts *self,
                               const char *study_uid,
                               const char *series_uid)
{
  const IcFactStudy *study = ic_transfer_facts_find (self, study_uid);

  return study != NULL ? find_series (study, series_uid) : NULL;
}
