/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/ic-transcode-service.h"

#include "core/ic-error.h"
#include "dicom/shim/ic-shim-transcode.h"
#include "domain/ic-transfer-syntax.h"

/* A sign of life; the last frame of one file is not the end of the job. */
static void
frame_done (guint done, guint total, gpointer user_data)
{
  ic_worker_job_report (user_data, done, (guint64) total + 1);
}

static int
get_fd (IcWorkerJob *job, GVariant *handles, gsize i, GError **error)
{
  gint32 handle = -1;

  g_variant_get_child (handles, i, "h", &handle);
  return ic_worker_job_get_fd (job, handle, error);
}

static void
transcode_file (IcWorkerJob *job,
                GVariant *files,
                GVariant *outputs,
                gsize i,
                const char *syntax,
                GVariantBuilder *records)
{
  g_autoptr(GError) error = NULL;
  int fd = get_fd (job, files, i, &error);
  int output_fd = fd >= 0 ? get_fd (job, outputs, i, &error) : -1;

  if (output_fd >= 0)
    ic_shim_transcode (fd, output_fd, syntax, frame_done, job, ic_worker_job_get_cancellable (job),
                       &error);
  g_variant_builder_add (records, "(us)",
                         error != NULL && error->domain == IC_ERROR ? (guint) error->code : 0,
                         error != NULL ? error->message : "");
}

static GVariant *
transcode_files (IcWorkerJob *job, GUnixFDList **out_fds, GError **error)
{
  GVariant *parameters = ic_worker_job_get_parameters (job);
  g_autoptr(GVariant) files = g_variant_get_child_value (parameters, 1);
  g_autoptr(GVariant) outputs = g_variant_get_child_value (parameters, 2);
  gsize n = g_variant_n_children (files);
  const char *syntax = NULL;
  GVariantBuilder records;

  g_variant_get_child (parameters, 3, "&s", &syntax);
  if (n != g_variant_n_children (outputs) ||
      !(g_str_equal (syntax, IC_TS_EXPLICIT_VR_LE) || g_str_equal (syntax, IC_TS_IMPLICIT_VR_LE)))
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_USAGE, "files without places to go");
      return NULL;
    }
  g_variant_builder_init (&records, G_VARIANT_TYPE ("a(us)"));
  for (gsize i = 0; i < n && !g_cancellable_is_cancelled (ic_worker_job_get_cancellable (job)); i++)
    transcode_file (job, files, outputs, i, syntax, &records);
  if (!g_cancellable_set_error_if_cancelled (ic_worker_job_get_cancellable (job), error))
    return g_variant_new ("(a(us))", &records);
  g_variant_builder_clear (&records);
  return NULL;
}

static gboolean
transcode_cb (IcWireParse *parse,
              GDBusMethodInvocation *invocation,
              GUnixFDList *fds,
              guint64 job,
              GVariant *files,
              GVariant *outputs,
              const char *transfer_syntax,
              IcWorkerService *service)
{
  return ic_worker_service_run (service, invocation, fds, transcode_files);
}

void
ic_transcode_service_connect (IcWorkerService *service, IcWireParse *parse)
{
  g_signal_connect (parse, "handle-transcode", G_CALLBACK (transcode_cb), service);
}
