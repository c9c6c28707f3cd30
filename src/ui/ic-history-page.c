/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-history-page.h"

#include "model/ic-transfer-list.h"
#include "ui/ic-dialogs.h"
#include "ui/ic-history-acts.h"
#include "ui/ic-text-cell.h"
#include "ui/ic-text-scale.h"
#include "ui/ic-transfer-details.h"
#include "ui/ic-window.h"
#include "words/ic-log-words.h"
#include "words/ic-words.h"

#include <glib/gi18n.h>

#define DAY_S (24 * 60 * 60)
#define MAIN_MAX_WIDTH 640
#define DETAILS_MAX_WIDTH 640 /* so that it fits an 800 pixel screen */
#define ROOM_FOR_CONTENTS 720
#define ROOM_FOR_ALL 1020
#define NAME_CHARS 16 /* however narrow the window is */

struct _IcHistoryPage
{
  IcPage parent_instance;

  IcTransferList *list;
  GtkMultiSelection *selection;
  AdwLeaflet *leaflet;
  GtkWidget *main_side;
  GtkSearchEntry *search;
  GtkDropDown *state_choice;
  GtkDropDown *time_choice;
  GtkStack *state;
  AdwStatusPage *empty;
  AdwStatusPage *failure;
  GtkColumnView *table;
  GtkLabel *count;
  IcTransferDetails *details;
  gboolean is_fitting; /* columns are about to be shown or not */
};

G_DEFINE_FINAL_TYPE (IcHistoryPage, ic_history_page, IC_TYPE_PAGE)

/* In the order of the template; the first choice is any. */
static const IcTransferState state_choices[] = {
  IC_TRANSFER_RUNNING, IC_TRANSFER_SUCCEEDED, IC_TRANSFER_INCOMPLETE, IC_TRANSFER_UNPROVEN,
  IC_TRANSFER_FAILED,  IC_TRANSFER_CANCELLED, IC_TRANSFER_REFUSED,
};
static const int time_choices[] = { 1, 7, 30, 365 };

typedef enum
{
  COLUMN_WHEN,
  COLUMN_NUMBER,
  COLUMN_DIRECTION,
  COLUMN_PATIENT,
  COLUMN_CONTENTS,
  COLUMN_OTHER_END,
  COLUMN_ROUTE,
  COLUMN_STATE,
  COLUMN_OPERATOR,
  N_COLUMNS,
} Column;

static const struct
{
  const char *title;
  int width; /* -1: a share of what is left */
  int room;  /* in which it is shown; 0: always */
} columns[N_COLUMNS] = {
  [COLUMN_WHEN] = { N_ ("When"), 142, 0 },
  [COLUMN_NUMBER] = { N_ ("Transfer"), 96, ROOM_FOR_ALL },
  [COLUMN_DIRECTION] = { N_ ("Direction"), 72, ROOM_FOR_ALL },
  [COLUMN_PATIENT] = { N_ ("Patient"), -1, 0 },
  [COLUMN_CONTENTS] = { N_ ("What"), -1, ROOM_FOR_CONTENTS },
  [COLUMN_OTHER_END] = { N_ ("To or from"), -1, 0 },
  [COLUMN_ROUTE] = { N_ ("By way of"), 120, ROOM_FOR_ALL },
  [COLUMN_STATE] = { N_ ("State"), 140, 0 },
  [COLUMN_OPERATOR] = { N_ ("By whom"), 90, ROOM_FOR_ALL },
};

static char *
dup_state (const IcTransfer *transfer)
{
  return g_strdup_printf ("%s %s", ic_log_words_get_state_sign (transfer->state),
                          ic_log_words_get_state (transfer->state));
}

static char *
dup_cell (const IcTransfer *transfer, Column column)
{
  switch (column)
    {
    case COLUMN_WHEN:
      return ic_words_dup_time (transfer->started_at);
    case COLUMN_NUMBER:
      return ic_transfer_dup_number (transfer->id);
    case COLUMN_DIRECTION:
      return g_strdup (ic_log_words_get_direction (transfer->direction));
    case COLUMN_PATIENT:
      return ic_words_dup_patient (transfer->patient);
    case COLUMN_CONTENTS:
      return ic_log_words_dup_contents (transfer);
    case COLUMN_OTHER_END:
      return ic_words_dup_printable (ic_log_words_get_other_end (transfer));
    case COLUMN_ROUTE:
      return g_strdup (ic_log_words_get_route (transfer->route));
    case COLUMN_STATE:
      return dup_state (transfer);
    default:
      return ic_words_dup_printable (transfer->operator_name);
    }
}

static void
show_cell (GtkListItem *cell)
{
  GtkWidget *child = gtk_list_item_get_child (cell);
  IcTransfer *transfer = ic_transfer_item_get (gtk_list_item_get_item (cell));
  Column column = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (child), "column"));
  g_autofree char *text = transfer != NULL ? dup_cell (transfer, column) : g_strdup ("");
  gboolean is_bad = transfer != NULL && transfer->state >= IC_TRANSFER_INCOMPLETE;

  ic_text_cell_set_text (IC_TEXT_CELL (child), text);
  if (column == COLUMN_STATE && is_bad)
    gtk_widget_add_css_class (child, "error");
  else
    gtk_widget_remove_css_class (child, "error");
}

static void
setup_cell_cb (GtkSignalListItemFactory *factory, GtkListItem *cell, gpointer column)
{
  GtkWidget *child = ic_text_cell_new (FALSE);

  if (GPOINTER_TO_UINT (column) == COLUMN_PATIENT)
    ic_text_cell_set_width_chars (IC_TEXT_CELL (child), NAME_CHARS);
  gtk_widget_add_css_class (child, "numeric");
  g_object_set_data (G_OBJECT (child), "column", column);
  gtk_list_item_set_child (cell, child);
}

static void
bind_cell_cb (GtkSignalListItemFactory *factory, GtkListItem *cell)
{
  g_signal_connect_object (gtk_list_item_get_item (cell), "changed", G_CALLBACK (show_cell), cell,
                           G_CONNECT_SWAPPED);
  show_cell (cell);
}

static void
unbind_cell_cb (GtkSignalListItemFactory *factory, GtkListItem *cell)
{
  g_signal_handlers_disconnect_by_func (gtk_list_item_get_item (cell), show_cell, cell);
}

static void
add_columns (IcHistoryPage *self)
{
  for (guint i = 0; i < N_COLUMNS; i++)
    {
      GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
      g_autoptr(GtkColumnViewColumn) column =
                     gtk_column_view_column_new (_ (columns[i].title), factory);

      g_signal_connect (factory, "setup", G_CALLBACK (setup_cell_cb), GUINT_TO_POINTER (i));
      g_signal_connect (factory, "bind", G_CALLBACK (bind_cell_cb), NULL);
      g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cell_cb), NULL);
      gtk_column_view_column_set_resizable (column, TRUE);
      if (columns[i].width > 0)
        gtk_column_view_column_set_fixed_width (column, columns[i].width);
      else
        gtk_column_view_column_set_expand (column, TRUE);
      gtk_column_view_append_column (self->table, column);
    }
}

static gboolean
is_filtered (IcHistoryPage *self)
{
  return *gtk_editable_get_text (GTK_EDITABLE (self->search)) != '\0' ||
         gtk_drop_down_get_selected (self->state_choice) > 0 ||
         gtk_drop_down_get_selected (self->time_choice) > 0;
}

static void
show_state (IcHistoryPage *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->list));
  g_autofree char *failure = NULL;

  g_object_get (self->list, "failure", &failure, NULL);
  if (failure != NULL)
    adw_status_page_set_description (self->failure, failure);
  adw_status_page_set_title (self->empty,
                             is_filtered (self) ? _ ("No transfer fits") : _ ("No transfers yet"));
  adw_status_page_set_description (
      self->empty, is_filtered (self) ? _ ("Look for fewer words, another state or a longer time.")
                                      : _ ("Each transfer has its line here from its first moment, "
                                           "and keeps it."));
  if (failure != NULL)
    gtk_stack_set_visible_child_name (self->state, "failed");
  else if (n > 0)
    gtk_stack_set_visible_child_name (self->state, "list");
  else if (!ic_transfer_list_is_loading (self->list))
    gtk_stack_set_visible_child_name (self->state, "empty");
}

static void
search_cb (IcHistoryPage *self)
{
  guint state = gtk_drop_down_get_selected (self->state_choice);
  guint time = gtk_drop_down_get_selected (self->time_choice);
  IcTransferFilter filter = { .text = gtk_editable_get_text (GTK_EDITABLE (self->search)) };

  if (self->list == NULL) /* being made */
    return;
  filter.has_state = state > 0 && state <= G_N_ELEMENTS (state_choices);
  if (filter.has_state)
    filter.state = state_choices[state - 1];
  if (time > 0 && time <= G_N_ELEMENTS (time_choices))
    filter.from = g_get_real_time () / G_USEC_PER_SEC - (gint64) time_choices[time - 1] * DAY_S;
  ic_transfer_list_search (self->list, &filter);
}

/* Of IcTransferItem, borrowed, that were read; of a million chosen rows only those in memory. */
static GPtrArray *
list_selected (IcHistoryPage *self)
{
  g_autoptr(GtkBitset) chosen =
                 gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint64 i = 0; i < gtk_bitset_get_size (chosen); i++)
    g_ptr_array_add (items, g_list_model_get_item (G_LIST_MODEL (self->list),
                                                   gtk_bitset_get_nth (chosen, (guint) i)));
  return items;
}

/* Those for which there is room: what matters is seen without scrolling, beside the details and in
 * large letters too.
 */
static gboolean
show_columns_cb (gpointer user_data)
{
  IcHistoryPage *self = user_data;
  GListModel *shown = gtk_column_view_get_columns (self->table);
  GtkAdjustment *place = gtk_scrollable_get_hadjustment (GTK_SCROLLABLE (self->table));

  self->is_fitting = FALSE;
  for (guint i = 0; place != NULL && i < N_COLUMNS; i++)
    {
      g_autoptr(GtkColumnViewColumn) column = g_list_model_get_item (shown, i);

      gtk_column_view_column_set_visible (column, gtk_adjustment_get_page_size (place) >=
                                                      ic_text_scale_width (columns[i].room));
    }
  gtk_widget_queue_resize (GTK_WIDGET (self->table));
  return G_SOURCE_REMOVE;
}

/* Told while places are being given to widgets, when none may change. */
static void
width_changed_cb (IcHistoryPage *self, GParamSpec *pspec, GtkAdjustment *place)
{
  if (self->is_fitting || gtk_adjustment_get_page_size (place) <= 0)
    return;
  self->is_fitting = TRUE;
  g_idle_add_full (G_PRIORITY_DEFAULT, show_columns_cb, g_object_ref (self), g_object_unref);
}

static void
close_details (IcHistoryPage *self)
{
  adw_leaflet_set_visible_child (self->leaflet, self->main_side);
  gtk_widget_set_visible (GTK_WIDGET (self->details), FALSE);
}

void
ic_history_page_show_transfer (IcHistoryPage *self, gint64 id)
{
  g_return_if_fail (IC_IS_HISTORY_PAGE (self));
  ic_transfer_details_show (self->details, ic_page_get_workspace (IC_PAGE (self)), id);
  gtk_widget_set_visible (GTK_WIDGET (self->details), TRUE);
  adw_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->details));
}

static void
selection_changed_cb (IcHistoryPage *self)
{
  g_autoptr(GtkBitset) chosen =
                 gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  guint64 n = gtk_bitset_get_size (chosen);
  g_autofree char *count = ic_words_dup_count (n);
  g_autofree char *text = g_strdup_printf (ngettext ("%s chosen", "%s chosen", n), count);
  g_autoptr(IcTransferItem) item = n == 1 ? g_list_model_get_item (G_LIST_MODEL (self->list),
                                                                    gtk_bitset_get_nth (chosen, 0))
                                           : NULL;
  IcTransfer *transfer = item != NULL ? ic_transfer_item_get (item) : NULL;

  gtk_label_set_text (self->count, n > 1 ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->count), n > 1);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "history.save-csv", n > 0);
  if (transfer != NULL)
    ic_history_page_show_transfer (self, transfer->id);
}

static void
save_csv_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  IcHistoryPage *self = IC_HISTORY_PAGE (widget);
  g_autoptr(GPtrArray) items = list_selected (self);

  ic_history_acts_save_csv (widget, items);
}

static void
verify_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ic_history_acts_verify (widget, ic_page_get_workspace (IC_PAGE (widget)));
}

static void
repeat_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  IcHistoryPage *self = IC_HISTORY_PAGE (widget);
  IcTransfer *transfer = ic_transfer_details_get_transfer (self->details);

  if (transfer != NULL)
    ic_history_acts_repeat (widget, ic_page_get_workspace (IC_PAGE (self)), transfer);
}

static void
close_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  close_details (IC_HISTORY_PAGE (widget));
}

static void
find_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  gtk_widget_grab_focus (GTK_WIDGET (IC_HISTORY_PAGE (widget)->search));
}

static void
log_changed_cb (IcHistoryPage *self)
{
  ic_transfer_list_refresh (self->list);
  ic_transfer_details_refresh (self->details);
}

static void
ic_history_page_start (IcPage *page)
{
  IcHistoryPage *self = IC_HISTORY_PAGE (page);
  IcWorkspace *workspace = ic_page_get_workspace (page);

  self->list = ic_transfer_list_new (workspace);
  self->selection = gtk_multi_selection_new (g_object_ref (G_LIST_MODEL (self->list)));
  gtk_column_view_set_model (self->table, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_object (self->selection, "selection-changed", G_CALLBACK (selection_changed_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->list, "items-changed", G_CALLBACK (show_state), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->list, "notify", G_CALLBACK (show_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "log-changed", G_CALLBACK (log_changed_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "history.save-csv", FALSE);
  search_cb (self);
}

static void
ic_history_page_refresh (IcPage *page)
{
  search_cb (IC_HISTORY_PAGE (page));
}

static void
ic_history_page_enter (IcPage *page)
{
  gtk_widget_grab_focus (GTK_WIDGET (IC_HISTORY_PAGE (page)->search));
}

static gboolean
ic_history_page_step_back (IcPage *page)
{
  IcHistoryPage *self = IC_HISTORY_PAGE (page);

  if (gtk_widget_get_visible (GTK_WIDGET (self->details)))
    {
      close_details (self);
      return TRUE;
    }
  if (*gtk_editable_get_text (GTK_EDITABLE (self->search)) == '\0')
    return FALSE;
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  return TRUE;
}

static void
ic_history_page_dispose (GObject *object)
{
  IcHistoryPage *self = IC_HISTORY_PAGE (object);

  g_clear_object (&self->selection);
  g_clear_object (&self->list);
  G_OBJECT_CLASS (ic_history_page_parent_class)->dispose (object);
}

static void
ic_history_page_class_init (IcHistoryPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  IcPageClass *page_class = IC_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ic_history_page_dispose;
  page_class->start = ic_history_page_start;
  page_class->refresh = ic_history_page_refresh;
  page_class->enter = ic_history_page_enter;
  page_class->step_back = ic_history_page_step_back;
  g_type_ensure (IC_TYPE_TRANSFER_DETAILS);
  gtk_widget_class_set_template_from_resource (widget_class, IC_UI_PATH "ic-history-page.ui");
  gtk_widget_class_bind_template_child (widget_class, IcHistoryPage, leaflet);
  gtk_widget_class_bind_template_child (widget_class, IcHistoryPage, main_side);
  gtk_widget_class_bind_template_child (widget_class, IcHistoryPage, search);
  gtk_widget_class_bind_template_child (widget_class, IcHistoryPage, state_choice);
  gtk_widget_class_bind_template_child (widget_class, IcHistoryPage, time_choice);
  gtk_widget_class_bind_template_child (widget_class, IcHistoryPage, state);
  gtk_widget_class_bind_template_child (widget_class, IcHistoryPage, empty);
  gtk_widget_class_bind_template_child (widget_class, IcHistoryPage, failure);
  gtk_widget_class_bind_template_child (widget_class, IcHistoryPage, table);
  gtk_widget_class_bind_template_child (widget_class, IcHistoryPage, count);
  gtk_widget_class_bind_template_child (widget_class, IcHistoryPage, details);
  gtk_widget_class_bind_template_callback (widget_class, search_cb);
  gtk_widget_class_install_action (widget_class, "history.save-csv", NULL, save_csv_cb);
  gtk_widget_class_install_action (widget_class, "history.verify", NULL, verify_cb);
  gtk_widget_class_install_action (widget_class, "history.repeat", NULL, repeat_cb);
  gtk_widget_class_install_action (widget_class, "history.close", NULL, close_cb);
  gtk_widget_class_install_action (widget_class, "history.find", NULL, find_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_f, GDK_CONTROL_MASK, "history.find",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_s, GDK_CONTROL_MASK,
                                       "history.save-csv", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_r, GDK_CONTROL_MASK, "history.repeat",
                                       NULL);
}

static void
ic_history_page_init (IcHistoryPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ic_text_cell_name_table (self->table, _ ("Transfers"));
  add_columns (self);
  g_signal_connect_object (gtk_scrollable_get_hadjustment (GTK_SCROLLABLE (self->table)),
                           "notify::page-size", G_CALLBACK (width_changed_cb), self,
                           G_CONNECT_SWAPPED);
  ic_text_scale_columns (self->table);
  ic_text_scale_request (self->main_side, MAIN_MAX_WIDTH);
  ic_text_scale_request (GTK_WIDGET (self->details), DETAILS_MAX_WIDTH);
}
