/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-lookup-bar.h"

#include "model/ic-lookup.h"

#include <glib/gi18n.h>

struct _IcLookupBar
{
  AdwBin parent_instance;

  IcLookup *lookup;
  GtkSearchEntry *entry;
  GtkPopover *popover;
  GtkStack *stack;
  GtkListView *list;
  GtkSingleSelection *selection;
};

enum
{
  PATIENT_CHOSEN,
  TRANSFER_CHOSEN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IcLookupBar, ic_lookup_bar, ADW_TYPE_BIN)

static char *
dup_icon_name (IcLookupHit *hit)
{
  return g_strdup (ic_lookup_hit_get_kind (hit) == IC_LOOKUP_PATIENT
                       ? "avatar-default-symbolic"
                       : "document-open-recent-symbolic");
}

static char *
dup_kind (IcLookupHit *hit)
{
  return g_strdup (ic_lookup_hit_get_kind (hit) == IC_LOOKUP_PATIENT ? _ ("Patient")
                                                                     : _ ("Transfer"));
}

static GtkWidget *
make_label (const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_box_append (GTK_BOX (row), gtk_image_new ());
  gtk_box_append (GTK_BOX (row), texts);
  gtk_box_append (GTK_BOX (texts), make_label (NULL));
  gtk_box_append (GTK_BOX (texts), make_label ("caption"));
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_list_item_set_child (item, row);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  IcLookupHit *hit = gtk_list_item_get_item (item);
  GtkWidget *row = gtk_list_item_get_child (item);
  GtkWidget *image = gtk_widget_get_first_child (row);
  GtkWidget *title = gtk_widget_get_first_child (gtk_widget_get_next_sibling (image));
  g_autofree char *icon_name = dup_icon_name (hit);
  g_autofree char *kind = dup_kind (hit);

  gtk_image_set_from_icon_name (GTK_IMAGE (image), icon_name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (image), GTK_ACCESSIBLE_PROPERTY_LABEL, kind, -1);
  gtk_label_set_text (GTK_LABEL (title), ic_lookup_hit_get_title (hit));
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_next_sibling (title)),
                      ic_lookup_hit_get_detail (hit));
}

/* The list, or that there is nothing, or nothing at all where nothing was typed. */
static void
show_hits (IcLookupBar *self)
{
  gboolean has_text = *gtk_editable_get_text (GTK_EDITABLE (self->entry)) != '\0';
  guint n = g_list_model_get_n_items (ic_lookup_get_hits (self->lookup));

  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "hits" : "none");
  if (has_text && !ic_lookup_is_searching (self->lookup))
    gtk_popover_popup (self->popover);
  else if (!has_text)
    gtk_popover_popdown (self->popover);
}

static void
search_changed_cb (IcLookupBar *self)
{
  if (self->lookup == NULL)
    return;
  ic_lookup_search (self->lookup, gtk_editable_get_text (GTK_EDITABLE (self->entry)));
  show_hits (self);
}

static void
leave (IcLookupBar *self)
{
  gtk_popover_popdown (self->popover);
  gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
}

static void
choose (IcLookupBar *self, guint position)
{
  g_autoptr(IcLookupHit) hit = g_list_model_get_item (ic_lookup_get_hits (self->lookup), position);

  if (hit == NULL)
    return;
  leave (self);
  if (ic_lookup_hit_get_kind (hit) == IC_LOOKUP_PATIENT)
    g_signal_emit (self, signals[PATIENT_CHOSEN], 0, ic_lookup_hit_get_patient_id (hit));
  else
    g_signal_emit (self, signals[TRANSFER_CHOSEN], 0, ic_lookup_hit_get_transfer (hit));
}

static void
row_activated_cb (IcLookupBar *self, guint position)
{
  choose (self, position);
}

static void
entry_activated_cb (IcLookupBar *self)
{
  if (self->lookup != NULL)
    choose (self, gtk_single_selection_get_selected (self->selection));
}

/* Up and Down choose while the keyboard stays in the entry. */
static gboolean
key_pressed_cb (IcLookupBar *self, guint key, guint code, GdkModifierType modifiers)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  guint selected = gtk_single_selection_get_selected (self->selection);

  if (key == GDK_KEY_Escape)
    {
      leave (self);
      return GDK_EVENT_STOP;
    }
  if (n == 0 || (key != GDK_KEY_Down && key != GDK_KEY_Up))
    return GDK_EVENT_PROPAGATE;
  gtk_single_selection_set_selected (self->selection,
                                     (selected + (key == GDK_KEY_Down ? 1 : n - 1)) % n);
  return GDK_EVENT_STOP;
}

static void
ic_lookup_bar_dispose (GObject *object)
{
  IcLookupBar *self = IC_LOOKUP_BAR (object);

  if (self->popover != NULL)
    gtk_widget_unparent (GTK_WIDGET (g_steal_pointer (&self->popover)));
  g_clear_object (&self->lookup);
  G_OBJECT_CLASS (ic_lookup_bar_parent_class)->dispose (object);
}

/* A popover belongs to nobody's child property: its parent has to place it. */
static void
ic_lookup_bar_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GTK_WIDGET_CLASS (ic_lookup_bar_parent_class)->size_allocate (widget, width, height, baseline);
  if (IC_LOOKUP_BAR (widget)->popover != NULL)
    gtk_popover_present (IC_LOOKUP_BAR (widget)->popover);
}

static void
ic_lookup_bar_class_init (IcLookupBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ic_lookup_bar_dispose;
  widget_class->size_allocate = ic_lookup_bar_size_allocate;
  signals[PATIENT_CHOSEN] = g_signal_new ("patient-chosen", IC_TYPE_LOOKUP_BAR, G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[TRANSFER_CHOSEN] = g_signal_new ("transfer-chosen", IC_TYPE_LOOKUP_BAR, G_SIGNAL_RUN_LAST,
                                           0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
  gtk_widget_class_set_template_from_resource (widget_class, IC_UI_PATH "ic-lookup-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, IcLookupBar, entry);
  gtk_widget_class_bind_template_child (widget_class, IcLookupBar, popover);
  gtk_widget_class_bind_template_child (widget_class, IcLookupBar, stack);
  gtk_widget_class_bind_template_child (widget_class, IcLookupBar, list);
  gtk_widget_class_bind_template_child (widget_class, IcLookupBar, selection);
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, entry_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, key_pressed_cb);
}

static void
ic_lookup_bar_init (IcLookupBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_parent (GTK_WIDGET (self->popover), GTK_WIDGET (self));
}

void
ic_lookup_bar_set_workspace (IcLookupBar *self, IcWorkspace *workspace)
{
  g_return_if_fail (IC_IS_LOOKUP_BAR (self) && self->lookup == NULL);
  self->lookup = ic_lookup_new (workspace);
  gtk_single_selection_set_model (self->selection, ic_lookup_get_hits (self->lookup));
  g_signal_connect_object (self->lookup, "notify::searching", G_CALLBACK (show_hits), self,
                           G_CONNECT_SWAPPED);
}

void
ic_lookup_bar_enter (IcLookupBar *self)
{
  g_return_if_fail (IC_IS_LOOKUP_BAR (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  gtk_editable_select_region (GTK_EDITABLE (self->entry), 0, -1);
}
