/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The canonical encoding under the hashes, shared by who writes and who checks. */
#pragma once

#include "core/ic-digest.h"
#include "store/ic-audit.h"

G_BEGIN_DECLS

#define IC_AUDIT_NO_HASH "0000000000000000000000000000000000000000000000000000000000000000"
#define IC_AUDIT_ERASED "personal-erased"
#define IC_AUDIT_REQUEST_OPENED "request-opened"
#define IC_AUDIT_TRANSFER_BEGUN "transfer-begun"
#define IC_AUDIT_TRANSFER_ENDED "transfer-ended"

typedef struct
{
  gint64 n;
  const char *time; /* ISO 8601, UTC */
  const char *operator_name;
  const char *action;
  gint64 request;
  gint64 transfer;
  const char *details;
  const char *personal; /* a line "name=digest" for each personal value */
} IcAuditRow;

/* Values go in as "LENGTH:BYTES,", so that no two rows share an encoding. */
void ic_audit_digest_text (IcDigest *digest, const char *text);
void ic_audit_digest_int64 (IcDigest *digest, gint64 value);

void ic_audit_hash_row (const IcAuditRow *row, const char *previous, char hash[IC_DIGEST_HEX_SIZE]);
void ic_audit_hash_personal (const char *salt, const char *value, char hash[IC_DIGEST_HEX_SIZE]);

/* The digest of everything about transfer @id that is not personal: its row, series and instances.
 * Free with g_free().
 */
char *ic_audit_dup_evidence (IcReadTx *tx, gint64 transfer, GError **error);

/* Whether the personal columns of the request that @row opened, or of the transfer that it ended,
 * say what @row logged. What was empty or has been erased since must be empty in them.
 */
gboolean ic_audit_check_columns (IcReadTx *tx,
                                 const IcAuditRow *row,
                                 gboolean *agrees,
                                 GError **error);

G_END_DECLS
