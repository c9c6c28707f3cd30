/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-committing.h"

#include "core/ic-error.h"
#include "dicom/ic-send-client.h"
#include "ops/ic-listening.h"
#include "store/ic-commitment-repo.h"

#include <glib/gi18n.h>

#define LOOK_US (G_USEC_PER_SEC / 2) /* another program may take the report */

typedef struct
{
  IcDesk *desk;
  IcCommitment *commitment;
  gint64 replaced; /* the one it stands for; 0 for none */
} Keeping;

static gboolean
begin (IcWriteTx *tx, gpointer data, GError **error)
{
  Keeping *keeping = data;

  return (keeping->replaced == 0 || ic_commitment_repo_replace (tx, keeping->replaced, error)) &&
         ic_commitment_repo_begin (tx, keeping->commitment, ic_desk_get_operator (keeping->desk),
                                   error);
}

static gboolean
answer (IcWriteTx *tx, gpointer data, GError **error)
{
  Keeping *keeping = data;

  return ic_commitment_repo_answer (tx, keeping->commitment, ic_desk_get_operator (keeping->desk),
                                    error);
}

/* The node did not take it on, so no report will come. */
static gboolean
forget (IcWriteTx *tx, gpointer data, GError **error)
{
  return ic_commitment_repo_replace (tx, ((Keeping *) data)->commitment->id, error);
}

static gboolean
keep_answers (IcDesk *desk, IcCommitment *commitment, GArray *answers, GError **error)
{
  Keeping keeping = { .desk = desk, .commitment = commitment };

  for (guint i = 0; i < answers->len; i++)
    {
      const IcCommitmentAnswer *one = &g_array_index (answers, IcCommitmentAnswer, i);

      ic_commitment_answer (commitment, one->sop_instance_uid, one->reason);
    }
  ic_commitment_close (commitment);
  return ic_store_write (ic_desk_get_store (desk), answer, &keeping, error);
}

/* What the node says or does is no failure of ours, unless somebody cancelled. */
static gboolean
note_failure (const IcCommitting *self, const GError *failure, GError **error)
{
  if (g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_error_copy (failure));
      return FALSE;
    }
  g_ptr_array_add (self->notices,
                   g_strdup_printf (_ ("%s does not commit itself to keeping images: %s"),
                                    self->node->name, failure->message));
  return TRUE;
}

typedef struct
{
  const char *transaction_uid;
  IcCommitment *found;
} Search;

static gboolean
find (IcReadTx *tx, gpointer data, GError **error)
{
  Search *search = data;

  search->found = ic_commitment_repo_find (tx, search->transaction_uid, error);
  return search->found != NULL;
}

gboolean
ic_committing_take_report (IcDesk *desk,
                           const char *transaction_uid,
                           GArray *answers,
                           GError **error)
{
  Search search = { .transaction_uid = transaction_uid };
  g_autoptr(IcCommitment) commitment = NULL;

  if (!ic_store_read (ic_desk_get_store (desk), find, &search, error))
    return FALSE;
  commitment = search.found;
  return keep_answers (desk, commitment, answers, error);
}

guint16
ic_committing_hear (IcDesk *desk, const char *transaction_uid, GArray *answers)
{
  g_autoptr(GError) error = NULL;

  /* A node that did not get our answer reports again. */
  if (ic_committing_take_report (desk, transaction_uid, answers, &error) ||
      g_error_matches (error, IC_ERROR, IC_ERROR_CONFLICT))
    return IC_REPORT_TAKEN;
  if (g_error_matches (error, IC_ERROR, IC_ERROR_NOT_FOUND))
    return IC_REPORT_UNKNOWN;
  g_warning ("a report on storage commitment was not kept: %s", error->message);
  return IC_REPORT_NOT_TAKEN;
}

/* Reports on associations of the nodes' own */

/* Where they come in while this program waits. */
typedef struct
{
  IcDesk *desk;
  IcListener *listener;
  const char *transaction_uid; /* that is waited for, or NULL */
  GCancellable *heard;         /* cancelled when its report has come */
} Ear;

static void
ear_clear (Ear *self)
{
  g_clear_pointer (&self->listener, ic_listener_free);
  g_clear_object (&self->heard);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Ear, ear_clear)

static guint16
reported (const char *transaction_uid, GArray *answers, gpointer user_data)
{
  Ear *self = user_data;
  const guint16 status = ic_committing_hear (self->desk, transaction_uid, answers);

  if (g_strcmp0 (transaction_uid, self->transaction_uid) == 0 && status == IC_REPORT_TAKEN)
    g_cancellable_cancel (self->heard);
  return status;
}

static gboolean
take_no_file (const IcNetFile *file, gpointer user_data, GError **error)
{
  g_set_error_literal (error, IC_ERROR, IC_ERROR_INTERNAL, "nobody asked for images");
  return FALSE;
}

static void
ignore_receiving (gpointer user_data)
{
}

static void
ignore_failure (const GError *error, gpointer user_data)
{
}

static void
log_refusal (const IcListenerRefusal *refusal, gpointer user_data)
{
  ic_listening_log_refusal (((Ear *) user_data)->desk, refusal);
}

static gboolean
open_ear (Ear *self, GCancellable *cancellable, GError **error)
{
  const IcListenerHandlers handlers = { take_no_file, ignore_receiving, ignore_failure,
                                        log_refusal,  reported,         self };

  self->listener = ic_listening_join (self->desk, &handlers, cancellable, error);
  return self->listener != NULL;
}

/* Whoever took the report kept it in the store. */
static gboolean
refresh (IcDesk *desk, IcCommitment **commitment, GError **error)
{
  Search search = { .transaction_uid = (*commitment)->transaction_uid };

  if (!ic_store_read (ic_desk_get_store (desk), find, &search, error))
    return FALSE;
  ic_commitment_free (*commitment);
  *commitment = search.found;
  return TRUE;
}

static gboolean
is_over (gint64 until_us)
{
  return until_us != 0 && g_get_monotonic_time () >= until_us;
}

/* @commitments: of IcCommitment. @until_us: monotonic time, or 0. */
static gboolean
wait_for_reports (Ear *ear,
                  IcCommitment **commitments,
                  guint n,
                  gint64 until_us,
                  GCancellable *cancellable,
                  GError **error)
{
  gint64 looked_us = 0;

  for (;;)
    {
      guint pending = 0;

      looked_us = g_get_monotonic_time ();
      for (guint i = 0; i < n; i++)
        {
          if (commitments[i]->state == IC_COMMITMENT_PENDING &&
              !refresh (ear->desk, &commitments[i], error))
            return FALSE;
          pending += commitments[i]->state == IC_COMMITMENT_PENDING;
        }
      if (pending == 0 || is_over (until_us))
        return TRUE;
      while (!g_cancellable_is_cancelled (ear->heard) &&
             g_get_monotonic_time () < looked_us + LOOK_US)
        {
          if (g_cancellable_set_error_if_cancelled (cancellable, error))
            return FALSE;
          ic_listening_rest ();
        }
    }
}

static void
forward_cancel_cb (GCancellable *cancellable, gpointer heard)
{
  g_cancellable_cancel (heard);
}

/* Asks, and waits for the report on the same association, unless it comes on another. */
static gboolean
commit (const IcCommitting *self, IcNetClient *client, Ear *ear, GArray **answers, GError **error)
{
  g_autoptr(GError) local_error = NULL;
  gulong handler = 0;

  if (self->cancellable != NULL)
    handler =
        g_cancellable_connect (self->cancellable, G_CALLBACK (forward_cancel_cb), ear->heard, NULL);
  ic_net_client_commit (client, ear->transaction_uid, self->instances, self->patience_s * 1000,
                        answers, ear->heard, &local_error);
  g_cancellable_disconnect (self->cancellable, handler);
  if (local_error == NULL || (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
                              !g_cancellable_is_cancelled (self->cancellable)))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static void
note_pending (const IcCommitting *self, const GError *deaf)
{
  const char *node = self->node->name;

  if (deaf == NULL)
    g_ptr_array_add (self->notices,
                     g_strdup_printf (_ ("%s will report later whether it keeps the images; wait "
                                         "for "
                                         "it with 'courierctl commitment wait', or ask again with "
                                         "'courierctl commitment ask'"),
                                      node));
  else
    g_ptr_array_add (self->notices,
                     g_strdup_printf (_ ("%s will report later whether it keeps the images, which "
                                         "cannot be heard now (%s); ask again with 'courierctl "
                                         "commitment ask'"),
                                      node, deaf->message));
}

static gboolean
request (const IcCommitting *self, IcNetClient *client, IcCommitment **commitment, GError **error)
{
  Keeping keeping = { .desk = self->desk, .commitment = *commitment };
  const gint64 until_us = g_get_monotonic_time () + self->patience_s * G_USEC_PER_SEC;
  g_auto(Ear) ear = { .desk = self->desk, .heard = g_cancellable_new () };
  g_autoptr(GError) failure = NULL;
  g_autoptr(GError) deaf = NULL;
  g_autoptr(GArray) answers = NULL;
  g_autofree char *transaction_uid = g_strdup ((*commitment)->transaction_uid);

  ear.transaction_uid = transaction_uid;
  open_ear (&ear, self->cancellable, &deaf);
  if (!commit (self, client, &ear, &answers, &failure))
    {
      (*commitment)->state = IC_COMMITMENT_REPLACED;
      return ic_store_write (ic_desk_get_store (self->desk), forget, &keeping, error) &&
             note_failure (self, failure, error);
    }
  if (answers != NULL && !g_cancellable_is_cancelled (ear.heard))
    return keep_answers (self->desk, *commitment, answers, error);
  if (!wait_for_reports (&ear, commitment, 1, ear.listener != NULL ? until_us : 1,
                         self->cancellable, error))
    return FALSE;
  if ((*commitment)->state == IC_COMMITMENT_PENDING)
    note_pending (self, deaf);
  return TRUE;
}

static IcCommitment *
make_commitment (const IcCommitting *self)
{
  IcCommitment *commitment = ic_commitment_new (self->transfer, self->node->name);

  for (guint i = 0; i < self->instances->len; i++)
    {
      const IcInstance *instance = self->instances->pdata[i];

      ic_commitment_add (commitment, instance->sop_instance_uid, instance->sop_class_uid,
                         IC_COMMITMENT_UNANSWERED);
    }
  return commitment;
}

static gboolean
ask (const IcCommitting *self, gint64 replaced, IcCommitment **out, GError **error)
{
  g_autofree char *aet = ic_desk_dup_calling_aet (self->desk, self->node, error);
  g_autoptr(IcCommitment) commitment = make_commitment (self);
  g_autoptr(IcNetClient) client = NULL;
  g_autoptr(GError) failure = NULL;
  Keeping keeping = { self->desk, commitment, replaced };

  *out = NULL;
  if (aet == NULL)
    return FALSE;
  client = ic_net_client_take (self->spare, self->node, aet, self->cancellable, &failure);
  if (client == NULL || !ic_net_client_open_for_commitment (client, self->cancellable, &failure))
    return note_failure (self, failure, error);
  if (!ic_store_write (ic_desk_get_store (self->desk), begin, &keeping, error) ||
      !request (self, client, &commitment, error))
    return FALSE;
  if (commitment->state != IC_COMMITMENT_REPLACED)
    *out = g_steal_pointer (&commitment);
  return TRUE;
}

gboolean
ic_committing_ask (const IcCommitting *self, IcCommitment **commitment, GError **error)
{
  return ask (self, 0, commitment, error);
}

typedef struct
{
  IcDesk *desk;
  guint patience_s;
} Plan;

static void
plan_free (gpointer data)
{
  ic_desk_unref (((Plan *) data)->desk);
  g_free (data);
}

static gboolean
list_pending (IcReadTx *tx, gpointer data, GError **error)
{
  GPtrArray **list = data;

  *list = ic_commitment_repo_list (tx, 0, error);
  return *list != NULL;
}

/* A record of the store is enough to ask again: the instances need not be here any more. With the
 * texts of @commitment.
 */
static GPtrArray *
list_instances (IcCommitment *commitment)
{
  GPtrArray *instances = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < commitment->instances->len; i++)
    {
      const IcCommitmentInstance *one = commitment->instances->pdata[i];
      IcInstance *instance = g_new0 (IcInstance, 1);

      instance->sop_instance_uid = one->sop_instance_uid;
      instance->sop_class_uid = one->sop_class_uid;
      g_ptr_array_add (instances, instance);
    }
  return instances;
}

/* One whose node is not known any more, or does not answer now, stays as it is. */
static gboolean
ask_again (Plan *plan,
           IcCommitment **pending,
           GCancellable *cancellable,
           IcProgress *progress,
           GError **error)
{
  g_autoptr(GError) failure = NULL;
  g_autoptr(IcNode) node = ic_desk_find_node (plan->desk, (*pending)->node, &failure);
  g_autoptr(GPtrArray) notices = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GPtrArray) instances = list_instances (*pending);
  g_autoptr(IcNetClient) spare = NULL;
  const IcCommitting order = { .desk = plan->desk,
                               .node = node,
                               .spare = &spare,
                               .transfer = (*pending)->transfer,
                               .instances = instances,
                               .patience_s = plan->patience_s,
                               .notices = notices,
                               .cancellable = cancellable };
  IcCommitment *renewed = NULL;

  if (node != NULL && !ask (&order, (*pending)->id, &renewed, error))
    return FALSE;
  if (failure == NULL && notices->len > 0)
    failure = g_error_new_literal (IC_ERROR, IC_ERROR_NODE_FAILED, notices->pdata[0]);
  if (failure != NULL)
    ic_progress_add_item (progress, (*pending)->transaction_uid, failure);
  if (renewed == NULL)
    return TRUE;
  ic_commitment_free (*pending);
  *pending = renewed;
  return TRUE;
}

static gboolean
run (gpointer data,
     IcProgress *progress,
     gpointer *result,
     GCancellable *cancellable,
     GError **error)
{
  Plan *plan = data;
  GPtrArray *pending = NULL;

  if (!ic_store_read (ic_desk_get_store (plan->desk), list_pending, &pending, error))
    return FALSE;
  *result = pending;
  for (guint i = 0; i < pending->len; i++)
    {
      if (!ask_again (plan, (IcCommitment **) &pending->pdata[i], cancellable, progress, error))
        return FALSE;
      ic_progress_report (progress, i + 1, pending->len);
    }
  return TRUE;
}

static gboolean
run_waiting (gpointer data,
             IcProgress *progress,
             gpointer *result,
             GCancellable *cancellable,
             GError **error)
{
  Plan *plan = data;
  GPtrArray *pending = NULL;
  g_auto(Ear) ear = { .desk = plan->desk };
  const gint64 until_us =
      plan->patience_s > 0 ? g_get_monotonic_time () + plan->patience_s * G_USEC_PER_SEC : 0;

  if (!ic_store_read (ic_desk_get_store (plan->desk), list_pending, &pending, error))
    return FALSE;
  *result = pending;
  if (pending->len == 0)
    return TRUE;
  ic_progress_set_message (progress, _ ("Waiting for reports"));
  return open_ear (&ear, cancellable, error) &&
         wait_for_reports (&ear, (IcCommitment **) pending->pdata, pending->len, until_us,
                           cancellable, error);
}

static IcJob *
make_job (const char *name, IcJobFunc func, IcDesk *desk, guint patience_s)
{
  Plan *plan = g_new0 (Plan, 1);

  plan->desk = ic_desk_ref (desk);
  plan->patience_s = patience_s;
  return ic_job_new (name, NULL, func, plan, plan_free, (GDestroyNotify) g_ptr_array_unref);
}

IcJob *
ic_commitment_job_new (IcDesk *desk, guint patience_s)
{
  return make_job ("Ask for storage commitment", run, desk, patience_s);
}

IcJob *
ic_commitment_wait_job_new (IcDesk *desk, guint patience_s)
{
  return make_job ("Wait for storage commitment", run_waiting, desk, patience_s);
}
