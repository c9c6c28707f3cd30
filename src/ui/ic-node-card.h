/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One node on the page of nodes: who it is, what its last test said, and what can be done with it.
 */
#pragma once

#include "model/ic-node-item.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define IC_TYPE_NODE_CARD (ic_node_card_get_type ())
G_DECLARE_FINAL_TYPE (IcNodeCard, ic_node_card, IC, NODE_CARD, GtkListBoxRow)

/* Its buttons activate "nodes.test", "nodes.edit" and "nodes.remove" with the name of the node. */
GtkWidget *ic_node_card_new (IcNodeItem *item);

IcNodeItem *ic_node_card_get_item (IcNodeCard *self);

G_END_DECLS
