/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ic-order-repo.h"

#include "store/ic-statement.h"

IcOrder *
ic_order_new (void)
{
  IcOrder *self = g_new0 (IcOrder, 1);
  char **texts[] = { &self->id,     &self->kind,        &self->operator_name,
                     &self->source, &self->destination, &self->recipient,
                     &self->reason, &self->output,      &self->options };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    *texts[i] = g_strdup ("");
  self->study_uids = g_new0 (char *, 1);
  self->patient = ic_patient_new (NULL, NULL, NULL, NULL, NULL);
  return self;
}

void
ic_order_free (IcOrder *self)
{
  g_free (self->id);
  g_free (self->kind);
  g_free (self->operator_name);
  g_free (self->source);
  g_free (self->destination);
  g_free (self->recipient);
  g_free (self->reason);
  g_free (self->output);
  g_free (self->options);
  g_strfreev (self->study_uids);
  ic_patient_unref (self->patient);
  g_free (self);
}

static gboolean
insert_order (IcWriteTx *tx, const char *session, const IcOrder *order, GError **error)
{
  const char *urgency = ic_urgency_to_string (order->urgency);
  const IcPatient *patient = order->patient;
  const char *const texts[] = { order->source, order->destination,  patient->id,   patient->issuer,
                                patient->name, patient->birth_date, patient->sex,  order->recipient,
                                order->reason, order->output,       order->options };
  g_autoptr(IcStatement) statement = ic_statement_new_for_write (
      tx,
      "INSERT INTO job_order (id, session, state, position, kind, urgency, operator, asked_at, "
      "source, destination, patient_id, issuer, patient_name, birth_date, sex, recipient, reason, "
      "output, options) VALUES (?, ?, 'waiting', "
      "(SELECT coalesce (max (position), 0) + 1 FROM job_order), "
      "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_text (statement, order->id);
  ic_statement_bind_text (statement, session);
  ic_statement_bind_text (statement, order->kind);
  ic_statement_bind_text (statement, urgency);
  ic_statement_bind_text (statement, order->operator_name);
  ic_statement_bind_int64 (statement, order->asked_at);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    ic_statement_bind_text (statement, texts[i]);
  return ic_statement_run (statement, error);
}

static gboolean
insert_studies (IcWriteTx *tx, const IcOrder *order, GError **error)
{
  g_autoptr(IcStatement) statement =
                 ic_statement_new_for_write (tx, "INSERT INTO job_order_study VALUES (?, ?, ?)",
                                             error);

  if (statement == NULL)
    return FALSE;
  for (guint i = 0; order->study_uids[i] != NULL; i++)
    {
      ic_statement_bind_text (statement, order->id);
      ic_statement_bind_int64 (statement, i);
      ic_statement_bind_text (statement, order->study_uids[i]);
      if (!ic_statement_run (statement, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
ic_order_repo_add (IcWriteTx *tx, const char *session, IcOrder *order, GError **error)
{
  return insert_order (tx, session, order, error) && insert_studies (tx, order, error);
}

static gboolean
run_with_text (IcWriteTx *tx, const char *sql, const char *text, GError **error)
{
  g_autoptr(IcStatement) statement = ic_statement_new_for_write (tx, sql, error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_text (statement, text);
  return ic_statement_run (statement, error);
}

gboolean
ic_order_repo_begin (IcWriteTx *tx, const char *id, GError **error)
{
  return run_with_text (tx, "UPDATE job_order SET state = 'running' WHERE id = ?", id, error);
}

gboolean
ic_order_repo_remove (IcWriteTx *tx, const char *id, GError **error)
{
  return run_with_text (tx, "DELETE FROM job_order WHERE id = ?", id, error);
}

gboolean
ic_order_repo_release (IcWriteTx *tx, const char *session, GError **error)
{
  return run_with_text (tx, "UPDATE job_order SET session = '' WHERE session = ?", session, error);
}

gboolean
ic_order_repo_arrange (IcWriteTx *tx, const char *const *ids, GError **error)
{
  g_autoptr(IcStatement) statement =
                 ic_statement_new_for_write (tx, "UPDATE job_order SET position = ? WHERE id = ?",
                                             error);

  if (statement == NULL)
    return FALSE;
  for (guint i = 0; ids[i] != NULL; i++)
    {
      ic_statement_bind_int64 (statement, i + 1);
      ic_statement_bind_text (statement, ids[i]);
      if (!ic_statement_run (statement, error))
        return FALSE;
    }
  return TRUE;
}

static void
take_text (IcStatement *statement, char **text)
{
  g_free (*text);
  *text = ic_statement_dup_text (statement);
}

static void
take_patient (IcStatement *statement, IcOrder *order)
{
  const char *text[5];

  for (guint i = 0; i < G_N_ELEMENTS (text); i++)
    text[i] = ic_statement_get_text (statement);
  ic_patient_unref (order->patient);
  order->patient = ic_patient_new (text[0], text[1], text[2], text[3], text[4]);
}

static IcOrder *
read_order (IcStatement *statement)
{
  IcOrder *order = ic_order_new ();

  take_text (statement, &order->id);
  order->was_begun = g_str_equal (ic_statement_get_text (statement), "running");
  take_text (statement, &order->kind);
  ic_urgency_from_string (ic_statement_get_text (statement), &order->urgency);
  take_text (statement, &order->operator_name);
  order->asked_at = ic_statement_get_int64 (statement);
  take_text (statement, &order->source);
  take_text (statement, &order->destination);
  take_patient (statement, order);
  take_text (statement, &order->recipient);
  take_text (statement, &order->reason);
  take_text (statement, &order->output);
  take_text (statement, &order->options);
  return order;
}

static gboolean
load_studies (IcReadTx *tx, IcOrder *order, GError **error)
{
  g_autoptr(GStrvBuilder) uids = g_strv_builder_new ();
  g_autoptr(IcStatement) statement = ic_statement_new (
      tx, "SELECT study_uid FROM job_order_study WHERE job_order = ? ORDER BY position", error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_text (statement, order->id);
  while (ic_statement_step (statement))
    g_strv_builder_add (uids, ic_statement_get_text (statement));
  g_strfreev (order->study_uids);
  order->study_uids = g_strv_builder_end (uids);
  return ic_statement_check (statement, error);
}

static GPtrArray *
list_released (IcReadTx *tx, GError **error)
{
  g_autoptr(GPtrArray) orders = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_order_free);
  g_autoptr(IcStatement) statement = ic_statement_new (
      tx,
      "SELECT id, state, kind, urgency, operator, asked_at, source, destination, patient_id, "
      "issuer, patient_name, birth_date, sex, recipient, reason, output, options "
      "FROM job_order WHERE session = '' ORDER BY position, asked_at",
      error);

  if (statement == NULL)
    return NULL;
  while (ic_statement_step (statement))
    g_ptr_array_add (orders, read_order (statement));
  if (!ic_statement_check (statement, error))
    return NULL;
  for (guint i = 0; i < orders->len; i++)
    if (!load_studies (tx, orders->pdata[i], error))
      return NULL;
  return g_steal_pointer (&orders);
}

GPtrArray *
ic_order_repo_adopt (IcWriteTx *tx, const char *session, GError **error)
{
  g_autoptr(GPtrArray) orders = list_released (ic_write_tx_read (tx), error);

  if (orders == NULL ||
      !run_with_text (tx, "UPDATE job_order SET session = ? WHERE session = ''", session, error))
    return NULL;
  return g_steal_pointer (&orders);
}
