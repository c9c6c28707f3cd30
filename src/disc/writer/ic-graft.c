/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "disc/writer/ic-graft.h"

#include "core/ic-error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER_SIZE (256 * 1024)

typedef struct _Stream Stream;

struct _IcGraft
{
  GMutex lock; /* guards error */
  GError *error;
  int failed; /* atomic */
  GCancellable *cancellable;

  /* Only one stream is open at a time. */
  Stream *open;
  int fd;
  off_t position; /* of the next byte that libisofs gets */
  off_t buffered; /* position of the first byte in the buffer */
  gsize n_buffered;
  guint8 *buffer;
};

/* One file, as it was when the image was planned. There may be very many, so it holds no more, and
 * is one piece of memory with what libisofs knows of it.
 */
struct _Stream
{
  IsoStream stream;
  IcGraft *graft;
  const IcImageFile *file;
  guint64 inode;
  gint64 changed_ns;
};

static int
fail (IcGraft *self, GError *error)
{
  g_mutex_lock (&self->lock);
  if (self->error == NULL)
    self->error = error;
  else
    g_error_free (error);
  g_mutex_unlock (&self->lock);
  g_atomic_int_set (&self->failed, TRUE);
  return (int) ISO_FILE_READ_ERROR;
}

static int
fail_errno (Stream *stream, int saved_errno)
{
  g_autofree char *path = ic_image_file_dup_path (stream->file);
  g_autofree char *what = g_strdup_printf ("failed to read the source of %s", path);
  GError *error = NULL;

  ic_error_set_errno (&error, IC_ERROR_READ_FAILED, saved_errno, what);
  return fail (stream->graft, error);
}

static int
fail_changed (Stream *stream)
{
  g_autofree char *path = ic_image_file_dup_path (stream->file);

  return fail (stream->graft,
               g_error_new (IC_ERROR, IC_ERROR_CONFLICT, "the source of %s has changed", path));
}

static gint64
get_change_ns (const struct stat *st)
{
  return st->st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + st->st_mtim.tv_nsec;
}

static gboolean
is_as_planned (Stream *stream)
{
  struct stat now = { 0 };

  return fstat (stream->graft->fd, &now) == 0 && now.st_size == stream->file->size_bytes &&
         now.st_ino == stream->inode && get_change_ns (&now) == stream->changed_ns;
}

static void
close_source (IcGraft *self)
{
  if (self->open != NULL)
    close (g_steal_fd (&self->fd));
  self->open = NULL;
}

static int
stream_open (IsoStream *iso_stream)
{
  Stream *stream = (Stream *) iso_stream;
  IcGraft *graft = stream->graft;
  g_autofree char *path = ic_image_file_dup_source (stream->file);

  close_source (graft);
  graft->position = 0;
  graft->buffered = 0;
  graft->n_buffered = 0;
  graft->fd = open (path, O_RDONLY | O_CLOEXEC);
  if (graft->fd < 0)
    return fail_errno (stream, errno);
  graft->open = stream;
  if (is_as_planned (stream))
    return 1;
  close_source (graft);
  return fail_changed (stream);
}

static int
stream_close (IsoStream *iso_stream)
{
  Stream *stream = (Stream *) iso_stream;
  gboolean as_planned = TRUE;

  if (stream->graft->open != stream)
    return 1;
  as_planned = is_as_planned (stream);
  close_source (stream->graft);
  return as_planned ? 1 : fail_changed (stream);
}

static off_t
stream_get_size (IsoStream *iso_stream)
{
  Stream *stream = (Stream *) iso_stream;

  return stream->file->size_bytes;
}

/* Fills the buffer from the current position; FALSE after fail(). */
static gboolean
refill (Stream *stream)
{
  IcGraft *graft = stream->graft;
  gssize n = 0;

  if (g_cancellable_is_cancelled (graft->cancellable))
    {
      fail (graft, g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled"));
      return FALSE;
    }
  n = TEMP_FAILURE_RETRY (pread (graft->fd, graft->buffer, BUFFER_SIZE, graft->position));
  if (n < 0)
    fail_errno (stream, errno);
  else if (n == 0)
    fail_changed (stream);
  graft->buffered = graft->position;
  graft->n_buffered = MAX (n, 0);
  return n > 0;
}

static gsize
copy_buffered (IcGraft *self, guint8 *to, gsize size)
{
  gsize offset = self->position - self->buffered;
  gsize n = MIN (size, self->n_buffered - offset);

  memcpy (to, self->buffer + offset, n);
  self->position += n;
  return n;
}

static int
stream_read (IsoStream *iso_stream, void *to, size_t size)
{
  Stream *stream = (Stream *) iso_stream;
  IcGraft *graft = stream->graft;
  gsize wanted = 0;
  gsize done = 0;

  if (graft->open != stream)
    return fail_changed (stream);
  wanted = MIN ((off_t) size, stream->file->size_bytes - graft->position);
  while (done < wanted)
    {
      if (graft->position >= graft->buffered + (off_t) graft->n_buffered && !refill (stream))
        return (int) ISO_FILE_READ_ERROR;
      done += copy_buffered (graft, (guint8 *) to + done, wanted - done);
    }
  return (int) done;
}

static int
stream_is_repeatable (IsoStream *iso_stream)
{
  return 1;
}

static void
stream_get_id (IsoStream *iso_stream, unsigned int *fs_id, dev_t *dev_id, ino_t *ino_id)
{
  *fs_id = 0;
  *dev_id = 0;
  *ino_id = (guintptr) ((Stream *) iso_stream)->file;
}

static void
stream_free (IsoStream *iso_stream)
{
  Stream *stream = (Stream *) iso_stream;

  if (stream->graft->open == stream)
    close_source (stream->graft);
}

static int
stream_update_size (IsoStream *iso_stream)
{
  return 1;
}

static IsoStream *
stream_get_input_stream (IsoStream *iso_stream, int flag)
{
  return NULL;
}

/* Every file is written for itself: two that are equal by chance must both be on the disc. They lie
 * in the order of the plan.
 */
static int
stream_compare (IsoStream *a, IsoStream *b)
{
  const IcImageFile *left = ((Stream *) a)->file;
  const IcImageFile *right = ((Stream *) b)->file;

  return (left > right) - (left < right);
}

static int
stream_clone (IsoStream *old_stream, IsoStream **new_stream, int flag)
{
  return (int) ISO_STREAM_NO_CLONE;
}

static IsoStreamIface stream_class = {
  .version = 4,
  .type = "user",
  .open = stream_open,
  .close = stream_close,
  .get_size = stream_get_size,
  .read = stream_read,
  .is_repeatable = stream_is_repeatable,
  .get_id = stream_get_id,
  .free = stream_free,
  .update_size = stream_update_size,
  .get_input_stream = stream_get_input_stream,
  .cmp_ino = stream_compare,
  .clone_stream = stream_clone,
};

static gboolean
inspect_source (const IcImageFile *file, struct stat *planned, GError **error)
{
  g_autofree char *path = ic_image_file_dup_source (file);

  return stat (path, planned) == 0 ||
         ic_error_set_errno (error, IC_ERROR_READ_FAILED, errno, "failed to look at the source");
}

static gboolean
check_source (const IcImageFile *file, const struct stat *planned, GError **error)
{
  if (!S_ISREG (planned->st_mode))
    g_set_error_literal (error, IC_ERROR, IC_ERROR_BAD_DATA, "the source is not a file");
  else if (file->size_bytes >= 0 && planned->st_size != file->size_bytes)
    g_set_error (error, IC_ERROR, IC_ERROR_CONFLICT,
                 "the source has %" G_GINT64_FORMAT " bytes instead of %" G_GINT64_FORMAT,
                 (gint64) planned->st_size, file->size_bytes);
  else if ((guint64) planned->st_size > IC_IMAGE_MAX_FILE_BYTES)
    g_set_error_literal (error, IC_ERROR, IC_ERROR_UNSUPPORTED, "it has more than 4 GiB");
  else
    return TRUE;
  return FALSE;
}

IcGraft *
ic_graft_new (void)
{
  IcGraft *self = g_new0 (IcGraft, 1);

  g_mutex_init (&self->lock);
  self->buffer = g_malloc (BUFFER_SIZE);
  self->fd = -1;
  return self;
}

void
ic_graft_free (IcGraft *self)
{
  g_mutex_clear (&self->lock);
  g_clear_error (&self->error);
  g_clear_object (&self->cancellable);
  g_free (self->buffer);
  g_free (self);
}

void
ic_graft_set_cancellable (IcGraft *self, GCancellable *cancellable)
{
  g_set_object (&self->cancellable, cancellable);
}

IsoStream *
ic_graft_stream_new (IcGraft *self, IcImageFile *file, GError **error)
{
  struct stat planned = { 0 };
  Stream *stream = NULL;

  if (!inspect_source (file, &planned, error) || !check_source (file, &planned, error))
    {
      g_autofree char *path = ic_image_file_dup_path (file);

      g_prefix_error (error, "%s: ", path);
      return NULL;
    }
  file->size_bytes = planned.st_size;
  stream = calloc (1, sizeof *stream); /* libisofs calls free() */
  g_assert (stream != NULL);
  stream->stream.class = &stream_class;
  stream->stream.refcount = 1;
  stream->graft = self;
  stream->file = file;
  stream->inode = planned.st_ino;
  stream->changed_ns = get_change_ns (&planned);
  return &stream->stream;
}

gboolean
ic_graft_has_failed (IcGraft *self)
{
  return g_atomic_int_get (&self->failed);
}

gboolean
ic_graft_get_error (IcGraft *self, GError **error)
{
  gboolean failed = FALSE;

  g_mutex_lock (&self->lock);
  failed = self->error != NULL;
  if (failed && error != NULL)
    *error = g_error_copy (self->error);
  g_mutex_unlock (&self->lock);
  return failed;
}
