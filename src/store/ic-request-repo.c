/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ic-request-repo.h"

#include "core/ic-error.h"
#include "store/ic-audit-private.h"
#include "store/ic-search.h"
#include "store/ic-statement.h"

#include <string.h>

static gboolean
insert_recipient (IcWriteTx *tx, IcRecipient *recipient, GError **error)
{
  g_autoptr(IcStatement) statement = ic_statement_new_for_write (
      tx, "INSERT INTO recipient (name, organisation, contact) VALUES (?, ?, ?)", error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_text (statement, recipient->name);
  ic_statement_bind_text (statement, recipient->organisation);
  ic_statement_bind_text (statement, recipient->contact);
  if (!ic_statement_run (statement, error))
    return FALSE;
  recipient->id = ic_write_tx_get_last_id (tx);
  return TRUE;
}

gboolean
ic_recipient_repo_ensure (IcWriteTx *tx, IcRecipient *recipient, GError **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(IcRecipient) known =
                 ic_recipient_repo_find (ic_write_tx_read (tx), recipient->name, &local_error);

  if (known != NULL)
    {
      recipient->id = known->id;
      return TRUE;
    }
  if (g_error_matches (local_error, IC_ERROR, IC_ERROR_NOT_FOUND))
    return insert_recipient (tx, recipient, error);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static IcRecipient *
read_recipient (IcStatement *statement)
{
  IcRecipient *recipient = ic_recipient_new (NULL);

  recipient->id = ic_statement_get_int64 (statement);
  ic_transfer_set_text (&recipient->name, ic_statement_get_text (statement));
  ic_transfer_set_text (&recipient->organisation, ic_statement_get_text (statement));
  ic_transfer_set_text (&recipient->contact, ic_statement_get_text (statement));
  return recipient;
}

IcRecipient *
ic_recipient_repo_find (IcReadTx *tx, const char *name, GError **error)
{
  g_autoptr(IcStatement) statement =
          ic_statement_new (tx,
                            "SELECT id, name, organisation, contact FROM recipient WHERE name = ?",
                            error);

  if (statement == NULL)
    return NULL;
  ic_statement_bind_text (statement, name);
  if (ic_statement_step (statement))
    return read_recipient (statement);
  if (ic_statement_check (statement, error))
    g_set_error_literal (error, IC_ERROR, IC_ERROR_NOT_FOUND, "there is no such recipient");
  return NULL;
}

static gboolean
update_recipient (IcWriteTx *tx, const IcRecipient *recipient, GError **error)
{
  g_autoptr(IcStatement) statement = ic_statement_new_for_write (
      tx, "UPDATE recipient SET organisation = ?, contact = ? WHERE id = ?", error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_text (statement, recipient->organisation);
  ic_statement_bind_text (statement, recipient->contact);
  ic_statement_bind_int64 (statement, recipient->id);
  return ic_statement_run (statement, error);
}

gboolean
ic_recipient_repo_put (IcWriteTx *tx, IcRecipient *recipient, GError **error)
{
  return ic_recipient_repo_ensure (tx, recipient, error) && update_recipient (tx, recipient, error);
}

static gboolean
has_word_with_prefix (const char *text, const char *prefix)
{
  g_autofree char *folded = ic_search_fold (text);
  const char *found = folded;

  while ((found = strstr (found, prefix)) != NULL)
    {
      if (found == folded || !g_ascii_isalnum (found[-1]))
        return TRUE;
      found++;
    }
  return FALSE;
}

/* The address book has thousands of lines at most: they are compared one by one. */
GPtrArray *
ic_recipient_repo_search (IcReadTx *tx,
                          const char *prefix,
                          const char *after,
                          guint limit,
                          GError **error)
{
  g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_recipient_free);
  g_autofree char *folded = ic_search_fold (prefix);
  g_autoptr(IcStatement) statement =
                 ic_statement_new (tx,
                                   "SELECT id, name, organisation, contact FROM recipient "
                                   "WHERE name > ? ORDER BY name",
                                   error);

  if (statement == NULL)
    return NULL;
  ic_statement_bind_text (statement, after != NULL ? after : "");
  while (found->len < limit && ic_statement_step (statement))
    {
      g_autoptr(IcRecipient) recipient = read_recipient (statement);

      if (*folded == '\0' || has_word_with_prefix (recipient->name, folded) ||
          has_word_with_prefix (recipient->organisation, folded))
        g_ptr_array_add (found, g_steal_pointer (&recipient));
    }
  return ic_statement_check (statement, error) ? g_steal_pointer (&found) : NULL;
}

static gboolean
insert_request (IcWriteTx *tx, IcRequest *request, GError **error)
{
  g_autoptr(IcStatement) statement = ic_statement_new_for_write (
      tx,
      "INSERT INTO request (direction, recipient, requested_by, reason, urgency, patient_id, "
      "issuer, patient_name, birth_date, sex, opened_at, due_at) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_text (statement, ic_direction_to_string (request->direction));
  if (request->recipient > 0)
    ic_statement_bind_int64 (statement, request->recipient);
  else
    ic_statement_bind_null (statement);
  ic_statement_bind_text (statement, request->requested_by);
  ic_statement_bind_text (statement, request->reason);
  ic_statement_bind_text (statement, ic_urgency_to_string (request->urgency));
  ic_statement_bind_text (statement, request->patient->id);
  ic_statement_bind_text (statement, request->patient->issuer);
  ic_statement_bind_text (statement, request->patient->name);
  ic_statement_bind_text (statement, request->patient->birth_date);
  ic_statement_bind_text (statement, request->patient->sex);
  ic_statement_bind_int64 (statement, request->opened_at);
  ic_statement_bind_int64 (statement, request->due_at);
  if (!ic_statement_run (statement, error))
    return FALSE;
  request->id = ic_write_tx_get_last_id (tx);
  return TRUE;
}

gboolean
ic_request_repo_open (IcWriteTx *tx, IcRequest *request, const char *operator_name, GError **error)
{
  const IcAuditField details[] = {
    { "direction", ic_direction_to_string (request->direction) },
    { "urgency", ic_urgency_to_string (request->urgency) },
    { NULL, NULL },
  };
  const IcAuditField personal[] = {
    { "patient_id", request->patient->id },
    { "issuer", request->patient->issuer },
    { "patient_name", request->patient->name },
    { "birth_date", request->patient->birth_date },
    { "sex", request->patient->sex },
    { "requested_by", request->requested_by },
    { "reason", request->reason },
    { NULL, NULL },
  };
  IcAuditEvent event = {
    .operator_name = operator_name,
    .action = IC_AUDIT_REQUEST_OPENED,
    .details = details,
    .personal = personal,
  };

  if (!insert_request (tx, request, error))
    return FALSE;
  event.request = request->id;
  return ic_audit_append (tx, &event, error);
}

static IcRequest *
read_request (IcStatement *statement)
{
  IcRequest *request = ic_request_new ();
  g_autoptr(IcPatient) patient = NULL;
  const char *text[5];

  request->id = ic_statement_get_int64 (statement);
  ic_direction_from_string (ic_statement_get_text (statement), &request->direction);
  request->recipient = ic_statement_get_int64 (statement);
  ic_transfer_set_text (&request->requested_by, ic_statement_get_text (statement));
  ic_transfer_set_text (&request->reason, ic_statement_get_text (statement));
  ic_urgency_from_string (ic_statement_get_text (statement), &request->urgency);
  for (guint i = 0; i < G_N_ELEMENTS (text); i++)
    text[i] = ic_statement_get_text (statement);
  patient = ic_patient_new (text[0], text[1], text[2], text[3], text[4]);
  ic_transfer_set_patient (&request->patient, patient);
  request->opened_at = ic_statement_get_int64 (statement);
  request->due_at = ic_statement_get_int64 (statement);
  return request;
}

IcRequest *
ic_request_repo_find (IcReadTx *tx, gint64 id, GError **error)
{
  g_autoptr(IcStatement) statement = ic_statement_new (
      tx,
      "SELECT id, direction, recipient, requested_by, reason, urgency, patient_id, issuer, "
      "patient_name, birth_date, sex, opened_at, due_at FROM request WHERE id = ?",
      error);

  if (statement == NULL)
    return NULL;
  ic_statement_bind_int64 (statement, id);
  if (ic_statement_step (statement))
    return read_request (statement);
  if (ic_statement_check (statement, error))
    g_set_error_literal (error, IC_ERROR, IC_ERROR_NOT_FOUND, "there is no such request");
  return NULL;
}
