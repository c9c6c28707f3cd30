/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a line of the log reads: states, directions, ways and what went. Nothing here prints. */
#pragma once

#include "domain/ic-transfer.h"

G_BEGIN_DECLS

/* "Proved", "Incomplete"…; a sign before it says the same to the eye. */
const char *ic_log_words_get_state (IcTransferState state);
const char *ic_log_words_get_state_sign (IcTransferState state);

/* "Out", "In" */
const char *ic_log_words_get_direction (IcDirection direction);

/* "Disc", "DICOM node"… */
const char *ic_log_words_get_route (IcRoute route);

/* How one image fares: "missing", "proved"… */
const char *ic_log_words_get_item_state (IcItemState state);

/* "CT, SR · 2 studies · 1,212 images", from the series of @transfer; free with g_free(). */
char *ic_log_words_dup_contents (const IcTransfer *transfer);

/* A source, recipient or reason; what a program of ours wrote for itself ("this store",
 * "retrieval") in the language of the locale, everything else as it is.
 */
const char *ic_log_words_get_value (const char *value);

/* Who is at the other end; borrowed. */
const char *ic_log_words_get_other_end (const IcTransfer *transfer);

/* "Transfer begun" for "transfer-begun"; other events of the log as they are. */
const char *ic_log_words_get_event (const char *action);

/* One line of comma-separated values (RFC 4180) with what stands in the list of transfers, its
 * columns named by the line for NULL. No spreadsheet takes a cell for a formula. Free with
 * g_free().
 */
char *ic_log_words_dup_csv (const IcTransfer *transfer);

G_END_DECLS
