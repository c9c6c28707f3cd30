/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asking nodes: C-ECHO and C-FIND as jobs, alone and together as a test. */
#pragma once

#include "core/ic-job.h"
#include "domain/ic-query.h"
#include "ops/ic-desk.h"

G_BEGIN_DECLS

/* One row of an answer: IC_N_QUERY_KEYS strings, "" for what was not asked or given. Called in the
 * default main context of the thread that made the job, as rows arrive, before the job ends.
 */
typedef void (*IcQueryRowFunc) (const char *const *values, gpointer user_data);

typedef struct
{
  guint rows;         /* that fit what was asked */
  gboolean truncated; /* there would have been more than asked for */
  guint left_out;     /* rows that the node sent although they do not fit */
  guint unclear;      /* rows that do not say whether they fit; they are among @rows */
  guint left_out_by[IC_N_QUERY_KEYS]; /* how many for which key */
  guint unclear_by[IC_N_QUERY_KEYS];
} IcQueryResult;

IcJob *ic_echo_job_new (IcDesk *desk, IcNode *node);

/* What a test of a node found out. */
typedef struct
{
  char *our_aet;        /* how we called ourselves to it; NULL before that was known */
  guint echo_ms;        /* from the first packet to the answer; 0 before it answered */
  gboolean can_search;  /* it answered a query as well */
  GError *search_error; /* why it did not; NULL when it did, or was not asked */
} IcNodeTestResult;

void ic_node_test_result_free (IcNodeTestResult *self);

/* C-ECHO, then a C-FIND for a study of today. Fails when the node does not answer the former: one
 * that cannot be searched is still good to send to. Result: IcNodeTestResult, also when the job
 * fails.
 */
IcJob *ic_node_test_job_new (IcDesk *desk, IcNode *node);

/* Takes @query. @max: at most so many rows of the node, 0 for all. What the node sends although it
 * contradicts @query is left out and counted (see ic-query-match.h). Result: IcQueryResult.
 */
IcJob *ic_find_job_new (IcDesk *desk,
                        IcNode *node,
                        IcQuery *query,
                        guint max,
                        IcQueryRowFunc func,
                        gpointer user_data);

G_END_DECLS
