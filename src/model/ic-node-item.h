/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A node in a list. */
#pragma once

#include "domain/ic-node.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define IC_TYPE_NODE_ITEM (ic_node_item_get_type ())
G_DECLARE_FINAL_TYPE (IcNodeItem, ic_node_item, IC, NODE_ITEM, GObject)

/* Property: "name". */
IcNodeItem *ic_node_item_new (IcNode *node);

IcNode *ic_node_item_get_node (IcNodeItem *self);
const char *ic_node_item_get_name (IcNodeItem *self);

G_END_DECLS
