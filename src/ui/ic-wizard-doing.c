/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-wizard-doing.h"

#include "ui/ic-activity-row.h"
#include "ui/ic-proof-table.h"

#include <glib/gi18n.h>

struct _IcWizardDoing
{
  IcWizardStep parent_instance;

  IcActivity *activity;
  GSignalGroup *signals;
  GtkLabel *message;
  GtkLabel *left;
  GtkProgressBar *bar;
  GtkWidget *request;
  GtkLabel *request_label;
  GtkWidget *warning;
  GtkButton *stop;
  IcProofTable *table;
};

G_DEFINE_FINAL_TYPE (IcWizardDoing, ic_wizard_doing, IC_TYPE_WIZARD_STEP)

static void
changed_cb (IcWizardDoing *self)
{
  g_autofree char *message = NULL;
  g_autofree char *left = NULL;
  const char *request = ic_activity_get_request (self->activity);
  g_autoptr(GPtrArray) parts = ic_job_ref_parts (ic_activity_get_job (self->activity));
  double fraction = 0;
  gint64 seconds = -1;
  gboolean is_interruptible = TRUE;
  gboolean is_active = TRUE;
  gboolean is_running = FALSE;

  g_object_get (self->activity, "message", &message, "fraction", &fraction, "seconds-left",
                &seconds, "interruptible", &is_interruptible, "active", &is_active, "running",
                &is_running, NULL);
  left = ic_activity_row_dup_time_left (seconds);
  if (request != NULL)
    gtk_label_set_text (self->message, _ ("Waiting for you"));
  else
    gtk_label_set_text (self->message, is_running && message != NULL && *message != '\0'
                                           ? message
                                           : _ ("Waiting for its turn"));
  gtk_label_set_text (self->request_label, request != NULL ? request : "");
  gtk_widget_set_visible (self->request, request != NULL);
  gtk_label_set_text (self->left, left != NULL ? left : "");
  gtk_progress_bar_set_fraction (self->bar, fraction);
  gtk_widget_set_visible (self->warning, !is_interruptible && is_active);
  gtk_widget_set_sensitive (GTK_WIDGET (self->stop), is_active);
  ic_proof_table_set_parts (self->table, parts);
}

static void
stop_cb (IcWizardDoing *self)
{
  if (self->activity != NULL)
    ic_activity_row_stop (GTK_WIDGET (self), self->activity);
}

void
ic_wizard_doing_set_activity (IcWizardDoing *self, IcActivity *activity)
{
  g_return_if_fail (IC_IS_WIZARD_DOING (self));
  g_set_object (&self->activity, activity);
  g_signal_group_set_target (self->signals, activity);
  ic_proof_table_set_is_sent (self->table, ic_activity_get_kind (activity) == IC_ACTIVITY_SEND);
  changed_cb (self);
}

static void
ic_wizard_doing_dispose (GObject *object)
{
  IcWizardDoing *self = IC_WIZARD_DOING (object);

  g_clear_object (&self->signals);
  g_clear_object (&self->activity);
  G_OBJECT_CLASS (ic_wizard_doing_parent_class)->dispose (object);
}

static void
ic_wizard_doing_class_init (IcWizardDoingClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ic_wizard_doing_dispose;
  g_type_ensure (IC_TYPE_PROOF_TABLE);
  gtk_widget_class_set_template_from_resource (widget_class, IC_UI_PATH "ic-wizard-doing.ui");
  gtk_widget_class_bind_template_child (widget_class, IcWizardDoing, message);
  gtk_widget_class_bind_template_child (widget_class, IcWizardDoing, left);
  gtk_widget_class_bind_template_child (widget_class, IcWizardDoing, bar);
  gtk_widget_class_bind_template_child (widget_class, IcWizardDoing, request);
  gtk_widget_class_bind_template_child (widget_class, IcWizardDoing, request_label);
  gtk_widget_class_bind_template_child (widget_class, IcWizardDoing, warning);
  gtk_widget_class_bind_template_child (widget_class, IcWizardDoing, stop);
  gtk_widget_class_bind_template_child (widget_class, IcWizardDoing, table);
  gtk_widget_class_bind_template_callback (widget_class, stop_cb);
}

static void
ic_wizard_doing_init (IcWizardDoing *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->signals = g_signal_group_new (IC_TYPE_ACTIVITY);
  g_signal_group_connect_swapped (self->signals, "notify", G_CALLBACK (changed_cb), self);
}
