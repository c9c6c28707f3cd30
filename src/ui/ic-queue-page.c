/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-queue-page.h"

#include "ui/ic-disc-consent.h"
#include "ui/ic-queue-row.h"

#include <glib/gi18n.h>

#define MAX_FINISHED 50 /* the log has the others */

/* The parts of the page, from the top. */
enum
{
  RUNNING,
  WAITING,
  NEEDS_PERSON,
  FINISHED,
  N_PARTS,
};

typedef struct
{
  GtkWidget *box;
  GtkListBox *list;
  GtkFilter *filter;
  GListModel *model;
} Part;

struct _IcQueuePage
{
  IcPage parent_instance;

  Part parts[N_PARTS];
  GtkSorter *by_rank;
  GtkStack *state;
  GtkWidget *running_box;
  GtkListBox *running_list;
  GtkWidget *waiting_box;
  GtkListBox *waiting_list;
  GtkWidget *person_box;
  GtkListBox *person_list;
  GtkWidget *finished_box;
  GtkListBox *finished_list;
};

G_DEFINE_FINAL_TYPE (IcQueuePage, ic_queue_page, IC_TYPE_PAGE)

static int
find_part (IcActivity *activity)
{
  if (ic_activity_is_waiting (activity))
    return WAITING;
  if (!ic_activity_is_finished (activity))
    return RUNNING;
  if (ic_activity_is_proved (activity) ||
      ic_job_get_state (ic_activity_get_job (activity)) == IC_JOB_CANCELLED)
    return FINISHED;
  return NEEDS_PERSON;
}

static gboolean
is_running (gpointer item, gpointer user_data)
{
  return find_part (item) == RUNNING;
}

static gboolean
is_waiting (gpointer item, gpointer user_data)
{
  return find_part (item) == WAITING;
}

static gboolean
needs_person (gpointer item, gpointer user_data)
{
  return find_part (item) == NEEDS_PERSON;
}

static gboolean
is_finished (gpointer item, gpointer user_data)
{
  return find_part (item) == FINISHED;
}

static const GtkCustomFilterFunc filters[N_PARTS] = {
  [RUNNING] = is_running,
  [WAITING] = is_waiting,
  [NEEDS_PERSON] = needs_person,
  [FINISHED] = is_finished,
};

static int
compare_ranks (gconstpointer a, gconstpointer b, gpointer user_data)
{
  guint left = ic_activity_get_rank ((gpointer) a);
  guint right = ic_activity_get_rank ((gpointer) b);

  return (left > right) - (left < right);
}

static void
show_counts (IcQueuePage *self)
{
  guint n = 0;

  for (int i = 0; i < N_PARTS; i++)
    {
      guint n_items = g_list_model_get_n_items (self->parts[i].model);

      gtk_widget_set_visible (self->parts[i].box, n_items > 0);
      n += n_items;
    }
  gtk_stack_set_visible_child_name (self->state, n > 0 ? "list" : "empty");
  ic_page_set_waiting (IC_PAGE (self),
                       g_list_model_get_n_items (self->parts[RUNNING].model) +
                           g_list_model_get_n_items (self->parts[NEEDS_PERSON].model));
}

static void
activity_changed_cb (IcQueuePage *self)
{
  for (int i = 0; i < N_PARTS; i++)
    gtk_filter_changed (self->parts[i].filter, GTK_FILTER_CHANGE_DIFFERENT);
  show_counts (self);
}

static void
rank_changed_cb (IcQueuePage *self)
{
  gtk_sorter_changed (self->by_rank, GTK_SORTER_CHANGE_DIFFERENT);
}

static void
items_changed_cb (IcQueuePage *self, guint position, guint removed, guint added, GListModel *list)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr(IcActivity) activity = g_list_model_get_item (list, i);

      g_signal_connect_object (activity, "notify::running", G_CALLBACK (activity_changed_cb), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (activity, "notify::rank", G_CALLBACK (rank_changed_cb), self,
                               G_CONNECT_SWAPPED);
    }
  show_counts (self);
}

static GtkWidget *
make_row (gpointer item, gpointer user_data)
{
  return ic_queue_row_new (ic_page_get_workspace (IC_PAGE (user_data)), item);
}

/* What ended last stands first; the rest is in the log. */
static GListModel *
shorten_finished (GListModel *model)
{
  GtkSorter *newest = GTK_SORTER (
      gtk_numeric_sorter_new (gtk_property_expression_new (IC_TYPE_ACTIVITY, NULL, "ended-at")));

  gtk_numeric_sorter_set_sort_order (GTK_NUMERIC_SORTER (newest), GTK_SORT_DESCENDING);
  return G_LIST_MODEL (
      gtk_slice_list_model_new (G_LIST_MODEL (gtk_sort_list_model_new (model, newest)), 0,
                                MAX_FINISHED));
}

static void
fill_part (IcQueuePage *self, int index, GtkWidget *box, GtkListBox *list)
{
  Part *part = &self->parts[index];
  GListModel *activities = ic_workspace_get_activities (ic_page_get_workspace (IC_PAGE (self)));

  part->box = box;
  part->list = list;
  part->filter = GTK_FILTER (gtk_custom_filter_new (filters[index], NULL, NULL));
  part->model = G_LIST_MODEL (
      gtk_filter_list_model_new (g_object_ref (activities), g_object_ref (part->filter)));
  if (index == WAITING)
    part->model =
        G_LIST_MODEL (gtk_sort_list_model_new (part->model, g_object_ref (self->by_rank)));
  if (index == FINISHED)
    part->model = shorten_finished (part->model);
  gtk_list_box_bind_model (list, part->model, make_row, self, NULL);
}

static void
ic_queue_page_start (IcPage *page)
{
  IcQueuePage *self = IC_QUEUE_PAGE (page);
  GListModel *activities = ic_workspace_get_activities (ic_page_get_workspace (page));

  fill_part (self, RUNNING, self->running_box, self->running_list);
  fill_part (self, WAITING, self->waiting_box, self->waiting_list);
  fill_part (self, NEEDS_PERSON, self->person_box, self->person_list);
  fill_part (self, FINISHED, self->finished_box, self->finished_list);
  g_signal_connect_object (activities, "items-changed", G_CALLBACK (items_changed_cb), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  items_changed_cb (self, 0, 0, g_list_model_get_n_items (activities), activities);
}

static void
ic_queue_page_enter (IcPage *page)
{
  gtk_widget_child_focus (GTK_WIDGET (page), GTK_DIR_TAB_FORWARD);
}

/* The row the keyboard is in; NULL when it is elsewhere. */
static IcQueueRow *
get_focused (IcQueuePage *self)
{
  for (int i = 0; i < N_PARTS; i++)
    {
      GtkWidget *row = gtk_widget_get_focus_child (GTK_WIDGET (self->parts[i].list));

      if (row != NULL)
        return IC_QUEUE_ROW (row);
    }
  return NULL;
}

static void
move_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  IcQueueRow *row = get_focused (IC_QUEUE_PAGE (widget));

  if (row != NULL)
    ic_queue_row_move (row, g_variant_get_boolean (parameter));
}

static void
stop_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  IcQueueRow *row = get_focused (IC_QUEUE_PAGE (widget));

  if (row != NULL)
    ic_queue_row_stop (row);
}

static void
retry_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  IcQueueRow *row = get_focused (IC_QUEUE_PAGE (widget));
  g_autoptr(IcActivity) activity =
                 row != NULL ? g_object_ref (ic_queue_row_get_activity (row)) : NULL;

  if (activity != NULL && ic_activity_is_finished (activity) && !ic_activity_is_proved (activity))
    ic_disc_consent_retry (widget, ic_page_get_workspace (IC_PAGE (widget)), activity);
}

static void
clear_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  IcQueuePage *self = IC_QUEUE_PAGE (widget);
  GListModel *finished = self->parts[FINISHED].model;

  while (g_list_model_get_n_items (finished) > 0)
    {
      g_autoptr(IcActivity) activity = g_list_model_get_item (finished, 0);

      ic_workspace_remove (ic_page_get_workspace (IC_PAGE (self)), activity);
    }
}

static void
ic_queue_page_dispose (GObject *object)
{
  IcQueuePage *self = IC_QUEUE_PAGE (object);

  for (int i = 0; i < N_PARTS; i++)
    {
      g_clear_object (&self->parts[i].filter);
      g_clear_object (&self->parts[i].model);
    }
  g_clear_object (&self->by_rank);
  G_OBJECT_CLASS (ic_queue_page_parent_class)->dispose (object);
}

static void
ic_queue_page_class_init (IcQueuePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  IcPageClass *page_class = IC_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ic_queue_page_dispose;
  page_class->start = ic_queue_page_start;
  page_class->enter = ic_queue_page_enter;
  gtk_widget_class_set_template_from_resource (widget_class, IC_UI_PATH "ic-queue-page.ui");
  gtk_widget_class_bind_template_child (widget_class, IcQueuePage, state);
  gtk_widget_class_bind_template_child (widget_class, IcQueuePage, running_box);
  gtk_widget_class_bind_template_child (widget_class, IcQueuePage, running_list);
  gtk_widget_class_bind_template_child (widget_class, IcQueuePage, waiting_box);
  gtk_widget_class_bind_template_child (widget_class, IcQueuePage, waiting_list);
  gtk_widget_class_bind_template_child (widget_class, IcQueuePage, person_box);
  gtk_widget_class_bind_template_child (widget_class, IcQueuePage, person_list);
  gtk_widget_class_bind_template_child (widget_class, IcQueuePage, finished_box);
  gtk_widget_class_bind_template_child (widget_class, IcQueuePage, finished_list);
  gtk_widget_class_install_action (widget_class, "queue.move", "b", move_cb);
  gtk_widget_class_install_action (widget_class, "queue.stop", NULL, stop_cb);
  gtk_widget_class_install_action (widget_class, "queue.retry", NULL, retry_cb);
  gtk_widget_class_install_action (widget_class, "queue.clear", NULL, clear_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Up, GDK_ALT_MASK, "queue.move", "b",
                                       TRUE);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Down, GDK_ALT_MASK, "queue.move", "b",
                                       FALSE);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0, "queue.stop", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_r, GDK_CONTROL_MASK, "queue.retry",
                                       NULL);
}

static void
ic_queue_page_init (IcQueuePage *self)
{
  self->by_rank = GTK_SORTER (gtk_custom_sorter_new (compare_ranks, NULL, NULL));
  gtk_widget_init_template (GTK_WIDGET (self));
}
