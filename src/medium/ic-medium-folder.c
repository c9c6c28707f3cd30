/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-error.h"
#include "medium/ic-medium-private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK_SIZE (1024 * 1024)

typedef DIR Directory;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Directory, closedir)

typedef struct
{
  IcMediumWalk *walk;
  IcMediumVisitor *visitor;
  guint8 *buffer;
  int fd; /* of the current file */
  off_t offset;
} Folder;

static void
folder_clear (Folder *self)
{
  g_free (self->buffer);
  if (self->fd >= 0)
    close (self->fd);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Folder, folder_clear)

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

/* A descriptor of its own for the directory, because closedir() closes what fdopendir() got. */
static DIR *
open_stream (int fd)
{
  int copy = openat (fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *stream = copy >= 0 ? fdopendir (copy) : NULL;

  if (stream == NULL && copy >= 0)
    close (copy);
  return stream;
}

/* There may be very many in one folder. */
typedef struct
{
  GStringChunk *texts;
  GPtrArray *sorted; /* of char *, of these */
} Names;

static void
names_clear (Names *self)
{
  g_clear_pointer (&self->sorted, g_ptr_array_unref);
  g_clear_pointer (&self->texts, g_string_chunk_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Names, names_clear)

static gboolean
list_names (Folder *self, int fd, Names *names, GError **error)
{
  g_autoptr(Directory) stream = open_stream (fd);
  struct dirent *item = NULL;

  if (stream == NULL)
    return ic_error_set_errno (error, IC_ERROR_READ_FAILED, errno, "failed to open a folder");
  names->texts = g_string_chunk_new (1024);
  names->sorted = g_ptr_array_new ();
  while (errno = 0, (item = readdir (stream)) != NULL)
    {
      if (g_str_equal (item->d_name, ".") || g_str_equal (item->d_name, ".."))
        continue;
      if (!ic_medium_walk_count (self->walk, item->d_name, error))
        return FALSE;
      g_ptr_array_add (names->sorted, g_string_chunk_insert (names->texts, item->d_name));
    }
  if (errno != 0)
    return ic_error_set_errno (error, IC_ERROR_READ_FAILED, errno, "failed to list a folder");
  g_ptr_array_sort (names->sorted, compare_names);
  return TRUE;
}

static int
read_piece (gpointer source, const guint8 **data, gsize *size_bytes, GError **error)
{
  Folder *self = source;
  gssize n = TEMP_FAILURE_RETRY (pread (self->fd, self->buffer, BLOCK_SIZE, self->offset));

  if (n < 0)
    {
      ic_error_set_errno (error, IC_ERROR_READ_FAILED, errno, "failed to read a file");
      return -1;
    }
  self->offset += n;
  *data = self->buffer;
  *size_bytes = n;
  return n > 0;
}

/* O_NONBLOCK: what was a file a moment ago may be a pipe now. */
static gboolean
visit_file (Folder *self, int parent, const char *name, const char *path, GError **error)
{
  g_autofree char *shown = g_utf8_make_valid (path, -1);
  IcMediumEntry entry = { .path = shown };
  struct stat file = { 0 };
  gboolean good = FALSE;

  self->fd = openat (parent, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  self->offset = 0;
  if (self->fd < 0 || fstat (self->fd, &file) != 0)
    return ic_error_set_errno (error, IC_ERROR_READ_FAILED, errno, "failed to open a file");
  if (S_ISREG (file.st_mode))
    {
      posix_fadvise (self->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
      entry.size_bytes = file.st_size;
      good = self->visitor->visit (self->visitor->user_data, &entry, NULL, read_piece, self, error);
    }
  else
    g_set_error (error, IC_ERROR, IC_ERROR_BAD_DATA, "a file changed while it was opened");
  close (g_steal_fd (&self->fd));
  return good;
}

static gboolean walk_directory (Folder *self,
                                int fd,
                                const char *prefix,
                                guint depth,
                                GError **error);

static gboolean
enter_directory (Folder *self,
                 int parent,
                 const char *name,
                 const char *path,
                 guint depth,
                 GError **error)
{
  int fd = openat (parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  gboolean good = FALSE;

  if (fd < 0)
    return ic_error_set_errno (error, IC_ERROR_READ_FAILED, errno, "failed to open a folder");
  good = walk_directory (self, fd, path, depth, error);
  close (fd);
  return good;
}

/* By opening it: the sandbox lets nobody ask for names. Links, sockets and devices without a driver
 * do not open, and are no files either way: @item then stays empty.
 */
static gboolean
look_at (int parent, const char *name, struct stat *item, GError **error)
{
  int fd = openat (parent, name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC);
  gboolean ok = FALSE;

  if (fd < 0 && (errno == ELOOP || errno == ENXIO || errno == ENODEV))
    return TRUE;
  ok = fd >= 0 && fstat (fd, item) == 0;
  if (!ok)
    ic_error_set_errno (error, IC_ERROR_READ_FAILED, errno, "failed to look at a file");
  if (fd >= 0)
    close (fd);
  return ok;
}

/* To find one file among 200,000 not each of them need be opened. */
static gboolean
is_of_interest (const IcMediumVisitor *visitor, const char *path)
{
  gsize length = strlen (path);

  if (visitor->only == NULL)
    return TRUE;
  return strncmp (visitor->only, path, length) == 0 &&
         (visitor->only[length] == '\0' || visitor->only[length] == '/');
}

/* At the top only; FAT keeps any case of a name. */
static gboolean
belongs (Folder *self, const char *prefix, const char *name)
{
  const char *const *names = self->walk->names;

  if (names == NULL || *prefix != '\0')
    return TRUE;
  for (; *names != NULL; names++)
    if (g_ascii_strcasecmp (*names, name) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
visit_name (Folder *self, int fd, const char *prefix, const char *name, guint depth, GError **error)
{
  g_autofree char *path = g_strconcat (prefix, *prefix != '\0' ? "/" : "", name, NULL);
  struct stat item = { 0 };

  if (strlen (path) > IC_MEDIUM_MAX_PATH)
    {
      g_set_error (error, IC_ERROR, IC_ERROR_BAD_DATA, "a name on the medium is too long");
      return FALSE;
    }
  if (!belongs (self, prefix, name) || !is_of_interest (self->visitor, path))
    return TRUE;
  if (!look_at (fd, name, &item, error))
    return FALSE;
  if (!S_ISREG (item.st_mode) && self->visitor->meet != NULL)
    self->visitor->meet (self->visitor->user_data, path, S_ISDIR (item.st_mode));
  if (S_ISDIR (item.st_mode))
    return enter_directory (self, fd, name, path, depth, error);
  return !S_ISREG (item.st_mode) || visit_file (self, fd, name, path, error);
}

static gboolean
walk_directory (Folder *self, int fd, const char *prefix, guint depth, GError **error)
{
  g_auto(Names) names = { NULL, NULL };

  if (depth > IC_MEDIUM_MAX_DEPTH)
    {
      g_set_error (error, IC_ERROR, IC_ERROR_BAD_DATA, "the folders are nested too deeply");
      return FALSE;
    }
  if (!list_names (self, fd, &names, error))
    return FALSE;
  for (guint i = 0; i < names.sorted->len && !self->visitor->stop; i++)
    if (!visit_name (self, fd, prefix, names.sorted->pdata[i], depth + 1, error))
      return FALSE;
  return TRUE;
}

gboolean
ic_medium_walk_folder (int fd, IcMediumWalk *walk, IcMediumVisitor *visitor, GError **error)
{
  g_auto(Folder)
          self = { .walk = walk, .visitor = visitor, .buffer = g_malloc (BLOCK_SIZE), .fd = -1 };

  if (walk->tree == IC_MEDIUM_TREE_ROCK_RIDGE || walk->tree == IC_MEDIUM_TREE_JOLIET)
    {
      g_set_error (error, IC_ERROR, IC_ERROR_NOT_FOUND, "a folder has only one tree of names");
      return FALSE;
    }
  return walk_directory (&self, fd, "", 0, error);
}

int
ic_medium_folder_get_fd (gpointer source)
{
  return ((Folder *) source)->fd;
}
