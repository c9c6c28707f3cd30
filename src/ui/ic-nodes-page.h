/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The nodes: who we talk to, whether they answer, and entering, changing and removing them. */
#pragma once

#include "ui/ic-page.h"

G_BEGIN_DECLS

#define IC_TYPE_NODES_PAGE (ic_nodes_page_get_type ())
G_DECLARE_FINAL_TYPE (IcNodesPage, ic_nodes_page, IC, NODES_PAGE, IcPage)

G_END_DECLS
