/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The library's end of a worker process: starts it, speaks to it, notices when it stops answering
 * and buries it. However a worker dies, its callers get one error, IC_ERROR_WORKER_DIED, that names
 * the reason. Used from the one thread that created it, in that thread's default main context;
 * waiting iterates that context, so that signals arrive meanwhile.
 */
#pragma once

#include "core/ic-progress.h"
#include "ic-wire.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define IC_WORKER_MAX_FDS 64 /* in one call; GDBus breaks the connection at 254 */

#define IC_TYPE_WORKER (ic_worker_get_type ())
G_DECLARE_FINAL_TYPE (IcWorker, ic_worker, IC, WORKER, GObject)

/* Starts the helper program @name with @arguments (NULL-terminated, or NULL) and waits until it is
 * locked down and answers. @medium_fd becomes its descriptor 4 and stays the caller's; -1 for none.
 */
IcWorker *ic_worker_spawn (const char *name,
                           const char *const *arguments,
                           int medium_fd,
                           GCancellable *cancellable,
                           GError **error);

/* Starts @name for whoever connects to it, and leaves it: @fds become its descriptors from 3 on and
 * stay the caller's. It has no standard output or error, and / as its working directory.
 */
gboolean ic_worker_launch (const char *name,
                           const char *const *arguments,
                           const int *fds,
                           guint n_fds,
                           GError **error);

/* Speaks with a worker that is shared with other programs, through the connected socket @fd, which
 * is taken. Ending the object, and ic_worker_kill(), end the connection and not the worker.
 */
IcWorker *ic_worker_attach (int fd, GCancellable *cancellable, GError **error);

IcWireParse *ic_worker_get_parse (IcWorker *self);
IcWireNet *ic_worker_get_net (IcWorker *self);
IcWireListen *ic_worker_get_listen (IcWorker *self);
IcWireDisc *ic_worker_get_disc (IcWorker *self);

/* For tests: as text. */
const char *ic_worker_get_pid (IcWorker *self);

/* For tests: the patience of workers started from now on, until they answer for the first time. */
void ic_worker_set_start_patience_ms (guint patience_ms);

/* After so long without any sign of progress the worker counts as stuck and is killed.
 * 30 s unless set; 0 waits for ever.
 */
void ic_worker_set_patience_ms (IcWorker *self, guint patience_ms);

/* How long a cancelled call may go on before the worker is killed: 3 s unless set; 0 waits for ever
 * (a drive that writes).
 */
void ic_worker_set_cancel_grace_ms (IcWorker *self, guint cancel_grace_ms);

/* Ends it at once; its calls in flight end with IC_ERROR_WORKER_DIED. */
void ic_worker_kill (IcWorker *self);

/* Counts as a sign of life; for handlers of the worker's other signals. */
void ic_worker_touch (IcWorker *self);

/* The monotonic time of the last one. */
gint64 ic_worker_get_last_sign (IcWorker *self);

/* One call in flight: a job id, where its progress goes, and its end. A caller that waits:
 *
 *   g_autoptr(IcWorkerCall) call = ic_worker_call_new (worker, progress);
 *   ic_wire_net_call_echo (ic_worker_get_net (worker), call->job, G_DBUS_CALL_FLAGS_NONE, -1, NULL,
 *                          ic_worker_call_done_cb, call);
 *   ic_worker_call_wait (call, cancellable);
 *   ok = ic_wire_net_call_echo_finish (net, call->result, &local_error);
 *   return ic_worker_call_check (call, &local_error, error);
 */
typedef struct
{
  guint64 job;
  GAsyncResult *result; /* set when it has ended */

  /*< private >*/
  IcWorker *worker;
  IcProgress *progress;
  gboolean killed_by_cancel; /* after the grace time */
} IcWorkerCall;

IcWorkerCall *ic_worker_call_new (IcWorker *worker, IcProgress *progress);
void ic_worker_call_free (IcWorkerCall *self);
void ic_worker_call_done_cb (GObject *source, GAsyncResult *result, gpointer call);

/* Iterates until the call has ended. When cancelled, the worker is asked to stop and its answer
 * awaited: what really happened decides. One that does not stop in time is killed, and the call
 * ends with G_IO_ERROR_CANCELLED.
 */
void ic_worker_call_wait (IcWorkerCall *self, GCancellable *cancellable);

/* Asks the worker to stop this call, without waiting. */
void ic_worker_call_cancel (IcWorkerCall *self);

/* Hands *@local_error on as @error, after burying the worker if that was the reason. Returns
 * whether there was none. A NULL @local_error counts as none.
 */
gboolean ic_worker_call_check (IcWorkerCall *self, GError **local_error, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcWorkerCall, ic_worker_call_free)

G_END_DECLS
