/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules that stand between images and the wrong hands: one transfer, one patient, and it must
 * be the one who was named; what went to the same recipient before is said. Reads the store only.
 */
#pragma once

#include "domain/ic-patient.h"
#include "ops/ic-desk.h"

G_BEGIN_DECLS

/* Every identity that the instances of the studies carry must agree with @expected. Fails with
 * IC_ERROR_REFUSED, naming which identifiers stand in the way but not their values. Adds to
 * @notices (of char *) what agrees only because it is absent or written differently.
 */
gboolean ic_safety_check_patient (IcDesk *desk,
                                  const char *const *study_uids,
                                  IcPatient *expected,
                                  GPtrArray *notices,
                                  GError **error);

/* What went to @recipient before of any of the studies, newest first, of IcTransfer without series
 * and instances; at most @limit.
 */
GPtrArray *ic_safety_list_repeats (IcReadTx *tx,
                                   const char *const *study_uids,
                                   const char *recipient,
                                   guint limit,
                                   GError **error);

/* Adds to @notices when, by whom and how each of the studies went to @recipient last, and how often
 * before that.
 */
gboolean ic_safety_note_repeats (IcDesk *desk,
                                 const char *const *study_uids,
                                 const char *recipient,
                                 GPtrArray *notices,
                                 GError **error);

G_END_DECLS
