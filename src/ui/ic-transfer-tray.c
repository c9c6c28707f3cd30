/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-transfer-tray.h"

#include "ui/ic-template.h"

#include "words/ic-words.h"

#include <glib/gi18n.h>

/* What a blank disc holds, less what the file system and the viewer need. */
#define CD_BYTES (G_GUINT64_CONSTANT (690) * 1000 * 1000)
#define DVD_BYTES (G_GUINT64_CONSTANT (4600) * 1000 * 1000)

struct _IcTransferTray
{
  GtkWidget parent_instance;

  IcWorkspace *workspace;
  GtkLabel *contents;
  GtkWidget *clear;
  GtkWidget *transfer;
  GtkRevealer *refusal_revealer;
  GtkLabel *refusal;
};

G_DEFINE_FINAL_TYPE (IcTransferTray, ic_transfer_tray, GTK_TYPE_WIDGET)

typedef struct
{
  guint n_studies;
  guint64 n_images;
  guint64 size_bytes;
  gboolean is_size_known;
} Sum;

static Sum
sum_up (GListModel *studies)
{
  Sum sum = { g_list_model_get_n_items (studies), 0, 0, TRUE };

  for (guint i = 0; i < sum.n_studies; i++)
    {
      g_autoptr(IcDraftItem) item = g_list_model_get_item (studies, i);
      const IcDraftStudy *study = ic_draft_item_get_study (item);

      sum.n_images += study->n_instances;
      sum.size_bytes += study->size_bytes;
      sum.is_size_known &= study->size_bytes > 0;
    }
  return sum;
}

static const char *
find_fit (guint64 size_bytes)
{
  if (size_bytes <= CD_BYTES)
    return _ ("fits a CD");
  if (size_bytes <= DVD_BYTES)
    return _ ("fits a DVD");
  return _ ("needs more than one DVD");
}

/* "For transfer: DOE, Jane, 123 456 · 2 studies · 1,214 images · 640 MB → fits a CD" */
static char *
dup_contents (IcTransferDraft *draft)
{
  IcPatient *patient = ic_transfer_draft_get_patient (draft);
  Sum sum = sum_up (ic_transfer_draft_get_studies (draft));
  g_autofree char *name = ic_patient_dup_display_name (patient);
  g_autofree char *birth_date = ic_words_dup_date (patient->birth_date);
  g_autofree char *studies = ic_words_dup_count (sum.n_studies);
  g_autofree char *images = ic_words_dup_count (sum.n_images);
  g_autofree char *size = ic_words_dup_size (sum.size_bytes);
  g_autoptr(GString) text = g_string_new (NULL);

  g_string_append_printf (text, _ ("For transfer: %s"), name);
  if (*patient->id != '\0')
    g_string_append_printf (text, " · %s", patient->id);
  if (*birth_date != '\0')
    g_string_append_printf (text, " · %s", birth_date);
  g_string_append (text, " · ");
  g_string_append_printf (text, ngettext ("%s study", "%s studies", sum.n_studies), studies);
  if (sum.n_images > 0)
    g_string_append (text, " · ");
  if (sum.n_images > 0)
    g_string_append_printf (text, ngettext ("%s image", "%s images", (gulong) sum.n_images),
                            images);
  if (sum.is_size_known)
    g_string_append_printf (text, " · %s → %s", size, find_fit (sum.size_bytes));
  else
    g_string_append (text, _ (" · size not known yet"));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
show_contents (IcTransferTray *self)
{
  IcTransferDraft *draft = ic_workspace_get_draft (self->workspace);
  gboolean is_empty = ic_transfer_draft_get_patient (draft) == NULL;
  g_autofree char *text = is_empty ? NULL : dup_contents (draft);

  gtk_label_set_text (self->contents,
                      is_empty
                          ? _ ("For transfer: drop studies of one patient here, or press Ctrl+D")
                          : text);
  if (is_empty)
    gtk_widget_add_css_class (GTK_WIDGET (self->contents), "dim-label");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->contents), "dim-label");
  gtk_widget_set_visible (self->clear, !is_empty);
  gtk_widget_set_visible (self->transfer, !is_empty);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->contents), text);
}

static void
clear_cb (IcTransferTray *self)
{
  ic_transfer_tray_dismiss (self);
  ic_transfer_draft_clear (ic_workspace_get_draft (self->workspace));
}

static void
dismiss_cb (IcTransferTray *self)
{
  ic_transfer_tray_dismiss (self);
}

static gboolean
drop_cb (IcTransferTray *self, const GValue *value)
{
  return ic_transfer_tray_add_row (self, g_value_get_object (value));
}

static void
ic_transfer_tray_dispose (GObject *object)
{
  IcTransferTray *self = IC_TRANSFER_TRAY (object);

  ic_template_dispose (GTK_WIDGET (self), IC_TYPE_TRANSFER_TRAY);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (ic_transfer_tray_parent_class)->dispose (object);
}

static void
ic_transfer_tray_class_init (IcTransferTrayClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ic_transfer_tray_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, IC_UI_PATH "ic-transfer-tray.ui");
  gtk_widget_class_bind_template_child (widget_class, IcTransferTray, contents);
  gtk_widget_class_bind_template_child (widget_class, IcTransferTray, clear);
  gtk_widget_class_bind_template_child (widget_class, IcTransferTray, transfer);
  gtk_widget_class_bind_template_child (widget_class, IcTransferTray, refusal_revealer);
  gtk_widget_class_bind_template_child (widget_class, IcTransferTray, refusal);
  gtk_widget_class_bind_template_callback (widget_class, clear_cb);
  gtk_widget_class_bind_template_callback (widget_class, dismiss_cb);
}

static void
ic_transfer_tray_init (IcTransferTray *self)
{
  GtkDropTarget *target = gtk_drop_target_new (IC_TYPE_RESULT_ROW, GDK_ACTION_COPY);

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (target, "drop", G_CALLBACK (drop_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

void
ic_transfer_tray_set_workspace (IcTransferTray *self, IcWorkspace *workspace)
{
  g_return_if_fail (IC_IS_TRANSFER_TRAY (self) && self->workspace == NULL);
  self->workspace = g_object_ref (workspace);
  g_signal_connect_object (ic_workspace_get_draft (workspace), "changed",
                           G_CALLBACK (show_contents), self, G_CONNECT_SWAPPED);
  show_contents (self);
}

static void
refuse (IcTransferTray *self, const char *text)
{
  gtk_label_set_text (self->refusal, text);
  gtk_revealer_set_reveal_child (self->refusal_revealer, TRUE);
}

gboolean
ic_transfer_tray_add (IcTransferTray *self, IcStudyRow *study)
{
  IcDraftStudy draft_study;
  g_autoptr(GError) error = NULL;

  g_return_val_if_fail (IC_IS_TRANSFER_TRAY (self), FALSE);
  if (ic_study_row_get_dispute (study) != NULL)
    {
      refuse (self, ic_study_row_get_dispute (study));
      return FALSE;
    }
  ic_study_row_fill_draft (study, &draft_study);
  if (ic_transfer_draft_add_study (ic_workspace_get_draft (self->workspace),
                                   ic_study_row_get_patient (study), &draft_study, &error))
    {
      ic_transfer_tray_dismiss (self);
      return TRUE;
    }
  refuse (self, error->message);
  return FALSE;
}

static gboolean
add_all (IcTransferTray *self, GListModel *studies)
{
  for (guint i = 0; i < g_list_model_get_n_items (studies); i++)
    {
      g_autoptr(IcStudyRow) study = g_list_model_get_item (studies, i);

      if (!ic_transfer_tray_add (self, study))
        return FALSE;
    }
  return TRUE;
}

gboolean
ic_transfer_tray_add_row (IcTransferTray *self, IcResultRow *row)
{
  g_return_val_if_fail (IC_IS_TRANSFER_TRAY (self), FALSE);
  if (IC_IS_PATIENT_ROW (row))
    return add_all (self, ic_patient_row_get_studies (IC_PATIENT_ROW (row)));
  return IC_IS_STUDY_ROW (row) && ic_transfer_tray_add (self, IC_STUDY_ROW (row));
}

gboolean
ic_transfer_tray_dismiss (IcTransferTray *self)
{
  gboolean was_shown = FALSE;

  g_return_val_if_fail (IC_IS_TRANSFER_TRAY (self), FALSE);
  was_shown = gtk_revealer_get_reveal_child (self->refusal_revealer);
  gtk_revealer_set_reveal_child (self->refusal_revealer, FALSE);
  return was_shown;
}
