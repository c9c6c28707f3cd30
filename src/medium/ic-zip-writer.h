/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes a ZIP archive of files of our own through libarchive, one after the other. One thread at a
 * time.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _IcZipWriter IcZipWriter;

/* @fd: an empty file, which stays the caller's. Errors here and below: IC_ERROR_WRITE_FAILED,
 * IC_ERROR_NO_SPACE.
 */
IcZipWriter *ic_zip_writer_new (int fd, GError **error);

/* An archive that was not finished is no archive. */
void ic_zip_writer_free (IcZipWriter *self);

/* Begins a file of @size_bytes, which must follow. @path: "/" between components. */
gboolean ic_zip_writer_begin (IcZipWriter *self,
                              const char *path,
                              guint64 size_bytes,
                              gboolean is_deflated,
                              GError **error);
gboolean ic_zip_writer_write (IcZipWriter *self,
                              gconstpointer data,
                              gsize size_bytes,
                              GError **error);

/* The bytes are with the disk when this returns. */
gboolean ic_zip_writer_finish (IcZipWriter *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcZipWriter, ic_zip_writer_free)

G_END_DECLS
