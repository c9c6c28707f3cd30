/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-drive-list.h"

#include <glib/gi18n.h>

struct _IcDriveList
{
  AdwBin parent_instance;

  IcDriveWatch *watch;
  GtkBox *lines;
  gboolean is_following;
};

G_DEFINE_FINAL_TYPE (IcDriveList, ic_drive_list, ADW_TYPE_BIN)

static void
add_line (IcDriveList *self)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *icon = gtk_image_new_from_icon_name ("drive-optical-symbolic");
  GtkWidget *label = gtk_label_new (NULL);

  gtk_accessible_update_property (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Drive"),
                                  -1);
  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 18);
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, "numeric");
  gtk_box_append (GTK_BOX (line), icon);
  gtk_box_append (GTK_BOX (line), label);
  gtk_box_append (self->lines, line);
}

/* Lines stay as long as they can: nothing moves while a disc is written. */
static void
keep_lines (IcDriveList *self, guint n)
{
  GtkWidget *line = gtk_widget_get_first_child (GTK_WIDGET (self->lines));
  guint n_lines = 0;

  for (; line != NULL; n_lines++)
    {
      GtkWidget *next = gtk_widget_get_next_sibling (line);

      if (n_lines >= n)
        gtk_box_remove (self->lines, line);
      line = next;
    }
  for (; n_lines < n; n_lines++)
    add_line (self);
}

static void
show_drives (IcDriveList *self)
{
  guint n = ic_drive_watch_count (self->watch);
  GtkWidget *line = NULL;

  keep_lines (self, n);
  line = gtk_widget_get_first_child (GTK_WIDGET (self->lines));
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *state = ic_drive_watch_dup_state (self->watch, i);
      g_autofree char *name = ic_drive_watch_dup_name (self->watch, i);
      GtkWidget *label = gtk_widget_get_last_child (line);

      gtk_label_set_text (GTK_LABEL (label), state);
      gtk_widget_set_tooltip_text (line, name);
      line = gtk_widget_get_next_sibling (line);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->lines), n > 0);
}

static void
follow (IcDriveList *self, gboolean is_following)
{
  if (self->watch == NULL || self->is_following == is_following)
    return;
  self->is_following = is_following;
  if (is_following)
    ic_drive_watch_follow (self->watch);
  else
    ic_drive_watch_unfollow (self->watch);
}

static void
ic_drive_list_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (ic_drive_list_parent_class)->map (widget);
  follow (IC_DRIVE_LIST (widget), TRUE);
}

static void
ic_drive_list_unmap (GtkWidget *widget)
{
  follow (IC_DRIVE_LIST (widget), FALSE);
  GTK_WIDGET_CLASS (ic_drive_list_parent_class)->unmap (widget);
}

static void
ic_drive_list_dispose (GObject *object)
{
  IcDriveList *self = IC_DRIVE_LIST (object);

  follow (self, FALSE);
  g_clear_object (&self->watch);
  G_OBJECT_CLASS (ic_drive_list_parent_class)->dispose (object);
}

static void
ic_drive_list_class_init (IcDriveListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ic_drive_list_dispose;
  GTK_WIDGET_CLASS (klass)->map = ic_drive_list_map;
  GTK_WIDGET_CLASS (klass)->unmap = ic_drive_list_unmap;
}

static void
ic_drive_list_init (IcDriveList *self)
{
  self->lines = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 6));
  gtk_widget_set_visible (GTK_WIDGET (self->lines), FALSE);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->lines));
}

void
ic_drive_list_set_watch (IcDriveList *self, IcDriveWatch *watch)
{
  g_return_if_fail (IC_IS_DRIVE_LIST (self) && self->watch == NULL);
  self->watch = g_object_ref (watch);
  g_signal_connect_object (watch, "changed", G_CALLBACK (show_drives), self, G_CONNECT_SWAPPED);
  show_drives (self);
  follow (self, gtk_widget_get_mapped (GTK_WIDGET (self)));
}
