/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-transfer-wizard.h"

#include "model/ic-transfer-check.h"
#include "ui/ic-dialogs.h"
#include "ui/ic-disc-consent.h"
#include "ui/ic-text-scale.h"
#include "ui/ic-wizard-check.h"
#include "ui/ic-wizard-doing.h"
#include "ui/ic-wizard-how.h"
#include "ui/ic-wizard-proof.h"
#include "ui/ic-wizard-what.h"
#include "ui/ic-wizard-whom.h"
#include "words/ic-error-words.h"
#include "words/ic-words.h"

#include <glib/gi18n.h>

struct _IcTransferWizard
{
  AdwWindow parent_instance;

  IcTransferOrder *order;
  IcDriveWatch *drives; /* followed; NULL once it is closed */
  IcActivity *activity; /* NULL before it began */
  gboolean is_asking;   /* about the disc */
  IcTransferStep step;
  IcTransferStep reached;
  GtkLabel *patient_name;
  GtkLabel *patient_details;
  GtkListBox *steps;
  guint top_id;
  GtkScrolledWindow *scroller;
  GtkStack *stack;
  GtkLabel *obstacle;
  GtkButton *back;
  GtkButton *next;
  GtkButton *again;
  IcWizardStep *pages[IC_N_STEPS];
};

G_DEFINE_FINAL_TYPE (IcTransferWizard, ic_transfer_wizard, ADW_TYPE_WINDOW)

static const char *const step_names[IC_N_STEPS] = {
  "what", "whom", "how", "check", "doing", "proof"
};
static const char *const step_titles[IC_N_STEPS] = {
  N_ ("What"), N_ ("To whom"), N_ ("How"), N_ ("Check"), N_ ("Doing"), N_ ("Proof"),
};

/* What the sign before a step says. */
typedef enum
{
  SIGN_OPEN,
  SIGN_DONE,
  SIGN_WARNING,
} Sign;

static Sign
get_sign (IcTransferWizard *self, IcTransferStep step)
{
  if (step > self->reached)
    return SIGN_OPEN;
  if (step < IC_STEP_CHECK && self->activity == NULL)
    return ic_transfer_order_get_obstacle (self->order, step) == NULL ? SIGN_DONE : SIGN_WARNING;
  if (step == IC_STEP_PROOF)
    return ic_activity_is_proved (self->activity) ? SIGN_DONE : SIGN_WARNING;
  if (step == IC_STEP_DOING)
    return self->reached == IC_STEP_PROOF ? SIGN_DONE : SIGN_OPEN;
  return step < self->reached ? SIGN_DONE : SIGN_OPEN;
}

static const char *
get_sign_word (Sign sign)
{
  if (sign == SIGN_DONE)
    return _ ("done");
  return sign == SIGN_WARNING ? _ ("needs you") : _ ("open");
}

static GtkWidget *
new_sign (Sign sign, guint number)
{
  g_autofree char *text = g_strdup_printf ("%u", number);
  GtkWidget *widget = NULL;

  if (sign == SIGN_OPEN)
    widget = gtk_label_new (text);
  else
    widget = gtk_image_new_from_icon_name (sign == SIGN_DONE ? "object-select-symbolic"
                                                             : "dialog-warning-symbolic");
  if (sign != SIGN_OPEN)
    gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    get_sign_word (sign), -1);
  gtk_widget_set_size_request (widget, 20, -1);
  gtk_widget_add_css_class (widget, sign == SIGN_WARNING ? "warning" : "dim-label");
  return widget;
}

/* Nobody goes back behind what has begun. */
static gboolean
may_show (IcTransferWizard *self, IcTransferStep step)
{
  if (self->activity != NULL)
    return step == self->reached;
  return step <= self->reached && step < IC_STEP_DOING;
}

static void
add_step_row (IcTransferWizard *self, IcTransferStep step)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *label = gtk_label_new (_ (step_titles[step]));
  Sign sign = get_sign (self, step);
  /* Translators: the title of a step, and how far it is. */
  g_autofree char *name =
      g_strdup_printf (_ ("%s, %s"), _ (step_titles[step]), get_sign_word (sign));

  gtk_box_append (GTK_BOX (box), new_sign (sign, step + 1));
  gtk_box_append (GTK_BOX (box), label);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_widget_set_sensitive (row, may_show (self, step));
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_list_box_append (self->steps, row);
  if (step == self->step)
    gtk_list_box_select_row (self->steps, GTK_LIST_BOX_ROW (row));
}

static void
show_steps (IcTransferWizard *self)
{
  GtkListBoxRow *row = NULL;

  while ((row = gtk_list_box_get_row_at_index (self->steps, 0)) != NULL)
    gtk_list_box_remove (self->steps, GTK_WIDGET (row));
  for (guint step = IC_STEP_WHAT; step < IC_N_STEPS; step++)
    add_step_row (self, step);
}

static void
show_patient (IcTransferWizard *self)
{
  IcPatient *patient = ic_transfer_draft_get_patient (ic_transfer_order_get_draft (self->order));
  g_autofree char *name = NULL;
  g_autofree char *born = NULL;
  g_autofree char *details = NULL;

  if (patient == NULL)
    return;
  name = ic_patient_dup_display_name (patient);
  born = ic_words_dup_date (patient->birth_date);
  details = g_strjoin (" · ", patient->id, *born != '\0' ? born : _ ("date of birth unknown"),
                       *patient->sex != '\0' ? patient->sex : NULL, NULL);
  gtk_label_set_text (self->patient_name, name);
  gtk_label_set_text (self->patient_details, details);
}

static const char *
get_next_label (IcTransferWizard *self)
{
  if (self->step == IC_STEP_CHECK)
    return _ ("Begin");
  return self->step < IC_STEP_CHECK ? _ ("Next") : _ ("Done");
}

static gboolean
may_go_on (IcTransferWizard *self)
{
  g_autoptr(GPtrArray) checks = NULL;

  if (self->is_asking)
    return FALSE;
  if (self->step < IC_STEP_CHECK)
    return ic_transfer_order_get_obstacle (self->order, self->step) == NULL;
  if (self->step != IC_STEP_CHECK)
    return self->step == IC_STEP_PROOF;
  checks = ic_transfer_check_all (self->order);
  return ic_transfer_check_may_start (checks);
}

static void
update (IcTransferWizard *self)
{
  const char *obstacle = NULL;

  if (self->order == NULL) /* a reading that ended after the window */
    return;
  obstacle = self->is_asking ? _ ("Looking into the drive…")
                             : ic_transfer_order_get_obstacle (self->order, self->step);
  show_patient (self);
  show_steps (self);
  gtk_label_set_text (self->obstacle, self->activity == NULL && obstacle != NULL ? obstacle : "");
  gtk_button_set_label (self->next, get_next_label (self));
  gtk_widget_set_visible (GTK_WIDGET (self->next), self->step != IC_STEP_DOING);
  gtk_widget_set_sensitive (GTK_WIDGET (self->next), may_go_on (self));
  gtk_widget_set_visible (GTK_WIDGET (self->back),
                          self->step > IC_STEP_WHAT && self->activity == NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->again), self->step == IC_STEP_PROOF);
}

static gboolean
scroll_to_top_cb (gpointer user_data)
{
  IcTransferWizard *self = user_data;

  self->top_id = 0;
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scroller), 0);
  return G_SOURCE_REMOVE;
}

static void
show_step (IcTransferWizard *self, IcTransferStep step)
{
  self->step = step;
  self->reached = MAX (self->reached, step);
  gtk_stack_set_visible_child_name (self->stack, step_names[step]);
  if (step == IC_STEP_CHECK)
    ic_transfer_order_reload (self->order);
  ic_wizard_step_update (self->pages[step]);
  update (self);
  if (step < IC_STEP_CHECK)
    gtk_widget_child_focus (GTK_WIDGET (self->pages[step]), GTK_DIR_TAB_FORWARD);
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->next));
  if (self->top_id == 0)
    self->top_id = g_idle_add (scroll_to_top_cb, self); /* the way of the keyboard moved it */
}

static void
show_step_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  IcTransferWizard *self = IC_TRANSFER_WIZARD (widget);
  IcTransferStep step = (IcTransferStep) g_variant_get_int32 (parameter);

  if (may_show (self, step))
    show_step (self, step);
}

static void
row_activated_cb (IcTransferWizard *self, GtkListBoxRow *row)
{
  IcTransferStep step = (IcTransferStep) gtk_list_box_row_get_index (row);

  if (may_show (self, step) && step != self->step)
    show_step (self, step);
}

/* The draft has served: what is proved needs no second look, all else may be tried again. */
static void
finished_cb (IcTransferWizard *self, GParamSpec *pspec, IcActivity *activity)
{
  if (activity != self->activity || !ic_activity_is_finished (activity))
    return;
  ic_wizard_proof_set_activity (IC_WIZARD_PROOF (self->pages[IC_STEP_PROOF]), activity);
  show_step (self, IC_STEP_PROOF);
}

static void
follow (IcTransferWizard *self, IcActivity *activity)
{
  g_set_object (&self->activity, activity);
  self->reached = IC_STEP_DOING;
  g_signal_connect_object (activity, "notify::active", G_CALLBACK (finished_cb), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  ic_wizard_doing_set_activity (IC_WIZARD_DOING (self->pages[IC_STEP_DOING]), activity);
  show_step (self, IC_STEP_DOING);
  finished_cb (self, NULL, activity);
}

static void
begin (IcTransferWizard *self, gboolean may_erase)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *sentence = NULL;
  g_autoptr(IcActivity) activity = ic_transfer_order_start (self->order, may_erase, &error);

  if (activity != NULL)
    {
      follow (self, activity);
      return;
    }
  sentence = ic_error_words_dup_sentence (error, NULL);
  ic_dialogs_tell (GTK_WIDGET (self), _ ("The transfer cannot begin"), sentence);
}

static void
begin_again (IcTransferWizard *self, gboolean may_erase)
{
  g_autoptr(IcActivity) activity = ic_activity_dup_again (self->activity, may_erase);

  ic_workspace_start (ic_transfer_order_get_workspace (self->order), activity);
  follow (self, activity);
}

static void
agreed_cb (gboolean agreed, gboolean may_erase, gpointer user_data)
{
  g_autoptr(IcTransferWizard) self = user_data;

  self->is_asking = FALSE;
  if (self->order == NULL) /* closed meanwhile */
    return;
  if (!agreed)
    update (self);
  else if (self->activity != NULL)
    begin_again (self, may_erase);
  else
    begin (self, may_erase);
}

/* Begins what is prepared, or the same once more; a disc is looked at first. */
static void
ask_and_begin (IcTransferWizard *self)
{
  if (self->is_asking)
    return;
  self->is_asking = TRUE;
  if (ic_transfer_order_get_route (self->order) != IC_ROUTE_DISC)
    {
      agreed_cb (TRUE, FALSE, g_object_ref (self));
      return;
    }
  ic_disc_consent_ask (GTK_WIDGET (self), ic_transfer_order_get_workspace (self->order),
                       ic_transfer_order_get_output (self->order), agreed_cb, g_object_ref (self));
  update (self);
}

static void
next_cb (IcTransferWizard *self)
{
  if (!may_go_on (self))
    return;
  if (self->step == IC_STEP_PROOF)
    gtk_window_close (GTK_WINDOW (self));
  else if (self->step == IC_STEP_CHECK)
    ask_and_begin (self);
  else
    show_step (self, self->step + 1);
}

static void
back_cb (IcTransferWizard *self)
{
  if (self->activity == NULL && self->step > IC_STEP_WHAT)
    show_step (self, self->step - 1);
}

/* The same once more: another disc, or another try. A file that is there would be in its way. */
static void
again_cb (IcTransferWizard *self)
{
  if (ic_activity_get_kind (self->activity) == IC_ACTIVITY_EXPORT &&
      ic_transfer_order_get_route (self->order) != IC_ROUTE_DISC)
    {
      g_clear_object (&self->activity);
      self->reached = IC_STEP_CHECK;
      ic_transfer_order_reload (self->order);
      show_step (self, IC_STEP_HOW);
      return;
    }
  ask_and_begin (self);
}

static void
next_action_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  next_cb (IC_TRANSFER_WIZARD (widget));
}

static void
back_action_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  back_cb (IC_TRANSFER_WIZARD (widget));
}

static void
close_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  gtk_window_close (GTK_WINDOW (widget));
}

/* Somebody may put a disc in while the list of checks is on the screen. */
static void
drives_changed_cb (IcTransferWizard *self)
{
  if (self->step != IC_STEP_CHECK)
    return;
  ic_wizard_step_update (self->pages[IC_STEP_CHECK]);
  update (self);
}

static void
stop_following (IcTransferWizard *self)
{
  if (self->drives == NULL)
    return;
  g_signal_handlers_disconnect_by_func (self->drives, drives_changed_cb, self);
  ic_drive_watch_unfollow (self->drives);
  g_clear_object (&self->drives);
}

static gboolean
ic_transfer_wizard_close_request (GtkWindow *window)
{
  IcTransferWizard *self = IC_TRANSFER_WIZARD (window);

  g_signal_handlers_disconnect_by_func (self->order, update, self);
  stop_following (self);
  if (self->activity != NULL && ic_activity_is_proved (self->activity))
    ic_transfer_draft_clear (ic_transfer_order_get_draft (self->order));
  return GTK_WINDOW_CLASS (ic_transfer_wizard_parent_class)->close_request (window);
}

static void
ic_transfer_wizard_dispose (GObject *object)
{
  IcTransferWizard *self = IC_TRANSFER_WIZARD (object);

  g_clear_handle_id (&self->top_id, g_source_remove);
  stop_following (self);
  g_clear_object (&self->order);
  g_clear_object (&self->activity);
  G_OBJECT_CLASS (ic_transfer_wizard_parent_class)->dispose (object);
}

static void
ic_transfer_wizard_class_init (IcTransferWizardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ic_transfer_wizard_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = ic_transfer_wizard_close_request;
  gtk_widget_class_install_action (widget_class, "wizard.show-step", "i", show_step_cb);
  gtk_widget_class_install_action (widget_class, "wizard.close", NULL, close_cb);
  gtk_widget_class_install_action (widget_class, "wizard.next", NULL, next_action_cb);
  gtk_widget_class_install_action (widget_class, "wizard.back", NULL, back_action_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "wizard.close", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Right, GDK_ALT_MASK, "wizard.next",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Left, GDK_ALT_MASK, "wizard.back",
                                       NULL);
  gtk_widget_class_set_template_from_resource (widget_class, IC_UI_PATH "ic-transfer-wizard.ui");
  gtk_widget_class_bind_template_child (widget_class, IcTransferWizard, patient_name);
  gtk_widget_class_bind_template_child (widget_class, IcTransferWizard, patient_details);
  gtk_widget_class_bind_template_child (widget_class, IcTransferWizard, steps);
  gtk_widget_class_bind_template_child (widget_class, IcTransferWizard, scroller);
  gtk_widget_class_bind_template_child (widget_class, IcTransferWizard, stack);
  gtk_widget_class_bind_template_child (widget_class, IcTransferWizard, obstacle);
  gtk_widget_class_bind_template_child (widget_class, IcTransferWizard, back);
  gtk_widget_class_bind_template_child (widget_class, IcTransferWizard, next);
  gtk_widget_class_bind_template_child (widget_class, IcTransferWizard, again);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, next_cb);
  gtk_widget_class_bind_template_callback (widget_class, back_cb);
  gtk_widget_class_bind_template_callback (widget_class, again_cb);
}

static void
add_pages (IcTransferWizard *self)
{
  const GType types[IC_N_STEPS] = {
    IC_TYPE_WIZARD_WHAT,  IC_TYPE_WIZARD_WHOM,  IC_TYPE_WIZARD_HOW,
    IC_TYPE_WIZARD_CHECK, IC_TYPE_WIZARD_DOING, IC_TYPE_WIZARD_PROOF
  };

  for (guint step = IC_STEP_WHAT; step < IC_N_STEPS; step++)
    {
      self->pages[step] = g_object_new (types[step], NULL);
      gtk_stack_add_titled (self->stack, GTK_WIDGET (self->pages[step]), step_names[step],
                            _ (step_titles[step]));
    }
}

static void
ic_transfer_wizard_init (IcTransferWizard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  add_pages (self);
}

static void
start (IcTransferWizard *self, IcWorkspace *workspace)
{
  self->order = ic_transfer_order_new (workspace);
  g_signal_connect_object (self->order, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  self->drives = g_object_ref (ic_workspace_get_drives (workspace));
  g_signal_connect_object (self->drives, "changed", G_CALLBACK (drives_changed_cb), self,
                           G_CONNECT_SWAPPED);
  ic_drive_watch_follow (self->drives);
  for (guint step = IC_STEP_WHAT; step < IC_N_STEPS; step++)
    ic_wizard_step_start (self->pages[step], self->order);
  show_step (self, IC_STEP_WHAT);
}

static IcTransferWizard *
find_open (IcWindow *window)
{
  GListModel *all = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr(GtkWindow) other = g_list_model_get_item (all, i);

      if (IC_IS_TRANSFER_WIZARD (other) &&
          gtk_window_get_transient_for (other) == GTK_WINDOW (window))
        return IC_TRANSFER_WIZARD (other);
    }
  return NULL;
}

/* Larger for large letters, but not beyond the window it stands before. */
static void
fit_width (IcTransferWizard *self, GtkWidget *window)
{
  int width = 0;
  int height = 0;

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  gtk_window_set_default_size (GTK_WINDOW (self),
                               MAX (width, MIN (ic_text_scale_width (width),
                                                gtk_widget_get_width (window))),
                               height);
}

void
ic_transfer_wizard_present (IcWindow *window)
{
  IcTransferWizard *self = NULL;
  IcWorkspace *workspace = NULL;

  g_return_if_fail (IC_IS_WINDOW (window));
  workspace = ic_window_get_workspace (window);
  if (workspace == NULL)
    return;
  self = find_open (window);
  if (self == NULL && ic_transfer_draft_get_patient (ic_workspace_get_draft (workspace)) == NULL)
    {
      ic_window_tell (window, _ ("Choose the studies that are to go first."));
      return;
    }
  if (self == NULL)
    {
      self = g_object_new (IC_TYPE_TRANSFER_WIZARD, "transient-for", window, "application",
                           gtk_window_get_application (GTK_WINDOW (window)), NULL);
      fit_width (self, GTK_WIDGET (window));
      start (self, workspace);
    }
  gtk_window_present (GTK_WINDOW (self));
}

void
ic_transfer_wizard_dismiss (IcWindow *window)
{
  IcTransferWizard *self = NULL;

  g_return_if_fail (IC_IS_WINDOW (window));
  self = find_open (window);
  if (self != NULL)
    gtk_window_close (GTK_WINDOW (self));
}
