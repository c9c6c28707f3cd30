/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps in the store what was asked for and has not ended, one change after another and without
 * holding up the main loop. Belongs to the main thread.
 */
#pragma once

#include "ops/ic-desk.h"
#include "store/ic-order-repo.h"

G_BEGIN_DECLS

#define IC_TYPE_ORDER_BOOK (ic_order_book_get_type ())
G_DECLARE_FINAL_TYPE (IcOrderBook, ic_order_book, IC, ORDER_BOOK, GObject)

/* Signal "failed" (a GError): something could not be kept. */
IcOrderBook *ic_order_book_new (IcDesk *desk);

/* Takes @order. */
void ic_order_book_add (IcOrderBook *self, IcOrder *order);
void ic_order_book_begin (IcOrderBook *self, const char *id);
void ic_order_book_remove (IcOrderBook *self, const char *id);

/* The ids of those that wait, in order; NULL-terminated, taken. */
void ic_order_book_arrange (IcOrderBook *self, char **ids);

/* Whether everything that was handed in is kept. */
gboolean ic_order_book_is_settled (IcOrderBook *self);

G_END_DECLS
