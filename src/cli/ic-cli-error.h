/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one place that turns errors into what people read and programs see: a sentence that says what
 * happened, to which item and what to do next, and an exit code. Nothing here prints.
 */
#pragma once

#include "core/ic-error.h"
#include "domain/ic-transfer.h"

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

/* Whether it is something that a node did or did not do. */
gboolean ic_cli_error_is_of_node (const GError *error);

/* What the sentence is about; all optional but @help. */
typedef struct
{
  const char *subject;        /* the item it happened to, without patient data */
  gboolean subject_is_phrase; /* our own words ("the log"), not a name that somebody gave */
  const char *our_aet;        /* how we called ourselves to it */
  const char *help;           /* the command that explains the usage */
} IcCliErrorContext;

/* Free with g_free(). */
char *ic_cli_error_dup_sentence (const GError *error, const IcCliErrorContext *context);

/* What is left to do about a transfer that was carried out but not proved; NULL for one that was.
 * Free with g_free().
 */
char *ic_cli_transfer_dup_sentence (IcTransfer *transfer);

G_END_DECLS
