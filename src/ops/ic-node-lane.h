/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many connections to one node there may be at a time, over all programs that share the data
 * directory.
 */
#pragma once

#include "core/ic-progress.h"
#include "ops/ic-desk.h"
#include "store/ic-lock.h"

G_BEGIN_DECLS

/* The lane of IcJobQueue for what goes to or comes from @node; free with g_free(). */
char *ic_node_lane_dup_name (IcNode *node);

/* Takes one of the @limit places for @purpose ("node", "send") at @node, waiting until one is free.
 * Give it up with ic_lock_free().
 */
IcLock *ic_node_lane_wait (IcDesk *desk,
                           IcNode *node,
                           const char *purpose,
                           guint limit,
                           IcProgress *progress,
                           GCancellable *cancellable,
                           GError **error);

/* The same without waiting: NULL when none is free. */
IcLock *ic_node_lane_try (IcDesk *desk, IcNode *node, const char *purpose, guint limit);

G_END_DECLS
