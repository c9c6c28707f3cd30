/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A transfer of the log in a list. It may stand there before it was read. Belongs to the main
 * thread.
 */
#pragma once

#include "domain/ic-transfer.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define IC_TYPE_TRANSFER_ITEM (ic_transfer_item_get_type ())
G_DECLARE_FINAL_TYPE (IcTransferItem, ic_transfer_item, IC, TRANSFER_ITEM, GObject)

/* Signal "changed": there is another transfer in it. */
IcTransferItem *ic_transfer_item_new (void);

/* Takes @transfer. */
void ic_transfer_item_take (IcTransferItem *self, IcTransfer *transfer);

/* With series, without instances; NULL while it is being read. Borrowed. */
IcTransfer *ic_transfer_item_get (IcTransferItem *self);

G_END_DECLS
