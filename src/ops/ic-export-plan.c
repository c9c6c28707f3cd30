/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-export-plan.h"

#include "core/ic-error.h"
#include "domain/ic-uid.h"
#include "ops/ic-outgoing.h"

IcExportPlan *
ic_export_plan_new (IcDesk *desk, const IcExportOrder *order)
{
  IcExportPlan *plan = g_new0 (IcExportPlan, 1);

  plan->desk = ic_desk_ref (desk);
  plan->study_uids = ic_uid_dup_unique (order->study_uids);
  plan->selection = order->selection != NULL ? ic_selection_ref (order->selection) : NULL;
  plan->source = order->source != NULL ? ic_node_ref (order->source) : NULL;
  plan->route = order->route;
  plan->profile = order->profile;
  plan->viewer = order->viewer;
  plan->output = g_strdup (order->output != NULL ? order->output : "");
  plan->capacity_bytes = order->capacity_bytes;
  plan->disc = order->disc;
  plan->copies = MAX (order->copies, 1);
  plan->patient = ic_patient_ref (order->patient);
  plan->recipient = g_strdup (order->recipient != NULL ? order->recipient : "");
  plan->reason = g_strdup (order->reason != NULL ? order->reason : "");
  plan->legal_basis = g_strdup (order->legal_basis != NULL ? order->legal_basis : "");
  plan->urgency = order->urgency;
  return plan;
}

void
ic_export_plan_free (gpointer data)
{
  IcExportPlan *plan = data;

  ic_desk_unref (plan->desk);
  g_strfreev (plan->study_uids);
  g_clear_pointer (&plan->selection, ic_selection_unref);
  g_clear_pointer (&plan->source, ic_node_unref);
  g_free (plan->output);
  ic_patient_unref (plan->patient);
  g_free (plan->recipient);
  g_free (plan->reason);
  g_free (plan->legal_basis);
  g_free (plan);
}

static gboolean
set_usage_error (GError **error, const char *what)
{
  g_set_error_literal (error, IC_ERROR, IC_ERROR_USAGE, what);
  return FALSE;
}

/* An archive is unpacked onto anything. */
static gboolean
suits (IcExportPlan *plan, IcMediaProfiles possible)
{
  return plan->route == IC_ROUTE_ZIP || (plan->profile & possible) == plan->profile;
}

gboolean
ic_export_plan_check (IcExportPlan *plan, GError **error)
{
  if (!ic_outgoing_check ((const char *const *) plan->study_uids, plan->selection, plan->patient,
                          plan->recipient, plan->reason, plan->legal_basis, error))
    return FALSE;
  if (*plan->output == '\0')
    return set_usage_error (error, "an output is needed");
  if (!suits (plan, ic_output_list_profiles (plan->route)))
    return set_usage_error (error, "the profile is for another kind of medium");
  if (plan->copies > 1 && (plan->route != IC_ROUTE_DISC || !ic_drive_is_one (plan->output)))
    return set_usage_error (error, "copies are made with a drive only");
  return TRUE;
}

gboolean
ic_export_plan_check_output (IcExportPlan *self, IcOutput *output, GError **error)
{
  if (suits (self, ic_output_get_profiles (output)))
    return TRUE;
  g_set_error_literal (error, IC_ERROR, IC_ERROR_MEDIUM_UNSUITABLE,
                       "the profile is for another kind of disc");
  return FALSE;
}

IcTransfer *
ic_export_plan_make_transfer (IcExportPlan *plan)
{
  IcTransfer *transfer = ic_transfer_new ();

  transfer->direction = IC_DIRECTION_OUT;
  transfer->route = plan->route;
  transfer->urgency = plan->urgency;
  ic_transfer_set_text (&transfer->recipient, plan->recipient);
  ic_transfer_set_text (&transfer->reason, plan->reason);
  ic_transfer_set_text (&transfer->legal_basis, plan->legal_basis);
  ic_transfer_set_text (&transfer->source, plan->source != NULL ? plan->source->name : "store");
  ic_transfer_set_text (&transfer->output, plan->output);
  ic_transfer_set_patient (&transfer->patient, plan->patient);
  return transfer;
}
