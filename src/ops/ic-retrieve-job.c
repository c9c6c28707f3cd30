/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-retrieve-job.h"

#include "core/ic-error.h"
#include "domain/ic-uid.h"
#include "ops/ic-node-lane.h"
#include "ops/ic-retrieval.h"
#include "ops/ic-transfer-log.h"
#include "store/ic-study-repo.h"

typedef struct
{
  IcDesk *desk;
  IcNode *node;
  char **study_uids;
} Plan;

static void
plan_free (gpointer data)
{
  Plan *plan = data;

  ic_desk_unref (plan->desk);
  ic_node_unref (plan->node);
  g_strfreev (plan->study_uids);
  g_free (plan);
}

void
ic_retrieve_result_free (IcRetrieveResult *self)
{
  ic_transfer_free (self->transfer);
  g_ptr_array_unref (self->notices);
  g_free (self);
}

static IcRetrieveResult *
result_new (IcTransfer *transfer)
{
  IcRetrieveResult *self = g_new0 (IcRetrieveResult, 1);

  self->transfer = transfer;
  self->notices = g_ptr_array_new_with_free_func (g_free);
  return self;
}

static gboolean
check_plan (Plan *plan, GError **error)
{
  for (guint i = 0; plan->study_uids[i] != NULL; i++)
    if (!ic_uid_is_valid (plan->study_uids[i]))
      {
        g_set_error (error, IC_ERROR, IC_ERROR_USAGE, "%s is not a study UID", plan->study_uids[i]);
        return FALSE;
      }
  if (plan->study_uids[0] != NULL)
    return TRUE;
  g_set_error_literal (error, IC_ERROR, IC_ERROR_USAGE, "no study is named");
  return FALSE;
}

static IcTransfer *
make_transfer (Plan *plan)
{
  IcTransfer *transfer = ic_transfer_new ();

  transfer->direction = IC_DIRECTION_IN;
  transfer->route = IC_ROUTE_NODE;
  ic_transfer_set_text (&transfer->recipient, "this store");
  ic_transfer_set_text (&transfer->reason, "retrieval");
  ic_transfer_set_text (&transfer->source, plan->node->name);
  return transfer;
}

typedef struct
{
  Plan *plan;
  IcTransfer *transfer;
} Naming;

/* The log says whose images came, once they are here. */
static gboolean
name_patient (IcReadTx *tx, gpointer data, GError **error)
{
  Naming *naming = data;
  g_autoptr(IcPatient) patient =
                 ic_study_repo_find_patient (tx, naming->plan->study_uids[0], NULL);

  if (patient != NULL)
    ic_transfer_set_patient (&naming->transfer->patient, patient);
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
  IcTransfer *transfer = make_transfer (plan);
  g_autoptr(IcProof) proof = ic_proof_new ();
  g_autoptr(GError) failure = NULL;
  Naming naming = { plan, transfer };
  IcRetrieveResult *told = result_new (transfer);

  *result = told;
  if (!check_plan (plan, error) || !ic_transfer_log_begin (plan->desk, transfer, error))
    return FALSE;
  ic_retrieval_run (plan->desk, plan->node, (const char *const *) plan->study_uids, proof,
                    told->notices, transfer->id, progress, cancellable, &failure);
  ic_store_read (ic_desk_get_store (plan->desk), name_patient, &naming, NULL);
  if (!ic_transfer_log_end (plan->desk, transfer, proof, IC_PROOF_RETRIEVED, failure, error))
    return FALSE;
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

IcJob *
ic_retrieve_job_new (IcDesk *desk, IcNode *node, const char *const *study_uids)
{
  Plan *plan = g_new0 (Plan, 1);
  g_autofree char *lane = NULL;

  plan->desk = ic_desk_ref (desk);
  plan->node = ic_node_ref (node);
  plan->study_uids = ic_uid_dup_unique (study_uids);
  lane = ic_node_lane_dup_name (node);
  return ic_job_new ("Retrieval", lane, run, plan, plan_free,
                     (GDestroyNotify) ic_retrieve_result_free);
}
