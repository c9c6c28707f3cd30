/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/ic-listener.h"

#include "core/ic-error.h"
#include "dicom/ic-send-client.h"
#include "wire/ic-worker.h"

#include <gio/gunixfdlist.h>

#define UIDS_AT_ONCE 8192 /* in a message: some 600 kB */

struct _IcListener
{
  IcWorker *worker;
  IcWireListen *proxy;
  GDBusConnection *connection;
  IcListenerHandlers handlers;
  IcNetFiles *files; /* of what is expected, or NULL */
  guint16 message_id;
  char *trouble; /* as of the last settle(), or NULL */
};

gboolean
ic_listener_launch (int meeting_fd, int incoming_fd, int port_fd, int lock_fd, GError **error)
{
  const char *arguments[] = { "--listen", NULL };
  const int fds[] = { meeting_fd, incoming_fd, port_fd, lock_fd };

  return ic_worker_launch ("courier-dicom", arguments, fds, G_N_ELEMENTS (fds), error);
}

static void
fail (IcListener *self, const GError *error)
{
  if (self->files != NULL && self->files->error == NULL)
    self->files->error = g_error_copy (error);
  self->handlers.failed (error, self->handlers.user_data);
}

static void
received_cb (IcListener *self, guint16 message_id, GVariant *files)
{
  ic_worker_touch (self->worker);
  if (self->files == NULL || message_id != self->message_id ||
      ic_net_files_take (self->files, files))
    return;
  if (self->files->distrusted)
    ic_worker_kill (self->worker);
  fail (self, self->files->error);
}

static void
receiving_cb (IcListener *self, guint16 message_id)
{
  ic_worker_touch (self->worker);
  if (message_id == self->message_id)
    self->handlers.receiving (self->handlers.user_data);
}

static void
failed_cb (IcListener *self, guint16 message_id, const char *name, const char *message)
{
  g_autoptr(GError) error = g_dbus_error_new_for_dbus_error (name, message);

  g_dbus_error_strip_remote_error (error);
  if (message_id == self->message_id)
    fail (self, error);
}

static void
refused_cb (IcListener *self,
            const char *reason,
            const char *address,
            const char *called,
            const char *calling,
            const char *detail,
            guint count)
{
  const IcListenerRefusal refusal = { reason, address, called, calling, detail, count };

  self->handlers.refused (&refusal, self->handlers.user_data);
}

static void
reported_cb (IcListener *self, guint32 report, const char *transaction_uid, GVariant *instances)
{
  g_autoptr(GArray) answers = ic_commitment_answers_read (instances);
  const guint16 status =
      self->handlers.reported (transaction_uid, answers, self->handlers.user_data);

  ic_wire_listen_call_answer_report (self->proxy, report, status, G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                                     NULL, NULL);
}

static void
closed_cb (IcListener *self)
{
  g_autoptr(GError) error =
                 g_error_new_literal (IC_ERROR, IC_ERROR_WORKER_DIED, "the listener stopped");

  fail (self, error);
}

IcListener *
ic_listener_attach (int fd,
                    const IcListenerHandlers *handlers,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autoptr(IcListener) self = g_new0 (IcListener, 1);

  self->handlers = *handlers;
  self->worker = ic_worker_attach (fd, cancellable, error);
  if (self->worker == NULL)
    return NULL;
  self->proxy = g_object_ref (ic_worker_get_listen (self->worker));
  self->connection = g_object_ref (g_dbus_proxy_get_connection (G_DBUS_PROXY (self->proxy)));
  g_signal_connect_swapped (self->proxy, "received", G_CALLBACK (received_cb), self);
  g_signal_connect_swapped (self->proxy, "receiving", G_CALLBACK (receiving_cb), self);
  g_signal_connect_swapped (self->proxy, "failed", G_CALLBACK (failed_cb), self);
  g_signal_connect_swapped (self->proxy, "refused", G_CALLBACK (refused_cb), self);
  g_signal_connect_swapped (self->proxy, "reported", G_CALLBACK (reported_cb), self);
  g_signal_connect_swapped (self->connection, "closed", G_CALLBACK (closed_cb), self);
  return g_steal_pointer (&self);
}

void
ic_listener_free (IcListener *self)
{
  if (self->proxy != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->proxy, self);
      g_signal_handlers_disconnect_by_data (self->connection, self);
    }
  g_clear_object (&self->proxy);
  g_clear_object (&self->connection);
  g_clear_object (&self->worker);
  g_clear_pointer (&self->files, ic_net_files_free);
  g_free (self->trouble);
  g_free (self);
}

guint16
ic_listener_ask_port (IcListener *self, GError **error)
{
  g_autoptr(IcWorkerCall) call = ic_worker_call_new (self->worker, NULL);
  g_autoptr(GError) local_error = NULL;
  guint16 port = 0;

  ic_wire_listen_call_describe (self->proxy, G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                                ic_worker_call_done_cb, call);
  ic_worker_call_wait (call, NULL);
  ic_wire_listen_call_describe_finish (self->proxy, &port, call->result, &local_error);
  return ic_worker_call_check (call, &local_error, error) ? port : 0;
}

static GVariant *
wrap_contents (GBytes *pem)
{
  return pem != NULL ? g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, pem, TRUE)
                     : g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, NULL, 0, 1);
}

gboolean
ic_listener_secure (IcListener *self, const IcListenerTls *tls, GError **error)
{
  g_autoptr(IcWorkerCall) call = ic_worker_call_new (self->worker, NULL);
  g_autoptr(GError) local_error = NULL;

  ic_wire_listen_call_secure (self->proxy, wrap_contents (tls->certificate),
                              wrap_contents (tls->key), wrap_contents (tls->ca),
                              G_DBUS_CALL_FLAGS_NONE, -1, NULL, ic_worker_call_done_cb, call);
  ic_worker_call_wait (call, NULL);
  ic_wire_listen_call_secure_finish (self->proxy, call->result, &local_error);
  return ic_worker_call_check (call, &local_error, error);
}

gboolean
ic_listener_set_known (IcListener *self,
                       const char *const *our_aets,
                       GVariant *peers,
                       GError **error)
{
  g_autoptr(IcWorkerCall) call = ic_worker_call_new (self->worker, NULL);
  g_autoptr(GError) local_error = NULL;

  ic_wire_listen_call_set_known (self->proxy, our_aets, peers, G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                                 ic_worker_call_done_cb, call);
  ic_worker_call_wait (call, NULL);
  ic_wire_listen_call_set_known_finish (self->proxy, call->result, &local_error);
  return ic_worker_call_check (call, &local_error, error);
}

/* The next of @uids, which moves on. */
static void
take_uids (const char *const **uids, const char *some[UIDS_AT_ONCE + 1])
{
  guint n = 0;

  while (n < UIDS_AT_ONCE && *uids != NULL && **uids != NULL)
    some[n++] = *(*uids)++;
  some[n] = NULL;
}

static gboolean
call_expect (IcListener *self,
             const IcListenerOrder *order,
             const char *const *uids,
             GError **error)
{
  g_autoptr(IcWorkerCall) call = NULL;
  g_autoptr(GUnixFDList) fds = g_unix_fd_list_new ();
  g_autoptr(GError) local_error = NULL;
  const int handle = g_unix_fd_list_append (fds, order->folder_fd, error);

  if (handle < 0)
    return FALSE;
  call = ic_worker_call_new (self->worker, NULL);
  ic_wire_listen_call_expect (self->proxy, order->originator, order->node->aet, order->addresses,
                              uids, order->prefix, g_variant_new_handle (handle),
                              G_DBUS_CALL_FLAGS_NONE, -1, fds, NULL, ic_worker_call_done_cb, call);
  ic_worker_call_wait (call, NULL);
  ic_wire_listen_call_expect_finish (self->proxy, &self->message_id, NULL, call->result,
                                     &local_error);
  return ic_worker_call_check (call, &local_error, error);
}

static gboolean
call_expect_also (IcListener *self, const char *const *uids, GError **error)
{
  g_autoptr(IcWorkerCall) call = ic_worker_call_new (self->worker, NULL);
  g_autoptr(GError) local_error = NULL;

  ic_wire_listen_call_expect_also (self->proxy, self->message_id, uids, G_DBUS_CALL_FLAGS_NONE, -1,
                                   NULL, ic_worker_call_done_cb, call);
  ic_worker_call_wait (call, NULL);
  ic_wire_listen_call_expect_also_finish (self->proxy, call->result, &local_error);
  return ic_worker_call_check (call, &local_error, error);
}

guint16
ic_listener_expect (IcListener *self, const IcListenerOrder *order, GError **error)
{
  const char *const *rest = order->uids;
  const char *some[UIDS_AT_ONCE + 1] = { NULL };

  g_clear_pointer (&self->files, ic_net_files_free);
  self->files = ic_net_files_new (order->prefix, self->handlers.file, self->handlers.user_data);
  take_uids (&rest, some);
  if (!call_expect (self, order, some, error))
    return 0;
  for (take_uids (&rest, some); some[0] != NULL; take_uids (&rest, some))
    if (!call_expect_also (self, some, error))
      return 0;
  return self->message_id;
}

/* More may have been heard than was counted then; less means that something got lost. */
static gboolean
check_heard (IcListener *self, guint received, GError **error)
{
  return self->files == NULL ||
         ic_net_files_check (self->files, MAX (received, self->files->heard), error);
}

gboolean
ic_listener_settle (IcListener *self, guint *under_way, GError **error)
{
  g_autoptr(IcWorkerCall) call = ic_worker_call_new (self->worker, NULL);
  g_autoptr(GError) local_error = NULL;
  guint received = 0;

  ic_wire_listen_call_settle (self->proxy, self->message_id, G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                              ic_worker_call_done_cb, call);
  ic_worker_call_wait (call, NULL);
  g_clear_pointer (&self->trouble, g_free);
  ic_wire_listen_call_settle_finish (self->proxy, &received, under_way, &self->trouble,
                                     call->result, &local_error);
  return ic_worker_call_check (call, &local_error, error) && check_heard (self, received, error);
}

const char *
ic_listener_get_trouble (IcListener *self)
{
  return self->trouble != NULL ? self->trouble : "";
}

void
ic_listener_forget (IcListener *self)
{
  g_autoptr(IcWorkerCall) call = ic_worker_call_new (self->worker, NULL);

  ic_wire_listen_call_forget (self->proxy, self->message_id, G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                              ic_worker_call_done_cb, call);
  ic_worker_call_wait (call, NULL);
  self->message_id = 0;
  g_clear_pointer (&self->files, ic_net_files_free);
}

/* Names are looked up all at once */

typedef struct
{
  GVariantBuilder *peers;
  GCancellable *cancellable;
  guint waiting;
} LookUp;

typedef struct
{
  LookUp *look_up;
  IcNode *node;
} Question;

static void
found_cb (GObject *resolver, GAsyncResult *result, gpointer data)
{
  g_autofree Question *question = data;
  GList *addresses =
      g_resolver_lookup_by_name_with_flags_finish (G_RESOLVER (resolver), result, NULL);

  for (GList *next = addresses; next != NULL; next = next->next)
    {
      g_autofree char *text = g_inet_address_to_string (next->data);

      g_variant_builder_add (question->look_up->peers, "(ss)", question->node->aet, text);
    }
  g_resolver_free_addresses (addresses);
  question->look_up->waiting--;
}

static gboolean
too_late_cb (gpointer data)
{
  g_cancellable_cancel (data);
  return G_SOURCE_CONTINUE;
}

static void
ask (GResolver *resolver, IcNode *node, LookUp *look_up)
{
  Question *question = g_new0 (Question, 1);

  question->look_up = look_up;
  question->node = node;
  look_up->waiting++;
  g_resolver_lookup_by_name_with_flags_async (resolver, node->host,
                                              G_RESOLVER_NAME_LOOKUP_FLAGS_IPV4_ONLY,
                                              look_up->cancellable, found_cb, question);
}

GVariant *
ic_listener_resolve (GPtrArray *nodes, guint timeout_ms)
{
  g_autoptr(GResolver) resolver = g_resolver_get_default ();
  g_autoptr(GVariantBuilder) peers = g_variant_builder_new (G_VARIANT_TYPE ("a(ss)"));
  g_autoptr(GCancellable) late = g_cancellable_new ();
  g_autoptr(GSource) timer = g_timeout_source_new (timeout_ms);
  LookUp look_up = { peers, late, 0 };

  g_source_set_callback (timer, too_late_cb, late, NULL);
  g_source_attach (timer, g_main_context_get_thread_default ());
  for (guint i = 0; i < nodes->len; i++)
    ask (resolver, nodes->pdata[i], &look_up);
  while (look_up.waiting > 0)
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
  g_source_destroy (timer);
  return g_variant_builder_end (peers);
}
