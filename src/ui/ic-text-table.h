/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table of plain text that may be long: rows are made on demand. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define IC_TYPE_TEXT_ROW (ic_text_row_get_type ())
G_DECLARE_FINAL_TYPE (IcTextRow, ic_text_row, IC, TEXT_ROW, GObject)

/* Takes @cells, NULL-terminated. @is_bad: shown so that it is seen. */
IcTextRow *ic_text_row_new (char **cells, gboolean is_bad);

typedef struct
{
  const char *title;
  gboolean is_number; /* set to the right */
  gboolean expands;
} IcTextColumn;

/* @model: of IcTextRow, taken. */
GtkWidget *ic_text_table_new (const IcTextColumn *columns,
                              guint n_columns,
                              const char *name,
                              GListModel *model);

G_END_DECLS
