/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The nodes we know, by their names. */
#pragma once

#include "domain/ic-node.h"
#include "store/ic-tx.h"

G_BEGIN_DECLS

/* Fails with IC_ERROR_CONFLICT when there is a node of that name, IC_ERROR_USAGE when its name or
 * host is too long or has control characters.
 */
gboolean ic_node_repo_add (IcWriteTx *tx, IcNode *node, GError **error);

/* Makes the node called @name what @node says, its name included. Fails with IC_ERROR_NOT_FOUND,
 * and as ic_node_repo_add() does.
 */
gboolean ic_node_repo_update (IcWriteTx *tx, const char *name, IcNode *node, GError **error);

/* Fails with IC_ERROR_NOT_FOUND. */
gboolean ic_node_repo_remove (IcWriteTx *tx, const char *name, GError **error);
IcNode *ic_node_repo_find (IcReadTx *tx, const char *name, GError **error);

/* All of them in order of name, as GPtrArray of IcNode. */
GPtrArray *ic_node_repo_list (IcReadTx *tx, GError **error);

G_END_DECLS
