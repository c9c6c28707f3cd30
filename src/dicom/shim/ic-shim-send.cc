/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-send.h"

#include "dicom/shim/ic-shim-dimse.hh"
#include "dicom/shim/ic-shim-status.h"
#include "dicom/shim/ic-shim-stored-file.hh"

#include <dcmtk/dcmnet/dul.h>

#include <deque>

namespace
{

constexpr gint64 progress_interval_us = 100 * 1000;
constexpr guint16 status_out_of_resources = 0xa700; /* and the 255 after it */
constexpr size_t pdu_head_size = 12;
constexpr unsigned char pdu_type_data = 0x04;
constexpr unsigned char control_command = 0x01;
constexpr unsigned char control_last = 0x02;

struct Meaning
{
  guint16 mask;
  guint16 status;
  const char *text;
};

/* PS3.4 table B.2-1; what is not here has the meaning of PS3.7 annex C. */
const Meaning meanings[] = {
  { 0xffff, 0xb000, "accepted, but with elements changed" },
  { 0xffff, 0xb006, "accepted, but with elements left out" },
  { 0xffff, 0xb007, "accepted, although it does not fit its class" },
  { 0xff00, 0xa900, "it does not fit its class" },
  { 0xf000, 0xc000, "it cannot be understood" },
};

const char *
describe (guint16 status)
{
  for (const Meaning &meaning : meanings)
    if ((status & meaning.mask) == meaning.status)
      return meaning.text;
  return ic_status_describe (status);
}

/* P-DATA-TF PDUs with one PDV each (PS3.8 9.3.5), gathered so that a hundred of them leave in one
 * system call; DCMTK would need two calls for each. Points to the bytes it is given. */
class PduBatch
{
public:
  explicit PduBatch (size_t piece_size) : piece_size_ (piece_size) {}

  void add (guint8 context, std::string_view bytes, bool is_command, bool is_last);
  std::vector<iovec> &
  parts ()
  {
    return parts_;
  }
  void
  clear ()
  {
    heads_.clear ();
    parts_.clear ();
  }

private:
  using Head = std::array<unsigned char, pdu_head_size>;

  void add_pdu (guint8 context, unsigned char control, std::string_view bytes);

  size_t piece_size_;
  std::deque<Head> heads_; /* keeps them where they are */
  std::vector<iovec> parts_;
};

void
put_length (unsigned char *at, size_t length)
{
  guint32 value = GUINT32_TO_BE ((guint32) length);

  memcpy (at, &value, sizeof value);
}

void
PduBatch::add_pdu (guint8 context, unsigned char control, std::string_view bytes)
{
  Head &head = heads_.emplace_back ();

  head = { pdu_type_data, 0 };
  put_length (head.data () + 2, bytes.size () + 6);
  put_length (head.data () + 6, bytes.size () + 2);
  head[10] = context;
  head[11] = control;
  parts_.push_back ({ head.data (), head.size () });
  parts_.push_back ({ const_cast<char *> (bytes.data ()), bytes.size () });
}

void
PduBatch::add (guint8 context, std::string_view bytes, bool is_command, bool is_last)
{
  do
    {
      std::string_view piece = bytes.substr (0, piece_size_);
      bool ends = piece.size () == bytes.size ();

      add_pdu (context, (is_command ? control_command : 0) | (ends && is_last ? control_last : 0),
               piece);
      bytes.remove_prefix (piece.size ());
    }
  while (!bytes.empty ());
}

class Sender
{
public:
  Sender (IcAssociation *association,
          const IcSendInstance *instances,
          gsize n,
          IcSendOutcome *outcomes,
          IcSendTiming *timing)
      : association_ (association), instances_ (instances), n_ (n), outcomes_ (outcomes),
        timing_ (timing), pdus_ (association->association->sendPDVLength & ~1UL), files_{
          StoredFile (association->file_buffers[0]), StoredFile (association->file_buffers[1])
        }
  {
  }

  bool run (IcSendProgressFunc progress, gpointer user_data, GError **error);

private:
  bool is_over (GError **error);
  bool settle (gsize i, GError **error);
  void prepare (gsize i);
  bool send (gsize i, guint8 context, GError **error);
  bool send_file (gsize i, guint8 context, StoredFile &file, GError **error);
  bool write (GError **error);
  bool receive_answer (gsize i, GError **error);
  void judge (gsize i, guint16 status);
  guint8 find_context (const IcSendInstance &instance) const;
  std::string make_request (const IcSendInstance &instance);
  void set_outcome (gsize i, IcSendResult result, const char *message, guint16 status = 0);
  StoredFile &
  file_of (gsize i)
  {
    return files_[i % 2];
  }

  IcAssociation *association_;
  const IcSendInstance *instances_;
  gsize n_;
  IcSendOutcome *outcomes_;
  IcSendTiming *timing_;
  PduBatch pdus_;
  gsize prepared_ = 0; /* so many files have been begun */
  StoredFile files_[2];
};

void
Sender::set_outcome (gsize i, IcSendResult result, const char *message, guint16 status)
{
  outcomes_[i].result = result;
  outcomes_[i].status = status;
  g_free (outcomes_[i].message);
  outcomes_[i].message = g_strdup (message);
}

guint8
Sender::find_context (const IcSendInstance &instance) const
{
  for (size_t id = 1; id < association_->contexts.size (); id += 2)
    if (association_->contexts[id].abstract_syntax == instance.sop_class_uid &&
        association_->contexts[id].transfer_syntax == instance.transfer_syntax_uid)
      return (guint8) id;
  return 0;
}

/* PS3.7 9.3.1.1 */
std::string
Sender::make_request (const IcSendInstance &instance)
{
  ElementWriter command (false);

  association_->message_id++;
  association_->request_context = 0; /* nothing that C-CANCEL could stop */
  command.add (0x00000002, "UI", instance.sop_class_uid);
  command.add_us (0x00000100, COMMAND_C_STORE_RQ);
  command.add_us (0x00000110, association_->message_id);
  command.add_us (0x00000700, 0); /* priority medium */
  command.add_us (0x00000800, dimse_with_data_set);
  command.add (0x00001000, "UI", instance.sop_instance_uid);
  return dimse_finish_command (command);
}

void
Sender::prepare (gsize i)
{
  if (i >= n_ || i < prepared_ || find_context (instances_[i]) == 0)
    return;
  file_of (i).open (instances_[i]);
  prepared_ = i + 1;
}

bool
Sender::write (GError **error)
{
  Channel *channel =
      link_channel_of (DUL_getTransportConnection (association_->association->DULassociation));
  bool sent = channel != nullptr && channel->write_parts (pdus_.parts ());

  pdus_.clear ();
  return sent || dimse_fail (association_, DUL_NETWORKCLOSED, error);
}

/* A file that turns out to be damaged is not sent to its end: breaking off is the only way to take
 * back what has left already (PS3.8 7.3). */
bool
Sender::send_file (gsize i, guint8 context, StoredFile &file, GError **error)
{
  std::string request = make_request (instances_[i]);

  pdus_.add (context, request, true, true);
  for (;;)
    {
      std::string_view piece = file.piece ();
      bool is_last = file.is_at_end ();

      pdus_.add (context, piece, false, is_last);
      if (!write (error))
        return false;
      if (is_last)
        return true;
      if (file.next ())
        continue;
      set_outcome (i, IC_SEND_UNFIT, file.fault ().c_str ());
      association_->usable = false;
      g_set_error (error, IC_ERROR, IC_ERROR_STORE_DAMAGED, "a stored file is damaged: %s",
                   file.fault ().c_str ());
      return false;
    }
}

void
Sender::judge (gsize i, guint16 status)
{
  IcStatusKind kind = ic_status_classify (status);

  if (kind == IC_STATUS_SUCCESS)
    set_outcome (i, IC_SEND_ACCEPTED, nullptr, status);
  else
    set_outcome (i, kind == IC_STATUS_WARNING ? IC_SEND_ACCEPTED : IC_SEND_REFUSED,
                 describe (status), status);
  association_->is_full |= (status & 0xff00) == status_out_of_resources;
}

bool
Sender::receive_answer (gsize i, GError **error)
{
  gint64 began_us = g_get_monotonic_time ();
  guint8 context = 0;
  Command answer;
  bool received = dimse_receive_command (association_, &context, &answer, error);

  timing_->waited_us += g_get_monotonic_time () - began_us;
  if (!received)
    return false;
  if (answer.field != COMMAND_C_STORE_RSP || answer.has_data ||
      (!answer.instance_uid.empty () && answer.instance_uid != instances_[i].sop_instance_uid))
    return dimse_fail_protocol (association_, error, "an answer to another image");
  judge (i, answer.status);
  return true;
}

/* While the peer works on this one, the next is read and hashed. */
bool
Sender::send (gsize i, guint8 context, GError **error)
{
  StoredFile &file = file_of (i);

  prepare (i);
  if (!file.fault ().empty ())
    {
      set_outcome (i, IC_SEND_UNFIT, file.fault ().c_str ());
      return true;
    }
  set_outcome (i, IC_SEND_UNANSWERED, nullptr);
  if (!send_file (i, context, file, error))
    return false;
  prepare (i + 1);
  return receive_answer (i, error);
}

bool
Sender::settle (gsize i, GError **error)
{
  guint8 context = find_context (instances_[i]);

  if (context != 0)
    return send (i, context, error);
  set_outcome (i, IC_SEND_NO_CONTEXT, "the node does not take its class in its transfer syntax");
  return true;
}

/* True without an error when the peer is full. */
bool
Sender::is_over (GError **error)
{
  if (!association_->usable)
    return !dimse_fail (association_, DUL_NETWORKCLOSED, error);
  if (!association_->link.notice_cancel ())
    return association_->is_full;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");
  return true;
}

bool
Sender::run (IcSendProgressFunc progress, gpointer user_data, GError **error)
{
  g_autoptr(GError) local_error = nullptr;
  gint64 began_us = g_get_monotonic_time ();
  gint64 told_us = began_us;
  bool ok = true;

  for (gsize i = 0; i < n_ && ok && !is_over (&local_error); i++)
    {
      gint64 now = 0;

      ok = settle (i, &local_error);
      now = g_get_monotonic_time ();
      if (progress == nullptr || now - told_us < progress_interval_us)
        continue;
      told_us = now;
      progress (i + 1, user_data);
    }
  timing_->total_us += g_get_monotonic_time () - began_us;
  if (local_error == nullptr)
    return true;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return false;
}

} // namespace

char **
ic_association_dup_accepted (IcAssociation *self)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();

  for (const AcceptedContext &context : self->contexts)
    if (!context.abstract_syntax.empty ())
      g_strv_builder_add_many (builder, context.abstract_syntax.c_str (),
                               context.transfer_syntax.c_str (), nullptr);
  return g_strv_builder_end (builder);
}

gboolean
ic_association_send (IcAssociation *self,
                     const IcSendInstance *instances,
                     gsize n,
                     IcSendOutcome *outcomes,
                     IcSendTiming *timing,
                     IcSendProgressFunc progress,
                     gpointer user_data,
                     GError **error)
{
  memset (outcomes, 0, n * sizeof *outcomes);
  *timing = {};
  return ic_shim_guard (error, FALSE, [&] () -> gboolean {
    return Sender (self, instances, n, outcomes, timing).run (progress, user_data, error);
  });
}
