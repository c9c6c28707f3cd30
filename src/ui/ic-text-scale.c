/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-text-scale.h"

#define USUAL_DPI (96 * 1024) /* as gtk-xft-dpi counts */

int
ic_text_scale_width (int width)
{
  int dpi = 0;

  g_object_get (gtk_settings_get_default (), "gtk-xft-dpi", &dpi, NULL);
  return dpi > USUAL_DPI ? (int) ((gint64) width * dpi / USUAL_DPI) : width;
}

void
ic_text_scale_columns (GtkColumnView *table)
{
  GListModel *columns = gtk_column_view_get_columns (table);

  for (guint i = 0; i < g_list_model_get_n_items (columns); i++)
    {
      g_autoptr(GtkColumnViewColumn) column = g_list_model_get_item (columns, i);
      int width = gtk_column_view_column_get_fixed_width (column);

      if (width > 0)
        gtk_column_view_column_set_fixed_width (column, ic_text_scale_width (width));
    }
}

void
ic_text_scale_request (GtkWidget *widget, int limit)
{
  int width = 0;
  int height = 0;

  gtk_widget_get_size_request (widget, &width, &height);
  gtk_widget_set_size_request (widget, MIN (ic_text_scale_width (width), limit), height);
}
