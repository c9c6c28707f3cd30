/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-queue-row.h"

#include "ui/ic-activity-row.h"
#include "ui/ic-disc-consent.h"

#include <glib/gi18n.h>

struct _IcQueueRow
{
  GtkListBoxRow parent_instance;

  IcWorkspace *workspace;
  IcActivity *activity;
  GtkBox *box;
  GtkWidget *handle;
  GtkLabel *urgency;
  GtkWidget *up;
  GtkWidget *down;
  GtkWidget *show;
  GtkWidget *retry;
  GtkWidget *dismiss;
};

G_DEFINE_FINAL_TYPE (IcQueueRow, ic_queue_row, GTK_TYPE_LIST_BOX_ROW)

/* The row above or below; NULL at the end of the list. */
static IcQueueRow *
get_neighbour (IcQueueRow *self, int offset)
{
  GtkWidget *list = gtk_widget_get_parent (GTK_WIDGET (self));
  int index = gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (self));
  GtkListBoxRow *row = index + offset >= 0
                           ? gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), index + offset)
                           : NULL;

  return row != NULL ? IC_QUEUE_ROW (row) : NULL;
}

/* The list makes its rows anew when their order changes. */
static void
focus_activity (GtkWidget *list, IcActivity *activity)
{
  GtkListBoxRow *row = NULL;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), i)) != NULL; i++)
    if (ic_queue_row_get_activity (IC_QUEUE_ROW (row)) == activity)
      gtk_widget_grab_focus (GTK_WIDGET (row));
}

void
ic_queue_row_move (IcQueueRow *self, gboolean up)
{
  IcQueueRow *above = get_neighbour (self, up ? -1 : 2);
  g_autoptr(IcActivity) activity = g_object_ref (self->activity);
  GtkWidget *list = gtk_widget_get_parent (GTK_WIDGET (self));

  if (!ic_activity_is_waiting (activity) || (up && above == NULL) ||
      (!up && get_neighbour (self, 1) == NULL))
    return;
  ic_workspace_place (self->workspace, activity, above != NULL ? above->activity : NULL);
  focus_activity (list, activity);
}

static void
up_clicked_cb (IcQueueRow *self)
{
  ic_queue_row_move (self, TRUE);
}

static void
down_clicked_cb (IcQueueRow *self)
{
  ic_queue_row_move (self, FALSE);
}

static void
retry_clicked_cb (IcQueueRow *self)
{
  g_autoptr(IcActivity) activity = g_object_ref (self->activity);
  g_autoptr(IcWorkspace) workspace = g_object_ref (self->workspace);

  ic_disc_consent_retry (GTK_WIDGET (self), workspace, activity);
}

static void
dismiss_clicked_cb (IcQueueRow *self)
{
  g_autoptr(IcActivity) activity = g_object_ref (self->activity);
  g_autoptr(IcWorkspace) workspace = g_object_ref (self->workspace);

  ic_workspace_remove (workspace, activity);
}

void
ic_queue_row_stop (IcQueueRow *self)
{
  if (ic_activity_is_finished (self->activity))
    dismiss_clicked_cb (self);
  else
    ic_activity_row_stop (GTK_WIDGET (self), self->activity);
}

static void
show_clicked_cb (IcQueueRow *self)
{
  IcTransfer *transfer = ic_activity_get_transfer (self->activity);

  if (transfer != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-transfer", "x", transfer->id);
}

static GdkContentProvider *
prepare_drag_cb (GtkDragSource *source, double x, double y, IcQueueRow *self)
{
  if (!ic_activity_is_waiting (self->activity))
    return NULL;
  return gdk_content_provider_new_typed (IC_TYPE_ACTIVITY, self->activity);
}

static void
begin_drag_cb (GtkDragSource *source, GdkDrag *drag, IcQueueRow *self)
{
  g_autoptr(GdkPaintable) picture = gtk_widget_paintable_new (GTK_WIDGET (self));

  gtk_drag_source_set_icon (source, picture, 0, 0);
}

/* Dropped on the lower half it goes behind. */
static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, IcQueueRow *self)
{
  IcActivity *dropped = g_value_get_object (value);
  gboolean behind = y > gtk_widget_get_height (GTK_WIDGET (self)) / 2.0;
  IcQueueRow *before = behind ? get_neighbour (self, 1) : self;

  if (!ic_activity_is_waiting (self->activity) || dropped == self->activity)
    return FALSE;
  ic_workspace_place (self->workspace, dropped, before != NULL ? before->activity : NULL);
  return TRUE;
}

static void
show_urgency (IcQueueRow *self)
{
  IcUrgency urgency = ic_activity_get_urgency (self->activity);

  gtk_label_set_text (self->urgency,
                      urgency == IC_URGENCY_EMERGENCY ? _ ("Emergency") : _ ("Urgent"));
  gtk_widget_set_visible (GTK_WIDGET (self->urgency), urgency != IC_URGENCY_ROUTINE);
  if (urgency == IC_URGENCY_EMERGENCY)
    gtk_widget_add_css_class (GTK_WIDGET (self->urgency), "error");
}

static void
show_state (IcQueueRow *self)
{
  gboolean is_waiting = ic_activity_is_waiting (self->activity);
  gboolean is_finished = ic_activity_is_finished (self->activity);

  gtk_widget_set_visible (self->handle, is_waiting);
  gtk_widget_set_visible (self->up, is_waiting);
  gtk_widget_set_visible (self->down, is_waiting);
  gtk_widget_set_visible (self->retry, is_finished && !ic_activity_is_proved (self->activity));
  gtk_widget_set_visible (self->dismiss, is_finished);
  gtk_widget_set_visible (self->show,
                          is_finished && ic_activity_get_transfer (self->activity) != NULL);
}

static void
ic_queue_row_dispose (GObject *object)
{
  IcQueueRow *self = IC_QUEUE_ROW (object);

  g_clear_object (&self->activity);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (ic_queue_row_parent_class)->dispose (object);
}

static void
ic_queue_row_class_init (IcQueueRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ic_queue_row_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, IC_UI_PATH "ic-queue-row.ui");
  gtk_widget_class_bind_template_child (widget_class, IcQueueRow, box);
  gtk_widget_class_bind_template_child (widget_class, IcQueueRow, handle);
  gtk_widget_class_bind_template_child (widget_class, IcQueueRow, urgency);
  gtk_widget_class_bind_template_child (widget_class, IcQueueRow, up);
  gtk_widget_class_bind_template_child (widget_class, IcQueueRow, down);
  gtk_widget_class_bind_template_child (widget_class, IcQueueRow, show);
  gtk_widget_class_bind_template_child (widget_class, IcQueueRow, retry);
  gtk_widget_class_bind_template_child (widget_class, IcQueueRow, dismiss);
  gtk_widget_class_bind_template_callback (widget_class, up_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, down_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, retry_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, dismiss_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_clicked_cb);
}

static void
ic_queue_row_init (IcQueueRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
add_dragging (IcQueueRow *self)
{
  GtkDragSource *source = gtk_drag_source_new ();
  GtkDropTarget *target = gtk_drop_target_new (IC_TYPE_ACTIVITY, GDK_ACTION_MOVE);

  gtk_drag_source_set_actions (source, GDK_ACTION_MOVE);
  g_signal_connect_object (source, "prepare", G_CALLBACK (prepare_drag_cb), self, 0);
  g_signal_connect_object (source, "drag-begin", G_CALLBACK (begin_drag_cb), self, 0);
  g_signal_connect_object (target, "drop", G_CALLBACK (drop_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (source));
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

GtkWidget *
ic_queue_row_new (IcWorkspace *workspace, IcActivity *activity)
{
  IcQueueRow *self = g_object_new (IC_TYPE_QUEUE_ROW, NULL);
  GtkWidget *row = ic_activity_row_new (activity);

  self->workspace = g_object_ref (workspace);
  self->activity = g_object_ref (activity);
  gtk_widget_set_hexpand (row, TRUE);
  gtk_box_insert_child_after (self->box, row, GTK_WIDGET (self->urgency));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  ic_activity_get_title (activity), -1);
  g_signal_connect_object (activity, "notify::running", G_CALLBACK (show_state), self,
                           G_CONNECT_SWAPPED);
  add_dragging (self);
  show_urgency (self);
  show_state (self);
  return GTK_WIDGET (self);
}

IcActivity *
ic_queue_row_get_activity (IcQueueRow *self)
{
  g_return_val_if_fail (IC_IS_QUEUE_ROW (self), NULL);
  return self->activity;
}
