/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Clearing up after programs that died: their folders in incoming/ and spool/, the files of
 * reservations that were never committed, their unfinished transfers. What belongs to a program
 * that lives is left alone, so it may run at any time beside others.
 */
#pragma once

#include "store/ic-store.h"

G_BEGIN_DECLS

/* To be run once at the start of every program that may write. */
gboolean ic_sweep_run (IcStore *store, GError **error);

/* Removes the files that no row names any more, unless another transfer than @own (0 for none) is
 * under way: it may be about to write or send them. To be run after a commit or removal, and at the
 * end of a transfer. Takes its time where they are many, so that others can write too.
 */
gboolean ic_sweep_removals (IcStore *store, gint64 own, GError **error);

G_END_DECLS
