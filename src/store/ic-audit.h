/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The log that cannot be changed unnoticed: each event carries the SHA-256 of the event before and
 * of itself. Personal values stand in rows of their own, and the chain holds only their salted
 * digests, so that lawful erasure leaves it valid. Who can write the file can compute a new chain:
 * therefore its head ("N:HASH") is printed on everything that leaves the house, and checked
 * against.
 */
#pragma once

#include "store/ic-tx.h"

G_BEGIN_DECLS

typedef struct
{
  const char *name; /* NULL ends an array */
  const char *value;
} IcAuditField;

typedef struct
{
  const char *operator_name;
  const char *action;           /* "transfer-started" and the like */
  gint64 request;               /* 0 for none */
  gint64 transfer;              /* 0 for none */
  const IcAuditField *details;  /* nothing personal; NULL for none */
  const IcAuditField *personal; /* "" values are left out; NULL for none */
} IcAuditEvent;

/* What a check of the whole chain found. */
typedef struct
{
  gint64 n_events;
  gint64 n_personal; /* personal values that are there and agree */
  gint64 n_erased;   /* those that were erased by an event that says so */
  char *head;        /* "N:HASH" */
} IcAuditReport;

gboolean ic_audit_append (IcWriteTx *tx, const IcAuditEvent *event, GError **error);

/* "N:HASH" of the last event, "0:" and 64 zeros of an empty log; free with g_free(). */
char *ic_audit_dup_head (IcReadTx *tx, GError **error);

/* Removes the personal values of event @n, and logs that this was done. */
gboolean ic_audit_erase (IcWriteTx *tx, gint64 n, const char *operator_name, GError **error);

/* Checks every event, every personal value that is still there, every head kept with a transfer,
 * the evidence of every transfer that ended, the personal columns of requests and transfers, and
 * @anchor ("N:HASH") where given.
 * IC_ERROR_STORE_DAMAGED names the first event that does not agree; IC_ERROR_USAGE when @anchor is
 * not one.
 */
IcAuditReport *ic_audit_verify (IcReadTx *tx, const char *anchor, GError **error);
void ic_audit_report_free (IcAuditReport *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcAuditReport, ic_audit_report_free)

G_END_DECLS
