/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-jobs-button.h"

#include "ui/ic-activity-row.h"

#include <glib/gi18n.h>

struct _IcJobsButton
{
  AdwBin parent_instance;

  IcWorkspace *workspace;
  GtkMenuButton *button;
  GtkSpinner *spinner;
  GtkLabel *label;
  GtkWidget *request;
  GtkStack *stack;
  GtkListBox *list;
  GtkWidget *clear;
};

G_DEFINE_FINAL_TYPE (IcJobsButton, ic_jobs_button, ADW_TYPE_BIN)

static gboolean
waits_for_somebody (IcJobsButton *self)
{
  GListModel *activities = ic_workspace_get_activities (self->workspace);

  for (guint i = 0; i < g_list_model_get_n_items (activities); i++)
    {
      g_autoptr(IcActivity) activity = g_list_model_get_item (activities, i);

      if (ic_activity_get_request (activity) != NULL)
        return TRUE;
    }
  return FALSE;
}

static void
show_count (IcJobsButton *self)
{
  guint n_active = ic_workspace_count_unfinished (self->workspace);
  guint n = g_list_model_get_n_items (ic_workspace_get_activities (self->workspace));
  g_autofree char *text = n_active > 0
                              ? g_strdup_printf (ngettext ("%u job", "%u jobs", n_active), n_active)
                              : g_strdup (_ ("Jobs"));
  gboolean is_waiting = waits_for_somebody (self);

  gtk_widget_set_visible (self->request, is_waiting);
  gtk_label_set_text (self->label, text);
  gtk_spinner_set_spinning (self->spinner, n_active > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), n_active > 0);
  gtk_widget_set_visible (GTK_WIDGET (self), n > 0);
  gtk_widget_set_visible (self->clear, n > n_active);
  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "list" : "empty");
}

static GtkWidget *
make_row (gpointer item, gpointer user_data)
{
  return ic_activity_row_new (item);
}

static void
items_changed_cb (IcJobsButton *self, guint position, guint removed, guint added, GListModel *list)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr(IcActivity) activity = g_list_model_get_item (list, i);

      g_signal_connect_object (activity, "notify::active", G_CALLBACK (show_count), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (activity, "notify::request", G_CALLBACK (show_count), self,
                               G_CONNECT_SWAPPED);
    }
  show_count (self);
}

static void
clear_clicked_cb (IcJobsButton *self)
{
  ic_workspace_clear_finished (self->workspace);
}

static void
ic_jobs_button_dispose (GObject *object)
{
  IcJobsButton *self = IC_JOBS_BUTTON (object);

  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (ic_jobs_button_parent_class)->dispose (object);
}

static void
ic_jobs_button_class_init (IcJobsButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ic_jobs_button_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, IC_UI_PATH "ic-jobs-button.ui");
  gtk_widget_class_bind_template_child (widget_class, IcJobsButton, button);
  gtk_widget_class_bind_template_child (widget_class, IcJobsButton, spinner);
  gtk_widget_class_bind_template_child (widget_class, IcJobsButton, label);
  gtk_widget_class_bind_template_child (widget_class, IcJobsButton, request);
  gtk_widget_class_bind_template_child (widget_class, IcJobsButton, stack);
  gtk_widget_class_bind_template_child (widget_class, IcJobsButton, list);
  gtk_widget_class_bind_template_child (widget_class, IcJobsButton, clear);
  gtk_widget_class_bind_template_callback (widget_class, clear_clicked_cb);
}

static void
ic_jobs_button_init (IcJobsButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

void
ic_jobs_button_set_workspace (IcJobsButton *self, IcWorkspace *workspace)
{
  GListModel *activities = ic_workspace_get_activities (workspace);

  g_return_if_fail (IC_IS_JOBS_BUTTON (self) && self->workspace == NULL);
  self->workspace = g_object_ref (workspace);
  gtk_list_box_bind_model (self->list, activities, make_row, NULL, NULL);
  g_signal_connect_object (activities, "items-changed", G_CALLBACK (items_changed_cb), self,
                           G_CONNECT_SWAPPED);
  show_count (self);
}
