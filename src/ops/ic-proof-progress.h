/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lets whoever follows a job see its proof filling up, series by series: retrieved, written (or
 * taken by a node), read back (or found there). Belongs to the thread of the job.
 */
#pragma once

#include "core/ic-progress.h"
#include "domain/ic-proof.h"

G_BEGIN_DECLS

typedef struct _IcProofProgress IcProofProgress;

/* Both must live as long as it does. */
IcProofProgress *ic_proof_progress_new (IcProof *proof, IcProgress *progress);

/* Reports for the last time. */
void ic_proof_progress_free (IcProofProgress *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcProofProgress, ic_proof_progress_free)

G_END_DECLS
