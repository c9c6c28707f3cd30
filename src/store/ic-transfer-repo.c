/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ic-transfer-repo.h"

#include "core/ic-error.h"
#include "store/ic-audit-private.h"
#include "store/ic-search.h"
#include "store/ic-transfer-private.h"

static gboolean
insert_row (IcWriteTx *tx, IcTransfer *transfer, IcSession *session, GError **error)
{
  g_autoptr(IcStatement) statement = ic_statement_new_for_write (
      tx,
      "INSERT INTO transfer (session, direction, operator, started_at, route, state, basis, "
      "read_back, urgency, recipient, recipient_folded, reason, source, output, remark, "
      "patient_id, issuer, patient_name, patient_name_folded, birth_date, sex, ended_at, expected, "
      "retrieved, written, verified, log_head, legal_basis) "
      "VALUES (?, ?, ?, ?, '', 'running', '', '', '', '', '', '', '', '', '', '', '', '', '', '', "
      "'', 0, 0, 0, 0, 0, '', '')",
      error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_text (statement, ic_session_get_name (session));
  ic_statement_bind_text (statement, ic_direction_to_string (transfer->direction));
  ic_statement_bind_text (statement, transfer->operator_name);
  ic_statement_bind_int64 (statement, transfer->started_at);
  if (!ic_statement_run (statement, error))
    return FALSE;
  transfer->id = ic_write_tx_get_last_id (tx);
  return TRUE;
}

static void
bind_people (IcStatement *statement, IcTransfer *transfer)
{
  g_autofree char *recipient_folded = ic_search_fold (transfer->recipient);
  g_autofree char *name_folded = ic_search_fold_name (transfer->patient->name);

  ic_statement_bind_text (statement, transfer->recipient);
  ic_statement_bind_text (statement, recipient_folded);
  ic_statement_bind_text (statement, transfer->reason);
  ic_statement_bind_text (statement, transfer->legal_basis);
  ic_statement_bind_text (statement, transfer->source);
  ic_statement_bind_text (statement, transfer->output);
  ic_statement_bind_text (statement, transfer->remark);
  ic_statement_bind_text (statement, transfer->patient->id);
  ic_statement_bind_text (statement, transfer->patient->issuer);
  ic_statement_bind_text (statement, transfer->patient->name);
  ic_statement_bind_text (statement, name_folded);
  ic_statement_bind_text (statement, transfer->patient->birth_date);
  ic_statement_bind_text (statement, transfer->patient->sex);
}

/* Only a running transfer can be changed: IC_ERROR_CONFLICT. */
static gboolean
update_row (IcWriteTx *tx, IcTransfer *transfer, GError **error)
{
  g_autoptr(IcStatement) statement = ic_statement_new_for_write (
      tx,
      "UPDATE transfer SET request = ?, route = ?, state = ?, basis = ?, read_back = ?, "
      "urgency = ?, recipient = ?, recipient_folded = ?, reason = ?, legal_basis = ?, source = ?, "
      "output = ?, "
      "remark = ?, patient_id = ?, issuer = ?, patient_name = ?, patient_name_folded = ?, "
      "birth_date = ?, sex = ?, ended_at = ?, expected = ?, retrieved = ?, written = ?, "
      "verified = ? WHERE id = ? AND state = 'running'",
      error);

  if (statement == NULL)
    return FALSE;
  if (transfer->request > 0)
    ic_statement_bind_int64 (statement, transfer->request);
  else
    ic_statement_bind_null (statement);
  ic_statement_bind_text (statement, ic_route_to_string (transfer->route));
  ic_statement_bind_text (statement, ic_transfer_state_to_string (transfer->state));
  ic_statement_bind_text (statement, ic_basis_to_string (transfer->basis));
  ic_statement_bind_text (statement, ic_read_back_to_string (transfer->read_back));
  ic_statement_bind_text (statement, ic_urgency_to_string (transfer->urgency));
  bind_people (statement, transfer);
  ic_statement_bind_int64 (statement, transfer->ended_at);
  ic_statement_bind_int64 (statement, transfer->expected);
  ic_statement_bind_int64 (statement, transfer->retrieved);
  ic_statement_bind_int64 (statement, transfer->written);
  ic_statement_bind_int64 (statement, transfer->verified);
  ic_statement_bind_int64 (statement, transfer->id);
  if (!ic_statement_run (statement, error))
    return FALSE;
  if (ic_write_tx_get_changes (tx) == 1)
    return TRUE;
  g_set_error_literal (error, IC_ERROR, IC_ERROR_CONFLICT, "the transfer has ended already");
  return FALSE;
}

static gboolean
append_event (IcWriteTx *tx,
              const IcTransfer *transfer,
              const char *action,
              const IcAuditField *details,
              GError **error)
{
  const IcAuditField personal[] = {
    { "patient_id", transfer->patient->id },
    { "issuer", transfer->patient->issuer },
    { "patient_name", transfer->patient->name },
    { "birth_date", transfer->patient->birth_date },
    { "sex", transfer->patient->sex },
    { "recipient", transfer->recipient },
    { "reason", transfer->reason },
    { "output", transfer->output },
    { *transfer->legal_basis != '\0' ? "legal_basis" : NULL, transfer->legal_basis },
    { NULL, NULL },
  };
  const IcAuditEvent event = {
    .operator_name = transfer->operator_name,
    .action = action,
    .request = transfer->request,
    .transfer = transfer->id,
    .details = details,
    .personal = personal,
  };

  return ic_audit_append (tx, &event, error);
}

static gboolean
log_begin (IcWriteTx *tx, IcTransfer *transfer, GError **error)
{
  g_autofree char *number = ic_transfer_dup_number (transfer->id);
  const IcAuditField details[] = {
    { "number", number },
    { "direction", ic_direction_to_string (transfer->direction) },
    { "route", ic_route_to_string (transfer->route) },
    { "urgency", ic_urgency_to_string (transfer->urgency) },
    { "source", transfer->source },
    { NULL, NULL },
  };

  return append_event (tx, transfer, IC_AUDIT_TRANSFER_BEGUN, details, error);
}

gboolean
ic_transfer_repo_begin (IcWriteTx *tx, IcTransfer *transfer, IcSession *session, GError **error)
{
  g_return_val_if_fail (transfer->state == IC_TRANSFER_RUNNING, FALSE);
  return insert_row (tx, transfer, session, error) && update_row (tx, transfer, error) &&
         ic_transfer_index (tx, transfer->id, transfer, error) && log_begin (tx, transfer, error);
}

static gboolean
insert_series (IcWriteTx *tx, IcTransfer *transfer, GError **error)
{
  g_autoptr(IcStatement) statement = ic_statement_new_for_write (
      tx, "INSERT INTO transfer_series VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", error);

  if (statement == NULL)
    return FALSE;
  for (guint i = 0; i < transfer->series->len; i++)
    {
      const IcTransferSeries *series = transfer->series->pdata[i];
      const guint counts[] = { series->expected, series->retrieved, series->written,
                               series->verified, series->missing,   series->extra };

      ic_statement_bind_int64 (statement, transfer->id);
      ic_statement_bind_int64 (statement, i);
      ic_statement_bind_text (statement, series->study_uid);
      ic_statement_bind_text (statement, series->series_uid);
      ic_statement_bind_text (statement, series->modality);
      ic_statement_bind_text (statement, series->number);
      ic_statement_bind_text (statement, series->description);
      ic_statement_bind_text (statement, ic_basis_to_string (series->basis));
      for (guint j = 0; j < G_N_ELEMENTS (counts); j++)
        ic_statement_bind_int64 (statement, counts[j]);
      if (!ic_statement_run (statement, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
insert_instances (IcWriteTx *tx, IcTransfer *transfer, GError **error)
{
  g_autoptr(IcStatement) statement = ic_statement_new_for_write (
      tx, "INSERT INTO transfer_instance VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", error);

  if (statement == NULL)
    return FALSE;
  for (guint i = 0; i < transfer->instances->len; i++)
    {
      const IcTransferInstance *instance = transfer->instances->pdata[i];

      ic_statement_bind_int64 (statement, transfer->id);
      ic_statement_bind_int64 (statement, i);
      ic_statement_bind_text (statement, instance->sop_instance_uid);
      ic_statement_bind_text (statement, instance->study_uid);
      ic_statement_bind_text (statement, instance->series_uid);
      ic_statement_bind_text (statement, instance->file_id);
      ic_statement_bind_text (statement, instance->sha256);
      ic_statement_bind_int64 (statement, (gint64) instance->size_bytes);
      ic_statement_bind_text (statement, ic_item_state_to_string (instance->state));
      ic_statement_bind_text (statement, instance->remark);
      ic_statement_bind_int64 (statement, instance->volume);
      if (!ic_statement_run (statement, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
log_end (IcWriteTx *tx, IcTransfer *transfer, GError **error)
{
  g_autofree char *number = ic_transfer_dup_number (transfer->id);
  g_autofree char *evidence = ic_audit_dup_evidence (ic_write_tx_read (tx), transfer->id, error);
  g_autofree char *counts =
      g_strdup_printf ("%u expected, %u retrieved, %u written, %u verified", transfer->expected,
                       transfer->retrieved, transfer->written, transfer->verified);
  const IcAuditField details[] = {
    { "number", number },
    { "state", ic_transfer_state_to_string (transfer->state) },
    { "basis", ic_basis_to_string (transfer->basis) },
    { "counts", counts },
    { "evidence", evidence },
    { NULL, NULL },
  };

  return evidence != NULL && append_event (tx, transfer, IC_AUDIT_TRANSFER_ENDED, details, error);
}

static gboolean
keep_head (IcWriteTx *tx, gint64 id, const char *head, GError **error)
{
  g_autoptr(IcStatement) statement =
                 ic_statement_new_for_write (tx, "UPDATE transfer SET log_head = ? WHERE id = ?",
                                             error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_text (statement, head);
  ic_statement_bind_int64 (statement, id);
  return ic_statement_run (statement, error);
}

gboolean
ic_transfer_repo_end (IcWriteTx *tx, IcTransfer *transfer, GError **error)
{
  g_autofree char *head = NULL;

  g_return_val_if_fail (transfer->state != IC_TRANSFER_RUNNING, FALSE);
  if (!update_row (tx, transfer, error) || !insert_series (tx, transfer, error) ||
      !insert_instances (tx, transfer, error) || !log_end (tx, transfer, error) ||
      !ic_transfer_index (tx, transfer->id, transfer, error))
    return FALSE;
  head = ic_audit_dup_head (ic_write_tx_read (tx), error);
  if (head == NULL || !keep_head (tx, transfer->id, head, error))
    return FALSE;
  ic_transfer_set_text (&transfer->log_head, head);
  return TRUE;
}

static void
read_patient (IcStatement *statement, IcTransfer *transfer)
{
  g_autoptr(IcPatient) patient = NULL;
  const char *text[5];

  for (guint i = 0; i < G_N_ELEMENTS (text); i++)
    text[i] = ic_statement_get_text (statement);
  patient = ic_patient_new (text[0], text[1], text[2], text[3], text[4]);
  ic_transfer_set_patient (&transfer->patient, patient);
}

IcTransfer *
ic_transfer_read (IcStatement *statement)
{
  IcTransfer *self = ic_transfer_new ();

  self->id = ic_statement_get_int64 (statement);
  self->request = ic_statement_get_int64 (statement);
  ic_direction_from_string (ic_statement_get_text (statement), &self->direction);
  ic_route_from_string (ic_statement_get_text (statement), &self->route);
  ic_transfer_state_from_string (ic_statement_get_text (statement), &self->state);
  self->basis = ic_basis_from_string (ic_statement_get_text (statement));
  ic_read_back_from_string (ic_statement_get_text (statement), &self->read_back);
  ic_urgency_from_string (ic_statement_get_text (statement), &self->urgency);
  ic_transfer_set_text (&self->operator_name, ic_statement_get_text (statement));
  ic_transfer_set_text (&self->recipient, ic_statement_get_text (statement));
  ic_transfer_set_text (&self->reason, ic_statement_get_text (statement));
  ic_transfer_set_text (&self->source, ic_statement_get_text (statement));
  ic_transfer_set_text (&self->output, ic_statement_get_text (statement));
  ic_transfer_set_text (&self->remark, ic_statement_get_text (statement));
  read_patient (statement, self);
  self->started_at = ic_statement_get_int64 (statement);
  self->ended_at = ic_statement_get_int64 (statement);
  self->expected = ic_statement_get_int64 (statement);
  self->retrieved = ic_statement_get_int64 (statement);
  self->written = ic_statement_get_int64 (statement);
  self->verified = ic_statement_get_int64 (statement);
  ic_transfer_set_text (&self->log_head, ic_statement_get_text (statement));
  ic_transfer_set_text (&self->legal_basis, ic_statement_get_text (statement));
  return self;
}

gboolean
ic_transfer_load_series (IcReadTx *tx, IcTransfer *transfer, GError **error)
{
  g_autoptr(IcStatement) statement = ic_statement_new (
      tx,
      "SELECT study_uid, series_uid, modality, number, description, basis, expected, retrieved, "
      "written, verified, missing, extra FROM transfer_series WHERE transfer = ? "
      "ORDER BY position",
      error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_int64 (statement, transfer->id);
  while (ic_statement_step (statement))
    {
      IcTransferSeries *series = ic_transfer_add_series (transfer);

      ic_transfer_set_text (&series->study_uid, ic_statement_get_text (statement));
      ic_transfer_set_text (&series->series_uid, ic_statement_get_text (statement));
      ic_transfer_set_text (&series->modality, ic_statement_get_text (statement));
      ic_transfer_set_text (&series->number, ic_statement_get_text (statement));
      ic_transfer_set_text (&series->description, ic_statement_get_text (statement));
      series->basis = ic_basis_from_string (ic_statement_get_text (statement));
      series->expected = ic_statement_get_int64 (statement);
      series->retrieved = ic_statement_get_int64 (statement);
      series->written = ic_statement_get_int64 (statement);
      series->verified = ic_statement_get_int64 (statement);
      series->missing = ic_statement_get_int64 (statement);
      series->extra = ic_statement_get_int64 (statement);
    }
  return ic_statement_check (statement, error);
}

static const char *
keep_text (IcTransfer *transfer, IcStatement *statement)
{
  return ic_transfer_keep_text (transfer, ic_statement_get_text (statement));
}

static gboolean
load_instances (IcReadTx *tx, IcTransfer *transfer, GError **error)
{
  g_autoptr(IcStatement) statement =
                 ic_statement_new (tx,
                                   "SELECT sop_instance_uid, study_uid, series_uid, file_id, "
                                   "sha256, size_bytes, state, remark, volume "
                                   "FROM transfer_instance WHERE transfer = ? ORDER BY position",
                                   error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_int64 (statement, transfer->id);
  while (ic_statement_step (statement))
    {
      IcTransferInstance *instance = ic_transfer_add_instance (transfer);

      instance->sop_instance_uid = keep_text (transfer, statement);
      instance->study_uid = keep_text (transfer, statement);
      instance->series_uid = keep_text (transfer, statement);
      instance->file_id = keep_text (transfer, statement);
      instance->sha256 = keep_text (transfer, statement);
      instance->size_bytes = ic_statement_get_int64 (statement);
      ic_item_state_from_string (ic_statement_get_text (statement), &instance->state);
      instance->remark = keep_text (transfer, statement);
      instance->volume = (guint) ic_statement_get_int64 (statement);
    }
  return ic_statement_check (statement, error);
}

IcTransfer *
ic_transfer_repo_find (IcReadTx *tx, gint64 id, GError **error)
{
  g_autoptr(IcTexts) texts = ic_texts_new ();

  return ic_transfer_repo_find_sharing (tx, id, texts, error);
}

IcTransfer *
ic_transfer_repo_find_sharing (IcReadTx *tx, gint64 id, IcTexts *texts, GError **error)
{
  g_autoptr(IcTransfer) transfer = NULL;
  g_autoptr(IcStatement) statement =
                 ic_statement_new (tx, "SELECT " IC_TRANSFER_COLUMNS " FROM transfer WHERE id = ?",
                                   error);

  if (statement == NULL)
    return NULL;
  ic_statement_bind_int64 (statement, id);
  if (!ic_statement_step (statement))
    {
      if (ic_statement_check (statement, error))
        g_set_error_literal (error, IC_ERROR, IC_ERROR_NOT_FOUND, "there is no such transfer");
      return NULL;
    }
  transfer = ic_transfer_read (statement);
  ic_transfer_share_texts (transfer, texts);
  if (!ic_transfer_load_series (tx, transfer, error) || !load_instances (tx, transfer, error))
    return NULL;
  return g_steal_pointer (&transfer);
}

static GArray *
list_orphans (IcReadTx *tx, const char *session, GError **error)
{
  g_autoptr(GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr(IcStatement) statement = ic_statement_new (
      tx, "SELECT id FROM transfer WHERE session = ? AND state = 'running' ORDER BY id", error);

  if (statement == NULL)
    return NULL;
  ic_statement_bind_text (statement, session);
  while (ic_statement_step (statement))
    {
      gint64 id = ic_statement_get_int64 (statement);

      g_array_append_val (ids, id);
    }
  return ic_statement_check (statement, error) ? g_steal_pointer (&ids) : NULL;
}

gboolean
ic_transfer_repo_end_orphans (IcWriteTx *tx, const char *session, GError **error)
{
  IcReadTx *read = ic_write_tx_read (tx);
  g_autoptr(GArray) ids = list_orphans (read, session, error);

  for (guint i = 0; ids != NULL && i < ids->len; i++)
    {
      g_autoptr(IcTransfer) transfer =
                     ic_transfer_repo_find (read, g_array_index (ids, gint64, i), error);

      if (transfer == NULL)
        return FALSE;
      transfer->state = IC_TRANSFER_FAILED;
      transfer->ended_at = g_get_real_time () / G_USEC_PER_SEC;
      ic_transfer_set_text (&transfer->remark, "the program ended before the transfer did");
      if (!ic_transfer_repo_end (tx, transfer, error))
        return FALSE;
    }
  return ids != NULL;
}
