/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-wizard-proof.h"

#include "ui/ic-paper-printer.h"
#include "ui/ic-proof-table.h"

#include <glib/gi18n.h>

struct _IcWizardProof
{
  IcWizardStep parent_instance;

  IcActivity *activity;
  GtkImage *sign;
  GtkLabel *verdict;
  GtkLabel *remark;
  IcProofTable *table;
  GtkWidget *papers;
  GtkMenuButton *more;
};

G_DEFINE_FINAL_TYPE (IcWizardProof, ic_wizard_proof, IC_TYPE_WIZARD_STEP)

/* What the operator should know besides: the remark of the log, then the notices. */
static char *
dup_remarks (IcActivity *activity)
{
  IcTransfer *transfer = ic_activity_get_transfer (activity);
  GPtrArray *notices = ic_activity_get_notices (activity);
  g_autoptr(GString) text = g_string_new (NULL);

  if (transfer != NULL && transfer->id > 0)
    {
      g_autofree char *number = ic_transfer_dup_number (transfer->id);

      g_string_append_printf (text, _ ("Transfer %s"), number);
    }
  if (transfer != NULL && *transfer->remark != '\0')
    g_string_append_printf (text, " · %s", transfer->remark);
  for (guint i = 0; notices != NULL && i < notices->len; i++)
    g_string_append_printf (text, "\n• %s", (const char *) notices->pdata[i]);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

void
ic_wizard_proof_set_activity (IcWizardProof *self, IcActivity *activity)
{
  IcTransfer *transfer = ic_activity_get_transfer (activity);
  gboolean is_proved = ic_activity_is_proved (activity);
  g_autofree char *remarks = dup_remarks (activity);

  g_return_if_fail (IC_IS_WIZARD_PROOF (self));
  g_set_object (&self->activity, activity);
  gtk_label_set_text (self->verdict, ic_activity_get_outcome (activity));
  gtk_label_set_text (self->remark, remarks);
  gtk_image_set_from_icon_name (self->sign,
                                is_proved ? "emblem-ok-symbolic" : "dialog-warning-symbolic");
  gtk_widget_remove_css_class (GTK_WIDGET (self->sign), is_proved ? "warning" : "success");
  gtk_widget_add_css_class (GTK_WIDGET (self->sign), is_proved ? "success" : "warning");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->sign), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  is_proved ? _ ("Proved") : _ ("Not proved"), -1);
  ic_proof_table_set_is_sent (self->table, ic_activity_get_kind (activity) == IC_ACTIVITY_SEND);
  if (transfer != NULL)
    ic_proof_table_set_transfer (self->table, transfer);
  gtk_widget_set_visible (self->papers, transfer != NULL && transfer->id > 0);
}

static void
print_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  IcWizardProof *self = IC_WIZARD_PROOF (widget);
  IcWorkspace *workspace =
      ic_transfer_order_get_workspace (ic_wizard_step_get_order (IC_WIZARD_STEP (self)));

  ic_paper_printer_print (widget, workspace, ic_activity_get_transfer (self->activity)->id,
                          (IcPaperKind) g_variant_get_int32 (parameter));
}

static void
save_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  IcWizardProof *self = IC_WIZARD_PROOF (widget);
  IcWorkspace *workspace =
      ic_transfer_order_get_workspace (ic_wizard_step_get_order (IC_WIZARD_STEP (self)));

  ic_paper_printer_save (widget, workspace, ic_activity_get_transfer (self->activity)->id,
                         (IcPaperKind) g_variant_get_int32 (parameter));
}

static void
ic_wizard_proof_dispose (GObject *object)
{
  g_clear_object (&IC_WIZARD_PROOF (object)->activity);
  G_OBJECT_CLASS (ic_wizard_proof_parent_class)->dispose (object);
}

static void
ic_wizard_proof_class_init (IcWizardProofClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ic_wizard_proof_dispose;
  g_type_ensure (IC_TYPE_PROOF_TABLE);
  gtk_widget_class_install_action (widget_class, "paper.print", "i", print_cb);
  gtk_widget_class_install_action (widget_class, "paper.save", "i", save_cb);
  gtk_widget_class_set_template_from_resource (widget_class, IC_UI_PATH "ic-wizard-proof.ui");
  gtk_widget_class_bind_template_child (widget_class, IcWizardProof, sign);
  gtk_widget_class_bind_template_child (widget_class, IcWizardProof, verdict);
  gtk_widget_class_bind_template_child (widget_class, IcWizardProof, remark);
  gtk_widget_class_bind_template_child (widget_class, IcWizardProof, table);
  gtk_widget_class_bind_template_child (widget_class, IcWizardProof, papers);
  gtk_widget_class_bind_template_child (widget_class, IcWizardProof, more);
}

static void
ic_wizard_proof_init (IcWizardProof *self)
{
  g_autoptr(GMenuModel) menu = ic_paper_printer_new_menu ();

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_menu_button_set_menu_model (self->more, menu);
}
