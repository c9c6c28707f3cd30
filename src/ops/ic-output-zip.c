/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-output-zip.h"

#include "core/ic-error.h"
#include "domain/ic-transfer-syntax.h"
#include "medium/ic-zip-writer.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define BUFFER_SIZE (256 * 1024)

typedef struct
{
  IcZipWriter *writer;
  IcDataDir *data_dir;
  guint8 *buffer;
  guint64 done_bytes;
  guint64 total_bytes;
  IcProgress *progress;
  GCancellable *cancellable;
} Zip;

/* What is compressed already only costs time. */
static gboolean
is_worth_deflating (const IcFileSetEntry *entry)
{
  if (entry->instance == NULL)
    return !g_str_has_suffix (entry->path, ".JPG");
  return ic_transfer_syntax_find (entry->instance->transfer_syntax_uid)->form != IC_TS_ENCAPSULATED;
}

static gboolean
write_piece (Zip *self, gconstpointer data, gsize size_bytes, GError **error)
{
  if (!ic_zip_writer_write (self->writer, data, size_bytes, error))
    return FALSE;
  self->done_bytes += size_bytes;
  ic_progress_report (self->progress, self->done_bytes, self->total_bytes);
  return !g_cancellable_set_error_if_cancelled (self->cancellable, error);
}

static gboolean
copy_content (Zip *self, int fd, guint64 size_bytes, GError **error)
{
  guint64 left = size_bytes;

  while (left > 0)
    {
      gssize n = TEMP_FAILURE_RETRY (read (fd, self->buffer, MIN (left, BUFFER_SIZE)));

      if (n <= 0)
        return ic_error_set_errno (error, IC_ERROR_READ_FAILED, n < 0 ? errno : EIO,
                                   "a stored image became shorter");
      if (!write_piece (self, self->buffer, (gsize) n, error))
        return FALSE;
      left -= (guint64) n;
    }
  return TRUE;
}

static gboolean
copy_source (Zip *self, const IcFileSetEntry *entry, GError **error)
{
  g_autofree char *path = ic_data_dir_dup_path (self->data_dir, entry->source);
  int fd = open (path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  gboolean ok = FALSE;

  if (fd < 0)
    return ic_error_set_errno (error, IC_ERROR_READ_FAILED, errno, "failed to open a stored image");
  ok = copy_content (self, fd, entry->size_bytes, error);
  close (fd);
  return ok;
}

static gboolean
write_entry (Zip *self, const IcFileSetEntry *entry, GError **error)
{
  gconstpointer data = NULL;
  gsize size = 0;

  if (!ic_zip_writer_begin (self->writer, entry->path, entry->size_bytes,
                            is_worth_deflating (entry), error))
    return FALSE;
  if (entry->source != NULL)
    return copy_source (self, entry, error);
  data = g_bytes_get_data (entry->bytes, &size);
  return write_piece (self, data, size, error);
}

gboolean
ic_output_zip_write (int fd,
                     IcDataDir *data_dir,
                     IcFileSet *file_set,
                     IcProgress *progress,
                     GCancellable *cancellable,
                     GError **error)
{
  g_autoptr(IcZipWriter) writer = ic_zip_writer_new (fd, error);
  g_autofree guint8 *buffer = g_malloc (BUFFER_SIZE);
  GPtrArray *entries = ic_file_set_get_entries (file_set);
  Zip self = { .writer = writer,
               .data_dir = data_dir,
               .buffer = buffer,
               .total_bytes = ic_file_set_get_total_bytes (file_set),
               .progress = progress,
               .cancellable = cancellable };

  if (writer == NULL)
    return FALSE;
  for (guint i = 0; i < entries->len; i++)
    if (!write_entry (&self, entries->pdata[i], error))
      return FALSE;
  return ic_zip_writer_finish (writer, error);
}
