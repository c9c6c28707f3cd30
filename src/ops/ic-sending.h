/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sends studies to a node over one association or several, as they are stored and, where the node
 * takes them in another syntax only, converted; goes on after a broken association without sending
 * again what was accepted; and tells a proof what became of every instance. Belongs to the
 * thread of a job and works in its default main context.
 */
#pragma once

#include "core/ic-progress.h"
#include "dicom/ic-net-client.h"
#include "domain/ic-proof.h"
#include "ops/ic-desk.h"

G_BEGIN_DECLS

typedef struct
{
  IcDesk *desk;
  IcNode *node;
  IcTransfer *transfer;
  IcNetClient **spare; /* a client of the node to use, or to leave to others */
  GPtrArray *studies;  /* of IcStudy; what is converted changes in them, and its file goes again */
  IcProof *proof;      /* knows them as retrieved */
  GPtrArray *notices;  /* of char *, added to */
  IcProgress *progress;
  GCancellable *cancellable;
} IcSending;

/* Fills *@accepted with the instances (of IcInstance, borrowed from the studies) that the node
 * took. Instances that it did not take are refused in the proof, each with its reason, and so are
 * all that were not sent when it fails: the node cannot be reached, ends every connection, or takes
 * nothing at all because it is out of resources (IC_ERROR_NODE_FAILED).
 */
gboolean ic_sending_run (const IcSending *self, GPtrArray **accepted, GError **error);

G_END_DECLS
