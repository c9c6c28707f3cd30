/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-error.h"
#include "ops/ic-practice.h"
#include "practice-fixture.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *directory; /* of an archive that runs from the first test to the one that stops it */

static guint16
running_port (void)
{
  guint16 port = 0;

  g_assert_true (ic_practice_is_running (directory, &port));
  return port;
}

static char *
json_value (const char *line, const char *key)
{
  g_autofree char *start = g_strdup_printf ("\"%s\":\"", key);
  const char *found = strstr (line, start);

  g_assert_nonnull (found);
  found += strlen (start);
  return g_strndup (found, strcspn (found, "\""));
}

static char **
list_series (void)
{
  g_autofree char *program = practice_phantom_path ();
  const char *argv[] = { program, "--list", NULL };
  int status = 0;
  g_autofree char *list = practice_run (argv, &status);

  g_assert_cmpint (status, ==, 0);
  return g_strsplit (g_strchomp (list), "\n", -1);
}

static void
test_start_answers_and_says_its_port (void)
{
  g_autoptr(GError) error = NULL;
  guint16 port = 0;

  g_assert_false (ic_practice_is_running (directory, NULL));
  g_assert_true (ic_practice_start (directory, &port, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (port, ==, running_port ());
}

static void
test_second_start_says_it_runs (void)
{
  g_autoptr(GError) error = NULL;
  guint16 port = 0;

  g_assert_false (ic_practice_start (directory, &port, NULL, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_CONFLICT);
  g_assert_cmpuint (port, ==, running_port ());
}

static void
test_archive_listens_on_loopback_only (void)
{
  g_autofree char *table = NULL;
  g_autofree char *loopback = g_strdup_printf (" 0100007F:%04X 00000000:0000 0A", running_port ());
  g_autofree char *anywhere = g_strdup_printf (" 00000000:%04X 00000000:0000 0A", running_port ());

  g_assert_true (g_file_get_contents ("/proc/net/tcp", &table, NULL, NULL));
  g_assert_nonnull (strstr (table, loopback));
  g_assert_null (strstr (table, anywhere));
}

static GHashTable *
datasets_by_digest (const char *path)
{
  GHashTable *table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GPtrArray) files = practice_list_objects (path);

  for (guint i = 0; i < files->len; i++)
    {
      g_autoptr(GBytes) dataset = practice_read_dataset (files->pdata[i]);

      g_hash_table_add (table, g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, dataset));
    }
  return table;
}

static void
get_series (const char *line, const char *output)
{
  g_autofree char *port = g_strdup_printf ("%u", running_port ());
  g_autofree char *sop_class = json_value (line, "sop_class_uid");
  g_autofree char *syntax = json_value (line, "transfer_syntax_uid");
  g_autofree char *study = json_value (line, "study_uid");
  g_autofree char *series = json_value (line, "series_uid");
  const char *argv[] = {
    g_getenv ("GET_SERIES"), port, output, sop_class, syntax, study, series, NULL
  };
  int status = 0;
  g_autofree char *said = practice_run (argv, &status);

  g_assert_cmpstr (said, ==, "");
  g_assert_cmpint (status, ==, 0);
}

static void
test_every_object_comes_back_byte_identical (void)
{
  g_autofree char *archive = g_build_filename (directory, "archive", NULL);
  g_autofree char *output = practice_make_directory ();
  g_auto(GStrv) lines = list_series ();
  g_autoptr(GHashTable) sent = datasets_by_digest (archive);
  g_autoptr(GHashTable) came = NULL;
  GHashTableIter iter;
  gpointer digest = NULL;

  for (guint i = 0; lines[i] != NULL; i++)
    get_series (lines[i], output);
  came = datasets_by_digest (output);
  g_assert_cmpuint (g_hash_table_size (sent), >, 100);
  g_assert_cmpuint (g_hash_table_size (sent), ==, g_hash_table_size (came));
  g_hash_table_iter_init (&iter, sent);
  while (g_hash_table_iter_next (&iter, &digest, NULL))
    g_assert_true (g_hash_table_contains (came, digest));
  practice_remove_tree (output);
}

static void
test_find_lists_every_study (void)
{
  g_autofree char *port = g_strdup_printf ("%u", running_port ());
  const char *argv[] = { "findscu",   "-S",
                         "-k",        "QueryRetrieveLevel=STUDY",
                         "-k",        "StudyInstanceUID",
                         "-k",        "PatientID=PRACTICE-*",
                         "-aec",      IC_PRACTICE_AET,
                         "127.0.0.1", port,
                         NULL };
  int status = 0;
  g_autofree char *answer = practice_run (argv, &status);
  g_auto(GStrv) lines = list_series ();

  g_assert_cmpint (status, ==, 0);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *study = json_value (lines[i], "study_uid");

      g_assert_nonnull (strstr (answer, study));
    }
}

static void
test_stop_ends_it_and_start_takes_what_is_there (void)
{
  g_autoptr(GError) error = NULL;
  guint16 port = 0, again = 0;
  gint64 begun = 0;

  port = running_port ();
  g_assert_true (ic_practice_stop (directory, &error));
  g_assert_no_error (error);
  g_assert_false (ic_practice_is_running (directory, NULL));
  begun = g_get_monotonic_time ();
  g_assert_true (ic_practice_start (directory, &again, NULL, &error));
  g_assert_no_error (error);
  g_test_message ("second start took %" G_GINT64_FORMAT " ms",
                  (g_get_monotonic_time () - begun) / 1000);
  g_assert_cmpuint (again, !=, 0);
  g_assert_cmpuint (port, !=, 0);
  g_assert_true (ic_practice_stop (directory, &error));
  g_assert_no_error (error);
}

static void
test_stop_of_a_stopped_archive_says_so (void)
{
  g_autoptr(GError) error = NULL;

  g_assert_false (ic_practice_stop (directory, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_NOT_FOUND);
}

static void
write_state (int pid, guint64 start_time)
{
  g_autofree char *path = g_build_filename (directory, "state.ini", NULL);
  g_autofree char *text = g_strdup_printf ("[practice]\npid=%d\nstart_time=%" G_GUINT64_FORMAT
                                           "\nport=11112\naet=PRACTICE\n",
                                           pid, start_time);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
test_stale_state_of_a_foreign_process_is_not_running_and_not_killed (void)
{
  const char *argv[] = { "sleep", "60", NULL };
  g_autoptr(GSubprocess) stranger = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_NONE, NULL);
  g_autoptr(GError) error = NULL;
  int pid = atoi (g_subprocess_get_identifier (stranger));

  write_state (pid, 1);
  g_assert_false (ic_practice_is_running (directory, NULL));
  g_assert_false (ic_practice_stop (directory, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_NOT_FOUND);
  g_assert_cmpint (kill (pid, 0), ==, 0);
  g_subprocess_force_exit (stranger);
  g_subprocess_wait (stranger, NULL, NULL);
}

static guint64
start_time_of (int pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", pid);
  g_autofree char *stat = NULL;
  g_auto(GStrv) fields = NULL;

  g_assert_true (g_file_get_contents (path, &stat, NULL, NULL));
  fields = g_strsplit (strrchr (stat, ')') + 2, " ", -1);
  return g_ascii_strtoull (fields[19], NULL, 10);
}

/* The same program and number, but started at another moment: a recycled pid. */
static void
test_another_dcmqrscp_with_our_number_is_left_alone (void)
{
  g_autofree char *other = g_build_filename (directory, "other", NULL);
  g_autofree char *state_path = g_build_filename (other, "state.ini", NULL);
  g_autoptr(GKeyFile) state = g_key_file_new ();
  g_autoptr(GError) error = NULL;
  guint16 port = 0;
  int pid = 0;

  g_assert_true (ic_practice_start (other, &port, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (g_key_file_load_from_file (state, state_path, G_KEY_FILE_NONE, NULL));
  pid = g_key_file_get_integer (state, "practice", "pid", NULL);
  g_assert_cmpuint (g_key_file_get_uint64 (state, "practice", "start_time", NULL), ==,
                    start_time_of (pid));
  write_state (pid, start_time_of (pid) - 1);
  g_assert_false (ic_practice_is_running (directory, NULL));
  g_assert_false (ic_practice_stop (directory, NULL));
  g_assert_true (ic_practice_is_running (other, NULL));
  g_assert_true (ic_practice_stop (other, &error));
  g_assert_no_error (error);
}

static void
test_start_without_the_generator_says_unsupported (void)
{
  g_autofree char *empty = practice_make_directory ();
  g_autofree char *before = g_strdup (g_getenv ("IC_LIBEXECDIR"));
  g_autoptr(GError) error = NULL;
  guint16 port = 0;

  g_setenv ("IC_LIBEXECDIR", empty, TRUE);
  g_assert_false (ic_practice_start (empty, &port, NULL, &error));
  g_setenv ("IC_LIBEXECDIR", before, TRUE);
  g_assert_error (error, IC_ERROR, IC_ERROR_UNSUPPORTED);
  practice_remove_tree (empty);
}

int
main (int argc, char **argv)
{
  g_autofree char *server = g_find_program_in_path ("dcmqrscp");
  int result = 0;

  g_test_init (&argc, &argv, NULL);
  if (server == NULL)
    {
      g_print ("1..0 # SKIP dcmqrscp is not installed\n");
      return 0;
    }
  directory = practice_make_directory ();
  g_test_add_func ("/archive/start-answers-and-says-its-port",
                   test_start_answers_and_says_its_port);
  g_test_add_func ("/archive/second-start-says-it-runs", test_second_start_says_it_runs);
  g_test_add_func ("/archive/listens-on-loopback-only", test_archive_listens_on_loopback_only);
  g_test_add_func ("/archive/find-lists-every-study", test_find_lists_every_study);
  g_test_add_func ("/archive/every-object-comes-back-byte-identical",
                   test_every_object_comes_back_byte_identical);
  g_test_add_func ("/archive/stop-ends-it-and-start-takes-what-is-there",
                   test_stop_ends_it_and_start_takes_what_is_there);
  g_test_add_func ("/archive/stop-of-a-stopped-archive-says-so",
                   test_stop_of_a_stopped_archive_says_so);
  g_test_add_func ("/archive/stale-state-of-a-foreign-process",
                   test_stale_state_of_a_foreign_process_is_not_running_and_not_killed);
  g_test_add_func ("/archive/another-dcmqrscp-with-our-number-is-left-alone",
                   test_another_dcmqrscp_with_our_number_is_left_alone);
  g_test_add_func ("/archive/start-without-the-generator-says-unsupported",
                   test_start_without_the_generator_says_unsupported);
  result = g_test_run ();
  ic_practice_stop (directory, NULL);
  practice_remove_tree (directory);
  g_free (directory);
  return result;
}
