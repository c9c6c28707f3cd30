/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ic-data-dir.h"

#include "core/ic-error.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MACHINE_DIR "/var/lib/imaging-courier"
#define MAX_DEPTH 64
#define MAX_TRIES 100

struct _IcDataDir
{
  char *path;
  int fd;
  gboolean is_private;
};

static const char *const folders[] = { "dicom", "incoming", "spool", "locks" };

typedef DIR OpenFolder;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OpenFolder, closedir)

static void
clear (gpointer data)
{
  IcDataDir *self = data;

  g_free (self->path);
  if (self->fd >= 0)
    close (self->fd);
}

static gboolean
ensure_root (IcDataDir *self, GError **error)
{
  struct stat st;

  if (g_mkdir_with_parents (self->path, 0700) != 0)
    return ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, errno, "failed to make the folder");
  self->fd = open (self->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (self->fd < 0 || fstat (self->fd, &st) != 0)
    return ic_error_set_errno (error, IC_ERROR_READ_FAILED, errno, "failed to open the folder");
  self->is_private = (st.st_mode & (S_ISGID | S_IWGRP)) != (S_ISGID | S_IWGRP);
  if (faccessat (self->fd, ".", W_OK | X_OK, AT_EACCESS) != 0)
    return ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, errno, "failed to use the folder");
  return TRUE;
}

IcDataDir *
ic_data_dir_open (const char *path, GError **error)
{
  g_autoptr(IcDataDir) self = g_atomic_rc_box_new0 (IcDataDir);
  g_autofree char *chosen =
      path != NULL ? g_strdup (path) : ic_data_dir_dup_default_path (MACHINE_DIR);

  self->fd = -1;
  self->path = g_canonicalize_filename (chosen, NULL);
  if (!ensure_root (self, error))
    {
      g_prefix_error (error, "data directory: ");
      return NULL;
    }
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    if (!ic_data_dir_ensure_folder (self, folders[i], error))
      return NULL;
  return g_steal_pointer (&self);
}

IcDataDir *
ic_data_dir_ref (IcDataDir *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
ic_data_dir_unref (IcDataDir *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

const char *
ic_data_dir_get_path (IcDataDir *self)
{
  return self->path;
}

gboolean
ic_data_dir_is_private (IcDataDir *self)
{
  return self->is_private;
}

guint
ic_data_dir_get_file_mode (IcDataDir *self)
{
  return self->is_private ? 0600 : 0660;
}

guint
ic_data_dir_get_folder_mode (IcDataDir *self)
{
  return self->is_private ? 0700 : 02770;
}

char *
ic_data_dir_dup_path (IcDataDir *self, const char *relative)
{
  return g_build_filename (self->path, relative, NULL);
}

/* The umask of the process is not ours to change, so the mode is set afterwards. */
gboolean
ic_data_dir_ensure_folder (IcDataDir *self, const char *relative, GError **error)
{
  guint mode = ic_data_dir_get_folder_mode (self);

  if (mkdirat (self->fd, relative, mode) != 0)
    {
      if (errno == EEXIST)
        return TRUE;
      return ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, errno, "failed to make a folder");
    }
  if (fchmodat (self->fd, relative, mode, 0) != 0)
    return ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, errno, "failed to set a mode");
  return TRUE;
}

/* Sets @is_new. Another program may remove the file after we found it there and before we open it.
 */
static int
make_or_open (IcDataDir *self, const char *relative, gboolean *is_new)
{
  int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW;
  int fd = -1;

  for (int i = 0; i < MAX_TRIES; i++)
    {
      fd = openat (self->fd, relative, flags | O_CREAT | O_EXCL, 0600);
      *is_new = fd >= 0;
      if (fd >= 0 || errno != EEXIST)
        return fd;
      fd = openat (self->fd, relative, flags);
      if (fd >= 0 || errno != ENOENT)
        return fd;
    }
  return -1;
}

int
ic_data_dir_open_file (IcDataDir *self, const char *relative, GError **error)
{
  gboolean is_new = FALSE;
  int fd = make_or_open (self, relative, &is_new);

  if (is_new && fchmod (fd, ic_data_dir_get_file_mode (self)) != 0)
    {
      ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, errno, "failed to set a mode");
      close (fd);
      return -1;
    }
  if (fd < 0)
    ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, errno, "failed to open a file");
  return fd;
}

/* Returns 0 or an errno. */
static int
remove_at (int parent, const char *name, int depth)
{
  g_autoptr(OpenFolder) folder = NULL;
  const struct dirent *entry = NULL;
  int result = 0;
  int fd = -1;

  if (unlinkat (parent, name, 0) == 0 || errno == ENOENT)
    return 0;
  if (errno != EISDIR && errno != EPERM)
    return errno;
  if (depth > MAX_DEPTH)
    return ELOOP;
  fd = openat (parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  folder = fd >= 0 ? fdopendir (fd) : NULL;
  if (folder == NULL)
    return errno;
  while (result == 0 && (entry = readdir (folder)) != NULL)
    if (!g_str_equal (entry->d_name, ".") && !g_str_equal (entry->d_name, ".."))
      result = remove_at (dirfd (folder), entry->d_name, depth + 1);
  if (result == 0 && unlinkat (parent, name, AT_REMOVEDIR) != 0 && errno != ENOENT)
    return errno;
  return result;
}

gboolean
ic_data_dir_remove (IcDataDir *self, const char *relative, GError **error)
{
  int result = remove_at (self->fd, relative, 0);

  if (result != 0)
    return ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, result, "failed to remove a file");
  return TRUE;
}

char *
ic_data_dir_dup_default_path (const char *machine_dir)
{
  if (g_file_test (machine_dir, G_FILE_TEST_IS_DIR) && g_access (machine_dir, W_OK | X_OK) == 0)
    return g_strdup (machine_dir);
  return g_build_filename (g_get_user_data_dir (), "imaging-courier", NULL);
}
