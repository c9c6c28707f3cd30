/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-error.h"
#include "fixture.h"
#include "store/ic-search.h"
#include "store/ic-setting-repo.h"
#include "store/ic-store-private.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/mount.h>

#define CHILD_ROWS 200
#define STEP_1 "CREATE TABLE counter (name TEXT, value INTEGER); CREATE TABLE a (x INTEGER);"

static const IcMigration two_steps[] = {
  { 1, STEP_1 "INSERT INTO a VALUES (1)" },
  { 2, "ALTER TABLE a ADD COLUMN y INTEGER NOT NULL DEFAULT 7" },
};

static const IcMigration failing_steps[] = {
  { 1, STEP_1 "INSERT INTO a VALUES (1)" },
  { 2, "DELETE FROM a; CREATE TABLE b (x INTEGER); CREATE TABLE a (again INTEGER)" },
};

static void
open_with (Fixture *fixture, const IcMigration *steps, guint n)
{
  g_autoptr(GError) error = NULL;

  fixture->store = ic_store_open_with_migrations (fixture->data_dir, steps, n, NULL, &error);
  g_assert_no_error (error);
}

static guint
count_copies (Fixture *fixture)
{
  g_autoptr(GDir) folder = g_dir_open (fixture->path, 0, NULL);
  const char *name = NULL;
  guint n = 0;

  while ((name = g_dir_read_name (folder)) != NULL)
    n += g_str_has_prefix (name, "courier-v");
  return n;
}

static gboolean
set_colour (IcWriteTx *tx, gpointer data, GError **error)
{
  return ic_setting_repo_set (tx, "colour", data, error);
}

static gboolean
get_colour (IcReadTx *tx, gpointer data, GError **error)
{
  char **value = data;

  *value = ic_setting_repo_dup (tx, "colour", "none", error);
  return *value != NULL;
}

static gboolean
set_colour_then_fail (IcWriteTx *tx, gpointer data, GError **error)
{
  g_assert_true (ic_setting_repo_set (tx, "colour", data, error));
  g_set_error_literal (error, IC_ERROR, IC_ERROR_REFUSED, "second thoughts");
  return FALSE;
}

static void
assert_colour (Fixture *fixture, const char *expected)
{
  g_autofree char *value = NULL;

  fixture_read (fixture, get_colour, &value);
  g_assert_cmpstr (value, ==, expected);
}

static void
test_fresh_database_is_sound_and_needs_no_copy (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  g_autoptr(GError) error = NULL;

  fixture_open (fixture);
  g_assert_null (ic_store_get_read_only_reason (fixture->store));
  g_assert_true (fixture_is_sound (fixture));
  g_assert_no_error (error);
  g_assert_cmpuint (count_copies (fixture), ==, 0);
}

static void
test_old_database_is_copied_then_brought_up (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();

  open_with (fixture, two_steps, 1);
  fixture_close (fixture);
  open_with (fixture, two_steps, 2);
  g_assert_null (ic_store_get_read_only_reason (fixture->store));
  g_assert_cmpint (fixture_query (fixture, "SELECT y FROM a"), ==, 7);
  g_assert_cmpuint (count_copies (fixture), ==, 1);
}

/* A program was killed while it copied. */
static void
test_half_a_copy_is_made_anew (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();

  open_with (fixture, two_steps, 1);
  fixture_close (fixture);
  fixture_touch (fixture, "courier-copy.part");
  fixture_touch (fixture, "courier-copy.part-journal");
  open_with (fixture, two_steps, 2);
  g_assert_null (ic_store_get_read_only_reason (fixture->store));
  g_assert_cmpuint (count_copies (fixture), ==, 1);
  g_assert_false (fixture_has_file (fixture, "courier-copy.part"));
  g_assert_false (fixture_has_file (fixture, "courier-copy.part-journal"));
}

static void
count_report_cb (IcProgress *progress, gpointer user_data)
{
  *(guint *) user_data += 1;
}

static void
test_long_migration_tells_how_far_it_is (void)
{
  static const IcMigration steps[] = {
    { 1, STEP_1 "INSERT INTO a VALUES (1), (2), (3), (4)" },
    { 2, "UPDATE a SET x = x + 10 WHERE report_progress (rowid, 4)" },
  };
  g_autoptr(Fixture) fixture = fixture_new ();
  g_autoptr(GError) error = NULL;
  guint n_reports = 0;
  g_autoptr(IcProgress) progress = ic_progress_new (count_report_cb, &n_reports);

  open_with (fixture, steps, 1);
  fixture_close (fixture);
  fixture->store = ic_store_open_with_migrations (fixture->data_dir, steps, 2, progress, &error);
  g_assert_no_error (error);
  g_assert_null (ic_store_get_read_only_reason (fixture->store));
  g_assert_cmpint (fixture_query (fixture, "SELECT sum(x) FROM a"), ==, 50);
  g_assert_cmpuint (n_reports, >=, 4);
  g_assert_cmpfloat (ic_progress_get_fraction (progress), ==, 1);
}

static void
test_ready_database_has_no_progress (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  g_autoptr(GError) error = NULL;
  guint n_reports = 0;
  g_autoptr(IcProgress) progress = ic_progress_new (count_report_cb, &n_reports);

  for (guint i = 0; i < 2; i++)
    {
      fixture->store = ic_store_open_with_progress (fixture->data_dir, progress, &error);
      g_assert_no_error (error);
      fixture_close (fixture);
    }
  g_assert_cmpuint (n_reports, ==, 0);
}

/* Migration 9 writes the texts of the log anew. */
static void
test_updated_log_finds_words_by_how_they_begin (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  g_autoptr(GArray) steps = ic_migration_list_built_in ();

  open_with (fixture, (IcMigration *) (gpointer) steps->data, 8);
  fixture_close (fixture);
  fixture_tamper (fixture, "INSERT INTO transfer_trigram (rowid, text) VALUES "
                           "(3, 'muller^ben'), (7, 'mason^eva'), (9, 'smith^al')");
  open_with (fixture, (IcMigration *) (gpointer) steps->data, steps->len);
  g_assert_null (ic_store_get_read_only_reason (fixture->store));
  g_assert_true (fixture_is_sound (fixture));
  g_assert_cmpint (fixture_query (fixture, "SELECT count(*) FROM transfer_trigram"), ==, 3);
  g_assert_cmpint (fixture_query (fixture, "SELECT rowid FROM transfer_trigram "
                                           "WHERE transfer_trigram MATCH '\"muller\"'"),
                   ==, 3);
  g_assert_cmpint (fixture_query (fixture, "SELECT rowid FROM transfer_trigram WHERE "
                                           "transfer_trigram MATCH '\"" IC_SEARCH_WORD "ma\"'"),
                   ==, 7);
  g_assert_cmpint (fixture_query (fixture, "SELECT count(*) FROM sqlite_schema "
                                           "WHERE name IN ('transfer_prefix', 'transfer_text')"),
                   ==, 0);
}

static void
test_failed_migration_leaves_the_old_database_to_read (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  g_autoptr(GError) error = NULL;
  const GError *reason = NULL;

  open_with (fixture, two_steps, 1);
  fixture_close (fixture);
  open_with (fixture, failing_steps, 2);
  reason = ic_store_get_read_only_reason (fixture->store);
  g_assert_nonnull (reason);
  g_assert_nonnull (strstr (reason->message, "version 2"));
  g_assert_false (ic_store_write (fixture->store, set_colour, "x", &error));
  g_assert_true (g_str_has_prefix (error->message, "open for reading only: "));
  g_assert_cmpint (fixture_query (fixture, "SELECT x FROM a"), ==, 1);
  g_assert_cmpint (fixture_query (fixture, "PRAGMA user_version"), ==, 1);
  g_assert_cmpint (fixture_query (fixture, "SELECT count(*) FROM sqlite_schema WHERE name = 'b'"),
                   ==, 0);
}

static void
test_newer_database_is_only_read (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  g_autoptr(GError) error = NULL;

  fixture_open (fixture);
  fixture_write (fixture, set_colour, "red");
  fixture_close (fixture);
  fixture_tamper (fixture, "PRAGMA user_version = 9999");
  fixture_open (fixture);
  g_assert_error (ic_store_get_read_only_reason (fixture->store), IC_ERROR, IC_ERROR_UNSUPPORTED);
  assert_colour (fixture, "red");
  g_assert_false (ic_store_write (fixture->store, set_colour, "blue", &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_UNSUPPORTED);
  g_assert_cmpint (fixture_query (fixture, "PRAGMA user_version"), ==, 9999);
}

static void
test_program_that_was_overtaken_stops_writing (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  g_autoptr(GError) error = NULL;

  fixture_open (fixture);
  fixture_tamper (fixture, "PRAGMA user_version = 9999");
  g_assert_false (ic_store_write (fixture->store, set_colour, "blue", &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_UNSUPPORTED);
}

static void
test_what_is_no_database_is_damaged_and_left_alone (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  g_autofree char *path = g_build_filename (fixture->path, IC_STORE_DATABASE, NULL);
  g_autofree char *junk = g_strnfill (10000, 'x');
  g_autofree char *after = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_true (g_file_set_contents (path, junk, -1, NULL));
  g_assert_null (ic_store_open (fixture->data_dir, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_STORE_DAMAGED);
  g_assert_true (g_file_get_contents (path, &after, NULL, NULL));
  g_assert_cmpstr (after, ==, junk);
}

static void
test_what_fails_is_rolled_back (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  g_autoptr(GError) error = NULL;

  fixture_open (fixture);
  fixture_write (fixture, set_colour, "red");
  g_assert_false (ic_store_write (fixture->store, set_colour_then_fail, "blue", &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_REFUSED);
  assert_colour (fixture, "red");
}

static gboolean
set_both (IcWriteTx *tx, gpointer data, GError **error)
{
  return ic_setting_repo_set (tx, "left", data, error) &&
         ic_setting_repo_set (tx, "right", data, error);
}

static void
test_killed_writer_leaves_whole_transactions (void)
{
  for (guint i = 0; i < 6; i++)
    {
      g_autoptr(Fixture) fixture = fixture_new ();
      g_autoptr(GError) error = NULL;
      GPid pid = fixture_spawn (fixture, "write");

      g_usleep (10000 + 7000 * i);
      fixture_kill (pid);
      fixture_open (fixture);
      g_assert_true (fixture_is_sound (fixture));
      g_assert_no_error (error);
      g_assert_cmpint (fixture_query (fixture,
                                      "SELECT (SELECT value FROM setting WHERE name = 'left') = "
                                      "(SELECT value FROM setting WHERE name = 'right')"),
                       ==, 1);
    }
}

static void
test_killed_migration_is_made_again (void)
{
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr(Fixture) fixture = fixture_new ();
      GPid pid = 0;

      open_with (fixture, two_steps, 1);
      fixture_close (fixture);
      pid = fixture_spawn (fixture, "migrate");
      g_usleep (20000 * i);
      fixture_kill (pid);
      g_assert_cmpint (fixture_query (fixture, "PRAGMA user_version"), ==, 1);
      open_with (fixture, two_steps, 2);
      g_assert_null (ic_store_get_read_only_reason (fixture->store));
      g_assert_cmpint (fixture_query (fixture, "SELECT sum(y) FROM a"), ==, 7);
    }
}

static void
test_two_programs_write_at_once (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  GPid pids[3] = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (pids); i++)
    pids[i] = fixture_spawn (fixture, "count");
  for (guint i = 0; i < G_N_ELEMENTS (pids); i++)
    g_assert_true (fixture_wait (pids[i]));
  g_assert_cmpint (fixture_query (fixture, "SELECT CAST (value AS INTEGER) FROM setting"), ==,
                   CHILD_ROWS * G_N_ELEMENTS (pids));
}

static gboolean
fill_disk (IcWriteTx *tx, gpointer data, GError **error)
{
  g_autofree char *big = g_strnfill (1 << 20, 'x');

  for (guint i = 0; i < 64; i++)
    {
      g_autofree char *name = g_strdup_printf ("big%u", i);

      if (!ic_setting_repo_set (tx, name, big, error))
        return FALSE;
    }
  return TRUE;
}

static void
assert_full_disk_is_survived (const char *path)
{
  g_autoptr(GError) error = NULL;
  Fixture fixture = { .path = (char *) path };

  fixture.data_dir = ic_data_dir_open (path, &error);
  g_assert_no_error (error);
  fixture_open (&fixture);
  fixture_write (&fixture, set_colour, "red");
  g_assert_false (ic_store_write (fixture.store, fill_disk, NULL, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_NO_SPACE);
  g_clear_error (&error);
  assert_colour (&fixture, "red");
  fixture_write (&fixture, set_colour, "blue");
  g_assert_true (fixture_is_sound (&fixture));
  fixture_close (&fixture);
  fixture_open (&fixture);
  assert_colour (&fixture, "blue");
  g_assert_cmpint (fixture_query (&fixture, "SELECT count(*) FROM setting"), ==, 1);
  fixture_close (&fixture);
  ic_data_dir_unref (fixture.data_dir);
}

static void
test_full_disk_loses_nothing_and_says_so (void)
{
  g_autofree char *path = g_dir_make_tmp ("ic-full-XXXXXX", NULL);

  if (mount ("tmpfs", path, "tmpfs", 0, "size=8m") != 0)
    {
      g_rmdir (path);
      g_test_skip ("no right to mount a small disk");
      return;
    }
  assert_full_disk_is_survived (path);
  g_assert_cmpint (umount (path), ==, 0);
  g_rmdir (path);
}

static void
write_for_ever (Fixture *fixture)
{
  for (guint i = 0;; i++)
    {
      g_autofree char *value = g_strdup_printf ("%u", i);

      fixture_write (fixture, set_both, value);
      if (i == 0)
        g_print ("ready");
    }
}

static gboolean
increment (IcWriteTx *tx, gpointer data, GError **error)
{
  g_autofree char *value = ic_setting_repo_dup (ic_write_tx_read (tx), "colour", "0", error);
  g_autofree char *next = NULL;

  if (value == NULL)
    return FALSE;
  next = g_strdup_printf ("%" G_GINT64_FORMAT, g_ascii_strtoll (value, NULL, 10) + 1);
  return ic_setting_repo_set (tx, "colour", next, error);
}

static int
count_up (Fixture *fixture)
{
  g_print ("ready");
  for (guint i = 0; i < CHILD_ROWS; i++)
    fixture_write (fixture, increment, NULL);
  fixture_close (fixture);
  ic_data_dir_unref (fixture->data_dir);
  return 0;
}

/* A step that takes minutes, to be killed in. */
static int
migrate_slowly (Fixture *fixture)
{
  static const IcMigration slow_steps[] = {
    { 1, STEP_1 },
    { 2, "CREATE TABLE junk AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
         "WHERE i < 2000000000) SELECT i FROM n" },
  };

  g_print ("ready");
  open_with (fixture, slow_steps, 2);
  return 1;
}

static int
be_child (const char *role, const char *path)
{
  Fixture fixture = { .path = (char *) path };

  fixture.data_dir = ic_data_dir_open (path, NULL);
  if (g_str_equal (role, "migrate"))
    return migrate_slowly (&fixture);
  fixture_open (&fixture);
  if (g_str_equal (role, "count"))
    return count_up (&fixture);
  write_for_ever (&fixture);
  return 1;
}

int
main (int argc, char **argv)
{
  const char *role = fixture_get_role (argc, argv);

  if (role != NULL)
    return be_child (role, argv[3]);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/migration/fresh", test_fresh_database_is_sound_and_needs_no_copy);
  g_test_add_func ("/migration/old", test_old_database_is_copied_then_brought_up);
  g_test_add_func ("/migration/failing", test_failed_migration_leaves_the_old_database_to_read);
  g_test_add_func ("/migration/newer", test_newer_database_is_only_read);
  g_test_add_func ("/migration/overtaken", test_program_that_was_overtaken_stops_writing);
  g_test_add_func ("/migration/half-a-copy", test_half_a_copy_is_made_anew);
  g_test_add_func ("/migration/killed", test_killed_migration_is_made_again);
  g_test_add_func ("/migration/progress", test_long_migration_tells_how_far_it_is);
  g_test_add_func ("/migration/ready", test_ready_database_has_no_progress);
  g_test_add_func ("/migration/words", test_updated_log_finds_words_by_how_they_begin);
  g_test_add_func ("/store/no-database", test_what_is_no_database_is_damaged_and_left_alone);
  g_test_add_func ("/store/rollback", test_what_fails_is_rolled_back);
  g_test_add_func ("/store/killed", test_killed_writer_leaves_whole_transactions);
  g_test_add_func ("/store/two-programs", test_two_programs_write_at_once);
  g_test_add_func ("/store/full-disk", test_full_disk_loses_nothing_and_says_so);
  return g_test_run ();
}
