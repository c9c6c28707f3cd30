/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What nodes were asked to keep. A row is made before the node is asked, so that a report that
 * comes hours later, to whatever program then listens, finds it: ic_commitment_repo_answer() needs
 * nothing but the content of the report. Asking and answering are events of the log.
 */
#pragma once

#include "domain/ic-commitment.h"
#include "store/ic-tx.h"

G_BEGIN_DECLS

/* Keeps a new one as pending and sets its id. */
gboolean ic_commitment_repo_begin (IcWriteTx *tx,
                                   IcCommitment *commitment,
                                   const char *operator_name,
                                   GError **error);

/* Keeps the answer, after ic_commitment_answer() and ic_commitment_close(). IC_ERROR_CONFLICT when
 * it had been answered before.
 */
gboolean ic_commitment_repo_answer (IcWriteTx *tx,
                                    IcCommitment *commitment,
                                    const char *operator_name,
                                    GError **error);

/* It was asked again, or never reached the node. */
gboolean ic_commitment_repo_replace (IcWriteTx *tx, gint64 id, GError **error);

/* The one a report is about, with its instances; IC_ERROR_NOT_FOUND. */
IcCommitment *ic_commitment_repo_find (IcReadTx *tx, const char *transaction_uid, GError **error);

/* Those that are pending, or all of one transfer when @transfer is not 0, oldest first; of
 * IcCommitment with instances.
 */
GPtrArray *ic_commitment_repo_list (IcReadTx *tx, gint64 transfer, GError **error);

G_END_DECLS
