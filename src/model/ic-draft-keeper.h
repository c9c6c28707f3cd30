/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps the draft of the next transfer in the data directory, one for each operator, so that it is
 * found again after a restart. Belongs to the main thread.
 */
#pragma once

#include "model/ic-transfer-draft.h"
#include "ops/ic-desk.h"

G_BEGIN_DECLS

typedef struct _IcDraftKeeper IcDraftKeeper;

/* Reads what was kept into @draft, now, and keeps every change of it soon after it is made. */
IcDraftKeeper *ic_draft_keeper_new (IcDesk *desk, IcTransferDraft *draft);

/* Keeps what has not been kept yet. */
void ic_draft_keeper_free (IcDraftKeeper *self);

G_END_DECLS
