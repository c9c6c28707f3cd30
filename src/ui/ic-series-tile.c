/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-series-tile.h"

#include "ui/ic-thumbnail.h"
#include "ui/ic-template.h"

struct _IcSeriesTile
{
  GtkWidget parent_instance;

  IcWorkspace *workspace;
  IcSeriesRow *series;
  char *source;
  gulong changed_id;
  IcThumbnail *thumbnail;
  GtkLabel *title;
  GtkLabel *counts;
};

G_DEFINE_FINAL_TYPE (IcSeriesTile, ic_series_tile, GTK_TYPE_WIDGET)

/* The list makes a cell around the tile and does not know what to call it. */
static void
name_tile (IcSeriesTile *self, const char *title)
{
  GtkWidget *cell = gtk_widget_get_parent (GTK_WIDGET (self));

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  if (cell != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (cell), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                    -1);
}

static void
show_series (IcSeriesTile *self)
{
  g_autofree char *title = ic_series_row_dup_title (self->series);
  g_autofree char *images = ic_series_row_dup_counts (self->series);
  g_autofree char *counts = g_strdup_printf ("%s%s%s", ic_series_row_get_modality (self->series),
                                             *images != '\0' ? " · " : "", images);

  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->counts, counts);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), title);
  name_tile (self, title);
  /* What has come here meanwhile is taken from here. */
  ic_thumbnail_set_series (self->thumbnail, self->workspace,
                           ic_series_row_get_study_uid (self->series),
                           ic_series_row_get_uid (self->series),
                           ic_series_row_get_n_here (self->series) > 0 ? "" : self->source);
}

static void
ic_series_tile_dispose (GObject *object)
{
  IcSeriesTile *self = IC_SERIES_TILE (object);

  if (self->series != NULL)
    g_clear_signal_handler (&self->changed_id, self->series);
  g_clear_object (&self->series);
  g_clear_object (&self->workspace);
  g_clear_pointer (&self->source, g_free);
  ic_template_dispose (GTK_WIDGET (self), IC_TYPE_SERIES_TILE);
  G_OBJECT_CLASS (ic_series_tile_parent_class)->dispose (object);
}

static void
ic_series_tile_class_init (IcSeriesTileClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ic_series_tile_dispose;
  g_type_ensure (IC_TYPE_THUMBNAIL);
  gtk_widget_class_set_template_from_resource (widget_class, IC_UI_PATH "ic-series-tile.ui");
  gtk_widget_class_bind_template_child (widget_class, IcSeriesTile, thumbnail);
  gtk_widget_class_bind_template_child (widget_class, IcSeriesTile, title);
  gtk_widget_class_bind_template_child (widget_class, IcSeriesTile, counts);
}

static void
ic_series_tile_init (IcSeriesTile *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
ic_series_tile_new (void)
{
  return g_object_new (IC_TYPE_SERIES_TILE, NULL);
}

void
ic_series_tile_show (IcSeriesTile *self,
                     IcWorkspace *workspace,
                     IcSeriesRow *series,
                     const char *source)
{
  g_return_if_fail (IC_IS_SERIES_TILE (self));
  if (self->series != NULL)
    g_clear_signal_handler (&self->changed_id, self->series);
  g_set_object (&self->series, series);
  g_set_object (&self->workspace, workspace);
  g_free (self->source);
  self->source = g_strdup (source);
  if (series == NULL)
    {
      ic_thumbnail_clear (self->thumbnail);
      return;
    }
  self->changed_id = g_signal_connect_swapped (series, "changed", G_CALLBACK (show_series), self);
  show_series (self);
}
