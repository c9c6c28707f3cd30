/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/ic-net-client.h"

#include "core/ic-error.h"
#include "dicom/ic-pem.h"
#include "domain/ic-uid.h"
#include "wire/ic-worker.h"

#include <string.h>

#define SYSTEM_CA "/etc/ssl/certs/ca-certificates.crt"

#define VERIFICATION "1.2.840.10008.1.1"
#define FIND_PATIENT_ROOT "1.2.840.10008.5.1.4.1.2.1.1"
#define FIND_STUDY_ROOT "1.2.840.10008.5.1.4.1.2.2.1"
#define GET_STUDY_ROOT "1.2.840.10008.5.1.4.1.2.2.3"

#define MOVE_STUDY_ROOT "1.2.840.10008.5.1.4.1.2.2.2"

#define PATIENCE_MS (180 * 1000)
#define NEVER_MS G_MAXINT32

struct _IcNetClient
{
  IcWorker *worker;
  IcNode *node;
  char *calling_aet;
  GList *addresses; /* of GInetAddress, those still to be tried first */
  GBytes *tls_ca;
  GBytes *tls_cert;
  GBytes *tls_key;
  gboolean is_open;
  gboolean for_move; /* the node may be silent while others talk to us */
};

struct _IcNetOpening
{
  IcNetClient *client;
  IcWorkerCall *call;
};

static GList *
resolve (const char *host, GCancellable *cancellable, GError **error)
{
  g_autoptr(GResolver) resolver = g_resolver_get_default ();
  g_autoptr(GError) local_error = NULL;
  GList *addresses =
      g_resolver_lookup_by_name_with_flags (resolver, host, G_RESOLVER_NAME_LOOKUP_FLAGS_IPV4_ONLY,
                                            cancellable, &local_error);

  if (addresses != NULL)
    return addresses;
  if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error (error, g_steal_pointer (&local_error));
  else
    g_set_error (error, IC_ERROR, IC_ERROR_NODE_UNREACHABLE, "the host %s is unknown", host);
  return NULL;
}

static gboolean
load_certificates (IcNetClient *self, GError **error)
{
  if (!self->node->tls)
    return TRUE;
  return ic_pem_load (*self->node->tls_ca != '\0' ? self->node->tls_ca : SYSTEM_CA, &self->tls_ca,
                      error) &&
         ic_pem_load (self->node->tls_cert, &self->tls_cert, error) &&
         ic_pem_load (self->node->tls_key, &self->tls_key, error);
}

IcNetClient *
ic_net_client_new (IcNode *node,
                   const char *calling_aet,
                   int incoming_fd,
                   GCancellable *cancellable,
                   GError **error)
{
  const char *arguments[] = { "--net", incoming_fd >= 0 ? "--medium" : NULL, NULL };
  g_autoptr(IcNetClient) self = g_new0 (IcNetClient, 1);

  self->node = ic_node_ref (node);
  self->calling_aet = g_strdup (calling_aet);
  if (!load_certificates (self, error))
    return NULL;
  self->addresses = resolve (node->host, cancellable, error);
  if (self->addresses == NULL)
    return NULL;
  self->worker = ic_worker_spawn ("courier-dicom", arguments, incoming_fd, cancellable, error);
  if (self->worker == NULL)
    return NULL;
  /* The association has finite timeouts of its own; a slow node is not a stuck worker. */
  ic_worker_set_patience_ms (self->worker, PATIENCE_MS);
  return g_steal_pointer (&self);
}

void
ic_net_client_free (IcNetClient *self)
{
  if (self->worker != NULL)
    ic_net_client_release (self);
  g_clear_object (&self->worker);
  g_resolver_free_addresses (self->addresses);
  g_clear_pointer (&self->tls_ca, g_bytes_unref);
  g_clear_pointer (&self->tls_cert, g_bytes_unref);
  g_clear_pointer (&self->tls_key, g_bytes_unref);
  ic_node_unref (self->node);
  g_free (self->calling_aet);
  g_free (self);
}

IcNetClient *
ic_net_client_take (IcNetClient **spare,
                    IcNode *node,
                    const char *calling_aet,
                    GCancellable *cancellable,
                    GError **error)
{
  IcNetClient *client = g_steal_pointer (spare);

  return client != NULL ? client : ic_net_client_new (node, calling_aet, -1, cancellable, error);
}

void
ic_net_client_give (IcNetClient *self, IcNetClient **spare)
{
  ic_net_client_release (self);
  if (*spare == NULL)
    *spare = self;
  else
    ic_net_client_free (self);
}

static void
add_pem (GVariantDict *parameters, const char *key, GBytes *pem)
{
  if (pem != NULL)
    g_variant_dict_insert_value (parameters, key,
                                 g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, pem, TRUE));
}

static GVariant *
make_parameters (IcNetClient *self, GInetAddress *address, guint acse_ms)
{
  g_autofree char *text = g_inet_address_to_string (address);
  GVariantDict parameters;

  g_variant_dict_init (&parameters, NULL);
  g_variant_dict_insert (&parameters, "address", "s", text);
  g_variant_dict_insert (&parameters, "port", "q", self->node->port);
  g_variant_dict_insert (&parameters, "called", "s", self->node->aet);
  g_variant_dict_insert (&parameters, "calling", "s", self->calling_aet);
  if (acse_ms > 0)
    g_variant_dict_insert (&parameters, "acse-ms", "u", acse_ms);
  g_variant_dict_insert (&parameters, "tls", "b", self->node->tls);
  g_variant_dict_insert (&parameters, "host", "s", self->node->host);
  if (self->for_move)
    g_variant_dict_insert (&parameters, "dimse-ms", "u", NEVER_MS);
  add_pem (&parameters, "ca", self->tls_ca);
  add_pem (&parameters, "certificate", self->tls_cert);
  add_pem (&parameters, "key", self->tls_key);
  return g_variant_dict_end (&parameters);
}

static GVariant *
make_contexts (GArray *contexts)
{
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("a(sasb)"));
  for (guint i = 0; i < contexts->len; i++)
    {
      const IcPresentationContext *context = &g_array_index (contexts, IcPresentationContext, i);

      g_variant_builder_add (&list, "(s^asb)", context->abstract_syntax, context->transfer_syntaxes,
                             context->scp_role);
    }
  return g_variant_builder_end (&list);
}

static gboolean
open_at (IcNetClient *self,
         GInetAddress *address,
         GArray *contexts,
         GCancellable *cancellable,
         GError **error)
{
  IcWireNet *net = ic_worker_get_net (self->worker);
  g_autoptr(IcWorkerCall) call = ic_worker_call_new (self->worker, NULL);
  g_autoptr(GError) local_error = NULL;

  ic_wire_net_call_open (net, call->job, make_parameters (self, address, 0),
                         make_contexts (contexts), G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                         ic_worker_call_done_cb, call);
  ic_worker_call_wait (call, cancellable);
  ic_wire_net_call_open_finish (net, call->result, &local_error);
  return ic_worker_call_check (call, &local_error, error);
}

static gboolean
open_with (IcNetClient *self,
           GArray *contexts,
           gboolean for_move,
           GCancellable *cancellable,
           GError **error)
{
  g_autoptr(GError) local_error = NULL;

  ic_net_client_release (self);
  self->for_move = for_move;
  for (GList *next = self->addresses; next != NULL; next = next->next)
    {
      g_clear_error (&local_error);
      self->is_open = open_at (self, next->data, contexts, cancellable, &local_error);
      if (self->is_open)
        return TRUE;
      if (!g_error_matches (local_error, IC_ERROR, IC_ERROR_NODE_UNREACHABLE))
        break;
    }
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

gboolean
ic_net_client_open (IcNetClient *self, GArray *contexts, GCancellable *cancellable, GError **error)
{
  return open_with (self, contexts, FALSE, cancellable, error);
}

IcNetOpening *
ic_net_client_start_opening (IcNetClient *self, GArray *contexts, guint acse_ms)
{
  IcNetOpening *opening = g_new0 (IcNetOpening, 1);

  g_assert (!self->is_open);
  opening->client = self;
  opening->call = ic_worker_call_new (self->worker, NULL);
  ic_wire_net_call_open (ic_worker_get_net (self->worker), opening->call->job,
                         make_parameters (self, self->addresses->data, acse_ms),
                         make_contexts (contexts), G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                         ic_worker_call_done_cb, opening->call);
  return opening;
}

gboolean
ic_net_opening_is_done (IcNetOpening *self)
{
  return self->call->result != NULL;
}

gboolean
ic_net_opening_finish (IcNetOpening *self, GError **error)
{
  IcNetClient *client = self->client;
  g_autoptr(GError) local_error = NULL;

  if (self->call->result == NULL)
    ic_worker_kill (client->worker);
  ic_worker_call_wait (self->call, NULL);
  ic_wire_net_call_open_finish (ic_worker_get_net (client->worker), self->call->result,
                                &local_error);
  client->is_open = ic_worker_call_check (self->call, &local_error, error);
  ic_worker_call_free (self->call);
  g_free (self);
  return client->is_open;
}

static void
add_native_context (GArray *contexts, const char *abstract_syntax)
{
  const IcPresentationContext context = {
    .abstract_syntax = abstract_syntax,
    .transfer_syntaxes = ic_presentation_native_syntaxes (),
  };

  g_array_append_val (contexts, context);
}

gboolean
ic_net_client_open_for_query (IcNetClient *self, GCancellable *cancellable, GError **error)
{
  g_autoptr(GArray) contexts = g_array_new (FALSE, FALSE, sizeof (IcPresentationContext));

  add_native_context (contexts, VERIFICATION);
  add_native_context (contexts, FIND_STUDY_ROOT);
  add_native_context (contexts, FIND_PATIENT_ROOT);
  return ic_net_client_open (self, contexts, cancellable, error);
}

gboolean
ic_net_client_open_for_get (IcNetClient *self,
                            const IcPresentationPlan *plan,
                            GCancellable *cancellable,
                            GError **error)
{
  g_autoptr(GArray) contexts = g_array_new (FALSE, FALSE, sizeof (IcPresentationContext));

  add_native_context (contexts, GET_STUDY_ROOT);
  g_array_append_vals (contexts, plan->contexts->data, plan->contexts->len);
  return ic_net_client_open (self, contexts, cancellable, error);
}

gboolean
ic_net_client_open_for_move (IcNetClient *self, GCancellable *cancellable, GError **error)
{
  g_autoptr(GArray) contexts = g_array_new (FALSE, FALSE, sizeof (IcPresentationContext));

  add_native_context (contexts, MOVE_STUDY_ROOT);
  return open_with (self, contexts, TRUE, cancellable, error);
}

gboolean
ic_net_client_echo (IcNetClient *self, GCancellable *cancellable, GError **error)
{
  IcWireNet *net = ic_worker_get_net (self->worker);
  g_autoptr(IcWorkerCall) call = ic_worker_call_new (self->worker, NULL);
  g_autoptr(GError) local_error = NULL;

  ic_wire_net_call_echo (net, call->job, G_DBUS_CALL_FLAGS_NONE, -1, NULL, ic_worker_call_done_cb,
                         call);
  ic_worker_call_wait (call, cancellable);
  ic_wire_net_call_echo_finish (net, call->result, &local_error);
  return ic_worker_call_check (call, &local_error, error);
}

static GVariant *
make_keys (IcQuery *query)
{
  GVariantBuilder keys;

  g_variant_builder_init (&keys, G_VARIANT_TYPE ("a(us)"));
  for (guint key = 0; key < IC_N_QUERY_KEYS; key++)
    if (ic_query_get (query, key) != NULL)
      g_variant_builder_add (&keys, "(us)", key, ic_query_get (query, key));
  return g_variant_builder_end (&keys);
}

/* Who is told of the rows of one call. */
typedef struct
{
  guint64 job;
  IcWorker *worker;
  IcNetRowFunc func;
  gpointer user_data;
  guint heard; /* of rows, to compare with the reply */
} Rows;

/* Points @values into the bytes from @at; returns what follows, NULL when there is no whole row. */
static const char *
split_row (const char *at, const char *end, const char *values[IC_N_QUERY_KEYS + 1])
{
  values[IC_N_QUERY_KEYS] = NULL;
  for (guint key = 0; key < IC_N_QUERY_KEYS; key++)
    {
      const char *stop = at < end ? memchr (at, '\0', end - at) : NULL;

      /* A worker that read foreign bytes is not believed blindly either. */
      if (stop == NULL || !g_utf8_validate (at, stop - at, NULL))
        return NULL;
      values[key] = at;
      at = stop + 1;
    }
  return at;
}

static void
rows_cb (IcWireNet *net, guint64 job, GVariant *rows, gpointer data)
{
  Rows *listener = data;
  const char *values[IC_N_QUERY_KEYS + 1];
  const char *at = g_variant_get_data (rows);
  const char *end = at + g_variant_get_size (rows);

  ic_worker_touch (listener->worker);
  if (job != listener->job)
    return;
  for (at = split_row (at, end, values); at != NULL; at = split_row (at, end, values))
    {
      listener->heard++;
      listener->func (values, listener->user_data);
    }
}

/* The reply counts what the signals told; a row that got lost must not go unnoticed. */
static gboolean
check_rows (const Rows *listener, guint count, GError **error)
{
  if (listener->heard == count)
    return TRUE;
  g_set_error (error, IC_ERROR, IC_ERROR_INTERNAL, "%u answers were announced, %u arrived", count,
               listener->heard);
  return FALSE;
}

gboolean
ic_net_client_find (IcNetClient *self,
                    IcQuery *query,
                    guint max,
                    IcNetRowFunc func,
                    gpointer user_data,
                    gboolean *truncated,
                    GCancellable *cancellable,
                    GError **error)
{
  IcWireNet *net = ic_worker_get_net (self->worker);
  g_autoptr(IcWorkerCall) call = ic_worker_call_new (self->worker, NULL);
  g_autoptr(GError) local_error = NULL;
  Rows listener = { call->job, self->worker, func, user_data };
  gulong handler = g_signal_connect (net, "rows", G_CALLBACK (rows_cb), &listener);
  guint count = 0;

  ic_wire_net_call_find (net, call->job, ic_query_get_level (query),
                         ic_query_get_patient_root (query), make_keys (query), max,
                         G_DBUS_CALL_FLAGS_NONE, -1, NULL, ic_worker_call_done_cb, call);
  ic_worker_call_wait (call, cancellable);
  g_signal_handler_disconnect (net, handler);
  ic_wire_net_call_find_finish (net, &count, truncated, call->result, &local_error);
  return ic_worker_call_check (call, &local_error, error) && check_rows (&listener, count, error);
}

typedef struct
{
  IcWorkerCall *call;
  IcWorker *worker;
  IcNetFiles *files;
} Files;

static void
received_cb (IcWireNet *net, guint64 job, GVariant *files, gpointer data)
{
  Files *listener = data;

  ic_worker_touch (listener->worker);
  if (job != listener->call->job || ic_net_files_take (listener->files, files))
    return;
  if (listener->files->distrusted)
    ic_worker_kill (listener->worker);
  else
    ic_worker_call_cancel (listener->call);
}

static void
drop_bad_uids (char **uids)
{
  gsize kept = 0;

  for (gsize i = 0; uids != NULL && uids[i] != NULL; i++)
    if (ic_uid_is_valid (uids[i]))
      uids[kept++] = uids[i];
    else
      g_free (uids[i]);
  if (uids != NULL)
    uids[kept] = NULL;
}

gboolean
ic_net_client_get (IcNetClient *self,
                   IcQuery *query,
                   const char *prefix,
                   IcNetFileFunc func,
                   gpointer user_data,
                   IcNetGetResult *result,
                   IcProgress *progress,
                   GCancellable *cancellable,
                   GError **error)
{
  IcWireNet *net = ic_worker_get_net (self->worker);
  g_autoptr(IcWorkerCall) call = ic_worker_call_new (self->worker, progress);
  g_autoptr(GError) local_error = NULL;
  g_autoptr(GError) failure = NULL;
  g_autoptr(IcNetFiles) files = ic_net_files_new (prefix, func, user_data);
  Files listener = { call, self->worker, files };
  gulong handler = g_signal_connect (net, "received", G_CALLBACK (received_cb), &listener);
  g_autofree char *name = NULL;
  g_autofree char *message = NULL;
  gboolean ok = FALSE;

  ic_wire_net_call_get (net, call->job, ic_query_get_level (query),
                        ic_query_get_patient_root (query), make_keys (query), prefix,
                        G_DBUS_CALL_FLAGS_NONE, -1, NULL, ic_worker_call_done_cb, call);
  ic_worker_call_wait (call, cancellable);
  g_signal_handler_disconnect (net, handler);
  ic_wire_net_call_get_finish (net, &result->received, &result->completed, &result->failed,
                               &result->warning, &result->failed_uids, &name, &message,
                               call->result, &local_error);
  if (local_error == NULL && *name != '\0')
    local_error = g_dbus_error_new_for_dbus_error (name, message);
  drop_bad_uids (result->failed_uids);
  ok = ic_worker_call_check (call, &local_error, &failure);
  if (!ok && files->error == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  return ic_net_files_check (files, result->received, error);
}

gboolean
ic_net_client_move (IcNetClient *self,
                    IcQuery *query,
                    const char *destination,
                    guint16 message_id,
                    IcNetGetResult *result,
                    IcProgress *progress,
                    GCancellable *cancellable,
                    GError **error)
{
  IcWireNet *net = ic_worker_get_net (self->worker);
  g_autoptr(IcWorkerCall) call = ic_worker_call_new (self->worker, progress);
  g_autoptr(GError) local_error = NULL;
  g_autofree char *name = NULL;
  g_autofree char *message = NULL;

  ic_wire_net_call_move (net, call->job, ic_query_get_level (query),
                         ic_query_get_patient_root (query), make_keys (query), destination,
                         message_id, G_DBUS_CALL_FLAGS_NONE, -1, NULL, ic_worker_call_done_cb,
                         call);
  ic_worker_call_wait (call, cancellable);
  ic_wire_net_call_move_finish (net, &result->completed, &result->failed, &result->warning,
                                &result->failed_uids, &name, &message, call->result, &local_error);
  if (local_error == NULL && *name != '\0')
    local_error = g_dbus_error_new_for_dbus_error (name, message);
  drop_bad_uids (result->failed_uids);
  return ic_worker_call_check (call, &local_error, error);
}

void
ic_net_client_touch (IcNetClient *self)
{
  ic_worker_touch (self->worker);
}

gint64
ic_net_client_get_last_sign (IcNetClient *self)
{
  return ic_worker_get_last_sign (self->worker);
}

void
ic_net_get_result_clear (IcNetGetResult *result)
{
  g_clear_pointer (&result->failed_uids, g_strfreev);
}

void
ic_net_client_release (IcNetClient *self)
{
  g_autoptr(IcWorkerCall) call = NULL;

  if (!self->is_open)
    return;
  self->is_open = FALSE;
  call = ic_worker_call_new (self->worker, NULL);
  ic_wire_net_call_release (ic_worker_get_net (self->worker), call->job, G_DBUS_CALL_FLAGS_NONE, -1,
                            NULL, ic_worker_call_done_cb, call);
  ic_worker_call_wait (call, NULL);
}

IcWorker *
ic_net_client_get_worker (IcNetClient *self)
{
  return self->worker;
}
