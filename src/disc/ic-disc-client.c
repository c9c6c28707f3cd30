/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "disc/ic-disc-client.h"

#include "core/ic-error.h"
#include "wire/ic-worker.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixfdlist.h>
#include <unistd.h>

/* A drive may need minutes to calibrate and to close a disc. */
#define PATIENCE_MS (15 * 60 * 1000)

#define STDIO_PREFIX "stdio:"

static IcWorker *
spawn (const IcDiscPlan *plan, int medium_fd, GCancellable *cancellable, GError **error)
{
  g_autoptr(GPtrArray) arguments = g_ptr_array_new ();
  IcWorker *worker = NULL;

  for (gsize i = 0; plan->source_folders[i] != NULL; i++)
    {
      g_ptr_array_add (arguments, "--read");
      g_ptr_array_add (arguments, (gpointer) plan->source_folders[i]);
    }
  if (medium_fd >= 0)
    g_ptr_array_add (arguments, "--medium");
  g_ptr_array_add (arguments, NULL);
  worker = ic_worker_spawn ("courier-disc", (const char *const *) arguments->pdata, medium_fd,
                            cancellable, error);
  if (worker == NULL)
    return NULL;
  ic_worker_set_patience_ms (worker, PATIENCE_MS);
  /* Never kill a drive that writes: it stops by itself when it can. */
  ic_worker_set_cancel_grace_ms (worker, 0);
  return worker;
}

static GVariant *
pack_sources (GArray *sources)
{
  GVariantBuilder files;

  g_variant_builder_init (&files, G_VARIANT_TYPE ("a(sst)"));
  for (guint i = 0; i < sources->len; i++)
    {
      const IcDiscSource *source = &g_array_index (sources, IcDiscSource, i);

      g_variant_builder_add (&files, "(sst)", source->path, source->source, source->size_bytes);
    }
  return g_variant_builder_end (&files);
}

gboolean
ic_disc_client_write_image (const IcDiscPlan *plan,
                            int output_fd,
                            guint64 *size_bytes,
                            IcProgress *progress,
                            GCancellable *cancellable,
                            GError **error)
{
  g_autoptr(IcWorker) worker = spawn (plan, -1, cancellable, error);
  g_autoptr(GUnixFDList) fds = g_unix_fd_list_new ();
  g_autoptr(IcWorkerCall) call = NULL;
  g_autoptr(GError) local_error = NULL;
  IcWireDisc *disc = worker != NULL ? ic_worker_get_disc (worker) : NULL;

  if (worker == NULL || g_unix_fd_list_append (fds, output_fd, error) < 0)
    return FALSE;
  call = ic_worker_call_new (worker, progress);
  ic_wire_disc_call_write_image (disc, call->job, plan->volume_id, plan->created,
                                 pack_sources (plan->sources), g_variant_new_handle (0),
                                 G_DBUS_CALL_FLAGS_NONE, -1, fds, NULL, ic_worker_call_done_cb,
                                 call);
  ic_worker_call_wait (call, cancellable);
  ic_wire_disc_call_write_image_finish (disc, size_bytes, NULL, call->result, &local_error);
  return ic_worker_call_check (call, &local_error, error);
}

/* The name of the drive, or of the file that stands in for one, may tell whom the disc is about:
 * the worker gets it in a message, and what it may write as a descriptor. */
static IcWorker *
spawn_for_drive (const IcDiscPlan *plan,
                 const char *drive,
                 GCancellable *cancellable,
                 GError **error)
{
  const char *path = g_str_has_prefix (drive, STDIO_PREFIX) ? drive + strlen (STDIO_PREFIX) : drive;
  IcWorker *worker = NULL;
  int fd = open (path, O_PATH | O_CLOEXEC);

  if (fd < 0)
    {
      /* Somebody named it. */
      ic_error_set_errno (error, errno == ENOENT ? IC_ERROR_NOT_FOUND : IC_ERROR_WRITE_FAILED,
                          errno, "failed to open the drive");
      return NULL;
    }
  worker = spawn (plan, fd, cancellable, error);
  close (fd);
  return worker;
}

gboolean
ic_disc_client_write_disc (const IcDiscPlan *plan,
                           const char *drive,
                           guint64 *size_bytes,
                           IcProgress *progress,
                           GCancellable *cancellable,
                           GError **error)
{
  g_autoptr(IcWorker) worker = spawn_for_drive (plan, drive, cancellable, error);
  g_autoptr(IcWorkerCall) call = NULL;
  g_autoptr(GError) local_error = NULL;
  IcWireDisc *disc = worker != NULL ? ic_worker_get_disc (worker) : NULL;

  if (worker == NULL)
    return FALSE;
  call = ic_worker_call_new (worker, progress);
  ic_wire_disc_call_write_disc (disc, call->job, plan->volume_id, plan->created,
                                pack_sources (plan->sources), drive, G_DBUS_CALL_FLAGS_NONE, -1,
                                NULL, ic_worker_call_done_cb, call);
  ic_worker_call_wait (call, cancellable);
  ic_wire_disc_call_write_disc_finish (disc, size_bytes, call->result, &local_error);
  return ic_worker_call_check (call, &local_error, error);
}
