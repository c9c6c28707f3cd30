/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Locks between the programs that share a data directory: one per drive, per medium, per connection
 * to a node. They belong to the open file (OFD locks), so two holders in one process exclude each
 * other too, and they go when the process goes, however it ends.
 */
#pragma once

#include "store/ic-data-dir.h"

G_BEGIN_DECLS

typedef struct _IcLock IcLock;

/* Takes the lane @name or fails at once with IC_ERROR_BUSY. Any name will do: on disk only
 * [a-z0-9-] of it is left, with a digest where that loses something.
 */
IcLock *ic_lock_acquire (IcDataDir *data_dir, const char *name, GError **error);

/* Takes one of the @limit places in the lane @name; IC_ERROR_BUSY when all are taken. */
IcLock *ic_lock_acquire_place (IcDataDir *data_dir, const char *name, guint limit, GError **error);

/* What the last holder of a lane left written in it, "" for nothing: it outlives the holder, so
 * that the next one knows what was unfinished. Free with g_free().
 */
char *ic_lock_dup_note (IcLock *self);

/* Replaces the note, a short line; "" for none. Lost when the machine fails. */
gboolean ic_lock_set_note (IcLock *self, const char *note, GError **error);

/* Gives it up. */
void ic_lock_free (IcLock *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcLock, ic_lock_free)

G_END_DECLS
