/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the headers of many files through parse workers. A file that kills its reader is one failed
 * item (see IcReaderPool). Belongs to one thread and works in its default main context.
 */
#pragma once

#include "domain/ic-header.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _IcIndexer IcIndexer;

/* The result of one file: @header, or NULL and @error; or both, where the header is good and @error
 * says what is wrong with the rest. Called while the indexer waits, in no particular order.
 */
typedef void (*IcIndexerFunc) (gpointer item,
                               IcHeader *header,
                               const GError *error,
                               gpointer user_data);

/* @max_workers: 0 for one per processor. */
IcIndexer *ic_indexer_new (guint max_workers, IcIndexerFunc func, gpointer user_data);

/* Ends the workers; what is still in flight is not reported. */
void ic_indexer_free (IcIndexer *self);

/* Whether another file can be pushed without waiting. */
gboolean ic_indexer_has_room (IcIndexer *self);

/* Takes @fd. May wait while too much is in flight. FALSE when cancelled or when no worker can be
 * started; the item is then not reported.
 */
gboolean ic_indexer_push (IcIndexer *self,
                          int fd,
                          gpointer item,
                          GCancellable *cancellable,
                          GError **error);

/* Sends what is waiting for a full batch. */
gboolean ic_indexer_flush (IcIndexer *self, GCancellable *cancellable, GError **error);

/* Waits until every pushed file has been reported. Fails with IC_ERROR_WORKER_DIED when readers
 * died so often that something else must be wrong.
 */
gboolean ic_indexer_finish (IcIndexer *self, GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcIndexer, ic_indexer_free)

G_END_DECLS
