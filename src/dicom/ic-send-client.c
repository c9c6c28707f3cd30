/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/ic-send-client.h"

#include "core/ic-error.h"
#include "wire/ic-worker.h"

#include <gio/gunixfdlist.h>
#include <unistd.h>

#define COMMITMENT_PUSH "1.2.840.10008.1.20.1"

struct _IcSendBatch
{
  IcWorker *worker;
  IcWorkerCall *call;
  GPtrArray *items; /* of IcSendItem */
};

static void
batch_free (IcSendBatch *self)
{
  ic_worker_call_free (self->call);
  g_object_unref (self->worker);
  g_ptr_array_unref (self->items);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcSendBatch, batch_free)

GHashTable *
ic_net_client_list_accepted (IcNetClient *client, GCancellable *cancellable, GError **error)
{
  IcWorker *worker = ic_net_client_get_worker (client);
  IcWireNet *net = ic_worker_get_net (worker);
  g_autoptr(IcWorkerCall) call = ic_worker_call_new (worker, NULL);
  g_autoptr(GHashTable) accepted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GVariant) contexts = NULL;
  g_autoptr(GError) local_error = NULL;

  ic_wire_net_call_accepted (net, call->job, G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                             ic_worker_call_done_cb, call);
  ic_worker_call_wait (call, cancellable);
  ic_wire_net_call_accepted_finish (net, &contexts, call->result, &local_error);
  if (!ic_worker_call_check (call, &local_error, error))
    return NULL;
  for (gsize i = 0; i < g_variant_n_children (contexts); i++)
    {
      const char *class_uid = NULL;
      const char *syntax = NULL;

      g_variant_get_child (contexts, i, "(&s&s)", &class_uid, &syntax);
      g_hash_table_add (accepted, g_strconcat (class_uid, " ", syntax, NULL));
    }
  return g_steal_pointer (&accepted);
}

/* The list takes the descriptors over. */
static GVariant *
make_instances (GPtrArray *items, GArray *fds, GUnixFDList *list)
{
  GVariantBuilder instances;

  g_variant_builder_init (&instances, G_VARIANT_TYPE ("a(hssstss)"));
  for (guint i = 0; i < items->len; i++)
    {
      const IcInstance *instance = ((IcSendItem *) items->pdata[i])->instance;
      int fd = g_array_index (fds, int, i);

      g_variant_builder_add (&instances, "(hssstss)", g_unix_fd_list_append (list, fd, NULL),
                             instance->sop_class_uid, instance->sop_instance_uid,
                             instance->transfer_syntax_uid, instance->size_bytes, instance->sha256,
                             instance->checksum != NULL ? instance->checksum : "");
      close (fd);
    }
  return g_variant_builder_end (&instances);
}

IcSendBatch *
ic_send_batch_start (IcNetClient *client, GPtrArray *items, GArray *fds)
{
  IcSendBatch *self = g_new0 (IcSendBatch, 1);
  g_autoptr(GUnixFDList) list = g_unix_fd_list_new ();

  g_assert (items->len == fds->len && items->len <= IC_SEND_BATCH_MAX);
  self->worker = g_object_ref (ic_net_client_get_worker (client));
  self->call = ic_worker_call_new (self->worker, NULL);
  self->items = g_ptr_array_ref (items);
  ic_wire_net_call_store (ic_worker_get_net (self->worker), self->call->job,
                          make_instances (items, fds, list), G_DBUS_CALL_FLAGS_NONE, -1, list, NULL,
                          ic_worker_call_done_cb, self->call);
  return self;
}

gboolean
ic_send_batch_is_done (IcSendBatch *self)
{
  return self->call->result != NULL;
}

/* A worker that talks to strangers is not believed blindly: of what it does not settle nobody knows
 * whether its turn came.
 */
static void
settle_all (IcSendBatch *self, IcSendPlan *plan, GVariant *outcomes)
{
  gsize n = outcomes != NULL ? g_variant_n_children (outcomes) : 0;

  for (guint i = 0; i < self->items->len; i++)
    {
      IcSendOutcome outcome = { 0 };
      const char *message = "";
      guint32 result = IC_SEND_UNTOLD;

      if (i < n)
        g_variant_get_child (outcomes, i, "(uq&s)", &result, &outcome.status, &message);
      outcome.result = result < IC_SEND_N_RESULTS ? result : IC_SEND_UNTOLD;
      outcome.message = *message != '\0' ? g_utf8_make_valid (message, -1) : NULL;
      ic_send_plan_settle (plan, self->items->pdata[i], &outcome);
      ic_send_outcome_clear (&outcome);
    }
}

gboolean
ic_send_batch_finish (IcSendBatch *self,
                      IcSendPlan *plan,
                      IcSendShare *share,
                      GCancellable *cancellable,
                      GError **error)
{
  g_autoptr(IcSendBatch) batch = self;
  g_autoptr(GVariant) outcomes = NULL;
  g_autoptr(GError) local_error = NULL;
  g_autofree char *name = NULL;
  g_autofree char *message = NULL;

  *share = (IcSendShare){ 0 };
  ic_worker_call_wait (batch->call, cancellable);
  ic_wire_net_call_store_finish (ic_worker_get_net (batch->worker), &outcomes, &share->total_us,
                                 &share->waited_us, &name, &message, NULL, batch->call->result,
                                 &local_error);
  settle_all (batch, plan, outcomes);
  if (local_error == NULL && *name != '\0')
    local_error = g_dbus_error_new_for_dbus_error (name, message);
  return ic_worker_call_check (batch->call, &local_error, error);
}

gboolean
ic_net_client_open_for_commitment (IcNetClient *client, GCancellable *cancellable, GError **error)
{
  g_autoptr(GArray) contexts = g_array_new (FALSE, FALSE, sizeof (IcPresentationContext));
  const IcPresentationContext context = {
    .abstract_syntax = COMMITMENT_PUSH,
    .transfer_syntaxes = ic_presentation_native_syntaxes (),
  };

  g_array_append_val (contexts, context);
  return ic_net_client_open (client, contexts, cancellable, error);
}

static GVariant *
make_references (GPtrArray *instances)
{
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("a(ss)"));
  for (guint i = 0; i < instances->len; i++)
    {
      const IcInstance *instance = instances->pdata[i];

      g_variant_builder_add (&list, "(ss)", instance->sop_class_uid, instance->sop_instance_uid);
    }
  return g_variant_builder_end (&list);
}

static void
clear_answer (gpointer data)
{
  g_free (((IcCommitmentAnswer *) data)->sop_instance_uid);
}

GArray *
ic_commitment_answers_read (GVariant *report)
{
  GArray *answers = g_array_new (FALSE, TRUE, sizeof (IcCommitmentAnswer));

  g_array_set_clear_func (answers, clear_answer);
  for (gsize i = 0; i < g_variant_n_children (report); i++)
    {
      IcCommitmentAnswer answer = { 0 };

      g_variant_get_child (report, i, "(sq)", &answer.sop_instance_uid, &answer.reason);
      g_array_append_val (answers, answer);
    }
  return answers;
}

gboolean
ic_net_client_commit (IcNetClient *client,
                      const char *transaction_uid,
                      GPtrArray *instances,
                      guint patience_ms,
                      GArray **answers,
                      GCancellable *cancellable,
                      GError **error)
{
  IcWorker *worker = ic_net_client_get_worker (client);
  IcWireNet *net = ic_worker_get_net (worker);
  g_autoptr(IcWorkerCall) call = ic_worker_call_new (worker, NULL);
  g_autoptr(GVariant) report = NULL;
  g_autoptr(GError) local_error = NULL;
  gboolean has_report = FALSE;

  *answers = NULL;
  ic_wire_net_call_commit (net, call->job, transaction_uid, make_references (instances),
                           patience_ms, G_DBUS_CALL_FLAGS_NONE, -1, NULL, ic_worker_call_done_cb,
                           call);
  ic_worker_call_wait (call, cancellable);
  ic_wire_net_call_commit_finish (net, &has_report, &report, call->result, &local_error);
  if (!ic_worker_call_check (call, &local_error, error))
    return FALSE;
  if (has_report)
    *answers = ic_commitment_answers_read (report);
  return TRUE;
}
