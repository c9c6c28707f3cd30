/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ic-sweep.h"

#include "core/ic-error.h"
#include "store/ic-instance-repo.h"
#include "store/ic-lock-private.h"
#include "store/ic-order-repo.h"
#include "store/ic-statement.h"
#include "store/ic-transfer-repo.h"

#include <string.h>

#define SESSION_SUFFIX ".session"
#define REMOVALS_AT_ONCE "1000"
#define PAUSE_US (100 * 1000) /* as seldom as SQLite looks whether it may write */

typedef struct
{
  IcDataDir *data_dir;
  const char *session;
  GHashTable *sessions;
  gint64 own;    /* the transfer that no longer needs what is to be removed */
  gboolean more; /* is to be removed */
} Sweep;

static gboolean
remove_file (IcDataDir *data_dir, gint64 id, GError **error)
{
  g_autofree char *path = ic_instance_repo_dup_path (id);

  return ic_data_dir_remove (data_dir, path, error);
}

/* The numbers in the first column of @statement that no instance has. */
static GArray *
list_ids (IcStatement *statement, GError **error)
{
  g_autoptr(GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  while (ic_statement_step (statement))
    {
      gint64 id = ic_statement_get_int64 (statement);

      g_array_append_val (ids, id);
    }
  return ic_statement_check (statement, error) ? g_steal_pointer (&ids) : NULL;
}

static gboolean
remove_files (IcDataDir *data_dir, IcStatement *statement, GError **error)
{
  g_autoptr(GArray) ids = list_ids (statement, error);

  for (guint i = 0; ids != NULL && i < ids->len; i++)
    if (!remove_file (data_dir, g_array_index (ids, gint64, i), error))
      return FALSE;
  return ids != NULL;
}

static gboolean
is_another_running (IcReadTx *tx, gint64 own, gboolean *running, GError **error)
{
  g_autoptr(IcStatement) statement =
                 ic_statement_new (tx,
                                   "SELECT EXISTS (SELECT 1 FROM transfer WHERE state = 'running' "
                                   "AND id <> ?)",
                                   error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_int64 (statement, own);
  if (ic_statement_step (statement))
    *running = ic_statement_get_int64 (statement) != 0;
  return ic_statement_check (statement, error);
}

/* The last of some; 0 for none. Nobody else can write while they are removed, and a disk may take
 * its time.
 */
static gboolean
find_last_of_some (IcReadTx *tx, gint64 *last, GError **error)
{
  g_autoptr(IcStatement) statement =
                 ic_statement_new (tx,
                                   "SELECT ifnull (max (file), 0) FROM (SELECT file FROM removal "
                                   "ORDER BY file LIMIT " REMOVALS_AT_ONCE ")",
                                   error);

  if (statement == NULL)
    return FALSE;
  if (ic_statement_step (statement))
    *last = ic_statement_get_int64 (statement);
  return ic_statement_check (statement, error);
}

/* Files first: should we die before the commit, the rows name them still. */
static gboolean
remove_until (Sweep *sweep, IcWriteTx *tx, gint64 last, GError **error)
{
  g_autoptr(IcStatement) select =
                 ic_statement_new (ic_write_tx_read (tx),
                                   "SELECT file FROM removal WHERE file <= ? AND NOT EXISTS "
                                   "(SELECT 1 FROM instance WHERE id = file)",
                                   error);
  g_autoptr(IcStatement) delete = NULL;

  if (select == NULL)
    return FALSE;
  ic_statement_bind_int64 (select, last);
  if (!remove_files (sweep->data_dir, select, error))
    return FALSE;
  delete = ic_statement_new_for_write (tx, "DELETE FROM removal WHERE file <= ?", error);
  if (delete == NULL)
    return FALSE;
  ic_statement_bind_int64 (delete, last);
  return ic_statement_run (delete, error);
}

static gboolean
run_removals (IcWriteTx *tx, gpointer data, GError **error)
{
  Sweep *sweep = data;
  gboolean is_needed = FALSE;
  gint64 last = 0;

  sweep->more = FALSE;
  if (!is_another_running (ic_write_tx_read (tx), sweep->own, &is_needed, error))
    return FALSE;
  if (is_needed)
    return TRUE;
  if (!find_last_of_some (ic_write_tx_read (tx), &last, error) ||
      !remove_until (sweep, tx, last, error) ||
      !find_last_of_some (ic_write_tx_read (tx), &last, error))
    return FALSE;
  sweep->more = last > 0;
  return TRUE;
}

static gboolean
remove_reserved_files (Sweep *sweep, IcWriteTx *tx, GError **error)
{
  g_autoptr(IcStatement) statement = ic_statement_new (
      ic_write_tx_read (tx),
      "WITH RECURSIVE reserved (file, last) AS ("
      "  SELECT first, first + n - 1 FROM reservation WHERE session = ?"
      "  UNION ALL SELECT file + 1, last FROM reserved WHERE file < last"
      ") SELECT file FROM reserved WHERE NOT EXISTS (SELECT 1 FROM instance WHERE id = file)",
      error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_text (statement, sweep->session);
  return remove_files (sweep->data_dir, statement, error);
}

static gboolean
bury_session (IcWriteTx *tx, gpointer data, GError **error)
{
  Sweep *sweep = data;
  g_autoptr(IcStatement) statement = NULL;

  if (!remove_reserved_files (sweep, tx, error))
    return FALSE;
  statement = ic_statement_new_for_write (tx, "DELETE FROM reservation WHERE session = ?", error);
  if (statement == NULL)
    return FALSE;
  ic_statement_bind_text (statement, sweep->session);
  return ic_statement_run (statement, error) &&
         ic_transfer_repo_end_orphans (tx, sweep->session, error) &&
         ic_order_repo_release (tx, sweep->session, error);
}

static gboolean
remove_session_folders (IcDataDir *data_dir, const char *session, GError **error)
{
  g_autofree char *incoming = g_build_filename ("incoming", session, NULL);
  g_autofree char *spool = g_build_filename ("spool", session, NULL);

  return ic_data_dir_remove (data_dir, incoming, error) &&
         ic_data_dir_remove (data_dir, spool, error);
}

static gboolean
sweep_session (IcStore *store, const char *session, GError **error)
{
  IcDataDir *data_dir = ic_store_get_data_dir (store);
  Sweep sweep = { .data_dir = data_dir, .session = session };
  g_autofree char *file = g_strconcat (session, SESSION_SUFFIX, NULL);
  g_autoptr(GError) local_error = NULL;
  g_autoptr(IcLock) lock = ic_lock_acquire_file (data_dir, file, &local_error);

  if (g_error_matches (local_error, IC_ERROR, IC_ERROR_BUSY))
    return TRUE; /* it lives */
  if (lock == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (!remove_session_folders (data_dir, session, error) ||
      !ic_store_write (store, bury_session, &sweep, error))
    return FALSE;
  ic_lock_free_and_remove (g_steal_pointer (&lock));
  return TRUE;
}

static gboolean
collect_from_database (IcReadTx *tx, gpointer data, GError **error)
{
  Sweep *sweep = data;
  g_autoptr(IcStatement) statement =
                 ic_statement_new (tx,
                                   "SELECT session FROM reservation UNION "
                                   "SELECT session FROM transfer WHERE state = 'running' UNION "
                                   "SELECT session FROM job_order WHERE session <> ''",
                                   error);

  if (statement == NULL)
    return FALSE;
  while (ic_statement_step (statement))
    g_hash_table_add (sweep->sessions, ic_statement_dup_text (statement));
  return ic_statement_check (statement, error);
}

/* Names that are not ours are nobody's session, and left alone. */
static void
collect_from_folder (Sweep *sweep, const char *relative, const char *suffix)
{
  g_autofree char *path = ic_data_dir_dup_path (sweep->data_dir, relative);
  g_autoptr(GDir) folder = g_dir_open (path, 0, NULL);
  const char *name = NULL;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *session = g_strdup (name);

      if (!g_str_has_suffix (name, suffix))
        continue;
      session[strlen (name) - strlen (suffix)] = '\0';
      if (g_uuid_string_is_valid (session))
        g_hash_table_add (sweep->sessions, g_steal_pointer (&session));
    }
}

gboolean
ic_sweep_run (IcStore *store, GError **error)
{
  g_autoptr(GHashTable) sessions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Sweep sweep = { .data_dir = ic_store_get_data_dir (store), .sessions = sessions };
  GHashTableIter iter;
  gpointer session;

  collect_from_folder (&sweep, "locks", SESSION_SUFFIX);
  collect_from_folder (&sweep, "incoming", "");
  collect_from_folder (&sweep, "spool", "");
  if (!ic_store_read (store, collect_from_database, &sweep, error))
    return FALSE;
  g_hash_table_iter_init (&iter, sessions);
  while (g_hash_table_iter_next (&iter, &session, NULL))
    if (!sweep_session (store, session, error))
      {
        g_prefix_error (error, "failed to clear up: ");
        return FALSE;
      }
  return ic_sweep_removals (store, 0, error);
}

gboolean
ic_sweep_removals (IcStore *store, gint64 own, GError **error)
{
  Sweep sweep = { .data_dir = ic_store_get_data_dir (store), .own = own };

  for (;;)
    {
      if (!ic_store_write (store, run_removals, &sweep, error))
        return FALSE;
      if (!sweep.more)
        return TRUE;
      g_usleep (PAUSE_US);
    }
}
