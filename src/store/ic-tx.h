/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Transactions on the store. They exist only while a function runs on the store's own thread, and
 * the types say who may write: a function that is handed an IcReadTx cannot. What the function does
 * is kept only if it returns TRUE and the commit succeeds.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _IcReadTx IcReadTx;
typedef struct _IcWriteTx IcWriteTx;

/* Run on the store's thread. FALSE with @error set rolls back. They must not call the store. */
typedef gboolean (*IcReadFunc) (IcReadTx *tx, gpointer data, GError **error);
typedef gboolean (*IcWriteFunc) (IcWriteTx *tx, gpointer data, GError **error);

/* Reads inside a write transaction, which sees what it wrote; borrowed. */
IcReadTx *ic_write_tx_read (IcWriteTx *tx);

G_END_DECLS
