/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The search of the header: type half a name, a number or a recipient, choose with the arrow keys.
 * Signals: "patient-chosen" (patient ID), "transfer-chosen" (id).
 */
#pragma once

#include "model/ic-workspace.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define IC_TYPE_SEARCH_BAR (ic_search_bar_get_type ())
G_DECLARE_FINAL_TYPE (IcSearchBar, ic_search_bar, IC, SEARCH_BAR, AdwBin)

void ic_search_bar_set_workspace (IcSearchBar *self, IcWorkspace *workspace);

/* The keyboard goes there, and what was typed is ready to be replaced. */
void ic_search_bar_enter (IcSearchBar *self);

G_END_DECLS
