/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window in which a node is entered or changed. It says while one types what is not right yet;
 * who saves it does so through the caller.
 */
#pragma once

#include "domain/ic-node.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define IC_TYPE_NODE_EDITOR (ic_node_editor_get_type ())
G_DECLARE_FINAL_TYPE (IcNodeEditor, ic_node_editor, IC, NODE_EDITOR, AdwWindow)

/* @node: NULL for a new one. @nodes: of IcNodeItem, whose names are taken. Emits "saved" with the
 * IcNode (a pointer) before it closes.
 */
IcNodeEditor *ic_node_editor_new (GtkWidget *parent, IcNode *node, GListModel *nodes);

/* Name of the node that is changed; NULL for a new one. */
const char *ic_node_editor_get_known (IcNodeEditor *self);

G_END_DECLS
