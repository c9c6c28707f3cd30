/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ic-transfer-repo.h"

#include "core/ic-error.h"
#include "store/ic-audit.h"
#include "store/ic-transfer-private.h"

static gboolean
run_for_id (IcWriteTx *tx, const char *sql, gint64 id, GError **error)
{
  g_autoptr(IcStatement) statement = ic_statement_new_for_write (tx, sql, error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_int64 (statement, id);
  return ic_statement_run (statement, error);
}

static GArray *
list_events (IcReadTx *tx, gint64 transfer, GError **error)
{
  g_autoptr(GArray) events = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr(IcStatement) statement = ic_statement_new (
      tx,
      "SELECT n FROM audit_event WHERE transfer = ?1 AND transfer > 0 UNION "
      "SELECT n FROM audit_event WHERE request > 0 AND transfer = 0 AND request IN ("
      "  SELECT request FROM transfer WHERE id = ?1 AND NOT EXISTS ("
      "    SELECT 1 FROM transfer AS other WHERE other.request = transfer.request"
      "    AND other.id != ?1))",
      error);

  if (statement == NULL)
    return NULL;
  ic_statement_bind_int64 (statement, transfer);
  while (ic_statement_step (statement))
    {
      gint64 n = ic_statement_get_int64 (statement);

      g_array_append_val (events, n);
    }
  return ic_statement_check (statement, error) ? g_steal_pointer (&events) : NULL;
}

/* FTS5 keeps deleted words in its segments until these are merged. */
static gboolean
forget_words (IcWriteTx *tx, GError **error)
{
  static const char *const statements[] = {
    "INSERT INTO transfer_trigram (transfer_trigram) VALUES ('optimize')",
  };

  for (guint i = 0; i < G_N_ELEMENTS (statements); i++)
    {
      g_autoptr(IcStatement) statement = ic_statement_new_for_write (tx, statements[i], error);

      if (statement == NULL || !ic_statement_run (statement, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
erase_columns (IcWriteTx *tx, gint64 id, GError **error)
{
  return run_for_id (tx,
                     "UPDATE request SET requested_by = '', reason = '', patient_id = '', "
                     "issuer = '', patient_name = '', birth_date = '', sex = '' "
                     "WHERE id = (SELECT request FROM transfer WHERE id = ?1) AND NOT EXISTS ("
                     "  SELECT 1 FROM transfer WHERE request = request.id AND transfer.id != ?1)",
                     id, error) &&
         run_for_id (tx,
                     "UPDATE transfer SET recipient = '', recipient_folded = '', reason = '', "
                     "legal_basis = '', "
                     "output = '', patient_id = '', issuer = '', patient_name = '', "
                     "patient_name_folded = '==', birth_date = '', sex = '' WHERE id = ?",
                     id, error);
}

typedef struct
{
  gint64 id;
  const char *operator_name;
} Erasure;

static gboolean
erase_personal (IcWriteTx *tx, gpointer data, GError **error)
{
  const Erasure *erasure = data;
  gint64 id = erasure->id;
  g_autoptr(IcTransfer) transfer = ic_transfer_repo_find (ic_write_tx_read (tx), id, error);
  g_autoptr(GArray) events = NULL;

  if (transfer == NULL)
    return FALSE;
  if (transfer->state == IC_TRANSFER_RUNNING)
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_BUSY, "the transfer is still running");
      return FALSE;
    }
  events = list_events (ic_write_tx_read (tx), id, error);
  if (events == NULL)
    return FALSE;
  for (guint i = 0; i < events->len; i++)
    if (!ic_audit_erase (tx, g_array_index (events, gint64, i), erasure->operator_name, error))
      return FALSE;
  return erase_columns (tx, id, error) && ic_transfer_index (tx, id, NULL, error) &&
         forget_words (tx, error);
}

gboolean
ic_transfer_repo_erase_personal (IcStore *store,
                                 gint64 id,
                                 const char *operator_name,
                                 GError **error)
{
  Erasure erasure = { id, operator_name };

  if (!ic_store_write (store, erase_personal, &erasure, error))
    return FALSE;
  if (ic_store_flush (store, error))
    return TRUE;
  g_prefix_error (error, "erased, but still in the journal: ");
  return FALSE;
}
