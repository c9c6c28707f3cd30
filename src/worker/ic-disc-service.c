/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/ic-disc-service.h"

#include "core/ic-error.h"
#include "disc/writer/ic-image-writer.h"
#include "domain/ic-implementation.h"

/* (path on the medium, path of the source, size) of every file, in the order of the disc. */
static gboolean
add_files (IcImagePlan *plan, GVariant *files, GError **error)
{
  GVariantIter iter;
  const char *path = NULL;
  const char *source = NULL;
  guint64 size_bytes = 0;

  g_variant_iter_init (&iter, files);
  while (g_variant_iter_next (&iter, "(&s&st)", &path, &source, &size_bytes))
    if (!ic_image_plan_add_source (plan, path, source, (gint64) size_bytes, error))
      return FALSE;
  return TRUE;
}

static IcImageWriter *
make_writer (IcWorkerJob *job, GError **error)
{
  GVariant *parameters = ic_worker_job_get_parameters (job);
  g_autoptr(GVariant) files = g_variant_get_child_value (parameters, 3);
  g_autoptr(IcImagePlan) plan = NULL;
  const char *volume_id = NULL;
  gint64 created = 0;

  g_variant_get_child (parameters, 1, "&s", &volume_id);
  g_variant_get_child (parameters, 2, "x", &created);
  plan = ic_image_plan_new (volume_id, created, error);
  if (plan == NULL || !add_files (plan, files, error))
    return NULL;
  ic_image_plan_set_identifiers (plan, IC_IMPLEMENTATION_VERSION_NAME, NULL, NULL);
  return ic_image_writer_new (g_steal_pointer (&plan), error);
}

static void
progressed (guint64 done_bytes, guint64 total_bytes, gpointer job)
{
  ic_worker_job_report (job, done_bytes, total_bytes);
}

static GVariant *
write_image (IcWorkerJob *job, GUnixFDList **out_fds, GError **error)
{
  g_autoptr(IcImageWriter) writer = NULL;
  gint32 handle = -1;
  int fd = -1;

  g_variant_get_child (ic_worker_job_get_parameters (job), 4, "h", &handle);
  fd = ic_worker_job_get_fd (job, handle, error);
  writer = fd >= 0 ? make_writer (job, error) : NULL;
  if (writer == NULL || !ic_image_writer_write_file (writer, fd, progressed, job,
                                                     ic_worker_job_get_cancellable (job), error))
    return NULL;
  return g_variant_new ("(t)", ic_image_writer_get_size_bytes (writer));
}

static gboolean
write_image_cb (IcWireDisc *disc,
                GDBusMethodInvocation *invocation,
                GUnixFDList *fds,
                guint64 job,
                const char *volume_id,
                gint64 created,
                GVariant *files,
                GVariant *output,
                IcWorkerService *service)
{
  return ic_worker_service_run (service, invocation, fds, write_image);
}

/* Stopping a drive that writes spoils the disc. */
static GVariant *
write_disc (IcWorkerJob *job, GUnixFDList **out_fds, GError **error)
{
  g_autoptr(IcImageWriter) writer = make_writer (job, error);
  const char *drive = NULL;
  gboolean ok = FALSE;

  g_variant_get_child (ic_worker_job_get_parameters (job), 4, "&s", &drive);
  if (writer == NULL)
    return NULL;
  ic_worker_job_set_interruptible (job, FALSE);
  ok = ic_image_writer_write_disc (writer, drive, progressed, job,
                                   ic_worker_job_get_cancellable (job), error);
  ic_worker_job_set_interruptible (job, TRUE);
  return ok ? g_variant_new ("(t)", ic_image_writer_get_size_bytes (writer)) : NULL;
}

static gboolean
write_disc_cb (IcWireDisc *disc,
               GDBusMethodInvocation *invocation,
               guint64 job,
               const char *volume_id,
               gint64 created,
               GVariant *files,
               const char *drive,
               IcWorkerService *service)
{
  return ic_worker_service_run (service, invocation, NULL, write_disc);
}

gboolean
ic_disc_service_export (IcWorkerService *service, GDBusConnection *connection, GError **error)
{
  IcWireDisc *disc = ic_wire_disc_skeleton_new ();

  g_signal_connect (disc, "handle-write-image", G_CALLBACK (write_image_cb), service);
  g_signal_connect (disc, "handle-write-disc", G_CALLBACK (write_disc_cb), service);
  return ic_worker_service_export (G_DBUS_INTERFACE_SKELETON (disc), connection, error);
}
