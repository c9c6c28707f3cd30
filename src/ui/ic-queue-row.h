/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An activity on the page of the queue, with what can be done to it there: moved while it waits,
 * tried again or put away when it has ended.
 */
#pragma once

#include "model/ic-workspace.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define IC_TYPE_QUEUE_ROW (ic_queue_row_get_type ())
G_DECLARE_FINAL_TYPE (IcQueueRow, ic_queue_row, IC, QUEUE_ROW, GtkListBoxRow)

GtkWidget *ic_queue_row_new (IcWorkspace *workspace, IcActivity *activity);

IcActivity *ic_queue_row_get_activity (IcQueueRow *self);

/* By one place among those that wait; does nothing for others. */
void ic_queue_row_move (IcQueueRow *self, gboolean up);

/* What the key Delete does: stops it, or puts it away when it has ended. */
void ic_queue_row_stop (IcQueueRow *self);

G_END_DECLS
