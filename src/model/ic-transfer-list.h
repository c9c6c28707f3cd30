/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The log as a list, newest first, read page by page as somebody looks further down. It holds only
 * the pages that were looked at last, however long it grows: an item of another page is there at
 * once, empty, and fills a moment later. Belongs to the main thread.
 */
#pragma once

#include "model/ic-transfer-item.h"
#include "model/ic-workspace.h"
#include "store/ic-transfer-search.h"

G_BEGIN_DECLS

#define IC_TYPE_TRANSFER_LIST (ic_transfer_list_get_type ())
G_DECLARE_FINAL_TYPE (IcTransferList, ic_transfer_list, IC, TRANSFER_LIST, GObject)

#define IC_TRANSFER_LIST_PAGE 100
#define IC_TRANSFER_LIST_PAGES 40 /* that are held */

/* A GListModel of IcTransferItem. Properties, notified: "loading" (the first page is being read),
 * "failure" (why nothing can be read; NULL).
 */
IcTransferList *ic_transfer_list_new (IcWorkspace *workspace);

/* Reads anew what fits. Texts are copied; what was asked for before is forgotten. */
void ic_transfer_list_search (IcTransferList *self, const IcTransferFilter *filter);

/* Takes in what was begun or has ended since, without moving what is there. */
void ic_transfer_list_refresh (IcTransferList *self);

gboolean ic_transfer_list_is_loading (IcTransferList *self);

/* How many pages are in memory. */
guint ic_transfer_list_count_pages (IcTransferList *self);

G_END_DECLS
