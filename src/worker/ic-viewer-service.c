/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/ic-viewer-service.h"

#include "core/ic-error.h"
#include "dicom/shim/ic-shim-viewer.h"

/* A sign of life; the last frame of one file is not the end of the job. */
static void
frame_done (guint done, guint total, gpointer user_data)
{
  ic_worker_job_report (user_data, done, (guint64) total + 1);
}

static IcViewerImage *
pack_file (IcWorkerJob *job,
           gint32 file,
           gint32 output,
           IcViewerQuality quality,
           IcFrameEncoder *encoder,
           GError **error)
{
  const int fd = ic_worker_job_get_fd (job, file, error);
  const int output_fd = fd >= 0 ? ic_worker_job_get_fd (job, output, error) : -1;

  if (output_fd < 0)
    return NULL;
  return ic_shim_pack_for_viewer (fd, output_fd, quality, encoder, frame_done, job,
                                  ic_worker_job_get_cancellable (job), error);
}

static void
add_record (GVariantBuilder *records, IcViewerImage *image, const GError *error)
{
  const IcViewerImage none = { .reason = IC_VIEWER_DAMAGED, .syntax_uid = "" };

  g_variant_builder_add (records, "(us@" IC_VIEWER_IMAGE_VARIANT ")",
                         error != NULL && error->domain == IC_ERROR ? (guint) error->code : 0,
                         error != NULL ? error->message : "",
                         ic_viewer_image_pack (image != NULL ? image : &none));
}

static void
pack_all (IcWorkerJob *job, IcViewerQuality quality, GVariantBuilder *records)
{
  g_autoptr(IcFrameEncoder) encoder = ic_frame_encoder_new ();
  GVariant *parameters = ic_worker_job_get_parameters (job);
  g_autoptr(GVariant) files = g_variant_get_child_value (parameters, 1);
  g_autoptr(GVariant) outputs = g_variant_get_child_value (parameters, 2);
  GCancellable *cancellable = ic_worker_job_get_cancellable (job);

  for (gsize i = 0; i < g_variant_n_children (files) && !g_cancellable_is_cancelled (cancellable);
       i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(IcViewerImage) image = NULL;
      gint32 file = -1;
      gint32 output = -1;

      g_variant_get_child (files, i, "h", &file);
      g_variant_get_child (outputs, i, "h", &output);
      image = pack_file (job, file, output, quality, encoder, &error);
      add_record (records, image, error);
    }
}

static GVariant *
pack_for_viewer (IcWorkerJob *job, GUnixFDList **out_fds, GError **error)
{
  GVariant *parameters = ic_worker_job_get_parameters (job);
  g_autoptr(GVariant) files = g_variant_get_child_value (parameters, 1);
  g_autoptr(GVariant) outputs = g_variant_get_child_value (parameters, 2);
  GVariantBuilder records;
  guint quality = 0;

  g_variant_get_child (parameters, 3, "u", &quality);
  if (g_variant_n_children (files) != g_variant_n_children (outputs) || quality == IC_VIEWER_NONE ||
      quality >= IC_VIEWER_N_QUALITIES)
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_USAGE, "files without places to go");
      return NULL;
    }
  g_variant_builder_init (&records, G_VARIANT_TYPE ("a(us" IC_VIEWER_IMAGE_VARIANT ")"));
  pack_all (job, quality, &records);
  if (!g_cancellable_set_error_if_cancelled (ic_worker_job_get_cancellable (job), error))
    return g_variant_new ("(a(us" IC_VIEWER_IMAGE_VARIANT "))", &records);
  g_variant_builder_clear (&records);
  return NULL;
}

static gboolean
pack_for_viewer_cb (IcWireParse *parse,
                    GDBusMethodInvocation *invocation,
                    GUnixFDList *fds,
                    guint64 job,
                    GVariant *files,
                    GVariant *outputs,
                    guint quality,
                    IcWorkerService *service)
{
  return ic_worker_service_run (service, invocation, fds, pack_for_viewer);
}

void
ic_viewer_service_connect (IcWorkerService *service, IcWireParse *parse)
{
  g_signal_connect (parse, "handle-pack-for-viewer", G_CALLBACK (pack_for_viewer_cb), service);
}
