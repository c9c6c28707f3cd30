/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a transaction consists of, for the store, its statements and repositories only. */
#pragma once

#include "store/ic-data-dir.h"
#include "store/ic-tx.h"

#include <sqlite3.h>

G_BEGIN_DECLS

struct _IcReadTx
{
  sqlite3 *db;
  GHashTable *statements; /* address of the SQL constant → idle sqlite3_stmt */
  IcDataDir *data_dir;
};

struct _IcWriteTx
{
  IcReadTx read;
};

/* The one converter of SQLite's results: NO_SPACE, BUSY, CONFLICT (unique), STORE_DAMAGED,
 * READ_FAILED, WRITE_FAILED, else INTERNAL. The text is @what and SQLite's fixed words for @rc,
 * never its message, which may quote values. Always returns FALSE.
 */
gboolean ic_sqlite_set_error (GError **error, sqlite3 *db, int rc, const char *what);

/* Runs one or more statements without parameters. */
gboolean ic_sqlite_exec (sqlite3 *db, const char *sql, GError **error);

/* The integer in the first column of the first row of @sql. */
gboolean ic_sqlite_query_int (sqlite3 *db, const char *sql, gint64 *value, GError **error);

G_END_DECLS
