/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-practice.h"

#include "core/ic-error.h"
#include "core/ic-program.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum
{
  ATTEMPTS = 3, /* somebody else may take the port between our look and dcmqrscp's bind */
  ANSWER_TIMEOUT_MS = 15000,
  STOP_TIMEOUT_MS = 5000,
  POLL_MS = 30,
  MAX_STUDIES = 500, /* compiled into dcmqrscp */
  STAT_FIELDS_AFTER_NAME = 20,
};

static const char GROUP[] = "practice";
static const char ARCHIVE_VERSION[] = "1"; /* another one makes the archive anew */

/* What tells one process from a later one of the same number. */
typedef struct
{
  GPid pid;
  guint64 start_time; /* clock ticks after boot, proc(5) */
  guint16 port;
} State;

/* FALSE for a process that is gone or a zombie, and for one that is not a dcmqrscp. */
static gboolean
read_start_time (GPid pid, guint64 *start_time)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", pid);
  g_autofree char *stat = NULL;
  g_auto(GStrv) fields = NULL;
  char *name = NULL, *rest = NULL;

  if (!g_file_get_contents (path, &stat, NULL, NULL))
    return FALSE;
  name = strchr (stat, '(');
  rest = strrchr (stat, ')');
  if (name == NULL || rest == NULL || !g_str_has_prefix (name, "(dcmqrscp)"))
    return FALSE;
  fields = g_strsplit (rest + 2, " ", -1);
  if (g_strv_length (fields) < STAT_FIELDS_AFTER_NAME || g_str_equal (fields[0], "Z"))
    return FALSE;
  *start_time = g_ascii_strtoull (fields[STAT_FIELDS_AFTER_NAME - 1], NULL, 10);
  return TRUE;
}

static gboolean
is_alive (const State *state)
{
  guint64 start_time = 0;

  return read_start_time (state->pid, &start_time) && start_time == state->start_time;
}

static gboolean
load_state (const char *directory, State *state)
{
  g_autofree char *path = g_build_filename (directory, "state.ini", NULL);
  g_autoptr(GKeyFile) file = g_key_file_new ();

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL))
    return FALSE;
  state->pid = g_key_file_get_integer (file, GROUP, "pid", NULL);
  state->start_time = g_key_file_get_uint64 (file, GROUP, "start_time", NULL);
  state->port = (guint16) g_key_file_get_integer (file, GROUP, "port", NULL);
  return state->pid > 1 && state->port != 0;
}

static gboolean
save_state (const char *directory, const State *state, GError **error)
{
  g_autofree char *path = g_build_filename (directory, "state.ini", NULL);
  g_autoptr(GKeyFile) file = g_key_file_new ();

  g_key_file_set_integer (file, GROUP, "pid", state->pid);
  g_key_file_set_uint64 (file, GROUP, "start_time", state->start_time);
  g_key_file_set_integer (file, GROUP, "port", state->port);
  g_key_file_set_string (file, GROUP, "aet", IC_PRACTICE_AET);
  return g_key_file_save_to_file (file, path, error);
}

static void
remove_state (const char *directory)
{
  g_autofree char *path = g_build_filename (directory, "state.ini", NULL);

  g_unlink (path);
}

/* The lock ends with the descriptor; programs started meanwhile do not inherit it. */
static int
take_lock (const char *directory, GError **error)
{
  g_autofree char *path = g_build_filename (directory, "lock", NULL);
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  if (fd < 0)
    {
      ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, errno, "cannot open the practice lock");
      return -1;
    }
  if (flock (fd, LOCK_EX | LOCK_NB) == 0)
    return fd;
  close (fd);
  g_set_error_literal (error, IC_ERROR, IC_ERROR_BUSY,
                       "the practice archive is being started or stopped");
  return -1;
}

static void
close_lock (int *fd)
{
  if (*fd >= 0)
    close (*fd);
}

static void
lead_session_cb (gpointer user_data)
{
  setsid ();
}

/* Runs a program to its end, or until it is cancelled; what it prints goes to @output, or nowhere.
 * Ctrl-C in a terminal reaches us alone, and we end it.
 */
static gboolean
run_program (const char *const *argv, const char *output, GCancellable *cancellable, GError **error)
{
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      output != NULL ? G_SUBPROCESS_FLAGS_NONE
                     : G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr(GSubprocess) process = NULL;
  g_autofree char *name = g_path_get_basename (argv[0]);

  if (output != NULL)
    g_subprocess_launcher_set_stdout_file_path (launcher, output);
  g_subprocess_launcher_set_child_setup (launcher, lead_session_cb, NULL, NULL);
  process = g_subprocess_launcher_spawnv (launcher, argv, NULL);
  if (process == NULL)
    {
      g_set_error (error, IC_ERROR, IC_ERROR_UNSUPPORTED, "%s is not installed", name);
      return FALSE;
    }
  if (g_subprocess_wait_check (process, cancellable, NULL))
    return TRUE;
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    {
      g_subprocess_force_exit (process);
      g_subprocess_wait (process, NULL, NULL);
      return FALSE;
    }
  g_set_error (error, IC_ERROR, IC_ERROR_WRITE_FAILED, "%s failed", name);
  return FALSE;
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Sorted, so that the archive answers in the same order everywhere. */
static GPtrArray *
list_objects (const char *archive, GError **error)
{
  g_autoptr(GDir) dir = g_dir_open (archive, 0, error);
  g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  const char *name = NULL;

  if (dir == NULL)
    return NULL;
  while ((name = g_dir_read_name (dir)) != NULL)
    if (!g_str_has_prefix (name, "index"))
      g_ptr_array_add (paths, g_build_filename (archive, name, NULL));
  g_ptr_array_sort (paths, compare_names);
  return g_steal_pointer (&paths);
}

static gboolean
index_archive (const char *archive, GCancellable *cancellable, GError **error)
{
  g_autofree char *index = g_build_filename (archive, "index.dat", NULL);
  g_autoptr(GPtrArray) paths = NULL;
  g_autoptr(GPtrArray) argv = g_ptr_array_new ();

  g_unlink (index);
  paths = list_objects (archive, error);
  if (paths == NULL)
    return FALSE;
  g_ptr_array_add (argv, (char *) "dcmqridx");
  g_ptr_array_add (argv, (char *) archive);
  g_ptr_array_extend (argv, paths, NULL, NULL);
  g_ptr_array_add (argv, NULL);
  return run_program ((const char *const *) argv->pdata, NULL, cancellable, error);
}

static gboolean
make_archive (const char *directory, const char *archive, GCancellable *cancellable, GError **error)
{
  g_autofree char *program = ic_program_dup_path ("courier-phantom");
  g_autofree char *profile = g_build_filename (directory, "association.cfg", NULL);
  const char *objects_argv[] = { program, archive, NULL };
  const char *profile_argv[] = { program, "--association-profile", NULL };

  return run_program (objects_argv, NULL, cancellable, error) &&
         run_program (profile_argv, profile, cancellable, error) &&
         index_archive (archive, cancellable, error);
}

/* What was begun and nobody can use. An archive that held something before is kept: it may be what
 * somebody sent to it.
 */
static void
remove_archive (const char *directory, const char *archive)
{
  g_autoptr(GDir) dir = g_dir_open (archive, 0, NULL);
  g_autofree char *profile = g_build_filename (directory, "association.cfg", NULL);
  const char *name = NULL;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (archive, name, NULL);

      g_unlink (path);
    }
  g_rmdir (archive);
  g_unlink (profile);
}

static gboolean
is_new_archive (const char *archive)
{
  g_autoptr(GPtrArray) paths = list_objects (archive, NULL);

  return paths != NULL && paths->len == 0;
}

/* The index holds absolute names, so an archive that was moved is made anew, too. */
static gboolean
ensure_archive (const char *directory,
                const char *archive,
                GCancellable *cancellable,
                GError **error)
{
  g_autofree char *path = g_build_filename (directory, "ready", NULL);
  g_autofree char *wanted = g_strdup_printf ("%s %s\n", ARCHIVE_VERSION, archive);
  g_autofree char *found = NULL;
  gboolean is_new = is_new_archive (archive);

  if (g_file_get_contents (path, &found, NULL, NULL) && g_str_equal (found, wanted))
    return TRUE;
  if (make_archive (directory, archive, cancellable, error))
    return g_file_set_contents (path, wanted, -1, error);
  if (is_new)
    remove_archive (directory, archive);
  return FALSE;
}

static gboolean
write_config (const char *directory, const char *archive, guint16 port, GError **error)
{
  g_autofree char *path = g_build_filename (directory, "dcmqrscp.cfg", NULL);
  g_autofree char *text = g_strdup_printf ("NetworkTCPPort = %u\n"
                                           "MaxPDUSize = 131072\n"
                                           "MaxAssociations = 64\n"
                                           "HostTable BEGIN\nHostTable END\n"
                                           "VendorTable BEGIN\nVendorTable END\n"
                                           "AETable BEGIN\n" IC_PRACTICE_AET
                                           " \"%s\" RW (%d, 1024mb) ANY\nAETable END\n",
                                           port, archive, MAX_STUDIES);

  return g_file_set_contents (path, text, -1, error);
}

/* @wanted, or any port when that is 0; 0 when it is taken. */
static guint16
find_free_port (guint16 wanted)
{
  g_autoptr(GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr(GSocketAddress) address = g_inet_socket_address_new (loopback, wanted);
  g_autoptr(GSocketAddress) bound = NULL;
  g_autoptr(GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
                                             G_SOCKET_PROTOCOL_TCP, NULL);

  if (socket == NULL || !g_socket_bind (socket, address, TRUE, NULL))
    return 0;
  bound = g_socket_get_local_address (socket, NULL);
  return bound != NULL ? g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)) : 0;
}

/* GLib forks twice here, so the archive belongs to init and leaves us no zombie. */
static gboolean
spawn_server (const char *directory, GPid *pid, GError **error)
{
  g_autofree char *config = g_build_filename (directory, "dcmqrscp.cfg", NULL);
  g_autofree char *profile = g_build_filename (directory, "association.cfg", NULL);
  g_autofree char *log = g_build_filename (directory, "dcmqrscp.log", NULL);
  g_autofree char *loopback = ic_program_dup_path ("courier-loopback.so");
  g_auto(GStrv) environment = g_environ_setenv (g_get_environ (), "LD_PRELOAD", loopback, TRUE);
  const char *argv[] = { "dcmqrscp", "-ll",   "warn",    "-c",     config,
                         "-xf",      profile, "Archive", "Sender", NULL };
  int fd = open (log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  gboolean spawned = FALSE;

  if (fd < 0)
    return ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, errno, "cannot open the practice log");
  spawned = g_spawn_async_with_pipes_and_fds (directory, argv, (const char *const *) environment,
                                              G_SPAWN_SEARCH_PATH, lead_session_cb, NULL, -1, fd,
                                              fd, NULL, NULL, 0, pid, NULL, NULL, NULL, NULL);
  close (fd);
  if (spawned)
    return TRUE;
  g_set_error_literal (error, IC_ERROR, IC_ERROR_UNSUPPORTED, "dcmqrscp is not installed");
  return FALSE;
}

static gboolean
answers_echo (guint16 port, GCancellable *cancellable)
{
  g_autofree char *text = g_strdup_printf ("%u", port);
  const char *argv[] = { "echoscu", "-q",   "-to",           "2",         "-ta", "2", "-td",
                         "2",       "-aec", IC_PRACTICE_AET, "127.0.0.1", text,  NULL };

  return run_program (argv, NULL, cancellable, NULL);
}

/* Looks for a listening socket (state 0A) on @port with another address than 127.0.0.1. */
static gboolean
listens_elsewhere (guint16 port)
{
  g_autofree char *table = NULL;
  g_auto(GStrv) lines = NULL;

  if (!g_file_get_contents ("/proc/net/tcp", &table, NULL, NULL))
    return TRUE;
  lines = g_strsplit (table, "\n", -1);
  for (guint i = 1; lines[i] != NULL; i++)
    {
      guint address = 0, local_port = 0, state = 0;

      if (sscanf (lines[i], " %*d: %8X:%4X %*8X:%*4X %2X", &address, &local_port, &state) == 3 &&
          state == 0x0a && local_port == port && address != g_htonl (INADDR_LOOPBACK))
        return TRUE;
    }
  return FALSE;
}

static gboolean
wait_until_gone (const State *state, guint timeout_ms)
{
  gint64 deadline = g_get_monotonic_time () + timeout_ms * G_TIME_SPAN_MILLISECOND;

  while (is_alive (state))
    {
      if (g_get_monotonic_time () > deadline)
        return FALSE;
      g_usleep (POLL_MS * G_TIME_SPAN_MILLISECOND);
    }
  return TRUE;
}

/* The archive leads its own session: its group is itself and the associations it serves. */
static gboolean
end_server (const State *state)
{
  if (!is_alive (state))
    return TRUE;
  kill (-state->pid, SIGTERM);
  if (wait_until_gone (state, STOP_TIMEOUT_MS))
    return TRUE;
  kill (-state->pid, SIGKILL);
  return wait_until_gone (state, STOP_TIMEOUT_MS);
}

/* The name in proc is ours until dcmqrscp has been executed. */
static gboolean
wait_until_executed (State *state)
{
  gint64 deadline = g_get_monotonic_time () + G_TIME_SPAN_SECOND;

  while (!read_start_time (state->pid, &state->start_time))
    {
      if (g_get_monotonic_time () > deadline)
        return FALSE;
      g_usleep (G_TIME_SPAN_MILLISECOND);
    }
  return TRUE;
}

static gboolean
wait_until_answers (State *state, GCancellable *cancellable, GError **error)
{
  gint64 deadline = g_get_monotonic_time () + ANSWER_TIMEOUT_MS * G_TIME_SPAN_MILLISECOND;

  while (wait_until_executed (state) && g_get_monotonic_time () < deadline)
    {
      if (answers_echo (state->port, cancellable) && is_alive (state))
        return TRUE;
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      g_usleep (POLL_MS * G_TIME_SPAN_MILLISECOND);
    }
  g_set_error_literal (error, IC_ERROR, IC_ERROR_TIMED_OUT, "the practice archive does not answer");
  return FALSE;
}

static gboolean
launch_on_port (const char *directory,
                const char *archive,
                State *state,
                GCancellable *cancellable,
                GError **error)
{
  if (!write_config (directory, archive, state->port, error) ||
      !spawn_server (directory, &state->pid, error))
    return FALSE;
  if (!wait_until_answers (state, cancellable, error))
    {
      end_server (state);
      return FALSE;
    }
  if (!listens_elsewhere (state->port))
    return save_state (directory, state, error);
  end_server (state);
  g_set_error_literal (error, IC_ERROR, IC_ERROR_UNSUPPORTED,
                       "cannot confine dcmqrscp to this machine");
  return FALSE;
}

static gboolean
launch (const char *directory,
        const char *archive,
        State *state,
        GCancellable *cancellable,
        GError **error)
{
  g_autoptr(GError) last = NULL;

  for (int i = 0; i < ATTEMPTS; i++)
    {
      g_clear_error (&last);
      state->port = i == 0 ? find_free_port (IC_PRACTICE_PORT) : 0;
      if (state->port == 0)
        state->port = find_free_port (0);
      if (launch_on_port (directory, archive, state, cancellable, &last))
        return TRUE;
      if (!g_error_matches (last, IC_ERROR, IC_ERROR_TIMED_OUT))
        break;
    }
  g_propagate_error (error, g_steal_pointer (&last));
  return FALSE;
}

static gboolean
refuse_running (const char *directory, guint16 *port, GError **error)
{
  State state = { 0 };

  if (!load_state (directory, &state) || !is_alive (&state))
    return FALSE;
  *port = state.port;
  g_set_error (error, IC_ERROR, IC_ERROR_CONFLICT, "the practice archive runs already on port %u",
               state.port);
  return TRUE;
}

gboolean
ic_practice_start (const char *directory, guint16 *port, GCancellable *cancellable, GError **error)
{
  g_autofree char *absolute = g_canonicalize_filename (directory, NULL);
  g_autofree char *archive = g_build_filename (absolute, "archive", NULL);
  __attribute__ ((cleanup (close_lock))) int lock = -1;
  State state = { 0 };

  if (g_mkdir_with_parents (archive, 0770) != 0)
    return ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, errno,
                               "cannot make the practice directory");
  lock = take_lock (absolute, error);
  if (lock < 0 || refuse_running (absolute, port, error) ||
      !ensure_archive (absolute, archive, cancellable, error) ||
      !launch (absolute, archive, &state, cancellable, error))
    return FALSE;
  *port = state.port;
  return TRUE;
}

gboolean
ic_practice_is_running (const char *directory, guint16 *port)
{
  State state = { 0 };

  if (!load_state (directory, &state) || !is_alive (&state))
    return FALSE;
  if (port != NULL)
    *port = state.port;
  return TRUE;
}

gboolean
ic_practice_stop (const char *directory, GError **error)
{
  __attribute__ ((cleanup (close_lock))) int lock = -1;
  State state = { 0 };

  if (!load_state (directory, &state))
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_NOT_FOUND,
                           "the practice archive does not run");
      return FALSE;
    }
  lock = take_lock (directory, error);
  if (lock < 0)
    return FALSE;
  if (!is_alive (&state))
    {
      remove_state (directory);
      g_set_error_literal (error, IC_ERROR, IC_ERROR_NOT_FOUND,
                           "the practice archive does not run");
      return FALSE;
    }
  if (!end_server (&state))
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_TIMED_OUT,
                           "the practice archive does not end");
      return FALSE;
    }
  remove_state (directory);
  return TRUE;
}
