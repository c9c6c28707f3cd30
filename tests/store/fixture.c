/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fixture.h"

#include "store/ic-store-private.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *program_path;

Fixture *
fixture_new (void)
{
  g_autoptr(GError) error = NULL;
  Fixture *self = g_new0 (Fixture, 1);

  self->path = g_dir_make_tmp ("ic-store-XXXXXX", &error);
  g_assert_no_error (error);
  self->data_dir = ic_data_dir_open (self->path, &error);
  g_assert_no_error (error);
  return self;
}

void
fixture_free (Fixture *self)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GDir) folder = NULL;
  const char *name = NULL;

  fixture_close (self);
  folder = g_dir_open (self->path, 0, NULL);
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      ic_data_dir_remove (self->data_dir, name, &error);
      g_assert_no_error (error);
    }
  g_rmdir (self->path);
  ic_data_dir_unref (self->data_dir);
  g_free (self->path);
  g_free (self);
}

void
fixture_open (Fixture *self)
{
  g_autoptr(GError) error = NULL;

  self->store = ic_store_open (self->data_dir, &error);
  g_assert_no_error (error);
}

void
fixture_close (Fixture *self)
{
  g_clear_pointer (&self->store, ic_store_unref);
}

void
fixture_write (Fixture *self, IcWriteFunc story, gpointer data)
{
  g_autoptr(GError) error = NULL;

  ic_store_write (self->store, story, data, &error);
  g_assert_no_error (error);
}

void
fixture_read (Fixture *self, IcReadFunc story, gpointer data)
{
  g_autoptr(GError) error = NULL;

  ic_store_read (self->store, story, data, &error);
  g_assert_no_error (error);
}

static sqlite3 *
open_behind (Fixture *self)
{
  g_autofree char *path = g_build_filename (self->path, IC_STORE_DATABASE, NULL);
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  sqlite3_busy_timeout (db, 5000);
  return db;
}

void
fixture_tamper (Fixture *self, const char *sql)
{
  sqlite3 *db = open_behind (self);
  g_autofree char *message = NULL;
  char *text = NULL;

  sqlite3_exec (db, sql, NULL, NULL, &text);
  message = g_strdup (text);
  sqlite3_free (text);
  g_assert_cmpstr (message, ==, NULL);
  sqlite3_close (db);
}

gint64
fixture_query (Fixture *self, const char *sql)
{
  sqlite3 *db = open_behind (self);
  sqlite3_stmt *stmt = NULL;
  gint64 answer = 0;

  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &stmt, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (stmt), ==, SQLITE_ROW);
  answer = sqlite3_column_int64 (stmt, 0);
  sqlite3_finalize (stmt);
  sqlite3_close (db);
  return answer;
}

gboolean
fixture_is_sound (Fixture *self)
{
  return fixture_query (self, "SELECT count(*) = 1 AND max(integrity_check) = 'ok' "
                              "FROM pragma_integrity_check(2)") == 1;
}

gboolean
fixture_has_file (Fixture *self, const char *relative)
{
  g_autofree char *path = ic_data_dir_dup_path (self->data_dir, relative);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

void
fixture_touch (Fixture *self, const char *relative)
{
  g_autoptr(GError) error = NULL;
  int fd = ic_data_dir_open_file (self->data_dir, relative, &error);

  g_assert_no_error (error);
  close (fd);
}

static const char *
value_or (const char *value, const char *usual)
{
  return value != NULL ? value : usual;
}

IcHeader *
fixture_make_header (const Invented *invented)
{
  const char *values[IC_HEADER_N_FIELDS + 1] = { NULL };
  g_autoptr(GBytes) key = g_bytes_new_static ("\x10\x00\x10\x00PN\x02\x00X ", 10);
  GBytes *keys[IC_N_LEVELS] = { key, key, key, key };

  for (int i = 0; i < IC_HEADER_N_FIELDS; i++)
    values[i] = "";
  values[IC_HEADER_SOP_CLASS_UID] = "1.2.840.10008.5.1.4.1.1.2";
  values[IC_HEADER_TRANSFER_SYNTAX_UID] = "1.2.840.10008.1.2.1";
  values[IC_HEADER_SOP_INSTANCE_UID] = value_or (invented->sop, "1.1.1.1");
  values[IC_HEADER_SERIES_INSTANCE_UID] = value_or (invented->series, "1.1.1");
  values[IC_HEADER_STUDY_INSTANCE_UID] = value_or (invented->study, "1.1");
  values[IC_HEADER_PATIENT_ID] = value_or (invented->patient_id, "P1");
  values[IC_HEADER_PATIENT_NAME] = value_or (invented->patient_name, "DOE^Jane");
  values[IC_HEADER_PATIENT_BIRTH_DATE] = value_or (invented->birth_date, "19700102");
  values[IC_HEADER_STUDY_DATE] = value_or (invented->study_date, "20260102");
  values[IC_HEADER_ACCESSION_NUMBER] = value_or (invented->accession, "A1");
  values[IC_HEADER_MODALITY] = value_or (invented->modality, "CT");
  values[IC_HEADER_SERIES_NUMBER] = value_or (invented->series_number, "1");
  values[IC_HEADER_SERIES_DESCRIPTION] = value_or (invented->series_description, "");
  values[IC_HEADER_INSTANCE_NUMBER] = "1";
  return ic_header_new (values, keys);
}

typedef struct
{
  Fixture *fixture;
  const Invented *invented;
  const char *sha256;
  guint n;
  GPtrArray *results;
} Batch;

static gboolean
commit_batch (IcWriteTx *tx, gpointer data, GError **error)
{
  Batch *batch = data;
  g_autofree IcNewInstance *items = g_new0 (IcNewInstance, batch->n);
  g_autoptr(GPtrArray) headers = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_header_unref);
  IcReservation reservation = { 0 };

  if (!ic_instance_repo_reserve (tx, ic_store_get_session (batch->fixture->store), batch->n,
                                 &reservation, error))
    return FALSE;
  for (guint i = 0; i < batch->n; i++)
    {
      g_autofree char *path = ic_instance_repo_dup_path (reservation.first + i);

      fixture_touch (batch->fixture, path);
      g_ptr_array_add (headers, fixture_make_header (&batch->invented[i]));
      items[i] = (IcNewInstance){
        .id = reservation.first + i,
        .header = headers->pdata[i],
        .sha256 = batch->sha256,
        .size_bytes = 100,
        .node = "ARCHIVE",
        .retrieved_at = 1000,
        .checksum = i == 0 ? NULL : FIXTURE_CHECKSUM, /* one as from before there were any */
      };
    }
  batch->results = ic_instance_repo_commit (tx, &reservation, items, batch->n, "operator", error);
  return batch->results != NULL;
}

GPtrArray *
fixture_commit (Fixture *self, const Invented *invented, const char *sha256, guint n)
{
  Batch batch = { self, invented, sha256, n, NULL };

  fixture_write (self, commit_batch, &batch);
  g_assert_cmpuint (batch.results->len, ==, n);
  return batch.results;
}

GPid
fixture_spawn (Fixture *self, const char *role)
{
  g_autoptr(GError) error = NULL;
  char *argv[] = { (char *) program_path, "--child", (char *) role, self->path, NULL };
  char ready[6] = { 0 };
  int out = -1;
  GPid pid = 0;

  g_spawn_async_with_pipes (NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, NULL,
                            &out, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (read (out, ready, 5), ==, 5);
  g_assert_cmpstr (ready, ==, "ready");
  return pid;
}

void
fixture_kill (GPid pid)
{
  g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
  g_assert_false (fixture_wait (pid));
}

gboolean
fixture_wait (GPid pid)
{
  int status = 0;

  g_assert_cmpint (TEMP_FAILURE_RETRY (waitpid (pid, &status, 0)), ==, pid);
  return WIFEXITED (status) && WEXITSTATUS (status) == 0;
}

const char *
fixture_get_role (int argc, char **argv)
{
  program_path = argv[0];
  return argc == 4 && g_str_equal (argv[1], "--child") ? argv[2] : NULL;
}
