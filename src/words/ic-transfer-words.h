/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people are told about a transfer and its proof. Nothing here prints. */
#pragma once

#include "domain/ic-transfer.h"

G_BEGIN_DECLS

/* Which columns a proof has, and which of them is the one that counts. */
typedef enum
{
  IC_PROOF_VIEW_RETRIEVED, /* expected, retrieved */
  IC_PROOF_VIEW_WRITTEN,   /* expected, retrieved, written, read back */
  IC_PROOF_VIEW_VERIFIED,  /* expected, read back */
  IC_PROOF_VIEW_SENT,      /* expected, retrieved, accepted by the node, found there */
} IcProofView;

IcProofView ic_transfer_words_get_view (IcTransfer *transfer);

/* The node took images and does not say which of them it has. */
gboolean ic_transfer_words_is_unconfirmed (IcTransfer *transfer);

/* Whether people are told that @instance is in @state: what is in the store but was not found again
 * on the medium is missing there.
 */
gboolean ic_transfer_words_counts_as (IcTransfer *transfer,
                                      const IcTransferInstance *instance,
                                      IcItemState state);

/* "14 images are missing, 1 image is extra"; "" when there is nothing of the kind. Free with
 * g_free().
 */
char *ic_transfer_words_dup_faults (IcTransfer *transfer);

/* "1,212 of 1,212 images proved." Free with g_free(). */
char *ic_transfer_words_dup_verdict (IcTransfer *transfer, IcProofView view);

G_END_DECLS
