/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks a node to commit itself to keeping what it took (storage commitment, PS3.4 J). The row in
 * the store comes first, so that a report that arrives after this program has ended finds it. While
 * anything here waits, the listener is open for reports on associations of the nodes' own. Belongs
 * to the thread of a job.
 */
#pragma once

#include "core/ic-job.h"
#include "dicom/ic-net-client.h"
#include "domain/ic-commitment.h"
#include "ops/ic-desk.h"

G_BEGIN_DECLS

typedef struct
{
  IcDesk *desk;
  IcNode *node;
  IcNetClient **spare; /* a client of the node to use, or to leave to others */
  gint64 transfer;
  GPtrArray *instances; /* of IcInstance */
  guint patience_s;     /* for a report, on the same association or one of the node's own */
  GPtrArray *notices;   /* of char *, added to */
  GCancellable *cancellable;
} IcCommitting;

/* What came of it: answered, or pending when the node reports later, or NULL when it does not do
 * storage commitment; why stands in @notices. FALSE only when cancelled or when we failed
 * ourselves.
 */
gboolean ic_committing_ask (const IcCommitting *self, IcCommitment **commitment, GError **error);

/* Keeps what a report says, wherever it came in: @answers are of IcCommitmentAnswer. Fails with
 * IC_ERROR_NOT_FOUND when nobody asked, IC_ERROR_CONFLICT when it was answered before.
 */
gboolean ic_committing_take_report (IcDesk *desk,
                                    const char *transaction_uid,
                                    GArray *answers,
                                    GError **error);

/* The same for a handler of IcListenerHandlers: the status that answers the node. */
guint16 ic_committing_hear (IcDesk *desk, const char *transaction_uid, GArray *answers);

/* Takes reports that come until everything has been answered that is pending now, or @patience_s
 * (0: any time) is over. Result as that of ic_commitment_job_new().
 */
IcJob *ic_commitment_wait_job_new (IcDesk *desk, guint patience_s);

/* Asks again for everything that is pending, each with a new request. Result: GPtrArray of
 * IcCommitment, as they stand then.
 */
IcJob *ic_commitment_job_new (IcDesk *desk, guint patience_s);

G_END_DECLS
