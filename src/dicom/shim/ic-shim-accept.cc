/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-accept.h"

#include "dicom/shim/ic-shim-store.hh"

#include "domain/ic-implementation.h"
#include "domain/ic-sop-class.h"
#include "domain/ic-transfer-syntax.h"

#include <dcmtk/dcmnet/dcmlayer.h>
#include <dcmtk/dcmnet/dul.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>

namespace
{

constexpr size_t pdu_head_size = 6;
constexpr unsigned char pdu_type_associate_rq = 0x01;
constexpr char tls_handshake[] = "\x16\x03"; /* how a TLS client begins */
constexpr guint32 request_size_max = 256 * 1024;
constexpr guint farewell_ms = 1000;

/* DCMTK takes the accepted socket from a variable of the whole process. */
std::mutex receive_mutex;

/* Why a TLS connection did not come about: a word and a sentence for the log; the word is NULL
 * where it was not for TLS. */
struct Insecurity
{
  const char *reason;
  const char *sentence;
};

Insecurity
insecurity_of (LinkFailure failure)
{
  switch (failure)
    {
    case LinkFailure::tls_peer_unknown:
      return { "tls-certificate", "its certificate is not accepted" };
    case LinkFailure::tls_own_refused:
      return { "tls-distrusted", "it does not accept our certificate" };
    case LinkFailure::tls_not_spoken:
      return { "tls-missing", "it does not speak TLS, which is asked for here" };
    case LinkFailure::timed_out:
      return { "tls-slow", "it did not finish the TLS handshake in time" };
    case LinkFailure::tls_other:
      return { "tls", "no TLS connection came about" };
    default:
      return { nullptr, nullptr };
    }
}

class Acceptor
{
public:
  Acceptor (int fd, ssl_ctx_st *tls, const IcAcceptLimits *limits, const IcAcceptSink *sink)
      : fd_ (fd), tls_ (tls), limits_ (limits), sink_ (sink), association_ (nullptr),
        receiver_ (&association_, receiving_cb, this)
  {
  }
  ~Acceptor ();
  Acceptor (const Acceptor &) = delete;
  Acceptor &operator= (const Acceptor &) = delete;

  IcAcceptEnd run ();

private:
  static void receiving_cb (gpointer data);
  bool read_exactly (Channel &channel, std::string &bytes, size_t size);
  bool read_request (Channel &channel, std::string &bytes);
  bool receive_association (std::string request);
  bool note_address ();
  void part ();
  IcAcceptEnd note_insecurity ();
  IcAcceptEnd note_foreigner (const std::string &request);
  bool enter (IcAcceptEnd *end);
  void name_peer ();
  void reject (IcAdmission admission);
  bool negotiate ();
  bool accept_context (const T_ASC_PresentationContext &context);
  bool take_command (guint8 context, const Command &command);
  bool take_report (guint8 context, const Command &request);
  guint16 judge_report (guint8 context, const Command &request, const std::string &data);
  bool store (guint8 context, const Command &request);
  bool store_at (guint8 context, const Command &request);
  bool serve ();
  bool answer_release ();

  int fd_;             /* until the association owns it */
  ssl_ctx_st *tls_;    /* or NULL */
  TlsSession session_; /* the same */
  const IcAcceptLimits *limits_;
  const IcAcceptSink *sink_;
  _IcAssociation association_;
  StoreReceiver receiver_;
  std::string address_, called_aet_, calling_aet_;
  IcPeer peer_ = {};
  IcStorePlace place_ = {};
};

Acceptor::~Acceptor ()
{
  if (place_.token != nullptr)
    sink_->stored (&place_, nullptr, nullptr, sink_->user_data);
  if (fd_ >= 0)
    close (fd_);
}

void
Acceptor::receiving_cb (gpointer data)
{
  auto self = static_cast<Acceptor *> (data);

  self->association_.link.set_deadline_ms (self->limits_->dimse_timeout_ms);
  if (self->place_.token != nullptr)
    self->sink_->receiving (&self->place_, self->sink_->user_data);
}

bool
Acceptor::read_exactly (Channel &channel, std::string &bytes, size_t size)
{
  while (bytes.size () < size)
    {
      unsigned char buffer[16 * 1024];
      ssize_t n = channel.receive (buffer, std::min (sizeof buffer, size - bytes.size ()));

      if (n < 0)
        return false;
      bytes.append (reinterpret_cast<char *> (buffer), (size_t) n);
    }
  return true;
}

/* The whole request before DCMTK sees it: who dribbles holds up nobody else. */
bool
Acceptor::read_request (Channel &channel, std::string &bytes)
{
  if (!read_exactly (channel, bytes, pdu_head_size) ||
      (unsigned char) bytes[0] != pdu_type_associate_rq)
    return false;

  guint32 length = 0;

  for (size_t i = 2; i < pdu_head_size; i++)
    length = length << 8 | (unsigned char) bytes[i];
  return length <= request_size_max && read_exactly (channel, bytes, pdu_head_size + length);
}

bool
Acceptor::receive_association (std::string request)
{
  std::lock_guard<std::mutex> lock (receive_mutex);
  int timeout_s = (int) (limits_->request_timeout_ms / 1000 + 1);

  dcmExternalSocketHandle.set (fd_);
  if (ASC_initializeNetwork (NET_ACCEPTOR, 0, timeout_s, &association_.network).bad ())
    return false;

  auto layer =
      link_layer_new_accepting (association_.link, std::move (session_), std::move (request));

  association_.link.on_connected = [] (gpointer fd) { *static_cast<int *> (fd) = -1; };
  association_.link.on_connected_data = &fd_;
  if (ASC_setTransportLayer (association_.network, layer.get (), OFTrue).bad ())
    return false;
  layer.release ();
  return ASC_receiveAssociation (association_.network, &association_.association,
                                 (long) limits_->max_pdu)
      .good ();
}

std::string
trimmed (const char *title)
{
  g_autofree char *text = g_strstrip (g_strdup (title));

  return text;
}

void
Acceptor::name_peer ()
{
  const DUL_ASSOCIATESERVICEPARAMETERS &request = association_.association->params->DULparams;

  called_aet_ = trimmed (request.calledAPTitle);
  calling_aet_ = trimmed (request.callingAPTitle);
  association_.node = calling_aet_ + "@" + address_;
  peer_ = { address_.c_str (), called_aet_.c_str (), calling_aet_.c_str () };
}

/* PS3.8 table 9-21. */
void
Acceptor::reject (IcAdmission admission)
{
  T_ASC_RejectParameters why = { ASC_RESULT_REJECTEDPERMANENT, ASC_SOURCE_SERVICEUSER,
                                 ASC_REASON_SU_CALLINGAETITLENOTRECOGNIZED };

  if (admission == IC_ADMISSION_CALLED_AET)
    why.reason = ASC_REASON_SU_CALLEDAETITLENOTRECOGNIZED;
  if (admission == IC_ADMISSION_FULL)
    why = { ASC_RESULT_REJECTEDTRANSIENT, ASC_SOURCE_SERVICEPROVIDER_PRESENTATION_RELATED,
            ASC_REASON_SP_PRES_LOCALLIMITEXCEEDED };
  if (ASC_rejectAssociation (association_.association, &why).good ())
    ASC_dropSCPAssociation (association_.association, 1);
}

/* The peer may take the role it asks for: it is the SCP of storage commitment whoever opens the
 * association (PS3.4 J.3.3, PS3.7 D.3.3.4). Some forget to ask, and are understood all the same. */
T_ASC_SC_ROLE
choose_role (const T_ASC_PresentationContext &context)
{
  return g_str_equal (context.abstractSyntax, IC_COMMITMENT_UID) ? context.proposedRole
                                                                 : ASC_SC_ROLE_DEFAULT;
}

bool
Acceptor::accept_context (const T_ASC_PresentationContext &context)
{
  const char *syntaxes[DICOM_MAXTRANSFERSYNTAXES + 1] = {};
  T_ASC_Parameters *parameters = association_.association->params;

  for (int i = 0; i < context.transferSyntaxCount && i < DICOM_MAXTRANSFERSYNTAXES; i++)
    syntaxes[i] = context.proposedTransferSyntaxes[i];

  const char *chosen = ic_accept_choose_syntax (context.abstractSyntax, syntaxes);

  if (chosen == nullptr)
    return ASC_refusePresentationContext (parameters, context.presentationContextID,
                                          ASC_P_ABSTRACTSYNTAXNOTSUPPORTED)
        .good ();
  association_.contexts[context.presentationContextID] = { context.abstractSyntax, chosen };
  return ASC_acceptPresentationContext (parameters, context.presentationContextID, chosen,
                                        choose_role (context))
      .good ();
}

bool
Acceptor::negotiate ()
{
  T_ASC_Parameters *parameters = association_.association->params;
  int n = ASC_countPresentationContexts (parameters);

  for (int i = 0; i < n; i++)
    {
      T_ASC_PresentationContext context;

      if (ASC_getPresentationContext (parameters, i, &context).bad () || !accept_context (context))
        return false;
    }
  g_strlcpy (parameters->ourImplementationClassUID, IC_IMPLEMENTATION_CLASS_UID,
             sizeof parameters->ourImplementationClassUID);
  g_strlcpy (parameters->ourImplementationVersionName, IC_IMPLEMENTATION_VERSION_NAME,
             sizeof parameters->ourImplementationVersionName);
  return ASC_acknowledgeAssociation (association_.association).good ();
}

/* The peer is answered when the file is complete and its receiver knows of it. */
bool
Acceptor::store_at (guint8 context, const Command &request)
{
  g_autoptr(GError) write_error = nullptr;

  receiver_.create (context, request, place_.dir_fd, place_.name, calling_aet_, &write_error);

  bool received = receiver_.receive (context, &write_error, nullptr);
  bool complete = received && write_error == nullptr;
  IcGetInstance instance = receiver_.describe (context, request);
  guint16 status = complete ? (guint16) STORE_SUCCESS : (guint16) STORE_OUT_OF_RESOURCES;

  sink_->stored (&place_, complete ? &instance : nullptr, write_error, sink_->user_data);
  place_ = {};
  return received && dimse_answer (&association_, context, request, status, nullptr);
}

bool
Acceptor::store (guint8 context, const Command &request)
{
  guint16 status = receiver_.check (context, request);
  IcStoreRequest wanted = { request.class_uid.c_str (), request.instance_uid.c_str (),
                            request.originator_aet.c_str (), request.originator_id };

  if (!request.has_data)
    return dimse_answer (&association_, context, request, status, nullptr);
  if (status == STORE_SUCCESS && sink_->place (&peer_, &wanted, &place_, sink_->user_data))
    return store_at (context, request);
  if (status == STORE_SUCCESS)
    status = STORE_NOT_AUTHORISED;
  return receiver_.skip (context, nullptr) &&
         dimse_answer (&association_, context, request, status, nullptr);
}

guint16
Acceptor::judge_report (guint8 context, const Command &request, const std::string &data)
{
  if (association_.contexts[context].abstract_syntax != IC_COMMITMENT_UID ||
      request.class_uid != IC_COMMITMENT_UID)
    return IC_REPORT_NO_CLASS;
  if (request.instance_uid != IC_COMMITMENT_INSTANCE_UID)
    return IC_REPORT_NO_INSTANCE;
  if (request.event_type != 1 && request.event_type != 2)
    return IC_REPORT_NO_EVENT;

  g_autoptr(IcCommitmentReport) report =
                 ic_commitment_report_parse (data.data (), data.size (),
                                             dimse_is_explicit (&association_, context), nullptr);

  return report != nullptr ? sink_->report (&peer_, report, sink_->user_data)
                           : (guint16) IC_REPORT_UNKNOWN;
}

bool
Acceptor::take_report (guint8 context, const Command &request)
{
  std::string data;

  if (request.has_data && !dimse_receive_identifier (&association_, context, data, nullptr))
    return false;

  const guint16 status = judge_report (context, request, data);

  association_.link.set_deadline_ms (limits_->dimse_timeout_ms);
  return dimse_answer (&association_, context, request, status, nullptr);
}

bool
Acceptor::take_command (guint8 context, const Command &command)
{
  /* For each PDU as a whole: single bytes that come in time do not prolong it. */
  association_.link.set_deadline_ms (limits_->dimse_timeout_ms);
  if (command.field == COMMAND_C_STORE_RQ)
    return store (context, command);
  if (command.field == COMMAND_N_EVENT_REPORT_RQ)
    return take_report (context, command);
  if (command.field == COMMAND_C_ECHO_RQ && !command.has_data)
    return dimse_answer (&association_, context, command, STORE_SUCCESS, nullptr);
  return command.field == COMMAND_C_CANCEL_RQ; /* of nothing */
}

bool
Acceptor::answer_release ()
{
  association_.link.set_deadline_ms (limits_->dimse_timeout_ms);
  if (ASC_acknowledgeRelease (association_.association).bad ())
    return false;
  ASC_dropAssociation (association_.association);
  return true;
}

/* True when it ended in order. */
bool
Acceptor::serve ()
{
  association_.usable = true;
  for (;;)
    {
      guint8 context = 0;
      Command command;

      association_.link.set_wait_limit_ms (limits_->idle_timeout_ms);
      association_.link.set_deadline_ms (limits_->idle_timeout_ms);
      if (!dimse_receive_command (&association_, &context, &command, nullptr))
        return association_.release_requested && answer_release ();
      if (!take_command (context, command))
        return false;
    }
}

bool
Acceptor::note_address ()
{
  sockaddr_in address = {};
  socklen_t size = sizeof address;
  char text[INET_ADDRSTRLEN] = "";

  if (getpeername (fd_, reinterpret_cast<sockaddr *> (&address), &size) != 0 ||
      address.sin_family != AF_INET ||
      inet_ntop (AF_INET, &address.sin_addr, text, sizeof text) == nullptr)
    return false;
  address_ = text;
  peer_.address = address_.c_str ();
  return true;
}

/* The peer is to read what TLS told it last: closed over what is still unread here, that would be
 * lost. */
void
Acceptor::part ()
{
  char rest[4096];

  shutdown (fd_, SHUT_WR);
  association_.link.set_deadline_ms (farewell_ms);
  while (!association_.link.is_past_deadline () &&
         association_.link.wait (fd_, POLLIN, false) == LinkWait::ready &&
         recv (fd_, rest, sizeof rest, MSG_DONTWAIT) > 0)
    ;
}

IcAcceptEnd
Acceptor::note_insecurity ()
{
  const Insecurity what = insecurity_of (association_.link.failure ());
  std::string sentence = what.sentence != nullptr ? what.sentence : "";

  if (what.reason == nullptr)
    return IC_ACCEPT_FOREIGN;
  if (!association_.link.failure_detail ().empty ())
    sentence += ": " + association_.link.failure_detail ();
  sink_->insecure (&peer_, what.reason, sentence.c_str (), sink_->user_data);
  part ();
  return IC_ACCEPT_INSECURE;
}

IcAcceptEnd
Acceptor::note_foreigner (const std::string &request)
{
  if (tls_ != nullptr || request.compare (0, strlen (tls_handshake), tls_handshake) != 0)
    return IC_ACCEPT_FOREIGN;
  sink_->insecure (&peer_, "tls-unexpected", "it speaks TLS, for which no certificate is set here",
                   sink_->user_data);
  return IC_ACCEPT_INSECURE;
}

/* True when the peer has asked for an association; nobody else has waited for that. */
bool
Acceptor::enter (IcAcceptEnd *end)
{
  std::string request;

  *end = IC_ACCEPT_FOREIGN;
  if (!note_address ())
    return false;
  if (tls_ != nullptr)
    session_ = link_tls_accept (tls_, fd_);
  association_.link.set_wait_limit_ms (limits_->request_timeout_ms);
  association_.link.set_deadline_ms (limits_->request_timeout_ms);

  Channel channel (association_.link, fd_, session_.get ());

  if (!channel.handshake ())
    *end = note_insecurity ();
  else if (!read_request (channel, request))
    *end = note_foreigner (request);
  else
    return receive_association (std::move (request));
  return false;
}

IcAcceptEnd
Acceptor::run ()
{
  IcAcceptEnd end;

  if (!enter (&end))
    return end;
  name_peer ();

  IcAdmission admission = sink_->admit (&peer_, sink_->user_data);

  if (admission != IC_ADMISSION_ACCEPT)
    {
      reject (admission);
      return IC_ACCEPT_REFUSED;
    }
  return negotiate () && serve () ? IC_ACCEPT_ENDED : IC_ACCEPT_BROKEN;
}

bool
is_other_service (const char *abstract_syntax)
{
  return g_str_has_prefix (abstract_syntax, "1.2.840.10008.") &&
         !g_str_has_prefix (abstract_syntax, "1.2.840.10008.5.1.4.1.1.") &&
         ic_sop_class_find (abstract_syntax) == nullptr;
}

const char *
find_syntax (const char *const *syntaxes, const char *wanted)
{
  for (; *syntaxes != nullptr; syntaxes++)
    if (g_str_equal (*syntaxes, wanted))
      return *syntaxes;
  return nullptr;
}

} // namespace

/* Where native syntaxes are offered the peer has the choice of them all, and explicit VR tells
 * most; a compressed one in the first place is what it has.
 */
const char *
ic_accept_choose_syntax (const char *abstract_syntax, const char *const *transfer_syntaxes)
{
  const char *const *natives = ic_presentation_native_syntaxes ();
  const bool is_ours = g_str_equal (abstract_syntax, IC_VERIFICATION_UID) ||
                       g_str_equal (abstract_syntax, IC_COMMITMENT_UID);
  const char *chosen = nullptr;

  if (*transfer_syntaxes == nullptr || (!is_ours && is_other_service (abstract_syntax)))
    return nullptr;
  if (!is_ours && !ic_transfer_syntax_is_native (ic_transfer_syntax_find (*transfer_syntaxes)))
    return *transfer_syntaxes;
  for (; *natives != nullptr && chosen == nullptr; natives++)
    chosen = find_syntax (transfer_syntaxes, *natives);
  return chosen != nullptr || is_ours ? chosen : *transfer_syntaxes;
}

struct _IcAcceptTls
{
  TlsContext context;
};

IcAcceptTls *
ic_accept_tls_new (GBytes *certificate, GBytes *key, GBytes *ca, GError **error)
{
  return ic_shim_guard (error, static_cast<IcAcceptTls *> (nullptr), [&] () -> IcAcceptTls * {
    const TlsParameters tls = {
      link_string_of (ca), link_string_of (certificate), link_string_of (key), {}
    };
    TlsContext context = link_tls_new_accepting (tls, error);

    return context ? new _IcAcceptTls{ std::move (context) } : nullptr;
  });
}

void
ic_accept_tls_free (IcAcceptTls *self)
{
  delete self;
}

IcAcceptEnd
ic_accept_serve (int fd,
                 const IcAcceptTls *tls,
                 const IcAcceptLimits *limits,
                 const IcAcceptSink *sink)
{
  ssl_ctx_st *context = tls != nullptr ? tls->context.get () : nullptr;

  return ic_shim_guard (nullptr, IC_ACCEPT_BROKEN,
                        [&] { return Acceptor (fd, context, limits, sink).run (); });
}
