/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-association.h"

#include "dicom/shim/ic-shim-dimse.hh"
#include "dicom/shim/ic-shim-status.h"

#include "domain/ic-implementation.h"
#include "domain/ic-node.h"

#include <dcmtk/dcmnet/dcmlayer.h>
#include <dcmtk/dcmnet/dcmtrans.h>
#include <dcmtk/dcmnet/dul.h>
#include <dcmtk/dcmtls/tlslayer.h>

#include <arpa/inet.h>
#include <csignal>
#include <cstring>

#include <openssl/ssl.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace
{

/* One attempt to open. DCMTK's connect() can be interrupted by nothing, so it runs in a thread of
 * its own that is left behind when it takes too long, and then cleans up alone. */
struct Opening
{
  std::mutex mutex;
  std::condition_variable changed;
  bool connected = false;
  bool finished = false;
  bool nudged = false;    /* the cancellable fired */
  bool abandoned = false; /* nobody wants the association any more */
  guint acse_timeout_ms = 0;
  OFCondition condition;
  std::unique_ptr<_IcAssociation> association;
};

void
connected_cb (gpointer data)
{
  auto opening = static_cast<Opening *> (data);
  std::lock_guard<std::mutex> lock (opening->mutex);

  opening->association->link.set_deadline_ms (opening->abandoned ? 0 : opening->acse_timeout_ms);
  opening->connected = true;
  opening->changed.notify_all ();
}

void
cancelled_cb (GCancellable *, gpointer data)
{
  auto opening = static_cast<Opening *> (data);
  std::lock_guard<std::mutex> lock (opening->mutex);

  opening->nudged = true;
  opening->changed.notify_all ();
}

/* Holds a reference of its own to @opening: who waits may have gone. */
void
connect_thread (std::shared_ptr<Opening> opening)
{
  _IcAssociation *self = opening->association.get ();
  T_ASC_Parameters *parameters = self->parameters;

  self->parameters = nullptr;
  OFCondition condition = ASC_requestAssociation (self->network, parameters, &self->association,
                                                  nullptr, nullptr, DUL_BLOCK, 0);
  if (self->association == nullptr)
    ASC_destroyAssociationParameters (&parameters);

  std::lock_guard<std::mutex> lock (opening->mutex);
  opening->condition = condition;
  opening->finished = true;
  opening->changed.notify_all ();
}

const char *
reason_of_user (unsigned reason)
{
  switch (reason)
    {
    case DUL_ULSU_REJ_UNSUP_APP_CTX_NAME:
      return "application context not supported";
    case DUL_ULSU_REJ_UNREC_CALLING_TITLE:
      return "calling AE title not recognised";
    case DUL_ULSU_REJ_UNREC_CALLED_TITLE:
      return "called AE title not recognised";
    default:
      return "no reason given";
    }
}

/* PS3.8 table 9-21. */
const char *
reason_of_rejection (const DUL_ASSOCIATESERVICEPARAMETERS &answer)
{
  if (answer.resultSource == DUL_ULSU_REJECT)
    return reason_of_user (answer.diagnostic & 0xff);
  if (answer.resultSource == DUL_ULSP_ACSE_REJECT)
    return (answer.diagnostic & 0xff) == DUL_ULSP_ACSE_UNSUP_PROTOCOL
               ? "protocol version not supported"
               : "no reason given";
  return (answer.diagnostic & 0xff) == DUL_ULSP_PRES_REJ_LIMIT ? "too many associations"
                                                               : "temporarily congested";
}

bool
check_parameters (const IcAssociationParameters *parameters, GError **error)
{
  in_addr address;

  if (parameters->address == nullptr || inet_pton (AF_INET, parameters->address, &address) != 1)
    {
      g_set_error (error, IC_ERROR, IC_ERROR_UNSUPPORTED, "%s is not an IPv4 address",
                   parameters->address != nullptr ? parameters->address : "nothing");
      return false;
    }
  if (parameters->port == 0 || !ic_aet_is_valid (parameters->called_aet) ||
      !ic_aet_is_valid (parameters->calling_aet) || parameters->n_contexts == 0 ||
      parameters->n_contexts > IC_PRESENTATION_MAX)
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_USAGE,
                           "port, AE title or presentation contexts make no sense");
      return false;
    }
  return true;
}

OFCondition
set_layer (_IcAssociation *self, const IcAssociationParameters *parameters, GError **error)
{
  TlsParameters tls;

  if (parameters->tls)
    tls = { link_string_of (parameters->tls_ca), link_string_of (parameters->tls_cert),
            link_string_of (parameters->tls_key),
            parameters->tls_host != nullptr ? parameters->tls_host : parameters->address };
  auto layer = link_layer_new (self->link, parameters->tls ? &tls : nullptr, error);
  if (layer == nullptr)
    return DUL_NETWORKCLOSED;

  OFCondition condition = ASC_setTransportLayer (self->network, layer.get (), OFTrue);
  if (condition.good ())
    layer.release ();
  return condition;
}

/* The role is negotiated for a class, not for a context (PS3.7 D.3.3.4), so it is said once. */
bool
is_first_of_class (const IcAssociationParameters *parameters, gsize i)
{
  for (gsize j = 0; j < i; j++)
    if (strcmp (parameters->contexts[i].abstract_syntax, parameters->contexts[j].abstract_syntax) ==
        0)
      return false;
  return true;
}

OFCondition
add_contexts (_IcAssociation *self, const IcAssociationParameters *parameters)
{
  OFCondition condition = EC_Normal;

  for (gsize i = 0; i < parameters->n_contexts && condition.good (); i++)
    {
      const IcPresentationContext &context = parameters->contexts[i];
      bool as_scp = context.scp_role && is_first_of_class (parameters, i);
      const char **syntaxes = const_cast<const char **> (context.transfer_syntaxes);
      int n = (int) g_strv_length (const_cast<char **> (syntaxes));

      condition =
          ASC_addPresentationContext (self->parameters, (T_ASC_PresentationContextID) (2 * i + 1),
                                      context.abstract_syntax, syntaxes, n,
                                      as_scp ? ASC_SC_ROLE_SCP : ASC_SC_ROLE_DEFAULT);
    }
  return condition;
}

OFCondition
set_parameters (_IcAssociation *self, const IcAssociationParameters *parameters)
{
  std::string peer = std::string (parameters->address) + ":" + std::to_string (parameters->port);
  OFCondition condition =
      ASC_createAssociationParameters (&self->parameters, (long) parameters->max_pdu);

  if (condition.bad ())
    return condition;
  g_strlcpy (self->parameters->ourImplementationClassUID, IC_IMPLEMENTATION_CLASS_UID,
             sizeof self->parameters->ourImplementationClassUID);
  g_strlcpy (self->parameters->ourImplementationVersionName, IC_IMPLEMENTATION_VERSION_NAME,
             sizeof self->parameters->ourImplementationVersionName);
  ASC_setAPTitles (self->parameters, parameters->calling_aet, parameters->called_aet, nullptr);
  ASC_setTransportLayerType (self->parameters, parameters->tls);
  condition = ASC_setPresentationAddresses (self->parameters, "courier", peer.c_str ());
  return condition.good () ? add_contexts (self, parameters) : condition;
}

bool
prepare (_IcAssociation *self, const IcAssociationParameters *parameters, GError **error)
{
  g_autoptr(GError) local_error = nullptr;
  int acse_timeout_s = (int) (parameters->acse_timeout_ms / 1000 + 1);
  OFCondition condition = ASC_initializeNetwork (NET_REQUESTOR, 0, acse_timeout_s, &self->network);

  if (condition.good ())
    condition = set_layer (self, parameters, &local_error);
  if (condition.good ())
    condition = set_parameters (self, parameters);
  if (local_error != nullptr)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return false;
    }
  return condition.good () ||
         ic_shim_set_condition (error, IC_ERROR_INTERNAL, "no association prepared", condition);
}

void
note_accepted_contexts (_IcAssociation *self)
{
  T_ASC_Parameters *answer = self->association->params;
  int n = ASC_countPresentationContexts (answer);

  for (int i = 0; i < n; i++)
    {
      T_ASC_PresentationContext context;

      if (ASC_getPresentationContext (answer, i, &context).good () &&
          context.resultReason == ASC_P_ACCEPTANCE)
        self->contexts[context.presentationContextID] = { context.abstractSyntax,
                                                          context.acceptedTransferSyntax };
    }
}

bool
fail_open (_IcAssociation *self, const OFCondition &condition, GError **error)
{
  if (condition == DUL_ASSOCIATIONREJECTED && self->association != nullptr)
    {
      g_set_error (error, IC_ERROR, IC_ERROR_NODE_REJECTED, "%s rejected the association: %s",
                   self->node.c_str (), reason_of_rejection (self->association->params->DULparams));
      return false;
    }
  if (self->link.failure () == LinkFailure::none && condition.module () == OFM_dcmnet &&
      condition.code () == DULC_TCPINITERROR)
    {
      g_autofree char *what = g_strdup_printf ("%s is not reachable", self->node.c_str ());

      return ic_shim_set_condition (error, IC_ERROR_NODE_UNREACHABLE, what, condition);
    }
  return dimse_fail (self, condition, error);
}

bool
finish_opening (_IcAssociation *self,
                const OFCondition &condition,
                const IcAssociationParameters *parameters,
                GError **error)
{
  self->link.on_connected = nullptr;
  if (condition.bad ())
    return fail_open (self, condition, error);
  if (self->link.notice_cancel ())
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");
      return false;
    }
  self->link.clear_deadline ();
  self->link.set_wait_limit_ms (parameters->dimse_timeout_ms);
  self->usable = true;
  note_accepted_contexts (self);
  if (ASC_countAcceptedPresentationContexts (self->association->params) > 0)
    return true;
  g_set_error (error, IC_ERROR, IC_ERROR_NODE_REJECTED,
               "%s accepts none of the presentation contexts", self->node.c_str ());
  return false;
}

/* True when the thread has finished; otherwise it is still connecting and is left alone. */
bool
wait_for_opening (Opening &opening, guint connect_timeout_ms)
{
  std::unique_lock<std::mutex> lock (opening.mutex);
  auto until = std::chrono::steady_clock::now () + std::chrono::milliseconds (connect_timeout_ms);

  while (!opening.connected && !opening.finished && !opening.nudged)
    if (opening.changed.wait_until (lock, until) == std::cv_status::timeout)
      break;
  while (opening.connected && !opening.finished)
    opening.changed.wait (lock); /* the link's own limits end this */
  opening.abandoned = !opening.finished;
  return opening.finished;
}

IcAssociation *
open_association (const IcAssociationParameters *parameters,
                  GCancellable *cancellable,
                  GError **error)
{
  auto opening = std::make_shared<Opening> ();
  auto self = std::make_unique<_IcAssociation> (cancellable);

  self->acse_timeout_ms = parameters->acse_timeout_ms;
  self->called_aet = parameters->called_aet;
  self->node =
      self->called_aet + "@" + parameters->address + ":" + std::to_string (parameters->port);
  self->link.set_wait_limit_ms (parameters->acse_timeout_ms);
  self->link.on_connected = connected_cb;
  self->link.on_connected_data = opening.get ();
  if (!prepare (self.get (), parameters, error))
    {
      g_prefix_error (error, "%s: ", self->node.c_str ());
      return nullptr;
    }
  std::string node = self->node;
  opening->acse_timeout_ms = parameters->acse_timeout_ms;
  opening->association = std::move (self);
  dcmConnectionTimeout.set ((Sint32) (parameters->connect_timeout_ms / 1000 + 1));

  std::thread (connect_thread, opening).detach ();
  gulong handler =
      cancellable != nullptr
          ? g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), opening.get (), nullptr)
          : 0;
  bool finished = wait_for_opening (*opening, parameters->connect_timeout_ms);
  if (handler != 0)
    g_cancellable_disconnect (cancellable, handler);

  if (!finished && !g_cancellable_set_error_if_cancelled (cancellable, error))
    g_set_error (error, IC_ERROR, IC_ERROR_TIMED_OUT, "%s did not accept a connection in time",
                 node.c_str ());
  if (!finished)
    return nullptr;
  self = std::move (opening->association);
  if (!finish_opening (self.get (), opening->condition, parameters, error))
    return nullptr;
  return self.release ();
}

} // namespace

_IcAssociation::~_IcAssociation ()
{
  bool hurry = link.failure () != LinkFailure::none;

  link.set_deadline_us (0); /* nobody waits for the peer any more */
  if (association != nullptr && association->DULassociation != nullptr && !hurry)
    ASC_abortAssociation (association);
  if (association != nullptr)
    ASC_destroyAssociation (&association);
  if (parameters != nullptr)
    ASC_destroyAssociationParameters (&parameters);
  if (network != nullptr)
    ASC_dropNetwork (&network);
}

gboolean
ic_association_init (GError **error)
{
  return ic_shim_guard (error, FALSE, [&] () -> gboolean {
    signal (SIGPIPE, SIG_IGN);
    dcmDisableGethostbyaddr.set (OFTrue);
    dcmSocketReceiveTimeout.set (-1);
    dcmSocketSendTimeout.set (-1);
    DcmTLSTransportLayer::initializeOpenSSL ();
    /* Reads providers and ciphers, so that the first real one opens no file. */
    SSL_CTX *context = SSL_CTX_new (TLS_client_method ());
    if (context == nullptr)
      g_set_error_literal (error, IC_ERROR, IC_ERROR_INTERNAL, "OpenSSL cannot be used");
    SSL_CTX_free (context);
    return context != nullptr;
  });
}

IcAssociation *
ic_association_open (const IcAssociationParameters *parameters,
                     GCancellable *cancellable,
                     GError **error)
{
  g_return_val_if_fail (parameters != nullptr, nullptr);

  if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
      !check_parameters (parameters, error))
    return nullptr;
  return ic_shim_guard (error, static_cast<IcAssociation *> (nullptr),
                        [&] { return open_association (parameters, cancellable, error); });
}

const char *
ic_association_get_node (IcAssociation *self)
{
  return self->node.c_str ();
}

gboolean
ic_association_accepts (IcAssociation *self, const char *abstract_syntax)
{
  return dimse_find_context (self, abstract_syntax, nullptr) != 0;
}

gboolean
ic_association_is_usable (IcAssociation *self)
{
  return self->usable;
}

gboolean
ic_association_echo (IcAssociation *self, GError **error)
{
  return ic_shim_guard (error, FALSE, [&] () -> gboolean {
    guint8 context = dimse_find_context (self, IC_VERIFICATION_UID, error);
    Command answer;

    if (context == 0 ||
        !dimse_request (self, context, COMMAND_C_ECHO_RQ, IC_VERIFICATION_UID, nullptr, error) ||
        !dimse_receive_command (self, &context, &answer, error) ||
        !dimse_finish_request (self, error))
      return FALSE;
    if (answer.field == COMMAND_C_ECHO_RSP && answer.status == 0)
      return TRUE;
    return ic_status_set_error (error, self->node.c_str (), "C-ECHO", answer.status);
  });
}

void
ic_association_release (IcAssociation *self)
{
  std::unique_ptr<_IcAssociation> owned (self);

  ic_shim_guard (nullptr, false, [&] {
    if (owned->usable && !owned->link.notice_cancel ())
      {
        owned->link.set_deadline_ms (owned->acse_timeout_ms);
        if (ASC_releaseAssociation (owned->association).good ())
          ASC_dropAssociation (owned->association);
      }
    return true;
  });
}

void
ic_association_abort (IcAssociation *self)
{
  delete self;
}
