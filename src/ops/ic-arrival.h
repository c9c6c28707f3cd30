/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a node has what it took: it is asked for its list of each study, image by image, until
 * everything is found there or patience ends. What it does not list proves nothing. Belongs to the
 * thread of a job.
 */
#pragma once

#include "core/ic-progress.h"
#include "dicom/ic-net-client.h"
#include "domain/ic-proof.h"
#include "domain/ic-study.h"
#include "ops/ic-desk.h"

G_BEGIN_DECLS

typedef struct
{
  IcDesk *desk;
  IcNode *node;
  IcNetClient **spare; /* a client of the node to use, or to leave to others */
  GPtrArray *studies;  /* of IcStudy, as they were sent */
  GPtrArray *accepted; /* of IcInstance, those that the node took */
  guint patience_s;    /* how long it may take until it lists what it took */
  IcProof *proof;      /* knows them as accepted */
  GPtrArray *notices;  /* of char *, added to */
  IcProgress *progress;
  GCancellable *cancellable;
} IcArrival;

/* Tells the proof what is there. *@listed: the node gave a list of every study, so that what is not
 * on it is missing; else it cannot say, and @notices says why. FALSE only when cancelled or when we
 * failed ourselves.
 */
gboolean ic_arrival_check (const IcArrival *self, gboolean *listed, GError **error);

G_END_DECLS
