/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ic-statement.h"

#include "core/ic-error.h"
#include "store/ic-tx-private.h"

#include <errno.h>

struct _IcStatement
{
  IcReadTx *tx;
  const char *sql; /* the key it is kept by, NULL when it is not */
  sqlite3_stmt *stmt;
  int parameter; /* bound last, from 1 */
  int column;    /* to read next, from 0 */
  int rc;        /* the first failure, else SQLITE_OK */
};

static IcErrorCode
code_from_result (int extended, int saved_errno)
{
  if (extended == SQLITE_FULL || saved_errno == ENOSPC || saved_errno == EDQUOT)
    return IC_ERROR_NO_SPACE;
  if (extended == SQLITE_CONSTRAINT_UNIQUE || extended == SQLITE_CONSTRAINT_PRIMARYKEY)
    return IC_ERROR_CONFLICT;
  if (extended == SQLITE_IOERR_READ || extended == SQLITE_IOERR_SHORT_READ)
    return IC_ERROR_READ_FAILED;
  switch (extended & 0xff)
    {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return IC_ERROR_BUSY;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return IC_ERROR_STORE_DAMAGED;
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return IC_ERROR_WRITE_FAILED;
    default:
      return IC_ERROR_INTERNAL;
    }
}

gboolean
ic_sqlite_set_error (GError **error, sqlite3 *db, int rc, const char *what)
{
  int extended = db != NULL ? sqlite3_extended_errcode (db) : rc;
  int saved_errno = db != NULL && (rc & 0xff) == SQLITE_IOERR ? sqlite3_system_errno (db) : 0;

  if ((extended & 0xff) != (rc & 0xff))
    extended = rc;
  g_set_error (error, IC_ERROR, code_from_result (extended, saved_errno), "%s: %s (%d)", what,
               sqlite3_errstr (rc), extended);
  return FALSE;
}

gboolean
ic_sqlite_exec (sqlite3 *db, const char *sql, GError **error)
{
  int rc = sqlite3_exec (db, sql, NULL, NULL, NULL);

  return rc == SQLITE_OK || ic_sqlite_set_error (error, db, rc, "database");
}

gboolean
ic_sqlite_query_int (sqlite3 *db, const char *sql, gint64 *value, GError **error)
{
  sqlite3_stmt *stmt = NULL;
  int rc = sqlite3_prepare_v2 (db, sql, -1, &stmt, NULL);

  if (rc == SQLITE_OK)
    rc = sqlite3_step (stmt);
  if (rc == SQLITE_ROW)
    *value = sqlite3_column_int64 (stmt, 0);
  else
    ic_sqlite_set_error (error, db, rc, "database");
  sqlite3_finalize (stmt);
  return rc == SQLITE_ROW;
}

static sqlite3_stmt *
prepare (sqlite3 *db, const char *sql, unsigned flags, GError **error)
{
  sqlite3_stmt *stmt = NULL;
  int rc = sqlite3_prepare_v3 (db, sql, -1, flags, &stmt, NULL);

  if (rc != SQLITE_OK)
    ic_sqlite_set_error (error, db, rc, "failed to prepare");
  return stmt;
}

static IcStatement *
new_kept (IcReadTx *tx, const char *sql, GError **error)
{
  IcStatement *self = NULL;
  gpointer stmt = NULL;

  if (!g_hash_table_steal_extended (tx->statements, sql, NULL, &stmt))
    stmt = prepare (tx->db, sql, SQLITE_PREPARE_PERSISTENT, error);
  if (stmt == NULL)
    return NULL;
  self = g_new0 (IcStatement, 1);
  self->tx = tx;
  self->sql = sql;
  self->stmt = stmt;
  return self;
}

IcStatement *
ic_statement_new (IcReadTx *tx, const char *sql, GError **error)
{
  IcStatement *self = new_kept (tx, sql, error);

  g_assert (self == NULL || sqlite3_stmt_readonly (self->stmt));
  return self;
}

IcStatement *
ic_statement_new_for_write (IcWriteTx *tx, const char *sql, GError **error)
{
  return new_kept (&tx->read, sql, error);
}

IcStatement *
ic_statement_new_dynamic (IcReadTx *tx, const char *sql, GError **error)
{
  IcStatement *self = NULL;
  sqlite3_stmt *stmt = prepare (tx->db, sql, 0, error);

  if (stmt == NULL)
    return NULL;
  g_assert (sqlite3_stmt_readonly (stmt));
  self = g_new0 (IcStatement, 1);
  self->tx = tx;
  self->stmt = stmt;
  return self;
}

void
ic_statement_free (IcStatement *self)
{
  sqlite3_reset (self->stmt);
  sqlite3_clear_bindings (self->stmt);
  if (self->sql == NULL || g_hash_table_contains (self->tx->statements, self->sql))
    sqlite3_finalize (self->stmt);
  else
    g_hash_table_insert (self->tx->statements, (gpointer) self->sql, self->stmt);
  g_free (self);
}

static void
keep_failure (IcStatement *self, int rc)
{
  if (self->rc == SQLITE_OK && rc != SQLITE_OK)
    self->rc = rc;
}

void
ic_statement_bind_text (IcStatement *self, const char *text)
{
  keep_failure (self, sqlite3_bind_text (self->stmt, ++self->parameter, text != NULL ? text : "",
                                         -1, SQLITE_TRANSIENT));
}

void
ic_statement_bind_int64 (IcStatement *self, gint64 value)
{
  keep_failure (self, sqlite3_bind_int64 (self->stmt, ++self->parameter, value));
}

void
ic_statement_bind_bytes (IcStatement *self, GBytes *bytes)
{
  gsize size = 0;
  gconstpointer data = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;

  keep_failure (self, sqlite3_bind_blob64 (self->stmt, ++self->parameter, data != NULL ? data : "",
                                           size, SQLITE_TRANSIENT));
}

void
ic_statement_bind_null (IcStatement *self)
{
  keep_failure (self, sqlite3_bind_null (self->stmt, ++self->parameter));
}

gboolean
ic_statement_step (IcStatement *self)
{
  int rc = SQLITE_OK;

  if (self->rc != SQLITE_OK)
    return FALSE;
  rc = sqlite3_step (self->stmt);
  self->column = 0;
  if (rc != SQLITE_ROW && rc != SQLITE_DONE)
    self->rc = rc;
  return rc == SQLITE_ROW;
}

gboolean
ic_statement_check (IcStatement *self, GError **error)
{
  if (self->rc == SQLITE_OK)
    return TRUE;
  return ic_sqlite_set_error (error, self->tx->db, self->rc, "database");
}

void
ic_statement_rewind (IcStatement *self)
{
  sqlite3_reset (self->stmt);
  self->parameter = 0;
}

gboolean
ic_statement_run (IcStatement *self, GError **error)
{
  while (ic_statement_step (self))
    ;
  if (!ic_statement_check (self, error))
    return FALSE;
  ic_statement_rewind (self);
  return TRUE;
}

const char *
ic_statement_get_text (IcStatement *self)
{
  const char *text = (const char *) sqlite3_column_text (self->stmt, self->column++);

  return text != NULL ? text : "";
}

gint64
ic_statement_get_int64 (IcStatement *self)
{
  return sqlite3_column_int64 (self->stmt, self->column++);
}

char *
ic_statement_dup_text (IcStatement *self)
{
  return g_strdup (ic_statement_get_text (self));
}

gconstpointer
ic_statement_get_bytes (IcStatement *self, gsize *size)
{
  int column = self->column++;
  gconstpointer data = sqlite3_column_blob (self->stmt, column);

  *size = (gsize) sqlite3_column_bytes (self->stmt, column);
  return data;
}

GBytes *
ic_statement_dup_bytes (IcStatement *self)
{
  gsize size = 0;
  gconstpointer data = ic_statement_get_bytes (self, &size);

  return g_bytes_new (data, size);
}

gint64
ic_write_tx_get_last_id (IcWriteTx *tx)
{
  return sqlite3_last_insert_rowid (tx->read.db);
}

guint
ic_write_tx_get_changes (IcWriteTx *tx)
{
  return sqlite3_changes (tx->read.db);
}

IcReadTx *
ic_write_tx_read (IcWriteTx *tx)
{
  return &tx->read;
}
