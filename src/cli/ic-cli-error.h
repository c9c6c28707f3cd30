/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What programs see of how a verb ended, the exit code, and what is left to do after a transfer
 * that is not proved.
 */
#pragma once

#include "domain/ic-transfer.h"
#include "words/ic-error-words.h"

G_BEGIN_DECLS

typedef enum
{
  IC_EXIT_SUCCEEDED = 0,
  IC_EXIT_FAILED = 1,
  IC_EXIT_USAGE = 2,
  IC_EXIT_NOT_PROVED = 3, /* incomplete or unproven */
  IC_EXIT_REFUSED = 4,    /* by a safety rule */
  IC_EXIT_CANCELLED = 130,
} IcExit;

IcExit ic_cli_error_get_exit (const GError *error);
IcExit ic_cli_exit_for_state (IcTransferState state);

/* How a transfer ended that ended with @error before it could say so itself. */
IcTransferState ic_cli_error_get_state (const GError *error);

/* What is left to do about a transfer that was carried out but not proved; NULL for one that was.
 * Free with g_free().
 */
char *ic_cli_transfer_dup_sentence (IcTransfer *transfer);

G_END_DECLS
