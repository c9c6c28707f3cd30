/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/ic-transfer-item.h"

struct _IcTransferItem
{
  GObject parent_instance;

  IcTransfer *transfer;
};

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IcTransferItem, ic_transfer_item, G_TYPE_OBJECT)

static void
ic_transfer_item_finalize (GObject *object)
{
  g_clear_pointer (&IC_TRANSFER_ITEM (object)->transfer, ic_transfer_free);
  G_OBJECT_CLASS (ic_transfer_item_parent_class)->finalize (object);
}

static void
ic_transfer_item_class_init (IcTransferItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ic_transfer_item_finalize;
  signals[CHANGED] = g_signal_new ("changed", IC_TYPE_TRANSFER_ITEM, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
ic_transfer_item_init (IcTransferItem *self)
{
}

IcTransferItem *
ic_transfer_item_new (void)
{
  return g_object_new (IC_TYPE_TRANSFER_ITEM, NULL);
}

void
ic_transfer_item_take (IcTransferItem *self, IcTransfer *transfer)
{
  g_return_if_fail (IC_IS_TRANSFER_ITEM (self));
  g_clear_pointer (&self->transfer, ic_transfer_free);
  self->transfer = transfer;
  g_signal_emit (self, signals[CHANGED], 0);
}

IcTransfer *
ic_transfer_item_get (IcTransferItem *self)
{
  g_return_val_if_fail (IC_IS_TRANSFER_ITEM (self), NULL);
  return self->transfer;
}
