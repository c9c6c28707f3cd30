/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-wizard-check.h"

#include "model/ic-transfer-check.h"

#include <glib/gi18n.h>

struct _IcWizardCheck
{
  IcWizardStep parent_instance;

  GtkLabel *headline;
  GtkListBox *list;
};

G_DEFINE_FINAL_TYPE (IcWizardCheck, ic_wizard_check, IC_TYPE_WIZARD_STEP)

/* A sign, a word and a colour: none of them alone. */
static const struct
{
  const char *icon;
  const char *word;
  const char *style;
} levels[] = {
  [IC_CHECK_GOOD] = { "object-select-symbolic", N_ ("Good"), "success" },
  [IC_CHECK_WARNING] = { "dialog-warning-symbolic", N_ ("Worth a thought"), "warning" },
  [IC_CHECK_STOP] = { "process-stop-symbolic", N_ ("In the way"), "error" },
};

static GtkWidget *
new_mend_button (IcTransferStep step)
{
  GtkWidget *button = gtk_button_new_with_label (_ ("Go there"));

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "wizard.show-step");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "i", (int) step);
  return button;
}

static GtkWidget *
new_row (const IcTransferCheck *check)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *icon = gtk_image_new_from_icon_name (levels[check->level].icon);
  g_autofree char *sentence = g_markup_escape_text (check->sentence, -1);
  g_autofree char *remedy = g_markup_escape_text (check->remedy, -1);

  gtk_widget_add_css_class (icon, levels[check->level].style);
  gtk_widget_set_tooltip_text (icon, _ (levels[check->level].word));
  gtk_accessible_update_property (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ (levels[check->level].word), -1);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), sentence);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), remedy);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
  if (check->level == IC_CHECK_STOP)
    adw_action_row_add_suffix (ADW_ACTION_ROW (row), new_mend_button (check->step));
  return row;
}

static void
update (IcWizardStep *step)
{
  IcWizardCheck *self = IC_WIZARD_CHECK (step);
  g_autoptr(GPtrArray) checks = NULL;
  GtkListBoxRow *row = NULL;

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  checks = ic_transfer_check_all (ic_wizard_step_get_order (step));
  while ((row = gtk_list_box_get_row_at_index (self->list, 0)) != NULL)
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
  for (guint i = 0; i < checks->len; i++)
    gtk_list_box_append (self->list, new_row (checks->pdata[i]));
  gtk_label_set_text (self->headline, ic_transfer_check_may_start (checks)
                                          ? _ ("Ready to begin")
                                          : _ ("Something stands in the way"));
}

static void
ic_wizard_check_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (ic_wizard_check_parent_class)->map (widget);
  ic_wizard_step_update (IC_WIZARD_STEP (widget));
}

static void
ic_wizard_check_class_init (IcWizardCheckClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->map = ic_wizard_check_map;
  IC_WIZARD_STEP_CLASS (klass)->update = update;
  gtk_widget_class_set_template_from_resource (widget_class, IC_UI_PATH "ic-wizard-check.ui");
  gtk_widget_class_bind_template_child (widget_class, IcWizardCheck, headline);
  gtk_widget_class_bind_template_child (widget_class, IcWizardCheck, list);
}

static void
ic_wizard_check_init (IcWizardCheck *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
