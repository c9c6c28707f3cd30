/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ic-audit-private.h"

#include "store/ic-statement.h"

/* All columns of the rows of one transfer, as text, go into @digest. */
static gboolean
digest_rows (IcReadTx *tx,
             const char *sql,
             guint n_columns,
             gint64 transfer,
             IcDigest *digest,
             GError **error)
{
  g_autoptr(IcStatement) statement = ic_statement_new (tx, sql, error);
  gint64 n = 0;

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_int64 (statement, transfer);
  for (; ic_statement_step (statement); n++)
    for (guint i = 0; i < n_columns; i++)
      ic_audit_digest_text (digest, ic_statement_get_text (statement));
  ic_audit_digest_int64 (digest, n);
  return ic_statement_check (statement, error);
}

char *
ic_audit_dup_evidence (IcReadTx *tx, gint64 transfer, GError **error)
{
  g_autoptr(IcDigest) digest = ic_digest_new ();
  char hash[IC_DIGEST_HEX_SIZE];

  if (!digest_rows (tx,
                    "SELECT id, coalesce (request, 0), direction, route, state, basis, read_back, "
                    "urgency, operator, source, remark, started_at, ended_at, expected, retrieved, "
                    "written, verified FROM transfer WHERE id = ?",
                    17, transfer, digest, error) ||
      !digest_rows (tx,
                    "SELECT study_uid, series_uid, modality, number, description, basis, expected, "
                    "retrieved, written, verified, missing, extra FROM transfer_series "
                    "WHERE transfer = ? ORDER BY position",
                    12, transfer, digest, error) ||
      !digest_rows (tx,
                    "SELECT sop_instance_uid, study_uid, series_uid, "
                    "CASE WHEN volume > 0 THEN volume || ':' ELSE '' END || file_id, "
                    "sha256, size_bytes, state, remark FROM transfer_instance WHERE transfer = ? "
                    "ORDER BY position",
                    8, transfer, digest, error))
    return NULL;
  ic_digest_finish_hex (digest, hash);
  return g_strdup (hash);
}

#define COLUMN(table, name)                                                                        \
  "SELECT '" name "' AS name, " name " AS value FROM " table " WHERE id = ?1"
#define AND_COLUMN(table, name) " UNION ALL " COLUMN (table, name)
#define COLUMNS_OF_PATIENT(table)                                                                  \
  COLUMN (table, "patient_id")                                                                     \
  AND_COLUMN (table, "issuer")                                                                     \
  AND_COLUMN (table, "patient_name") AND_COLUMN (table, "birth_date") AND_COLUMN (table, "sex")
#define COUNT_DIFFERENCES(columns)                                                                 \
  "SELECT count (*) FROM (" columns ") AS kept "                                                   \
  "LEFT JOIN personal_field AS logged ON logged.event = ?2 AND logged.name = kept.name "           \
  "WHERE kept.value != coalesce (logged.value, '')"

static const char transfer_sql[] =
    COUNT_DIFFERENCES (COLUMNS_OF_PATIENT ("transfer") AND_COLUMN ("transfer", "recipient")
                           AND_COLUMN ("transfer", "reason") AND_COLUMN ("transfer", "output")
                               AND_COLUMN ("transfer", "legal_basis"));
static const char request_sql[] = COUNT_DIFFERENCES (COLUMNS_OF_PATIENT (
    "request") AND_COLUMN ("request", "requested_by") AND_COLUMN ("request", "reason"));

gboolean
ic_audit_check_columns (IcReadTx *tx, const IcAuditRow *row, gboolean *agrees, GError **error)
{
  gboolean is_transfer = g_str_equal (row->action, IC_AUDIT_TRANSFER_ENDED);
  g_autoptr(IcStatement) statement =
                 ic_statement_new (tx, is_transfer ? transfer_sql : request_sql, error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_int64 (statement, is_transfer ? row->transfer : row->request);
  ic_statement_bind_int64 (statement, row->n);
  *agrees = ic_statement_step (statement) && ic_statement_get_int64 (statement) == 0;
  return ic_statement_check (statement, error);
}
