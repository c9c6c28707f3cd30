/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ic-search.h"
#include "store/ic-transfer-private.h"

static gboolean
delete_text (IcWriteTx *tx, const char *sql, gint64 id, GError **error)
{
  g_autoptr(IcStatement) statement = ic_statement_new_for_write (tx, sql, error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_int64 (statement, id);
  return ic_statement_run (statement, error);
}

static gboolean
index_text (IcWriteTx *tx, const char *sql, gint64 id, const char *text, GError **error)
{
  g_autoptr(IcStatement) statement = ic_statement_new_for_write (tx, sql, error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_int64 (statement, id);
  ic_statement_bind_text (statement, text);
  return ic_statement_run (statement, error);
}

char *
ic_transfer_index_dup_state (IcTransferState state)
{
  return g_strdup_printf ("=%s=", ic_transfer_state_to_string (state));
}

static char *
dup_index_text (IcTransfer *transfer)
{
  g_autofree char *number = ic_transfer_dup_number (transfer->id);
  const IcPatient *patient = transfer->patient;
  g_autofree char *state = ic_transfer_index_dup_state (transfer->state);
  g_autofree char *text =
      g_strjoin ("\n", number, patient->id, patient->name, transfer->recipient, transfer->reason,
                 transfer->source, transfer->output, transfer->operator_name, state, NULL);
  g_autofree char *folded = ic_search_fold (text);
  g_autofree char *beginnings = ic_search_dup_beginnings (folded);

  return g_strconcat (folded, "\n", beginnings, NULL);
}

gboolean
ic_transfer_index (IcWriteTx *tx, gint64 id, IcTransfer *transfer, GError **error)
{
  g_autofree char *text = transfer != NULL ? dup_index_text (transfer) : NULL;

  if (!delete_text (tx, "DELETE FROM transfer_trigram WHERE rowid = ?", id, error))
    return FALSE;
  return text == NULL || index_text (tx, "INSERT INTO transfer_trigram (rowid, text) VALUES (?, ?)",
                                     id, text, error);
}
