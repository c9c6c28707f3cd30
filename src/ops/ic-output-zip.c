/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-output-zip.h"

#include "core/ic-error.h"
#include "domain/ic-transfer-syntax.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define BUFFER_SIZE (256 * 1024)
#define FILE_MODE 0644

typedef struct archive Archive;
typedef struct archive_entry ArchiveEntry;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Archive, archive_write_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ArchiveEntry, archive_entry_free)

typedef struct
{
  Archive *archive;
  IcDataDir *data_dir;
  guint8 *buffer;
  time_t created;
  guint64 done_bytes;
  guint64 total_bytes;
  IcProgress *progress;
  GCancellable *cancellable;
} Zip;

static gboolean
set_write_error (Zip *self, GError **error)
{
  int saved_errno = archive_errno (self->archive);

  return ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, saved_errno > 0 ? saved_errno : EIO,
                             "failed to write the archive");
}

/* What is compressed already only costs time. */
static gboolean
is_worth_deflating (const IcFileSetEntry *entry)
{
  if (entry->instance == NULL)
    return !g_str_has_suffix (entry->path, ".JPG");
  return ic_transfer_syntax_find (entry->instance->transfer_syntax_uid)->form != IC_TS_ENCAPSULATED;
}

static gboolean
begin_entry (Zip *self, const IcFileSetEntry *entry, GError **error)
{
  g_autoptr(ArchiveEntry) header = archive_entry_new ();

  archive_entry_set_pathname (header, entry->path);
  archive_entry_set_filetype (header, AE_IFREG);
  archive_entry_set_perm (header, FILE_MODE);
  archive_entry_set_size (header, (la_int64_t) entry->size_bytes);
  archive_entry_set_mtime (header, self->created, 0);
  if (is_worth_deflating (entry))
    archive_write_zip_set_compression_deflate (self->archive);
  else
    archive_write_zip_set_compression_store (self->archive);
  return archive_write_header (self->archive, header) == ARCHIVE_OK ||
         set_write_error (self, error);
}

static gboolean
write_piece (Zip *self, gconstpointer data, gsize size_bytes, GError **error)
{
  if (archive_write_data (self->archive, data, size_bytes) != (la_ssize_t) size_bytes)
    return set_write_error (self, error);
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
copy_instance (Zip *self, const IcFileSetEntry *entry, GError **error)
{
  g_autofree char *path = ic_data_dir_dup_path (self->data_dir, entry->instance->path);
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
  gsize size = 0;
  gconstpointer data = NULL;

  if (!begin_entry (self, entry, error))
    return FALSE;
  if (entry->instance != NULL)
    return copy_instance (self, entry, error);
  data = g_bytes_get_data (entry->bytes, &size);
  return write_piece (self, data, size, error);
}

/* Level 1: the others take three times as long for a twentieth less. */
static gboolean
open_archive (Zip *self, int fd, GError **error)
{
  return (archive_write_set_format_zip (self->archive) == ARCHIVE_OK &&
          archive_write_set_options (self->archive, "zip:compression-level=1") == ARCHIVE_OK &&
          archive_write_open_fd (self->archive, fd) == ARCHIVE_OK) ||
         set_write_error (self, error);
}

gboolean
ic_output_zip_write (int fd,
                     IcDataDir *data_dir,
                     IcFileSet *file_set,
                     IcProgress *progress,
                     GCancellable *cancellable,
                     GError **error)
{
  g_autoptr(Archive) archive = archive_write_new ();
  g_autofree guint8 *buffer = g_malloc (BUFFER_SIZE);
  GPtrArray *entries = ic_file_set_get_entries (file_set);
  Zip self = { .archive = archive,
               .data_dir = data_dir,
               .buffer = buffer,
               .created = g_get_real_time () / G_USEC_PER_SEC,
               .total_bytes = ic_file_set_get_total_bytes (file_set),
               .progress = progress,
               .cancellable = cancellable };

  if (!open_archive (&self, fd, error))
    return FALSE;
  for (guint i = 0; i < entries->len; i++)
    if (!write_entry (&self, entries->pdata[i], error))
      return FALSE;
  if (archive_write_close (archive) != ARCHIVE_OK)
    return set_write_error (&self, error);
  if (fsync (fd) < 0)
    return ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, errno, "failed to flush the archive");
  return TRUE;
}
