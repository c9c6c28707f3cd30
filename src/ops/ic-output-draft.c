/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-output-draft.h"

#include "core/ic-error.h"
#include "ops/ic-output-folder.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUFFIX ".partial"
/* Patient images are for who wrote them; a medium that somebody chose keeps its own mode. */
#define FOLDER_MODE 0700
#define FILE_MODE 0600

struct _IcOutputDraft
{
  char *path;     /* the name it is to have */
  char *partial;  /* the name it has until then */
  IcLock *lane;   /* borrowed */
  int fd;         /* of a file, or -1 */
  char *identity; /* of what was made; NULL when nothing is there to remove */
  gboolean published;
};

/* Which file stands there, whatever its name; NULL for none. The lane notes it while it stands. */
static char *
dup_identity (IcOutputDraft *self)
{
  struct stat st = { 0 };

  if (lstat (self->partial, &st) != 0)
    return NULL;
  return g_strdup_printf ("%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT, (guint64) st.st_dev,
                          (guint64) st.st_ino);
}

static gboolean
is_still_there (IcOutputDraft *self)
{
  g_autofree char *found = dup_identity (self);

  return self->identity != NULL && g_strcmp0 (found, self->identity) == 0;
}

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error_literal (error, IC_ERROR, IC_ERROR_REFUSED, why);
  return FALSE;
}

/* What is missing is the folder around the output, not the transfer. */
static gboolean
set_making_error (GError **error, int saved_errno, const char *what)
{
  if (saved_errno != ENOENT)
    return ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, saved_errno, what);
  g_set_error_literal (error, IC_ERROR, IC_ERROR_WRITE_FAILED,
                       "the folder that it is to stand in does not exist");
  return FALSE;
}

/* Files and folders only, and no link is followed. */
static void
remove_tree (const char *path)
{
  g_autoptr(GDir) dir = NULL;
  const char *name = NULL;
  struct stat st = { 0 };

  if (lstat (path, &st) == 0 && S_ISDIR (st.st_mode))
    dir = g_dir_open (path, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_remove (path);
}

/* Whatever else somebody has put into the folder stays, and so does the folder then. */
static gboolean
remove_leftover (IcOutputDraft *self, GError **error)
{
  for (const char *const *name = ic_output_folder_names; *name != NULL; name++)
    {
      g_autofree char *child = g_build_filename (self->partial, *name, NULL);

      remove_tree (child);
    }
  if (g_remove (self->partial) == 0)
    return TRUE;
  if (errno == ENOTEMPTY || errno == EEXIST)
    return refuse (error, "the output, left unfinished under its name with .partial behind it, "
                          "holds other files too: move them away");
  return ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, errno,
                             "failed to remove an unfinished output");
}

/* Nobody else works on it: the lane is ours, and it knows the file that its last holder made. */
static gboolean
clear_place (IcOutputDraft *self, gboolean *replaced, GError **error)
{
  g_autofree char *found = dup_identity (self);
  g_autofree char *noted = ic_lock_dup_note (self->lane);

  if (found == NULL)
    return TRUE;
  if (!g_str_equal (found, noted))
    return refuse (error, "the output exists already under its name with .partial behind it, "
                          "perhaps unfinished: move it away if nobody is writing it");
  *replaced = remove_leftover (self, error);
  return *replaced;
}

static gboolean
note_identity (IcOutputDraft *self, GError **error)
{
  self->identity = dup_identity (self);
  if (self->identity == NULL)
    return ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, errno, "failed to look at the output");
  return ic_lock_set_note (self->lane, self->identity, error);
}

static IcOutputDraft *
draft_new (const char *path, IcLock *lane)
{
  IcOutputDraft *self = g_new0 (IcOutputDraft, 1);

  self->path = g_strdup (path);
  self->partial = g_strconcat (path, SUFFIX, NULL);
  self->lane = lane;
  self->fd = -1;
  return self;
}

IcOutputDraft *
ic_output_draft_new_file (const char *path, IcLock *lane, gboolean *replaced, GError **error)
{
  g_autoptr(IcOutputDraft) self = draft_new (path, lane);

  if (!clear_place (self, replaced, error))
    return NULL;
  self->fd = open (self->partial, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);
  if (self->fd < 0)
    {
      set_making_error (error, errno, "failed to make the image file");
      return NULL;
    }
  return note_identity (self, error) ? g_steal_pointer (&self) : NULL;
}

IcOutputDraft *
ic_output_draft_new_folder (const char *path, IcLock *lane, gboolean *replaced, GError **error)
{
  g_autoptr(IcOutputDraft) self = draft_new (path, lane);

  if (!clear_place (self, replaced, error))
    return NULL;
  if (g_mkdir (self->partial, FOLDER_MODE) != 0)
    {
      set_making_error (error, errno, "failed to make the folder");
      return NULL;
    }
  return note_identity (self, error) ? g_steal_pointer (&self) : NULL;
}

void
ic_output_draft_free (IcOutputDraft *self)
{
  if (self->fd >= 0)
    close (self->fd);
  if (!self->published && is_still_there (self) && g_remove (self->partial) == 0)
    ic_lock_set_note (self->lane, "", NULL);
  g_free (self->identity);
  g_free (self->path);
  g_free (self->partial);
  g_free (self);
}

const char *
ic_output_draft_get_path (IcOutputDraft *self)
{
  return self->published ? self->path : self->partial;
}

int
ic_output_draft_get_fd (IcOutputDraft *self)
{
  return self->fd;
}

/* Never onto something else. File systems that cannot promise it, such as exFAT and NFS, are looked
 * at a moment before.
 */
static gboolean
rename_to_free_name (IcOutputDraft *self)
{
  struct stat st = { 0 };

  if (renameat2 (AT_FDCWD, self->partial, AT_FDCWD, self->path, RENAME_NOREPLACE) == 0)
    return TRUE;
  if (errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP)
    return FALSE;
  if (lstat (self->path, &st) == 0)
    {
      errno = EEXIST;
      return FALSE;
    }
  return rename (self->partial, self->path) == 0;
}

/* Not every file system has folders that can be flushed. */
static gboolean
sync_parent (IcOutputDraft *self, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (self->path);
  int fd = open (parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int result = fd >= 0 ? fsync (fd) : -1;
  int saved_errno = errno;

  if (fd >= 0)
    close (fd);
  return result == 0 || saved_errno == EINVAL || saved_errno == EACCES ||
         ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, saved_errno, "failed to flush");
}

gboolean
ic_output_draft_publish (IcOutputDraft *self, GError **error)
{
  if (!is_still_there (self))
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_WRITE_FAILED,
                           "somebody took the unfinished output away");
      return FALSE;
    }
  if (!rename_to_free_name (self))
    return errno == EEXIST || errno == ENOTEMPTY
               ? refuse (error, "the output exists already: somebody else made it meanwhile")
               : ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, errno,
                                     "failed to give the output its name");
  self->published = sync_parent (self, error);
  if (self->published)
    ic_lock_set_note (self->lane, "", NULL);
  else if (rename (self->path, self->partial) != 0)
    g_prefix_error (error, "the output has its name and must not be used: ");
  return self->published;
}
