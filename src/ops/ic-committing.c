/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-committing.h"

#include "core/ic-error.h"
#include "dicom/ic-send-client.h"
#include "store/ic-commitment-repo.h"

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
                   g_strdup_printf ("%s does not commit itself to keeping images: %s",
                                    self->node->name, failure->message));
  return TRUE;
}

static gboolean
request (const IcCommitting *self, IcNetClient *client, IcCommitment *commitment, GError **error)
{
  Keeping keeping = { .desk = self->desk, .commitment = commitment };
  g_autoptr(GError) failure = NULL;
  g_autoptr(GArray) answers = NULL;

  if (!ic_net_client_commit (client, commitment->transaction_uid, self->instances,
                             self->patience_s * 1000, &answers, self->cancellable, &failure))
    {
      commitment->state = IC_COMMITMENT_REPLACED;
      return ic_store_write (ic_desk_get_store (self->desk), forget, &keeping, error) &&
             note_failure (self, failure, error);
    }
  if (answers != NULL)
    return keep_answers (self->desk, commitment, answers, error);
  g_ptr_array_add (self->notices,
                   g_strdup_printf ("%s will report later whether it keeps the images; ask again "
                                    "with 'courierctl commitment ask'",
                                    self->node->name));
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
      !request (self, client, commitment, error))
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

/* A record of the store is enough to ask again: the instances need not be here any more. */
static GPtrArray *
list_instances (IcCommitment *commitment)
{
  GPtrArray *instances = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_instance_free);

  for (guint i = 0; i < commitment->instances->len; i++)
    {
      const IcCommitmentInstance *one = commitment->instances->pdata[i];
      IcInstance *instance = ic_instance_new ();

      instance->sop_instance_uid = g_strdup (one->sop_instance_uid);
      instance->sop_class_uid = g_strdup (one->sop_class_uid);
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

IcJob *
ic_commitment_job_new (IcDesk *desk, guint patience_s)
{
  Plan *plan = g_new0 (Plan, 1);

  plan->desk = ic_desk_ref (desk);
  plan->patience_s = patience_s;
  return ic_job_new ("Ask for storage commitment", NULL, run, plan, plan_free,
                     (GDestroyNotify) g_ptr_array_unref);
}
