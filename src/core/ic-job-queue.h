/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs jobs: those of one lane one after another in the order they stand in, those of different
 * lanes side by side. It is a list of its jobs, finished ones included until they are cleared.
 * Belongs to one thread, like its jobs. Lanes that other processes must respect as well are locks
 * in the data directory, taken by the job itself.
 */
#pragma once

#include "core/ic-job.h"

G_BEGIN_DECLS

#define IC_TYPE_JOB_QUEUE (ic_job_queue_get_type ())
G_DECLARE_FINAL_TYPE (IcJobQueue, ic_job_queue, IC, JOB_QUEUE, GObject)

IcJobQueue *ic_job_queue_new (void);

/* Takes a reference to @job, which must be new, and starts it as soon as its lane is free. */
void ic_job_queue_push (IcJobQueue *self, IcJob *job);

/* Moves a job before another one, or with NULL behind all: of those that wait for one lane, the
 * first begins first.
 */
void ic_job_queue_place (IcJobQueue *self, IcJob *job, IcJob *before);

/* While it is held, nothing more begins. */
void ic_job_queue_hold (IcJobQueue *self, gboolean is_held);

/* Drops the jobs that have finished. */
void ic_job_queue_clear_finished (IcJobQueue *self);

/* The number of jobs that have not finished. */
guint ic_job_queue_count_unfinished (IcJobQueue *self);

G_END_DECLS
