/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "medium/ic-medium.h"

#include "core/ic-digest.h"
#include "core/ic-error.h"
#include "core/ic-sector-link.h"
#include "medium/ic-iso-volume.h"
#include "medium/ic-medium-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PROGRESS_US (100 * 1000)

struct _IcMedium
{
  int fd; /* borrowed */
  gboolean is_folder;
  const char *const *names;
};

/* What the digest of a file was, for hard links to it. */
typedef struct
{
  char sha256[IC_DIGEST_HEX_SIZE];
  guint64 size_bytes;
  guint8 head[IC_MEDIUM_HEAD_SIZE];
  gsize head_size_bytes;
} Result;

typedef struct
{
  IcMediumFileFunc func;
  IcMediumProgressFunc progress;
  gpointer user_data;
  GCancellable *cancellable;
  IcDigest *digest;
  guint64 done_bytes;
  gint64 reported_us;
  char *last_path; /* the file that @last is of */
  Result last;
} Hashing;

typedef struct
{
  IcMediumVisitor *visitor;
  const char *path;
  gsize max_bytes;
  gboolean is_found;
  GByteArray *content; /* where it goes, or else */
  int fd;
  gsize size;
} Reading;

static void
hashing_clear (Hashing *self)
{
  ic_digest_free (self->digest);
  g_free (self->last_path);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Hashing, hashing_clear)

static void
entry_free (IcMediumEntry *entry)
{
  g_free (entry->path);
  g_free (entry);
}

static gboolean
walk (IcMedium *self,
      IcMediumTree tree,
      IcMediumVisitor *visitor,
      GCancellable *cancellable,
      GError **error)
{
  IcMediumWalk state = { .tree = tree,
                         .n_entries_max = IC_MEDIUM_MAX_ENTRIES,
                         .names = self->names,
                         .cancellable = cancellable };

  if (self->is_folder)
    return ic_medium_walk_folder (self->fd, &state, visitor, error);
  return ic_medium_walk_image (self->fd, &state, visitor, error);
}

static gboolean
list_entry (gpointer user_data,
            const IcMediumEntry *entry,
            const char *same_as,
            IcMediumReadFunc read,
            gpointer source,
            GError **error)
{
  GPtrArray *entries = user_data;
  IcMediumEntry *copy = g_new0 (IcMediumEntry, 1);

  copy->path = g_strdup (entry->path);
  copy->size_bytes = entry->size_bytes;
  if (same_as != NULL && entries->len > 0)
    copy->size_bytes = ((IcMediumEntry *) entries->pdata[entries->len - 1])->size_bytes;
  g_ptr_array_add (entries, copy);
  return TRUE;
}

static void
report (Hashing *self)
{
  gint64 now = g_get_monotonic_time ();

  if (self->progress == NULL || now - self->reported_us < PROGRESS_US)
    return;
  self->reported_us = now;
  self->progress (self->done_bytes, self->user_data);
}

static void
add_piece (Hashing *self, const guint8 *data, gsize size)
{
  Result *result = &self->last;
  gsize n_head = MIN (size, sizeof result->head - result->head_size_bytes);

  if (size == 0) /* libarchive has no bytes to point at then */
    return;
  memcpy (result->head + result->head_size_bytes, data, n_head);
  result->head_size_bytes += n_head;
  result->size_bytes += size;
  ic_digest_update (self->digest, data, size);
  self->done_bytes += size;
}

static gboolean
hash_content (Hashing *self,
              const IcMediumEntry *entry,
              IcMediumReadFunc read,
              gpointer source,
              GError **error)
{
  const guint8 *data = NULL;
  gsize size = 0;
  int more = 0;

  self->last.size_bytes = 0;
  self->last.head_size_bytes = 0;
  while ((more = read (source, &data, &size, error)) > 0)
    {
      if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
        return FALSE;
      add_piece (self, data, size);
      report (self);
      if (self->last.size_bytes > entry->size_bytes)
        break;
    }
  ic_digest_finish_hex (self->digest, self->last.sha256);
  if (more < 0 || self->last.size_bytes == entry->size_bytes)
    return more == 0;
  g_set_error (error, IC_ERROR, IC_ERROR_BAD_DATA, "a file has another size than announced");
  return FALSE;
}

/* A file that cannot be read to its end is told without a digest, and the others are read. */
static gboolean
hash_or_pass (Hashing *self,
              const IcMediumEntry *entry,
              IcMediumReadFunc read,
              gpointer source,
              GError **error)
{
  g_autoptr(GError) local_error = NULL;

  if (hash_content (self, entry, read, source, &local_error))
    return TRUE;
  self->last.sha256[0] = '\0';
  if (g_error_matches (local_error, IC_ERROR, IC_ERROR_READ_FAILED) ||
      g_error_matches (local_error, IC_ERROR, IC_ERROR_BAD_DATA))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* libarchive tells hard links right after the file that they are of, without content */
static gboolean
hash_entry (gpointer user_data,
            const IcMediumEntry *entry,
            const char *same_as,
            IcMediumReadFunc read,
            gpointer source,
            GError **error)
{
  Hashing *self = user_data;
  gboolean is_link = same_as != NULL && self->last_path != NULL;
  IcMediumFile file = { .path = entry->path, .sha256 = self->last.sha256, .head = self->last.head };

  if (!is_link && !hash_or_pass (self, entry, read, source, error))
    return FALSE;
  g_free (self->last_path);
  self->last_path = g_strdup (entry->path);
  file.size_bytes = self->last.size_bytes;
  file.head_size_bytes = self->last.head_size_bytes;
  return self->func (&file, self->user_data, error);
}

static gboolean
take_piece (Reading *self, const guint8 *data, gsize size, GError **error)
{
  if (size > self->max_bytes - self->size)
    {
      g_set_error (error, IC_ERROR, IC_ERROR_BAD_DATA, "%s is too large", self->path);
      return FALSE;
    }
  self->size += size;
  if (self->content != NULL)
    g_byte_array_append (self->content, data, (guint) size);
  for (gsize done = 0; self->content == NULL && done < size;)
    {
      const gssize n = TEMP_FAILURE_RETRY (write (self->fd, data + done, size - done));

      if (n < 0)
        return ic_error_set_errno (error, IC_ERROR_INTERNAL, errno, "failed to copy a file");
      done += (gsize) n;
    }
  return TRUE;
}

static gboolean
read_content (Reading *self, IcMediumReadFunc read, gpointer source, GError **error)
{
  const guint8 *data = NULL;
  gsize size = 0;
  int more = 0;

  while ((more = read (source, &data, &size, error)) > 0)
    if (!take_piece (self, data, size, error))
      return FALSE;
  return more == 0;
}

static gboolean
read_entry (gpointer user_data,
            const IcMediumEntry *entry,
            const char *same_as,
            IcMediumReadFunc read,
            gpointer source,
            GError **error)
{
  Reading *self = user_data;

  if (!g_str_equal (entry->path, self->path))
    return TRUE;
  self->visitor->stop = TRUE;
  self->is_found = TRUE;
  return read_content (self, read, source, error);
}

static gboolean
forget_file (int fd, GError **error)
{
  int result = posix_fadvise (fd, 0, 0, POSIX_FADV_DONTNEED);

  if (result != 0)
    return ic_error_set_errno (error, IC_ERROR_READ_FAILED, result, "failed to forget the medium");
  return TRUE;
}

static gboolean
drop_file (int fd, GError **error)
{
  if (fsync (fd) != 0 && errno != EINVAL && errno != EROFS)
    return ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, errno, "failed to flush the medium");
  return forget_file (fd, error);
}

/* The folder walk opens each file; what it would read is dropped instead. All of them were flushed
 * at once: one fsync() each would commit the journal as often.
 */
static gboolean
drop_entry (gpointer user_data,
            const IcMediumEntry *entry,
            const char *same_as,
            IcMediumReadFunc read,
            gpointer source,
            GError **error)
{
  return forget_file (ic_medium_folder_get_fd (source), error);
}

gboolean
ic_medium_walk_count (IcMediumWalk *self, const char *path, GError **error)
{
  gsize length = strlen (path);

  if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return FALSE;
  self->n_entries++;
  self->n_names_bytes += length;
  if (length <= IC_MEDIUM_MAX_PATH && self->n_entries <= self->n_entries_max &&
      self->n_names_bytes <= IC_MEDIUM_MAX_NAMES_BYTES)
    return TRUE;
  g_set_error (error, IC_ERROR, IC_ERROR_BAD_DATA, "the medium has too many or too long names");
  return FALSE;
}

static IcMedium *
medium_new (int fd, gboolean is_folder)
{
  IcMedium *self = g_new0 (IcMedium, 1);

  self->fd = fd;
  self->is_folder = is_folder;
  return self;
}

IcMedium *
ic_medium_open_image (int fd)
{
  return medium_new (fd, FALSE);
}

IcMedium *
ic_medium_open_folder (int directory_fd)
{
  return medium_new (directory_fd, TRUE);
}

void
ic_medium_set_names (IcMedium *self, const char *const *names)
{
  self->names = names;
}

void
ic_medium_free (IcMedium *self)
{
  g_free (self);
}

GPtrArray *
ic_medium_list (IcMedium *self, IcMediumTree tree, GCancellable *cancellable, GError **error)
{
  g_autoptr(GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
  IcMediumVisitor visitor = { .visit = list_entry, .user_data = entries };

  if (!walk (self, tree, &visitor, cancellable, error))
    return NULL;
  return g_steal_pointer (&entries);
}

typedef struct
{
  IcMediumNameFunc func;
  gpointer user_data;
} Naming;

static gboolean
name_entry (gpointer user_data,
            const IcMediumEntry *entry,
            const char *same_as,
            IcMediumReadFunc read,
            gpointer source,
            GError **error)
{
  Naming *naming = user_data;

  return naming->func (entry->path, naming->user_data, error);
}

gboolean
ic_medium_list_names (IcMedium *self,
                      IcMediumTree tree,
                      IcMediumNameFunc func,
                      gpointer user_data,
                      GCancellable *cancellable,
                      GError **error)
{
  Naming naming = { func, user_data };
  IcMediumVisitor visitor = { .visit = name_entry, .user_data = &naming };

  return walk (self, tree, &visitor, cancellable, error);
}

gboolean
ic_medium_hash_all (IcMedium *self,
                    IcMediumFileFunc func,
                    IcMediumProgressFunc progress,
                    gpointer user_data,
                    GCancellable *cancellable,
                    GError **error)
{
  g_auto(Hashing) hashing = { .func = func,
                               .progress = progress,
                               .user_data = user_data,
                               .cancellable = cancellable,
                               .digest = ic_digest_new () };
  IcMediumVisitor visitor = { .visit = hash_entry, .user_data = &hashing };

  return walk (self, IC_MEDIUM_TREE_BEST, &visitor, cancellable, error);
}

/* Folders that were met, and those in which something was. */
typedef struct
{
  GHashTable *folders;
  GHashTable *filled;
  IcMediumStrays *strays;
} Straying;

static void
fill_parent (Straying *self, const char *path)
{
  g_hash_table_add (self->filled, g_path_get_dirname (path));
}

static gboolean
pass_entry (gpointer user_data,
            const IcMediumEntry *entry,
            const char *same_as,
            IcMediumReadFunc read,
            gpointer source,
            GError **error)
{
  fill_parent (user_data, entry->path);
  return TRUE;
}

static void
meet_other (gpointer user_data, const char *path, gboolean is_folder)
{
  Straying *self = user_data;
  gsize length = strlen (path);

  if (g_str_equal (path, "."))
    return;
  fill_parent (self, path);
  if (!is_folder)
    self->strays->n_others++;
  else
    g_hash_table_add (self->folders,
                      g_strndup (path, length - (length > 1 && path[length - 1] == '/')));
}

/* The end of a file or device, or of what a drive can read. */
static off_t
find_end (int fd)
{
  return ic_sector_link_is_one (fd) ? (off_t) ic_sector_link_get_size (fd)
                                    : lseek (fd, 0, SEEK_END);
}

/* A folder has one tree. */
static gboolean
compare_trees (IcMedium *self, IcMediumStrays *strays, GCancellable *cancellable, GError **error)
{
  gboolean is_same = TRUE;

  if (!self->is_folder && !ic_iso_volume_compare_trees (self->fd, &is_same, cancellable, error))
    return FALSE;
  strays->trees_differ = !is_same;
  return TRUE;
}

static gboolean
measure (IcMedium *self, IcMediumStrays *strays, GError **error)
{
  off_t end = self->is_folder ? 0 : find_end (self->fd);

  if (end < 0)
    return ic_error_set_errno (error, IC_ERROR_READ_FAILED, errno, "failed to measure the medium");
  strays->present_bytes = (guint64) end;
  strays->volume_bytes = self->is_folder ? 0 : ic_iso_volume_get_size (self->fd);
  return TRUE;
}

gboolean
ic_medium_find_strays (IcMedium *self,
                       IcMediumStrays *strays,
                       GCancellable *cancellable,
                       GError **error)
{
  g_autoptr(GHashTable) folders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GHashTable) filled = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Straying straying = { folders, filled, strays };
  IcMediumVisitor visitor = { .visit = pass_entry, .meet = meet_other, .user_data = &straying };
  GHashTableIter iter;
  gpointer path = NULL;

  *strays = (IcMediumStrays){ 0 };
  if (!walk (self, IC_MEDIUM_TREE_BEST, &visitor, cancellable, error) ||
      !measure (self, strays, error) || !compare_trees (self, strays, cancellable, error))
    return FALSE;
  g_hash_table_iter_init (&iter, folders);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    strays->n_empty_folders += !g_hash_table_contains (filled, path);
  return TRUE;
}

static gboolean
find_and_read (IcMedium *self, Reading *reading, GCancellable *cancellable, GError **error)
{
  IcMediumVisitor visitor = { .visit = read_entry, .only = reading->path, .user_data = reading };

  reading->visitor = &visitor;
  if (!walk (self, IC_MEDIUM_TREE_BEST, &visitor, cancellable, error))
    return FALSE;
  if (!reading->is_found)
    g_set_error (error, IC_ERROR, IC_ERROR_NOT_FOUND, "there is no %s on the medium",
                 reading->path);
  return reading->is_found;
}

GBytes *
ic_medium_read_file (IcMedium *self,
                     const char *path,
                     gsize max_bytes,
                     GCancellable *cancellable,
                     GError **error)
{
  g_autoptr(GByteArray) content = g_byte_array_new ();
  Reading reading = { .path = path, .max_bytes = max_bytes, .content = content };

  if (!find_and_read (self, &reading, cancellable, error))
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&content));
}

gboolean
ic_medium_copy_file (IcMedium *self,
                     const char *path,
                     gsize max_bytes,
                     int fd,
                     GCancellable *cancellable,
                     GError **error)
{
  Reading reading = { .path = path, .max_bytes = max_bytes, .fd = fd };

  return find_and_read (self, &reading, cancellable, error);
}

gboolean
ic_medium_drop_cache (int fd, const char *const *names, GCancellable *cancellable, GError **error)
{
  g_autoptr(IcMedium) folder = ic_medium_open_folder (fd);
  IcMediumVisitor visitor = { .visit = drop_entry };
  struct stat medium = { 0 };

  ic_medium_set_names (folder, names);
  if (fstat (fd, &medium) != 0)
    return ic_error_set_errno (error, IC_ERROR_READ_FAILED, errno, "failed to look at the medium");
  if (!S_ISDIR (medium.st_mode))
    return drop_file (fd, error);
  if (syncfs (fd) != 0)
    return ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, errno, "failed to flush the medium");
  return walk (folder, IC_MEDIUM_TREE_BEST, &visitor, cancellable, error);
}
