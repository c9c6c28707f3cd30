/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/ic-picture-reader.h"

#include "core/ic-error.h"
#include "dicom/ic-image-reader.h"
#include "dicom/ic-reader-pool.h"

/* Rendering takes a hundred times as long as the message around it: small batches spread better. */
#define BATCH_SIZE 4

struct _IcPictureReader
{
  IcReaderPool *pool;
  guint edge;
  IcThumbnailFunc thumbnail_func;
  IcJpegFunc jpeg_func;
  gpointer user_data;
};

static GError *
make_error (const char *message)
{
  return g_error_new_literal (IC_ERROR, IC_ERROR_BAD_DATA,
                              *message != '\0' ? message : "the reader gave no picture");
}

static GVariant *
make_arguments (guint64 job,
                GVariant *handles,
                GUnixFDList *fds,
                const gpointer *items,
                gpointer user_data)
{
  IcPictureReader *self = user_data;

  return g_variant_new ("(t@ahu)", job, handles, self->edge);
}

/* Thumbnails */

/* NULL when it is not one, or larger than was asked for: who read foreign bytes is not believed. */
static IcPicture *
unpack_thumbnail (IcPictureReader *self, GVariant *record, const char **message)
{
  g_autoptr(GVariant) pixels = NULL;
  g_autoptr(GBytes) bytes = NULL;
  guint columns = 0;
  guint rows = 0;
  guint channels = 0;

  g_variant_get (record, "(&suuu@ay)", message, &columns, &rows, &channels, &pixels);
  if (**message != '\0' || columns > self->edge || rows > self->edge)
    return NULL;
  bytes = g_variant_get_data_as_bytes (pixels);
  return ic_picture_new (columns, rows, channels, bytes);
}

static void
report_thumbnail (gpointer item,
                  GVariant *record,
                  GBytes *content,
                  const GError *error,
                  gpointer user_data)
{
  IcPictureReader *self = user_data;
  const char *message = "";
  g_autoptr(IcPicture) picture = record != NULL ? unpack_thumbnail (self, record, &message) : NULL;
  g_autoptr(GError) local_error = picture == NULL ? make_error (message) : NULL;

  self->thumbnail_func (item, picture, error != NULL ? error : local_error, self->user_data);
}

static const IcReaderWork thumbnails = { "Thumbnails", make_arguments, report_thumbnail };

/* JPEG */

static gboolean
unpack_jpeg (IcPictureReader *self,
             GVariant *record,
             GBytes *content,
             IcJpeg *jpeg,
             const char **message)
{
  const gsize all = g_bytes_get_size (content);
  guint64 offset = 0;
  guint64 size = 0;

  g_variant_get (record, "(&suutt)", message, &jpeg->columns, &jpeg->rows, &offset, &size);
  if (**message != '\0' || size == 0 || offset > all || size > all - offset || jpeg->columns < 1 ||
      jpeg->columns > self->edge || jpeg->rows < 1 || jpeg->rows > self->edge)
    return FALSE;
  jpeg->stream = g_bytes_new_from_bytes (content, offset, size);
  return TRUE;
}

static void
report_jpeg (gpointer item,
             GVariant *record,
             GBytes *content,
             const GError *error,
             gpointer user_data)
{
  IcPictureReader *self = user_data;
  const char *message = "";
  IcJpeg jpeg = { 0 };
  gboolean ok = record != NULL && unpack_jpeg (self, record, content, &jpeg, &message);
  g_autoptr(GError) local_error = !ok ? make_error (message) : NULL;

  self->jpeg_func (item, ok ? &jpeg : NULL, error != NULL ? error : local_error, self->user_data);
  g_clear_pointer (&jpeg.stream, g_bytes_unref);
}

static const IcReaderWork jpegs = { "KeyImages", make_arguments, report_jpeg };

/* Both */

static IcPictureReader *
reader_new (const IcReaderWork *work, guint edge, gpointer user_data)
{
  IcPictureReader *self = g_new0 (IcPictureReader, 1);

  self->edge = edge;
  self->user_data = user_data;
  self->pool = ic_reader_pool_new (work, 0, BATCH_SIZE, self);
  return self;
}

IcPictureReader *
ic_picture_reader_new_thumbnails (guint edge, IcThumbnailFunc func, gpointer user_data)
{
  IcPictureReader *self = reader_new (&thumbnails, edge, user_data);

  self->thumbnail_func = func;
  return self;
}

IcPictureReader *
ic_picture_reader_new_jpegs (guint edge, IcJpegFunc func, gpointer user_data)
{
  IcPictureReader *self = reader_new (&jpegs, edge, user_data);

  self->jpeg_func = func;
  return self;
}

void
ic_picture_reader_free (IcPictureReader *self)
{
  ic_reader_pool_free (self->pool);
  g_free (self);
}

gboolean
ic_picture_reader_push (IcPictureReader *self,
                        int fd,
                        gpointer item,
                        GCancellable *cancellable,
                        GError **error)
{
  return ic_reader_pool_push (self->pool, fd, item, cancellable, error);
}

gboolean
ic_picture_reader_finish (IcPictureReader *self, GCancellable *cancellable, GError **error)
{
  return ic_reader_pool_finish (self->pool, cancellable, error);
}

/* Frames */

IcFrame *
ic_picture_read_frame (int fd,
                       guint number,
                       guint *n_frames,
                       GCancellable *cancellable,
                       GError **error)
{
  g_autoptr(IcImageReader) reader = ic_image_reader_new ();

  return ic_image_reader_read_frame (reader, fd, number, n_frames, cancellable, error);
}
