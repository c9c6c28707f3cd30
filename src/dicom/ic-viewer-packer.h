/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Has many files made ready for the viewer on a medium by parse workers, as many at once as there
 * are processors. A file that kills its reader is one failed item. Belongs to one thread and works
 * in its default main context.
 */
#pragma once

#include "domain/ic-viewer-image.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _IcViewerPacker IcViewerPacker;

/* What became of one file, in no particular order: @image, whose bytes stand in its output, or NULL
 * with @error. IC_ERROR_NO_SPACE and IC_ERROR_WRITE_FAILED are about the output, others about the
 * file.
 */
typedef void (*IcViewerPackerFunc) (gpointer item,
                                    IcViewerImage *image,
                                    const GError *error,
                                    gpointer user_data);

/* @quality: not NONE. */
IcViewerPacker *ic_viewer_packer_new (IcViewerQuality quality,
                                      IcViewerPackerFunc func,
                                      gpointer user_data);

/* Ends the workers; what is still in flight is not reported. */
void ic_viewer_packer_free (IcViewerPacker *self);

/* Takes @fd, which is read, and @output_fd, an empty file that is written from its start. May wait
 * while too much is in flight. FALSE when cancelled or when no worker can be started; the item is
 * then not reported.
 */
gboolean ic_viewer_packer_push (IcViewerPacker *self,
                                int fd,
                                int output_fd,
                                gpointer item,
                                GCancellable *cancellable,
                                GError **error);

/* Waits until every pushed file has been reported. */
gboolean ic_viewer_packer_finish (IcViewerPacker *self, GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcViewerPacker, ic_viewer_packer_free)

G_END_DECLS
