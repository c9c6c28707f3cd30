/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-dimse.hh"

#include "dicom/shim/ic-shim-identifier.hh"

#include <dcmtk/dcmnet/dul.h>

namespace
{

constexpr size_t command_size_max = 64 * 1024;
constexpr size_t identifier_size_max = 16 * 1024 * 1024;
constexpr guint16 response_bit = 0x8000; /* PS3.7 E.1 */
constexpr guint user_cancel_grace_ms = 70;

IcErrorCode
code_of (LinkFailure failure)
{
  switch (failure)
    {
    case LinkFailure::timed_out:
      return IC_ERROR_TIMED_OUT;
    case LinkFailure::tls_own_refused:
    case LinkFailure::tls_peer_unknown:
    case LinkFailure::tls_not_spoken:
    case LinkFailure::tls_expected:
    case LinkFailure::tls_other:
      return IC_ERROR_TLS;
    default:
      return IC_ERROR_NODE_ABORTED;
    }
}

const char *
sentence_of (LinkFailure failure)
{
  switch (failure)
    {
    case LinkFailure::timed_out:
      return "did not answer in time";
    case LinkFailure::closed:
      return "closed the connection";
    case LinkFailure::tls_own_refused:
      return "refuses our certificate";
    case LinkFailure::tls_peer_unknown:
      return "has a certificate that is not trusted";
    case LinkFailure::tls_not_spoken:
      return "does not speak TLS";
    case LinkFailure::tls_expected:
      return "wants TLS";
    case LinkFailure::tls_other:
      return "and we found no common TLS";
    default:
      return "lost the connection";
    }
}

bool
fail_link (IcAssociation *self, GError **error)
{
  LinkFailure failure = self->link.failure ();
  const std::string &detail = self->link.failure_detail ();

  if (failure == LinkFailure::cancelled || self->link.notice_cancel ())
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");
  else
    g_set_error (error, IC_ERROR, code_of (failure), "%s %s%s%s", self->node.c_str (),
                 sentence_of (failure), detail.empty () ? "" : ": ", detail.c_str ());
  return false;
}

bool
write_pdv (IcAssociation *self,
           guint8 context,
           DUL_DATAPDV type,
           const std::string &bytes,
           GError **error)
{
  DUL_PDV pdv = {};
  DUL_PDVLIST list = {};

  pdv.fragmentLength = bytes.size ();
  pdv.presentationContextID = context;
  pdv.pdvType = type;
  pdv.lastPDV = OFTrue;
  pdv.data = const_cast<char *> (bytes.data ());
  list.count = 1;
  list.pdv = &pdv;

  OFCondition condition = DUL_WritePDVs (&self->association->DULassociation, &list);

  return condition.good () || dimse_fail (self, condition, error);
}

void
take_element (Command *command, const Element &element)
{
  switch (element.tag)
    {
    case 0x00000002:
      command->class_uid = element_trim (element.value);
      break;
    case 0x00000100:
      command->field = element_us (element.value);
      break;
    case 0x00000110:
      command->message_id = element_us (element.value);
      break;
    case 0x00000120:
      command->responded_id = element_us (element.value);
      break;
    case 0x00000800:
      command->has_data = element_us (element.value) != dimse_no_data_set;
      break;
    case 0x00000900:
      command->status = element_us (element.value);
      break;
    case 0x00001000:
      command->instance_uid = element_trim (element.value);
      break;
    case 0x00001002:
      command->event_type = element_us (element.value);
      break;
    case 0x00001030:
      command->originator_aet = element_trim (element.value);
      break;
    case 0x00001031:
      command->originator_id = element_us (element.value);
      break;
    case 0x00001020:
      command->remaining = element_us (element.value);
      command->has_counts = true;
      break;
    case 0x00001021:
      command->completed = element_us (element.value);
      command->has_counts = true;
      break;
    case 0x00001022:
      command->failed = element_us (element.value);
      command->has_counts = true;
      break;
    case 0x00001023:
      command->warning = element_us (element.value);
      command->has_counts = true;
      break;
    default:
      break;
    }
}

/* Between two PDUs the connection is in order, so that C-CANCEL and A-ABORT can still be sent. */
bool
wait_for_pdu (IcAssociation *self, GError **error)
{
  Channel *channel =
      link_channel_of (DUL_getTransportConnection (self->association->DULassociation));
  LinkWait result = LinkWait::ready;

  if (channel == nullptr)
    return dimse_fail (self, DUL_NETWORKCLOSED, error);
  if (self->link.is_past_deadline ())
    {
      self->link.fail (self->link.cancel_was_noticed () ? LinkFailure::cancelled
                                                        : LinkFailure::timed_out);
      return fail_link (self, error);
    }
  if (self->link.notice_cancel () && !self->cancel_sent)
    dimse_cancel (self, user_cancel_grace_ms);
  if (channel->is_readable (true, &result))
    return true;
  if (result == LinkWait::cancelled)
    return wait_for_pdu (self, error);
  return fail_link (self, error);
}

bool
next_pdv (IcAssociation *self, DUL_PDV *pdv, GError **error)
{
  DUL_ASSOCIATIONKEY **key = &self->association->DULassociation;

  if (!self->usable)
    return dimse_fail (self, DUL_NETWORKCLOSED, error);
  if (DUL_NextPDV (key, pdv).good ())
    return true;
  if (!wait_for_pdu (self, error))
    {
      self->usable = false;
      return false;
    }

  OFCondition condition = DUL_ReadPDVs (key, nullptr, DUL_BLOCK, 0);

  if (condition != DUL_PDATAPDUARRIVED)
    return dimse_fail (self, condition, error);
  condition = DUL_NextPDV (key, pdv);
  return condition.good () || dimse_fail (self, condition, error);
}

std::string_view
bytes_of (const DUL_PDV &pdv)
{
  return { static_cast<const char *> (pdv.data), pdv.fragmentLength };
}

} // namespace

bool
dimse_fail_protocol (IcAssociation *self, GError **error, const char *what)
{
  self->usable = false;
  g_set_error (error, IC_ERROR, IC_ERROR_BAD_DATA, "%s sent %s", self->node.c_str (), what);
  return false;
}

std::string
dimse_finish_command (const ElementWriter &body)
{
  ElementWriter head (false);

  head.add_ul (0x00000000, (guint32) body.bytes ().size ());
  return head.bytes () + body.bytes ();
}

bool
dimse_write_pdv (IcAssociation *self,
                 guint8 context,
                 bool is_command,
                 const std::string &bytes,
                 GError **error)
{
  return write_pdv (self, context, is_command ? DUL_COMMANDPDV : DUL_DATASETPDV, bytes, error);
}

bool
dimse_fail (IcAssociation *self, const OFCondition &condition, GError **error)
{
  self->usable = false;
  self->release_requested = condition == DUL_PEERREQUESTEDRELEASE;
  if (self->link.failure () != LinkFailure::none)
    return fail_link (self, error);
  if (condition == DUL_PEERABORTEDASSOCIATION)
    g_set_error (error, IC_ERROR, IC_ERROR_NODE_ABORTED, "%s aborted the association",
                 self->node.c_str ());
  else if (condition == DUL_PEERREQUESTEDRELEASE)
    g_set_error (error, IC_ERROR, IC_ERROR_NODE_ABORTED,
                 "%s released the association before it had answered", self->node.c_str ());
  else if (condition == DUL_NETWORKCLOSED)
    g_set_error (error, IC_ERROR, IC_ERROR_NODE_ABORTED, "the association with %s is closed",
                 self->node.c_str ());
  else
    ic_shim_set_condition (error, IC_ERROR_NODE_ABORTED, self->node.c_str (), condition);
  return false;
}

guint8
dimse_find_context (IcAssociation *self, const char *abstract_syntax, GError **error)
{
  for (size_t id = 1; id < self->contexts.size (); id += 2)
    if (self->contexts[id].abstract_syntax == abstract_syntax)
      return (guint8) id;
  g_set_error (error, IC_ERROR, IC_ERROR_NODE_REJECTED, "%s does not offer the service %s",
               self->node.c_str (), abstract_syntax);
  return 0;
}

bool
dimse_is_explicit (IcAssociation *self, guint8 context)
{
  return self->contexts[context].transfer_syntax == "1.2.840.10008.1.2.1";
}

bool
dimse_request (IcAssociation *self,
               guint8 context,
               guint16 field,
               const char *abstract_syntax,
               const std::string *identifier,
               GError **error,
               const char *move_destination)
{
  ElementWriter command (false);

  if (!self->usable)
    return dimse_fail (self, DUL_NETWORKCLOSED, error);
  self->message_id++;
  self->request_context = context;
  self->cancel_sent = false;
  command.add (0x00000002, "UI", abstract_syntax);
  command.add_us (0x00000100, field);
  command.add_us (0x00000110, self->message_id);
  if (move_destination != nullptr)
    command.add (0x00000600, "AE", move_destination);
  if (identifier != nullptr)
    command.add_us (0x00000700, 0); /* priority medium */
  command.add_us (0x00000800, identifier != nullptr ? dimse_with_data_set : dimse_no_data_set);
  return write_pdv (self, context, DUL_COMMANDPDV, dimse_finish_command (command), error) &&
         (identifier == nullptr || write_pdv (self, context, DUL_DATASETPDV, *identifier, error));
}

bool
dimse_answer (IcAssociation *self,
              guint8 context,
              const Command &request,
              guint16 status,
              GError **error)
{
  ElementWriter command (false);

  command.add (0x00000002, "UI", request.class_uid);
  command.add_us (0x00000100, request.field | response_bit);
  command.add_us (0x00000120, request.message_id);
  command.add_us (0x00000800, dimse_no_data_set);
  command.add_us (0x00000900, status);
  if (request.field == COMMAND_C_STORE_RQ || request.field == COMMAND_N_EVENT_REPORT_RQ)
    command.add (0x00001000, "UI", request.instance_uid);
  if (request.field == COMMAND_N_EVENT_REPORT_RQ)
    command.add_us (0x00001002, request.event_type);
  return write_pdv (self, context, DUL_COMMANDPDV, dimse_finish_command (command), error);
}

bool
dimse_cancel (IcAssociation *self, guint grace_ms)
{
  ElementWriter command (false);

  self->cancel_sent = true;
  self->link.set_deadline_ms (grace_ms);
  if (self->request_context == 0)
    return false;
  command.add_us (0x00000100, COMMAND_C_CANCEL_RQ);
  command.add_us (0x00000120, self->message_id);
  command.add_us (0x00000800, dimse_no_data_set);
  return write_pdv (self, self->request_context, DUL_COMMANDPDV, dimse_finish_command (command),
                    nullptr);
}

bool
dimse_receive_command (IcAssociation *self, guint8 *context, Command *command, GError **error)
{
  DUL_PDV pdv = {};
  Element element = {};

  self->command_buffer.clear ();
  do
    {
      if (!next_pdv (self, &pdv, error))
        return false;
      if (pdv.pdvType != DUL_COMMANDPDV)
        return dimse_fail_protocol (self, error, "data where a command was due");
      self->command_buffer.append (bytes_of (pdv));
      if (self->command_buffer.size () > command_size_max)
        return dimse_fail_protocol (self, error, "a command without end");
    }
  while (!pdv.lastPDV);

  *command = Command ();
  *context = pdv.presentationContextID;
  ElementReader reader (self->command_buffer, false);
  while (reader.next (element))
    take_element (command, element);
  if (reader.is_damaged () || self->contexts[*context].abstract_syntax.empty ())
    return dimse_fail_protocol (self, error, "a command that makes no sense");
  if ((command->field & response_bit) != 0 && command->responded_id != self->message_id)
    return dimse_fail_protocol (self, error, "an answer to another request");
  return true;
}

bool
dimse_receive_data (IcAssociation *self,
                    guint8 context,
                    const std::function<void (std::string_view)> &piece,
                    GError **error)
{
  DUL_PDV pdv = {};

  do
    {
      if (!next_pdv (self, &pdv, error))
        return false;
      if (pdv.pdvType != DUL_DATASETPDV || pdv.presentationContextID != context)
        return dimse_fail_protocol (self, error, "a data set mixed with something else");
      piece (bytes_of (pdv));
    }
  while (!pdv.lastPDV);
  return true;
}

bool
dimse_receive_identifier (IcAssociation *self,
                          guint8 context,
                          std::string &identifier,
                          GError **error)
{
  bool too_long = false;
  auto append = [&] (std::string_view piece) {
    too_long = too_long || identifier.size () + piece.size () > identifier_size_max;
    if (!too_long)
      identifier.append (piece);
  };

  identifier.clear ();
  if (!dimse_receive_data (self, context, append, error))
    return false;
  return !too_long || dimse_fail_protocol (self, error, "an identifier without end");
}

bool
dimse_finish_request (IcAssociation *self, GError **error)
{
  self->request_context = 0;
  if (self->link.notice_cancel ())
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");
      return false;
    }
  self->link.clear_deadline ();
  return true;
}
