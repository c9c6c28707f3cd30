/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-send-job.h"

#include "core/ic-error.h"
#include "domain/ic-study.h"
#include "domain/ic-uid.h"
#include "ops/ic-arrival.h"
#include "ops/ic-committing.h"
#include "ops/ic-outgoing.h"
#include "ops/ic-proof-progress.h"
#include "ops/ic-safety.h"
#include "ops/ic-sending.h"
#include "ops/ic-transfer-log.h"
#include "ops/ic-node-lane.h"

#include <glib/gi18n.h>

/* Shares of the whole for the progress: retrieving, sending. */
#define RETRIEVED_AT 0.4
#define SENT_AT 0.95

typedef struct
{
  IcDesk *desk;
  char **study_uids;
  IcSelection *selection;
  IcNode *source;
  IcNode *destination;
  IcPatient *patient;
  char *recipient;
  char *reason;
  char *legal_basis;
  IcUrgency urgency;
  guint patience_s;
  gboolean do_commit;
} Plan;

/* One run of the plan. */
typedef struct
{
  Plan *plan;
  IcSendResultInfo *result;
  IcProof *proof;
  IcProofScope scope;
  IcProgress *progress;
  GCancellable *cancellable;
  GPtrArray *studies;  /* of IcStudy */
  GPtrArray *accepted; /* of IcInstance */
  IcNetClient *spare;  /* of the destination, for the next step */
} Send;

static void
plan_free (gpointer data)
{
  Plan *plan = data;

  ic_desk_unref (plan->desk);
  g_strfreev (plan->study_uids);
  g_clear_pointer (&plan->selection, ic_selection_unref);
  g_clear_pointer (&plan->source, ic_node_unref);
  ic_node_unref (plan->destination);
  ic_patient_unref (plan->patient);
  g_free (plan->recipient);
  g_free (plan->reason);
  g_free (plan->legal_basis);
  g_free (plan);
}

void
ic_send_result_info_free (IcSendResultInfo *self)
{
  g_clear_pointer (&self->transfer, ic_transfer_free);
  g_ptr_array_unref (self->notices);
  g_free (self);
}

static gboolean
set_usage_error (GError **error, const char *what)
{
  g_set_error_literal (error, IC_ERROR, IC_ERROR_USAGE, what);
  return FALSE;
}

static gboolean
check_plan (Plan *plan, GError **error)
{
  if (plan->source != NULL && g_str_equal (plan->source->name, plan->destination->name))
    return set_usage_error (error, "source and destination are the same node");
  return ic_outgoing_check ((const char *const *) plan->study_uids, plan->selection, plan->patient,
                            plan->recipient, plan->reason, plan->legal_basis, error);
}

static IcTransfer *
make_transfer (Plan *plan)
{
  IcTransfer *transfer = ic_transfer_new ();

  transfer->direction = IC_DIRECTION_OUT;
  transfer->route = IC_ROUTE_NODE;
  transfer->urgency = plan->urgency;
  ic_transfer_set_text (&transfer->recipient, plan->recipient);
  ic_transfer_set_text (&transfer->reason, plan->reason);
  ic_transfer_set_text (&transfer->legal_basis, plan->legal_basis);
  ic_transfer_set_text (&transfer->source, plan->source != NULL ? plan->source->name : "store");
  ic_transfer_set_text (&transfer->output, plan->destination->name);
  ic_transfer_set_patient (&transfer->patient, plan->patient);
  return transfer;
}

static gboolean
gather (Send *self, GError **error)
{
  Plan *plan = self->plan;
  g_autoptr(IcProgress) part = ic_progress_child (self->progress, 0, RETRIEVED_AT);
  const IcOutgoing outgoing = { .desk = plan->desk,
                                .source = plan->source,
                                .study_uids = (const char *const *) plan->study_uids,
                                .selection = plan->selection,
                                .transfer = self->result->transfer->id,
                                .proof = self->proof,
                                .with_checksums = TRUE,
                                .notices = self->result->notices };

  self->studies = ic_outgoing_gather (&outgoing, part, self->cancellable, error);
  return self->studies != NULL;
}

static gboolean
check_safety (Send *self, GError **error)
{
  Plan *plan = self->plan;
  const char *const *uids = (const char *const *) plan->study_uids;

  return ic_safety_check_patient (plan->desk, uids, plan->patient, self->result->notices, error) &&
         ic_safety_note_repeats (plan->desk, uids, plan->recipient, self->result->notices, error);
}

static gboolean
send_out (Send *self, GError **error)
{
  g_autoptr(IcProgress) part = ic_progress_child (self->progress, RETRIEVED_AT, SENT_AT);
  const IcSending sending = { .desk = self->plan->desk,
                              .node = self->plan->destination,
                              .transfer = self->result->transfer,
                              .spare = &self->spare,
                              .studies = self->studies,
                              .proof = self->proof,
                              .notices = self->result->notices,
                              .progress = part,
                              .cancellable = self->cancellable };
  gboolean ok = ic_sending_run (&sending, &self->accepted, error);

  for (guint i = 0; i < self->accepted->len; i++)
    self->result->size_bytes += ((IcInstance *) self->accepted->pdata[i])->size_bytes;
  return ok;
}

static gboolean
find_arrived (Send *self, GError **error)
{
  const IcArrival arrival = { .desk = self->plan->desk,
                              .node = self->plan->destination,
                              .spare = &self->spare,
                              .studies = self->studies,
                              .accepted = self->accepted,
                              .patience_s = self->plan->patience_s,
                              .proof = self->proof,
                              .notices = self->result->notices,
                              .progress = self->progress,
                              .cancellable = self->cancellable };
  gboolean listed = FALSE;

  if (!ic_arrival_check (&arrival, &listed, error))
    return FALSE;
  if (listed)
    {
      self->scope = IC_PROOF_VERIFIED;
      self->result->transfer->read_back = IC_READ_BACK_LISTED;
    }
  return TRUE;
}

static const char *
find_series (Send *self, const char *sop_instance_uid)
{
  for (guint i = 0; i < self->studies->len; i++)
    {
      const IcStudy *study = self->studies->pdata[i];

      for (guint k = 0; k < study->series->len; k++)
        {
          const IcSeries *series = study->series->pdata[k];

          if (ic_proof_has_retrieved (self->proof, series->series_uid, sop_instance_uid))
            return series->series_uid;
        }
    }
  return NULL;
}

static void
take_commitment (Send *self, const IcCommitmentInstance *instance)
{
  const char *series_uid = find_series (self, instance->sop_instance_uid);
  g_autofree char *remark = NULL;

  g_return_if_fail (series_uid != NULL);
  if (instance->reason == 0)
    {
      ic_proof_add_confirmed (self->proof, series_uid, instance->sop_instance_uid);
      return;
    }
  remark = g_strdup_printf ("the node does not commit itself to keeping it (0x%04x)",
                            instance->reason > 0 ? (guint) instance->reason : 0);
  ic_proof_set_refused (self->proof, series_uid, instance->sop_instance_uid, remark);
}

/* A node that says more than it lists: its word counts both ways. */
static void
take_commitments (Send *self, IcCommitment *commitment)
{
  for (guint i = 0; i < commitment->instances->len; i++)
    take_commitment (self, commitment->instances->pdata[i]);
  if (self->scope == IC_PROOF_VERIFIED)
    return;
  self->scope = IC_PROOF_VERIFIED;
  self->result->transfer->read_back = IC_READ_BACK_COMMITTED;
}

static gboolean
ask_for_commitment (Send *self, GError **error)
{
  const IcCommitting committing = { .desk = self->plan->desk,
                                    .node = self->plan->destination,
                                    .spare = &self->spare,
                                    .transfer = self->result->transfer->id,
                                    .instances = self->accepted,
                                    .patience_s = self->plan->patience_s,
                                    .notices = self->result->notices,
                                    .cancellable = self->cancellable };
  g_autoptr(IcCommitment) commitment = NULL;

  if (self->scope == IC_PROOF_VERIFIED && !self->plan->do_commit)
    return TRUE;
  ic_progress_set_message (self->progress, _ ("Asking for storage commitment"));
  if (!ic_committing_ask (&committing, &commitment, error))
    return FALSE;
  if (commitment != NULL && commitment->state != IC_COMMITMENT_PENDING)
    take_commitments (self, commitment);
  return TRUE;
}

/* Of what the node took, whether it is there; without anything taken there is nothing to ask. */
static gboolean
confirm (Send *self, GError **error)
{
  if (self->accepted->len == 0)
    return TRUE;
  return find_arrived (self, error) && ask_for_commitment (self, error);
}

static gboolean
carry_out (Send *self, GError **error)
{
  return gather (self, error) && check_safety (self, error) && send_out (self, error) &&
         confirm (self, error);
}

static gboolean
run (gpointer data,
     IcProgress *progress,
     gpointer *result,
     GCancellable *cancellable,
     GError **error)
{
  Plan *plan = data;
  g_autoptr(GError) failure = NULL;
  gboolean ok = FALSE;
  Send self = {
    .plan = plan,
    .result = g_new0 (IcSendResultInfo, 1),
    .proof = ic_proof_new (),
    .scope = IC_PROOF_ACCEPTED,
    .progress = progress,
    .cancellable = cancellable,
  };

  self.result->transfer = make_transfer (plan);
  self.result->notices = g_ptr_array_new_with_free_func (g_free);
  *result = self.result;
  if (check_plan (plan, error) && ic_transfer_log_begin (plan->desk, self.result->transfer, error))
    {
      g_autoptr(IcProofProgress) shown = ic_proof_progress_new (self.proof, progress);

      carry_out (&self, &failure);
      ok = ic_transfer_log_end (plan->desk, self.result->transfer, self.proof, self.scope, failure,
                                error);
    }
  ic_proof_free (self.proof);
  g_clear_pointer (&self.spare, ic_net_client_free);
  g_clear_pointer (&self.accepted, g_ptr_array_unref);
  g_clear_pointer (&self.studies, g_ptr_array_unref);
  if (ok && failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  return ok && (error == NULL || *error == NULL);
}

IcJob *
ic_send_job_new (IcDesk *desk, const IcSendOrder *order)
{
  Plan *plan = g_new0 (Plan, 1);
  g_autofree char *lane = ic_node_lane_dup_name (order->destination);

  plan->desk = ic_desk_ref (desk);
  plan->study_uids = ic_uid_dup_unique (order->study_uids);
  plan->selection = order->selection != NULL ? ic_selection_ref (order->selection) : NULL;
  plan->source = order->source != NULL ? ic_node_ref (order->source) : NULL;
  plan->destination = ic_node_ref (order->destination);
  plan->patient = ic_patient_ref (order->patient);
  plan->recipient = g_strdup (order->recipient != NULL ? order->recipient : "");
  plan->reason = g_strdup (order->reason != NULL ? order->reason : "");
  plan->legal_basis = g_strdup (order->legal_basis != NULL ? order->legal_basis : "");
  plan->urgency = order->urgency;
  plan->patience_s = order->patience_s;
  plan->do_commit = order->do_commit;
  return ic_job_new ("Send", lane, run, plan, plan_free, (GDestroyNotify) ic_send_result_info_free);
}
