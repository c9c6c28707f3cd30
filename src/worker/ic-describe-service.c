/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/ic-describe-service.h"

#include "core/ic-error.h"
#include "dicom/shim/ic-shim-describe.h"

static void
describe_file (IcWorkerJob *job, gint32 handle, GVariantBuilder *records)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(IcImageFacts) facts = NULL;
  int fd = ic_worker_job_get_fd (job, handle, &error);

  if (fd >= 0)
    facts = ic_shim_describe (fd, ic_worker_job_get_cancellable (job), &error);
  g_variant_builder_add (records, "(sv)", error != NULL ? error->message : "",
                         facts != NULL ? ic_image_facts_pack (facts) : g_variant_new ("()"));
}

static GVariant *
describe_files (IcWorkerJob *job, GUnixFDList **out_fds, GError **error)
{
  g_autoptr(GVariant) handles = g_variant_get_child_value (ic_worker_job_get_parameters (job), 1);
  GCancellable *cancellable = ic_worker_job_get_cancellable (job);
  gsize n = g_variant_n_children (handles);
  GVariantBuilder records;

  g_variant_builder_init (&records, G_VARIANT_TYPE ("a(sv)"));
  for (gsize i = 0; i < n && !g_cancellable_is_cancelled (cancellable); i++)
    {
      gint32 handle = -1;

      g_variant_get_child (handles, i, "h", &handle);
      describe_file (job, handle, &records);
      ic_worker_job_report (job, i + 1, n);
    }
  if (!g_cancellable_set_error_if_cancelled (cancellable, error))
    return g_variant_new ("(a(sv))", &records);
  g_variant_builder_clear (&records);
  return NULL;
}

static gboolean
describe_cb (IcWireParse *parse,
             GDBusMethodInvocation *invocation,
             GUnixFDList *fds,
             guint64 job,
             GVariant *files,
             IcWorkerService *service)
{
  return ic_worker_service_run (service, invocation, fds, describe_files);
}

static GVariant *
dump_file (IcWorkerJob *job, GUnixFDList **out_fds, GError **error)
{
  g_autoptr(GPtrArray) rows = NULL;
  GVariantBuilder lines;
  gboolean complete = FALSE;
  gint32 handle = -1;
  guint kind = 0;
  int fd = -1;

  g_variant_get (ic_worker_job_get_parameters (job), "(thu)", NULL, &handle, &kind);
  fd = ic_worker_job_get_fd (job, handle, error);
  if (fd >= 0)
    rows = ic_shim_dump (fd, kind == IC_DUMP_REPORT ? IC_DUMP_REPORT : IC_DUMP_HEADER, &complete,
                         ic_worker_job_get_cancellable (job), error);
  if (rows == NULL)
    return NULL;
  g_variant_builder_init (&lines, G_VARIANT_TYPE ("a(ussss)"));
  for (guint i = 0; i < rows->len; i++)
    {
      const IcDumpRow *row = rows->pdata[i];

      g_variant_builder_add (&lines, "(ussss)", row->depth, row->tag, row->vr, row->name,
                             row->value);
    }
  return g_variant_new ("(a(ussss)b)", &lines, complete);
}

static gboolean
dump_cb (IcWireParse *parse,
         GDBusMethodInvocation *invocation,
         GUnixFDList *fds,
         guint64 job,
         GVariant *file,
         guint kind,
         IcWorkerService *service)
{
  return ic_worker_service_run (service, invocation, fds, dump_file);
}

static GVariant *
extract_document (IcWorkerJob *job, GUnixFDList **out_fds, GError **error)
{
  gint32 file = -1;
  gint32 output = -1;
  int fd = -1;
  int output_fd = -1;

  g_variant_get (ic_worker_job_get_parameters (job), "(thh)", NULL, &file, &output);
  fd = ic_worker_job_get_fd (job, file, error);
  output_fd = fd >= 0 ? ic_worker_job_get_fd (job, output, error) : -1;
  if (output_fd < 0 ||
      !ic_shim_extract_document (fd, output_fd, ic_worker_job_get_cancellable (job), error))
    return NULL;
  return g_variant_new ("()");
}

static gboolean
extract_document_cb (IcWireParse *parse,
                     GDBusMethodInvocation *invocation,
                     GUnixFDList *fds,
                     guint64 job,
                     GVariant *file,
                     GVariant *output,
                     IcWorkerService *service)
{
  return ic_worker_service_run (service, invocation, fds, extract_document);
}

void
ic_describe_service_connect (IcWorkerService *service, IcWireParse *parse)
{
  g_signal_connect (parse, "handle-describe", G_CALLBACK (describe_cb), service);
  g_signal_connect (parse, "handle-dump", G_CALLBACK (dump_cb), service);
  g_signal_connect (parse, "handle-extract-document", G_CALLBACK (extract_document_cb), service);
}
