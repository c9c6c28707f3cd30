/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ic-audit-private.h"

#include "core/ic-error.h"
#include "store/ic-statement.h"

#include <string.h>

/* The state of one walk along the chain. */
typedef struct
{
  IcReadTx *tx;
  gint64 anchor_n; /* -1 without an anchor */
  const char *anchor_hash;
  char previous[IC_DIGEST_HEX_SIZE];
  GHashTable *heads;   /* n → hash that a transfer kept */
  GHashTable *missing; /* numbers of events whose personal values are gone → how many */
  IcAuditReport *report;
} Walk;

void
ic_audit_report_free (IcAuditReport *self)
{
  g_free (self->head);
  g_free (self);
}

static gboolean
set_damaged (GError **error, gint64 n, const char *what)
{
  g_set_error (error, IC_ERROR, IC_ERROR_STORE_DAMAGED, "log event %" G_GINT64_FORMAT ": %s", n,
               what);
  return FALSE;
}

/* "N:HASH" into its parts; @hash points into @text. */
static gboolean
parse_head (const char *text, gint64 *n, const char **hash)
{
  const char *colon = strchr (text, ':');
  g_autofree char *digits = colon != NULL ? g_strndup (text, colon - text) : NULL;
  guint64 value = 0;

  if (digits == NULL || !g_ascii_string_to_unsigned (digits, 10, 0, G_MAXINT64, &value, NULL))
    return FALSE;
  *n = (gint64) value;
  *hash = colon + 1;
  return strlen (*hash) == IC_DIGEST_HEX_SIZE - 1 &&
         strspn (*hash, "0123456789abcdefABCDEF") == IC_DIGEST_HEX_SIZE - 1;
}

static gint64 *
new_int64 (gint64 value)
{
  return g_memdup2 (&value, sizeof value);
}

/* Each transfer keeps the head after its end, a second place that must agree. */
static gboolean
load_heads (Walk *walk, GError **error)
{
  g_autoptr(IcStatement) statement =
                 ic_statement_new (walk->tx, "SELECT log_head FROM transfer WHERE log_head != ''",
                                   error);

  if (statement == NULL)
    return FALSE;
  while (ic_statement_step (statement))
    {
      g_autofree char *head = ic_statement_dup_text (statement);
      const char *hash = NULL;
      gint64 n = 0;

      if (!parse_head (head, &n, &hash))
        return set_damaged (error, n, "a transfer names a log head that is none");
      g_hash_table_insert (walk->heads, new_int64 (n), g_strdup (hash));
    }
  return ic_statement_check (statement, error);
}

static const char *
find_line (const char *lines, const char *name)
{
  gsize length = strlen (name);
  const char *line = lines;

  while (line != NULL && *line != '\0')
    {
      if (strncmp (line, name, length) == 0 && line[length] == '=')
        return line + length + 1;
      line = strchr (line, '\n');
      if (line != NULL)
        line++;
    }
  return NULL;
}

static guint
count_lines (const char *lines)
{
  guint n = 0;

  for (const char *c = lines; *c != '\0'; c++)
    n += *c == '\n';
  return n;
}

static gboolean
check_personal (Walk *walk, const IcAuditRow *row, GError **error)
{
  g_autoptr(IcStatement) statement =
                 ic_statement_new (walk->tx,
                                   "SELECT name, salt, value FROM personal_field WHERE event = ?",
                                   error);
  guint expected = count_lines (row->personal);
  guint found = 0;

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_int64 (statement, row->n);
  while (ic_statement_step (statement))
    {
      const char *line = find_line (row->personal, ic_statement_get_text (statement));
      const char *salt = ic_statement_get_text (statement);
      char hash[IC_DIGEST_HEX_SIZE];

      ic_audit_hash_personal (salt, ic_statement_get_text (statement), hash);
      if (line == NULL || strncmp (line, hash, strlen (hash)) != 0)
        return set_damaged (error, row->n, "a personal value was changed");
      found++;
    }
  walk->report->n_personal += found;
  if (found < expected)
    g_hash_table_insert (walk->missing, new_int64 (row->n), GUINT_TO_POINTER (expected - found));
  return ic_statement_check (statement, error);
}

/* An erasure excuses the values that are missing from the event it names. */
static void
note_erasure (Walk *walk, const IcAuditRow *row)
{
  static const char prefix[] = "{\"event\":\"";
  gint64 n = 0;

  if (!g_str_has_prefix (row->details, prefix))
    return;
  n = g_ascii_strtoll (row->details + strlen (prefix), NULL, 10);
  walk->report->n_erased += GPOINTER_TO_UINT (g_hash_table_lookup (walk->missing, &n));
  g_hash_table_remove (walk->missing, &n);
}

static gboolean
check_evidence (Walk *walk, const IcAuditRow *row, GError **error)
{
  g_autofree char *evidence = ic_audit_dup_evidence (walk->tx, row->transfer, error);
  g_autofree char *field = NULL;

  if (evidence == NULL)
    return FALSE;
  field = g_strdup_printf ("\"evidence\":\"%s\"", evidence);
  if (strstr (row->details, field) == NULL)
    return set_damaged (error, row->n, "the record of its transfer was changed");
  return TRUE;
}

static gboolean
check_columns (Walk *walk, const IcAuditRow *row, GError **error)
{
  gboolean agrees = FALSE;

  if (!ic_audit_check_columns (walk->tx, row, &agrees, error))
    return FALSE;
  return agrees || set_damaged (error, row->n, "whom or what it was about was changed");
}

static gboolean
check_subject (Walk *walk, const IcAuditRow *row, GError **error)
{
  if (g_str_equal (row->action, IC_AUDIT_TRANSFER_ENDED))
    return check_evidence (walk, row, error) && check_columns (walk, row, error);
  return !g_str_equal (row->action, IC_AUDIT_REQUEST_OPENED) || check_columns (walk, row, error);
}

static gboolean
check_row (Walk *walk, const IcAuditRow *row, const char *stored, GError **error)
{
  const char *kept = g_hash_table_lookup (walk->heads, &row->n);
  char hash[IC_DIGEST_HEX_SIZE];

  ic_audit_hash_row (row, walk->previous, hash);
  if (row->n != walk->report->n_events + 1 || !g_str_equal (hash, stored))
    return set_damaged (error, row->n, "the chain is broken");
  if (kept != NULL && !g_str_equal (kept, hash))
    return set_damaged (error, row->n, "does not agree with the head kept with a transfer");
  if (row->n == walk->anchor_n && g_ascii_strcasecmp (hash, walk->anchor_hash) != 0)
    return set_damaged (error, row->n, "does not agree with the anchor");
  g_hash_table_remove (walk->heads, &row->n);
  g_strlcpy (walk->previous, hash, sizeof walk->previous);
  walk->report->n_events = row->n;
  if (g_str_equal (row->action, IC_AUDIT_ERASED))
    note_erasure (walk, row);
  return check_personal (walk, row, error) && check_subject (walk, row, error);
}

static gboolean
check_all_rows (Walk *walk, GError **error)
{
  g_autoptr(IcStatement) statement = ic_statement_new (walk->tx,
                                                        "SELECT n, time, operator, action, "
                                                        "request, transfer, details, personal, "
                                                        "hash FROM audit_event ORDER BY n",
                                                        error);

  if (statement == NULL)
    return FALSE;
  while (ic_statement_step (statement))
    {
      IcAuditRow row = { .n = ic_statement_get_int64 (statement) };

      row.time = ic_statement_get_text (statement);
      row.operator_name = ic_statement_get_text (statement);
      row.action = ic_statement_get_text (statement);
      row.request = ic_statement_get_int64 (statement);
      row.transfer = ic_statement_get_int64 (statement);
      row.details = ic_statement_get_text (statement);
      row.personal = ic_statement_get_text (statement);
      if (!check_row (walk, &row, ic_statement_get_text (statement), error))
        return FALSE;
    }
  return ic_statement_check (statement, error);
}

/* What the log knows nothing of was put in by somebody else. */
static gboolean
check_strangers (Walk *walk, const char *sql, const char *what, GError **error)
{
  g_autoptr(IcStatement) statement = ic_statement_new (walk->tx, sql, error);

  if (statement == NULL)
    return FALSE;
  if (!ic_statement_step (statement))
    return ic_statement_check (statement, error);
  g_set_error (error, IC_ERROR, IC_ERROR_STORE_DAMAGED,
               "%s %" G_GINT64_FORMAT " is in no event of the log", what,
               ic_statement_get_int64 (statement));
  return FALSE;
}

static gboolean
check_all_strangers (Walk *walk, GError **error)
{
  return check_strangers (walk,
                          "SELECT id FROM transfer WHERE NOT EXISTS (SELECT 1 FROM audit_event "
                          "WHERE audit_event.transfer = transfer.id AND audit_event.transfer > 0 "
                          "AND action = '" IC_AUDIT_TRANSFER_BEGUN "') LIMIT 1",
                          "transfer", error) &&
         check_strangers (walk,
                          "SELECT id FROM transfer WHERE ended_at > 0 AND NOT EXISTS (SELECT 1 "
                          "FROM audit_event WHERE audit_event.transfer = transfer.id AND "
                          "audit_event.transfer > 0 "
                          "AND action = '" IC_AUDIT_TRANSFER_ENDED "') LIMIT 1",
                          "the end of transfer", error) &&
         check_strangers (walk,
                          "SELECT id FROM request WHERE NOT EXISTS (SELECT 1 FROM audit_event "
                          "WHERE audit_event.request = request.id AND audit_event.request > 0 "
                          "AND action = '" IC_AUDIT_REQUEST_OPENED "') LIMIT 1",
                          "request", error);
}

static gboolean
check_ends (Walk *walk, GError **error)
{
  GHashTableIter iter;
  gpointer n;

  if (walk->anchor_n > walk->report->n_events)
    return set_damaged (error, walk->anchor_n, "the anchor names it, but it is not there");
  if (walk->anchor_n == 0 && g_ascii_strcasecmp (IC_AUDIT_NO_HASH, walk->anchor_hash) != 0)
    return set_damaged (error, 0, "does not agree with the anchor");
  g_hash_table_iter_init (&iter, walk->heads);
  if (g_hash_table_iter_next (&iter, &n, NULL))
    return set_damaged (error, *(gint64 *) n, "a transfer names it, but it is not there");
  g_hash_table_iter_init (&iter, walk->missing);
  if (g_hash_table_iter_next (&iter, &n, NULL))
    return set_damaged (error, *(gint64 *) n, "personal values are gone that nobody erased");
  return TRUE;
}

IcAuditReport *
ic_audit_verify (IcReadTx *tx, const char *anchor, GError **error)
{
  g_autoptr(IcAuditReport) report = g_new0 (IcAuditReport, 1);
  g_autoptr(GHashTable) heads =
                 g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  g_autoptr(GHashTable) missing =
                 g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  Walk walk = {
    .tx = tx,
    .anchor_n = -1,
    .previous = IC_AUDIT_NO_HASH,
    .heads = heads,
    .missing = missing,
    .report = report,
  };

  if (anchor != NULL && !parse_head (anchor, &walk.anchor_n, &walk.anchor_hash))
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_USAGE,
                           "an anchor is a number, a colon and 64 hexadecimal digits");
      return NULL;
    }
  if (!load_heads (&walk, error) || !check_all_rows (&walk, error) || !check_ends (&walk, error) ||
      !check_all_strangers (&walk, error))
    return NULL;
  report->head = g_strdup_printf ("%" G_GINT64_FORMAT ":%s", report->n_events, walk.previous);
  return g_steal_pointer (&report);
}
