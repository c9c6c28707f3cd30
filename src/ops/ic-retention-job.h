/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Removes the studies that were here for longer than the setting "keep-days" since they last came
 * or went. The log keeps what is said of them there.
 */
#pragma once

#include "core/ic-job.h"
#include "ops/ic-desk.h"

G_BEGIN_DECLS

/* Nothing goes while any transfer runs, and nothing that a waiting job needs. Each removal is an
 * event of the log. Result: how many went, a guint.
 */
IcJob *ic_retention_job_new (IcDesk *desk);

/* What would go with another setting. */
typedef struct
{
  guint64 days;
  guint n_studies;
  guint64 size_bytes;
} IcRetentionOutlook;

/* An IcReadFunc; @data: IcRetentionOutlook, of which days says what is asked. */
gboolean ic_retention_foresee (IcReadTx *tx, gpointer data, GError **error);

G_END_DECLS
