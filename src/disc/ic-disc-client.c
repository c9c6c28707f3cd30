/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "disc/ic-disc-client.h"

#include "disc/ic-disc-worker.h"
#include "wire/ic-wire-records.h"

#include <gio/gunixfdlist.h>

/* All of them, on their way to the worker. */
typedef struct
{
  const IcDiscPlan *plan;
  guint next;
  char size[24];
} Sources;

static gboolean
next_source (const char **fields, gpointer user_data)
{
  Sources *self = user_data;
  IcDiscSource source = { NULL };

  if (self->next == self->plan->n_sources)
    return FALSE;
  self->plan->get_source (self->next++, &source, self->plan->user_data);
  g_snprintf (self->size, sizeof self->size, "%" G_GUINT64_FORMAT, source.size_bytes);
  fields[0] = source.path;
  fields[1] = source.source;
  fields[2] = self->size;
  return TRUE;
}

/* At handle 0. */
static IcWireRecordFeed *
feed_sources (Sources *sources, GUnixFDList *fds, GError **error)
{
  g_autoptr(IcWireRecordFeed) feed = ic_wire_record_feed_new (3, next_source, sources, error);

  if (feed == NULL || ic_wire_record_feed_add_to (feed, fds, error) < 0)
    return NULL;
  return g_steal_pointer (&feed);
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
  Sources sources = { .plan = plan };
  g_autoptr(IcWireRecordFeed) feed = worker != NULL ? feed_sources (&sources, fds, error) : NULL;
  g_autoptr(IcWorkerCall) call = NULL;
  g_autoptr(GError) local_error = NULL;
  IcWireDisc *disc = worker != NULL ? ic_worker_get_disc (worker) : NULL;

  if (feed == NULL || g_unix_fd_list_append (fds, output_fd, error) < 0)
    return FALSE;
  call = ic_worker_call_new (worker, progress);
  ic_wire_disc_call_write_image (disc, call->job, plan->volume_id, plan->created,
                                 g_variant_new_handle (0), plan->n_sources,
                                 g_variant_new_handle (1), G_DBUS_CALL_FLAGS_NONE, -1, fds, NULL,
                                 ic_worker_call_done_cb, call);
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
  g_autoptr(GUnixFDList) fds = g_unix_fd_list_new ();
  Sources sources = { .plan = plan };
  g_autoptr(IcWireRecordFeed) feed = worker != NULL ? feed_sources (&sources, fds, error) : NULL;
  g_autoptr(IcWorkerCall) call = NULL;
  g_autoptr(GError) local_error = NULL;
  g_autofree char *name = NULL;
  g_autofree char *message = NULL;
  IcWireDisc *disc = worker != NULL ? ic_worker_get_disc (worker) : NULL;

  *begun = FALSE;
  if (feed == NULL)
    return FALSE;
  /* Never kill a drive that writes: it stops by itself when it can. */
  ic_worker_set_cancel_grace_ms (worker, 0);
  call = ic_worker_call_new (worker, progress);
  ic_wire_disc_call_write_disc (disc, call->job, plan->volume_id, plan->created,
                                g_variant_new_handle (0), plan->n_sources, burn->drive, burn->speed,
                                burn->may_erase, G_DBUS_CALL_FLAGS_NONE, -1, fds, NULL,
                                ic_worker_call_done_cb, call);
  ic_worker_call_wait (call, cancellable);
  *begun = TRUE; /* who dies without an answer may have burned */
  if (ic_wire_disc_call_write_disc_finish (disc, begun, &name, &message, NULL, call->result,
                                           &local_error) &&
      *name != '\0')
    local_error = g_dbus_error_new_for_dbus_error (name, message);
  ic_progress_set_interruptible (progress, TRUE);
  return ic_worker_call_check (call, &local_error, error);
}
