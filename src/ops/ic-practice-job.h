/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The practice archive of a data directory as a node: started, and entered where it is not yet. */
#pragma once

#include "core/ic-job.h"
#include "ops/ic-desk.h"
#include "ops/ic-practice.h"

G_BEGIN_DECLS

#define IC_PRACTICE_NODE "PRACTICE" /* what the node is called */
#define IC_PRACTICE_HOST "127.0.0.1"

/* Where it keeps its images; free with g_free(). */
char *ic_practice_job_dup_folder (IcDesk *desk);

/* Starts it, if it does not run, and sees to it that the list of nodes has it. Fails as
 * ic_practice_start(), and with IC_ERROR_CONFLICT when somebody gave another node that name.
 * Result: the port, a guint16.
 */
IcJob *ic_practice_job_new (IcDesk *desk);

G_END_DECLS
