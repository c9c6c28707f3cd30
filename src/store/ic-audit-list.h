/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading the events of the log that belong together. Checking them is in ic-audit.h. */
#pragma once

#include "store/ic-tx.h"

G_BEGIN_DECLS

/* One event, without its personal values. */
typedef struct
{
  gint64 n;
  char *time; /* ISO 8601, UTC */
  char *operator_name;
  char *action;
  char *details; /* a JSON object of strings */
  char *hash;
} IcAuditEntry;

/* The events of transfer @transfer and of its request, oldest first, as GPtrArray of IcAuditEntry.
 */
GPtrArray *ic_audit_list_for_transfer (IcReadTx *tx, gint64 transfer, GError **error);
void ic_audit_entry_free (IcAuditEntry *self);

/* The detail called @name, of those that are IDs, digests, numbers and words: it may have neither
 * quotes nor backslashes. "" when there is none; free with g_free().
 */
char *ic_audit_entry_dup_detail (const IcAuditEntry *self, const char *name);

/* Which of how many media the event is about, from its detail "disc", "1 of 3"; what it does not
 * say stays as it was.
 */
void ic_audit_entry_get_disc (const IcAuditEntry *self, guint *number, guint *n_discs);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcAuditEntry, ic_audit_entry_free)

G_END_DECLS
