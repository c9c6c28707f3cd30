/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-commitment.h"

#include "dicom/shim/ic-shim-dimse.hh"

#include "dicom/shim/ic-shim-status.h"

#include "domain/ic-uid.h"

#include <dcmtk/dcmnet/dcmtrans.h>
#include <dcmtk/dcmnet/dul.h>

namespace
{

constexpr guint16 action_request_commitment = 1; /* PS3.4 J.3.2 */
constexpr guint16 status_success = 0x0000;
constexpr guint32 undefined_length = 0xffffffff;
constexpr guint32 transaction_tag = 0x00081195;
constexpr guint32 failed_sequence_tag = 0x00081198;
constexpr guint32 referenced_sequence_tag = 0x00081199;
constexpr guint32 referenced_class_tag = 0x00081150;
constexpr guint32 referenced_instance_tag = 0x00081155;
constexpr guint32 failure_reason_tag = 0x00081197;
constexpr guint32 item_tag = 0xfffee000;
constexpr guint16 reason_unknown = 0x0110; /* processing failure, where the peer gives none */

void
clear_committed (gpointer data)
{
  g_free (static_cast<IcCommitted *> (data)->sop_instance_uid);
}

IcCommitmentReport *
report_new ()
{
  IcCommitmentReport *self = g_new0 (IcCommitmentReport, 1);

  self->transaction_uid = g_strdup ("");
  self->instances = g_array_new (FALSE, TRUE, sizeof (IcCommitted));
  g_array_set_clear_func (self->instances, clear_committed);
  return self;
}

/* Goes through the elements in the order of the bytes and steps into sequences and items, of which
 * there are one level here. */
class ReportReader
{
public:
  ReportReader (std::string_view bytes, bool explicit_vr, IcCommitmentReport *report)
      : rest_ (bytes), explicit_vr_ (explicit_vr), report_ (report)
  {
  }

  bool read ();

private:
  bool step ();
  bool is_container (const IcShimHead &head);
  void take (guint32 tag, std::string_view value);
  void finish_item ();

  std::string_view rest_;
  bool explicit_vr_;
  IcCommitmentReport *report_;
  bool failed_ = false; /* in the sequence of those that are not kept */
  std::string uid_;
  guint16 reason_ = 0;
};

void
ReportReader::finish_item ()
{
  guint16 reason = reason_ == 0 ? reason_unknown : reason_;

  if (ic_uid_is_valid (uid_.c_str ()))
    {
      IcCommitted committed = { g_strdup (uid_.c_str ()), failed_ ? reason : (guint16) 0 };

      g_array_append_val (report_->instances, committed);
    }
  uid_.clear ();
  reason_ = 0;
}

bool
ReportReader::is_container (const IcShimHead &head)
{
  if (head.tag == failed_sequence_tag || head.tag == referenced_sequence_tag)
    {
      finish_item ();
      failed_ = head.tag == failed_sequence_tag;
      return true;
    }
  if (head.tag == item_tag)
    finish_item ();
  return head.tag >> 16 == 0xfffe;
}

void
ReportReader::take (guint32 tag, std::string_view value)
{
  std::string text (element_trim (value));

  if (tag == transaction_tag && ic_uid_is_valid (text.c_str ()))
    {
      g_free (report_->transaction_uid);
      report_->transaction_uid = g_strdup (text.c_str ());
    }
  else if (tag == referenced_instance_tag)
    uid_ = text;
  else if (tag == failure_reason_tag)
    reason_ = element_us (value);
}

bool
ReportReader::step ()
{
  IcShimHead head;

  if (ic_shim_parse_head (rest_, explicit_vr_, head) != IcShimHeadKind::whole ||
      head.size > rest_.size ())
    return false;
  rest_.remove_prefix (head.size);
  if (is_container (head))
    return true;
  if (head.length == undefined_length || head.length > rest_.size ())
    return false;
  take (head.tag, rest_.substr (0, head.length));
  rest_.remove_prefix (head.length);
  return true;
}

bool
ReportReader::read ()
{
  while (!rest_.empty ())
    if (!step ())
      return false;
  finish_item ();
  return *report_->transaction_uid != '\0';
}

void
put_item (std::string &bytes, const std::string &content)
{
  const guint32 head[2] = { GUINT32_TO_LE (0xe000fffe), GUINT32_TO_LE ((guint32) content.size ()) };

  bytes.append (reinterpret_cast<const char *> (head), sizeof head);
  bytes.append (content);
}

/* PS3.4 table J.3-1 */
std::string
make_action (const char *transaction_uid, const char *const *uids, gsize n, bool explicit_vr)
{
  ElementWriter data (explicit_vr);
  std::string items;

  for (gsize i = 0; i < n; i++)
    {
      ElementWriter item (explicit_vr);

      item.add (referenced_class_tag, "UI", uids[2 * i]);
      item.add (referenced_instance_tag, "UI", uids[2 * i + 1]);
      put_item (items, item.bytes ());
    }
  data.add (transaction_tag, "UI", transaction_uid);
  data.add (referenced_sequence_tag, "SQ", items);
  return data.bytes ();
}

bool
send_action (IcAssociation *self, guint8 context, const std::string &data, GError **error)
{
  ElementWriter command (false);

  self->message_id++;
  self->request_context = 0;
  command.add (0x00000003, "UI", IC_COMMITMENT_UID);
  command.add_us (0x00000100, COMMAND_N_ACTION_RQ);
  command.add_us (0x00000110, self->message_id);
  command.add_us (0x00000800, dimse_with_data_set);
  command.add (0x00001001, "UI", IC_COMMITMENT_INSTANCE_UID);
  command.add_us (0x00001008, action_request_commitment);
  return dimse_write_pdv (self, context, true, dimse_finish_command (command), error) &&
         dimse_write_pdv (self, context, false, data, error);
}

/* The report may overtake the answer to the request. */
bool
take_event (IcAssociation *self,
            guint8 context,
            const Command &request,
            IcCommitmentReport **report,
            GError **error)
{
  std::string data;

  if (!request.has_data || *report != nullptr)
    return dimse_fail_protocol (self, error, "a report without content");
  if (!dimse_receive_identifier (self, context, data, error))
    return false;
  *report = ic_commitment_report_parse (data.data (), data.size (),
                                        dimse_is_explicit (self, context), error);
  return *report != nullptr && dimse_answer (self, context, request, status_success, error);
}

bool
take_message (IcAssociation *self, bool *answered, IcCommitmentReport **report, GError **error)
{
  guint8 context = 0;
  Command command;
  std::string unused;

  if (!dimse_receive_command (self, &context, &command, error))
    return false;
  if (command.field == COMMAND_N_EVENT_REPORT_RQ)
    return take_event (self, context, command, report, error);
  if (command.field != COMMAND_N_ACTION_RSP || *answered)
    return dimse_fail_protocol (self, error, "an answer that nobody asked for");
  *answered = true;
  if (command.has_data && !dimse_receive_identifier (self, context, unused, error))
    return false;
  return command.status == status_success ||
         ic_status_set_error (error, self->node.c_str (), "N-ACTION", command.status);
}

/* Nothing is wrong with a peer that reports later, or releases the association meanwhile. */
bool
report_comes (IcAssociation *self, guint patience_ms)
{
  Channel *channel =
      link_channel_of (DUL_getTransportConnection (self->association->DULassociation));
  gint64 until_us = g_get_monotonic_time () + patience_ms * G_GINT64_CONSTANT (1000);

  while (channel != nullptr && !self->link.notice_cancel ())
    {
      if (channel->is_readable_before (until_us))
        return true;
      if (g_get_monotonic_time () >= until_us)
        return false;
    }
  return false;
}

bool
commit (IcAssociation *self,
        const std::string &data,
        guint8 context,
        guint patience_ms,
        IcCommitmentReport **report,
        GError **error)
{
  bool answered = false;

  if (!send_action (self, context, data, error))
    return false;
  while (!answered)
    if (!take_message (self, &answered, report, error))
      return false;
  if (*report == nullptr && report_comes (self, patience_ms) &&
      !take_message (self, &answered, report, nullptr))
    self->usable = false; /* it will report later, on an association of its own */
  return dimse_finish_request (self, error);
}

} // namespace

IcCommitmentReport *
ic_commitment_report_parse (gconstpointer data, gsize size, gboolean explicit_vr, GError **error)
{
  return ic_shim_guard (
      error, static_cast<IcCommitmentReport *> (nullptr), [&] () -> IcCommitmentReport * {
        g_autoptr(IcCommitmentReport) report = report_new ();

        if (ReportReader ({ static_cast<const char *> (data), size }, explicit_vr, report).read ())
          return static_cast<IcCommitmentReport *> (g_steal_pointer (&report));
        g_set_error_literal (error, IC_ERROR, IC_ERROR_BAD_DATA,
                             "the report on storage commitment makes no sense");
        return nullptr;
      });
}

void
ic_commitment_report_free (IcCommitmentReport *self)
{
  g_free (self->transaction_uid);
  g_array_unref (self->instances);
  g_free (self);
}

gboolean
ic_association_commit (IcAssociation *self,
                       const char *transaction_uid,
                       const char *const *uids,
                       gsize n,
                       guint patience_ms,
                       IcCommitmentReport **report,
                       GError **error)
{
  *report = nullptr;
  return ic_shim_guard (error, FALSE, [&] () -> gboolean {
    guint8 context = dimse_find_context (self, IC_COMMITMENT_UID, error);

    return context != 0 &&
           commit (self, make_action (transaction_uid, uids, n, dimse_is_explicit (self, context)),
                   context, patience_ms, report, error);
  });
}
