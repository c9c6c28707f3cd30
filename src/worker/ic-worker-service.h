/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What all workers share on their side of the wire: the order of start-up, jobs that run on a
 * thread while the main one stays free for Cancel and for noticing that the parent is gone, and
 * progress signals that are throttled.
 */
#pragma once

#include "ic-wire.h"
#include "worker/ic-sandbox.h"

#include <gio/gunixfdlist.h>

G_BEGIN_DECLS

typedef struct _IcWorkerService IcWorkerService;
typedef struct _IcWorkerJob IcWorkerJob;

/* Exports the interfaces of one kind of worker; skeletons live until the process ends. */
typedef gboolean (*IcWorkerExport) (IcWorkerService *service,
                                    GDBusConnection *connection,
                                    GError **error);

/* Works on the job's thread and answers the call: returns the reply's parameters (floating), with
 * descriptors to pass in *@out_fds, or NULL with @error set.
 */
typedef GVariant *(*IcWorkerJobFunc) (IcWorkerJob *job, GUnixFDList **out_fds, GError **error);

/* Preload what must be loaded by the caller, then this: guid, sandbox, connection, export, serve
 * until the parent is gone. Returns only when starting failed.
 */
gboolean ic_worker_serve (const IcSandbox *sandbox, IcWorkerExport export, GError **error);

/* The same for a worker to which several programs connect, each by itself, at the listening socket
 * that it finds in the place of its connection: @export is called for each of them, with a service
 * of its own that has no thread for jobs. Ends the process with the last of them, or when nobody
 * comes.
 */
gboolean ic_worker_serve_shared (const IcSandbox *sandbox, IcWorkerExport export, GError **error);

/* Exports one skeleton at the object path of workers. */
gboolean ic_worker_service_export (GDBusInterfaceSkeleton *skeleton,
                                   GDBusConnection *connection,
                                   GError **error);

/* Runs @func on a thread with the call's parameters and descriptors, then replies. Jobs of one
 * worker run one after another. Always TRUE, as handlers of generated skeletons return.
 */
gboolean ic_worker_service_run (IcWorkerService *service,
                                GDBusMethodInvocation *invocation,
                                GUnixFDList *fds,
                                IcWorkerJobFunc func);

/* On the job's thread: */
IcWorkerService *ic_worker_job_get_service (IcWorkerJob *job);
GDBusConnection *ic_worker_job_get_connection (IcWorkerJob *job);
guint64 ic_worker_job_get_id (IcWorkerJob *job);
GVariant *ic_worker_job_get_parameters (IcWorkerJob *job); /* borrowed, the whole tuple */
GCancellable *ic_worker_job_get_cancellable (IcWorkerJob *job);

/* The descriptor of a handle of the call; it stays the job's. -1 with @error set if there is none.
 */
int ic_worker_job_get_fd (IcWorkerJob *job, gint32 handle, GError **error);

/* Sends Progress, at most every 100 ms, not in the first 100 ms, and always for the last one. */
void ic_worker_job_report (IcWorkerJob *job, guint64 done, guint64 total);
void ic_worker_job_set_interruptible (IcWorkerJob *job, gboolean interruptible);

G_END_DECLS
