/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-window.h"

#include "ui/ic-dialogs.h"
#include "ui/ic-drive-list.h"
#include "ui/ic-history-page.h"
#include "ui/ic-jobs-button.h"
#include "ui/ic-nodes-page.h"
#include "ui/ic-page.h"
#include "ui/ic-queue-page.h"
#include "ui/ic-lookup-bar.h"
#include "ui/ic-sidebar-row.h"
#include "ui/ic-studies-page.h"
#include "ui/ic-transfer-wizard.h"
#include "ui/ic-viewer-window.h"
#include "words/ic-error-words.h"

#include <glib/gi18n.h>

#define MAX_PAGES 7 /* as many as have a key */
#define OFFER_S 15  /* long enough to read it and to think */
#define SETTLE_MS 20
#define MAX_CLOSED 250 /* nobody waits for a full disk */
#define NARROW_PX 900  /* below, the sidebar gives way to the page */

struct _IcWindow
{
  AdwApplicationWindow parent_instance;

  IcWorkspace *workspace;
  GSettings *settings;
  guint fold_id;
  gboolean may_close; /* the person knows what it stops */
  guint n_closed;     /* how often it waited for the store */
  AdwToastOverlay *toasts;
  IcLookupBar *search;
  GtkLabel *page_title;
  IcJobsButton *jobs;
  GtkStack *state;
  GtkProgressBar *update;
  AdwStatusPage *failure;
  AdwFlap *flap;
  GtkListBox *sidebar;
  IcDriveList *drives;
  GtkLabel *operator_label;
  GtkStack *pages;
};

/* The pages in the order of the sidebar. */
static const struct
{
  const char *name;
  GType (*get_type) (void);
} page_types[] = {
  { "studies", ic_studies_page_get_type },
  { "queue", ic_queue_page_get_type },
  { "history", ic_history_page_get_type },
  { "nodes", ic_nodes_page_get_type },
  { NULL, NULL },
};

G_DEFINE_FINAL_TYPE (IcWindow, ic_window, ADW_TYPE_APPLICATION_WINDOW)

static IcPage *
get_page (IcWindow *self)
{
  return IC_PAGE (gtk_stack_get_visible_child (self->pages));
}

static void
row_activated_cb (IcWindow *self, GtkListBoxRow *row)
{
  gtk_stack_set_visible_child (self->pages,
                               GTK_WIDGET (ic_sidebar_row_get_page (IC_SIDEBAR_ROW (row))));
  if (adw_flap_get_folded (self->flap))
    adw_flap_set_reveal_flap (self->flap, FALSE);
}

static void
select_row_of (IcWindow *self, IcPage *page)
{
  GtkListBoxRow *row = NULL;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->sidebar, i)) != NULL; i++)
    if (ic_sidebar_row_get_page (IC_SIDEBAR_ROW (row)) == page)
      gtk_list_box_select_row (self->sidebar, row);
}

static void
page_changed_cb (IcWindow *self)
{
  IcPage *page = NULL;

  if (gtk_stack_get_visible_child (self->pages) == NULL)
    return;
  page = get_page (self);
  gtk_label_set_text (self->page_title, ic_page_get_title (page));
  g_settings_set_string (self->settings, "page", gtk_stack_get_visible_child_name (self->pages));
  select_row_of (self, page);
  ic_page_enter (page);
}

static void
add_page (IcWindow *self, const char *name, GType type)
{
  GtkWidget *page = g_object_new (type, NULL);

  gtk_stack_add_titled (self->pages, page, name, ic_page_get_title (IC_PAGE (page)));
  gtk_list_box_append (self->sidebar, GTK_WIDGET (ic_sidebar_row_new (IC_PAGE (page))));
  ic_page_start (IC_PAGE (page), self->workspace);
}

static void
show_page_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ic_window_show_page (IC_WINDOW (widget), g_variant_get_string (parameter, NULL));
}

static void
show_nth_page_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  IcWindow *self = IC_WINDOW (widget);
  GtkListBoxRow *row =
      gtk_list_box_get_row_at_index (self->sidebar, g_variant_get_int32 (parameter));

  if (row != NULL)
    row_activated_cb (self, row);
}

static void
show_transfer_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  IcWindow *self = IC_WINDOW (widget);
  GtkWidget *page = gtk_stack_get_child_by_name (self->pages, "history");

  if (page == NULL)
    return;
  gtk_stack_set_visible_child (self->pages, page);
  ic_history_page_show_transfer (IC_HISTORY_PAGE (page), g_variant_get_int64 (parameter));
}

static void
refresh_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  IcPage *page = get_page (IC_WINDOW (widget));

  if (page != NULL)
    ic_page_refresh (page);
}

static void
step_back_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  IcPage *page = get_page (IC_WINDOW (widget));

  if (page != NULL)
    ic_page_step_back (page);
}

static void
transfer_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ic_transfer_wizard_present (IC_WINDOW (widget));
}

static void
search_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ic_lookup_bar_enter (IC_WINDOW (widget)->search);
}

static void
patient_chosen_cb (IcWindow *self, const char *patient_id)
{
  GtkWidget *page = gtk_stack_get_child_by_name (self->pages, "studies");

  if (page == NULL)
    return;
  gtk_stack_set_visible_child (self->pages, page);
  ic_page_show_patient (IC_PAGE (page), patient_id);
}

static void
transfer_chosen_cb (IcWindow *self, gint64 transfer)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-transfer", "x", transfer);
}

static void
toggle_sidebar_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  IcWindow *self = IC_WINDOW (widget);

  adw_flap_set_reveal_flap (self->flap, !adw_flap_get_reveal_flap (self->flap));
}

static void
view_study_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  const char *study_uid = NULL;
  const char *series_uid = NULL;

  g_variant_get (parameter, "(&s&s)", &study_uid, &series_uid);
  ic_viewer_window_present (IC_WINDOW (widget), study_uid, *series_uid != '\0' ? series_uid : NULL);
}

static void
send_notification (IcWindow *self, const char *title, const char *body)
{
  GApplication *application = G_APPLICATION (gtk_window_get_application (GTK_WINDOW (self)));
  g_autoptr(GNotification) notification = g_notification_new (title);

  g_notification_set_body (notification, body);
  g_application_send_notification (application, NULL, notification);
}

/* Others may see the desktop: nothing there says who the patient is. */
static void
notify_end (IcWindow *self, IcActivity *activity)
{
  if (ic_activity_is_proved (activity))
    send_notification (self, _ ("A transfer is proved"), _ ("All its images are accounted for."));
  else
    send_notification (self, _ ("A transfer needs you"), _ ("It ended without a proof."));
}

/* The list of jobs and the wizard keep saying it. */
static void
request_changed_cb (IcWindow *self, GParamSpec *pspec, IcActivity *activity)
{
  const char *request = ic_activity_get_request (activity);

  if (request == NULL)
    return;
  ic_window_tell (self, request);
  if (!gtk_window_is_active (GTK_WINDOW (self)))
    send_notification (self, _ ("A transfer waits for you"), request);
}

static void
trouble_cb (IcWindow *self, const GError *error)
{
  const IcErrorContext context = { .subject = _ ("the data directory"), .subject_is_phrase = TRUE };
  g_autofree char *sentence = ic_error_words_dup_sentence (error, &context);

  ic_window_tell (self, sentence);
}

static void
activity_changed_cb (IcWindow *self, GParamSpec *pspec, IcActivity *activity)
{
  g_autofree char *text = NULL;

  if (!ic_activity_is_finished (activity))
    return;
  /* Translators: what was done, and how it ended. */
  text = g_strdup_printf (_ ("%s: %s"), ic_activity_get_title (activity),
                          ic_activity_get_outcome (activity));
  ic_window_tell (self, text);
  if (!gtk_window_is_active (GTK_WINDOW (self)))
    notify_end (self, activity);
}

static void
activities_changed_cb (IcWindow *self,
                       guint position,
                       guint removed,
                       guint added,
                       GListModel *activities)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr(IcActivity) activity = g_list_model_get_item (activities, i);

      g_signal_connect_object (activity, "notify::active", G_CALLBACK (activity_changed_cb), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (activity, "notify::request", G_CALLBACK (request_changed_cb), self,
                               G_CONNECT_SWAPPED);
    }
}

/* Whether something is being done right now, apart from what waits for its turn. */
static gboolean
is_busy (IcWindow *self)
{
  GListModel *activities = ic_workspace_get_activities (self->workspace);

  for (guint i = 0; i < g_list_model_get_n_items (activities); i++)
    {
      g_autoptr(IcActivity) activity = g_list_model_get_item (activities, i);

      if (!ic_activity_is_waiting (activity) && !ic_activity_is_finished (activity))
        return TRUE;
    }
  return FALSE;
}

static void
close_answered_cb (gboolean agreed, gpointer user_data)
{
  g_autoptr(IcWindow) self = user_data;

  if (!agreed)
    return;
  self->may_close = TRUE;
  gtk_window_close (GTK_WINDOW (self));
}

static void
save_state (IcWindow *self)
{
  int width = 0;
  int height = 0;

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_settings_set_int (self->settings, "window-width", width);
  g_settings_set_int (self->settings, "window-height", height);
  g_settings_set_boolean (self->settings, "window-maximized",
                          gtk_window_is_maximized (GTK_WINDOW (self)));
}

static gboolean
close_again_cb (gpointer data)
{
  gtk_window_close (data);
  return G_SOURCE_REMOVE;
}

/* FALSE while the store does not know yet what waits: then it is closed a moment later. */
static gboolean
suspend (IcWindow *self)
{
  ic_workspace_suspend (self->workspace);
  self->may_close = TRUE;
  if (ic_workspace_is_settled (self->workspace) || ++self->n_closed > MAX_CLOSED)
    return TRUE;
  g_timeout_add_full (G_PRIORITY_DEFAULT, SETTLE_MS, close_again_cb, g_object_ref (self),
                      g_object_unref);
  return FALSE;
}

static gboolean
ic_window_close_request (GtkWindow *window)
{
  IcWindow *self = IC_WINDOW (window);
  const IcDialogsQuestion question = {
    .heading = _ ("Stop what is being done?"),
    .body = _ ("Transfers are still running. Closing the window stops them; a disc that is being "
               "written is spoilt. What waits goes on when the window is opened again."),
    .cancel = _ ("Go on"),
    .action = _ ("Stop and close"),
    .is_destructive = TRUE,
  };

  save_state (self);
  if (!self->may_close && self->workspace != NULL && is_busy (self))
    {
      ic_dialogs_ask (GTK_WIDGET (self), &question, close_answered_cb, g_object_ref (self));
      return TRUE;
    }
  if (self->workspace != NULL && !suspend (self))
    return TRUE;
  ic_transfer_wizard_dismiss (self);
  return GTK_WINDOW_CLASS (ic_window_parent_class)->close_request (window);
}

static gboolean
fold_cb (gpointer user_data)
{
  IcWindow *self = user_data;
  gboolean is_narrow = gtk_widget_get_width (GTK_WIDGET (self)) < NARROW_PX;

  self->fold_id = 0;
  adw_flap_set_fold_policy (self->flap,
                            is_narrow ? ADW_FLAP_FOLD_POLICY_ALWAYS : ADW_FLAP_FOLD_POLICY_NEVER);
  return G_SOURCE_REMOVE;
}

static void
ic_window_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  IcWindow *self = IC_WINDOW (widget);
  gboolean is_folded = adw_flap_get_fold_policy (self->flap) == ADW_FLAP_FOLD_POLICY_ALWAYS;

  GTK_WIDGET_CLASS (ic_window_parent_class)->size_allocate (widget, width, height, baseline);
  if (is_folded != (width < NARROW_PX) && self->fold_id == 0)
    self->fold_id = g_idle_add (fold_cb, self); /* not while sizes are given out */
}

static void
ic_window_dispose (GObject *object)
{
  IcWindow *self = IC_WINDOW (object);

  g_clear_handle_id (&self->fold_id, g_source_remove);
  g_clear_object (&self->workspace);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (ic_window_parent_class)->dispose (object);
}

static void
add_shortcuts (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.show-page", "s", show_page_cb);
  gtk_widget_class_install_action (widget_class, "win.show-nth-page", "i", show_nth_page_cb);
  gtk_widget_class_install_action (widget_class, "win.search", NULL, search_cb);

  gtk_widget_class_install_action (widget_class, "win.show-transfer", "x", show_transfer_cb);
  gtk_widget_class_install_action (widget_class, "win.refresh", NULL, refresh_cb);
  gtk_widget_class_install_action (widget_class, "win.step-back", NULL, step_back_cb);
  gtk_widget_class_install_action (widget_class, "win.transfer", NULL, transfer_cb);
  gtk_widget_class_install_action (widget_class, "win.toggle-sidebar", NULL, toggle_sidebar_cb);
  gtk_widget_class_install_action (widget_class, "win.view-study", "(ss)", view_study_cb);
  for (int i = 0; i < MAX_PAGES; i++)
    gtk_widget_class_add_binding_action (widget_class, GDK_KEY_1 + (guint) i, GDK_CONTROL_MASK,
                                         "win.show-nth-page", "i", i);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_k, GDK_CONTROL_MASK, "win.search",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F5, 0, "win.refresh", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "win.step-back", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_b, GDK_CONTROL_MASK, "win.transfer",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F9, 0, "win.toggle-sidebar", NULL);
}

static void
ic_window_class_init (IcWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ic_window_dispose;
  widget_class->size_allocate = ic_window_size_allocate;
  GTK_WINDOW_CLASS (klass)->close_request = ic_window_close_request;
  g_type_ensure (IC_TYPE_DRIVE_LIST);
  g_type_ensure (IC_TYPE_JOBS_BUTTON);
  g_type_ensure (IC_TYPE_LOOKUP_BAR);
  gtk_widget_class_set_template_from_resource (widget_class, IC_UI_PATH "ic-window.ui");
  gtk_widget_class_bind_template_child (widget_class, IcWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, IcWindow, search);
  gtk_widget_class_bind_template_child (widget_class, IcWindow, page_title);
  gtk_widget_class_bind_template_child (widget_class, IcWindow, jobs);
  gtk_widget_class_bind_template_child (widget_class, IcWindow, state);
  gtk_widget_class_bind_template_child (widget_class, IcWindow, update);
  gtk_widget_class_bind_template_child (widget_class, IcWindow, failure);
  gtk_widget_class_bind_template_child (widget_class, IcWindow, flap);
  gtk_widget_class_bind_template_child (widget_class, IcWindow, sidebar);
  gtk_widget_class_bind_template_child (widget_class, IcWindow, drives);
  gtk_widget_class_bind_template_child (widget_class, IcWindow, operator_label);
  gtk_widget_class_bind_template_child (widget_class, IcWindow, pages);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, page_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, patient_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, transfer_chosen_cb);
  add_shortcuts (widget_class);
}

static void
ic_window_init (IcWindow *self)
{
  self->settings = g_settings_new (IC_APPLICATION_ID);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_window_set_default_size (GTK_WINDOW (self),
                               g_settings_get_int (self->settings, "window-width"),
                               g_settings_get_int (self->settings, "window-height"));
  if (g_settings_get_boolean (self->settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
}

IcWindow *
ic_window_new (GtkApplication *application)
{
  return g_object_new (IC_TYPE_WINDOW, "application", application, NULL);
}

void
ic_window_set_workspace (IcWindow *self, IcWorkspace *workspace)
{
  g_autofree char *page = NULL;

  g_return_if_fail (IC_IS_WINDOW (self) && self->workspace == NULL);
  self->workspace = g_object_ref (workspace);
  page = g_settings_get_string (self->settings, "page");
  ic_jobs_button_set_workspace (self->jobs, workspace);
  ic_lookup_bar_set_workspace (self->search, workspace);
  ic_drive_list_set_watch (self->drives, ic_workspace_get_drives (workspace));
  g_signal_connect_object (ic_workspace_get_activities (workspace), "items-changed",
                           G_CALLBACK (activities_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "trouble", G_CALLBACK (trouble_cb), self, G_CONNECT_SWAPPED);
  gtk_label_set_text (self->operator_label,
                      ic_desk_get_operator (ic_workspace_get_desk (workspace)));
  for (guint i = 0; page_types[i].name != NULL; i++)
    add_page (self, page_types[i].name, page_types[i].get_type ());
  gtk_stack_set_visible_child_name (self->state, "desk");
  ic_window_show_page (self, page);
  select_row_of (self, get_page (self)); /* the first was in front before it had a row */
}

void
ic_window_show_update (IcWindow *self, double fraction)
{
  g_return_if_fail (IC_IS_WINDOW (self));
  gtk_progress_bar_set_fraction (self->update, fraction);
  gtk_stack_set_visible_child_name (self->state, "updating");
}

void
ic_window_show_failure (IcWindow *self, const char *sentence)
{
  g_return_if_fail (IC_IS_WINDOW (self));
  adw_status_page_set_description (self->failure, sentence);
  gtk_stack_set_visible_child_name (self->state, "failed");
}

IcWorkspace *
ic_window_get_workspace (IcWindow *self)
{
  g_return_val_if_fail (IC_IS_WINDOW (self), NULL);
  return self->workspace;
}

IcWindow *
ic_window_find (GtkWidget *widget)
{
  GtkWidget *window = gtk_widget_get_ancestor (widget, GTK_TYPE_WINDOW);

  while (window != NULL && !IC_IS_WINDOW (window))
    window = GTK_WIDGET (gtk_window_get_transient_for (GTK_WINDOW (window)));
  return window != NULL ? IC_WINDOW (window) : NULL;
}

void
ic_window_tell (IcWindow *self, const char *text)
{
  AdwToast *toast = NULL;
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  g_return_if_fail (IC_IS_WINDOW (self));
  toast = adw_toast_new (escaped);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

/* What a toast offers. */
typedef struct
{
  IcWindowOfferFunc func;
  gpointer data;
  GDestroyNotify data_free;
} Offer;

static void
offer_free (gpointer data, GClosure *closure)
{
  Offer *offer = data;

  offer->data_free (offer->data);
  g_free (offer);
}

static void
offer_taken_cb (AdwToast *toast, Offer *offer)
{
  offer->func (offer->data);
}

void
ic_window_offer (IcWindow *self,
                 const char *text,
                 const char *button,
                 IcWindowOfferFunc func,
                 gpointer data,
                 GDestroyNotify data_free)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);
  AdwToast *toast = adw_toast_new (escaped);
  Offer *offer = g_new0 (Offer, 1);

  g_return_if_fail (IC_IS_WINDOW (self));
  offer->func = func;
  offer->data = data;
  offer->data_free = data_free;
  adw_toast_set_button_label (toast, button);
  adw_toast_set_timeout (toast, OFFER_S);
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (offer_taken_cb), offer, offer_free,
                         0);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

void
ic_window_show_page (IcWindow *self, const char *name)
{
  g_return_if_fail (IC_IS_WINDOW (self));
  if (gtk_stack_get_child_by_name (self->pages, name) != NULL)
    gtk_stack_set_visible_child_name (self->pages, name);
}
