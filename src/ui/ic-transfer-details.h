/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything the log has of one transfer: how it ended, its proof, its images and its events. */
#pragma once

#include "model/ic-workspace.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define IC_TYPE_TRANSFER_DETAILS (ic_transfer_details_get_type ())
G_DECLARE_FINAL_TYPE (IcTransferDetails, ic_transfer_details, IC, TRANSFER_DETAILS, AdwBin)

/* Its buttons activate "history.repeat" and "history.close". */
void ic_transfer_details_show (IcTransferDetails *self, IcWorkspace *workspace, gint64 id);

/* Reads the transfer again if it was running. */
void ic_transfer_details_refresh (IcTransferDetails *self);

/* NULL before there is one. Borrowed. */
IcTransfer *ic_transfer_details_get_transfer (IcTransferDetails *self);

G_END_DECLS
