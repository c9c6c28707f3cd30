/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking up transfers in the log, newest first, page by page. */
#pragma once

#include "domain/ic-transfer.h"
#include "store/ic-tx.h"

G_BEGIN_DECLS

/* NULL, "" and 0 do not matter. */
typedef struct
{
  const char *text;         /* words, each anywhere (up to two letters: at the start of a word) */
  const char *patient_id;   /* with "*" and "?" */
  const char *patient_name; /* as in IcStudyFilter */
  const char *recipient;    /* with "*" and "?", case and accents do not matter */
  const char *study_uid;
  gboolean has_state;
  IcTransferState state;
  gint64 from;   /* begun then or later, seconds since 1970 */
  gint64 before; /* begun earlier than this */
} IcTransferFilter;

/* At most @limit of IcTransfer, without series and instances, that come after @before_id, the id of
 * the last one of the page before (0: from the newest).
 */
GPtrArray *ic_transfer_search (IcReadTx *tx,
                               const IcTransferFilter *filter,
                               gint64 before_id,
                               guint limit,
                               GError **error);

/* When images of @study_uid went out last, in whatever completeness, and to whom; 0 and NULL when
 * they never did. Free *@recipient with g_free().
 */
gboolean ic_transfer_search_last_sent (IcReadTx *tx,
                                       const char *study_uid,
                                       gint64 *sent_at,
                                       char **recipient,
                                       GError **error);

/* Gives each of @transfers, which a search found, its series. */
gboolean ic_transfer_search_load_series (IcReadTx *tx, GPtrArray *transfers, GError **error);

G_END_DECLS
