/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An activity in a list: what, how far, how long still, how it ended, and a button to stop it that
 * asks where stopping would spoil a disc.
 */
#pragma once

#include "model/ic-activity.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define IC_TYPE_ACTIVITY_ROW (ic_activity_row_get_type ())
G_DECLARE_FINAL_TYPE (IcActivityRow, ic_activity_row, IC, ACTIVITY_ROW, GtkWidget)

GtkWidget *ic_activity_row_new (IcActivity *activity);

/* "about 3 minutes left"; NULL while nothing can be said. Free with g_free(). */
char *ic_activity_row_dup_time_left (gint64 seconds);

/* Asks it to stop; where that would spoil a disc, the person is asked first. */
void ic_activity_row_stop (GtkWidget *parent, IcActivity *activity);

G_END_DECLS
