/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sends studies of one patient to a node and proves their arrival, image by image: what the source
 * has = what is here = what the node took = what the node then lists, or commits itself to keeping.
 * The same rules as for a medium: the patient is named, the recipient and the reason too, and the
 * log has all of it.
 */
#pragma once

#include "core/ic-job.h"
#include "domain/ic-selection.h"
#include "domain/ic-transfer.h"
#include "ops/ic-desk.h"

G_BEGIN_DECLS

/* How long a node may take by default until it lists what it took. */
#define IC_SEND_PATIENCE_S 30

/* What is asked for. All strings are copied by ic_send_job_new(); NULL counts as "". */
typedef struct
{
  const char *const *study_uids; /* NULL-terminated */
  IcSelection *selection;        /* of their images; NULL: all of them */
  IcNode *source;                /* NULL: what the store has, against the expectation kept */
  IcNode *destination;
  IcPatient *patient; /* who it must be: an id and a name or birth date */
  const char *recipient;
  const char *reason;
  const char *legal_basis; /* "" when not said */
  IcUrgency urgency;
  guint patience_s;   /* until the node lists what it took, or reports on storage commitment */
  gboolean do_commit; /* ask for storage commitment even if the node lists everything */
} IcSendOrder;

typedef struct
{
  IcTransfer *transfer; /* as it stands in the log */
  guint64 size_bytes;   /* of what the node took */
  GPtrArray *notices;   /* of char *: what the operator should know, without patient data */
} IcSendResultInfo;

void ic_send_result_info_free (IcSendResultInfo *self);

/* Result: IcSendResultInfo, also when the job fails. A safety rule that says no fails the job with
 * IC_ERROR_REFUSED, and leaves a transfer in state refused.
 */
IcJob *ic_send_job_new (IcDesk *desk, const IcSendOrder *order);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcSendResultInfo, ic_send_result_info_free)

G_END_DECLS
