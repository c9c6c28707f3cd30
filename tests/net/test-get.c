/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-error.h"
#include "net-fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#define N_FILES 4
#define EXPLICIT_LE "1.2.840.10008.1.2.1"
#define HTJ2K "1.2.840.10008.1.2.4.201"

static char *folder;

/* The data set of a file: what follows preamble and meta header. */
static char *
dup_data_set_checksum (const char *path)
{
  g_autofree char *contents = NULL;
  gsize size = 0;
  guint32 meta_length;

  g_assert_true (g_file_get_contents (path, &contents, &size, NULL));
  memcpy (&meta_length, contents + 140, 4);
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, (guchar *) contents + 144 + meta_length,
                                      size - 144 - meta_length);
}

static gboolean
is_same_data_set (NetRetrieval *retrieval, guint i, const char *source, guint number)
{
  g_autofree char *original = g_strdup_printf ("%s/%04u", source, number);
  g_autofree char *expected = dup_data_set_checksum (original);
  g_autofree char *actual = dup_data_set_checksum (g_ptr_array_index (retrieval->names, i));

  return g_str_equal (expected, actual);
}

static void
assert_uid (NetRetrieval *retrieval, guint i, guint number)
{
  g_autofree char *uid = net_dup_uid (number);

  g_assert_cmpstr (g_ptr_array_index (retrieval->uids, i), ==, uid);
}

static void
test_data_sets_arrive_byte_for_byte (void)
{
  g_autoptr(NetServer) server = net_start_rude (folder, NULL);
  g_autoptr(NetRetrieval) retrieval = net_retrieve (server->port, NULL);

  g_assert_no_error (retrieval->error);
  g_assert_true (retrieval->done);
  g_assert_cmpuint (retrieval->outcome.received, ==, N_FILES);
  g_assert_cmpuint (retrieval->outcome.progress.completed, ==, N_FILES);
  g_assert_cmphex (retrieval->outcome.status, ==, 0);
  g_assert_cmpuint (net_count_files (retrieval->folder), ==, N_FILES);
  for (guint i = 0; i < N_FILES; i++)
    {
      assert_uid (retrieval, i, i + 1);
      g_assert_true (is_same_data_set (retrieval, i, folder, i + 1));
    }
}

static void
test_syntax_unknown_to_dcmtk_arrives_under_its_own_name (void)
{
  char *source = net_make_files (2, HTJ2K);
  g_autoptr(NetServer) server = net_start_rude (source, NULL);
  g_autoptr(NetRetrieval) retrieval = net_retrieve (server->port, NULL);
  g_autofree char *contents = NULL;
  gsize size = 0;

  g_assert_no_error (retrieval->error);
  g_assert_cmpuint (retrieval->outcome.received, ==, 2);
  g_assert_true (is_same_data_set (retrieval, 1, source, 2));
  g_assert_true (
      g_file_get_contents (g_ptr_array_index (retrieval->names, 0), &contents, &size, NULL));
  g_assert_nonnull (memmem (contents, 400, HTJ2K, strlen (HTJ2K)));
  net_remove_folder (source);
}

static void
test_dropped_instance_is_reported_as_failed (void)
{
  g_autoptr(NetServer) server = net_start_rude (folder, "--drop", "2", NULL);
  g_autoptr(NetRetrieval) retrieval = net_retrieve (server->port, NULL);
  g_autofree char *uid = net_dup_uid (2);

  g_assert_no_error (retrieval->error);
  g_assert_cmphex (retrieval->outcome.status, ==, 0xb000);
  g_assert_cmpuint (retrieval->outcome.received, ==, N_FILES - 1);
  g_assert_cmpuint (retrieval->outcome.progress.failed, ==, 1);
  g_assert_cmpuint (g_strv_length (retrieval->outcome.failed_uids), ==, 1);
  g_assert_cmpstr (retrieval->outcome.failed_uids[0], ==, uid);
}

static void
test_success_of_a_liar_does_not_count_for_more_than_files (void)
{
  g_autoptr(NetServer) server = net_start_rude (folder, "--success-with-fewer=2", NULL);
  g_autoptr(NetRetrieval) retrieval = net_retrieve (server->port, NULL);

  g_assert_no_error (retrieval->error);
  g_assert_cmphex (retrieval->outcome.status, ==, 0);
  g_assert_cmpuint (retrieval->outcome.progress.completed, ==, N_FILES);
  g_assert_cmpuint (retrieval->outcome.received, ==, N_FILES - 2);
  g_assert_cmpuint (net_count_files (retrieval->folder), ==, N_FILES - 2);
}

static void
assert_lost_after (const char *option, const char *value, guint complete)
{
  g_autoptr(NetServer) server = net_start_rude (folder, option, value, NULL);
  g_autoptr(NetRetrieval) retrieval = net_retrieve (server->port, NULL);

  g_assert_false (retrieval->done);
  g_assert_error (retrieval->error, IC_ERROR, IC_ERROR_NODE_ABORTED);
  g_assert_cmpuint (retrieval->names->len, ==, complete);
  g_assert_cmpuint (retrieval->outcome.received, ==, complete);
  g_assert_cmpuint (net_count_files (retrieval->folder), ==, complete);
  g_assert_cmphex (retrieval->outcome.status, !=, 0);
}

static void
test_truncated_data_set_leaves_no_file (void)
{
  assert_lost_after ("--truncate", "3", 2);
}

static void
test_death_of_the_peer_keeps_what_was_complete (void)
{
  assert_lost_after ("--die-after", "2", 2);
}

static void
test_altered_byte_stays_altered (void)
{
  g_autoptr(NetServer) server = net_start_rude (folder, "--flip", "1", NULL);
  g_autoptr(NetRetrieval) retrieval = net_retrieve (server->port, NULL);

  g_assert_no_error (retrieval->error);
  g_assert_false (is_same_data_set (retrieval, 0, folder, 1));
  g_assert_true (is_same_data_set (retrieval, 1, folder, 2));
}

static void
test_extra_and_duplicate_instances_are_all_reported (void)
{
  g_autoptr(NetServer) server =
                 net_start_rude (folder, "--extra", "--duplicate", "2", "--wrong-uid", "3", NULL);
  g_autoptr(NetRetrieval) retrieval = net_retrieve (server->port, NULL);

  g_assert_no_error (retrieval->error);
  g_assert_cmpuint (retrieval->outcome.received, ==, N_FILES + 2);
  g_assert_cmpstr (g_ptr_array_index (retrieval->uids, 0), ==, "2.25.4711");
  assert_uid (retrieval, 2, 2);
  assert_uid (retrieval, 3, 2);
  g_assert_cmpstr (g_ptr_array_index (retrieval->uids, 4), ==, "2.25.4712");
}

static void
test_hostile_uid_is_refused_and_the_rest_goes_on (void)
{
  g_autoptr(NetServer) server = net_start_rude (folder, "--bad-uid", "2", NULL);
  g_autoptr(NetRetrieval) retrieval = net_retrieve (server->port, NULL);

  g_assert_no_error (retrieval->error);
  g_assert_cmpuint (retrieval->outcome.refused, ==, 1);
  g_assert_cmpuint (retrieval->outcome.received, ==, N_FILES - 1);
  g_assert_cmphex (retrieval->outcome.status, ==, 0xb000);
  g_assert_cmpuint (net_count_files (retrieval->folder), ==, N_FILES - 1);
}

static void
test_growing_study_shows_on_the_second_retrieval (void)
{
  g_autoptr(NetServer) server = net_start_rude (folder, "--grow", NULL);
  g_autoptr(NetRetrieval) first = net_retrieve (server->port, NULL);
  g_autoptr(NetRetrieval) second = net_retrieve (server->port, NULL);

  g_assert_cmpuint (first->outcome.received, ==, N_FILES - 1);
  g_assert_cmpuint (second->outcome.received, ==, N_FILES);
}

static gpointer
cancel_thread (gpointer cancellable)
{
  g_usleep (300 * 1000);
  g_cancellable_cancel (cancellable);
  return NULL;
}

static void
test_cancel_stops_at_once_and_leaves_whole_files (void)
{
  g_autoptr(NetServer) server = net_start_rude (folder, "--slow", "2000", NULL);
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  GThread *thread = g_thread_new ("cancel", cancel_thread, cancellable);
  gint64 started_us = g_get_monotonic_time ();
  g_autoptr(NetRetrieval) retrieval = net_retrieve (server->port, cancellable);

  g_assert_cmpint (g_get_monotonic_time () - started_us, <, 5 * G_USEC_PER_SEC);
  g_assert_error (retrieval->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (retrieval->names->len, <, N_FILES);
  g_assert_cmpuint (net_count_files (retrieval->folder), ==, retrieval->names->len);
  g_thread_join (thread);
}

static void
test_write_error_stops_and_leaves_no_file (void)
{
  g_autoptr(NetServer) server = net_start_rude (folder, NULL);
  struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
  struct rlimit small = { 100 * 1000, RLIM_INFINITY };
  g_autoptr(NetRetrieval) retrieval = NULL;

  signal (SIGXFSZ, SIG_IGN);
  setrlimit (RLIMIT_FSIZE, &small);
  retrieval = net_retrieve (server->port, NULL);
  setrlimit (RLIMIT_FSIZE, &unlimited);
  g_assert_false (retrieval->done);
  g_assert_error (retrieval->error, IC_ERROR, IC_ERROR_WRITE_FAILED);
  g_assert_cmpuint (retrieval->outcome.received, ==, 0);
  g_assert_cmpuint (net_count_files (retrieval->folder), ==, 0);
}

/* Room for two files and a bit. */
static void
test_full_disk_keeps_whole_files_only (void)
{
  g_autoptr(NetServer) server = net_start_rude (folder, NULL);
  char *full = g_dir_make_tmp ("net-XXXXXX", NULL);
  g_autofree char *mount_point = g_strdup (full);
  g_autoptr(NetRetrieval) retrieval = NULL;

  if (mount ("tmpfs", full, "tmpfs", 0, "size=500k") != 0)
    {
      g_test_skip ("no right to mount a small file system");
      net_remove_folder (full);
      return;
    }
  retrieval = net_retrieve_into (server->port, full, NULL);
  g_assert_error (retrieval->error, IC_ERROR, IC_ERROR_NO_SPACE);
  g_assert_cmpuint (retrieval->outcome.received, ==, 2);
  g_assert_cmpuint (net_count_files (full), ==, 2);
  g_assert_true (is_same_data_set (retrieval, 1, folder, 2));
  umount2 (mount_point, MNT_DETACH);
}

static void
test_slow_data_set_shows_that_it_is_arriving (void)
{
  char *one = net_make_files (1, EXPLICIT_LE);
  g_autoptr(NetServer) server = net_start_rude (one, "--crawl", "150", NULL);
  g_autoptr(NetRetrieval) retrieval = net_retrieve (server->port, NULL);

  g_assert_no_error (retrieval->error);
  g_assert_cmpuint (retrieval->outcome.received, ==, 1);
  g_assert_cmpuint (retrieval->signs_of_life, >=, 2);
  net_remove_folder (one);
}

static void
test_query_without_its_unique_key_is_not_sent (void)
{
  g_autoptr(NetServer) server = net_start_rude (folder, NULL);
  g_autoptr(IcQuery) query = ic_query_new (IC_LEVEL_STUDY);
  g_autoptr(GError) error = NULL;
  g_autoptr(IcAssociation) association =
                 net_open (server->port, ic_get_get_sop_class (query), NULL, &error);
  IcGetSink sink = { -1, "in-", 1, NULL, NULL, NULL, NULL };
  g_auto(IcGetOutcome) outcome = { 0 };

  g_assert_no_error (error);
  g_assert_false (ic_association_get (association, query, &sink, &outcome, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_USAGE);
}

int
main (int argc, char **argv)
{
  int result;

  net_init (&argc, &argv);
  folder = net_make_files (N_FILES, EXPLICIT_LE);
  g_test_add_func ("/get/bytes", test_data_sets_arrive_byte_for_byte);
  g_test_add_func ("/get/htj2k", test_syntax_unknown_to_dcmtk_arrives_under_its_own_name);
  g_test_add_func ("/get/drop", test_dropped_instance_is_reported_as_failed);
  g_test_add_func ("/get/liar", test_success_of_a_liar_does_not_count_for_more_than_files);
  g_test_add_func ("/get/truncate", test_truncated_data_set_leaves_no_file);
  g_test_add_func ("/get/death", test_death_of_the_peer_keeps_what_was_complete);
  g_test_add_func ("/get/flip", test_altered_byte_stays_altered);
  g_test_add_func ("/get/extra", test_extra_and_duplicate_instances_are_all_reported);
  g_test_add_func ("/get/hostile-uid", test_hostile_uid_is_refused_and_the_rest_goes_on);
  g_test_add_func ("/get/grow", test_growing_study_shows_on_the_second_retrieval);
  g_test_add_func ("/get/cancel", test_cancel_stops_at_once_and_leaves_whole_files);
  g_test_add_func ("/get/write-error", test_write_error_stops_and_leaves_no_file);
  g_test_add_func ("/get/full-disk", test_full_disk_keeps_whole_files_only);
  g_test_add_func ("/get/slow", test_slow_data_set_shows_that_it_is_arriving);
  g_test_add_func ("/get/usage", test_query_without_its_unique_key_is_not_sent);
  result = g_test_run ();
  net_remove_folder (folder);
  return result;
}
