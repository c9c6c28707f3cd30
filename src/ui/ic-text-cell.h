/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line of text in a cell of a GtkColumnView, with the whole of it as tooltip where there is no
 * room. It tells a screen reader what the cell and the row around it are, which the toolkit names
 * after their classes.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define IC_TYPE_TEXT_CELL (ic_text_cell_get_type ())
G_DECLARE_FINAL_TYPE (IcTextCell, ic_text_cell, IC, TEXT_CELL, GtkWidget)

/* Properties: "text" (rw), "is-number" (rw): set to the right. */
GtkWidget *ic_text_cell_new (gboolean is_number);

void ic_text_cell_set_text (IcTextCell *self, const char *text);

/* However narrow the column is. */
void ic_text_cell_set_width_chars (IcTextCell *self, int n);

/* The list inside @table is called @name, its line of titles what it is. */
void ic_text_cell_name_table (GtkColumnView *table, const char *name);

G_END_DECLS
