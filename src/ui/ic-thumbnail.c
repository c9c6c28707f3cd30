/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-thumbnail.h"

#include <glib/gi18n.h>

#define EDGE 112

struct _IcThumbnail
{
  GtkWidget parent_instance;

  IcWorkspace *workspace;
  char *study_uid;
  char *series_uid;
  char *source;
  GCancellable *cancellable; /* of what is asked; NULL while nothing is */
  GdkTexture *texture;
  GtkImage *symbol;
};

G_DEFINE_FINAL_TYPE (IcThumbnail, ic_thumbnail, GTK_TYPE_WIDGET)

static GdkTexture *
make_texture (IcPicture *picture)
{
  gsize n = (gsize) picture->columns * picture->rows;
  const guint8 *pixels = NULL;
  g_autofree guint8 *rgb = NULL;
  g_autoptr(GBytes) bytes = NULL;

  if (picture->channels == 3)
    bytes = g_bytes_ref (picture->pixels);
  else
    {
      pixels = g_bytes_get_data (picture->pixels, NULL);
      rgb = g_malloc (n * 3);
      for (gsize i = 0; i < n; i++)
        rgb[3 * i] = rgb[3 * i + 1] = rgb[3 * i + 2] = pixels[i];
      bytes = g_bytes_new_take (g_steal_pointer (&rgb), n * 3);
    }
  return gdk_memory_texture_new ((int) picture->columns, (int) picture->rows, GDK_MEMORY_R8G8B8,
                                 bytes, picture->columns * 3UL);
}

static void
show_symbol (IcThumbnail *self, const char *icon, const char *name)
{
  gtk_image_set_from_icon_name (self->symbol, icon);
  gtk_widget_set_visible (GTK_WIDGET (self->symbol), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
show_picture (IcThumbnail *self, IcPicture *picture)
{
  self->texture = make_texture (picture);
  gtk_widget_set_visible (GTK_WIDGET (self->symbol), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Preview"), -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
ready_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(IcPicture) picture = ic_thumbnails_ask_finish (IC_THUMBNAILS (source), result, &error);
  IcThumbnail *self = user_data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* it shows something else by now, or is gone */
  g_clear_object (&self->cancellable);
  if (picture != NULL)
    show_picture (self, picture);
  else
    show_symbol (self, "image-missing-symbolic", _ ("No preview"));
}

static void
ask (IcThumbnail *self)
{
  IcThumbnails *thumbnails = NULL;

  if (self->series_uid == NULL || self->cancellable != NULL || self->texture != NULL)
    return;
  thumbnails = ic_workspace_get_thumbnails (self->workspace);
  self->cancellable = g_cancellable_new ();
  ic_thumbnails_ask_async (thumbnails, self->study_uid, self->series_uid, self->source,
                           self->cancellable, ready_cb, self);
}

static void
ic_thumbnail_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (ic_thumbnail_parent_class)->map (widget);
  ask (IC_THUMBNAIL (widget));
}

static void
ic_thumbnail_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  IcThumbnail *self = IC_THUMBNAIL (widget);
  float width = (float) gtk_widget_get_width (widget);
  float height = (float) gtk_widget_get_height (widget);
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, width, height);
  float scale = 0;

  gtk_snapshot_append_color (snapshot, &(const GdkRGBA){ 0, 0, 0, 1 }, &bounds);
  if (self->texture != NULL)
    {
      float columns = (float) gdk_texture_get_width (self->texture);
      float rows = (float) gdk_texture_get_height (self->texture);

      scale = MIN (width / columns, height / rows);
      bounds = GRAPHENE_RECT_INIT ((width - columns * scale) / 2, (height - rows * scale) / 2,
                                   columns * scale, rows * scale);
      gtk_snapshot_append_texture (snapshot, self->texture, &bounds);
    }
  GTK_WIDGET_CLASS (ic_thumbnail_parent_class)->snapshot (widget, snapshot);
}

static void
ic_thumbnail_dispose (GObject *object)
{
  IcThumbnail *self = IC_THUMBNAIL (object);

  if (self->symbol != NULL)
    ic_thumbnail_clear (self);
  g_clear_object (&self->workspace);
  if (self->symbol != NULL)
    gtk_widget_unparent (GTK_WIDGET (g_steal_pointer (&self->symbol)));
  G_OBJECT_CLASS (ic_thumbnail_parent_class)->dispose (object);
}

static void
ic_thumbnail_class_init (IcThumbnailClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ic_thumbnail_dispose;
  widget_class->map = ic_thumbnail_map;
  widget_class->snapshot = ic_thumbnail_snapshot;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "thumbnail");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
ic_thumbnail_init (IcThumbnail *self)
{
  self->symbol = GTK_IMAGE (gtk_image_new ());
  gtk_widget_set_halign (GTK_WIDGET (self->symbol), GTK_ALIGN_CENTER);
  gtk_widget_set_valign (GTK_WIDGET (self->symbol), GTK_ALIGN_CENTER);
  gtk_image_set_pixel_size (self->symbol, 24);
  gtk_widget_set_parent (GTK_WIDGET (self->symbol), GTK_WIDGET (self));
  gtk_widget_set_size_request (GTK_WIDGET (self), EDGE, EDGE);
  show_symbol (self, "image-x-generic-symbolic", _ ("No preview"));
}

GtkWidget *
ic_thumbnail_new (void)
{
  return g_object_new (IC_TYPE_THUMBNAIL, NULL);
}

void
ic_thumbnail_clear (IcThumbnail *self)
{
  g_return_if_fail (IC_IS_THUMBNAIL (self));
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->texture);
  g_clear_pointer (&self->study_uid, g_free);
  g_clear_pointer (&self->series_uid, g_free);
  g_clear_pointer (&self->source, g_free);
  show_symbol (self, "image-x-generic-symbolic", _ ("No preview"));
}

void
ic_thumbnail_set_series (IcThumbnail *self,
                         IcWorkspace *workspace,
                         const char *study_uid,
                         const char *series_uid,
                         const char *source)
{
  g_return_if_fail (IC_IS_THUMBNAIL (self));
  if (g_strcmp0 (self->series_uid, series_uid) == 0 &&
      (self->texture != NULL || g_strcmp0 (self->source, source) == 0))
    return;
  ic_thumbnail_clear (self);
  g_set_object (&self->workspace, workspace);
  self->study_uid = g_strdup (study_uid);
  self->series_uid = g_strdup (series_uid);
  self->source = g_strdup (source);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    ask (self);
}
