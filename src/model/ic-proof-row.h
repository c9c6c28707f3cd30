/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One series in a table of proof, in words. */
#pragma once

#include "core/ic-progress.h"
#include "domain/ic-transfer.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define IC_TYPE_PROOF_ROW (ic_proof_row_get_type ())
G_DECLARE_FINAL_TYPE (IcProofRow, ic_proof_row, IC, PROOF_ROW, GObject)

/* Properties: "label", "expected", "retrieved", "written", "verified", all text and notified, and
 * "mark": an icon name that says whether it is all there, "" while that is open; "mark-word" says
 * the same in words.
 */
IcProofRow *ic_proof_row_new (const char *label);

const char *ic_proof_row_get_label (IcProofRow *self);
void ic_proof_row_set_part (IcProofRow *self, const IcProgressPart *part);
void ic_proof_row_set_series (IcProofRow *self, const IcTransferSeries *series);

G_END_DECLS
