/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The transfers: begun, ended once, then never changed but for the erasure of personal values.
 * Begin and end are events in the audit chain, and the end carries a digest of the evidence.
 * Searching them is in ic-transfer-search.h.
 */
#pragma once

#include "domain/ic-transfer.h"
#include "store/ic-store.h"

G_BEGIN_DECLS

/* Keeps a new transfer as running and sets @transfer->id. If @session dies before it has ended, the
 * next sweep ends it as failed.
 */
gboolean ic_transfer_repo_begin (IcWriteTx *tx,
                                 IcTransfer *transfer,
                                 IcSession *session,
                                 GError **error);

/* Keeps everything @transfer has gathered, with its series and instances, logs its end and sets
 * @transfer->log_head. Its state must no longer be running. IC_ERROR_CONFLICT when it had ended
 * before.
 */
gboolean ic_transfer_repo_end (IcWriteTx *tx, IcTransfer *transfer, GError **error);

/* With series and instances; IC_ERROR_NOT_FOUND. */
IcTransfer *ic_transfer_repo_find (IcReadTx *tx, gint64 id, GError **error);

/* The same, with the texts of its instances in @texts. */
IcTransfer *ic_transfer_repo_find_sharing (IcReadTx *tx, gint64 id, IcTexts *texts, GError **error);

/* Ends, as failed, the running transfers of a session that is dead. */
gboolean ic_transfer_repo_end_orphans (IcWriteTx *tx, const char *session, GError **error);

/* Removes every personal value of a transfer and of its events, and logs that. Its request, if no
 * other transfer has it, loses its own too. IC_ERROR_BUSY when it is running, and when somebody is
 * reading so that the disk still has them: then once more makes it true.
 */
gboolean ic_transfer_repo_erase_personal (IcStore *store,
                                          gint64 id,
                                          const char *operator_name,
                                          GError **error);

G_END_DECLS
