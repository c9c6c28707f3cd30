/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changing the list of nodes, each change an event in the log. Transaction functions for
 * ic_cli_write().
 */
#pragma once

#include "domain/ic-node.h"
#include "store/ic-tx.h"

G_BEGIN_DECLS

typedef struct
{
  const char *operator_name;
  IcNode *node;        /* to be added, or NULL */
  const char *removed; /* name of the one to be removed before, or NULL */
} IcNodeChange;

/* @data: IcNodeChange. As ic_node_repo_add() and ic_node_repo_remove() fail. */
gboolean ic_cli_change_nodes (IcWriteTx *tx, gpointer data, GError **error);

G_END_DECLS
