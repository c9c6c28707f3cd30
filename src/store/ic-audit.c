/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ic-audit-private.h"

#include "core/ic-error.h"
#include "store/ic-statement.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#define SALT_SIZE 16

void
ic_audit_digest_text (IcDigest *digest, const char *text)
{
  char length[32];
  gsize size = strlen (text);

  g_snprintf (length, sizeof length, "%" G_GSIZE_FORMAT ":", size);
  ic_digest_update (digest, length, strlen (length));
  ic_digest_update (digest, text, size);
  ic_digest_update (digest, ",", 1);
}

void
ic_audit_digest_int64 (IcDigest *digest, gint64 value)
{
  char text[32];

  g_snprintf (text, sizeof text, "%" G_GINT64_FORMAT, value);
  ic_audit_digest_text (digest, text);
}

void
ic_audit_hash_row (const IcAuditRow *row, const char *previous, char hash[IC_DIGEST_HEX_SIZE])
{
  g_autoptr(IcDigest) digest = ic_digest_new ();

  ic_audit_digest_text (digest, previous);
  ic_audit_digest_int64 (digest, row->n);
  ic_audit_digest_text (digest, row->time);
  ic_audit_digest_text (digest, row->operator_name);
  ic_audit_digest_text (digest, row->action);
  ic_audit_digest_int64 (digest, row->request);
  ic_audit_digest_int64 (digest, row->transfer);
  ic_audit_digest_text (digest, row->details);
  ic_audit_digest_text (digest, row->personal);
  ic_digest_finish_hex (digest, hash);
}

void
ic_audit_hash_personal (const char *salt, const char *value, char hash[IC_DIGEST_HEX_SIZE])
{
  g_autoptr(IcDigest) digest = ic_digest_new ();

  ic_audit_digest_text (digest, salt);
  ic_audit_digest_text (digest, value);
  ic_digest_finish_hex (digest, hash);
}

static char *
dup_salt (GError **error)
{
  guint8 raw[SALT_SIZE];
  g_autoptr(GString) salt = g_string_new (NULL);

  if (TEMP_FAILURE_RETRY (getrandom (raw, sizeof raw, 0)) != sizeof raw)
    {
      ic_error_set_errno (error, IC_ERROR_INTERNAL, errno, "no random numbers");
      return NULL;
    }
  for (guint i = 0; i < sizeof raw; i++)
    g_string_append_printf (salt, "%02x", raw[i]);
  return g_string_free (g_steal_pointer (&salt), FALSE);
}

static void
append_json_string (GString *json, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  g_string_append_c (json, '"');
  for (const char *c = valid; *c != '\0'; c++)
    {
      if (*c == '"' || *c == '\\')
        g_string_append_printf (json, "\\%c", *c);
      else if ((guchar) *c < ' ')
        g_string_append_printf (json, "\\u%04x", *c);
      else
        g_string_append_c (json, *c);
    }
  g_string_append_c (json, '"');
}

static char *
dup_json (const IcAuditField *fields)
{
  g_autoptr(GString) json = g_string_new ("{");

  for (const IcAuditField *field = fields; field != NULL && field->name != NULL; field++)
    {
      if (json->len > 1)
        g_string_append_c (json, ',');
      append_json_string (json, field->name);
      g_string_append_c (json, ':');
      append_json_string (json, field->value);
    }
  g_string_append_c (json, '}');
  return g_string_free (g_steal_pointer (&json), FALSE);
}

static gboolean
read_head (IcReadTx *tx, gint64 *n, char hash[IC_DIGEST_HEX_SIZE], GError **error)
{
  g_autoptr(IcStatement) statement =
                 ic_statement_new (tx, "SELECT n, hash FROM audit_event ORDER BY n DESC LIMIT 1",
                                   error);

  if (statement == NULL)
    return FALSE;
  *n = 0;
  g_strlcpy (hash, IC_AUDIT_NO_HASH, IC_DIGEST_HEX_SIZE);
  if (ic_statement_step (statement))
    {
      *n = ic_statement_get_int64 (statement);
      g_strlcpy (hash, ic_statement_get_text (statement), IC_DIGEST_HEX_SIZE);
    }
  return ic_statement_check (statement, error);
}

/* Fills @salts and the lines of digests, both in the order of the fields that have a value. */
static char *
dup_personal_lines (const IcAuditField *fields, GPtrArray *salts, GError **error)
{
  g_autoptr(GString) lines = g_string_new (NULL);

  for (const IcAuditField *field = fields; field != NULL && field->name != NULL; field++)
    {
      char hash[IC_DIGEST_HEX_SIZE];
      char *salt = NULL;

      if (*field->value == '\0')
        continue;
      salt = dup_salt (error);
      if (salt == NULL)
        return NULL;
      g_ptr_array_add (salts, salt);
      ic_audit_hash_personal (salt, field->value, hash);
      g_string_append_printf (lines, "%s=%s\n", field->name, hash);
    }
  return g_string_free (g_steal_pointer (&lines), FALSE);
}

static gboolean
insert_personal (IcWriteTx *tx,
                 gint64 n,
                 const IcAuditField *fields,
                 GPtrArray *salts,
                 GError **error)
{
  g_autoptr(IcStatement) statement = ic_statement_new_for_write (
      tx, "INSERT INTO personal_field (event, name, salt, value) VALUES (?, ?, ?, ?)", error);
  guint next = 0;

  if (statement == NULL)
    return FALSE;
  for (const IcAuditField *field = fields; field != NULL && field->name != NULL; field++)
    {
      if (*field->value == '\0')
        continue;
      ic_statement_bind_int64 (statement, n);
      ic_statement_bind_text (statement, field->name);
      ic_statement_bind_text (statement, salts->pdata[next++]);
      ic_statement_bind_text (statement, field->value);
      if (!ic_statement_run (statement, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
insert_row (IcWriteTx *tx, const IcAuditRow *row, const char *hash, GError **error)
{
  g_autoptr(IcStatement) statement =
                 ic_statement_new_for_write (tx,
                                             "INSERT INTO audit_event (n, time, operator, action, "
                                             "request, transfer, details, personal, "
                                             "hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                                             error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_int64 (statement, row->n);
  ic_statement_bind_text (statement, row->time);
  ic_statement_bind_text (statement, row->operator_name);
  ic_statement_bind_text (statement, row->action);
  ic_statement_bind_int64 (statement, row->request);
  ic_statement_bind_int64 (statement, row->transfer);
  ic_statement_bind_text (statement, row->details);
  ic_statement_bind_text (statement, row->personal);
  ic_statement_bind_text (statement, hash);
  return ic_statement_run (statement, error);
}

gboolean
ic_audit_append (IcWriteTx *tx, const IcAuditEvent *event, GError **error)
{
  g_autoptr(GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *time = g_date_time_format (now, "%Y-%m-%dT%H:%M:%S.%fZ");
  g_autofree char *details = dup_json (event->details);
  g_autoptr(GPtrArray) salts = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *personal = dup_personal_lines (event->personal, salts, error);
  char previous[IC_DIGEST_HEX_SIZE];
  char hash[IC_DIGEST_HEX_SIZE];
  gint64 n = 0;

  if (personal == NULL || !read_head (ic_write_tx_read (tx), &n, previous, error))
    return FALSE;

  IcAuditRow row = {
    .n = n + 1,
    .time = time,
    .operator_name = event->operator_name,
    .action = event->action,
    .request = event->request,
    .transfer = event->transfer,
    .details = details,
    .personal = personal,
  };

  ic_audit_hash_row (&row, previous, hash);
  return insert_row (tx, &row, hash, error) &&
         insert_personal (tx, row.n, event->personal, salts, error);
}

char *
ic_audit_dup_head (IcReadTx *tx, GError **error)
{
  char hash[IC_DIGEST_HEX_SIZE];
  gint64 n = 0;

  if (!read_head (tx, &n, hash, error))
    return NULL;
  return g_strdup_printf ("%" G_GINT64_FORMAT ":%s", n, hash);
}

gboolean
ic_audit_erase (IcWriteTx *tx, gint64 n, const char *operator_name, GError **error)
{
  g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, n);
  const IcAuditField details[] = { { "event", number }, { NULL, NULL } };
  const IcAuditEvent event = {
    .operator_name = operator_name,
    .action = IC_AUDIT_ERASED,
    .details = details,
  };
  g_autoptr(IcStatement) statement =
                 ic_statement_new_for_write (tx, "DELETE FROM personal_field WHERE event = ?",
                                             error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_int64 (statement, n);
  if (!ic_statement_run (statement, error))
    return FALSE;
  return ic_write_tx_get_changes (tx) == 0 || ic_audit_append (tx, &event, error);
}
