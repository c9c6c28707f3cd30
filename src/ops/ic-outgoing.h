/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The beginning that all ways out share: the studies come from a source, or are what the store has,
 * and a proof is told what was expected of them and what is here.
 */
#pragma once

#include "core/ic-progress.h"
#include "domain/ic-patient.h"
#include "domain/ic-proof.h"
#include "ops/ic-desk.h"

G_BEGIN_DECLS

typedef struct
{
  IcDesk *desk;
  IcNode *source;                /* NULL: the store, against the expectation kept */
  const char *const *study_uids; /* NULL-terminated */
  IcSelection *selection;        /* of their images; NULL: all */
  gint64 transfer;
  IcProof *proof;
  gboolean with_checksums; /* for sending */
  GPtrArray *notices;      /* of char *, added to */
} IcOutgoing;

/* What every way out must be told: valid studies and something of them, who the patient is, by an
 * id and a name or date of birth, and for whom and why. IC_ERROR_USAGE.
 */
gboolean ic_outgoing_check (const char *const *study_uids,
                            IcSelection *selection,
                            IcPatient *patient,
                            const char *recipient,
                            const char *reason,
                            const char *legal_basis,
                            GError **error);

/* The studies as they go out, of IcStudy: of what the source was asked for, only what came. Fails
 * as ic_retrieval_run(), with IC_ERROR_NOT_FOUND for a study that is not here, or
 * IC_ERROR_INCOMPLETE when there is nothing at all.
 */
GPtrArray *ic_outgoing_gather (const IcOutgoing *self,
                               IcProgress *progress,
                               GCancellable *cancellable,
                               GError **error);

G_END_DECLS
