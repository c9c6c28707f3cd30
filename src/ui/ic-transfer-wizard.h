/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The way of a transfer from its draft to its proof, in six steps: what, to whom, how, check,
 * doing, proof. A window of its own beside the main one; closing it half-way keeps the draft, and a
 * transfer that runs goes on.
 */
#pragma once

#include "ui/ic-window.h"

G_BEGIN_DECLS

#define IC_TYPE_TRANSFER_WIZARD (ic_transfer_wizard_get_type ())
G_DECLARE_FINAL_TYPE (IcTransferWizard, ic_transfer_wizard, IC, TRANSFER_WIZARD, AdwWindow)

/* Opens it for the draft of the window's workspace, or brings it to the front. Says so when nothing
 * was chosen yet.
 */
void ic_transfer_wizard_present (IcWindow *window);

/* Closes the one of @window, if it is open; the draft stays. */
void ic_transfer_wizard_dismiss (IcWindow *window);

G_END_DECLS
