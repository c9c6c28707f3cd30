/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-error.h"
#include "wire/ic-worker.h"

#include <fcntl.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

/* A folder with a file that may be read, and beside it a victim that may not; a listening port. */
typedef struct
{
  char *root;
  char *victim;
  int medium_fd;
  GSocketListener *listener;
  char *port;
  char *bus; /* a local socket beside the victim, where a session bus might be */
} Fixture;

static void
listen_at (Fixture *fixture)
{
  g_autoptr(GSocketAddress) address = NULL;
  g_autoptr(GError) error = NULL;

  fixture->bus = g_strconcat (fixture->victim, ".bus", NULL);
  address = g_unix_socket_address_new (fixture->bus);
  g_socket_listener_add_address (fixture->listener, address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *medium = NULL;
  g_autofree char *inside = NULL;

  fixture->root = g_dir_make_tmp ("courier-worker-XXXXXX", NULL);
  fixture->victim = g_build_filename (fixture->root, "victim", NULL);
  medium = g_build_filename (fixture->root, "medium", NULL);
  inside = g_build_filename (medium, "inside", NULL);
  g_assert_true (g_file_set_contents (fixture->victim, "secret", -1, NULL));
  g_assert_cmpint (g_mkdir (medium, 0700), ==, 0);
  g_assert_true (g_file_set_contents (inside, "image", -1, NULL));
  fixture->medium_fd = open (medium, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  fixture->listener = g_socket_listener_new ();
  fixture->port =
      g_strdup_printf ("%u", g_socket_listener_add_any_inet_port (fixture->listener, NULL, NULL));
  listen_at (fixture);
}

static void
remove_file (Fixture *fixture, const char *name)
{
  g_autofree char *path = g_build_filename (fixture->root, name, NULL);

  g_remove (path);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  close (fixture->medium_fd);
  remove_file (fixture, "medium/inside");
  remove_file (fixture, "medium/made");
  remove_file (fixture, "medium");
  remove_file (fixture, "victim");
  remove_file (fixture, "victim.bus");
  g_assert_cmpint (g_rmdir (fixture->root), ==, 0);
  g_object_unref (fixture->listener);
  g_free (fixture->bus);
  g_free (fixture->port);
  g_free (fixture->victim);
  g_free (fixture->root);
}

static IcWorker *
spawn_with (Fixture *fixture, const char *profile, const char *what)
{
  const char *arguments[] = { profile, fixture->victim, fixture->port, what, NULL };
  g_autoptr(GError) error = NULL;
  IcWorker *worker = ic_worker_spawn ("probe-worker", arguments, fixture->medium_fd, NULL, &error);

  g_assert_no_error (error);
  return worker;
}

static IcWorker *
spawn (Fixture *fixture, const char *profile)
{
  return spawn_with (fixture, profile, "dir");
}

static char *
attempt (IcWorker *worker, const char *what, GCancellable *cancellable, GError **error)
{
  g_autoptr(IcWorkerCall) call = ic_worker_call_new (worker, NULL);
  g_autoptr(GError) local_error = NULL;
  guint64 is_allowed = 0;

  ic_wire_parse_call_list_medium (ic_worker_get_parse (worker), call->job, what,
                                  g_variant_new_handle (0), G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL,
                                  ic_worker_call_done_cb, call);
  ic_worker_call_wait (call, cancellable);
  ic_wire_parse_call_list_medium_finish (ic_worker_get_parse (worker), &is_allowed, NULL,
                                         call->result, &local_error);
  if (!ic_worker_call_check (call, &local_error, error))
    return NULL;
  return g_strdup (is_allowed ? "allowed" : "refused");
}

static void
assert_outcome (IcWorker *worker, const char *what, const char *expected)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *outcome = attempt (worker, what, NULL, &error);

  g_assert_no_error (error);
  g_test_message ("%s: %s", what, outcome);
  g_assert_cmpstr (outcome, ==, expected);
}

static const char *const never[] = {
  "open",          "create",   "truncate", "unlink", "listen",      "exec", "fork",
  "kill",          "ptrace",   "code",     "limit",  "climb",       "own",  "own-by-ioctl",
  "connect-local", "datagram", "type",     "openat", "kill-thread",
};

static void
assert_never (IcWorker *worker)
{
  for (gsize i = 0; i < G_N_ELEMENTS (never); i++)
    assert_outcome (worker, never[i], "refused");
}

/* File names tell about patients too. */
static void
assert_stat_of_descriptors_only (IcWorker *worker)
{
  assert_outcome (worker, "stat", "refused");
  assert_outcome (worker, "stat-by-flag", "refused");
  assert_outcome (worker, "place", "refused");
  assert_outcome (worker, "fstat", "allowed");
  assert_outcome (worker, "fstat-of-nothing", "refused");
}

static void
test_parser_may_read_its_medium_and_nothing_else (Fixture *fixture, gconstpointer data)
{
  g_autoptr(IcWorker) worker = spawn (fixture, "parse");

  assert_never (worker);
  assert_stat_of_descriptors_only (worker);
  assert_outcome (worker, "connect", "refused");
  assert_outcome (worker, "create-in-medium", "refused");
  assert_outcome (worker, "open-medium", "allowed");
}

static void
test_parser_may_read_its_folders_and_nothing_else (Fixture *fixture, gconstpointer data)
{
  g_autoptr(IcWorker) worker = spawn_with (fixture, "parse", "paths");

  assert_never (worker);
  assert_stat_of_descriptors_only (worker);
  assert_outcome (worker, "connect", "refused");
  assert_outcome (worker, "create-in-medium", "refused");
  assert_outcome (worker, "open-medium", "allowed");
}

static void
test_net_may_connect_and_create_in_its_folder_only (Fixture *fixture, gconstpointer data)
{
  g_autoptr(IcWorker) worker = spawn (fixture, "net");

  assert_never (worker);
  assert_stat_of_descriptors_only (worker);
  assert_outcome (worker, "connect", "allowed");
  assert_outcome (worker, "create-in-medium", "allowed");
  assert_outcome (worker, "accept", "refused");
}

static void
test_listener_may_accept_and_create_in_its_folder_only (Fixture *fixture, gconstpointer data)
{
  g_autoptr(IcWorker) worker = spawn (fixture, "listen");

  assert_never (worker);
  assert_stat_of_descriptors_only (worker);
  assert_outcome (worker, "accept", "allowed");
  assert_outcome (worker, "create-in-medium", "allowed");
  assert_outcome (worker, "connect", "refused");
  assert_outcome (worker, "socket", "refused");
}

static void
test_disc_writer_has_no_network (Fixture *fixture, gconstpointer data)
{
  g_autoptr(IcWorker) worker = spawn (fixture, "disc");

  assert_never (worker);
  assert_outcome (worker, "connect", "refused");
  assert_outcome (worker, "create-in-medium", "refused");
}

static IcWorker *
spawn_without_landlock (Fixture *fixture, const char *profile, gboolean with_dir, GError **error)
{
  const char *arguments[] = { profile, fixture->victim, fixture->port,
                              with_dir ? "dir-without-landlock" : "without-landlock", NULL };

  return ic_worker_spawn ("probe-worker", arguments, fixture->medium_fd, NULL, error);
}

static void
test_without_landlock_nobody_may_open_files (Fixture *fixture, gconstpointer data)
{
  const char *profiles[] = { "parse", "net", "listen", "disc" };

  for (gsize i = 0; i < G_N_ELEMENTS (profiles); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_null (spawn_without_landlock (fixture, profiles[i], TRUE, &error));
      g_assert_error (error, IC_ERROR, IC_ERROR_WORKER_DIED);
    }
}

static void
test_without_landlock_descriptors_are_still_parsed (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(IcWorker) worker = spawn_without_landlock (fixture, "parse", FALSE, &error);

  g_assert_no_error (error);
  assert_never (worker);
  assert_outcome (worker, "open-medium", "refused");
}

static void
assert_death (Fixture *fixture, const char *how, guint patience_ms, const char *reason)
{
  g_autoptr(IcWorker) worker = spawn (fixture, "parse");
  g_autoptr(GError) error = NULL;
  g_autofree char *outcome = NULL;

  ic_worker_set_patience_ms (worker, patience_ms);
  outcome = attempt (worker, how, NULL, &error);
  g_assert_null (outcome);
  g_assert_error (error, IC_ERROR, IC_ERROR_WORKER_DIED);
  g_assert_nonnull (strstr (error->message, reason));
}

static void
test_crash_in_mid_job_is_named (Fixture *fixture, gconstpointer data)
{
  assert_death (fixture, "crash", 10000, "Segmentation fault");
}

static void
test_exit_in_mid_job_is_named (Fixture *fixture, gconstpointer data)
{
  assert_death (fixture, "give-up", 10000, "status 7");
}

static void
test_hanging_worker_is_killed_after_patience (Fixture *fixture, gconstpointer data)
{
  gint64 start = g_get_monotonic_time ();

  assert_death (fixture, "hang", 600, "stopped answering");
  g_assert_cmpint (g_get_monotonic_time () - start, <, 5 * G_TIME_SPAN_SECOND);
}

static gboolean
cancel_cb (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return G_SOURCE_REMOVE;
}

static gboolean
stand_still_cb (gpointer data)
{
  g_usleep (1500 * 1000);
  return G_SOURCE_REMOVE;
}

/* As when the program is stopped, or waits long for a disk: the signs of life pile up unread. */
static void
test_worker_is_not_blamed_when_the_program_stood_still (Fixture *fixture, gconstpointer data)
{
  g_autoptr(IcWorker) worker = spawn (fixture, "parse");
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GError) error = NULL;

  ic_worker_set_patience_ms (worker, 800);
  g_timeout_add_full (G_PRIORITY_HIGH, 400, stand_still_cb, NULL, NULL);
  g_timeout_add (2500, cancel_cb, cancellable);
  g_assert_null (attempt (worker, "slow", cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_worker_that_never_answers_does_not_start (Fixture *fixture, gconstpointer data)
{
  const char *arguments[] = { "mute", fixture->victim, fixture->port, "dir", NULL };
  g_autoptr(GError) error = NULL;
  gint64 start = g_get_monotonic_time ();

  ic_worker_set_start_patience_ms (600);
  g_assert_null (ic_worker_spawn ("probe-worker", arguments, fixture->medium_fd, NULL, &error));
  ic_worker_set_start_patience_ms (30 * 1000);
  g_assert_error (error, IC_ERROR, IC_ERROR_WORKER_DIED);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 10 * G_TIME_SPAN_SECOND);
}

static void
test_memory_eater_dies_alone (Fixture *fixture, gconstpointer data)
{
#if defined(__SANITIZE_ADDRESS__)
  g_test_skip ("no memory limit under sanitizers");
#else
  assert_death (fixture, "allocate", 10000, "reader");
#endif
}

static gboolean
kill_cb (gpointer worker)
{
  kill (atoi (ic_worker_get_pid (worker)), SIGKILL);
  return G_SOURCE_REMOVE;
}

static void
test_kill_from_outside_in_mid_job_is_named (Fixture *fixture, gconstpointer data)
{
  g_autoptr(IcWorker) worker = spawn (fixture, "parse");
  g_autoptr(GError) error = NULL;

  g_timeout_add (50, kill_cb, worker);
  g_assert_null (attempt (worker, "slow", NULL, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_WORKER_DIED);
  g_assert_nonnull (strstr (error->message, "Killed"));
}

/* Ctrl+C reaches every process of the terminal's foreground group. */
static void
test_worker_is_out_of_reach_of_ctrl_c (Fixture *fixture, gconstpointer data)
{
  g_autoptr(IcWorker) worker = spawn (fixture, "parse");
  pid_t pid = atoi (ic_worker_get_pid (worker));

  g_assert_cmpint (getpgid (pid), ==, pid);
  g_assert_cmpint (getpgid (pid), !=, getpgrp ());
}

/* What has no terminal cannot type into it. */
static void
test_worker_has_no_terminal (Fixture *fixture, gconstpointer data)
{
  g_autoptr(IcWorker) worker = spawn (fixture, "parse");
  g_autofree char *link = g_strdup_printf ("/proc/%s/fd/1", ic_worker_get_pid (worker));
  g_autofree char *output = g_file_read_link (link, NULL);
  pid_t pid = atoi (ic_worker_get_pid (worker));

  g_assert_cmpint (getsid (pid), ==, pid);
  g_assert_cmpstr (output, ==, "/dev/null");
}

static void
test_cancelled_worker_stays_usable (Fixture *fixture, gconstpointer data)
{
  g_autoptr(IcWorker) worker = spawn (fixture, "parse");
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GError) error = NULL;
  gint64 start = g_get_monotonic_time ();

  g_timeout_add (100, cancel_cb, cancellable);
  g_assert_null (attempt (worker, "slow", cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 2 * G_TIME_SPAN_SECOND);
  assert_outcome (worker, "open-medium", "allowed");
}

static void
test_worker_deaf_to_cancel_is_killed_and_counts_as_cancelled (Fixture *fixture, gconstpointer data)
{
  g_autoptr(IcWorker) worker = spawn (fixture, "parse");
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GError) error = NULL;

  ic_worker_set_cancel_grace_ms (worker, 300);
  g_timeout_add (100, cancel_cb, cancellable);
  g_assert_null (attempt (worker, "hang", cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_error_code_crosses_the_wire (Fixture *fixture, gconstpointer data)
{
  g_autoptr(IcWorker) worker = spawn (fixture, "parse");
  g_autoptr(GError) error = NULL;

  g_assert_null (attempt (worker, "nonsense", NULL, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_UNSUPPORTED);
  g_assert_cmpstr (error->message, ==, "no attempt called nonsense");
}

static void
test_missing_program_is_an_error (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (ic_worker_spawn ("no-such-program", NULL, -1, NULL, &error));
  g_assert_nonnull (error);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/worker/sandbox/parse", test_parser_may_read_its_medium_and_nothing_else);
  ADD ("/worker/sandbox/net", test_net_may_connect_and_create_in_its_folder_only);
  ADD ("/worker/sandbox/listen", test_listener_may_accept_and_create_in_its_folder_only);
  ADD ("/worker/sandbox/disc", test_disc_writer_has_no_network);
  ADD ("/worker/sandbox/no-landlock", test_without_landlock_nobody_may_open_files);
  ADD ("/worker/sandbox/parse-folders", test_parser_may_read_its_folders_and_nothing_else);
  ADD ("/worker/sandbox/no-landlock-parse", test_without_landlock_descriptors_are_still_parsed);
  ADD ("/worker/death/crash", test_crash_in_mid_job_is_named);
  ADD ("/worker/death/exit", test_exit_in_mid_job_is_named);
  ADD ("/worker/death/hang", test_hanging_worker_is_killed_after_patience);
  ADD ("/worker/death/stood-still", test_worker_is_not_blamed_when_the_program_stood_still);
  ADD ("/worker/death/mute", test_worker_that_never_answers_does_not_start);
  ADD ("/worker/death/memory", test_memory_eater_dies_alone);
  ADD ("/worker/death/killed", test_kill_from_outside_in_mid_job_is_named);
  ADD ("/worker/cancel/usable", test_cancelled_worker_stays_usable);
  ADD ("/worker/cancel/ctrl-c", test_worker_is_out_of_reach_of_ctrl_c);
  ADD ("/worker/terminal", test_worker_has_no_terminal);
  ADD ("/worker/cancel/deaf", test_worker_deaf_to_cancel_is_killed_and_counts_as_cancelled);
  ADD ("/worker/error", test_error_code_crosses_the_wire);
  ADD ("/worker/missing", test_missing_program_is_an_error);
  return g_test_run ();
}
