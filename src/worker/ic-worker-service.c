/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ic-worker-service"

#include "worker/ic-worker-service.h"

#include "core/ic-error.h"
#include "wire/ic-wire-descriptors.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#define OBJECT_PATH "/worker"
#define REPORT_INTERVAL_US (100 * 1000)
#define NOBODY_MS (30 * 1000)
#define STACK_SIZE (64 * 1024 * 1024) /* DCMTK's parser recurses */

struct _IcWorkerService
{
  GDBusConnection *connection;
  IcWireControl *control;
  GAsyncQueue *waiting; /* of IcWorkerJob, for the one thread that works */
  GHashTable *jobs;     /* job id → IcWorkerJob, waiting or running; main thread only */
  int landlock_abi;
};

struct _IcWorkerJob
{
  IcWorkerService *service;
  GDBusMethodInvocation *invocation;
  IcWorkerJobFunc func;
  GCancellable *cancellable;
  guint64 id;
  int *fds;
  int n_fds;
  gint64 last_report; /* monotonic time */
};

static void
job_free (IcWorkerJob *job)
{
  for (int i = 0; i < job->n_fds; i++)
    close (job->fds[i]);
  g_free (job->fds);
  g_object_unref (job->cancellable);
  g_free (job);
}

static gboolean
job_done_cb (gpointer data)
{
  IcWorkerJob *job = data;

  g_hash_table_remove (job->service->jobs, &job->id);
  return G_SOURCE_REMOVE;
}

static void
run_job (IcWorkerJob *job)
{
  g_autoptr(GUnixFDList) out_fds = NULL;
  g_autoptr(GError) error = NULL;
  GVariant *reply = NULL;

  if (!g_cancellable_set_error_if_cancelled (job->cancellable, &error))
    reply = job->func (job, &out_fds, &error);
  if (reply != NULL)
    g_dbus_method_invocation_return_value_with_unix_fd_list (job->invocation, reply, out_fds);
  else
    g_dbus_method_invocation_return_gerror (job->invocation, error);
  g_idle_add (job_done_cb, job);
}

static gpointer
work_thread (gpointer data)
{
  IcWorkerService *service = data;

  for (;;)
    run_job (g_async_queue_pop (service->waiting));
  return NULL;
}

static gboolean
hello_cb (IcWireControl *control, GDBusMethodInvocation *invocation, IcWorkerService *service)
{
  ic_wire_control_complete_hello (control, invocation, service->landlock_abi);
  return TRUE;
}

static gboolean
cancel_cb (IcWireControl *control,
           GDBusMethodInvocation *invocation,
           guint64 id,
           IcWorkerService *service)
{
  IcWorkerJob *job = g_hash_table_lookup (service->jobs, &id);

  if (job != NULL)
    g_cancellable_cancel (job->cancellable);
  ic_wire_control_complete_cancel (control, invocation);
  return TRUE;
}

/* Not g_main_loop_quit(): the other thread may be deep in a codec. */
static void
closed_cb (void)
{
  _exit (EXIT_SUCCESS);
}

static GDBusConnection *
connect_to_parent (const char *guid, GError **error)
{
  g_autoptr(GSocket) socket = g_socket_new_from_fd (IC_WIRE_SOCKET_FD, error);
  g_autoptr(GSocketConnection) stream = NULL;

  if (socket == NULL)
    return NULL;
  stream = g_socket_connection_factory_create_connection (socket);
  return g_dbus_connection_new_sync (G_IO_STREAM (stream), guid,
                                     G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_SERVER |
                                         G_DBUS_CONNECTION_FLAGS_DELAY_MESSAGE_PROCESSING,
                                     NULL, NULL, error);
}

gboolean
ic_worker_service_export (GDBusInterfaceSkeleton *skeleton,
                          GDBusConnection *connection,
                          GError **error)
{
  return g_dbus_interface_skeleton_export (skeleton, connection, OBJECT_PATH, error);
}

static gboolean
export_control (IcWorkerService *service, GError **error)
{
  service->control = ic_wire_control_skeleton_new ();
  g_signal_connect (service->control, "handle-hello", G_CALLBACK (hello_cb), service);
  g_signal_connect (service->control, "handle-cancel", G_CALLBACK (cancel_cb), service);
  return ic_worker_service_export (G_DBUS_INTERFACE_SKELETON (service->control),
                                   service->connection, error);
}

/* Not a GThread: those cannot be given a stack. */
static gboolean
start_thread (IcWorkerService *service, GError **error)
{
  pthread_attr_t attributes;
  pthread_t thread;
  int result = 0;

  pthread_attr_init (&attributes);
  pthread_attr_setstacksize (&attributes, STACK_SIZE);
  pthread_attr_setdetachstate (&attributes, PTHREAD_CREATE_DETACHED);
  result = pthread_create (&thread, &attributes, work_thread, service);
  pthread_attr_destroy (&attributes);
  if (result != 0)
    return ic_error_set_errno (error, IC_ERROR_INTERNAL, result, "failed to start a thread");
  return TRUE;
}

/* The order matters: the guid reads /dev/urandom, and the connection starts the first thread. */
gboolean
ic_worker_serve (const IcSandbox *sandbox, IcWorkerExport export, GError **error)
{
  IcWorkerService *service = g_new0 (IcWorkerService, 1);
  g_autoptr(GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autofree char *guid = g_dbus_generate_guid ();

  g_assert (IC_ERROR != 0); /* registers the names of the errors */
  service->landlock_abi = ic_sandbox_enter (sandbox, error);
  if (service->landlock_abi < 0)
    return FALSE;
  service->connection = connect_to_parent (guid, error);
  if (service->connection == NULL)
    return FALSE;
  service->waiting = g_async_queue_new ();
  service->jobs =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, (GDestroyNotify) job_free);
  if (!start_thread (service, error))
    return FALSE;
  g_signal_connect (service->connection, "closed", G_CALLBACK (closed_cb), NULL);
  if (!export_control (service, error) || !export(service, service->connection, error))
    return FALSE;
  g_dbus_connection_start_message_processing (service->connection);
  g_main_loop_run (loop);
  return TRUE;
}

/* What a shared worker has; its thread is the main one. */
static struct
{
  char *guid;
  int landlock_abi;
  IcWorkerExport export;
  guint n_clients;
} shared;

static void
client_closed_cb (GDBusConnection *connection,
                  gboolean by_peer,
                  GError *error,
                  IcWorkerService *service)
{
  if (--shared.n_clients == 0)
    _exit (EXIT_SUCCESS);
  g_signal_handlers_disconnect_by_data (connection, service);
  /* @service stays: a call that came before the end may still be on its way to it. */
  g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (service->control));
  g_clear_object (&service->connection);
}

static void
authenticated_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GDBusConnection) connection = g_dbus_connection_new_finish (result, NULL);
  IcWorkerService *service = NULL;

  if (connection == NULL)
    return;
  service = g_new0 (IcWorkerService, 1);
  service->landlock_abi = shared.landlock_abi;
  service->jobs = g_hash_table_new (g_int64_hash, g_int64_equal);
  service->connection = g_object_ref (connection);
  shared.n_clients++;
  /* After the interfaces of @export have heard of the end themselves. */
  if (!export_control (service, NULL) || !shared.export(service, connection, NULL))
    g_dbus_connection_close (connection, NULL, NULL, NULL);
  g_signal_connect_after (connection, "closed", G_CALLBACK (client_closed_cb), service);
  g_dbus_connection_start_message_processing (connection);
}

static gboolean
incoming_cb (GSocketService *listener, GSocketConnection *stream, GObject *source, gpointer data)
{
  g_dbus_connection_new (G_IO_STREAM (stream), shared.guid,
                         G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_SERVER |
                             G_DBUS_CONNECTION_FLAGS_DELAY_MESSAGE_PROCESSING,
                         NULL, NULL, authenticated_cb, NULL);
  return TRUE;
}

static gboolean
nobody_came_cb (gpointer data)
{
  if (shared.n_clients == 0)
    _exit (EXIT_SUCCESS);
  return G_SOURCE_REMOVE;
}

gboolean
ic_worker_serve_shared (const IcSandbox *sandbox, IcWorkerExport export, GError **error)
{
  g_autoptr(GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr(GSocketService) listener = NULL;
  g_autoptr(GSocket) socket = NULL;

  g_assert (IC_ERROR != 0);
  shared.guid = g_dbus_generate_guid ();
  shared.export = export;
  shared.landlock_abi = ic_sandbox_enter (sandbox, error);
  if (shared.landlock_abi < 0)
    return FALSE;
  socket = g_socket_new_from_fd (IC_WIRE_SOCKET_FD, error);
  listener = g_socket_service_new ();
  if (socket == NULL ||
      !g_socket_listener_add_socket (G_SOCKET_LISTENER (listener), socket, NULL, error))
    return FALSE;
  g_signal_connect (listener, "incoming", G_CALLBACK (incoming_cb), NULL);
  g_timeout_add (NOBODY_MS, nobody_came_cb, NULL);
  g_main_loop_run (loop);
  return TRUE;
}

gboolean
ic_worker_service_run (IcWorkerService *service,
                       GDBusMethodInvocation *invocation,
                       GUnixFDList *fds,
                       IcWorkerJobFunc func)
{
  IcWorkerJob *job = g_new0 (IcWorkerJob, 1);

  job->service = service;
  job->invocation = invocation;
  job->func = func;
  job->cancellable = g_cancellable_new ();
  job->last_report = g_get_monotonic_time ();
  job->fds = fds != NULL ? g_unix_fd_list_steal_fds (fds, &job->n_fds) : NULL;
  g_variant_get_child (g_dbus_method_invocation_get_parameters (invocation), 0, "t", &job->id);
  g_hash_table_insert (service->jobs, &job->id, job);
  g_async_queue_push (service->waiting, job);
  return TRUE;
}

IcWorkerService *
ic_worker_job_get_service (IcWorkerJob *job)
{
  return job->service;
}

GDBusConnection *
ic_worker_job_get_connection (IcWorkerJob *job)
{
  return job->service->connection;
}

guint64
ic_worker_job_get_id (IcWorkerJob *job)
{
  return job->id;
}

GVariant *
ic_worker_job_get_parameters (IcWorkerJob *job)
{
  return g_dbus_method_invocation_get_parameters (job->invocation);
}

GCancellable *
ic_worker_job_get_cancellable (IcWorkerJob *job)
{
  return job->cancellable;
}

int
ic_worker_job_get_fd (IcWorkerJob *job, gint32 handle, GError **error)
{
  if (handle >= 0 && handle < job->n_fds)
    return job->fds[handle];
  g_set_error_literal (error, IC_ERROR, IC_ERROR_INTERNAL, "no such descriptor");
  return -1;
}

void
ic_worker_job_report (IcWorkerJob *job, guint64 done, guint64 total)
{
  gint64 now = g_get_monotonic_time ();

  if (done < total && now - job->last_report < REPORT_INTERVAL_US)
    return;
  job->last_report = now;
  ic_wire_control_emit_progress (job->service->control, job->id, done, total);
}

void
ic_worker_job_set_interruptible (IcWorkerJob *job, gboolean interruptible)
{
  ic_wire_control_emit_interruptible (job->service->control, job->id, interruptible);
}
