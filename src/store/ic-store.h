/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The database of a data directory, owned by one thread of its own. Work comes in as functions that
 * run there inside a transaction; they may not call the store again. Several programs may have the
 * same one open. A commit that returned survives a loss of power (WAL with synchronous=FULL).
 * Reference counted, usable from every thread.
 */
#pragma once

#include "core/ic-progress.h"
#include "store/ic-session.h"
#include "store/ic-tx.h"

G_BEGIN_DECLS

typedef struct _IcStore IcStore;

/* Opens or makes courier.sqlite and brings it to the schema of this program. Where that cannot be
 * done, or the database is newer than the program, it opens for reading only, and
 * ic_store_get_read_only_reason() says why. Fails with IC_ERROR_STORE_DAMAGED when it is no
 * database, else as files do. The session is this program's in the directory.
 */
IcStore *ic_store_open (IcDataDir *data_dir, GError **error);

/* The same, for who has something to show meanwhile: a long log takes its time where the schema has
 * to change, and @progress is told of that alone.
 */
IcStore *ic_store_open_with_progress (IcDataDir *data_dir, IcProgress *progress, GError **error);
IcStore *ic_store_ref (IcStore *self);

/* The last one waits for the work handed in before; not to be called from it. */
void ic_store_unref (IcStore *self);

IcDataDir *ic_store_get_data_dir (IcStore *self);
IcSession *ic_store_get_session (IcStore *self);

/* NULL when it can be written; borrowed. */
const GError *ic_store_get_read_only_reason (IcStore *self);

/* Runs @func and waits for it. A write takes the database's one write lock first (IC_ERROR_BUSY
 * when another program keeps it for more than ten seconds).
 */
gboolean ic_store_read (IcStore *self, IcReadFunc func, gpointer data, GError **error);
gboolean ic_store_write (IcStore *self, IcWriteFunc func, gpointer data, GError **error);

/* Writes what was committed from the journal into the database, so that erased values are nowhere
 * left on disk. IC_ERROR_BUSY when somebody is reading.
 */
gboolean ic_store_flush (IcStore *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcStore, ic_store_unref)

G_END_DECLS
