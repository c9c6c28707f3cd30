/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/ic-page-reader.h"

#include "core/ic-error.h"
#include "core/ic-file-mark.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#define FILE_BYTES_MAX ((off_t) 256 * 1024 * 1024) /* of one that is kept in memory */

struct _IcPageReader
{
  IcImageReader *pages;
  int document_fd; /* taken out of @file last, or -1 */
  IcFileMark file;
};

IcPageReader *
ic_page_reader_new (void)
{
  IcPageReader *self = g_new0 (IcPageReader, 1);

  self->pages = ic_image_reader_new_for_pages ();
  self->document_fd = -1;
  return self;
}

static void
drop_document (IcPageReader *self)
{
  if (self->document_fd >= 0)
    close (self->document_fd);
  self->document_fd = -1;
}

void
ic_page_reader_free (IcPageReader *self)
{
  drop_document (self);
  ic_image_reader_free (self->pages);
  g_free (self);
}

static gboolean
ensure_document (IcPageReader *self,
                 IcImageReader *images,
                 int fd,
                 GCancellable *cancellable,
                 GError **error)
{
  IcFileMark file = { 0 };

  if (!ic_file_mark_take (fd, &file, error))
    return FALSE;
  if (self->document_fd >= 0 && ic_file_mark_equal (&file, &self->file))
    return TRUE;
  drop_document (self);
  if (file.size_bytes > FILE_BYTES_MAX)
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_UNSUPPORTED, "the document is too large");
      return FALSE;
    }
  self->file = file;
  self->document_fd = memfd_create ("document", MFD_CLOEXEC);
  if (self->document_fd < 0)
    return ic_error_set_errno (error, IC_ERROR_INTERNAL, errno, "failed to make room");
  if (ic_image_reader_extract_document (images, fd, self->document_fd, cancellable, error))
    return TRUE;
  drop_document (self);
  return FALSE;
}

IcFrame *
ic_page_reader_read (IcPageReader *self,
                     IcImageReader *images,
                     int fd,
                     guint number,
                     guint *n_pages,
                     GCancellable *cancellable,
                     GError **error)
{
  if (!ensure_document (self, images, fd, cancellable, error))
    return NULL;
  return ic_image_reader_read_frame (self->pages, self->document_fd, number, n_pages, cancellable,
                                     error);
}
