/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages of the documents (PDF) inside DICOM objects, as pictures. One worker takes the document
 * out, unparsed; another one, which may read fonts and nothing else, draws it: here nobody looks
 * into it. Every call waits. Belongs to one thread and works in its default main context.
 */
#pragma once

#include "dicom/ic-image-reader.h"

G_BEGIN_DECLS

typedef struct _IcPageReader IcPageReader;

/* The worker is started with the first page. */
IcPageReader *ic_page_reader_new (void);
void ic_page_reader_free (IcPageReader *self);

/* Page @number, counted from 0, of the document in @fd, which stays the caller's; @images takes it
 * out. *@n_pages: how many there are. Errors: those of ic_image_reader_extract_document(),
 * IC_ERROR_BAD_DATA for what is no PDF, IC_ERROR_UNSUPPORTED for one that is too large or locked,
 * IC_ERROR_WORKER_DIED, cancelled.
 */
IcFrame *ic_page_reader_read (IcPageReader *self,
                              IcImageReader *images,
                              int fd,
                              guint number,
                              guint *n_pages,
                              GCancellable *cancellable,
                              GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcPageReader, ic_page_reader_free)

G_END_DECLS
