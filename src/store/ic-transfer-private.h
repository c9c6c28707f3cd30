/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a row of the transfer table, for its repository and its search. */
#pragma once

#include "domain/ic-transfer.h"
#include "store/ic-statement.h"

G_BEGIN_DECLS

#define IC_TRANSFER_COLUMNS                                                                        \
  "transfer.id, request, direction, route, state, basis, read_back, urgency, operator, "           \
  "recipient, reason, source, output, remark, patient_id, issuer, patient_name, birth_date, "      \
  "sex, started_at, ended_at, expected, retrieved, written, verified, log_head, "                  \
  "legal_basis"

IcTransfer *ic_transfer_read (IcStatement *statement);

/* How a state stands in the text of the log; free with g_free(). */
char *ic_transfer_index_dup_state (IcTransferState state);

/* Makes the text of the log find @transfer, or with NULL no longer find @id. */
gboolean ic_transfer_index (IcWriteTx *tx, gint64 id, IcTransfer *transfer, GError **error);

gboolean ic_transfer_load_series (IcReadTx *tx, IcTransfer *transfer, GError **error);

G_END_DECLS
