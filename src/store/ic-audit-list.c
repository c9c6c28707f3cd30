/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ic-audit-list.h"

#include "store/ic-statement.h"

#include <string.h>

static IcAuditEntry *
read_entry (IcStatement *statement)
{
  IcAuditEntry *entry = g_new0 (IcAuditEntry, 1);

  entry->n = ic_statement_get_int64 (statement);
  entry->time = ic_statement_dup_text (statement);
  entry->operator_name = ic_statement_dup_text (statement);
  entry->action = ic_statement_dup_text (statement);
  entry->details = ic_statement_dup_text (statement);
  entry->hash = ic_statement_dup_text (statement);
  return entry;
}

GPtrArray *
ic_audit_list_for_transfer (IcReadTx *tx, gint64 transfer, GError **error)
{
  g_autoptr(GPtrArray) entries =
                 g_ptr_array_new_with_free_func ((GDestroyNotify) ic_audit_entry_free);
  g_autoptr(IcStatement) statement = ic_statement_new (
      tx,
      "SELECT n, time, operator, action, details, hash FROM audit_event "
      "WHERE n IN (SELECT n FROM audit_event WHERE transfer = ?1 AND transfer > 0 UNION "
      "SELECT n FROM audit_event WHERE request > 0 AND transfer = 0 AND request IN "
      "(SELECT request FROM transfer WHERE id = ?1)) ORDER BY n",
      error);

  if (statement == NULL)
    return NULL;
  ic_statement_bind_int64 (statement, transfer);
  while (ic_statement_step (statement))
    g_ptr_array_add (entries, read_entry (statement));
  return ic_statement_check (statement, error) ? g_steal_pointer (&entries) : NULL;
}

void
ic_audit_entry_free (IcAuditEntry *self)
{
  g_free (self->time);
  g_free (self->operator_name);
  g_free (self->action);
  g_free (self->details);
  g_free (self->hash);
  g_free (self);
}

char *
ic_audit_entry_dup_detail (const IcAuditEntry *self, const char *name)
{
  g_autofree char *field = g_strdup_printf ("\"%s\":\"", name);
  const char *value = strstr (self->details, field);

  if (value == NULL)
    return g_strdup ("");
  value += strlen (field);
  return g_strndup (value, strcspn (value, "\""));
}

void
ic_audit_entry_get_disc (const IcAuditEntry *self, guint *number, guint *n_discs)
{
  g_autofree char *place = ic_audit_entry_dup_detail (self, "disc");
  g_auto(GStrv) parts = g_strsplit (place, " of ", 2);

  if (g_strv_length (parts) != 2)
    return;
  *number = (guint) g_ascii_strtoull (parts[0], NULL, 10);
  *n_discs = (guint) g_ascii_strtoull (parts[1], NULL, 10);
}
