/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Locks by file name, for the session and the sweep. */
#pragma once

#include "store/ic-lock.h"

G_BEGIN_DECLS

/* As ic_lock_acquire(), for the file @file in locks/, taken as it is. */
IcLock *ic_lock_acquire_file (IcDataDir *data_dir, const char *file, GError **error);

/* Removes the file of the lock while holding it, then gives it up. */
void ic_lock_free_and_remove (IcLock *self);

G_END_DECLS
