/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ic-study-repo.h"

#include "core/ic-error.h"
#include "store/ic-audit.h"
#include "store/ic-instance-repo.h"
#include "store/ic-search.h"

void
ic_study_summary_free (IcStudySummary *self)
{
  g_free (self->study_uid);
  g_clear_pointer (&self->patient, ic_patient_unref);
  g_free (self->date);
  g_free (self->time);
  g_free (self->accession);
  g_free (self->description);
  g_free (self->modalities);
  g_free (self);
}

static gboolean
is_given (const char *text)
{
  return text != NULL && *text != '\0';
}

static IcPatient *
read_patient (IcStatement *statement)
{
  const char *id = ic_statement_get_text (statement);
  const char *issuer = ic_statement_get_text (statement);
  const char *name = ic_statement_get_text (statement);
  const char *birth_date = ic_statement_get_text (statement);
  const char *sex = ic_statement_get_text (statement);

  return ic_patient_new (id, issuer, name, birth_date, sex);
}

static gboolean
set_not_found (GError **error)
{
  g_set_error_literal (error, IC_ERROR, IC_ERROR_NOT_FOUND, "the study is not in the store");
  return FALSE;
}

static IcStudy *
find_study_row (IcReadTx *tx, const char *study_uid, IcTexts *texts, gint64 *id, GError **error)
{
  g_autoptr(IcStudy) study = ic_study_new_sharing (texts);
  g_autoptr(IcStatement) statement = ic_statement_new (
      tx,
      "SELECT id, study_uid, study_date, study_time, accession, study_identifier, description, "
      "patient_id, issuer, patient_name, birth_date, sex, patient_keys, keys "
      "FROM study WHERE study_uid = ?",
      error);

  if (statement == NULL)
    return NULL;
  ic_statement_bind_text (statement, study_uid);
  if (!ic_statement_step (statement))
    {
      if (ic_statement_check (statement, error))
        set_not_found (error);
      return NULL;
    }
  *id = ic_statement_get_int64 (statement);
  study->study_uid = ic_statement_dup_text (statement);
  study->date = ic_statement_dup_text (statement);
  study->time = ic_statement_dup_text (statement);
  study->accession = ic_statement_dup_text (statement);
  study->id = ic_statement_dup_text (statement);
  study->description = ic_statement_dup_text (statement);
  study->patient = read_patient (statement);
  study->patient_keys = ic_statement_dup_bytes (statement);
  study->keys = ic_statement_dup_bytes (statement);
  return g_steal_pointer (&study);
}

static const char *
keep_text (IcSeries *series, IcStatement *statement)
{
  return ic_texts_keep (series->texts, ic_statement_get_text (statement));
}

static void
take_keys (IcSeries *series, IcInstance *instance, IcStatement *statement)
{
  gsize size = 0;
  gconstpointer keys = ic_statement_get_bytes (statement, &size);

  ic_series_set_keys (series, instance, keys, size);
}

static gboolean
load_instances (IcReadTx *tx,
                IcSeries *series,
                gint64 series_id,
                gboolean with_checksums,
                GError **error)
{
  g_autoptr(IcStatement) statement =
                 ic_statement_new (tx,
                                   "SELECT id, sop_instance_uid, sop_class_uid, "
                                   "transfer_syntax_uid, number, "
                                   "sha256, size_bytes, flaw, keys, checksum FROM instance WHERE "
                                   "series = ?",
                                   error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_int64 (statement, series_id);
  while (ic_statement_step (statement))
    {
      IcInstance *instance = ic_series_add_instance (series);
      g_autofree char *path = ic_instance_repo_dup_path (ic_statement_get_int64 (statement));

      instance->path = ic_texts_add (series->texts, path);
      instance->sop_instance_uid = keep_text (series, statement);
      instance->sop_class_uid = keep_text (series, statement);
      instance->transfer_syntax_uid = keep_text (series, statement);
      instance->number = ic_texts_add (series->texts, ic_statement_get_text (statement));
      instance->sha256 = keep_text (series, statement);
      instance->size_bytes = ic_statement_get_int64 (statement);
      instance->flaw = keep_text (series, statement);
      take_keys (series, instance, statement);
      instance->checksum = with_checksums ? keep_text (series, statement) : NULL;
    }
  return ic_statement_check (statement, error);
}

static gboolean
load_series (IcReadTx *tx, IcStudy *study, gint64 study_id, gboolean with_checksums, GError **error)
{
  g_autoptr(IcStatement) statement = ic_statement_new (tx,
                                                        "SELECT id, series_uid, modality, number, "
                                                        "description, body_part, keys FROM series "
                                                        "WHERE study = ?",
                                                        error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_int64 (statement, study_id);
  while (ic_statement_step (statement))
    {
      IcSeries *series = ic_series_new (study->texts);
      gint64 id = ic_statement_get_int64 (statement);

      g_ptr_array_add (study->series, series);
      series->series_uid = ic_statement_dup_text (statement);
      series->modality = ic_statement_dup_text (statement);
      series->number = ic_statement_dup_text (statement);
      series->description = ic_statement_dup_text (statement);
      series->body_part = ic_statement_dup_text (statement);
      series->keys = ic_statement_dup_bytes (statement);
      if (!load_instances (tx, series, id, with_checksums, error))
        return FALSE;
    }
  return ic_statement_check (statement, error);
}

IcStudy *
ic_study_repo_find (IcReadTx *tx, const char *study_uid, GError **error)
{
  g_autoptr(IcTexts) texts = ic_texts_new ();

  return ic_study_repo_find_sharing (tx, study_uid, texts, TRUE, error);
}

IcStudy *
ic_study_repo_find_sharing (IcReadTx *tx,
                            const char *study_uid,
                            IcTexts *texts,
                            gboolean with_checksums,
                            GError **error)
{
  gint64 id = 0;
  g_autoptr(IcStudy) study = find_study_row (tx, study_uid, texts, &id, error);

  if (study == NULL || !load_series (tx, study, id, with_checksums, error))
    return NULL;
  ic_study_sort (study);
  return g_steal_pointer (&study);
}

char *
ic_study_repo_dup_checksum (IcReadTx *tx,
                            const char *sop_instance_uid,
                            const char *sha256,
                            GError **error)
{
  g_autoptr(IcStatement) statement = ic_statement_new (tx,
                                                        "SELECT checksum FROM instance WHERE "
                                                        "sop_instance_uid = ? AND sha256 = ?",
                                                        error);

  if (statement == NULL)
    return NULL;
  ic_statement_bind_text (statement, sop_instance_uid);
  ic_statement_bind_text (statement, sha256);
  if (ic_statement_step (statement))
    return ic_statement_dup_text (statement);
  return ic_statement_check (statement, error) ? g_strdup ("") : NULL;
}

IcPatient *
ic_study_repo_find_patient (IcReadTx *tx, const char *study_uid, GError **error)
{
  g_autoptr(IcTexts) texts = ic_texts_new ();
  gint64 id = 0;
  g_autoptr(IcStudy) study = find_study_row (tx, study_uid, texts, &id, error);

  return study != NULL ? ic_patient_ref (study->patient) : NULL;
}

static void
add_value (IcSearch *search, const char *clause, const char *value)
{
  if (is_given (value))
    ic_search_add_text (search, clause, value);
}

static IcSearch *
build_search (const IcStudyFilter *filter, const IcStudyKey *after)
{
  g_autoptr(IcSearch) search = ic_search_new (
      "SELECT id, study_uid, study_date, study_time, accession, description, "
      "(SELECT group_concat (modality, '\\') FROM (SELECT DISTINCT modality FROM series "
      " WHERE study = study.id AND modality != '' ORDER BY modality)), "
      "(SELECT count(*) FROM series WHERE study = study.id), n_instances, size_bytes, "
      "retrieved_at, patient_id, issuer, patient_name, birth_date, sex FROM study");
  g_autofree char *name = NULL;

  ic_search_add_wildcards (search, "patient_id", filter->patient_id);
  ic_search_add_wildcards (search, "accession", filter->accession);
  add_value (search, "birth_date = ?", filter->birth_date);
  add_value (search, "study_date >= ?", filter->date_from);
  add_value (search, "study_date <= ?", filter->date_to);
  add_value (search, "study_uid = ?", filter->study_uid);
  add_value (search, "EXISTS (SELECT 1 FROM series WHERE study = study.id AND modality = ?)",
             filter->modality);
  if (is_given (filter->patient_name))
    {
      name = ic_search_dup_name_pattern (filter->patient_name);
      ic_search_add_text (search, "patient_name_folded GLOB ?", name);
    }
  if (after != NULL && after->date != NULL)
    {
      ic_search_add_text (search, "(study_date, id) < (?, ?)", after->date);
      ic_search_add_value (search, after->id);
    }
  return g_steal_pointer (&search);
}

static IcStudySummary *
read_summary (IcStatement *statement)
{
  IcStudySummary *summary = g_new0 (IcStudySummary, 1);

  summary->id = ic_statement_get_int64 (statement);
  summary->study_uid = ic_statement_dup_text (statement);
  summary->date = ic_statement_dup_text (statement);
  summary->time = ic_statement_dup_text (statement);
  summary->accession = ic_statement_dup_text (statement);
  summary->description = ic_statement_dup_text (statement);
  summary->modalities = ic_statement_dup_text (statement);
  summary->n_series = ic_statement_get_int64 (statement);
  summary->n_instances = ic_statement_get_int64 (statement);
  summary->size_bytes = ic_statement_get_int64 (statement);
  summary->retrieved_at = ic_statement_get_int64 (statement);
  summary->patient = read_patient (statement);
  return summary;
}

GPtrArray *
ic_study_repo_list (IcReadTx *tx,
                    const IcStudyFilter *filter,
                    const IcStudyKey *after,
                    guint limit,
                    GError **error)
{
  g_autoptr(GPtrArray) list =
                 g_ptr_array_new_with_free_func ((GDestroyNotify) ic_study_summary_free);
  g_autoptr(IcSearch) search = build_search (filter, after);
  g_autoptr(IcStatement) statement = NULL;

  statement = ic_search_prepare (search, tx, "ORDER BY study_date DESC, id DESC", error);
  if (statement == NULL)
    return NULL;
  while (list->len < limit && ic_statement_step (statement))
    g_ptr_array_add (list, read_summary (statement));
  return ic_statement_check (statement, error) ? g_steal_pointer (&list) : NULL;
}

GPtrArray *
ic_study_repo_list_identities (IcReadTx *tx, const char *study_uid, GError **error)
{
  g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_patient_unref);
  g_autoptr(IcStatement) statement = ic_statement_new (
      tx,
      "SELECT identity.patient_id, identity.issuer, identity.patient_name, identity.birth_date, "
      "identity.sex FROM identity JOIN study ON study.id = identity.study "
      "WHERE study.study_uid = ? "
      "AND EXISTS (SELECT 1 FROM instance WHERE instance.identity = identity.id) "
      "ORDER BY identity.id",
      error);

  if (statement == NULL)
    return NULL;
  ic_statement_bind_text (statement, study_uid);
  while (ic_statement_step (statement))
    g_ptr_array_add (list, read_patient (statement));
  return ic_statement_check (statement, error) ? g_steal_pointer (&list) : NULL;
}

static gboolean
doom_files (IcWriteTx *tx, const char *study_uid, GError **error)
{
  g_autoptr(IcStatement) statement = ic_statement_new_for_write (
      tx,
      "INSERT INTO removal (file) SELECT instance.id FROM instance "
      "JOIN series ON series.id = instance.series JOIN study ON study.id = series.study "
      "WHERE study.study_uid = ?",
      error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_text (statement, study_uid);
  return ic_statement_run (statement, error);
}

/* ?1: since when. What waits for its turn needs its studies. */
#define IDLE                                                                                       \
  "retrieved_at < ?1 AND NOT EXISTS (SELECT 1 FROM job_order_study AS asked "                      \
  "WHERE asked.study_uid = study.study_uid) "                                                      \
  "AND NOT EXISTS (SELECT 1 FROM transfer_series AS sent JOIN transfer "                           \
  "ON transfer.id = sent.transfer WHERE sent.study_uid = study.study_uid "                         \
  "AND max (started_at, ended_at) >= ?1)"

gboolean
ic_study_repo_find_idle (IcReadTx *tx, gint64 before, char **study_uid, GError **error)
{
  g_autoptr(IcStatement) statement =
                 ic_statement_new (tx,
                                   "SELECT study_uid FROM study WHERE " IDLE
                                   " AND NOT EXISTS (SELECT 1 FROM transfer "
                                   "WHERE state = 'running') ORDER BY retrieved_at LIMIT 1",
                                   error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_int64 (statement, before);
  *study_uid = ic_statement_step (statement) ? ic_statement_dup_text (statement) : NULL;
  return ic_statement_check (statement, error);
}

gboolean
ic_study_repo_count_idle (IcReadTx *tx,
                          gint64 before,
                          guint *n,
                          guint64 *size_bytes,
                          GError **error)
{
  g_autoptr(IcStatement) statement = ic_statement_new (
      tx, "SELECT count (*), coalesce (sum (size_bytes), 0) FROM study WHERE " IDLE, error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_int64 (statement, before);
  if (ic_statement_step (statement))
    {
      *n = (guint) ic_statement_get_int64 (statement);
      *size_bytes = (guint64) ic_statement_get_int64 (statement);
    }
  return ic_statement_check (statement, error);
}

gboolean
ic_study_repo_remove (IcWriteTx *tx,
                      const char *study_uid,
                      const char *operator_name,
                      GError **error)
{
  const IcAuditField details[] = { { "study_uid", study_uid }, { NULL, NULL } };
  const IcAuditEvent event = {
    .operator_name = operator_name,
    .action = "study-removed",
    .details = details,
  };
  g_autoptr(IcStatement) statement = NULL;

  if (!doom_files (tx, study_uid, error))
    return FALSE;
  statement = ic_statement_new_for_write (tx, "DELETE FROM study WHERE study_uid = ?", error);
  if (statement == NULL)
    return FALSE;
  ic_statement_bind_text (statement, study_uid);
  if (!ic_statement_run (statement, error))
    return FALSE;
  if (ic_write_tx_get_changes (tx) == 0)
    return set_not_found (error);
  return ic_audit_append (tx, &event, error);
}
