/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Doing a transfer again that took a selection: which series and images went the first time is kept
 * in the draft, so that the same go once more unless somebody changes it. Belongs to the main
 * thread.
 */
#pragma once

#include "domain/ic-transfer.h"
#include "model/ic-transfer-draft.h"
#include "model/ic-transfer-facts.h"

G_BEGIN_DECLS

/* What the draft keeps of it, as answers. */
#define IC_ASK_REPEATED "repeated"           /* number of the transfer, UIDs of its studies */
#define IC_ASK_ONLY_SERIES "only-series"     /* STUDY/SERIES=N… with spaces between */
#define IC_ASK_ONLY_IMAGES "only-images"     /* SOP Instance UIDs with spaces between */
#define IC_ASK_ONLY_REPEATED "only-repeated" /* "yes": those images and no others */

/* Whether less went than there was. */
gboolean ic_transfer_repeat_is_selection (const IcTransfer *transfer);

/* Lets @draft, which has the studies of @transfer, ask for what it took; for a transfer that took
 * all, for all.
 */
void ic_transfer_repeat_note (IcTransferDraft *draft, const IcTransfer *transfer);

/* Whether the series stayed at home when its study went. */
gboolean ic_transfer_repeat_leaves_out (IcTransferDraft *draft,
                                        const char *study_uid,
                                        const char *series_uid);

/* The number of the transfer that is repeated; "" for none. Free with g_free(). */
char *ic_transfer_repeat_dup_number (IcTransferDraft *draft);

/* Whole series need no list of images; and once other studies are in the draft, nothing is left of
 * what went then.
 */
void ic_transfer_repeat_settle (IcTransferDraft *draft, const IcTransferFacts *facts);

/* The images that went, where series alone do not say it; empty for none. Free with g_strfreev().
 */
char **ic_transfer_repeat_dup_images (IcTransferDraft *draft);

/* Whether those images go and no others. */
gboolean ic_transfer_repeat_is_only (IcTransferDraft *draft);

G_END_DECLS
