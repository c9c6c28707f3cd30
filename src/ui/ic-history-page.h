/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The history: one line for each transfer, found while one types, with everything the log has of
 * the one that is chosen beside it.
 */
#pragma once

#include "ui/ic-page.h"

G_BEGIN_DECLS

#define IC_TYPE_HISTORY_PAGE (ic_history_page_get_type ())
G_DECLARE_FINAL_TYPE (IcHistoryPage, ic_history_page, IC, HISTORY_PAGE, IcPage)

/* Shows one transfer, whatever the list shows. */
void ic_history_page_show_transfer (IcHistoryPage *self, gint64 id);

G_END_DECLS
