/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The search of the header: type half a name, a number or a recipient, choose with the arrow keys.
 * Signals: "patient-chosen" (patient ID), "transfer-chosen" (id).
 */
#pragma once

#include "model/ic-workspace.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define IC_TYPE_LOOKUP_BAR (ic_lookup_bar_get_type ())
G_DECLARE_FINAL_TYPE (IcLookupBar, ic_lookup_bar, IC, LOOKUP_BAR, AdwBin)

void ic_lookup_bar_set_workspace (IcLookupBar *self, IcWorkspace *workspace);

/* The keyboard goes there, and what was typed is ready to be replaced. */
void ic_lookup_bar_enter (IcLookupBar *self);

G_END_DECLS
