/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/ic-disc-service.h"

#include "core/ic-error.h"
#include "core/ic-sector-link.h"
#include "disc/writer/ic-disc-drive.h"
#include "disc/writer/ic-image-writer.h"
#include "domain/ic-implementation.h"
#include "wire/ic-wire-records.h"

#include <string.h>

#define STDIO_PREFIX "stdio:"

typedef struct
{
  IcWorkerJob *job;
  gboolean begun;
  gboolean is_file; /* a drive that is one can be stopped and loses nothing */
} Burning;

typedef struct
{
  IcWorkerJob *job;
  IcDiscDrive *drive;
  guint64 size_bytes;
} Serving;

/* Path on the medium, path of the source, size of one file, in the order of the disc. */
static gboolean
add_file (const char *const *fields, gpointer plan, GError **error)
{
  guint64 size_bytes = 0;

  if (g_ascii_string_to_unsigned (fields[2], 10, 0, G_MAXINT64, &size_bytes, NULL))
    return ic_image_plan_add_source (plan, fields[0], fields[1], (gint64) size_bytes, error);
  g_set_error_literal (error, IC_ERROR, IC_ERROR_INTERNAL, "the list of files is damaged");
  return FALSE;
}

static gboolean
add_files (IcImagePlan *plan, IcWorkerJob *job, GError **error)
{
  GVariant *parameters = ic_worker_job_get_parameters (job);
  gint32 handle = -1;
  guint64 count = 0;
  int fd = -1;

  g_variant_get_child (parameters, 3, "h", &handle);
  g_variant_get_child (parameters, 4, "t", &count);
  fd = ic_worker_job_get_fd (job, handle, error);
  if (fd < 0 || !ic_wire_records_take (fd, 3, add_file, plan, error))
    return FALSE;
  if (ic_image_plan_get_files (plan)->len == count)
    return TRUE;
  g_set_error_literal (error, IC_ERROR, IC_ERROR_INTERNAL, "the list of files is cut off");
  return FALSE;
}

static IcImageWriter *
make_writer (IcWorkerJob *job, GError **error)
{
  GVariant *parameters = ic_worker_job_get_parameters (job);
  g_autoptr(IcImagePlan) plan = NULL;
  const char *volume_id = NULL;
  gint64 created = 0;

  g_variant_get_child (parameters, 1, "&s", &volume_id);
  g_variant_get_child (parameters, 2, "x", &created);
  plan = ic_image_plan_new (volume_id, created, error);
  if (plan == NULL || !add_files (plan, job, error))
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

  g_variant_get_child (ic_worker_job_get_parameters (job), 5, "h", &handle);
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
                GVariant *records,
                guint64 count,
                GVariant *output,
                IcWorkerService *service)
{
  return ic_worker_service_run (service, invocation, fds, write_image);
}

/* Stopping a drive that writes spoils the disc. */
static void
begun (gpointer data)
{
  Burning *burning = data;

  burning->begun = TRUE;
  ic_worker_job_set_interruptible (burning->job, burning->is_file);
}

static void
burning_progressed (guint64 done_bytes, guint64 total_bytes, gpointer data)
{
  progressed (done_bytes, total_bytes, ((Burning *) data)->job);
}

static void
burn (IcWorkerJob *job, Burning *burning, GError **error)
{
  g_autoptr(IcImageWriter) writer = make_writer (job, error);
  IcBurnOptions options = {
    .progress = burning_progressed,
    .begun = begun,
    .user_data = burning,
  };
  const char *drive = NULL;

  if (writer == NULL)
    return;
  g_variant_get_child (ic_worker_job_get_parameters (job), 5, "&s", &drive);
  burning->is_file = g_str_has_prefix (drive, STDIO_PREFIX);
  g_variant_get_child (ic_worker_job_get_parameters (job), 6, "u", &options.speed);
  g_variant_get_child (ic_worker_job_get_parameters (job), 7, "b", &options.may_erase);
  ic_image_writer_write_disc (writer, drive, &options, ic_worker_job_get_cancellable (job), error);
  ic_worker_job_set_interruptible (job, TRUE);
}

static GVariant *
write_disc (IcWorkerJob *job, GUnixFDList **out_fds, GError **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autofree char *name = NULL;
  Burning burning = { .job = job };

  burn (job, &burning, &local_error);
  name = local_error != NULL ? g_dbus_error_encode_gerror (local_error) : g_strdup ("");
  return g_variant_new ("(bss)", burning.begun, name,
                        local_error != NULL ? local_error->message : "");
}

static gboolean
write_disc_cb (IcWireDisc *disc,
               GDBusMethodInvocation *invocation,
               GUnixFDList *fds,
               guint64 job,
               const char *volume_id,
               gint64 created,
               GVariant *records,
               guint64 count,
               const char *drive,
               guint speed,
               gboolean may_erase,
               IcWorkerService *service)
{
  return ic_worker_service_run (service, invocation, fds, write_disc);
}

/* The drive that a call names as its first argument after the job. */
static IcDiscDrive *
open_drive (IcWorkerJob *job, IcDiscDriveFlags flags, GError **error)
{
  const char *address = NULL;

  g_variant_get_child (ic_worker_job_get_parameters (job), 1, "&s", &address);
  return ic_disc_drive_open (address, flags, error);
}

static IcDiscDriveFlags
get_sharing (IcWorkerJob *job, gsize argument)
{
  gboolean shared = FALSE;

  g_variant_get_child (ic_worker_job_get_parameters (job), argument, "b", &shared);
  return shared ? IC_DISC_DRIVE_SHARED : IC_DISC_DRIVE_EXCLUSIVE;
}

/* Drives and discs say what they like. */
static char *
dup_text (const char *bytes)
{
  return g_utf8_make_valid (bytes, -1);
}

static GVariant *
pack_info (const IcDiscDriveInfo *info)
{
  g_autofree char *vendor = dup_text (info->vendor);
  g_autofree char *product = dup_text (info->product);
  g_autofree char *label = dup_text (info->label);
  GVariantBuilder speeds;

  g_variant_builder_init (&speeds, G_VARIANT_TYPE ("au"));
  for (guint i = 0; info->speeds[i] != 0; i++)
    g_variant_builder_add (&speeds, "u", info->speeds[i]);
  return g_variant_new ("((ssbusubtttsau))", g_strstrip (vendor), g_strstrip (product),
                        info->can_load, info->profile, info->profile_name, (guint) info->content,
                        info->is_rewritable, info->free_bytes, info->capacity_bytes,
                        info->used_bytes, label, &speeds);
}

static GVariant *
inspect_drive (IcWorkerJob *job, GUnixFDList **out_fds, GError **error)
{
  g_autoptr(IcDiscDrive) drive = NULL;
  IcDiscDriveInfo info;
  gboolean load = FALSE;

  g_variant_get_child (ic_worker_job_get_parameters (job), 2, "b", &load);
  drive = open_drive (job, get_sharing (job, 3) | (load ? IC_DISC_DRIVE_LOAD : 0), error);
  if (drive == NULL)
    return NULL;
  ic_disc_drive_inspect (drive, &info);
  return pack_info (&info);
}

static gboolean
inspect_drive_cb (IcWireDisc *disc,
                  GDBusMethodInvocation *invocation,
                  guint64 job,
                  const char *drive,
                  gboolean load,
                  gboolean shared,
                  IcWorkerService *service)
{
  return ic_worker_service_run (service, invocation, NULL, inspect_drive);
}

static GVariant *
eject_disc (IcWorkerJob *job, GUnixFDList **out_fds, GError **error)
{
  IcDiscDrive *drive = open_drive (job, IC_DISC_DRIVE_EXCLUSIVE, error);

  if (drive == NULL)
    return NULL;
  ic_disc_drive_eject (drive);
  return g_variant_new ("()");
}

static gboolean
eject_disc_cb (IcWireDisc *disc,
               GDBusMethodInvocation *invocation,
               guint64 job,
               const char *drive,
               IcWorkerService *service)
{
  return ic_worker_service_run (service, invocation, NULL, eject_disc);
}

static gssize
read_sectors (guint64 offset, void *buffer, gsize size, gpointer user_data)
{
  Serving *serving = user_data;
  gssize n = ic_disc_drive_read (serving->drive, offset, buffer, size, NULL);

  ic_worker_job_report (serving->job, MIN (offset, serving->size_bytes - 1), serving->size_bytes);
  return n;
}

static GVariant *
serve_sectors (IcWorkerJob *job, GUnixFDList **out_fds, GError **error)
{
  g_autoptr(IcDiscDrive) drive = NULL;
  Serving serving = { .job = job };
  gint32 handle = -1;
  int link = -1;

  g_variant_get_child (ic_worker_job_get_parameters (job), 3, "h", &handle);
  link = ic_worker_job_get_fd (job, handle, error);
  drive = link >= 0 ? open_drive (job, get_sharing (job, 2), error) : NULL;
  if (drive == NULL)
    return NULL;
  serving.drive = drive;
  serving.size_bytes = ic_disc_drive_get_readable_bytes (drive);
  ic_sector_link_serve (link, serving.size_bytes, read_sectors, &serving);
  return g_variant_new ("()");
}

static gboolean
serve_sectors_cb (IcWireDisc *disc,
                  GDBusMethodInvocation *invocation,
                  GUnixFDList *fds,
                  guint64 job,
                  const char *drive,
                  gboolean shared,
                  GVariant *link,
                  IcWorkerService *service)
{
  return ic_worker_service_run (service, invocation, fds, serve_sectors);
}

gboolean
ic_disc_service_export (IcWorkerService *service, GDBusConnection *connection, GError **error)
{
  IcWireDisc *disc = ic_wire_disc_skeleton_new ();

  g_signal_connect (disc, "handle-write-image", G_CALLBACK (write_image_cb), service);
  g_signal_connect (disc, "handle-write-disc", G_CALLBACK (write_disc_cb), service);
  g_signal_connect (disc, "handle-inspect-drive", G_CALLBACK (inspect_drive_cb), service);
  g_signal_connect (disc, "handle-eject-disc", G_CALLBACK (eject_disc_cb), service);
  g_signal_connect (disc, "handle-serve-sectors", G_CALLBACK (serve_sectors_cb), service);
  return ic_worker_service_export (G_DBUS_INTERFACE_SKELETON (disc), connection, error);
}
