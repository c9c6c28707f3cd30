/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ic-commitment-repo.h"

#include "core/ic-error.h"
#include "store/ic-audit.h"
#include "store/ic-statement.h"

#define COLUMNS "id, transaction_uid, transfer, node, state, asked_at, answered_at"

static gboolean
insert_row (IcWriteTx *tx, IcCommitment *commitment, GError **error)
{
  g_autoptr(IcStatement) statement =
                 ic_statement_new_for_write (tx,
                                             "INSERT INTO commitment (transaction_uid, transfer, "
                                             "node, state, asked_at, answered_at) "
                                             "VALUES (?, ?, ?, ?, ?, 0)",
                                             error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_text (statement, commitment->transaction_uid);
  ic_statement_bind_int64 (statement, commitment->transfer);
  ic_statement_bind_text (statement, commitment->node);
  ic_statement_bind_text (statement, ic_commitment_state_to_string (commitment->state));
  ic_statement_bind_int64 (statement, commitment->asked_at);
  if (!ic_statement_run (statement, error))
    return FALSE;
  commitment->id = ic_write_tx_get_last_id (tx);
  return TRUE;
}

static gboolean
put_instances (IcWriteTx *tx, IcCommitment *commitment, GError **error)
{
  g_autoptr(IcStatement) statement = ic_statement_new_for_write (
      tx, "INSERT OR REPLACE INTO commitment_instance VALUES (?, ?, ?, ?)", error);

  if (statement == NULL)
    return FALSE;
  for (guint i = 0; i < commitment->instances->len; i++)
    {
      const IcCommitmentInstance *instance = commitment->instances->pdata[i];

      ic_statement_bind_int64 (statement, commitment->id);
      ic_statement_bind_text (statement, instance->sop_instance_uid);
      ic_statement_bind_text (statement, instance->sop_class_uid);
      ic_statement_bind_int64 (statement, instance->reason);
      if (!ic_statement_run (statement, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
append_event (IcWriteTx *tx,
              IcCommitment *commitment,
              const char *action,
              const char *operator_name,
              GError **error)
{
  g_autofree char *counts = g_strdup_printf ("%u kept of %u", ic_commitment_count_kept (commitment),
                                             commitment->instances->len);
  const IcAuditField details[] = {
    { "node", commitment->node },
    { "transaction", commitment->transaction_uid },
    { "state", ic_commitment_state_to_string (commitment->state) },
    { "images", counts },
    { NULL, NULL },
  };
  const IcAuditEvent event = { .operator_name = operator_name,
                               .action = action,
                               .transfer = commitment->transfer,
                               .details = details };

  return ic_audit_append (tx, &event, error);
}

gboolean
ic_commitment_repo_begin (IcWriteTx *tx,
                          IcCommitment *commitment,
                          const char *operator_name,
                          GError **error)
{
  return insert_row (tx, commitment, error) && put_instances (tx, commitment, error) &&
         append_event (tx, commitment, "commitment-asked", operator_name, error);
}

static gboolean
update_row (IcWriteTx *tx, IcCommitment *commitment, GError **error)
{
  g_autoptr(IcStatement) statement = ic_statement_new_for_write (
      tx, "UPDATE commitment SET state = ?, answered_at = ? WHERE id = ? AND answered_at = 0",
      error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_text (statement, ic_commitment_state_to_string (commitment->state));
  ic_statement_bind_int64 (statement, commitment->answered_at);
  ic_statement_bind_int64 (statement, commitment->id);
  if (!ic_statement_run (statement, error))
    return FALSE;
  if (ic_write_tx_get_changes (tx) == 1)
    return TRUE;
  g_set_error_literal (error, IC_ERROR, IC_ERROR_CONFLICT, "the node had reported on it before");
  return FALSE;
}

gboolean
ic_commitment_repo_answer (IcWriteTx *tx,
                           IcCommitment *commitment,
                           const char *operator_name,
                           GError **error)
{
  return update_row (tx, commitment, error) && put_instances (tx, commitment, error) &&
         append_event (tx, commitment, "commitment-answered", operator_name, error);
}

gboolean
ic_commitment_repo_replace (IcWriteTx *tx, gint64 id, GError **error)
{
  g_autoptr(IcStatement) statement =
                 ic_statement_new_for_write (tx,
                                             "UPDATE commitment SET state = 'replaced' "
                                             "WHERE id = ? AND answered_at = 0",
                                             error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_int64 (statement, id);
  return ic_statement_run (statement, error);
}

static IcCommitment *
read_row (IcStatement *statement)
{
  gint64 id = ic_statement_get_int64 (statement);
  g_autofree char *transaction_uid = g_strdup (ic_statement_get_text (statement));
  gint64 transfer = ic_statement_get_int64 (statement);
  IcCommitment *self = ic_commitment_new (transfer, ic_statement_get_text (statement));

  self->id = id;
  g_free (self->transaction_uid);
  self->transaction_uid = g_steal_pointer (&transaction_uid);
  self->state = ic_commitment_state_from_string (ic_statement_get_text (statement));
  self->asked_at = ic_statement_get_int64 (statement);
  self->answered_at = ic_statement_get_int64 (statement);
  return self;
}

static gboolean
load_instances (IcReadTx *tx, IcCommitment *commitment, GError **error)
{
  g_autoptr(IcStatement) statement =
                 ic_statement_new (tx,
                                   "SELECT sop_instance_uid, sop_class_uid, reason "
                                   "FROM commitment_instance WHERE commitment = ?",
                                   error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_int64 (statement, commitment->id);
  while (ic_statement_step (statement))
    {
      const char *uid = ic_statement_get_text (statement);
      const char *class_uid = ic_statement_get_text (statement);

      ic_commitment_add (commitment, uid, class_uid, (gint) ic_statement_get_int64 (statement));
    }
  return ic_statement_check (statement, error);
}

IcCommitment *
ic_commitment_repo_find (IcReadTx *tx, const char *transaction_uid, GError **error)
{
  g_autoptr(IcCommitment) found = NULL;
  g_autoptr(IcStatement) statement =
                 ic_statement_new (tx,
                                   "SELECT " COLUMNS " FROM commitment WHERE transaction_uid = ?",
                                   error);

  if (statement == NULL)
    return NULL;
  ic_statement_bind_text (statement, transaction_uid);
  if (ic_statement_step (statement))
    found = read_row (statement);
  else if (ic_statement_check (statement, error))
    g_set_error_literal (error, IC_ERROR, IC_ERROR_NOT_FOUND, "nobody asked for this commitment");
  if (found == NULL || !load_instances (tx, found, error))
    return NULL;
  return g_steal_pointer (&found);
}

GPtrArray *
ic_commitment_repo_list (IcReadTx *tx, gint64 transfer, GError **error)
{
  g_autoptr(GPtrArray) found =
                 g_ptr_array_new_with_free_func ((GDestroyNotify) ic_commitment_free);
  g_autoptr(IcStatement) statement =
                 ic_statement_new (tx,
                                   transfer > 0 ? "SELECT " COLUMNS " FROM commitment "
                                                  "WHERE transfer = ? ORDER BY id"
                                                : "SELECT " COLUMNS " FROM commitment "
                                                  "WHERE state = 'pending' ORDER BY id",
                                   error);

  if (statement == NULL)
    return NULL;
  if (transfer > 0)
    ic_statement_bind_int64 (statement, transfer);
  while (ic_statement_step (statement))
    g_ptr_array_add (found, read_row (statement));
  if (!ic_statement_check (statement, error))
    return NULL;
  for (guint i = 0; i < found->len; i++)
    if (!load_instances (tx, found->pdata[i], error))
      return NULL;
  return g_steal_pointer (&found);
}
