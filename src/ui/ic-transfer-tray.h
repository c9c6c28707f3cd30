/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The foot of the studies page: what is collected for the next transfer, and what it fits on.
 * Studies are dropped onto it or added by keys; one of another patient is refused there and then.
 */
#pragma once

#include "model/ic-patient-row.h"
#include "model/ic-workspace.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define IC_TYPE_TRANSFER_TRAY (ic_transfer_tray_get_type ())
G_DECLARE_FINAL_TYPE (IcTransferTray, ic_transfer_tray, IC, TRANSFER_TRAY, GtkWidget)

void ic_transfer_tray_set_workspace (IcTransferTray *self, IcWorkspace *workspace);

/* FALSE when it was refused, which is then said. */
gboolean ic_transfer_tray_add (IcTransferTray *self, IcStudyRow *study);

/* A patient with all studies found, a study, or the study of a series. */
gboolean ic_transfer_tray_add_row (IcTransferTray *self, IcResultRow *row);

/* Takes away what it says of a refusal; FALSE when it says nothing. */
gboolean ic_transfer_tray_dismiss (IcTransferTray *self);

G_END_DECLS
