/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ic-store-private.h"

#include "core/ic-error.h"
#include "store/ic-lock-private.h"
#include "store/ic-search-function.h"
#include "store/ic-tx-private.h"

#include <glib/gstdio.h>
#include <unistd.h>

#define BUSY_TIMEOUT_MS 10000

/* Temporary tables stay in memory: they would hold patient data outside the data directory. */
static const char setup_sql[] = "PRAGMA foreign_keys = ON;"
                                "PRAGMA recursive_triggers = ON;"
                                "PRAGMA secure_delete = ON;"
                                "PRAGMA temp_store = MEMORY;"
                                "PRAGMA synchronous = FULL;"
                                "PRAGMA journal_size_limit = 16777216;"
                                "PRAGMA trusted_schema = OFF;";

typedef enum
{
  KIND_READ,
  KIND_WRITE,
  KIND_FLUSH,
  KIND_QUIT,
} Kind;

/* One piece of work, on the stack of who waits for it. */
typedef struct
{
  Kind kind;
  IcReadFunc read;
  IcWriteFunc write;
  gpointer data;
  gboolean done;
  gboolean ok;
  GError *error;
} Work;

struct _IcStore
{
  IcDataDir *data_dir;
  IcSession *session;
  IcWriteTx tx;
  gint64 version;    /* of the schema we know */
  gboolean is_fresh; /* it had no tables when we opened it */
  GError *read_only;
  GThread *thread;
  GAsyncQueue *queue;
  GMutex mutex; /* of Work.done */
  GCond cond;
};

/* Ends a transaction that nobody committed. */
typedef sqlite3 OpenTransaction;

static void
roll_back (OpenTransaction *db)
{
  if (!sqlite3_get_autocommit (db))
    sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OpenTransaction, roll_back)

/* A newer program may have changed the schema since we opened. */
static gboolean
check_version (IcStore *self, GError **error)
{
  gint64 version = 0;

  if (!ic_sqlite_query_int (self->tx.read.db, "PRAGMA user_version", &version, error))
    return FALSE;
  if (version == self->version)
    return TRUE;
  g_set_error_literal (error, IC_ERROR, IC_ERROR_UNSUPPORTED,
                       "the database was changed by a newer program; start again");
  return FALSE;
}

static gboolean
call_function (IcStore *self, Work *work, GError **error)
{
  if (work->kind == KIND_READ)
    return work->read (&self->tx.read, work->data, error);
  return check_version (self, error) && work->write (&self->tx, work->data, error);
}

static gboolean
run_transaction (IcStore *self, Work *work, GError **error)
{
  sqlite3 *db = self->tx.read.db;
  const char *begin = work->kind == KIND_READ ? "BEGIN" : "BEGIN IMMEDIATE";
  g_autoptr(OpenTransaction) guard = NULL;

  if (work->kind == KIND_WRITE && self->read_only != NULL)
    {
      if (error != NULL)
        *error = g_error_copy (self->read_only);
      g_prefix_error (error, "open for reading only: ");
      return FALSE;
    }
  if (!ic_sqlite_exec (db, begin, error))
    return FALSE;
  guard = db;
  return call_function (self, work, error) && ic_sqlite_exec (db, "COMMIT", error);
}

static gboolean
run_flush (IcStore *self, GError **error)
{
  gint64 busy = 0;

  if (!ic_sqlite_query_int (self->tx.read.db, "PRAGMA wal_checkpoint(TRUNCATE)", &busy, error))
    return FALSE;
  if (!busy)
    return TRUE;
  g_set_error_literal (error, IC_ERROR, IC_ERROR_BUSY, "another program is reading the database");
  return FALSE;
}

static gboolean
run_work (IcStore *self, Work *work, GError **error)
{
  switch (work->kind)
    {
    case KIND_READ:
    case KIND_WRITE:
      return run_transaction (self, work, error);
    case KIND_FLUSH:
      return run_flush (self, error);
    case KIND_QUIT:
    default:
      return TRUE;
    }
}

static gboolean
run_one (IcStore *self, Work *work)
{
  gboolean is_last = work->kind == KIND_QUIT;

  work->ok = run_work (self, work, &work->error);
  g_mutex_lock (&self->mutex);
  work->done = TRUE;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
  return !is_last;
}

static gpointer
owner_thread (gpointer data)
{
  IcStore *self = data;

  while (run_one (self, g_async_queue_pop (self->queue)))
    ;
  return NULL;
}

static gboolean
wait_for (IcStore *self, Work *work, GError **error)
{
  g_assert (g_thread_self () != self->thread);
  g_async_queue_push (self->queue, work);
  g_mutex_lock (&self->mutex);
  while (!work->done)
    g_cond_wait (&self->cond, &self->mutex);
  g_mutex_unlock (&self->mutex);
  if (!work->ok)
    g_propagate_error (error, g_steal_pointer (&work->error));
  return work->ok;
}

static void
clear (gpointer data)
{
  IcStore *self = data;
  Work quit = { .kind = KIND_QUIT };

  if (self->thread != NULL)
    {
      wait_for (self, &quit, NULL);
      g_thread_join (self->thread);
    }
  g_clear_pointer (&self->tx.read.statements, g_hash_table_unref);
  sqlite3_close (self->tx.read.db);
  g_clear_pointer (&self->session, ic_session_unref);
  g_clear_pointer (&self->data_dir, ic_data_dir_unref);
  g_clear_pointer (&self->queue, g_async_queue_unref);
  g_clear_error (&self->read_only);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
}

static void
finalize_statement (gpointer stmt)
{
  sqlite3_finalize (stmt);
}

/* SQLite gives its journal the mode of the database, so the database is made by us. */
static gboolean
open_database (IcStore *self, GError **error)
{
  g_autofree char *path = ic_data_dir_dup_path (self->data_dir, IC_STORE_DATABASE);
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
  int fd = ic_data_dir_open_file (self->data_dir, IC_STORE_DATABASE, error);
  int rc = SQLITE_OK;
  gint64 n = 0;

  if (fd < 0)
    return FALSE;
  close (fd);
  rc = sqlite3_open_v2 (path, &self->tx.read.db, flags, NULL);
  if (rc != SQLITE_OK)
    return ic_sqlite_set_error (error, self->tx.read.db, rc, "failed to open the database");
  sqlite3_extended_result_codes (self->tx.read.db, 1);
  sqlite3_busy_timeout (self->tx.read.db, BUSY_TIMEOUT_MS);
  if (!ic_sqlite_exec (self->tx.read.db, setup_sql, error) ||
      !ic_search_function_install (self->tx.read.db, error) ||
      !ic_sqlite_query_int (self->tx.read.db, "SELECT count(*) FROM sqlite_schema", &n, error))
    return FALSE;
  self->is_fresh = n == 0;
  return TRUE;
}

/* The number after the last folder of files, in case an earlier database was lost: the files it
 * knew are never overwritten.
 */
static gint64
find_free_file (IcDataDir *data_dir)
{
  g_autofree char *path = ic_data_dir_dup_path (data_dir, "dicom");
  g_autoptr(GDir) folder = g_dir_open (path, 0, NULL);
  const char *name = NULL;
  gint64 last = -1;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    last = MAX (last, g_ascii_strtoll (name, NULL, 10));
  return (last + 1) * 1000;
}

static gboolean
skip_known_files (IcStore *self, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("UPDATE counter SET value = max (value, %" G_GINT64_FORMAT
                                          ") WHERE name = 'file'",
                                          find_free_file (self->data_dir));

  return ic_sqlite_exec (self->tx.read.db, sql, error);
}

/* What goes wrong here leaves the store readable, unless the database makes no sense at all. */
static gboolean
migrate (IcStore *self, const IcMigration *steps, guint n, IcProgress *progress, GError **error)
{
  sqlite3 *db = self->tx.read.db;
  g_autoptr(GError) local_error = NULL;

  self->version = n;
  if (ic_sqlite_exec (db, "PRAGMA journal_mode = WAL", &local_error) &&
      ic_migration_run (db, self->data_dir, steps, n, progress, &local_error) &&
      (!self->is_fresh || skip_known_files (self, &local_error)))
    return TRUE;
  if (self->is_fresh || g_error_matches (local_error, IC_ERROR, IC_ERROR_STORE_DAMAGED))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  self->read_only = g_steal_pointer (&local_error);
  return ic_sqlite_exec (db, "PRAGMA query_only = ON", error);
}

/* One program at a time looks at the version and changes it. */
static IcLock *
wait_for_lock (IcDataDir *data_dir, GError **error)
{
  gint64 deadline = g_get_monotonic_time () + BUSY_TIMEOUT_MS * 1000;

  while (TRUE)
    {
      g_autoptr(GError) local_error = NULL;
      IcLock *lock = ic_lock_acquire_file (data_dir, "open.store", &local_error);

      if (lock != NULL)
        return lock;
      if (!g_error_matches (local_error, IC_ERROR, IC_ERROR_BUSY) ||
          g_get_monotonic_time () > deadline)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return NULL;
        }
      g_usleep (10000);
    }
}

/* A database that is gone must not be replaced by an empty one beside the images it knew. */
static gboolean
check_presence (IcStore *self, GError **error)
{
  g_autofree char *path = ic_data_dir_dup_path (self->data_dir, IC_STORE_DATABASE);
  g_autofree char *folder = ic_data_dir_dup_path (self->data_dir, "dicom");
  g_autoptr(GDir) images = NULL;
  GStatBuf st;

  if (g_stat (path, &st) == 0 && st.st_size > 0)
    return TRUE;
  images = g_dir_open (folder, 0, NULL);
  if (images == NULL || g_dir_read_name (images) == NULL)
    return TRUE;
  g_set_error_literal (error, IC_ERROR, IC_ERROR_STORE_DAMAGED,
                       "there are images, but the database is gone");
  return FALSE;
}

static gboolean
open_and_migrate (IcStore *self,
                  const IcMigration *steps,
                  guint n,
                  IcProgress *progress,
                  GError **error)
{
  g_autoptr(IcLock) lock = wait_for_lock (self->data_dir, error);

  return lock != NULL && check_presence (self, error) && open_database (self, error) &&
         migrate (self, steps, n, progress, error);
}

IcStore *
ic_store_open_with_migrations (IcDataDir *data_dir,
                               const IcMigration *steps,
                               guint n,
                               IcProgress *progress,
                               GError **error)
{
  g_autoptr(IcStore) self = g_atomic_rc_box_new0 (IcStore);

  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->data_dir = ic_data_dir_ref (data_dir);
  self->queue = g_async_queue_new ();
  self->tx.read.data_dir = self->data_dir;
  self->tx.read.statements = g_hash_table_new_full (NULL, NULL, NULL, finalize_statement);
  if (!open_and_migrate (self, steps, n, progress, error))
    return NULL;
  self->session = ic_session_open (data_dir, error);
  if (self->session == NULL)
    return NULL;
  self->thread = g_thread_new ("ic-store", owner_thread, self);
  return g_steal_pointer (&self);
}

IcStore *
ic_store_open_with_progress (IcDataDir *data_dir, IcProgress *progress, GError **error)
{
  g_autoptr(GArray) steps = ic_migration_list_built_in ();

  return ic_store_open_with_migrations (data_dir, (IcMigration *) (gpointer) steps->data,
                                        steps->len, progress, error);
}

IcStore *
ic_store_open (IcDataDir *data_dir, GError **error)
{
  return ic_store_open_with_progress (data_dir, NULL, error);
}

IcStore *
ic_store_ref (IcStore *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
ic_store_unref (IcStore *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

IcDataDir *
ic_store_get_data_dir (IcStore *self)
{
  return self->data_dir;
}

IcSession *
ic_store_get_session (IcStore *self)
{
  return self->session;
}

const GError *
ic_store_get_read_only_reason (IcStore *self)
{
  return self->read_only;
}

gboolean
ic_store_read (IcStore *self, IcReadFunc func, gpointer data, GError **error)
{
  Work work = { .kind = KIND_READ, .read = func, .data = data };

  return wait_for (self, &work, error);
}

gboolean
ic_store_write (IcStore *self, IcWriteFunc func, gpointer data, GError **error)
{
  Work work = { .kind = KIND_WRITE, .write = func, .data = data };

  return wait_for (self, &work, error);
}

gboolean
ic_store_flush (IcStore *self, GError **error)
{
  Work work = { .kind = KIND_FLUSH };

  return wait_for (self, &work, error);
}
