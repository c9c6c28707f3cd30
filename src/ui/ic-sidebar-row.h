/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the sidebar shows of one page: icon, title, and how much waits there for a person. */
#pragma once

#include "ui/ic-page.h"

G_BEGIN_DECLS

#define IC_TYPE_SIDEBAR_ROW (ic_sidebar_row_get_type ())
G_DECLARE_FINAL_TYPE (IcSidebarRow, ic_sidebar_row, IC, SIDEBAR_ROW, GtkListBoxRow)

IcSidebarRow *ic_sidebar_row_new (IcPage *page);
IcPage *ic_sidebar_row_get_page (IcSidebarRow *self);

G_END_DECLS
