/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Has something done with many files by parse workers: as many at once as there are processors, two
 * batches in flight each. A file that kills its reader is one failed item; the others of its batch
 * are tried again one by one in a fresh worker. What is done with a file is said by its users,
 * IcIndexer and IcPictureReader. Belongs to one thread and works in its default main context.
 */
#pragma once

#include <gio/gunixfdlist.h>

G_BEGIN_DECLS

typedef struct _IcReaderPool IcReaderPool;

/* One kind of work; each function gets the @user_data of ic_reader_pool_new(). */
typedef struct
{
  /* Of the parse interface. It answers with an array of records, one for each file, and may have a
   * handle of content that came beside it.
   */
  const char *method;

  /* The arguments for one batch, floating; @items are as many as the floating @handles, which it
   * takes. It may add to @fds.
   */
  GVariant *(*make_arguments) (guint64 job,
                               GVariant *handles,
                               GUnixFDList *fds,
                               const gpointer *items,
                               gpointer user_data);

  /* What became of one file: @record, or NULL and @error. Called while the pool waits, in no
   * particular order. */
  void (*report) (gpointer item,
                  GVariant *record,
                  GBytes *content,
                  const GError *error,
                  gpointer user_data);
} IcReaderWork;

/* @max_workers: 0 for one per processor. @batch_size: files in a call, at most IC_WORKER_MAX_FDS.
 */
IcReaderPool *ic_reader_pool_new (const IcReaderWork *work,
                                  guint max_workers,
                                  guint batch_size,
                                  gpointer user_data);

/* Ends the workers; what is still in flight is not reported. */
void ic_reader_pool_free (IcReaderPool *self);

/* Whether another file can be pushed without waiting. */
gboolean ic_reader_pool_has_room (IcReaderPool *self);

/* Takes @fd. May wait while too much is in flight. FALSE when cancelled or when no worker can be
 * started; the item is then not reported.
 */
gboolean ic_reader_pool_push (IcReaderPool *self,
                              int fd,
                              gpointer item,
                              GCancellable *cancellable,
                              GError **error);

/* Sends what is waiting for a full batch. */
gboolean ic_reader_pool_flush (IcReaderPool *self, GCancellable *cancellable, GError **error);

/* Waits until every pushed file has been reported. Fails with IC_ERROR_WORKER_DIED when readers
 * died so often that something else must be wrong.
 */
gboolean ic_reader_pool_finish (IcReaderPool *self, GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcReaderPool, ic_reader_pool_free)

G_END_DECLS
