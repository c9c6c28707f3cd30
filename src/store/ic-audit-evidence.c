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
                    "SELECT sop_instance_uid, study_uid, series_uid, file_id, sha256, size_bytes, "
                    "state, remark FROM transfer_instance WHERE transfer = ? ORDER BY position",
                    8, transfer, digest, error))
    return NULL;
  ic_digest_finish_hex (digest, hash);
  return g_strdup (hash);
}
