/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-move.h"

#include "dicom/shim/ic-shim-query.hh"
#include "dicom/shim/ic-shim-retrieve.hh"
#include "dicom/shim/ic-shim-status.h"

#include "domain/ic-node.h"

namespace
{

bool
receive (IcAssociation *self, const IcMoveOrder *order, IcGetOutcome *outcome, GError **error)
{
  do
    {
      guint8 context = 0;
      Command command;

      if (!dimse_receive_command (self, &context, &command, error))
        return false;
      if (command.field != COMMAND_C_MOVE_RSP)
        {
          self->usable = false;
          g_set_error (error, IC_ERROR, IC_ERROR_BAD_DATA,
                       "%s sent something else than an answer to C-MOVE", self->node.c_str ());
          return false;
        }
      if (!retrieve_take_response (self, context, command, outcome, order->progress,
                                   order->user_data, error))
        return false;
    }
  while (ic_status_classify (outcome->status) == IC_STATUS_PENDING);
  return retrieve_finish (self, "C-MOVE", outcome, error);
}

bool
move (IcAssociation *self,
      const IcQuery *query,
      const IcMoveOrder *order,
      IcGetOutcome *outcome,
      GError **error)
{
  const char *sop_class = ic_move_get_sop_class (query);
  guint8 context = dimse_find_context (self, sop_class, error);
  std::string request;

  if (context == 0 ||
      !query_encode (query, true, dimse_is_explicit (self, context), request, error))
    return false;
  self->message_id = (guint16) (order->message_id - 1);
  return dimse_request (self, context, COMMAND_C_MOVE_RQ, sop_class, &request, error,
                        order->destination) &&
         receive (self, order, outcome, error);
}

} // namespace

const char *
ic_move_get_sop_class (const IcQuery *query)
{
  return ic_query_get_patient_root (query) ? "1.2.840.10008.5.1.4.1.2.1.2"
                                           : "1.2.840.10008.5.1.4.1.2.2.2";
}

gboolean
ic_association_move (IcAssociation *self,
                     const IcQuery *query,
                     const IcMoveOrder *order,
                     IcGetOutcome *outcome,
                     GError **error)
{
  retrieve_begin (outcome);
  if (!ic_aet_is_valid (order->destination) || order->message_id == 0)
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_USAGE, "a move needs a destination");
      return FALSE;
    }
  return ic_shim_guard (error, FALSE,
                        [&] () -> gboolean { return move (self, query, order, outcome, error); });
}
