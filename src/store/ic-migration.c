/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ic-migration.h"

#include "core/ic-error.h"
#include "ic-schema.h"
#include "store/ic-tx-private.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <unistd.h>

#define COPY_SHARE 0.1 /* of the time that it all takes */
#define PAGES 1024     /* that are copied between two reports */
#define PART "courier-copy.part"
#define PREFIX "/org/imagingcourier/schema/"

typedef sqlite3 Database;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Database, sqlite3_close)

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(char *const *) a, *(char *const *) b);
}

GArray *
ic_migration_list_built_in (void)
{
  GResource *resource = ic_schema_get_resource ();
  g_autoptr(GArray) steps = g_array_new (FALSE, TRUE, sizeof (IcMigration));
  g_auto(GStrv) names = g_resource_enumerate_children (resource, PREFIX, 0, NULL);

  g_assert (names != NULL);
  qsort (names, g_strv_length (names), sizeof *names, compare_names);
  for (char **name = names; *name != NULL; name++)
    {
      g_autofree char *path = g_strconcat (PREFIX, *name, NULL);
      g_autoptr(GBytes) sql = g_resource_lookup_data (resource, path, 0, NULL);
      IcMigration step = { g_ascii_strtoull (*name, NULL, 10), NULL };

      g_assert (step.version == steps->len + 1);
      step.sql = g_intern_string (g_bytes_get_data (sql, NULL)); /* resources end with a NUL */
      g_array_append_val (steps, step);
    }
  return g_steal_pointer (&steps);
}

static gboolean
read_version (sqlite3 *db, gint64 *version, GError **error)
{
  return ic_sqlite_query_int (db, "PRAGMA user_version", version, error);
}

static gboolean
copy_pages (sqlite3 *from, sqlite3 *to, IcProgress *progress, GError **error)
{
  sqlite3_backup *backup = sqlite3_backup_init (to, "main", from, "main");
  int rc = SQLITE_ERROR;

  while (backup != NULL && (rc = sqlite3_backup_step (backup, PAGES)) == SQLITE_OK)
    {
      const guint64 total = (guint64) sqlite3_backup_pagecount (backup);

      ic_progress_report (progress, total - (guint64) sqlite3_backup_remaining (backup), total);
    }
  sqlite3_backup_finish (backup);
  return rc == SQLITE_DONE || ic_sqlite_set_error (error, to, rc, "failed to copy the database");
}

static gboolean
copy_into (sqlite3 *db, const char *path, IcProgress *progress, GError **error)
{
  g_autoptr(Database) copy = NULL;
  const int rc = sqlite3_open_v2 (path, &copy, SQLITE_OPEN_READWRITE, NULL);

  if (rc != SQLITE_OK)
    return ic_sqlite_set_error (error, copy, rc, "failed to copy the database");
  return copy_pages (db, copy, progress, error);
}

static void
remove_part (IcDataDir *data_dir)
{
  ic_data_dir_remove (data_dir, PART, NULL);
  ic_data_dir_remove (data_dir, PART "-journal", NULL);
}

/* It has its name when it is whole. What a program left that was killed while it copied goes. */
static gboolean
copy_database (sqlite3 *db,
               IcDataDir *data_dir,
               gint64 version,
               IcProgress *progress,
               GError **error)
{
  g_autoptr(GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *stamp = g_date_time_format (now, "%Y%m%dT%H%M%S");
  g_autofree char *name = g_strdup_printf ("courier-v%" G_GINT64_FORMAT "-%s-%08x.sqlite", version,
                                           stamp, g_random_int ());
  g_autofree char *path = ic_data_dir_dup_path (data_dir, name);
  g_autofree char *part = ic_data_dir_dup_path (data_dir, PART);
  int fd = -1;

  remove_part (data_dir);
  fd = ic_data_dir_open_file (data_dir, PART, error);
  if (fd < 0)
    return FALSE;
  close (fd);
  if (copy_into (db, part, progress, error) && g_rename (part, path) == 0)
    return TRUE;
  if (error != NULL && *error == NULL)
    g_set_error_literal (error, IC_ERROR, IC_ERROR_WRITE_FAILED, "failed to copy the database");
  remove_part (data_dir);
  return FALSE;
}

/* Another program may have made the step since we looked: the version is read again inside. */
static gboolean
apply_step (sqlite3 *db, const IcMigration *step, GError **error)
{
  g_autofree char *set_version = g_strdup_printf ("PRAGMA user_version = %u", step->version);
  gint64 version = 0;

  if (!read_version (db, &version, error))
    return FALSE;
  if (version >= step->version)
    return TRUE;
  return ic_sqlite_exec (db, step->sql, error) && ic_sqlite_exec (db, set_version, error);
}

static gboolean
run_step (sqlite3 *db, const IcMigration *step, GError **error)
{
  if (ic_sqlite_exec (db, "BEGIN IMMEDIATE", error) && apply_step (db, step, error) &&
      ic_sqlite_exec (db, "COMMIT", error))
    return TRUE;
  if (!sqlite3_get_autocommit (db))
    ic_sqlite_exec (db, "ROLLBACK", NULL);
  g_prefix_error (error, "failed to bring the database to version %u: ", step->version);
  return FALSE;
}

static void
unref_progress (gpointer progress)
{
  ic_progress_unref (progress);
}

static void
report_progress_cb (sqlite3_context *context, int n, sqlite3_value **values)
{
  ic_progress_report (sqlite3_user_data (context), (guint64) sqlite3_value_int64 (values[0]),
                      (guint64) sqlite3_value_int64 (values[1]));
  sqlite3_result_int (context, 1);
}

/* Each step has the same share, although most take no time. */
static gboolean
run_steps (sqlite3 *db, const IcMigration *steps, guint n, IcProgress *progress, GError **error)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(IcProgress) part = ic_progress_child (progress, i / (double) n, (i + 1.0) / n);
      const int rc =
          sqlite3_create_function_v2 (db, "report_progress", 2, SQLITE_UTF8 | SQLITE_DIRECTONLY,
                                      ic_progress_ref (part), report_progress_cb, NULL, NULL,
                                      unref_progress);

      if (rc != SQLITE_OK)
        return ic_sqlite_set_error (error, db, rc, "failed to change the database");
      if (!run_step (db, &steps[i], error))
        return FALSE;
      ic_progress_report (part, 1, 1);
    }
  return TRUE;
}

/* A copy first, then what the copy is there for. */
static gboolean
update (sqlite3 *db,
        IcDataDir *data_dir,
        const IcMigration *steps,
        guint n,
        gint64 version,
        IcProgress *progress,
        GError **error)
{
  g_autoptr(IcProgress) copying = ic_progress_child (progress, 0, COPY_SHARE);
  g_autoptr(IcProgress) changing = ic_progress_child (progress, COPY_SHARE, 1);

  return copy_database (db, data_dir, version, copying, error) &&
         run_steps (db, steps, n, changing, error);
}

static gboolean
has_tables (sqlite3 *db, gboolean *answer, GError **error)
{
  gint64 n = 0;

  if (!ic_sqlite_query_int (db, "SELECT count(*) FROM sqlite_schema", &n, error))
    return FALSE;
  *answer = n > 0;
  return TRUE;
}

gboolean
ic_migration_run (sqlite3 *db,
                  IcDataDir *data_dir,
                  const IcMigration *steps,
                  guint n,
                  IcProgress *progress,
                  GError **error)
{
  gint64 version = 0;
  gboolean old = FALSE;

  if (!read_version (db, &version, error) || !has_tables (db, &old, error))
    return FALSE;
  if (version > n)
    {
      g_set_error (error, IC_ERROR, IC_ERROR_UNSUPPORTED,
                   "the database is of version %" G_GINT64_FORMAT ", this program knows %u",
                   version, n);
      return FALSE;
    }
  if (version == n)
    return TRUE;
  steps += version;
  n -= (guint) version;
  return old ? update (db, data_dir, steps, n, version, progress, error)
             : run_steps (db, steps, n, NULL, error);
}
