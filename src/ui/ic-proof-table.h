/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The proof as a table: each series with what the source has, what was retrieved, written and read
 * back. It fills up while a transfer runs, and then shows what the log has.
 */
#pragma once

#include "domain/ic-transfer.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define IC_TYPE_PROOF_TABLE (ic_proof_table_get_type ())
G_DECLARE_FINAL_TYPE (IcProofTable, ic_proof_table, IC, PROOF_TABLE, GtkWidget)

GtkWidget *ic_proof_table_new (void);

/* The third and fourth column are called as a node does it, not as a medium. */
void ic_proof_table_set_is_sent (IcProofTable *self, gboolean is_sent);

/* Of IcProgressPart; NULL: nothing yet. */
void ic_proof_table_set_parts (IcProofTable *self, GPtrArray *parts);
void ic_proof_table_set_transfer (IcProofTable *self, IcTransfer *transfer);

G_END_DECLS
