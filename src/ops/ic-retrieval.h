/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The part that retrieving and sending out share: asks a node what studies consist of, brings them
 * into the store by C-GET, asks again, and tells a proof all of it.
 */
#pragma once

#include "core/ic-progress.h"
#include "domain/ic-proof.h"
#include "ops/ic-desk.h"

G_BEGIN_DECLS

/* @study_uids is NULL-terminated. Readings are kept with @transfer. Adds to @notices (of char *)
 * when images replaced others that were here. On failure the proof knows what happened until then.
 * Besides the errors of the network: IC_ERROR_NOT_FOUND when the node does not have a study,
 * IC_ERROR_NO_SPACE, IC_ERROR_WRITE_FAILED.
 */
gboolean ic_retrieval_run (IcDesk *desk,
                           IcNode *node,
                           const char *const *study_uids,
                           IcProof *proof,
                           GPtrArray *notices,
                           gint64 transfer,
                           IcProgress *progress,
                           GCancellable *cancellable,
                           GError **error);

G_END_DECLS
