/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/ic-viewer-packer.h"

#include "core/ic-error.h"
#include "dicom/ic-reader-outputs.h"
#include "dicom/ic-reader-pool.h"

/* Encoding takes a hundred times as long as the message around it: small batches spread better. */
#define BATCH_SIZE 4

struct _IcViewerPacker
{
  IcReaderPool *pool;
  IcViewerQuality quality;
  IcReaderOutputs *outputs;
  IcViewerPackerFunc func;
  gpointer user_data;
};

static GVariant *
make_arguments (guint64 job,
                GVariant *handles,
                GUnixFDList *fds,
                const gpointer *items,
                gpointer user_data)
{
  IcViewerPacker *self = user_data;
  GVariant *outputs = ic_reader_outputs_append (fds, items, g_variant_n_children (handles));

  return g_variant_new ("(t@ah@ahu)", job, handles, outputs, (guint32) self->quality);
}

static IcViewerImage *
unpack (GVariant *record, GError **error)
{
  g_autoptr(GVariant) packed = NULL;
  const char *message = "";
  IcViewerImage *image = NULL;
  guint code = 0;

  g_variant_get (record, "(u&s@" IC_VIEWER_IMAGE_VARIANT ")", &code, &message, &packed);
  if (*message != '\0')
    {
      g_propagate_error (error, ic_reader_outputs_make_error (code, message));
      return NULL;
    }
  image = ic_viewer_image_unpack (packed);
  if (image == NULL)
    g_set_error_literal (error, IC_ERROR, IC_ERROR_BAD_DATA, "the reader gave no sensible answer");
  return image;
}

static void
report_pack (gpointer item,
             GVariant *record,
             GBytes *content,
             const GError *error,
             gpointer user_data)
{
  IcViewerPacker *self = user_data;
  g_autoptr(GError) local_error = NULL;
  g_autoptr(IcViewerImage) image = record != NULL ? unpack (record, &local_error) : NULL;

  self->func (ic_reader_outputs_take (self->outputs, item), image,
              error != NULL ? error : local_error, self->user_data);
}

static const IcReaderWork work = { "PackForViewer", make_arguments, report_pack };

IcViewerPacker *
ic_viewer_packer_new (IcViewerQuality quality, IcViewerPackerFunc func, gpointer user_data)
{
  IcViewerPacker *self = g_new0 (IcViewerPacker, 1);

  self->quality = quality;
  self->func = func;
  self->user_data = user_data;
  self->outputs = ic_reader_outputs_new ();
  self->pool = ic_reader_pool_new (&work, 0, BATCH_SIZE, self);
  return self;
}

void
ic_viewer_packer_free (IcViewerPacker *self)
{
  ic_reader_pool_free (self->pool);
  ic_reader_outputs_free (self->outputs);
  g_free (self);
}

gboolean
ic_viewer_packer_push (IcViewerPacker *self,
                       int fd,
                       int output_fd,
                       gpointer item,
                       GCancellable *cancellable,
                       GError **error)
{
  return ic_reader_pool_push (self->pool, fd,
                              ic_reader_outputs_add (self->outputs, output_fd, item), cancellable,
                              error);
}

gboolean
ic_viewer_packer_finish (IcViewerPacker *self, GCancellable *cancellable, GError **error)
{
  return ic_reader_pool_finish (self->pool, cancellable, error);
}
