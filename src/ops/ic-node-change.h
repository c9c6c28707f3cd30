/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changing the list of nodes, each change an event in the log. Runs inside a write transaction of
 * the store.
 */
#pragma once

#include "domain/ic-node.h"
#include "store/ic-tx.h"

G_BEGIN_DECLS

typedef struct
{
  char *operator_name;
  char *known;  /* name of the node that is to be changed or removed; NULL to add one */
  IcNode *node; /* what it is from now on; NULL to remove it */
} IcNodeChange;

/* Copies the strings and takes a reference. */
IcNodeChange *ic_node_change_new (const char *operator_name, const char *known, IcNode *node);
void ic_node_change_free (IcNodeChange *self);

/* An IcWriteFunc; @data: IcNodeChange. As ic_node_repo_add(), ic_node_repo_update() and
 * ic_node_repo_remove() fail.
 */
gboolean ic_node_change_apply (IcWriteTx *tx, gpointer data, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcNodeChange, ic_node_change_free)

G_END_DECLS
