/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Storage commitment as SCU (PS3.4 J.3): the peer is asked to say that it keeps instances safe
 * (N-ACTION), and says so on this association or on another one of its own (N-EVENT-REPORT). The
 * report is read here wherever it comes in.
 */
#pragma once

#include "dicom/shim/ic-shim-association.h"
#include "domain/ic-commitment.h"

G_BEGIN_DECLS

#define IC_COMMITMENT_UID "1.2.840.10008.1.20.1"            /* Push Model SOP class */
#define IC_COMMITMENT_INSTANCE_UID "1.2.840.10008.1.20.1.1" /* its only instance */

typedef struct
{
  char *sop_instance_uid;
  guint16 reason; /* (0008,1197) of one that is not kept; 0 for one that is */
} IcCommitted;

typedef struct
{
  char *transaction_uid; /* (0008,1195) */
  GArray *instances;     /* of IcCommitted */
} IcCommitmentReport;

/* The data set of an N-EVENT-REPORT, hostile: UIDs that are none are left out. NULL with
 * IC_ERROR_BAD_DATA when it makes no sense.
 */
IcCommitmentReport *ic_commitment_report_parse (gconstpointer data,
                                                gsize size,
                                                gboolean explicit_vr,
                                                GError **error);
void ic_commitment_report_free (IcCommitmentReport *self);

/* Asks for @n instances (class and instance UID by turns in @uids) under @transaction_uid, then
 * waits at most @patience_ms for the report on the same association. TRUE when the peer took the
 * request on; *@report stays NULL when it will report later. FALSE with the errors of
 * ic_association_open() or IC_ERROR_NODE_FAILED with the status.
 */
gboolean ic_association_commit (IcAssociation *self,
                                const char *transaction_uid,
                                const char *const *uids,
                                gsize n,
                                guint patience_ms,
                                IcCommitmentReport **report,
                                GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcCommitmentReport, ic_commitment_report_free)

G_END_DECLS
