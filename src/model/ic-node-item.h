/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A node in a list, with what its last test found out. Belongs to the main thread. */
#pragma once

#include "domain/ic-node.h"
#include "ops/ic-desk.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  IC_NODE_UNTESTED,
  IC_NODE_TESTING,
  IC_NODE_ANSWERS,    /* and can be searched */
  IC_NODE_TAKES_ONLY, /* answers, but cannot be searched */
  IC_NODE_FAILED,
} IcNodeState;

#define IC_TYPE_NODE_ITEM (ic_node_item_get_type ())
G_DECLARE_FINAL_TYPE (IcNodeItem, ic_node_item, IC, NODE_ITEM, GObject)

/* Property: "name". Signal "tested": the state, or what is said of it, has changed. */
IcNodeItem *ic_node_item_new (IcNode *node);

IcNode *ic_node_item_get_node (IcNodeItem *self);
const char *ic_node_item_get_name (IcNodeItem *self);

/* Whether it is of a node that is in every respect like @node. */
gboolean ic_node_item_is_of (IcNodeItem *self, IcNode *node);

/* Whether the node is asked for thumbnails of what is not here. Property "previews", notified. */
gboolean ic_node_item_has_previews (IcNodeItem *self);
void ic_node_item_set_previews (IcNodeItem *self, gboolean has_previews);

/* Begins a test unless one is under way. */
void ic_node_item_test (IcNodeItem *self, IcDesk *desk);

IcNodeState ic_node_item_get_state (IcNodeItem *self);

/* What the last test found, in a sentence; "" before there was one. */
const char *ic_node_item_get_sentence (IcNodeItem *self);

/* The technical text behind it; "" when there is none. */
const char *ic_node_item_get_technical (IcNodeItem *self);

/* When the last test ended, seconds since 1970; 0 before. */
gint64 ic_node_item_get_tested_at (IcNodeItem *self);

G_END_DECLS
