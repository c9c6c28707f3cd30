/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ic-setting-repo.h"

#include "store/ic-statement.h"

char *
ic_setting_repo_dup (IcReadTx *tx, const char *name, const char *fallback, GError **error)
{
  g_autoptr(IcStatement) statement =
                 ic_statement_new (tx, "SELECT value FROM setting WHERE name = ?", error);

  if (statement == NULL)
    return NULL;
  ic_statement_bind_text (statement, name);
  if (ic_statement_step (statement))
    return ic_statement_dup_text (statement);
  return ic_statement_check (statement, error) ? g_strdup (fallback) : NULL;
}

gboolean
ic_setting_repo_set (IcWriteTx *tx, const char *name, const char *value, GError **error)
{
  const char *sql = value != NULL ? "INSERT INTO setting (name, value) VALUES (?, ?) "
                                    "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
                                  : "DELETE FROM setting WHERE name = ?";
  g_autoptr(IcStatement) statement = ic_statement_new_for_write (tx, sql, error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_text (statement, name);
  if (value != NULL)
    ic_statement_bind_text (statement, value);
  return ic_statement_run (statement, error);
}

char *
ic_setting_repo_ensure_secret (IcWriteTx *tx, const char *name, GError **error)
{
  g_autoptr(IcStatement) statement = ic_statement_new_for_write (
      tx, "INSERT OR IGNORE INTO setting (name, value) VALUES (?, lower (hex (randomblob (32))))",
      error);

  if (statement == NULL)
    return NULL;
  ic_statement_bind_text (statement, name);
  if (!ic_statement_run (statement, error))
    return NULL;
  return ic_setting_repo_dup (ic_write_tx_read (tx), name, "", error);
}
