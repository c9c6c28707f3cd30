/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ic-worker"

#include "wire/ic-worker.h"

#include "core/ic-error.h"
#include "core/ic-program.h"
#include "wire/ic-wire-descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define OBJECT_PATH "/worker"
#define DEFAULT_PATIENCE_MS 30000
#define DEFAULT_CANCEL_GRACE_MS 3000
#define WATCH_INTERVAL_MS 250
#define STOOD_STILL_MS (2 * WATCH_INTERVAL_MS)

static guint start_patience_ms = DEFAULT_PATIENCE_MS;

struct _IcWorker
{
  GObject parent_instance;

  GSubprocess *process; /* NULL when it is shared, and then there is */
  GSocket *socket;
  GDBusConnection *connection;
  IcWireControl *control;
  IcWireParse *parse;
  IcWireNet *net;
  IcWireListen *listen;
  IcWireDisc *disc;

  GHashTable *calls; /* job id (guint64 *) → IcWorkerCall, those in flight */
  guint64 last_job;

  GSource *watchdog;
  gint64 last_sign; /* monotonic time */
  gint64 last_tick; /* monotonic time of the watchdog's last look */
  guint patience_ms;
  guint cancel_grace_ms;
  gboolean stuck;
};

G_DEFINE_FINAL_TYPE (IcWorker, ic_worker, G_TYPE_OBJECT)

static void
stop_watching (IcWorker *self)
{
  if (self->watchdog != NULL)
    g_source_destroy (self->watchdog);
  g_clear_pointer (&self->watchdog, g_source_unref);
}

static void
ic_worker_dispose (GObject *object)
{
  IcWorker *self = IC_WORKER (object);

  stop_watching (self);
  ic_worker_kill (self);
  g_clear_object (&self->control);
  g_clear_object (&self->parse);
  g_clear_object (&self->net);
  g_clear_object (&self->listen);
  g_clear_object (&self->disc);
  g_clear_object (&self->connection);
  g_clear_object (&self->socket);
  g_clear_object (&self->process);
  g_clear_pointer (&self->calls, g_hash_table_unref);
  G_OBJECT_CLASS (ic_worker_parent_class)->dispose (object);
}

static void
ic_worker_class_init (IcWorkerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ic_worker_dispose;
}

static void
ic_worker_init (IcWorker *self)
{
  self->calls = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->patience_ms = start_patience_ms;
  self->cancel_grace_ms = DEFAULT_CANCEL_GRACE_MS;
}

/* Between fork and exec. Ctrl+C goes to all processes of a terminal's foreground group: it is for
 * the program alone, which then asks its workers to stop. And without a terminal of its own a
 * worker cannot type into the operator's. */
static void
leave_terminal_cb (gpointer data)
{
  setsid ();
}

static GSubprocess *
spawn (GSubprocessLauncher *launcher,
       const char *name,
       const char *const *arguments,
       GError **error)
{
  g_autoptr(GPtrArray) argv = g_ptr_array_new ();
  g_autofree char *program = ic_program_dup_path (name);
  GSubprocess *process = NULL;

  g_ptr_array_add (argv, program);
  for (gsize i = 0; arguments != NULL && arguments[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer) arguments[i]);
  g_ptr_array_add (argv, NULL);
  g_subprocess_launcher_set_child_setup (launcher, leave_terminal_cb, NULL, NULL);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv->pdata, error);
  /* While a launcher lives, so do its copies of our descriptors. */
  g_subprocess_launcher_close (launcher);
  if (process == NULL)
    g_prefix_error (error, "failed to start %s: ", name);
  return process;
}

static gboolean
start_process (IcWorker *self,
               const char *name,
               const char *const *arguments,
               int socket_fd,
               int medium_fd,
               GError **error)
{
  g_autoptr(GSubprocessLauncher) launcher =
                 g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE);

  /* take_fd() owns what it is given and closes it after the spawn. */
  g_subprocess_launcher_take_fd (launcher, socket_fd, IC_WIRE_SOCKET_FD);
  if (medium_fd >= 0)
    g_subprocess_launcher_take_fd (launcher, fcntl (medium_fd, F_DUPFD_CLOEXEC, 5),
                                   IC_WIRE_MEDIUM_FD);
  self->process = spawn (launcher, name, arguments, error);
  return self->process != NULL;
}

/* Killing closes the connection, and that ends every call in flight. */
static gboolean
watch_cb (gpointer data)
{
  IcWorker *self = data;
  const gint64 now = g_get_monotonic_time ();
  const gint64 asleep_ms = (now - self->last_tick) / 1000;
  gint64 silent_ms = 0;

  /* Signs of life wait unread when it was us who stood still (stopped, or in a long syncfs). */
  if (asleep_ms > STOOD_STILL_MS)
    ic_worker_touch (self);
  self->last_tick = now;
  silent_ms = (now - self->last_sign) / 1000;
  if (self->patience_ms == 0 || silent_ms < self->patience_ms)
    return G_SOURCE_CONTINUE;
  self->stuck = TRUE;
  ic_worker_kill (self);
  g_clear_pointer (&self->watchdog, g_source_unref);
  return G_SOURCE_REMOVE;
}

static void
start_watching (IcWorker *self)
{
  ic_worker_touch (self);
  if (self->watchdog != NULL)
    return;
  self->last_tick = self->last_sign;
  self->watchdog = g_timeout_source_new (WATCH_INTERVAL_MS);
  g_source_set_callback (self->watchdog, watch_cb, self, NULL);
  g_source_attach (self->watchdog, g_main_context_get_thread_default ());
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GAsyncResult **out = data;

  *out = g_object_ref (result);
}

static gboolean
connect_process (IcWorker *self, int socket_fd, GCancellable *cancellable, GError **error)
{
  g_autoptr(GSocket) socket = g_socket_new_from_fd (socket_fd, error);
  g_autoptr(GSocketConnection) stream = NULL;
  g_autoptr(GAsyncResult) result = NULL;

  if (socket == NULL)
    {
      close (socket_fd);
      return FALSE;
    }
  stream = g_socket_connection_factory_create_connection (socket);
  if (self->process == NULL)
    self->socket = g_object_ref (socket);
  /* Iterates, so that the watchdog ends a process that never answers. Without authentication no
   * descriptors pass. */
  start_watching (self);
  g_dbus_connection_new (G_IO_STREAM (stream), NULL, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT,
                         NULL, cancellable, connected_cb, &result);
  while (result == NULL)
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
  stop_watching (self);
  self->connection = g_dbus_connection_new_finish (result, error);
  return self->connection != NULL;
}

static void
progress_cb (IcWorker *self, guint64 job, guint64 done, guint64 total)
{
  IcWorkerCall *call = g_hash_table_lookup (self->calls, &job);

  ic_worker_touch (self);
  if (call != NULL)
    ic_progress_report (call->progress, done, total);
}

static void
interruptible_cb (IcWorker *self, guint64 job, gboolean interruptible)
{
  IcWorkerCall *call = g_hash_table_lookup (self->calls, &job);

  ic_worker_touch (self);
  if (call != NULL)
    ic_progress_set_interruptible (call->progress, interruptible);
}

static gpointer
configure_proxy (gpointer proxy)
{
  /* The watchdog judges by progress, not by the length of a call. */
  if (proxy != NULL)
    g_dbus_proxy_set_default_timeout (proxy, G_MAXINT);
  return proxy;
}

static gboolean
open_control (IcWorker *self, GError **error)
{
  self->control = configure_proxy (
      ic_wire_control_proxy_new_sync (self->connection, G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES,
                                      NULL, OBJECT_PATH, NULL, error));
  if (self->control == NULL)
    return FALSE;
  g_signal_connect_swapped (self->control, "progress", G_CALLBACK (progress_cb), self);
  g_signal_connect_swapped (self->control, "interruptible", G_CALLBACK (interruptible_cb), self);
  return TRUE;
}

static gboolean
say_hello (IcWorker *self, GCancellable *cancellable, GError **error)
{
  g_autoptr(IcWorkerCall) call = ic_worker_call_new (self, NULL);
  g_autoptr(GError) local_error = NULL;
  int abi = 0;

  ic_wire_control_call_hello (self->control, G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                              ic_worker_call_done_cb, call);
  ic_worker_call_wait (call, cancellable);
  ic_wire_control_call_hello_finish (self->control, &abi, call->result, &local_error);
  return ic_worker_call_check (call, &local_error, error);
}

IcWorker *
ic_worker_spawn (const char *name,
                 const char *const *arguments,
                 int medium_fd,
                 GCancellable *cancellable,
                 GError **error)
{
  g_autoptr(IcWorker) self = g_object_new (IC_TYPE_WORKER, NULL);
  g_autoptr(GError) local_error = NULL;
  int ends[2];

  /* For decoding the errors of the other side. */
  g_assert (IC_ERROR != 0);
  /* CLOEXEC: an end inherited by another child would hide a death. */
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
    {
      ic_error_set_errno (error, IC_ERROR_INTERNAL, errno, "failed to make a socket pair");
      return NULL;
    }
  if (!start_process (self, name, arguments, ends[1], medium_fd, error))
    {
      close (ends[0]);
      return NULL;
    }
  if (!connect_process (self, ends[0], cancellable, &local_error))
    {
      if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_propagate_error (error, g_steal_pointer (&local_error));
      else
        g_set_error (error, IC_ERROR, IC_ERROR_WORKER_DIED, "%s did not start", name);
      return NULL;
    }
  if (!open_control (self, error) || !say_hello (self, cancellable, error))
    return NULL;
  return g_steal_pointer (&self);
}

gboolean
ic_worker_launch (const char *name,
                  const char *const *arguments,
                  const int *fds,
                  guint n_fds,
                  GError **error)
{
  const GSubprocessFlags flags =
      G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE;
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (flags);
  g_autoptr(GSubprocess) process = NULL;

  for (guint i = 0; i < n_fds; i++)
    g_subprocess_launcher_take_fd (launcher, fcntl (fds[i], F_DUPFD_CLOEXEC, 3 + n_fds), 3 + i);
  g_subprocess_launcher_set_cwd (launcher, "/");
  process = spawn (launcher, name, arguments, error);
  return process != NULL;
}

IcWorker *
ic_worker_attach (int fd, GCancellable *cancellable, GError **error)
{
  g_autoptr(IcWorker) self = g_object_new (IC_TYPE_WORKER, NULL);

  g_assert (IC_ERROR != 0);
  if (!connect_process (self, fd, cancellable, error) || !open_control (self, error) ||
      !say_hello (self, cancellable, error))
    return NULL;
  return g_steal_pointer (&self);
}

IcWireParse *
ic_worker_get_parse (IcWorker *self)
{
  if (self->parse == NULL)
    self->parse = configure_proxy (
        ic_wire_parse_proxy_new_sync (self->connection, G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES,
                                      NULL, OBJECT_PATH, NULL, NULL));
  return self->parse;
}

IcWireNet *
ic_worker_get_net (IcWorker *self)
{
  if (self->net == NULL)
    self->net = configure_proxy (
        ic_wire_net_proxy_new_sync (self->connection, G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES,
                                    NULL, OBJECT_PATH, NULL, NULL));
  return self->net;
}

IcWireListen *
ic_worker_get_listen (IcWorker *self)
{
  if (self->listen == NULL)
    self->listen = configure_proxy (
        ic_wire_listen_proxy_new_sync (self->connection, G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES,
                                       NULL, OBJECT_PATH, NULL, NULL));
  return self->listen;
}

IcWireDisc *
ic_worker_get_disc (IcWorker *self)
{
  if (self->disc == NULL)
    self->disc = configure_proxy (
        ic_wire_disc_proxy_new_sync (self->connection, G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES,
                                     NULL, OBJECT_PATH, NULL, NULL));
  return self->disc;
}

const char *
ic_worker_get_pid (IcWorker *self)
{
  return g_subprocess_get_identifier (self->process);
}

void
ic_worker_set_start_patience_ms (guint patience_ms)
{
  start_patience_ms = patience_ms;
}

void
ic_worker_set_patience_ms (IcWorker *self, guint patience_ms)
{
  self->patience_ms = patience_ms;
}

void
ic_worker_set_cancel_grace_ms (IcWorker *self, guint cancel_grace_ms)
{
  self->cancel_grace_ms = cancel_grace_ms;
}

void
ic_worker_kill (IcWorker *self)
{
  if (self->process != NULL)
    g_subprocess_force_exit (self->process);
  else if (self->socket != NULL)
    g_socket_shutdown (self->socket, TRUE, TRUE, NULL);
}

void
ic_worker_touch (IcWorker *self)
{
  self->last_sign = g_get_monotonic_time ();
}

gint64
ic_worker_get_last_sign (IcWorker *self)
{
  return self->last_sign;
}

IcWorkerCall *
ic_worker_call_new (IcWorker *worker, IcProgress *progress)
{
  IcWorkerCall *self = g_new0 (IcWorkerCall, 1);

  self->worker = g_object_ref (worker);
  self->progress = ic_progress_ref (progress);
  self->job = ++worker->last_job;
  g_hash_table_insert (worker->calls, &self->job, self);
  start_watching (worker);
  return self;
}

void
ic_worker_call_free (IcWorkerCall *self)
{
  g_hash_table_remove (self->worker->calls, &self->job);
  if (g_hash_table_size (self->worker->calls) == 0)
    stop_watching (self->worker);
  g_clear_object (&self->result);
  ic_progress_unref (self->progress);
  g_object_unref (self->worker);
  g_free (self);
}

void
ic_worker_call_done_cb (GObject *source, GAsyncResult *result, gpointer call)
{
  IcWorkerCall *self = call;

  ic_worker_touch (self->worker);
  self->result = g_object_ref (result);
}

void
ic_worker_call_cancel (IcWorkerCall *self)
{
  ic_wire_control_call_cancel (self->worker->control, self->job, G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                               NULL, NULL);
}

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer data)
{
  ic_worker_call_cancel (data);
  return G_SOURCE_REMOVE;
}

static gboolean
grace_over_cb (gpointer data)
{
  IcWorkerCall *self = data;

  self->killed_by_cancel = TRUE;
  ic_worker_kill (self->worker);
  return G_SOURCE_REMOVE;
}

static GSource *
attach (GSource *source, GSourceFunc func, gpointer data)
{
  g_source_set_callback (source, func, data, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
  return source;
}

static void
drop_source (GSource *source)
{
  if (source == NULL)
    return;
  g_source_destroy (source);
  g_source_unref (source);
}

void
ic_worker_call_wait (IcWorkerCall *self, GCancellable *cancellable)
{
  const guint grace_ms = self->worker->cancel_grace_ms;
  GSource *cancel = NULL;
  GSource *grace = NULL;

  if (cancellable != NULL)
    cancel = attach (g_cancellable_source_new (cancellable), G_SOURCE_FUNC (cancelled_cb), self);
  while (self->result == NULL)
    {
      g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
      if (grace == NULL && grace_ms > 0 && g_cancellable_is_cancelled (cancellable))
        grace = attach (g_timeout_source_new (grace_ms), grace_over_cb, self);
    }
  drop_source (cancel);
  drop_source (grace);
}

static gboolean
means_death (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_DISCONNECTED);
}

/* What died of a signal keeps that as its reason; a stuck one is killed by us. */
static void
set_death_reason (IcWorker *self, GError **error)
{
  if (self->stuck)
    g_set_error_literal (error, IC_ERROR, IC_ERROR_WORKER_DIED, "the reader stopped answering");
  else if (self->process == NULL)
    g_set_error_literal (error, IC_ERROR, IC_ERROR_WORKER_DIED, "the listener stopped");
  else if (g_subprocess_get_if_signaled (self->process))
    g_set_error (error, IC_ERROR, IC_ERROR_WORKER_DIED, "the reader stopped: %s",
                 strsignal (g_subprocess_get_term_sig (self->process)));
  else
    g_set_error (error, IC_ERROR, IC_ERROR_WORKER_DIED, "the reader gave up with status %d",
                 g_subprocess_get_exit_status (self->process));
}

static void
bury (IcWorkerCall *call, GError **error)
{
  IcWorker *self = call->worker;

  ic_worker_kill (self);
  if (self->process != NULL)
    g_subprocess_wait (self->process, NULL, NULL);
  /* Who asked for it has not failed. */
  if (call->killed_by_cancel)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");
  else
    set_death_reason (self, error);
}

gboolean
ic_worker_call_check (IcWorkerCall *self, GError **local_error, GError **error)
{
  if (local_error == NULL || *local_error == NULL)
    return TRUE;
  if (means_death (*local_error))
    {
      g_clear_error (local_error);
      bury (self, error);
      return FALSE;
    }
  g_dbus_error_strip_remote_error (*local_error);
  g_propagate_error (error, g_steal_pointer (local_error));
  return FALSE;
}
