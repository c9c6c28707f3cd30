/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ic-expectation-repo.h"

#include "core/ic-error.h"
#include "store/ic-statement.h"

#define COLUMNS "id, study_uid, source, taken_at, basis, remark"

static gboolean
delete_latest (IcWriteTx *tx, IcExpectation *expectation, GError **error)
{
  g_autoptr(IcStatement) statement = ic_statement_new_for_write (
      tx, "DELETE FROM expectation WHERE study_uid = ? AND source = ? AND transfer IS NULL", error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_text (statement, expectation->study_uid);
  ic_statement_bind_text (statement, expectation->source);
  return ic_statement_run (statement, error);
}

static gboolean
insert_expectation (IcWriteTx *tx, IcExpectation *expectation, gint64 transfer, GError **error)
{
  g_autoptr(IcStatement) statement =
                 ic_statement_new_for_write (tx,
                                             "INSERT INTO expectation (transfer, study_uid, "
                                             "source, taken_at, basis, remark) "
                                             "VALUES (?, ?, ?, ?, ?, ?)",
                                             error);

  if (statement == NULL)
    return FALSE;
  if (transfer > 0)
    ic_statement_bind_int64 (statement, transfer);
  else
    ic_statement_bind_null (statement);
  ic_statement_bind_text (statement, expectation->study_uid);
  ic_statement_bind_text (statement, expectation->source);
  ic_statement_bind_int64 (statement, expectation->taken_at);
  ic_statement_bind_text (statement, ic_basis_to_string (expectation->basis));
  ic_statement_bind_text (statement, expectation->remark);
  return ic_statement_run (statement, error);
}

static gboolean
insert_instances (IcWriteTx *tx, gint64 id, IcExpectedSeries *series, GError **error)
{
  g_autoptr(IcStatement) statement = ic_statement_new_for_write (
      tx, "INSERT INTO expected_instance (series, sop_instance_uid) VALUES (?, ?)", error);
  GHashTableIter iter;
  gpointer uid;

  if (statement == NULL)
    return FALSE;
  g_hash_table_iter_init (&iter, series->instances);
  while (g_hash_table_iter_next (&iter, &uid, NULL))
    {
      ic_statement_bind_int64 (statement, id);
      ic_statement_bind_text (statement, uid);
      if (!ic_statement_run (statement, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
insert_series (IcWriteTx *tx, gint64 expectation, IcExpectedSeries *series, GError **error)
{
  g_autoptr(IcStatement) statement =
                 ic_statement_new_for_write (tx,
                                             "INSERT INTO expected_series (expectation, "
                                             "series_uid, modality, number, description, n) "
                                             "VALUES (?, ?, ?, ?, ?, ?)",
                                             error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_int64 (statement, expectation);
  ic_statement_bind_text (statement, series->series_uid);
  ic_statement_bind_text (statement, series->modality);
  ic_statement_bind_text (statement, series->number);
  ic_statement_bind_text (statement, series->description);
  ic_statement_bind_int64 (statement, series->count);
  return ic_statement_run (statement, error) &&
         insert_instances (tx, ic_write_tx_get_last_id (tx), series, error);
}

gboolean
ic_expectation_repo_put (IcWriteTx *tx, IcExpectation *expectation, gint64 transfer, GError **error)
{
  gint64 id = 0;

  if (transfer == 0 && !delete_latest (tx, expectation, error))
    return FALSE;
  if (!insert_expectation (tx, expectation, transfer, error))
    return FALSE;
  id = ic_write_tx_get_last_id (tx);
  for (guint i = 0; i < expectation->series->len; i++)
    if (!insert_series (tx, id, expectation->series->pdata[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
load_instances (IcReadTx *tx, gint64 id, IcExpectedSeries *series, GError **error)
{
  g_autoptr(IcStatement) statement =
          ic_statement_new (tx, "SELECT sop_instance_uid FROM expected_instance WHERE series = ?",
                            error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_int64 (statement, id);
  while (ic_statement_step (statement))
    ic_expected_series_add (series, ic_statement_get_text (statement));
  return ic_statement_check (statement, error);
}

static void
take_text (char **field, IcStatement *statement)
{
  g_free (*field);
  *field = ic_statement_dup_text (statement);
}

static gboolean
load_series (IcReadTx *tx, gint64 id, IcExpectation *expectation, GError **error)
{
  g_autoptr(IcStatement) statement =
                 ic_statement_new (tx,
                                   "SELECT id, series_uid, modality, number, description, n "
                                   "FROM expected_series WHERE expectation = ? ORDER BY id",
                                   error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_int64 (statement, id);
  while (ic_statement_step (statement))
    {
      gint64 series_id = ic_statement_get_int64 (statement);
      IcExpectedSeries *series =
          ic_expectation_add_series (expectation, ic_statement_get_text (statement));

      take_text (&series->modality, statement);
      take_text (&series->number, statement);
      take_text (&series->description, statement);
      series->count = ic_statement_get_int64 (statement);
      if (!load_instances (tx, series_id, series, error))
        return FALSE;
    }
  return ic_statement_check (statement, error);
}

static IcExpectation *
read_expectation (IcReadTx *tx, IcTexts *texts, IcStatement *statement, GError **error)
{
  g_autoptr(IcExpectation) expectation = NULL;
  gint64 id = ic_statement_get_int64 (statement);
  const char *study_uid = ic_statement_get_text (statement);
  const char *source = ic_statement_get_text (statement);

  expectation =
      ic_expectation_new_sharing (texts, study_uid, source, ic_statement_get_int64 (statement));
  expectation->basis = ic_basis_from_string (ic_statement_get_text (statement));
  take_text (&expectation->remark, statement);
  if (!load_series (tx, id, expectation, error))
    return NULL;
  return g_steal_pointer (&expectation);
}

IcExpectation *
ic_expectation_repo_find_latest (IcReadTx *tx,
                                 const char *study_uid,
                                 const char *source,
                                 GError **error)
{
  return ic_expectation_repo_find_latest_sharing (tx, NULL, study_uid, source, error);
}

IcExpectation *
ic_expectation_repo_find_latest_sharing (IcReadTx *tx,
                                         IcTexts *texts,
                                         const char *study_uid,
                                         const char *source,
                                         GError **error)
{
  g_autoptr(IcStatement) statement =
                 ic_statement_new (tx,
                                   "SELECT " COLUMNS " FROM expectation WHERE study_uid = ?1 "
                                   "AND (?2 IS NULL OR source = ?2) ORDER BY taken_at DESC, id "
                                   "DESC LIMIT 1",
                                   error);

  if (statement == NULL)
    return NULL;
  ic_statement_bind_text (statement, study_uid);
  if (source != NULL)
    ic_statement_bind_text (statement, source);
  else
    ic_statement_bind_null (statement);
  if (ic_statement_step (statement))
    return read_expectation (tx, texts, statement, error);
  if (ic_statement_check (statement, error))
    g_set_error_literal (error, IC_ERROR, IC_ERROR_NOT_FOUND, "no list of the study was kept");
  return NULL;
}

GPtrArray *
ic_expectation_repo_list (IcReadTx *tx, gint64 transfer, GError **error)
{
  g_autoptr(GPtrArray) list =
                 g_ptr_array_new_with_free_func ((GDestroyNotify) ic_expectation_unref);
  g_autoptr(IcStatement) statement =
                 ic_statement_new (tx,
                                   "SELECT " COLUMNS
                                   " FROM expectation WHERE transfer = ? ORDER BY id",
                                   error);

  if (statement == NULL)
    return NULL;
  ic_statement_bind_int64 (statement, transfer);
  while (ic_statement_step (statement))
    {
      IcExpectation *expectation = read_expectation (tx, NULL, statement, error);

      if (expectation == NULL)
        return NULL;
      g_ptr_array_add (list, expectation);
    }
  return ic_statement_check (statement, error) ? g_steal_pointer (&list) : NULL;
}
