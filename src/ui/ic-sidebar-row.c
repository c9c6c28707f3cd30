/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-sidebar-row.h"

#include "words/ic-words.h"

#include <glib/gi18n.h>

struct _IcSidebarRow
{
  GtkListBoxRow parent_instance;

  IcPage *page;
  GtkLabel *badge;
};

enum
{
  PROP_0,
  PROP_PAGE,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (IcSidebarRow, ic_sidebar_row, GTK_TYPE_LIST_BOX_ROW)

/* A screen reader says the number with what it counts. */
static void
show_waiting (IcSidebarRow *self)
{
  guint waiting = ic_page_get_waiting (self->page);
  g_autofree char *count = ic_words_dup_count (waiting);
  g_autofree char *name = NULL;

  if (waiting > 0)
    /* Translators: the title of a page and how many things wait there. */
    name = g_strdup_printf (ngettext ("%s, %s waiting", "%s, %s waiting", waiting),
                            ic_page_get_title (self->page), count);
  else
    name = g_strdup (ic_page_get_title (self->page));
  gtk_label_set_text (self->badge, count);
  gtk_widget_set_visible (GTK_WIDGET (self->badge), waiting > 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
ic_sidebar_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_object (value, IC_SIDEBAR_ROW (object)->page);
}

static void
ic_sidebar_row_dispose (GObject *object)
{
  IcSidebarRow *self = IC_SIDEBAR_ROW (object);

  g_clear_object (&self->page);
  G_OBJECT_CLASS (ic_sidebar_row_parent_class)->dispose (object);
}

static void
ic_sidebar_row_class_init (IcSidebarRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ic_sidebar_row_get_property;
  object_class->dispose = ic_sidebar_row_dispose;
  properties[PROP_PAGE] = g_param_spec_object ("page", NULL, NULL, IC_TYPE_PAGE,
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_template_from_resource (widget_class, IC_UI_PATH "ic-sidebar-row.ui");
  gtk_widget_class_bind_template_child (widget_class, IcSidebarRow, badge);
}

static void
ic_sidebar_row_init (IcSidebarRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

IcSidebarRow *
ic_sidebar_row_new (IcPage *page)
{
  IcSidebarRow *self = g_object_new (IC_TYPE_SIDEBAR_ROW, NULL);

  self->page = g_object_ref (page);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PAGE]);
  g_signal_connect_object (page, "notify::waiting", G_CALLBACK (show_waiting), self,
                           G_CONNECT_SWAPPED);
  show_waiting (self);
  return self;
}

IcPage *
ic_sidebar_row_get_page (IcSidebarRow *self)
{
  g_return_val_if_fail (IC_IS_SIDEBAR_ROW (self), NULL);
  return self->page;
}
