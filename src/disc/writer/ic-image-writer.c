/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "disc/writer/ic-image-writer.h"

#include "core/ic-error.h"
#include "disc/writer/ic-disc-burn.h"
#include "disc/writer/ic-iso-image.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK_SIZE (1024 * 1024)
#define AHEAD_BYTES (2 * CHUNK_SIZE)
#define FLUSH_SIZE (32 * 1024 * 1024)
#define PROGRESS_US (100 * 1000)

struct _IcImageWriter
{
  IcImagePlan *plan;
  IcIsoImage *image;
};

typedef struct
{
  int fd;
  guint64 done_bytes;
  guint64 flushed_bytes; /* handed to the disk, so that the final fsync() has little left to do */
  gint64 reported_us;
  guint64 total_bytes;
  IcImageProgressFunc progress;
  gpointer user_data;
} Output;

/* libisofs and libburn keep their messages and settings in globals */
static int busy = FALSE;

static gboolean
claim_libraries (GError **error)
{
  if (g_atomic_int_compare_and_exchange (&busy, FALSE, TRUE))
    return TRUE;
  g_set_error (error, IC_ERROR, IC_ERROR_BUSY, "another image is being written");
  return FALSE;
}

static void
release_libraries (void)
{
  g_atomic_int_set (&busy, FALSE);
}

static void
report (Output *output)
{
  gint64 now = g_get_monotonic_time ();
  gboolean at_end = output->done_bytes == output->total_bytes;

  if (output->progress == NULL || (!at_end && now - output->reported_us < PROGRESS_US))
    return;
  output->reported_us = now;
  output->progress (output->done_bytes, output->total_bytes, output->user_data);
}

static gboolean
write_all (Output *output, const guint8 *data, gsize size, GError **error)
{
  while (size > 0)
    {
      gssize n = TEMP_FAILURE_RETRY (pwrite (output->fd, data, size, (off_t) output->done_bytes));

      if (n < 0)
        return ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, errno,
                                   "failed to write the image");
      data += n;
      size -= n;
      output->done_bytes += n;
    }
  return TRUE;
}

/* Lets the disk begin while the next chunk is made. A hint only. */
static void
start_flush (Output *output)
{
  guint64 n = output->done_bytes - output->flushed_bytes;

  if (n < FLUSH_SIZE)
    return;
  sync_file_range (output->fd, (off_t) output->flushed_bytes, (off_t) n, SYNC_FILE_RANGE_WRITE);
  output->flushed_bytes = output->done_bytes;
}

/* Finds out that the disk is too small before the first sector, where the file system can say. */
static gboolean
reserve (Output *output, GError **error)
{
  if (TEMP_FAILURE_RETRY (fallocate (output->fd, 0, 0, (off_t) output->total_bytes)) == 0 ||
      errno == EOPNOTSUPP || errno == ENOSYS || errno == ENODEV || errno == ESPIPE)
    return TRUE;
  return ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, errno, "failed to reserve the image");
}

static gboolean
write_stream (IcImageWriter *self, Output *output, GCancellable *cancellable, GError **error)
{
  g_autofree guint8 *buffer = g_malloc (CHUNK_SIZE);

  while (output->done_bytes < output->total_bytes)
    {
      gsize wanted = MIN (CHUNK_SIZE, output->total_bytes - output->done_bytes);
      gssize n = ic_iso_image_read (self->image, buffer, wanted);

      if (ic_iso_image_has_failed (self->image) || n < 0)
        break;
      if (!write_all (output, buffer, n, error) ||
          g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      start_flush (output);
      report (output);
    }
  if (!ic_iso_image_check (self->image, error))
    return FALSE;
  if (output->done_bytes == output->total_bytes)
    return TRUE;
  g_set_error (error, IC_ERROR, IC_ERROR_INTERNAL, "the image ended early");
  return FALSE;
}

static gboolean
finish (Output *output, GError **error)
{
  if (fsync (output->fd) != 0)
    return ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, errno, "failed to keep the image");
  return TRUE;
}

static gboolean
write_file (IcImageWriter *self, Output *output, GCancellable *cancellable, GError **error)
{
  gboolean good = FALSE;

  if (g_cancellable_set_error_if_cancelled (cancellable, error) || !reserve (output, error) ||
      ic_iso_image_start (self->image, AHEAD_BYTES, cancellable, error) == NULL)
    return FALSE;
  good = write_stream (self, output, cancellable, error);
  ic_iso_image_stop (self->image);
  return good && finish (output, error);
}

IcImageWriter *
ic_image_writer_new (IcImagePlan *plan, GError **error)
{
  g_autoptr(IcImageWriter) self = g_new0 (IcImageWriter, 1);

  self->plan = plan;
  if (!claim_libraries (error))
    return NULL;
  self->image = ic_iso_image_new (plan, error);
  release_libraries ();
  if (self->image == NULL)
    return NULL;
  return g_steal_pointer (&self);
}

void
ic_image_writer_free (IcImageWriter *self)
{
  g_clear_pointer (&self->image, ic_iso_image_free);
  g_clear_pointer (&self->plan, ic_image_plan_free);
  g_free (self);
}

guint64
ic_image_writer_get_size_bytes (IcImageWriter *self)
{
  return ic_iso_image_get_size_bytes (self->image);
}

gboolean
ic_image_writer_write_file (IcImageWriter *self,
                            int fd,
                            IcImageProgressFunc progress,
                            gpointer user_data,
                            GCancellable *cancellable,
                            GError **error)
{
  Output output = { .fd = fd,
                    .total_bytes = ic_image_writer_get_size_bytes (self),
                    .progress = progress,
                    .user_data = user_data };
  gboolean good = FALSE;

  if (!claim_libraries (error))
    return FALSE;
  good = write_file (self, &output, cancellable, error);
  if (!good && ftruncate (fd, 0) != 0)
    g_prefix_error (error, "a useless image was left behind: ");
  release_libraries ();
  return good;
}

gboolean
ic_image_writer_write_disc (IcImageWriter *self,
                            const char *address,
                            const IcBurnOptions *options,
                            GCancellable *cancellable,
                            GError **error)
{
  gboolean good = FALSE;

  if (!claim_libraries (error))
    return FALSE;
  good = ic_disc_burn (self->image, address, options, cancellable, error);
  release_libraries ();
  return good;
}
