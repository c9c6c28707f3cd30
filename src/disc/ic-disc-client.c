/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "disc/ic-disc-client.h"

#include "disc/ic-disc-worker.h"

#include <gio/gunixfdlist.h>
#include <string.h>

static void
append_text (GByteArray *bytes, const char *text)
{
  g_byte_array_append (bytes, (const guint8 *) text, (guint) strlen (text) + 1);
}

/* A variant for each of 200,000 files would take 130 MB. */
static GVariant *
pack_sources (GArray *sources)
{
  GByteArray *files = g_byte_array_new ();
  g_autoptr(GBytes) bytes = NULL;

  for (guint i = 0; i < sources->len; i++)
    {
      const IcDiscSource *source = &g_array_index (sources, IcDiscSource, i);
      g_autofree char *size = g_strdup_printf ("%" G_GUINT64_FORMAT, source->size_bytes);

      append_text (files, source->path);
      append_text (files, source->source);
      append_text (files, size);
    }
  bytes = g_byte_array_free_to_bytes (files);
  return g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, bytes, TRUE);
}

gboolean
ic_disc_client_write_image (const IcDiscPlan *plan,
                            int output_fd,
                            guint64 *size_bytes,
                            IcProgress *progress,
                            GCancellable *cancellable,
                            GError **error)
{
  g_autoptr(IcWorker) worker =
                 ic_disc_worker_spawn (plan->source_folders, NULL, cancellable, error);
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

gboolean
ic_disc_client_write_disc (const IcDiscPlan *plan,
                           const IcDiscBurn *burn,
                           gboolean *begun,
                           IcProgress *progress,
                           GCancellable *cancellable,
                           GError **error)
{
  g_autoptr(IcWorker) worker =
                 ic_disc_worker_spawn (plan->source_folders, burn->drive, cancellable, error);
  g_autoptr(IcWorkerCall) call = NULL;
  g_autoptr(GError) local_error = NULL;
  g_autofree char *name = NULL;
  g_autofree char *message = NULL;
  IcWireDisc *disc = worker != NULL ? ic_worker_get_disc (worker) : NULL;

  *begun = FALSE;
  if (worker == NULL)
    return FALSE;
  /* Never kill a drive that writes: it stops by itself when it can. */
  ic_worker_set_cancel_grace_ms (worker, 0);
  call = ic_worker_call_new (worker, progress);
  ic_wire_disc_call_write_disc (disc, call->job, plan->volume_id, plan->created,
                                pack_sources (plan->sources), burn->drive, burn->speed,
                                burn->may_erase, G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                                ic_worker_call_done_cb, call);
  ic_worker_call_wait (call, cancellable);
  *begun = TRUE; /* who dies without an answer may have burned */
  if (ic_wire_disc_call_write_disc_finish (disc, begun, &name, &message, call->result,
                                           &local_error) &&
      *name != '\0')
    local_error = g_dbus_error_new_for_dbus_error (name, message);
  ic_progress_set_interruptible (progress, TRUE);
  return ic_worker_call_check (call, &local_error, error);
}
