/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-text-table.h"

#include "ui/ic-text-cell.h"

struct _IcTextRow
{
  GObject parent_instance;

  char **cells;
  gboolean is_bad;
};

G_DEFINE_FINAL_TYPE (IcTextRow, ic_text_row, G_TYPE_OBJECT)

static void
ic_text_row_finalize (GObject *object)
{
  g_strfreev (IC_TEXT_ROW (object)->cells);
  G_OBJECT_CLASS (ic_text_row_parent_class)->finalize (object);
}

static void
ic_text_row_class_init (IcTextRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ic_text_row_finalize;
}

static void
ic_text_row_init (IcTextRow *self)
{
}

IcTextRow *
ic_text_row_new (char **cells, gboolean is_bad)
{
  IcTextRow *self = g_object_new (IC_TYPE_TEXT_ROW, NULL);

  self->cells = cells;
  self->is_bad = is_bad;
  return self;
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer column)
{
  GtkWidget *cell = ic_text_cell_new (((const IcTextColumn *) column)->is_number);

  gtk_widget_add_css_class (cell, "numeric");
  gtk_list_item_set_child (item, cell);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer column)
{
  IcTextRow *row = gtk_list_item_get_item (item);
  GtkWidget *cell = gtk_list_item_get_child (item);
  guint index = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (factory), "index"));

  ic_text_cell_set_text (IC_TEXT_CELL (cell), row->cells[index]);
  if (row->is_bad)
    gtk_widget_add_css_class (cell, "error");
  else
    gtk_widget_remove_css_class (cell, "error");
}

GtkWidget *
ic_text_table_new (const IcTextColumn *columns,
                   guint n_columns,
                   const char *name,
                   GListModel *model)
{
  GtkSelectionModel *selection = GTK_SELECTION_MODEL (gtk_no_selection_new (model));
  GtkWidget *table = gtk_column_view_new (selection);
  GtkWidget *scroller = gtk_scrolled_window_new ();

  gtk_widget_add_css_class (table, "data-table");
  gtk_widget_add_css_class (table, "ic-dense");
  gtk_accessible_update_property (GTK_ACCESSIBLE (table), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  ic_text_cell_name_table (GTK_COLUMN_VIEW (table), name);
  for (guint i = 0; i < n_columns; i++)
    {
      GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
      g_autoptr(GtkColumnViewColumn) column = NULL;

      g_object_set_data (G_OBJECT (factory), "index", GUINT_TO_POINTER (i));
      g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), (gpointer) &columns[i]);
      g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), (gpointer) &columns[i]);
      column = gtk_column_view_column_new (columns[i].title, factory);
      gtk_column_view_column_set_expand (column, columns[i].expands);
      gtk_column_view_column_set_resizable (column, TRUE);
      gtk_column_view_append_column (GTK_COLUMN_VIEW (table), column);
    }
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), table);
  gtk_widget_set_vexpand (scroller, TRUE);
  return scroller;
}
