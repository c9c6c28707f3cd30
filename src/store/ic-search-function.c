/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ic-search-function.h"

#include "store/ic-search.h"
#include "store/ic-tx-private.h"

static void
word_beginnings_cb (sqlite3_context *context, int n, sqlite3_value **values)
{
  const char *text = (const char *) sqlite3_value_text (values[0]);

  if (text == NULL)
    sqlite3_result_null (context);
  else
    sqlite3_result_text (context, ic_search_dup_beginnings (text), -1, g_free);
}

gboolean
ic_search_function_install (sqlite3 *db, GError **error)
{
  const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
  const int rc = sqlite3_create_function_v2 (db, "word_beginnings", 1, flags, NULL,
                                             word_beginnings_cb, NULL, NULL, NULL);

  return rc == SQLITE_OK || ic_sqlite_set_error (error, db, rc, "failed to open the database");
}
