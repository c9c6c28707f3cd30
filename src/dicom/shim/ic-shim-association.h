/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An association with a node (PS3.8): opened with parameters, used by the verbs (echo here; find
 * and get in their own headers), released or aborted. Everything blocks, with finite timeouts;
 * one thread uses an association at a time, and that need not be the one that opened it. Runs
 * inside the sandbox: no file is opened and no name resolved.
 */
#pragma once

#include <gio/gio.h>

#include "domain/ic-presentation.h"

G_BEGIN_DECLS

#define IC_VERIFICATION_UID "1.2.840.10008.1.1"

#define IC_CONNECT_TIMEOUT_MS 10000
#define IC_ACSE_TIMEOUT_MS 30000
#define IC_DIMSE_TIMEOUT_MS 60000
#define IC_MAX_PDU 131072 /* bytes */

/* Everything is borrowed for the time of ic_association_open(). Start from
 * IC_ASSOCIATION_PARAMETERS_INIT, which sets the limits.
 */
typedef struct
{
  const char *address; /* numeric IPv4; names are resolved by whoever asks */
  guint16 port;
  const char *called_aet;
  const char *calling_aet;
  guint connect_timeout_ms;
  guint acse_timeout_ms;  /* TLS handshake, association request and release */
  guint dimse_timeout_ms; /* between two pieces of an answer */
  guint max_pdu;          /* bytes that we receive at once */
  gboolean tls;
  GBytes *tls_ca;       /* PEM contents: who may sign the peer's certificate */
  GBytes *tls_cert;     /* PEM contents: our certificate and its chain, or NULL */
  GBytes *tls_key;      /* PEM contents: our private key, without password, or NULL */
  const char *tls_host; /* name or address the peer's certificate must carry; NULL: @address */
  const IcPresentationContext *contexts;
  gsize n_contexts; /* at most IC_PRESENTATION_MAX */
} IcAssociationParameters;

#define IC_ASSOCIATION_PARAMETERS_INIT                                                             \
  {                                                                                                \
    .connect_timeout_ms = IC_CONNECT_TIMEOUT_MS, .acse_timeout_ms = IC_ACSE_TIMEOUT_MS,            \
    .dimse_timeout_ms = IC_DIMSE_TIMEOUT_MS, .max_pdu = IC_MAX_PDU                                 \
  }

typedef struct _IcAssociation IcAssociation;

/* What must happen once before the sandbox closes: OpenSSL reads its configuration, DCMTK is told
 * to resolve nothing. Ignores SIGPIPE for the process. Fails with IC_ERROR_INTERNAL.
 */
gboolean ic_association_init (GError **error);

/* Connects and negotiates. @cancellable stays in force for everything done with the association.
 * NULL and an error that names AET@address:port: IC_ERROR_NODE_UNREACHABLE, TIMED_OUT,
 * NODE_REJECTED (with the peer's reason, or because it accepts none of the contexts),
 * NODE_ABORTED, TLS, USAGE (parameters that make no sense), UNSUPPORTED (an address that is not
 * IPv4), or G_IO_ERROR_CANCELLED.
 */
IcAssociation *ic_association_open (const IcAssociationParameters *parameters,
                                    GCancellable *cancellable,
                                    GError **error);

/* AET@address:port, for messages. */
const char *ic_association_get_node (IcAssociation *self);

/* Whether the peer accepted a context for @abstract_syntax. */
gboolean ic_association_accepts (IcAssociation *self, const char *abstract_syntax);

/* Whether another verb may be sent on it: not after an abort, a timeout or a lost connection. */
gboolean ic_association_is_usable (IcAssociation *self);

/* C-ECHO (PS3.4 A). FALSE with the errors of open(), or IC_ERROR_NODE_FAILED with the status. */
gboolean ic_association_echo (IcAssociation *self, GError **error);

/* Ends it in order (A-RELEASE) and frees it; a peer that does not answer is hung up on. */
void ic_association_release (IcAssociation *self);

/* Ends it at once (A-ABORT) and frees it. */
void ic_association_abort (IcAssociation *self);

/* The auto-cleaner aborts: whoever succeeds says release. */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcAssociation, ic_association_abort)

G_END_DECLS
