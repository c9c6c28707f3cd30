/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Widths that are given for letters of the usual size, as large as the letters are. Looked at when
 * a widget is made.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

int ic_text_scale_width (int width);

/* All columns of a fixed width. */
void ic_text_scale_columns (GtkColumnView *table);

/* What @widget was told to request, up to @limit. */
void ic_text_scale_request (GtkWidget *widget, int limit);

G_END_DECLS
