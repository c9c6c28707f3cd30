/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/ic-net-service.h"

#include "core/ic-error.h"
#include "dicom/shim/ic-shim-find.h"
#include "dicom/shim/ic-shim-move.h"
#include "wire/ic-wire-descriptors.h"
#include "worker/ic-send-service.h"

#include <string.h>

#define ROWS_MAX 100 /* in one signal */
#define FILES_MAX 64 /* in one signal: the size of a group commit */
#define HAND_ON_US (20 * 1000)
#define FILES_US (250 * 1000)

/* A process has one association; jobs run one after another. */
static struct
{
  IcWireNet *skeleton;
  IcAssociation *association;
  GCancellable *cancellable; /* of the association, for as long as it lives */
} state;

/* Ties the cancellable of one job to the one the association looks at. */
typedef struct
{
  GCancellable *job;
  gulong handler;
} Tie;

static void
forward_cancel_cb (GCancellable *job, gpointer association)
{
  g_cancellable_cancel (association);
}

static void
tie (Tie *self, IcWorkerJob *job)
{
  self->job = ic_worker_job_get_cancellable (job);
  self->handler =
      g_cancellable_connect (self->job, G_CALLBACK (forward_cancel_cb), state.cancellable, NULL);
}

static void
untie (Tie *self)
{
  g_cancellable_disconnect (self->job, self->handler);
}

static void
drop_association (void)
{
  g_clear_pointer (&state.association, ic_association_abort);
  g_clear_object (&state.cancellable);
}

static gboolean
require_association (GError **error)
{
  if (state.association != NULL)
    return TRUE;
  g_set_error_literal (error, IC_ERROR, IC_ERROR_INTERNAL, "no association is open");
  return FALSE;
}

GVariant *
ic_net_service_run_verb (IcWorkerJob *job, IcNetVerb verb, GError **error)
{
  GVariant *reply = NULL;
  Tie bond;

  if (!require_association (error))
    return NULL;
  tie (&bond, job);
  reply = verb (job, state.association, error);
  untie (&bond);
  return reply;
}

static GArray *
read_contexts (GVariant *list)
{
  GArray *contexts = g_array_new (FALSE, TRUE, sizeof (IcPresentationContext));

  for (gsize i = 0; i < g_variant_n_children (list); i++)
    {
      IcPresentationContext context = { 0 };
      gboolean scp_role = FALSE;

      g_variant_get_child (list, i, "(&s^a&sb)", &context.abstract_syntax,
                           &context.transfer_syntaxes, &scp_role);
      context.scp_role = scp_role;
      g_array_append_val (contexts, context);
    }
  return contexts;
}

static void
clear_contexts (GArray *contexts)
{
  for (guint i = 0; i < contexts->len; i++)
    g_free ((gpointer) g_array_index (contexts, IcPresentationContext, i).transfer_syntaxes);
  g_array_unref (contexts);
}

static GBytes *
lookup_bytes (GVariantDict *dict, const char *key)
{
  g_autoptr(GVariant) value = g_variant_dict_lookup_value (dict, key, G_VARIANT_TYPE_BYTESTRING);

  return value != NULL ? g_variant_get_data_as_bytes (value) : NULL;
}

static gboolean
open_with (IcAssociationParameters *parameters, GVariantDict *dict, GError **error)
{
  g_autoptr(GBytes) ca = lookup_bytes (dict, "ca");
  g_autoptr(GBytes) certificate = lookup_bytes (dict, "certificate");
  g_autoptr(GBytes) key = lookup_bytes (dict, "key");
  gboolean tls = FALSE;

  g_variant_dict_lookup (dict, "address", "&s", &parameters->address);
  g_variant_dict_lookup (dict, "port", "q", &parameters->port);
  g_variant_dict_lookup (dict, "called", "&s", &parameters->called_aet);
  g_variant_dict_lookup (dict, "calling", "&s", &parameters->calling_aet);
  g_variant_dict_lookup (dict, "connect-ms", "u", &parameters->connect_timeout_ms);
  g_variant_dict_lookup (dict, "acse-ms", "u", &parameters->acse_timeout_ms);
  g_variant_dict_lookup (dict, "dimse-ms", "u", &parameters->dimse_timeout_ms);
  g_variant_dict_lookup (dict, "host", "&s", &parameters->tls_host);
  g_variant_dict_lookup (dict, "tls", "b", &tls);
  parameters->tls = tls;
  parameters->tls_ca = ca;
  parameters->tls_cert = certificate;
  parameters->tls_key = key;
  state.association = ic_association_open (parameters, state.cancellable, error);
  return state.association != NULL;
}

static GVariant *
open_association (IcWorkerJob *job, GUnixFDList **out_fds, GError **error)
{
  GVariant *arguments = ic_worker_job_get_parameters (job);
  g_autoptr(GVariant) values = g_variant_get_child_value (arguments, 1);
  g_autoptr(GVariant) list = g_variant_get_child_value (arguments, 2);
  g_autoptr(GVariantDict) dict = g_variant_dict_new (values);
  GArray *contexts = read_contexts (list);
  IcAssociationParameters parameters = IC_ASSOCIATION_PARAMETERS_INIT;
  gboolean ok = FALSE;
  Tie bond;

  drop_association ();
  state.cancellable = g_cancellable_new ();
  parameters.contexts = (const IcPresentationContext *) contexts->data;
  parameters.n_contexts = contexts->len;
  tie (&bond, job);
  ok = open_with (&parameters, dict, error);
  untie (&bond);
  clear_contexts (contexts);
  return ok ? g_variant_new ("()") : NULL;
}

static gboolean
open_cb (IcWireNet *net,
         GDBusMethodInvocation *invocation,
         guint64 job,
         GVariant *parameters,
         GVariant *contexts,
         IcWorkerService *service)
{
  return ic_worker_service_run (service, invocation, NULL, open_association);
}

static GVariant *
echo (IcWorkerJob *job, GUnixFDList **out_fds, GError **error)
{
  gboolean ok = FALSE;
  Tie bond;

  if (!require_association (error))
    return NULL;
  tie (&bond, job);
  ok = ic_association_echo (state.association, error);
  untie (&bond);
  return ok ? g_variant_new ("()") : NULL;
}

static gboolean
echo_cb (IcWireNet *net, GDBusMethodInvocation *invocation, guint64 job, IcWorkerService *service)
{
  return ic_worker_service_run (service, invocation, NULL, echo);
}

/* The query of Find, Get and Move: level, model and keys are the first arguments of all. */
static IcQuery *
read_query (IcWorkerJob *job)
{
  GVariant *arguments = ic_worker_job_get_parameters (job);
  g_autoptr(GVariant) keys = g_variant_get_child_value (arguments, 3);
  gboolean patient_root = FALSE;
  guint level = 0;
  IcQuery *query = NULL;

  g_variant_get_child (arguments, 1, "u", &level);
  g_variant_get_child (arguments, 2, "b", &patient_root);
  query = ic_query_new (MIN (level, IC_LEVEL_IMAGE));
  for (guint key = 0; key < IC_N_QUERY_KEYS; key++)
    ic_query_set (query, key, NULL);
  for (gsize i = 0; i < g_variant_n_children (keys); i++)
    {
      const char *value = NULL;
      guint key = 0;

      g_variant_get_child (keys, i, "(u&s)", &key, &value);
      if (key < IC_N_QUERY_KEYS)
        ic_query_set (query, key, value);
    }
  ic_query_set_patient_root (query, patient_root);
  return query;
}

/* Rows on their way out: the first at once, then in batches. */
typedef struct
{
  IcWorkerJob *job;
  GByteArray *rows; /* every value ended by a NUL */
  guint n;
  gint64 last_sent; /* monotonic time */
} RowBatch;

static void
send_rows (RowBatch *batch)
{
  g_autoptr(GBytes) rows = NULL;

  if (batch->n == 0)
    return;
  rows = g_bytes_new (batch->rows->data, batch->rows->len);
  ic_wire_net_emit_rows (state.skeleton, ic_worker_job_get_id (batch->job),
                         g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, rows, TRUE));
  g_byte_array_set_size (batch->rows, 0);
  batch->n = 0;
  batch->last_sent = g_get_monotonic_time ();
}

static void
row_found (const char *const values[IC_N_QUERY_KEYS], gpointer user_data)
{
  RowBatch *batch = user_data;

  for (guint key = 0; key < IC_N_QUERY_KEYS; key++)
    {
      const char *value = values[key] != NULL ? values[key] : "";

      g_byte_array_append (batch->rows, (const guint8 *) value, strlen (value) + 1);
    }
  batch->n++;
  if (batch->n >= ROWS_MAX || g_get_monotonic_time () - batch->last_sent >= HAND_ON_US)
    send_rows (batch);
}

static GVariant *
find (IcWorkerJob *job, GUnixFDList **out_fds, GError **error)
{
  g_autoptr(IcQuery) query = read_query (job);
  g_autoptr(GByteArray) rows = g_byte_array_new ();
  RowBatch batch = { .job = job, .rows = rows };
  IcFindOutcome outcome = { 0 };
  guint max = 0;
  gboolean ok = FALSE;
  Tie bond;

  g_variant_get_child (ic_worker_job_get_parameters (job), 4, "u", &max);
  if (!require_association (error))
    return NULL;
  tie (&bond, job);
  ok = ic_association_find (state.association, query, max, row_found, &batch, &outcome, error);
  untie (&bond);
  send_rows (&batch);
  return ok ? g_variant_new ("(ub)", outcome.rows, outcome.truncated) : NULL;
}

static gboolean
find_cb (IcWireNet *net,
         GDBusMethodInvocation *invocation,
         guint64 job,
         guint level,
         gboolean patient_root,
         GVariant *keys,
         guint max,
         IcWorkerService *service)
{
  return ic_worker_service_run (service, invocation, NULL, find);
}

typedef struct
{
  IcWorkerJob *job;
  GVariantBuilder files;
  guint n;
  gint64 oldest; /* monotonic time of the first file in the batch */
  guint done;    /* sub-operations, as the node last said */
  guint total;
} FileBatch;

static void
send_files (FileBatch *batch)
{
  if (batch->n > 0)
    ic_wire_net_emit_received (state.skeleton, ic_worker_job_get_id (batch->job),
                               g_variant_builder_end (&batch->files));
  else
    g_variant_builder_clear (&batch->files);
  batch->n = 0;
  g_variant_builder_init (&batch->files, G_VARIANT_TYPE ("a(sssstss)"));
}

static void
file_received (const IcGetInstance *instance, gpointer user_data)
{
  FileBatch *batch = user_data;

  if (batch->n == 0)
    batch->oldest = g_get_monotonic_time ();
  g_variant_builder_add (&batch->files, "(sssstss)", instance->name, instance->sop_class_uid,
                         instance->sop_instance_uid, instance->transfer_syntax_uid,
                         instance->size_bytes, instance->sha256, instance->checksum);
  batch->n++;
  if (batch->n >= FILES_MAX || g_get_monotonic_time () - batch->oldest >= FILES_US)
    send_files (batch);
}

static void
get_progressed (const IcGetProgress *progress, gpointer user_data)
{
  FileBatch *batch = user_data;

  if (!progress->known)
    return;
  batch->done = progress->completed + progress->failed + progress->warning;
  batch->total = batch->done + progress->remaining;
  ic_worker_job_report (batch->job, batch->done, batch->total);
}

/* Says nothing new; but who is silent for long is taken for stuck. */
static void
data_arriving (gpointer user_data)
{
  FileBatch *batch = user_data;

  ic_worker_job_report (batch->job, batch->done, batch->total);
}

static GVariant *
make_get_reply (IcGetOutcome *outcome, const GError *error)
{
  const char *none[] = { NULL };
  g_autofree char *name = error != NULL ? g_dbus_error_encode_gerror (error) : g_strdup ("");

  return g_variant_new ("(uuuu^asss)", outcome->received, outcome->progress.completed,
                        outcome->progress.failed, outcome->progress.warning,
                        outcome->failed_uids != NULL ? outcome->failed_uids : (char **) none, name,
                        error != NULL ? error->message : "");
}

static GVariant *
get (IcWorkerJob *job, GUnixFDList **out_fds, GError **error)
{
  g_autoptr(IcQuery) query = read_query (job);
  g_autoptr(GError) local_error = NULL;
  g_auto(IcGetOutcome) outcome = { 0 };
  FileBatch batch = { .job = job };
  IcGetSink sink = {
    .dir_fd = IC_WIRE_MEDIUM_FD,
    .instance = file_received,
    .progress = get_progressed,
    .receiving = data_arriving,
    .user_data = &batch,
  };
  Tie bond;

  g_variant_get_child (ic_worker_job_get_parameters (job), 4, "&s", &sink.name_prefix);
  if (!require_association (error))
    return NULL;
  g_variant_builder_init (&batch.files, G_VARIANT_TYPE ("a(sssstss)"));
  tie (&bond, job);
  ic_association_get (state.association, query, &sink, &outcome, &local_error);
  untie (&bond);
  send_files (&batch);
  g_variant_builder_clear (&batch.files);
  return make_get_reply (&outcome, local_error);
}

static gboolean
get_cb (IcWireNet *net,
        GDBusMethodInvocation *invocation,
        guint64 job,
        guint level,
        gboolean patient_root,
        GVariant *keys,
        const char *prefix,
        IcWorkerService *service)
{
  return ic_worker_service_run (service, invocation, NULL, get);
}

/* A response without counts is a sign of life as well. */
static void
move_progressed (const IcGetProgress *progress, gpointer job)
{
  const guint done = progress->completed + progress->failed + progress->warning;

  ic_worker_job_report (job, done, done + MAX (progress->remaining, 1));
}

static GVariant *
make_move_reply (const IcGetOutcome *outcome, const GError *error)
{
  const char *none[] = { NULL };
  g_autofree char *name = error != NULL ? g_dbus_error_encode_gerror (error) : g_strdup ("");

  return g_variant_new ("(uuu^asss)", outcome->progress.completed, outcome->progress.failed,
                        outcome->progress.warning,
                        outcome->failed_uids != NULL ? outcome->failed_uids : (char **) none, name,
                        error != NULL ? error->message : "");
}

static GVariant *
move (IcWorkerJob *job, GUnixFDList **out_fds, GError **error)
{
  GVariant *arguments = ic_worker_job_get_parameters (job);
  g_autoptr(IcQuery) query = read_query (job);
  g_autoptr(GError) local_error = NULL;
  g_auto(IcGetOutcome) outcome = { 0 };
  IcMoveOrder order = { .progress = move_progressed, .user_data = job };
  Tie bond;

  g_variant_get_child (arguments, 4, "&s", &order.destination);
  g_variant_get_child (arguments, 5, "q", &order.message_id);
  if (!require_association (error))
    return NULL;
  tie (&bond, job);
  ic_association_move (state.association, query, &order, &outcome, &local_error);
  untie (&bond);
  return make_move_reply (&outcome, local_error);
}

static gboolean
move_cb (IcWireNet *net,
         GDBusMethodInvocation *invocation,
         guint64 job,
         guint level,
         gboolean patient_root,
         GVariant *keys,
         const char *destination,
         guint16 message_id,
         IcWorkerService *service)
{
  return ic_worker_service_run (service, invocation, NULL, move);
}

static GVariant *
release (IcWorkerJob *job, GUnixFDList **out_fds, GError **error)
{
  IcAssociation *association = g_steal_pointer (&state.association);

  if (association != NULL && ic_association_is_usable (association))
    ic_association_release (association);
  else if (association != NULL)
    ic_association_abort (association);
  drop_association ();
  return g_variant_new ("()");
}

static gboolean
release_cb (IcWireNet *net,
            GDBusMethodInvocation *invocation,
            guint64 job,
            IcWorkerService *service)
{
  return ic_worker_service_run (service, invocation, NULL, release);
}

gboolean
ic_net_service_export (IcWorkerService *service, GDBusConnection *connection, GError **error)
{
  state.skeleton = ic_wire_net_skeleton_new ();
  g_signal_connect (state.skeleton, "handle-open", G_CALLBACK (open_cb), service);
  g_signal_connect (state.skeleton, "handle-echo", G_CALLBACK (echo_cb), service);
  g_signal_connect (state.skeleton, "handle-find", G_CALLBACK (find_cb), service);
  g_signal_connect (state.skeleton, "handle-get", G_CALLBACK (get_cb), service);
  g_signal_connect (state.skeleton, "handle-move", G_CALLBACK (move_cb), service);
  g_signal_connect (state.skeleton, "handle-release", G_CALLBACK (release_cb), service);
  ic_send_service_connect (service, state.skeleton);
  return ic_worker_service_export (G_DBUS_INTERFACE_SKELETON (state.skeleton), connection, error);
}
