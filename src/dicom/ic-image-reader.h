/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One parse worker that stays, for somebody who looks at images one after another: frames, the
 * facts beside them, headers, reports, documents. A worker that dies takes one answer along; the
 * next question gets a fresh one. Every call waits. Belongs to one thread and works in its default
 * main context.
 */
#pragma once

#include "domain/ic-dump-row.h"
#include "domain/ic-image-facts.h"
#include "picture/ic-frame.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define IC_IMAGE_READER_MAX_FILES 64 /* in one call */

typedef struct _IcImageReader IcImageReader;

/* The worker is started with the first question. */
IcImageReader *ic_image_reader_new (void);

/* One that reads the pages of PDF documents as frames, and answers no other question. */
IcImageReader *ic_image_reader_new_for_pages (void);
void ic_image_reader_free (IcImageReader *self);

/* Descriptors stay the caller's. Errors: those of the file, IC_ERROR_WORKER_DIED, cancelled. */

/* Frame @number, counted from 0, before any window. @n_frames, which may be NULL: as many as the
 * file says.
 */
IcFrame *ic_image_reader_read_frame (IcImageReader *self,
                                     int fd,
                                     guint number,
                                     guint *n_frames,
                                     GCancellable *cancellable,
                                     GError **error);

/* One entry for each of @fds: IcImageFacts, or NULL for a file that cannot be read. */
GPtrArray *ic_image_reader_describe (IcImageReader *self,
                                     const int *fds,
                                     guint n_fds,
                                     GCancellable *cancellable,
                                     GError **error);

/* Array of IcDumpRow; *@complete: whether those are all. */
GPtrArray *ic_image_reader_dump (IcImageReader *self,
                                 int fd,
                                 IcDumpKind kind,
                                 gboolean *complete,
                                 GCancellable *cancellable,
                                 GError **error);

/* Writes the document inside the file to @output_fd, unparsed. */
gboolean ic_image_reader_extract_document (IcImageReader *self,
                                           int fd,
                                           int output_fd,
                                           GCancellable *cancellable,
                                           GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcImageReader, ic_image_reader_free)

G_END_DECLS
