/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Begins and ends transfers in the log, with the recipient and request rows that every act has. */
#pragma once

#include "domain/ic-proof.h"
#include "ops/ic-desk.h"
#include "store/ic-audit.h"

G_BEGIN_DECLS

/* Keeps recipient and request of @transfer (made from its own fields), then the transfer itself as
 * running, with the desk's operator. Sets its id.
 */
gboolean ic_transfer_log_begin (IcDesk *desk, IcTransfer *transfer, GError **error);

/* Judges @transfer by @proof (NULL: nothing to judge) and ends it in the log. @failure decides the
 * state where the act itself did not come to its end: cancelled, refused or failed. Sets its log
 * head.
 */
gboolean ic_transfer_log_end (IcDesk *desk,
                              IcTransfer *transfer,
                              IcProof *proof,
                              IcProofScope scope,
                              const GError *failure,
                              GError **error);

/* Logs that @n_instances go out in another transfer syntax than they came in, for the media profile
 * or the node that @receiver names ("profile" or "node"); @changes: how many from what to what.
 */
gboolean ic_transfer_log_converted (IcDesk *desk,
                                    IcTransfer *transfer,
                                    const IcAuditField *receiver,
                                    guint n_instances,
                                    const char *changes,
                                    GError **error);

/* Logs the keys (of IcGeneratedKey) that the DICOMDIR needs and the images lack. A patient ID that
 * was made up is a personal value and can be erased.
 */
gboolean ic_transfer_log_generated_keys (IcDesk *desk,
                                         IcTransfer *transfer,
                                         GPtrArray *keys,
                                         GError **error);

G_END_DECLS
