/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Brings studies of a node into the store and proves that all of them came (PS3.4 C.4.3, C-GET):
 * the node is asked what it has before and after, the files go through group commits, and the log
 * keeps a transfer with one manifest entry an image.
 */
#pragma once

#include "core/ic-job.h"
#include "domain/ic-transfer.h"
#include "ops/ic-desk.h"

G_BEGIN_DECLS

typedef struct
{
  IcTransfer *transfer; /* as it stands in the log */
  GPtrArray *notices;   /* of char *: what the operator should know, without patient data */
} IcRetrieveResult;

void ic_retrieve_result_free (IcRetrieveResult *self);

/* @study_uids: NULL-terminated, copied. Result: IcRetrieveResult, also when the job fails. The job
 * succeeds when the transfer has been carried out and judged; how it was judged is in its state.
 */
IcJob *ic_retrieve_job_new (IcDesk *desk, IcNode *node, const char *const *study_uids);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcRetrieveResult, ic_retrieve_result_free)

G_END_DECLS
