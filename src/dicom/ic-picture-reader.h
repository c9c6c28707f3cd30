/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Has pictures made of many files by parse workers: thumbnails for lists, JPEG streams for web
 * pages; or one whole frame for a viewer. A file that kills its reader is one failed item (see
 * IcReaderPool). Belongs to one thread and works in its default main context.
 */
#pragma once

#include "picture/ic-frame.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _IcPictureReader IcPictureReader;

typedef struct
{
  guint columns;
  guint rows;
  GBytes *stream;
} IcJpeg;

/* What became of one file: @picture or @jpeg, whichever was asked for, or NULL and @error. They
 * live for the call; of @jpeg the stream may be referenced. Called while the reader waits, in no
 * particular order.
 */
typedef void (*IcThumbnailFunc) (gpointer item,
                                 IcPicture *picture,
                                 const GError *error,
                                 gpointer user_data);
typedef void (*IcJpegFunc) (gpointer item,
                            const IcJpeg *jpeg,
                            const GError *error,
                            gpointer user_data);

/* The middle frame of each file, at most @edge (1 to 128) pixels wide and high. */
IcPictureReader *ic_picture_reader_new_thumbnails (guint edge,
                                                   IcThumbnailFunc func,
                                                   gpointer user_data);

/* The same as JPEG, @edge up to 4096. */
IcPictureReader *ic_picture_reader_new_jpegs (guint edge, IcJpegFunc func, gpointer user_data);

/* Ends the workers; what is still in flight is not reported. */
void ic_picture_reader_free (IcPictureReader *self);

/* Takes @fd. May wait while too much is in flight. FALSE when cancelled or when no worker can be
 * started; the item is then not reported.
 */
gboolean ic_picture_reader_push (IcPictureReader *self,
                                 int fd,
                                 gpointer item,
                                 GCancellable *cancellable,
                                 GError **error);

/* Waits until every pushed file has been reported. */
gboolean ic_picture_reader_finish (IcPictureReader *self,
                                   GCancellable *cancellable,
                                   GError **error);

/* Frame @number, counted from 0, of the file behind @fd, which stays the caller's, before any
 * window. @n_frames: as many as the file says. Starts a worker and ends it; waits.
 */
IcFrame *ic_picture_read_frame (int fd,
                                guint number,
                                guint *n_frames,
                                GCancellable *cancellable,
                                GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcPictureReader, ic_picture_reader_free)

G_END_DECLS
