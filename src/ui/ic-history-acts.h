/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be done with the log from its page: saving a list of transfers, checking the chain, and
 * doing a transfer again.
 */
#pragma once

#include "model/ic-workspace.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* @items: of IcTransferItem. Asks where; the list goes nowhere else, for it names patients. */
void ic_history_acts_save_csv (GtkWidget *page, GPtrArray *items);

/* Checks every event of the log and says what came of it. */
void ic_history_acts_verify (GtkWidget *page, IcWorkspace *workspace);

/* Puts what went with @transfer into the draft and opens the wizard. */
void ic_history_acts_repeat (GtkWidget *page, IcWorkspace *workspace, IcTransfer *transfer);

G_END_DECLS
