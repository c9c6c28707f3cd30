/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "disc/ic-drive-client.h"

#include "core/ic-error.h"
#include "core/ic-sector-link.h"
#include "disc/ic-disc-worker.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixfdlist.h>
#include <gio/gunixmounts.h>
#include <linux/cdrom.h>
#include <linux/major.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define MAX_DRIVES 16

/* libburn waits without end for a drive that never gets ready. */
#define READY_PATIENCE_MS (40 * 1000)

struct _IcDriveReading
{
  IcWorker *worker;
  IcWorkerCall *call;
  int fd; /* our end of the link */
};

gboolean
ic_drive_is_one (const char *path)
{
  struct stat st = { 0 };

  return stat (path, &st) == 0 && S_ISBLK (st.st_mode) && major (st.st_rdev) == SCSI_CDROM_MAJOR;
}

char *
ic_drive_dup_address (const char *path)
{
  char *address = realpath (path, NULL);

  return address != NULL ? address : g_strdup (path);
}

char **
ic_drive_list (void)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < MAX_DRIVES; i++)
    {
      g_autofree char *path = g_strdup_printf ("/dev/sr%u", i);

      if (ic_drive_is_one (path))
        g_strv_builder_add (builder, path);
    }
  return g_strv_builder_end (builder);
}

char *
ic_drive_dup_mount_point (const char *address)
{
  g_autolist (GUnixMountEntry) mounts = g_unix_mounts_get (NULL);

  for (GList *one = mounts; one != NULL; one = one->next)
    if (g_strcmp0 (g_unix_mount_get_device_path (one->data), address) == 0)
      return g_strdup (g_unix_mount_get_mount_path (one->data));
  return NULL;
}

int
ic_drive_peek (const char *address)
{
  int fd = open (address, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  int status = fd >= 0 ? ioctl (fd, CDROM_DRIVE_STATUS, CDSL_CURRENT) : -1;

  if (fd >= 0)
    close (fd);
  return status;
}

static gboolean
is_mounted (const char *address)
{
  g_autofree char *mount_point = ic_drive_dup_mount_point (address);

  return mount_point != NULL;
}

static void
set_inspection_error (const GError *failure, GError **error)
{
  if (g_error_matches (failure, IC_ERROR, IC_ERROR_WORKER_DIED))
    g_set_error (error, IC_ERROR, IC_ERROR_TIMED_OUT, "the drive does not get ready: %s",
                 failure->message);
  else
    g_propagate_error (error, g_error_copy (failure));
}

static IcDrive *
inspect (const char *address,
         gboolean load,
         gboolean shared,
         GCancellable *cancellable,
         GError **error)
{
  g_autoptr(IcWorker) worker = ic_disc_worker_spawn (NULL, address, cancellable, error);
  g_autoptr(IcWorkerCall) call = NULL;
  g_autoptr(GVariant) description = NULL;
  g_autoptr(GError) failure = NULL;
  g_autoptr(GError) local_error = NULL;

  if (worker == NULL)
    return NULL;
  ic_worker_set_patience_ms (worker, READY_PATIENCE_MS);
  call = ic_worker_call_new (worker, NULL);
  ic_wire_disc_call_inspect_drive (ic_worker_get_disc (worker), call->job, address, load, shared,
                                   G_DBUS_CALL_FLAGS_NONE, -1, NULL, ic_worker_call_done_cb, call);
  ic_worker_call_wait (call, cancellable);
  ic_wire_disc_call_inspect_drive_finish (ic_worker_get_disc (worker), &description, call->result,
                                          &local_error);
  if (ic_worker_call_check (call, &local_error, &failure))
    return ic_drive_new (address, description);
  set_inspection_error (failure, error);
  return NULL;
}

IcDrive *
ic_drive_client_inspect (const char *address,
                         gboolean load,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autoptr(GError) local_error = NULL;
  IcDrive *drive = inspect (address, load, is_mounted (address), cancellable, &local_error);

  /* A desktop may have mounted the disc as soon as it was in. */
  if (g_error_matches (local_error, IC_ERROR, IC_ERROR_BUSY) && is_mounted (address))
    return inspect (address, load, TRUE, cancellable, error);
  if (drive == NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  return drive;
}

gboolean
ic_drive_client_eject (const char *address, GCancellable *cancellable, GError **error)
{
  g_autoptr(IcWorker) worker = ic_disc_worker_spawn (NULL, address, cancellable, error);
  g_autoptr(IcWorkerCall) call = NULL;
  g_autoptr(GError) local_error = NULL;

  if (worker == NULL)
    return FALSE;
  call = ic_worker_call_new (worker, NULL);
  ic_wire_disc_call_eject_disc (ic_worker_get_disc (worker), call->job, address,
                                G_DBUS_CALL_FLAGS_NONE, -1, NULL, ic_worker_call_done_cb, call);
  ic_worker_call_wait (call, cancellable);
  ic_wire_disc_call_eject_disc_finish (ic_worker_get_disc (worker), call->result, &local_error);
  return ic_worker_call_check (call, &local_error, error);
}

static void
start_serving (IcDriveReading *self, const char *address, GUnixFDList *fds)
{
  self->call = ic_worker_call_new (self->worker, NULL);
  ic_wire_disc_call_serve_sectors (ic_worker_get_disc (self->worker), self->call->job, address,
                                   is_mounted (address), g_variant_new_handle (0),
                                   G_DBUS_CALL_FLAGS_NONE, -1, fds, NULL, ic_worker_call_done_cb,
                                   self->call);
}

IcDriveReading *
ic_drive_reading_new (const char *address, GCancellable *cancellable, GError **error)
{
  g_autoptr(IcDriveReading) self = g_new0 (IcDriveReading, 1);
  g_autoptr(GUnixFDList) fds = NULL;
  int ends[2] = { -1, -1 };

  self->fd = -1;
  self->worker = ic_disc_worker_spawn (NULL, address, cancellable, error);
  if (self->worker == NULL)
    return NULL;
  if (!ic_sector_link_open (ends))
    {
      ic_error_set_errno (error, IC_ERROR_INTERNAL, errno, "failed to make a link to the drive");
      return NULL;
    }
  self->fd = ends[0];
  fds = g_unix_fd_list_new_from_array (&ends[1], 1); /* which owns it now */
  start_serving (self, address, fds);
  return g_steal_pointer (&self);
}

int
ic_drive_reading_get_fd (IcDriveReading *self)
{
  return self->fd;
}

void
ic_drive_reading_free (IcDriveReading *self)
{
  if (self->fd >= 0)
    close (self->fd);
  if (self->call != NULL)
    ic_worker_call_wait (self->call, NULL);
  g_clear_pointer (&self->call, ic_worker_call_free);
  g_clear_object (&self->worker);
  g_free (self);
}
