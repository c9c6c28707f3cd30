/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/ic-send-service.h"

#include "core/ic-error.h"
#include "dicom/shim/ic-shim-commitment.h"
#include "dicom/shim/ic-shim-send.h"
#include "worker/ic-net-service.h"

/* The files of one call. */
typedef struct
{
  IcWorkerJob *job;
  GVariant *list;    /* keeps the strings */
  GArray *instances; /* of IcSendInstance */
  GArray *outcomes;  /* of IcSendOutcome */
} Batch;

static void
batch_clear (Batch *self)
{
  g_clear_pointer (&self->list, g_variant_unref);
  g_clear_pointer (&self->instances, g_array_unref);
  g_clear_pointer (&self->outcomes, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Batch, batch_clear)

static GVariant *
list_accepted (IcWorkerJob *job, IcAssociation *association, GError **error)
{
  g_auto(GStrv) accepted = ic_association_dup_accepted (association);
  GVariantBuilder contexts;

  g_variant_builder_init (&contexts, G_VARIANT_TYPE ("a(ss)"));
  for (gsize i = 0; accepted[i] != NULL; i += 2)
    g_variant_builder_add (&contexts, "(ss)", accepted[i], accepted[i + 1]);
  return g_variant_new ("(a(ss))", &contexts);
}

static GVariant *
accepted (IcWorkerJob *job, GUnixFDList **out_fds, GError **error)
{
  return ic_net_service_run_verb (job, list_accepted, error);
}

static gboolean
accepted_cb (IcWireNet *net,
             GDBusMethodInvocation *invocation,
             guint64 job,
             IcWorkerService *service)
{
  return ic_worker_service_run (service, invocation, NULL, accepted);
}

static void
clear_outcome (gpointer data)
{
  ic_send_outcome_clear (data);
}

static gboolean
read_batch (Batch *self, GError **error)
{
  gsize n = g_variant_n_children (self->list);

  self->instances = g_array_new (FALSE, TRUE, sizeof (IcSendInstance));
  self->outcomes = g_array_new (FALSE, TRUE, sizeof (IcSendOutcome));
  g_array_set_clear_func (self->outcomes, clear_outcome);
  g_array_set_size (self->outcomes, n);
  for (gsize i = 0; i < n; i++)
    {
      IcSendInstance instance = { 0 };
      gint32 handle = -1;

      g_variant_get_child (self->list, i, "(h&s&s&st&s&s)", &handle, &instance.sop_class_uid,
                           &instance.sop_instance_uid, &instance.transfer_syntax_uid,
                           &instance.size_bytes, &instance.sha256, &instance.checksum);
      instance.fd = ic_worker_job_get_fd (self->job, handle, error);
      if (instance.fd < 0)
        return FALSE;
      g_array_append_val (self->instances, instance);
    }
  return TRUE;
}

static void
store_progressed (gsize done, gpointer user_data)
{
  Batch *batch = user_data;

  ic_worker_job_report (batch->job, done, batch->instances->len);
}

static GVariant *
make_store_reply (Batch *batch, const IcSendTiming *timing, const GError *error)
{
  g_autofree char *name = error != NULL ? g_dbus_error_encode_gerror (error) : g_strdup ("");
  GVariantBuilder outcomes;

  g_variant_builder_init (&outcomes, G_VARIANT_TYPE ("a(uqs)"));
  for (guint i = 0; i < batch->outcomes->len; i++)
    {
      const IcSendOutcome *outcome = &g_array_index (batch->outcomes, IcSendOutcome, i);

      g_variant_builder_add (&outcomes, "(uqs)", outcome->result, outcome->status,
                             outcome->message != NULL ? outcome->message : "");
    }
  return g_variant_new ("(a(uqs)ttss)", &outcomes, (guint64) timing->total_us,
                        (guint64) timing->waited_us, name, error != NULL ? error->message : "");
}

static GVariant *
store_files (IcWorkerJob *job, IcAssociation *association, GError **error)
{
  g_auto(Batch) batch = { .job = job };
  g_autoptr(GError) local_error = NULL;
  IcSendTiming timing = { 0 };

  batch.list = g_variant_get_child_value (ic_worker_job_get_parameters (job), 1);
  if (!read_batch (&batch, error))
    return NULL;
  ic_association_send (association, (const IcSendInstance *) batch.instances->data,
                       batch.instances->len, (IcSendOutcome *) batch.outcomes->data, &timing,
                       store_progressed, &batch, &local_error);
  return make_store_reply (&batch, &timing, local_error);
}

static GVariant *
store (IcWorkerJob *job, GUnixFDList **out_fds, GError **error)
{
  return ic_net_service_run_verb (job, store_files, error);
}

static gboolean
store_cb (IcWireNet *net,
          GDBusMethodInvocation *invocation,
          GUnixFDList *fds,
          guint64 job,
          GVariant *instances,
          IcWorkerService *service)
{
  return ic_worker_service_run (service, invocation, fds, store);
}

/* Class and instance UID by turns; the array borrows from @list. */
static GPtrArray *
read_uids (GVariant *list)
{
  GPtrArray *uids = g_ptr_array_new ();

  for (gsize i = 0; i < g_variant_n_children (list); i++)
    {
      const char *class_uid = NULL;
      const char *instance_uid = NULL;

      g_variant_get_child (list, i, "(&s&s)", &class_uid, &instance_uid);
      g_ptr_array_add (uids, (gpointer) class_uid);
      g_ptr_array_add (uids, (gpointer) instance_uid);
    }
  return uids;
}

/* A report on another transaction is none. */
static GVariant *
make_commit_reply (const char *transaction_uid, const IcCommitmentReport *report)
{
  gboolean is_ours = report != NULL && g_str_equal (report->transaction_uid, transaction_uid);
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("a(sq)"));
  for (guint i = 0; is_ours && i < report->instances->len; i++)
    {
      const IcCommitted *committed = &g_array_index (report->instances, IcCommitted, i);

      g_variant_builder_add (&list, "(sq)", committed->sop_instance_uid, committed->reason);
    }
  return g_variant_new ("(ba(sq))", is_ours, &list);
}

static GVariant *
commit_files (IcWorkerJob *job, IcAssociation *association, GError **error)
{
  GVariant *arguments = ic_worker_job_get_parameters (job);
  g_autoptr(GVariant) list = g_variant_get_child_value (arguments, 2);
  g_autoptr(GPtrArray) uids = read_uids (list);
  g_autoptr(IcCommitmentReport) report = NULL;
  const char *transaction_uid = NULL;
  guint patience_ms = 0;

  g_variant_get_child (arguments, 1, "&s", &transaction_uid);
  g_variant_get_child (arguments, 3, "u", &patience_ms);
  if (!ic_association_commit (association, transaction_uid, (const char *const *) uids->pdata,
                              uids->len / 2, patience_ms, &report, error))
    return NULL;
  return make_commit_reply (transaction_uid, report);
}

static GVariant *
commit (IcWorkerJob *job, GUnixFDList **out_fds, GError **error)
{
  return ic_net_service_run_verb (job, commit_files, error);
}

static gboolean
commit_cb (IcWireNet *net,
           GDBusMethodInvocation *invocation,
           guint64 job,
           const char *transaction_uid,
           GVariant *instances,
           guint patience_ms,
           IcWorkerService *service)
{
  return ic_worker_service_run (service, invocation, NULL, commit);
}

void
ic_send_service_connect (IcWorkerService *service, IcWireNet *net)
{
  g_signal_connect (net, "handle-accepted", G_CALLBACK (accepted_cb), service);
  g_signal_connect (net, "handle-store", G_CALLBACK (store_cb), service);
  g_signal_connect (net, "handle-commit", G_CALLBACK (commit_cb), service);
}
