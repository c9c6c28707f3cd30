/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "medium/ic-zip-writer.h"

#include "core/ic-error.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <unistd.h>

#define FILE_MODE 0644

/* The other levels take three times as long for a twentieth less. */
#define OPTIONS "zip:compression-level=1"

typedef struct archive_entry Entry;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Entry, archive_entry_free)

struct _IcZipWriter
{
  struct archive *archive;
  int fd;
  time_t created;
};

static gboolean
check (IcZipWriter *self, gboolean ok, GError **error)
{
  int saved_errno = archive_errno (self->archive);

  return ok ||
         ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, saved_errno > 0 ? saved_errno : EIO,
                             "failed to write the archive");
}

IcZipWriter *
ic_zip_writer_new (int fd, GError **error)
{
  g_autoptr(IcZipWriter) self = g_new0 (IcZipWriter, 1);

  self->archive = archive_write_new ();
  self->fd = fd;
  self->created = g_get_real_time () / G_USEC_PER_SEC;
  if (!check (self,
              archive_write_set_format_zip (self->archive) == ARCHIVE_OK &&
                  archive_write_set_options (self->archive, OPTIONS) == ARCHIVE_OK &&
                  archive_write_open_fd (self->archive, fd) == ARCHIVE_OK,
              error))
    return NULL;
  return g_steal_pointer (&self);
}

void
ic_zip_writer_free (IcZipWriter *self)
{
  archive_write_free (self->archive);
  g_free (self);
}

gboolean
ic_zip_writer_begin (IcZipWriter *self,
                     const char *path,
                     guint64 size_bytes,
                     gboolean is_deflated,
                     GError **error)
{
  g_autoptr(Entry) entry = archive_entry_new ();

  archive_entry_set_pathname (entry, path);
  archive_entry_set_filetype (entry, AE_IFREG);
  archive_entry_set_perm (entry, FILE_MODE);
  archive_entry_set_size (entry, (la_int64_t) size_bytes);
  archive_entry_set_mtime (entry, self->created, 0);
  if (is_deflated)
    archive_write_zip_set_compression_deflate (self->archive);
  else
    archive_write_zip_set_compression_store (self->archive);
  return check (self, archive_write_header (self->archive, entry) == ARCHIVE_OK, error);
}

gboolean
ic_zip_writer_write (IcZipWriter *self, gconstpointer data, gsize size_bytes, GError **error)
{
  la_ssize_t n = archive_write_data (self->archive, data, size_bytes);

  return check (self, n == (la_ssize_t) size_bytes, error);
}

gboolean
ic_zip_writer_finish (IcZipWriter *self, GError **error)
{
  if (!check (self, archive_write_close (self->archive) == ARCHIVE_OK, error))
    return FALSE;
  return fsync (self->fd) == 0 ||
         ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, errno, "failed to flush the archive");
}
