/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is looked at before a transfer begins, as sentences: good, worth a thought, or in the way,
 * each with what to do about it.
 */
#pragma once

#include "model/ic-transfer-order.h"

G_BEGIN_DECLS

typedef enum
{
  IC_CHECK_GOOD,
  IC_CHECK_WARNING,
  IC_CHECK_STOP,
} IcCheckLevel;

typedef struct
{
  IcCheckLevel level;
  char *sentence;
  char *remedy;        /* "" when nothing needs to be done */
  IcTransferStep step; /* where it is mended */
} IcTransferCheck;

void ic_transfer_check_free (gpointer check);

/* Of IcTransferCheck. */
GPtrArray *ic_transfer_check_all (IcTransferOrder *order);

/* Whether none of them is in the way. */
gboolean ic_transfer_check_may_start (GPtrArray *checks);

/* "fits a CD", "fits a DVD", "needs 3 DVDs"; free with g_free(). */
char *ic_transfer_check_dup_fit (guint64 size_bytes);

G_END_DECLS
