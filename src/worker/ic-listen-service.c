/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ic-listen-service"

#include "worker/ic-listen-service.h"

#include "core/ic-error.h"
#include "wire/ic-wire-descriptors.h"
#include "worker/ic-listen-registry.h"
#include "worker/ic-listen-report.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define TELL_FILES_MS 20
#define TELL_REFUSALS_S 15
#define ACCEPT_AGAIN_US (100 * 1000)
#define PREFIX_MAX 16

/* A client is its skeleton. They live as long as the process: a thread may still hold one. */
static struct
{
  IcListenRegistry *registry;
  IcListenReports *reports;
  GList *clients;        /* of IcWireListen, the oldest first; main thread only */
  GVariant *credentials; /* as Secure had them, or NULL until then; main thread only */
  IcAcceptTls *tls;      /* made of them before the door opens, NULL for none */
  gboolean is_open;
} state;

static const char *const reasons[] = {
  [IC_ADMISSION_CALLED_AET] = "called-aet",
  [IC_ADMISSION_CALLING_AET] = "calling-aet",
  [IC_ADMISSION_ADDRESS] = "address",
  [IC_ADMISSION_FULL] = "full",
};

/* Telling the clients, on the main thread */

static void
tell_refusals (IcWireListen *client, gboolean all)
{
  g_autoptr(GPtrArray) refusals = ic_listen_registry_take_refusals (state.registry, all);

  for (guint i = 0; i < refusals->len; i++)
    {
      const IcListenRefusal *refusal = refusals->pdata[i];

      ic_wire_listen_emit_refused (client, refusal->reason, refusal->address,
                                   refusal->called != NULL ? refusal->called : "",
                                   refusal->calling != NULL ? refusal->calling : "",
                                   refusal->detail != NULL ? refusal->detail : "", refusal->count);
    }
}

static gboolean
tell_refusals_cb (gpointer again)
{
  if (state.clients != NULL)
    tell_refusals (state.clients->data, FALSE);
  return again != NULL ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
tell_files (IcListenTarget *target)
{
  GVariant *files = ic_listen_target_take_files (target);

  if (files != NULL)
    ic_wire_listen_emit_received (ic_listen_target_get_client (target),
                                  ic_listen_target_get_message_id (target), files);
}

static gboolean
tell_files_cb (gpointer target)
{
  tell_files (target);
  return G_SOURCE_REMOVE;
}

static void
note_refusal (const char *reason, const IcPeer *peer)
{
  ic_listen_registry_note_refusal (state.registry, reason, peer, NULL);
  g_idle_add (tell_refusals_cb, NULL);
}

/* Associations, each on a thread of its own */

static IcAdmission
admit (const IcPeer *peer, gpointer user_data)
{
  const IcAdmission admission = ic_listen_registry_admit (state.registry, peer);

  if (admission != IC_ADMISSION_ACCEPT)
    note_refusal (reasons[admission], peer);
  return admission;
}

static gboolean
place (const IcPeer *peer, const IcStoreRequest *request, IcStorePlace *out, gpointer user_data)
{
  IcListenTarget *target = ic_listen_registry_route (state.registry, peer, request);

  if (target == NULL)
    {
      note_refusal ("unasked", peer);
      return FALSE;
    }
  ic_listen_target_begin (target, out);
  return TRUE;
}

static void
receiving (const IcStorePlace *at, gpointer user_data)
{
  ic_wire_listen_emit_receiving (ic_listen_target_get_client (at->token),
                                 ic_listen_target_get_message_id (at->token));
}

static void
tell_failure (IcListenTarget *target, const GError *error)
{
  g_autofree char *name = g_dbus_error_encode_gerror (error);

  ic_wire_listen_emit_failed (ic_listen_target_get_client (target),
                              ic_listen_target_get_message_id (target), name, error->message);
}

static void
stored (const IcStorePlace *at,
        const IcGetInstance *instance,
        const GError *error,
        gpointer user_data)
{
  IcListenTarget *target = at->token;

  if (ic_listen_target_end (target, instance))
    g_timeout_add_full (G_PRIORITY_DEFAULT, TELL_FILES_MS, tell_files_cb,
                        ic_listen_target_ref (target), (GDestroyNotify) ic_listen_target_unref);
  if (error != NULL)
    tell_failure (target, error);
  ic_listen_target_unref (target);
}

/* Whoever is connected can keep it: what was asked stands in the store that all share. */
static gboolean
tell_report_cb (gpointer unused)
{
  IcWireListen *client = state.clients != NULL ? state.clients->data : NULL;

  ic_listen_reports_tell (state.reports, client);
  return G_SOURCE_REMOVE;
}

static guint16
report (const IcPeer *peer, const IcCommitmentReport *content, gpointer user_data)
{
  const guint32 id = ic_listen_reports_add (state.reports, content);
  guint16 status = 0;

  g_idle_add (tell_report_cb, NULL);
  status = ic_listen_reports_wait (state.reports, id);
  if (status == IC_REPORT_UNKNOWN)
    note_refusal ("unknown-report", peer);
  return status;
}

static void
insecure (const IcPeer *peer, const char *reason, const char *sentence, gpointer user_data)
{
  ic_listen_registry_note_refusal (state.registry, reason, peer, sentence);
  g_idle_add (tell_refusals_cb, NULL);
}

typedef struct
{
  int fd;
  char address[INET_ADDRSTRLEN];
  IcListenArrival arrival;
} Visit;

static gpointer
serve_thread (gpointer data)
{
  static const IcAcceptSink sink = { admit, place, receiving, stored, insecure, report, NULL };
  static const IcAcceptLimits limits = IC_ACCEPT_LIMITS_INIT;
  g_autofree Visit *visit = data;
  const IcPeer stranger = { .address = visit->address };

  if (ic_accept_serve (visit->fd, state.tls, &limits, &sink) == IC_ACCEPT_FOREIGN)
    note_refusal ("foreign", &stranger);
  ic_listen_registry_leave (state.registry, visit->address, visit->arrival);
  return NULL;
}

static void
take_visit (int fd, const struct sockaddr_in *address)
{
  g_autofree Visit *visit = g_new0 (Visit, 1);
  const IcPeer peer = { .address = visit->address };
  g_autoptr(GThread) thread = NULL;

  visit->fd = fd;
  if (inet_ntop (AF_INET, &address->sin_addr, visit->address, sizeof visit->address) != NULL)
    visit->arrival = ic_listen_registry_arrive (state.registry, visit->address);
  if (visit->arrival == IC_LISTEN_TOO_MANY)
    {
      note_refusal ("full", &peer);
      close (fd);
      return;
    }
  thread = g_thread_try_new ("association", serve_thread, visit, NULL);
  if (thread != NULL)
    {
      g_steal_pointer (&visit);
      return;
    }
  ic_listen_registry_leave (state.registry, visit->address, visit->arrival);
  close (fd);
}

static gpointer
accept_thread (gpointer data)
{
  for (;;)
    {
      struct sockaddr_in address = { 0 };
      socklen_t size = sizeof address;
      int fd = accept4 (IC_WIRE_PORT_FD, (struct sockaddr *) &address, &size, SOCK_CLOEXEC);

      if (fd >= 0)
        take_visit (fd, &address);
      else if (errno != EINTR)
        g_usleep (ACCEPT_AGAIN_US);
    }
  return NULL;
}

/* What clients ask for, on the main thread */

static gboolean
describe_cb (IcWireListen *client, GDBusMethodInvocation *invocation)
{
  struct sockaddr_in address = { 0 };
  socklen_t size = sizeof address;

  getsockname (IC_WIRE_PORT_FD, (struct sockaddr *) &address, &size);
  ic_wire_listen_complete_describe (client, invocation, ntohs (address.sin_port));
  return TRUE;
}

/* NULL for an empty one. */
static GBytes *
get_contents (GVariant *bytes)
{
  return g_variant_get_size (bytes) > 0 ? g_variant_get_data_as_bytes (bytes) : NULL;
}

static gboolean
make_tls (GVariant *certificate, GVariant *key, GVariant *ca, GError **error)
{
  g_autoptr(GBytes) certificate_pem = get_contents (certificate);
  g_autoptr(GBytes) key_pem = get_contents (key);
  g_autoptr(GBytes) ca_pem = get_contents (ca);

  if (certificate_pem == NULL && key_pem == NULL && ca_pem == NULL)
    return TRUE;
  state.tls = ic_accept_tls_new (certificate_pem, key_pem, ca_pem, error);
  return state.tls != NULL;
}

static gboolean
secure_cb (IcWireListen *client,
           GDBusMethodInvocation *invocation,
           GVariant *certificate,
           GVariant *key,
           GVariant *ca)
{
  GVariant *credentials = g_dbus_method_invocation_get_parameters (invocation);
  g_autoptr(GError) error = NULL;

  if (state.credentials == NULL && make_tls (certificate, key, ca, &error))
    state.credentials = g_variant_ref (credentials);
  if (error != NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else if (!g_variant_equal (state.credentials, credentials))
    g_dbus_method_invocation_return_error_literal (invocation, IC_ERROR, IC_ERROR_BUSY,
                                                   "transfers that began before the settings or "
                                                   "certificates changed still wait with the old "
                                                   "ones");
  else
    ic_wire_listen_complete_secure (client, invocation);
  return TRUE;
}

/* Nobody is let in before we know whom to let in, and how. */
static void
open_door (void)
{
  g_autoptr(GThread) thread = NULL;

  if (state.is_open)
    return;
  thread = g_thread_try_new ("port", accept_thread, NULL, NULL);
  if (thread == NULL)
    _exit (EXIT_FAILURE);
  g_steal_pointer (&thread);
  g_timeout_add_seconds (TELL_REFUSALS_S, tell_refusals_cb, &state);
  state.is_open = TRUE;
}

static gboolean
set_known_cb (IcWireListen *client,
              GDBusMethodInvocation *invocation,
              const char *const *our_aets,
              GVariant *peers)
{
  ic_listen_registry_set_known (state.registry, client, our_aets, peers);
  if (state.credentials != NULL)
    {
      open_door ();
      ic_wire_listen_complete_set_known (client, invocation);
    }
  else
    g_dbus_method_invocation_return_error_literal (invocation, IC_ERROR, IC_ERROR_INTERNAL,
                                                   "how to secure connections was not said");
  return TRUE;
}

static gboolean
is_plain_prefix (const char *prefix)
{
  return strlen (prefix) <= PREFIX_MAX &&
         strspn (prefix, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen (prefix);
}

static gboolean
expect_cb (IcWireListen *client,
           GDBusMethodInvocation *invocation,
           GUnixFDList *fds,
           const char *originator,
           const char *peer_aet,
           const char *const *peer_addresses,
           const char *const *uids,
           const char *prefix,
           GVariant *folder)
{
  const int handle = g_variant_get_handle (folder);
  const gboolean has_folder =
      fds != NULL && handle >= 0 && handle < g_unix_fd_list_get_length (fds);
  IcListenOrder order = { originator, peer_aet, peer_addresses, uids, prefix, -1 };
  guint16 id = 0;

  if (has_folder && is_plain_prefix (prefix))
    order.folder_fd = g_unix_fd_list_get (fds, handle, NULL);
  if (order.folder_fd >= 0)
    id = ic_listen_registry_expect (state.registry, client, &order);
  if (id != 0)
    ic_wire_listen_complete_expect (client, invocation, NULL, id);
  else
    g_dbus_method_invocation_return_error_literal (invocation, IC_ERROR, IC_ERROR_INTERNAL,
                                                   "that cannot be waited for");
  return TRUE;
}

static gboolean
expect_also_cb (IcWireListen *client,
                GDBusMethodInvocation *invocation,
                guint16 message_id,
                const char *const *uids)
{
  if (ic_listen_registry_expect_also (state.registry, client, message_id, uids))
    ic_wire_listen_complete_expect_also (client, invocation);
  else
    g_dbus_method_invocation_return_error_literal (invocation, IC_ERROR, IC_ERROR_INTERNAL,
                                                   "nothing is waited for");
  return TRUE;
}

static gboolean
settle_cb (IcWireListen *client, GDBusMethodInvocation *invocation, guint16 message_id)
{
  g_autoptr(IcListenTarget) target = ic_listen_registry_find (state.registry, client, message_id);
  g_autofree char *trouble = ic_listen_registry_dup_trouble (state.registry, client, message_id);
  guint received = 0;
  guint under_way = 0;

  if (target != NULL)
    {
      /* Counted before told: what comes in between is told and not counted, never the reverse. */
      ic_listen_target_count (target, &received, &under_way);
      tell_files (target);
    }
  ic_wire_listen_complete_settle (client, invocation, received, under_way, trouble);
  return TRUE;
}

static gboolean
forget_cb (IcWireListen *client, GDBusMethodInvocation *invocation, guint16 message_id)
{
  ic_listen_registry_forget (state.registry, client, message_id);
  tell_refusals (client, TRUE);
  ic_wire_listen_complete_forget (client, invocation);
  return TRUE;
}

static gboolean
answer_report_cb (IcWireListen *client,
                  GDBusMethodInvocation *invocation,
                  guint32 id,
                  guint16 status)
{
  ic_listen_reports_answer (state.reports, id, status);
  ic_wire_listen_complete_answer_report (client, invocation);
  return TRUE;
}

static void
closed_cb (GDBusConnection *connection, gboolean by_peer, GError *error, IcWireListen *client)
{
  ic_listen_registry_drop_client (state.registry, client);
  state.clients = g_list_remove (state.clients, client);
  ic_listen_reports_take_back (state.reports, client);
  g_idle_add (tell_report_cb, NULL);
  g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (client));
  g_signal_handlers_disconnect_by_data (connection, client);
}

void
ic_listen_service_init (void)
{
  state.registry = ic_listen_registry_new ();
  state.reports = ic_listen_reports_new ();
}

gboolean
ic_listen_service_export (IcWorkerService *service, GDBusConnection *connection, GError **error)
{
  IcWireListen *client = ic_wire_listen_skeleton_new ();

  g_signal_connect (client, "handle-describe", G_CALLBACK (describe_cb), NULL);
  g_signal_connect (client, "handle-secure", G_CALLBACK (secure_cb), NULL);
  g_signal_connect (client, "handle-set-known", G_CALLBACK (set_known_cb), NULL);
  g_signal_connect (client, "handle-expect", G_CALLBACK (expect_cb), NULL);
  g_signal_connect (client, "handle-expect-also", G_CALLBACK (expect_also_cb), NULL);
  g_signal_connect (client, "handle-settle", G_CALLBACK (settle_cb), NULL);
  g_signal_connect (client, "handle-forget", G_CALLBACK (forget_cb), NULL);
  g_signal_connect (client, "handle-answer-report", G_CALLBACK (answer_report_cb), NULL);
  g_signal_connect (connection, "closed", G_CALLBACK (closed_cb), client);
  state.clients = g_list_append (state.clients, client);
  return ic_worker_service_export (G_DBUS_INTERFACE_SKELETON (client), connection, error);
}
