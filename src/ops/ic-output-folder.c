/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-output-folder.h"

#include "core/ic-digest.h"
#include "core/ic-error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define FOLDER_MODE 0700
#define FILE_MODE 0600

#define DIRECTORY "DICOMDIR"

static const char mark_text[] =
    "This folder is not finished: do not use it and do not pass it on.\r\n"
    "Imaging Courier removes this file when everything has been written,\r\n"
    "read back and compared. If nobody is writing it any more, empty it\r\n"
    "and export again.\r\n";

const char *const ic_output_folder_names[] = { "DICOM",      DIRECTORY,      "IHE_PDI",
                                               "INDEX.HTM",  "MANIFEST.TXT", IC_OUTPUT_FOLDER_MARK,
                                               "README.TXT", "VIEWER",       NULL };

struct _IcOutputFolder
{
  IcDataDir *data_dir;
  char *path;
  GPtrArray *made;        /* of char *: folders made in the folder, parents first, and the mark */
  IcFileSet *file_set;    /* that is being written, or NULL */
  guint n_begun;          /* of its entries, */
  gboolean has_directory; /* and whether the DICOMDIR is one of them, which comes last */
  char *mark_sha256;      /* NULL without a mark */
  gboolean finished;
};

IcOutputFolder *
ic_output_folder_new (IcDataDir *data_dir, const char *path, gboolean is_marked)
{
  IcOutputFolder *self = g_new0 (IcOutputFolder, 1);

  self->data_dir = ic_data_dir_ref (data_dir);
  self->path = g_strdup (path);
  self->made = g_ptr_array_new_with_free_func (g_free);
  if (is_marked)
    self->mark_sha256 = ic_digest_dup_hex (mark_text, strlen (mark_text));
  return self;
}

static gboolean
is_directory (const IcFileSetEntry *entry)
{
  return g_str_equal (entry->path, DIRECTORY);
}

static void
discard_files (IcOutputFolder *self)
{
  GPtrArray *entries = ic_file_set_get_entries (self->file_set);

  for (guint i = 0; i < entries->len; i++)
    {
      const IcFileSetEntry *entry = entries->pdata[i];
      g_autofree char *path = g_build_filename (self->path, entry->path, NULL);

      if (is_directory (entry) ? self->has_directory : i < self->n_begun)
        g_remove (path);
    }
}

/* Only what this object made, children first. */
static void
discard (IcOutputFolder *self)
{
  if (self->file_set != NULL)
    discard_files (self);
  for (guint i = self->made->len; i > 0; i--)
    g_remove (self->made->pdata[i - 1]);
}

void
ic_output_folder_free (IcOutputFolder *self)
{
  if (!self->finished)
    discard (self);
  g_clear_pointer (&self->file_set, ic_file_set_unref);
  g_ptr_array_unref (self->made);
  g_free (self->mark_sha256);
  g_free (self->path);
  ic_data_dir_unref (self->data_dir);
  g_free (self);
}

const char *
ic_output_folder_get_mark (IcOutputFolder *self, const char **sha256)
{
  *sha256 = self->mark_sha256;
  return self->mark_sha256 != NULL ? IC_OUTPUT_FOLDER_MARK : NULL;
}

static gboolean
ensure_parents (IcOutputFolder *self, const char *path, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (path);

  if (g_str_equal (parent, self->path) || g_file_test (parent, G_FILE_TEST_IS_DIR))
    return TRUE;
  if (!ensure_parents (self, parent, error))
    return FALSE;
  if (g_mkdir (parent, FOLDER_MODE) < 0)
    return ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, errno, "failed to make a folder");
  g_ptr_array_add (self->made, g_steal_pointer (&parent));
  return TRUE;
}

/* GIO's own text names the path. */
static gboolean
convert_io_error (GError *io_error, GError **error)
{
  if (g_error_matches (io_error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, io_error);
      return FALSE;
    }
  if (g_error_matches (io_error, G_IO_ERROR, G_IO_ERROR_NO_SPACE) ||
      g_error_matches (io_error, G_FILE_ERROR, G_FILE_ERROR_NOSPC))
    g_set_error_literal (error, IC_ERROR, IC_ERROR_NO_SPACE, "the medium is full");
  else
    g_set_error_literal (error, IC_ERROR, IC_ERROR_WRITE_FAILED, "failed to write a file");
  g_error_free (io_error);
  return FALSE;
}

static gboolean
copy_source (const char *source_path, const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr(GFile) source = g_file_new_for_path (source_path);
  g_autoptr(GFile) target = g_file_new_for_path (path);
  GError *io_error = NULL;

  if (g_file_copy (source, target, G_FILE_COPY_TARGET_DEFAULT_PERMS | G_FILE_COPY_NOFOLLOW_SYMLINKS,
                   cancellable, NULL, NULL, &io_error))
    {
      g_chmod (path, FILE_MODE); /* FAT has no modes and need not take it */
      return TRUE;
    }
  return convert_io_error (io_error, error);
}

gboolean
ic_output_folder_write_bytes (const char *path, GBytes *bytes, GError **error)
{
  GError *io_error = NULL;
  gsize size = 0;
  const char *data = g_bytes_get_data (bytes, &size);

  if (g_file_set_contents_full (path, data, size, G_FILE_SET_CONTENTS_NONE, FILE_MODE, &io_error))
    return TRUE;
  return convert_io_error (io_error, error);
}

static gboolean
write_entry (IcOutputFolder *self,
             const IcFileSetEntry *entry,
             GCancellable *cancellable,
             GError **error)
{
  g_autofree char *path = g_build_filename (self->path, entry->path, NULL);
  g_autofree char *source = NULL;

  if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
      !ensure_parents (self, path, error))
    return FALSE;
  if (entry->source == NULL)
    return ic_output_folder_write_bytes (path, entry->bytes, error);
  source = ic_data_dir_dup_path (self->data_dir, entry->source);
  return copy_source (source, path, cancellable, error);
}

static gboolean
sync_folder (IcOutputFolder *self, GError **error)
{
  int fd = open (self->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int result = fd >= 0 ? syncfs (fd) : -1;
  int saved_errno = errno;

  if (fd >= 0)
    close (fd);
  if (result < 0)
    return ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, saved_errno, "failed to flush");
  return TRUE;
}

/* The name is there before the text, and nobody else has it then. */
static gboolean
make_mark (IcOutputFolder *self, const char *path, GError **error)
{
  int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);

  if (fd < 0 && errno == EEXIST)
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_REFUSED,
                           "somebody else has begun to write there");
      return FALSE;
    }
  if (fd < 0)
    return ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, errno, "failed to make a file");
  close (fd);
  g_ptr_array_add (self->made, g_strdup (path));
  return TRUE;
}

/* It was free when the export began; another may have finished since. FAT keeps any case. */
static gboolean
check_free (IcOutputFolder *self, GError **error)
{
  g_autoptr(GDir) dir = g_dir_open (self->path, 0, NULL);
  const char *name = NULL;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    for (const char *const *ours = ic_output_folder_names; *ours != NULL; ours++)
      if (g_ascii_strcasecmp (name, *ours) == 0 &&
          g_ascii_strcasecmp (name, IC_OUTPUT_FOLDER_MARK) != 0)
        {
          g_set_error_literal (error, IC_ERROR, IC_ERROR_REFUSED,
                               "somebody else has written there meanwhile");
          return FALSE;
        }
  return TRUE;
}

/* Before anything else is written or removed: from now on the place is ours. */
static gboolean
set_mark (IcOutputFolder *self, GError **error)
{
  g_autofree char *path = g_build_filename (self->path, IC_OUTPUT_FOLDER_MARK, NULL);
  g_autoptr(GBytes) bytes = g_bytes_new_static (mark_text, strlen (mark_text));

  if (self->mark_sha256 == NULL)
    return TRUE;
  return make_mark (self, path, error) && check_free (self, error) &&
         ic_output_folder_write_bytes (path, bytes, error) && sync_folder (self, error);
}

/* All but the DICOMDIR, or that alone. */
static gboolean
write_entries (IcOutputFolder *self,
               IcFileSet *file_set,
               gboolean directory,
               IcProgress *progress,
               GCancellable *cancellable,
               GError **error)
{
  GPtrArray *entries = ic_file_set_get_entries (file_set);
  guint64 total = ic_file_set_get_total_bytes (file_set);
  guint64 done = 0;

  for (guint i = 0; i < entries->len; i++)
    {
      const IcFileSetEntry *entry = entries->pdata[i];

      if (is_directory (entry) != directory)
        continue;
      if (directory)
        self->has_directory = TRUE;
      else
        self->n_begun = i + 1;
      if (!write_entry (self, entry, cancellable, error))
        return FALSE;
      done += entry->size_bytes;
      ic_progress_report (progress, directory ? total : done, total);
    }
  return sync_folder (self, error);
}

gboolean
ic_output_folder_write (IcOutputFolder *self,
                        IcFileSet *file_set,
                        IcProgress *progress,
                        GCancellable *cancellable,
                        GError **error)
{
  if (!set_mark (self, error))
    return FALSE;
  g_clear_pointer (&self->file_set, ic_file_set_unref);
  self->file_set = ic_file_set_ref (file_set);
  return write_entries (self, file_set, FALSE, progress, cancellable, error) &&
         write_entries (self, file_set, TRUE, progress, cancellable, error);
}

gboolean
ic_output_folder_finish (IcOutputFolder *self, GError **error)
{
  g_autofree char *path = g_build_filename (self->path, IC_OUTPUT_FOLDER_MARK, NULL);

  if (self->mark_sha256 != NULL && g_unlink (path) != 0)
    return ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, errno,
                               "failed to mark the folder as finished");
  self->finished = self->mark_sha256 == NULL || sync_folder (self, error);
  if (self->finished)
    g_clear_pointer (&self->file_set, ic_file_set_unref);
  return self->finished;
}
