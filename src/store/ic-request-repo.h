/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who asks for images and who they go to: the address book and the requests. Opening a request is
 * an event in the log.
 */
#pragma once

#include "domain/ic-transfer.h"
#include "store/ic-tx.h"

G_BEGIN_DECLS

/* Sets @recipient->id: of the one that has this name already, whose other fields are left as they
 * are, or of a new row.
 */
gboolean ic_recipient_repo_ensure (IcWriteTx *tx, IcRecipient *recipient, GError **error);

/* Fails with IC_ERROR_NOT_FOUND. */
IcRecipient *ic_recipient_repo_find (IcReadTx *tx, const char *name, GError **error);

/* Keeps @recipient under its name, with the organisation and contact that it has now; sets its id.
 */
gboolean ic_recipient_repo_put (IcWriteTx *tx, IcRecipient *recipient, GError **error);

/* Those of whom a word of the name or organisation begins with @prefix, whatever case and accents,
 * in order of name: at most @limit of IcRecipient, after the name @after (NULL: from the start).
 */
GPtrArray *ic_recipient_repo_search (IcReadTx *tx,
                                     const char *prefix,
                                     const char *after,
                                     guint limit,
                                     GError **error);

/* Sets @request->id, and logs that it was opened by @operator_name. */
gboolean ic_request_repo_open (IcWriteTx *tx,
                               IcRequest *request,
                               const char *operator_name,
                               GError **error);

/* Fails with IC_ERROR_NOT_FOUND. */
IcRequest *ic_request_repo_find (IcReadTx *tx, gint64 id, GError **error);

G_END_DECLS
