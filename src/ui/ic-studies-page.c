/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-studies-page.h"

#include "ui/ic-search-bar.h"
#include "ui/ic-study-list.h"
#include "ui/ic-study-pane.h"
#include "ui/ic-transfer-tray.h"
#include "ui/ic-viewer-window.h"
#include "ui/ic-window.h"

#include <glib/gi18n.h>

#define NARROW_WIDTH 860 /* where list and pane do not both have room */

struct _IcStudiesPage
{
  IcPage parent_instance;

  IcStudySearch *search;
  GSettings *settings;
  IcSearchBar *filter;
  GtkBox *remarks;
  GtkStack *state;
  GtkToggleButton *pane_button;
  gboolean is_narrow;
  guint fold_id;
  IcStudyList *list;
  IcStudyPane *pane;
  IcTransferTray *tray;
  GtkLabel *summary;
  GtkSpinner *spinner;
  GMenuModel *row_menu;
  IcStudyRow *watched; /* the selected one: what can be done with it changes */
  gulong watched_id;
};

G_DEFINE_FINAL_TYPE (IcStudiesPage, ic_studies_page, IC_TYPE_PAGE)

static gboolean
has_node (IcStudiesPage *self)
{
  return g_list_model_get_n_items (
             ic_workspace_get_nodes (ic_page_get_workspace (IC_PAGE (self)))) > 0;
}

/* Everybody who was asked failed: nothing can be said of what there is. */
static gboolean
all_failed (IcStudiesPage *self)
{
  GListModel *sources = ic_study_search_get_sources (self->search);
  guint n_failed = 0;
  guint n_chosen = 0;

  for (guint i = 0; i < g_list_model_get_n_items (sources); i++)
    {
      g_autoptr(IcSearchSource) source = g_list_model_get_item (sources, i);
      IcSourceState state = ic_search_source_get_state (source);

      n_chosen += state != IC_SOURCE_IDLE;
      n_failed += state == IC_SOURCE_FAILED;
    }
  return n_chosen > 0 && n_failed == n_chosen;
}

static const char *
choose_state (IcStudiesPage *self)
{
  if (ic_study_search_get_n_studies (self->search) > 0)
    return "list";
  if (!ic_study_search_was_asked (self->search))
    return has_node (self) ? "ready" : "no-node";
  if (ic_study_search_is_asking (self->search))
    return "asking";
  return all_failed (self) ? "offline" : "nothing";
}

static void
search_changed_cb (IcStudiesPage *self)
{
  g_autofree char *summary = ic_study_search_dup_summary (self->search);
  gboolean is_asking = ic_study_search_is_asking (self->search);

  gtk_label_set_text (self->summary, *summary != '\0' ? summary : _ ("Nothing was asked yet"));
  gtk_spinner_set_spinning (self->spinner, is_asking);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), is_asking);
  gtk_stack_set_visible_child_name (self->state, choose_state (self));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "studies.stop", is_asking);
}

static void
retry_clicked_cb (GtkButton *button, IcSearchSource *source)
{
  GtkWidget *page = gtk_widget_get_ancestor (GTK_WIDGET (button), IC_TYPE_STUDIES_PAGE);

  ic_study_search_retry (IC_STUDIES_PAGE (page)->search, source);
}

/* The line of one source below the filter; it shows only while there is something to know. */
static GtkWidget *
create_remark (IcSearchSource *source)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *icon = g_object_new (GTK_TYPE_IMAGE, "icon-name", "dialog-warning-symbolic",
                                  "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  GtkWidget *text = gtk_label_new (NULL);
  GtkWidget *retry = gtk_button_new_with_label (_ ("Retry"));

  gtk_label_set_xalign (GTK_LABEL (text), 0);
  gtk_label_set_wrap (GTK_LABEL (text), TRUE);
  gtk_widget_set_hexpand (text, TRUE);
  gtk_widget_set_valign (retry, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (box, "ic-remark");
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), text);
  gtk_box_append (GTK_BOX (box), retry);
  g_object_bind_property (source, "text", text, "label", G_BINDING_SYNC_CREATE);
  g_object_bind_property (source, "failed", retry, "visible", G_BINDING_SYNC_CREATE);
  g_object_bind_property (source, "remarkable", box, "visible", G_BINDING_SYNC_CREATE);
  g_signal_connect_object (retry, "clicked", G_CALLBACK (retry_clicked_cb), source, 0);
  return box;
}

static void
sources_changed_cb (IcStudiesPage *self)
{
  GListModel *sources = ic_study_search_get_sources (self->search);
  GtkWidget *child = NULL;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->remarks))) != NULL)
    gtk_box_remove (self->remarks, child);
  for (guint i = 0; i < g_list_model_get_n_items (sources); i++)
    {
      g_autoptr(IcSearchSource) source = g_list_model_get_item (sources, i);

      gtk_box_append (self->remarks, create_remark (source));
    }
}

static gboolean
count_on_node (IcStudyRow *study, gpointer user_data)
{
  return ic_study_row_get_node (study) != NULL;
}

static gboolean
count_here (IcStudyRow *study, gpointer user_data)
{
  return ic_study_row_get_n_here (study) > 0;
}

/* The studies that an act is about: the selected one, or all of the selected patient. */
static GPtrArray *
list_chosen (IcStudiesPage *self, gboolean (*fits) (IcStudyRow *, gpointer))
{
  GPtrArray *chosen = g_ptr_array_new_with_free_func (g_object_unref);
  IcStudyRow *study = ic_study_list_get_study (self->list);
  IcPatientRow *patient = ic_study_list_get_patient (self->list);
  GListModel *studies = NULL;

  if (study != NULL && fits (study, NULL))
    g_ptr_array_add (chosen, g_object_ref (study));
  if (study != NULL || patient == NULL)
    return chosen;
  studies = ic_patient_row_get_studies (patient);
  for (guint i = 0; i < g_list_model_get_n_items (studies); i++)
    {
      g_autoptr(IcStudyRow) one = g_list_model_get_item (studies, i);

      if (fits (one, NULL))
        g_ptr_array_add (chosen, g_steal_pointer (&one));
    }
  return chosen;
}

static void
update_actions (IcStudiesPage *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  IcStudyRow *study = ic_study_list_get_study (self->list);
  IcPatientRow *patient = ic_study_list_get_patient (self->list);
  g_autoptr(GPtrArray) remote = list_chosen (self, count_on_node);

  gtk_widget_action_set_enabled (widget, "studies.view", study != NULL && count_here (study, NULL));
  gtk_widget_action_set_enabled (widget, "studies.retrieve", remote->len > 0);
  gtk_widget_action_set_enabled (widget, "studies.add", patient != NULL);
  gtk_widget_action_set_enabled (widget, "studies.transfer", patient != NULL);
  gtk_widget_action_set_enabled (widget, "studies.copy-accession", study != NULL);
  gtk_widget_action_set_enabled (widget, "studies.copy-uid", study != NULL);
  gtk_widget_action_set_enabled (widget, "studies.copy-patient-id", patient != NULL);
}

static void
watch (IcStudiesPage *self, IcStudyRow *study)
{
  if (self->watched != NULL)
    g_clear_signal_handler (&self->watched_id, self->watched);
  g_set_object (&self->watched, study);
  if (study != NULL)
    self->watched_id =
        g_signal_connect_swapped (study, "changed", G_CALLBACK (update_actions), self);
}

static void
selection_changed_cb (IcStudiesPage *self)
{
  watch (self, ic_study_list_get_study (self->list));
  ic_study_pane_show (self->pane, ic_study_list_get_patient (self->list),
                      ic_study_list_get_study (self->list));
  update_actions (self);
}

static void
tell (IcStudiesPage *self, const char *text)
{
  IcWindow *window = ic_window_find (GTK_WIDGET (self));

  if (window != NULL)
    ic_window_tell (window, text);
}

static void
view (IcStudiesPage *self, IcStudyRow *study, const char *series_uid)
{
  IcWindow *window = ic_window_find (GTK_WIDGET (self));

  if (window != NULL && ic_study_row_get_n_here (study) > 0)
    ic_viewer_window_present (window, ic_study_row_get_uid (study), series_uid);
  else
    tell (self, _ ("The images are not here yet: retrieve them first (Ctrl+R)."));
}

static void
view_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  IcStudiesPage *self = IC_STUDIES_PAGE (widget);
  IcStudyRow *study = ic_study_list_get_study (self->list);
  IcResultRow *row = ic_study_list_get_selected (self->list);

  if (study != NULL)
    view (self, study, IC_IS_SERIES_ROW (row) ? ic_series_row_get_uid (IC_SERIES_ROW (row)) : NULL);
}

static void
view_series_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  IcStudiesPage *self = IC_STUDIES_PAGE (widget);
  IcStudyRow *study = ic_study_list_get_study (self->list);

  if (study != NULL)
    view (self, study, g_variant_get_string (parameter, NULL));
}

static void
row_activated_cb (IcStudiesPage *self)
{
  view_cb (GTK_WIDGET (self), NULL, NULL);
}

/* All that one node has of them in one act: one transfer, one patient. */
static void
retrieve_from (IcStudiesPage *self, IcNode *node, GPtrArray *studies)
{
  IcWorkspace *workspace = ic_page_get_workspace (IC_PAGE (self));
  g_autoptr(GPtrArray) uids = g_ptr_array_new ();
  g_autoptr(IcActivity) activity = NULL;
  IcPatient *patient = NULL;

  for (guint i = studies->len; i > 0; i--)
    {
      IcStudyRow *study = studies->pdata[i - 1];

      if (ic_study_row_get_node (study) != node)
        continue;
      patient = ic_study_row_get_patient (study);
      g_ptr_array_add (uids, (gpointer) ic_study_row_get_uid (study));
    }
  g_ptr_array_add (uids, NULL);
  activity = ic_activity_new_retrieve (ic_workspace_get_desk (workspace), node,
                                       (const char *const *) uids->pdata, patient);
  ic_workspace_start (workspace, activity);
}

static void
retrieve_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  IcStudiesPage *self = IC_STUDIES_PAGE (widget);
  g_autoptr(GPtrArray) studies = list_chosen (self, count_on_node);
  g_autoptr(GHashTable) nodes = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < studies->len; i++)
    {
      IcNode *node = ic_study_row_get_node (studies->pdata[i]);

      if (g_hash_table_add (nodes, node))
        retrieve_from (self, node, studies);
    }
  if (studies->len > 0)
    tell (self, _ ("The images are on their way; the button at the top right shows how far."));
}

static gboolean
add_selected (IcStudiesPage *self)
{
  IcStudyRow *study = ic_study_list_get_study (self->list);
  IcPatientRow *patient = ic_study_list_get_patient (self->list);

  if (study != NULL)
    return ic_transfer_tray_add (self->tray, study);
  return patient != NULL && ic_transfer_tray_add_row (self->tray, IC_RESULT_ROW (patient));
}

static void
add_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  add_selected (IC_STUDIES_PAGE (widget));
}

/* Without a selection the transfer goes on with what is in the tray. */
static void
transfer_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  IcStudiesPage *self = IC_STUDIES_PAGE (widget);

  if (ic_study_list_get_selected (self->list) == NULL || add_selected (self))
    gtk_widget_activate_action (widget, "win.transfer", NULL);
}

static void
copy (IcStudiesPage *self, const char *text)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  tell (self, _ ("Copied."));
}

static void
copy_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  IcStudiesPage *self = IC_STUDIES_PAGE (widget);
  IcStudyRow *study = ic_study_list_get_study (self->list);
  IcPatientRow *patient = ic_study_list_get_patient (self->list);

  if (g_str_equal (action, "studies.copy-patient-id") && patient != NULL)
    copy (self, ic_patient_row_get_patient (patient)->id);
  else if (study != NULL)
    copy (self, g_str_equal (action, "studies.copy-uid") ? ic_study_row_get_uid (study)
                                                         : ic_study_row_get_accession (study));
}

static void
stop_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ic_study_search_stop (IC_STUDIES_PAGE (widget)->search);
}

static void
repeat_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ic_study_search_repeat (IC_STUDIES_PAGE (widget)->search);
}

static void
clear_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  IcStudiesPage *self = IC_STUDIES_PAGE (widget);

  ic_search_bar_clear (self->filter);
  ic_search_bar_focus (self->filter);
}

static void
focus_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ic_search_bar_focus (IC_STUDIES_PAGE (widget)->filter);
}

static void
focus_list_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ic_study_list_focus (IC_STUDIES_PAGE (widget)->list);
}

static void
toggle_pane_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  IcStudiesPage *self = IC_STUDIES_PAGE (widget);

  gtk_toggle_button_set_active (self->pane_button,
                                !gtk_toggle_button_get_active (self->pane_button));
}

static void
ic_studies_page_start (IcPage *page)
{
  IcStudiesPage *self = IC_STUDIES_PAGE (page);
  IcWorkspace *workspace = ic_page_get_workspace (page);

  self->search = ic_study_search_new (workspace);
  ic_search_bar_set_search (self->filter, self->search, self->settings);
  ic_study_list_set_search (self->list, workspace, self->search, self->settings);
  ic_study_list_set_menu (self->list, self->row_menu);
  ic_study_pane_set_workspace (self->pane, workspace);
  ic_transfer_tray_set_workspace (self->tray, workspace);
  g_signal_connect_object (ic_study_search_get_sources (self->search), "items-changed",
                           G_CALLBACK (sources_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->search, "notify::summary", G_CALLBACK (search_changed_cb), self,
                           G_CONNECT_SWAPPED);
  sources_changed_cb (self);
  search_changed_cb (self);
  update_actions (self);
}

static void
ic_studies_page_refresh (IcPage *page)
{
  ic_study_search_repeat (IC_STUDIES_PAGE (page)->search);
}

static gboolean
ic_studies_page_step_back (IcPage *page)
{
  IcStudiesPage *self = IC_STUDIES_PAGE (page);

  if (ic_transfer_tray_dismiss (self->tray))
    return TRUE;
  if (self->is_narrow && gtk_toggle_button_get_active (self->pane_button))
    {
      gtk_toggle_button_set_active (self->pane_button, FALSE);
      return TRUE;
    }
  if (!ic_study_search_is_asking (self->search))
    return FALSE;
  ic_study_search_stop (self->search);
  return TRUE;
}

static void
ic_studies_page_enter (IcPage *page)
{
  ic_search_bar_focus (IC_STUDIES_PAGE (page)->filter);
}

static gboolean
fold_cb (gpointer user_data)
{
  IcStudiesPage *self = user_data;

  self->fold_id = 0;
  gtk_toggle_button_set_active (self->pane_button, !self->is_narrow);
  return G_SOURCE_REMOVE;
}

static void
ic_studies_page_measure (GtkWidget *widget,
                         GtkOrientation orientation,
                         int for_size,
                         int *minimum,
                         int *natural,
                         int *minimum_baseline,
                         int *natural_baseline)
{
  gtk_widget_measure (adw_bin_get_child (ADW_BIN (widget)), orientation, for_size, minimum, natural,
                      minimum_baseline, natural_baseline);
}

/* The pane folds when the window becomes narrow; who wants it all the same opens it. */
static void
ic_studies_page_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  IcStudiesPage *self = IC_STUDIES_PAGE (widget);
  gboolean is_narrow = width < NARROW_WIDTH;

  gtk_widget_allocate (adw_bin_get_child (ADW_BIN (self)), width, height, baseline, NULL);
  if (is_narrow == self->is_narrow)
    return;
  self->is_narrow = is_narrow;
  if (self->fold_id == 0)
    self->fold_id = g_idle_add (fold_cb, self);
}

static void
ic_studies_page_dispose (GObject *object)
{
  IcStudiesPage *self = IC_STUDIES_PAGE (object);

  watch (self, NULL);
  g_clear_handle_id (&self->fold_id, g_source_remove);
  g_clear_object (&self->search);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (ic_studies_page_parent_class)->dispose (object);
}

static void
install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "studies.view", NULL, view_cb);
  gtk_widget_class_install_action (widget_class, "studies.view-series", "s", view_series_cb);
  gtk_widget_class_install_action (widget_class, "studies.retrieve", NULL, retrieve_cb);
  gtk_widget_class_install_action (widget_class, "studies.add", NULL, add_cb);
  gtk_widget_class_install_action (widget_class, "studies.transfer", NULL, transfer_cb);
  gtk_widget_class_install_action (widget_class, "studies.copy-accession", NULL, copy_cb);
  gtk_widget_class_install_action (widget_class, "studies.copy-uid", NULL, copy_cb);
  gtk_widget_class_install_action (widget_class, "studies.copy-patient-id", NULL, copy_cb);
  gtk_widget_class_install_action (widget_class, "studies.stop", NULL, stop_cb);
  gtk_widget_class_install_action (widget_class, "studies.repeat", NULL, repeat_cb);
  gtk_widget_class_install_action (widget_class, "studies.clear", NULL, clear_cb);
  gtk_widget_class_install_action (widget_class, "studies.focus", NULL, focus_cb);
  gtk_widget_class_install_action (widget_class, "studies.focus-list", NULL, focus_list_cb);
  gtk_widget_class_install_action (widget_class, "studies.toggle-pane", NULL, toggle_pane_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_r, GDK_CONTROL_MASK,
                                       "studies.retrieve", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_b, GDK_CONTROL_MASK,
                                       "studies.transfer", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_d, GDK_CONTROL_MASK, "studies.add",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_f, GDK_CONTROL_MASK, "studies.focus",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_l, GDK_CONTROL_MASK, "studies.clear",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F8, 0, "studies.toggle-pane", NULL);
}

static void
ic_studies_page_class_init (IcStudiesPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  IcPageClass *page_class = IC_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ic_studies_page_dispose;
  widget_class->measure = ic_studies_page_measure;
  widget_class->size_allocate = ic_studies_page_size_allocate;
  page_class->start = ic_studies_page_start;
  page_class->refresh = ic_studies_page_refresh;
  page_class->step_back = ic_studies_page_step_back;
  page_class->enter = ic_studies_page_enter;
  g_type_ensure (IC_TYPE_SEARCH_BAR);
  g_type_ensure (IC_TYPE_STUDY_LIST);
  g_type_ensure (IC_TYPE_STUDY_PANE);
  g_type_ensure (IC_TYPE_TRANSFER_TRAY);
  install_actions (widget_class);
  gtk_widget_class_set_template_from_resource (widget_class, IC_UI_PATH "ic-studies-page.ui");
  gtk_widget_class_bind_template_child (widget_class, IcStudiesPage, filter);
  gtk_widget_class_bind_template_child (widget_class, IcStudiesPage, remarks);
  gtk_widget_class_bind_template_child (widget_class, IcStudiesPage, state);
  gtk_widget_class_bind_template_child (widget_class, IcStudiesPage, pane_button);
  gtk_widget_class_bind_template_child (widget_class, IcStudiesPage, list);
  gtk_widget_class_bind_template_child (widget_class, IcStudiesPage, pane);
  gtk_widget_class_bind_template_child (widget_class, IcStudiesPage, tray);
  gtk_widget_class_bind_template_child (widget_class, IcStudiesPage, summary);
  gtk_widget_class_bind_template_child (widget_class, IcStudiesPage, spinner);
  gtk_widget_class_bind_template_child (widget_class, IcStudiesPage, row_menu);
  gtk_widget_class_bind_template_callback (widget_class, selection_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
}

static void
ic_studies_page_init (IcStudiesPage *self)
{
  self->settings = g_settings_new (IC_APPLICATION_ID);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_layout_manager (GTK_WIDGET (self), NULL); /* it looks at its width */
}

void
ic_studies_page_find (IcStudiesPage *self, const char *text)
{
  g_return_if_fail (IC_IS_STUDIES_PAGE (self));
  ic_search_bar_find_text (self->filter, text);
}
