/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Long work. A job carries an immutable plan and a function that runs it on a thread of its own; it
 * reports progress, can be asked to stop, and ends in exactly one of three states. It is not a
 * dialog and never asks one: what must be asked is asked before, when the plan is shown. A job that
 * succeeded is not a transfer that succeeded. The object belongs to the thread that created it;
 * signals come in that thread's default main context.
 */
#pragma once

#include "core/ic-progress.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  IC_JOB_QUEUED,
  IC_JOB_RUNNING,
  IC_JOB_CANCELLING, /* asked to stop, still running */
  IC_JOB_SUCCEEDED,
  IC_JOB_FAILED,
  IC_JOB_CANCELLED,
} IcJobState;

#define IC_TYPE_JOB_STATE (ic_job_state_get_type ())
GType ic_job_state_get_type (void);

/* Runs on the job's thread, whose default main context is its own. Never sees the IcJob. What there
 * is to show for it goes into *@result, also when it fails half-way.
 */
typedef gboolean (*IcJobFunc) (gpointer plan,
                               IcProgress *progress,
                               gpointer *result,
                               GCancellable *cancellable,
                               GError **error);

#define IC_TYPE_JOB (ic_job_get_type ())
G_DECLARE_FINAL_TYPE (IcJob, ic_job, IC, JOB, GObject)

/* Takes @plan. @lane: jobs of one lane run one after another; NULL runs at once. @result_free may
 * be NULL for a function without result.
 */
IcJob *ic_job_new (const char *title,
                   const char *lane,
                   IcJobFunc func,
                   gpointer plan,
                   GDestroyNotify plan_free,
                   GDestroyNotify result_free);

const char *ic_job_get_title (IcJob *self);
const char *ic_job_get_lane (IcJob *self);
IcJobState ic_job_get_state (IcJob *self);
double ic_job_get_fraction (IcJob *self);
char *ic_job_dup_message (IcJob *self);

/* What somebody has to do before it goes on; NULL when nobody is waited for. Changes with the
 * message. Free with g_free().
 */
char *ic_job_dup_request (IcJob *self);

/* See ic_progress_tell(); free with g_strfreev(). */
char **ic_job_take_tellings (IcJob *self);
gboolean ic_job_get_interruptible (IcJob *self);
gboolean ic_job_is_finished (IcJob *self);

/* What the function left as its result; NULL before the end, or when there is none. Borrowed. */
gpointer ic_job_get_result (IcJob *self);

/* Why it failed; NULL otherwise. */
const GError *ic_job_get_error (IcJob *self);

/* What happened to each item so far, of IcProgressItem. */
GPtrArray *ic_job_dup_items (IcJob *self);

/* How far each part is, see ic_progress_ref_parts(). */
GPtrArray *ic_job_ref_parts (IcJob *self);

/* Asks the job to stop. A queued one is cancelled at once; a running one decides by what really
 * happened, and may still succeed.
 */
void ic_job_cancel (IcJob *self);

/* For IcJobQueue: starts the thread. */
void ic_job_start (IcJob *self);

G_END_DECLS
