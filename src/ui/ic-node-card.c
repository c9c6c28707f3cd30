/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-node-card.h"

#include "ops/ic-preview.h"
#include "words/ic-words.h"

#include <glib/gi18n.h>

struct _IcNodeCard
{
  GtkListBoxRow parent_instance;

  IcNodeItem *item;
  GtkStack *sign;
  GtkImage *icon;
  GtkSpinner *spinner;
  GtkLabel *name;
  GtkLabel *address;
  GtkLabel *sentence;
  GtkLabel *tested_at;
  GtkWidget *technical_button;
  GtkWidget *technical_box;
  GtkLabel *technical;
  GtkSwitch *previews;
  GtkLabel *previews_reason;
  GtkWidget *test;
  GtkWidget *edit;
  GtkWidget *remove;
};

G_DEFINE_FINAL_TYPE (IcNodeCard, ic_node_card, GTK_TYPE_LIST_BOX_ROW)

/* How a state looks; the words stand beside it. */
static const struct
{
  const char *icon;
  const char *css_class;
} looks[] = {
  [IC_NODE_UNTESTED] = { "dialog-question-symbolic", "dim-label" },
  [IC_NODE_TESTING] = { "dialog-question-symbolic", "dim-label" },
  [IC_NODE_ANSWERS] = { "object-select-symbolic", "success" },
  [IC_NODE_TAKES_ONLY] = { "dialog-information-symbolic", "warning" },
  [IC_NODE_FAILED] = { "dialog-warning-symbolic", "error" },
};

/* "PRACTICE at 127.0.0.1:11112 · TLS" */
static char *
dup_address (const IcNode *node)
{
  g_autofree char *aet = ic_words_dup_printable (node->aet);
  g_autofree char *host = ic_words_dup_printable (node->host);
  g_autoptr(GString) text = g_string_new (NULL);

  /* Translators: AE title at host:port. */
  g_string_append_printf (text, _ ("%s at %s:%u"), aet, host, node->port);
  if (node->tls)
    g_string_append (text, _ (" · TLS"));
  if (node->retrieve == IC_RETRIEVE_MOVE)
    g_string_append (text, _ (" · C-MOVE"));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static const char *
get_sentence (IcNodeCard *self)
{
  switch (ic_node_item_get_state (self->item))
    {
    case IC_NODE_UNTESTED:
      return _ ("Not tested since the program was started.");
    case IC_NODE_TESTING:
      return _ ("Testing…");
    default:
      return ic_node_item_get_sentence (self->item);
    }
}

static void
show_time (IcNodeCard *self)
{
  g_autofree char *time = ic_words_dup_time (ic_node_item_get_tested_at (self->item));
  /* Translators: a date and time. */
  g_autofree char *text = g_strdup_printf (_ ("Tested %s"), time);

  gtk_label_set_text (self->tested_at, text);
  gtk_widget_set_visible (GTK_WIDGET (self->tested_at), *time != '\0');
}

static void
show_test (IcNodeCard *self)
{
  IcNodeState state = ic_node_item_get_state (self->item);
  const char *technical = ic_node_item_get_technical (self->item);
  const char *classes[] = { looks[state].css_class, NULL };
  gboolean is_testing = state == IC_NODE_TESTING;

  gtk_image_set_from_icon_name (self->icon, looks[state].icon);
  gtk_widget_set_css_classes (GTK_WIDGET (self->icon), classes);
  gtk_stack_set_visible_child_name (self->sign, is_testing ? "testing" : "icon");
  gtk_spinner_set_spinning (self->spinner, is_testing);
  gtk_label_set_text (self->sentence, get_sentence (self));
  gtk_label_set_text (self->technical, technical);
  gtk_widget_set_visible (self->technical_button, !is_testing && *technical != '\0');
  gtk_widget_set_visible (self->technical_box, !is_testing && *technical != '\0');
  gtk_widget_set_sensitive (self->test, !is_testing);
  show_time (self);
}

static void
copy_clicked_cb (IcNodeCard *self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)),
                          ic_node_item_get_technical (self->item));
}

/* The page keeps it, and puts it back where that fails. */
static gboolean
previews_cb (IcNodeCard *self, gboolean is_on)
{
  if (self->item != NULL && is_on != ic_node_item_has_previews (self->item))
    gtk_widget_activate_action (GTK_WIDGET (self), "nodes.set-previews", "(sb)",
                                ic_node_item_get_name (self->item), is_on);
  return FALSE;
}

static void
show_previews (IcNodeCard *self)
{
  gboolean can_ask = ic_preview_can_ask (ic_node_item_get_node (self->item));

  gtk_switch_set_active (self->previews, can_ask && ic_node_item_has_previews (self->item));
  gtk_widget_set_sensitive (GTK_WIDGET (self->previews), can_ask);
  gtk_widget_set_visible (GTK_WIDGET (self->previews_reason), !can_ask);
}

static void
ic_node_card_dispose (GObject *object)
{
  IcNodeCard *self = IC_NODE_CARD (object);

  g_clear_object (&self->item);
  G_OBJECT_CLASS (ic_node_card_parent_class)->dispose (object);
}

static void
ic_node_card_class_init (IcNodeCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ic_node_card_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, IC_UI_PATH "ic-node-card.ui");
  gtk_widget_class_bind_template_child (widget_class, IcNodeCard, sign);
  gtk_widget_class_bind_template_child (widget_class, IcNodeCard, icon);
  gtk_widget_class_bind_template_child (widget_class, IcNodeCard, spinner);
  gtk_widget_class_bind_template_child (widget_class, IcNodeCard, name);
  gtk_widget_class_bind_template_child (widget_class, IcNodeCard, address);
  gtk_widget_class_bind_template_child (widget_class, IcNodeCard, sentence);
  gtk_widget_class_bind_template_child (widget_class, IcNodeCard, tested_at);
  gtk_widget_class_bind_template_child (widget_class, IcNodeCard, technical_button);
  gtk_widget_class_bind_template_child (widget_class, IcNodeCard, technical_box);
  gtk_widget_class_bind_template_child (widget_class, IcNodeCard, technical);
  gtk_widget_class_bind_template_child (widget_class, IcNodeCard, previews);
  gtk_widget_class_bind_template_child (widget_class, IcNodeCard, previews_reason);
  gtk_widget_class_bind_template_child (widget_class, IcNodeCard, test);
  gtk_widget_class_bind_template_child (widget_class, IcNodeCard, edit);
  gtk_widget_class_bind_template_child (widget_class, IcNodeCard, remove);
  gtk_widget_class_bind_template_callback (widget_class, copy_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, previews_cb);
}

static void
ic_node_card_init (IcNodeCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* A screen reader says which node something is for. */
static void
name_control (GtkWidget *control, const char *format, const char *name)
{
  g_auto(GStrv) parts = g_strsplit (format, "%s", 2);
  g_autofree char *label = g_strconcat (parts[0], name, parts[1], NULL);

  gtk_accessible_update_property (GTK_ACCESSIBLE (control), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
}

static void
name_button (GtkWidget *button, const char *format, const char *name)
{
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", name);
  name_control (button, format, name);
}

GtkWidget *
ic_node_card_new (IcNodeItem *item)
{
  IcNodeCard *self = g_object_new (IC_TYPE_NODE_CARD, NULL);
  const IcNode *node = ic_node_item_get_node (item);
  g_autofree char *printable = ic_words_dup_printable (node->name);
  g_autofree char *address = dup_address (node);

  self->item = g_object_ref (item);
  gtk_label_set_text (self->name, printable);
  gtk_label_set_text (self->address, address);
  name_button (self->test, _ ("Test %s"), node->name);
  name_button (self->edit, _ ("Change %s"), node->name);
  name_button (self->remove, _ ("Remove %s"), node->name);
  name_control (GTK_WIDGET (self->previews), _ ("Thumbnails of what is only on %s"), node->name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, printable,
                                  -1);
  g_signal_connect_object (item, "tested", G_CALLBACK (show_test), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (item, "notify::previews", G_CALLBACK (show_previews), self,
                           G_CONNECT_SWAPPED);
  show_test (self);
  show_previews (self);
  return GTK_WIDGET (self);
}

IcNodeItem *
ic_node_card_get_item (IcNodeCard *self)
{
  g_return_val_if_fail (IC_IS_NODE_CARD (self), NULL);
  return self->item;
}
