/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The acceptor's end of an association (PS3.8 7.1): Verification and Storage as SCP, and reports on
 * storage commitment as SCU (PS3.4 J.3.3). Whatever class and syntax is offered for storage is
 * accepted, data sets go to files as they come. Who may connect and where an instance belongs is
 * decided by callbacks. One call serves one connection to
 * its end on the thread that calls; several threads may serve at once. Runs inside the sandbox.
 */
#pragma once

#include "dicom/shim/ic-shim-commitment.h"
#include "dicom/shim/ic-shim-get.h"

G_BEGIN_DECLS

typedef struct
{
  const char *address; /* numeric IPv4 */
  const char *called_aet;
  const char *calling_aet;
} IcPeer;

/* What a C-STORE request says (PS3.7 9.1.1.1), checked for its form. */
typedef struct
{
  const char *sop_class_uid;
  const char *sop_instance_uid;
  const char *originator_aet; /* of the C-MOVE it belongs to; "" when not said */
  guint16 originator_id;      /* the message ID of that, 0 when not said */
} IcStoreRequest;

/* Where an instance is to be written. */
typedef struct
{
  int dir_fd; /* must stay open until stored() */
  char name[48];
  gpointer token; /* the callbacks' own */
} IcStorePlace;

/* Why an association is not accepted, in the order in which it is looked at. */
typedef enum
{
  IC_ADMISSION_ACCEPT,
  IC_ADMISSION_CALLED_AET,  /* we are not called so */
  IC_ADMISSION_CALLING_AET, /* nobody we know is called so */
  IC_ADMISSION_ADDRESS,     /* who is called so is known by another address */
  IC_ADMISSION_FULL,        /* later perhaps */
} IcAdmission;

/* Called on the thread that serves. None may be NULL. */
typedef struct
{
  IcAdmission (*admit) (const IcPeer *peer, gpointer user_data);
  /* FALSE: nobody asked for it, the peer is told that it is not authorised. Otherwise stored() will
   * be called for @place exactly once. */
  gboolean (*place) (const IcPeer *peer,
                     const IcStoreRequest *request,
                     IcStorePlace *place,
                     gpointer user_data);
  /* Bytes of it are arriving, at most every 100 ms. */
  void (*receiving) (const IcStorePlace *place, gpointer user_data);
  /* The file is complete (@instance); or it came to nothing and was removed, because it could not
   * be written (@error) or the connection broke (both NULL). The peer is answered after this. */
  void (*stored) (const IcStorePlace *place,
                  const IcGetInstance *instance,
                  const GError *error,
                  gpointer user_data);
  /* No association came about, because one of both sides does not speak TLS or does not like the
   * other's certificate. @reason: a word, static; @sentence says more of it, for people. */
  void (*insecure) (const IcPeer *peer,
                    const char *reason,
                    const char *sentence,
                    gpointer user_data);
  /* The status that answers the report, IC_REPORT_*; may take a while. */
  guint16 (*report) (const IcPeer *peer, const IcCommitmentReport *report, gpointer user_data);
  gpointer user_data;
} IcAcceptSink;

typedef struct
{
  guint request_timeout_ms; /* for TLS and the whole association request */
  guint idle_timeout_ms;    /* between two requests */
  guint dimse_timeout_ms;   /* for each piece of a request */
  guint max_pdu;            /* bytes that we receive at once */
} IcAcceptLimits;

#define IC_ACCEPT_LIMITS_INIT                                                                      \
  {                                                                                                \
    .request_timeout_ms = 10000, .idle_timeout_ms = 120000,                                        \
    .dimse_timeout_ms = IC_DIMSE_TIMEOUT_MS, .max_pdu = IC_MAX_PDU                                 \
  }

typedef enum
{
  IC_ACCEPT_ENDED,    /* released in order */
  IC_ACCEPT_BROKEN,   /* aborted, hung up, silent for too long, or against the protocol */
  IC_ACCEPT_REFUSED,  /* by admit() */
  IC_ACCEPT_FOREIGN,  /* no association request came, or none that makes sense */
  IC_ACCEPT_INSECURE, /* insecure() was told */
} IcAcceptEnd;

/* How connections are secured (PS3.15 B.12); for all threads. */
typedef struct _IcAcceptTls IcAcceptTls;

/* From PEM contents: our certificate with its chain, and its private key without a password. With
 * @ca peers have to show a certificate too, which one of those in it has signed; without, NULL,
 * nobody has to. NULL with IC_ERROR_TLS when they make no sense together, or our certificate is not
 * valid today.
 */
IcAcceptTls *ic_accept_tls_new (GBytes *certificate, GBytes *key, GBytes *ca, GError **error);
void ic_accept_tls_free (IcAcceptTls *self);

/* Serves the connected socket @fd, which it takes and closes. With @tls nobody gets further who
 * does not speak it; without, NULL, nobody who does.
 */
IcAcceptEnd ic_accept_serve (int fd,
                             const IcAcceptTls *tls,
                             const IcAcceptLimits *limits,
                             const IcAcceptSink *sink);

/* The class and syntax are accepted in this context: NULL when not, else one of the syntaxes. Any
 * class that is not one of DICOM's other services counts as storage; of those, Verification and
 * Storage Commitment Push Model are accepted in native syntaxes. For tests and for the
 * conformance statement.
 */
const char *ic_accept_choose_syntax (const char *abstract_syntax,
                                     const char *const *transfer_syntaxes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcAcceptTls, ic_accept_tls_free)

G_END_DECLS
