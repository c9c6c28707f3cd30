/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-wizard-what.h"

#include "model/ic-transfer-check.h"
#include "model/ic-transfer-repeat.h"
#include "ui/ic-thumbnail.h"
#include "words/ic-words.h"

#include <glib/gi18n.h>

#define PICTURE_SIZE 40

struct _IcWizardWhat
{
  IcWizardStep parent_instance;

  GtkListView *list;
  GtkLabel *total;
  GtkCheckButton *key_only;
  GtkLabel *repeated;
  GtkCheckButton *only_repeated;
};

G_DEFINE_FINAL_TYPE (IcWizardWhat, ic_wizard_what, IC_TYPE_WIZARD_STEP)

static IcTransferOrder *
get_order (IcWizardWhat *self)
{
  return ic_wizard_step_get_order (IC_WIZARD_STEP (self));
}

static void
setup_cb (IcWizardWhat *self, GtkListItem *row)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *mark = gtk_check_button_new ();
  GtkWidget *picture = ic_thumbnail_new ();
  GtkWidget *detail = gtk_label_new (NULL);
  GtkWidget *title = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (title, TRUE);
  gtk_widget_add_css_class (detail, "numeric");
  gtk_widget_add_css_class (detail, "dim-label");
  gtk_widget_set_size_request (picture, PICTURE_SIZE, PICTURE_SIZE);
  gtk_widget_set_valign (picture, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), mark);
  gtk_box_append (GTK_BOX (box), picture);
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), detail);
  gtk_list_item_set_child (row, box);
  gtk_list_item_set_activatable (row, TRUE);
}

static void
show_picture (IcWizardWhat *self, IcThumbnail *picture, const IcContentFields *fields)
{
  gtk_widget_set_visible (GTK_WIDGET (picture), fields->series_uid != NULL);
  if (fields->series_uid != NULL)
    ic_thumbnail_set_series (picture, ic_transfer_order_get_workspace (get_order (self)),
                             fields->study_uid, fields->series_uid,
                             fields->n_here > 0 ? "" : fields->source);
  else
    ic_thumbnail_clear (picture);
}

/* Series stand under their study; without a list of their own nobody can choose among them. */
static void
bind_cb (IcWizardWhat *self, GtkListItem *row)
{
  IcContentItem *item = gtk_list_item_get_item (row);
  const IcContentFields *fields = ic_content_item_get_fields (item);
  GtkWidget *mark = gtk_widget_get_first_child (gtk_list_item_get_child (row));
  GtkWidget *picture = gtk_widget_get_next_sibling (mark);
  GtkWidget *title = gtk_widget_get_next_sibling (picture);
  GtkWidget *detail = gtk_widget_get_next_sibling (title);
  g_autofree char *name = g_strdup_printf ("%s, %s", fields->title, fields->detail);
  gboolean is_study = ic_content_item_is_study (item);
  GBinding *binding = g_object_bind_property (item, "selected", mark, "active",
                                              G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);

  g_object_set_data (G_OBJECT (row), "binding", binding);
  show_picture (self, IC_THUMBNAIL (picture), fields);
  gtk_label_set_text (GTK_LABEL (title), fields->title);
  gtk_label_set_text (GTK_LABEL (detail), fields->detail);
  gtk_widget_set_margin_start (mark, is_study ? 0 : 24);
  if (is_study)
    gtk_widget_add_css_class (title, "heading");
  else
    gtk_widget_remove_css_class (title, "heading");
  gtk_accessible_update_property (GTK_ACCESSIBLE (mark), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
unbind_cb (IcWizardWhat *self, GtkListItem *row)
{
  GBinding *binding = g_object_get_data (G_OBJECT (row), "binding");

  g_object_set_data (G_OBJECT (row), "binding", NULL);
  g_binding_unbind (binding);
}

static void
activated_cb (IcWizardWhat *self, guint position)
{
  g_autoptr(IcContentItem) item =
                 g_list_model_get_item (ic_transfer_order_get_content (get_order (self)), position);

  ic_content_item_set_selected (item, !ic_content_item_is_selected (item));
}

static void
key_only_cb (IcWizardWhat *self)
{
  ic_transfer_order_set_answer (get_order (self), IC_ASK_KEY_ONLY,
                                gtk_check_button_get_active (self->key_only) ? "yes" : "");
}

static void
only_repeated_cb (IcWizardWhat *self)
{
  ic_transfer_order_set_answer (get_order (self), IC_ASK_ONLY_REPEATED,
                                gtk_check_button_get_active (self->only_repeated) ? "yes" : "");
}

static void
start (IcWizardStep *step)
{
  IcWizardWhat *self = IC_WIZARD_WHAT (step);
  g_autoptr(GtkNoSelection) model = gtk_no_selection_new (
      g_object_ref (ic_transfer_order_get_content (get_order (self))));

  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (model));
  gtk_check_button_set_active (self->key_only,
                               *ic_transfer_order_get_answer (get_order (self), IC_ASK_KEY_ONLY) !=
                                   '\0');
}

static char *
dup_total (IcTransferOrder *order)
{
  guint n = ic_transfer_order_count_images (order);
  gboolean is_exact = FALSE;
  guint64 size = ic_transfer_order_sum_size (order, &is_exact);
  g_autofree char *count = ic_words_dup_count (n);
  g_autofree char *images = g_strdup_printf (ngettext ("%s image goes", "%s images go", n), count);
  g_autofree char *amount = ic_words_dup_size (size);
  g_autofree char *fit = ic_transfer_check_dup_fit (size);

  if (!is_exact || size == 0)
    return g_steal_pointer (&images);
  return g_strdup_printf ("%s · %s · %s", images, amount, fit);
}

/* That less went the first time, and that the same goes again. */
static void
show_repeated (IcWizardWhat *self)
{
  IcTransferDraft *draft = ic_transfer_order_get_draft (get_order (self));
  g_autofree char *number = ic_transfer_repeat_dup_number (draft);
  g_auto(GStrv) images = ic_transfer_repeat_dup_images (draft);
  guint n = g_strv_length (images);
  g_autofree char *count = ic_words_dup_count (n);
  /* Translators: the number of a transfer. */
  g_autofree char *text = g_strdup_printf (_ ("A selection went with %s. The same is ready to go "
                                              "again; change it where you like."),
                                           number);
  /* Translators: how many images. */
  g_autofree char *only = g_strdup_printf (ngettext ("Only the %s image that went then",
                                                     "Only the %s images that went then", n),
                                           count);

  gtk_label_set_text (self->repeated, text);
  gtk_widget_set_visible (GTK_WIDGET (self->repeated), *number != '\0');
  gtk_check_button_set_label (self->only_repeated, only);
  gtk_check_button_set_active (self->only_repeated, ic_transfer_repeat_is_only (draft));
  gtk_widget_set_visible (GTK_WIDGET (self->only_repeated), n > 0);
}

static void
update (IcWizardStep *step)
{
  IcWizardWhat *self = IC_WIZARD_WHAT (step);
  IcTransferOrder *order = get_order (self);
  guint n_keys = ic_transfer_draft_count_key_images (ic_transfer_order_get_draft (order));
  g_autofree char *total = dup_total (order);
  g_autofree char *count = ic_words_dup_count (n_keys);
  g_autofree char *keys =
      g_strdup_printf (ngettext ("Only the %s key image", "Only the %s key images", n_keys), count);

  gtk_label_set_text (self->total, total);
  show_repeated (self);
  gtk_widget_set_visible (GTK_WIDGET (self->key_only),
                          n_keys > 0 && !gtk_check_button_get_active (self->only_repeated));
  gtk_check_button_set_label (self->key_only, keys);
}

static void
ic_wizard_what_class_init (IcWizardWhatClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  IC_WIZARD_STEP_CLASS (klass)->start = start;
  IC_WIZARD_STEP_CLASS (klass)->update = update;
  gtk_widget_class_set_template_from_resource (widget_class, IC_UI_PATH "ic-wizard-what.ui");
  gtk_widget_class_bind_template_child (widget_class, IcWizardWhat, list);
  gtk_widget_class_bind_template_child (widget_class, IcWizardWhat, total);
  gtk_widget_class_bind_template_child (widget_class, IcWizardWhat, key_only);
  gtk_widget_class_bind_template_child (widget_class, IcWizardWhat, repeated);
  gtk_widget_class_bind_template_child (widget_class, IcWizardWhat, only_repeated);
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_cb);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, key_only_cb);
  gtk_widget_class_bind_template_callback (widget_class, only_repeated_cb);
}

static void
ic_wizard_what_init (IcWizardWhat *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
