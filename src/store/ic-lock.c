/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ic-lock-private.h"

#include "core/ic-digest.h"
#include "core/ic-error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_NAME 48
#define MAX_NOTE 128
#define MAX_TRIES 16

struct _IcLock
{
  IcDataDir *data_dir;
  char *path; /* below the data directory */
  int fd;
};

void
ic_lock_free (IcLock *self)
{
  if (self->fd >= 0)
    close (self->fd);
  ic_data_dir_unref (self->data_dir);
  g_free (self->path);
  g_free (self);
}

void
ic_lock_free_and_remove (IcLock *self)
{
  ic_data_dir_remove (self->data_dir, self->path, NULL);
  ic_lock_free (self);
}

static gboolean
set_lock (int fd, GError **error)
{
  struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

  if (TEMP_FAILURE_RETRY (fcntl (fd, F_OFD_SETLK, &lock)) == 0)
    return TRUE;
  if (errno == EAGAIN || errno == EACCES)
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_BUSY, "in use by another program or job");
      return FALSE;
    }
  return ic_error_set_errno (error, IC_ERROR_INTERNAL, errno, "failed to lock");
}

/* Between open and lock the holder before us may have removed the file. */
static gboolean
is_still_there (IcLock *self)
{
  g_autofree char *path = ic_data_dir_dup_path (self->data_dir, self->path);
  struct stat ours;
  struct stat there;

  return fstat (self->fd, &ours) == 0 && stat (path, &there) == 0 && ours.st_ino == there.st_ino &&
         ours.st_dev == there.st_dev;
}

IcLock *
ic_lock_acquire_file (IcDataDir *data_dir, const char *file, GError **error)
{
  for (int i = 0; i < MAX_TRIES; i++)
    {
      g_autoptr(IcLock) self = g_new0 (IcLock, 1);

      self->data_dir = ic_data_dir_ref (data_dir);
      self->path = g_build_filename ("locks", file, NULL);
      self->fd = ic_data_dir_open_file (data_dir, self->path, error);
      if (self->fd < 0 || !set_lock (self->fd, error))
        return NULL;
      if (is_still_there (self))
        return g_steal_pointer (&self);
    }
  g_set_error_literal (error, IC_ERROR, IC_ERROR_BUSY, "in use by another program or job");
  return NULL;
}

static char *
dup_clean_name (const char *name)
{
  g_autofree char *clean = g_ascii_strdown (name, -1);
  g_autofree char *digest = ic_digest_dup_hex (name, strlen (name));

  g_strcanon (clean, "abcdefghijklmnopqrstuvwxyz0123456789-", '-');
  if (*clean != '\0' && strlen (clean) <= MAX_NAME && g_str_equal (clean, name))
    return g_steal_pointer (&clean);
  return g_strdup_printf ("%.*s-%.12s", MAX_NAME, clean, digest);
}

IcLock *
ic_lock_acquire (IcDataDir *data_dir, const char *name, GError **error)
{
  return ic_lock_acquire_place (data_dir, name, 1, error);
}

IcLock *
ic_lock_acquire_place (IcDataDir *data_dir, const char *name, guint limit, GError **error)
{
  g_autofree char *clean = dup_clean_name (name);

  g_return_val_if_fail (limit > 0, NULL);
  for (guint i = 0; i < limit; i++)
    {
      g_autofree char *file = g_strdup_printf ("%s.%u.lane", clean, i);
      g_autoptr(GError) local_error = NULL;
      IcLock *self = ic_lock_acquire_file (data_dir, file, &local_error);

      if (self != NULL)
        return self;
      if (i + 1 == limit || !g_error_matches (local_error, IC_ERROR, IC_ERROR_BUSY))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return NULL;
        }
    }
  g_assert_not_reached ();
}

char *
ic_lock_dup_note (IcLock *self)
{
  char note[MAX_NOTE + 1] = { 0 };
  gssize n = TEMP_FAILURE_RETRY (pread (self->fd, note, MAX_NOTE, 0));

  return g_strndup (note, MAX (n, 0));
}

gboolean
ic_lock_set_note (IcLock *self, const char *note, GError **error)
{
  gsize length = strlen (note);

  g_return_val_if_fail (length <= MAX_NOTE, FALSE);
  if (ftruncate (self->fd, 0) == 0 &&
      TEMP_FAILURE_RETRY (pwrite (self->fd, note, length, 0)) == (gssize) length)
    return TRUE;
  return ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, errno, "failed to note what is begun");
}
