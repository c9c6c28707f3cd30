/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-study-list.h"

#include "model/ic-study-contents.h"
#include "ui/ic-study-cell.h"
#include "ui/ic-template.h"
#include "ui/ic-text-cell.h"
#include "ui/ic-text-scale.h"

#include <glib/gi18n.h>

#define ROOMY_WIDTH 1100

struct _IcStudyList
{
  GtkWidget parent_instance;

  IcWorkspace *workspace;
  IcStudySearch *search;
  GSettings *settings;
  GtkTreeListModel *tree;
  GtkSingleSelection *selection;
  GtkColumnViewColumn *columns[IC_N_COLUMNS];
  GSimpleActionGroup *column_actions;
  gboolean is_probing; /* which column the list is sorted by */
  IcColumn probed;
  GtkColumnView *view;
  GtkScrolledWindow *scroller;
  GtkPopoverMenu *menu;
  gboolean is_roomy;
};

enum
{
  SELECTION_CHANGED,
  ROW_ACTIVATED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static const struct
{
  const char *title;
  int width;       /* -1: what is left */
  int roomy_width; /* in a wide window; 0: the same */
} looks[] = {
  [IC_COLUMN_NAME] = { N_ ("Patient, study"), -1, 0 },
  [IC_COLUMN_WHERE] = { N_ ("Where"), 50, 0 },
  [IC_COLUMN_PATIENT_ID] = { N_ ("Patient ID"), 116, 170 },
  [IC_COLUMN_BIRTH_DATE] = { N_ ("Born"), 102, 0 },
  [IC_COLUMN_SEX] = { N_ ("Sex"), 44, 0 },
  [IC_COLUMN_DATE] = { N_ ("Study date"), 102, 0 },
  [IC_COLUMN_MODALITY] = { N_ ("Modality"), 66, 120 },
  [IC_COLUMN_ACCESSION] = { N_ ("Accession"), 82, 140 },
  [IC_COLUMN_SERIES] = { N_ ("Series"), 58, 0 },
  [IC_COLUMN_IMAGES] = { N_ ("Images"), 56, 0 },
  [IC_COLUMN_LAST_SENT] = { N_ ("Last sent"), 102, 0 },
};

G_STATIC_ASSERT (G_N_ELEMENTS (looks) == IC_N_COLUMNS);

G_DEFINE_FINAL_TYPE (IcStudyList, ic_study_list, GTK_TYPE_WIDGET)

/* What one column's sorter needs to say which column it is. */
typedef struct
{
  IcStudyList *list;
  IcColumn column;
} Probe;

/* The search sorts, not the list. A column is asked only to find out which one was clicked. */
static int
compare_cb (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const Probe *probe = user_data;

  if (!probe->list->is_probing)
    return 0;
  probe->list->is_probing = FALSE;
  probe->list->probed = probe->column;
  return 1;
}

static void
order_changed_cb (IcStudyList *self)
{
  GtkSorter *sorter = NULL;
  GtkOrdering order = GTK_ORDERING_EQUAL;

  if (self->view == NULL || self->search == NULL)
    return; /* it is going, and its columns with it */
  sorter = gtk_column_view_get_sorter (self->view);
  self->is_probing = TRUE;
  order = gtk_sorter_compare (sorter, self, self->view);
  self->is_probing = FALSE;
  if (order == GTK_ORDERING_EQUAL)
    return;
  ic_study_search_set_order (self->search, self->probed, order == GTK_ORDERING_SMALLER);
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scroller), 0);
  g_settings_set_string (self->settings, "studies-order", ic_column_to_string (self->probed));
  g_settings_set_boolean (self->settings, "studies-descending", order == GTK_ORDERING_SMALLER);
}

static GListModel *
create_children_cb (gpointer item, gpointer user_data)
{
  GListModel *children = ic_result_row_get_children (item);

  return children != NULL ? g_object_ref (children) : NULL;
}

static void
expanded_changed_cb (GtkTreeListRow *node, GParamSpec *pspec, IcStudyList *self)
{
  g_autoptr(IcResultRow) row = gtk_tree_list_row_get_item (node);
  gboolean is_expanded = gtk_tree_list_row_get_expanded (node);

  if (row == NULL)
    return;
  ic_result_row_set_folded (row, !is_expanded);
  if (is_expanded && IC_IS_STUDY_ROW (row) &&
      ic_study_row_get_series_state (IC_STUDY_ROW (row)) == IC_SERIES_UNREAD)
    ic_study_contents_load (self->workspace, IC_STUDY_ROW (row));
}

/* Patients show their studies unless somebody folded them. */
static void
patients_changed_cb (IcStudyList *self, guint position, guint removed, guint added)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr(GtkTreeListRow) node = gtk_tree_list_model_get_child_row (self->tree, i);
      g_autoptr(IcResultRow) row = node != NULL ? gtk_tree_list_row_get_item (node) : NULL;

      if (row != NULL && !ic_result_row_is_folded (row))
        gtk_tree_list_row_set_expanded (node, TRUE);
    }
}

static GdkContentProvider *
drag_prepare_cb (GtkDragSource *source, double x, double y, GtkListItem *item)
{
  GtkTreeListRow *node = gtk_list_item_get_item (item);
  g_autoptr(GtkTreeListRow) parent = node != NULL ? gtk_tree_list_row_get_parent (node) : NULL;
  g_autoptr(IcResultRow) row = node != NULL ? gtk_tree_list_row_get_item (node) : NULL;

  /* A transfer takes whole studies. */
  if (IC_IS_SERIES_ROW (row) && parent != NULL)
    {
      g_object_unref (row);
      row = gtk_tree_list_row_get_item (parent);
    }
  return row != NULL ? gdk_content_provider_new_typed (IC_TYPE_RESULT_ROW, row) : NULL;
}

static void
add_drag_source (GtkWidget *cell, GtkListItem *item)
{
  GtkDragSource *source = gtk_drag_source_new ();

  g_signal_connect_object (source, "prepare", G_CALLBACK (drag_prepare_cb), item, 0);
  gtk_widget_add_controller (cell, GTK_EVENT_CONTROLLER (source));
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer column)
{
  GtkWidget *cell = ic_study_cell_new ((IcColumn) GPOINTER_TO_UINT (column));
  GtkWidget *expander = NULL;

  add_drag_source (cell, item);
  if (GPOINTER_TO_UINT (column) != IC_COLUMN_NAME)
    {
      gtk_list_item_set_child (item, cell);
      return;
    }
  expander = gtk_tree_expander_new ();
  gtk_tree_expander_set_child (GTK_TREE_EXPANDER (expander), cell);
  gtk_widget_set_hexpand (cell, TRUE);
  gtk_list_item_set_child (item, expander);
}

static IcStudyCell *
get_cell (GtkListItem *item)
{
  GtkWidget *child = gtk_list_item_get_child (item);

  return GTK_IS_TREE_EXPANDER (child)
             ? IC_STUDY_CELL (gtk_tree_expander_get_child (GTK_TREE_EXPANDER (child)))
             : IC_STUDY_CELL (child);
}

/* Another row stands there, or none. */
static void
show_node (GtkTreeExpander *expander, GtkTreeListRow *node)
{
  GtkTreeListRow *before = gtk_tree_expander_get_list_row (expander);
  GtkWidget *view = gtk_widget_get_ancestor (GTK_WIDGET (expander), IC_TYPE_STUDY_LIST);

  if (node == before)
    return;
  if (before != NULL && view != NULL)
    g_signal_handlers_disconnect_by_func (before, expanded_changed_cb, view);
  gtk_tree_expander_set_list_row (expander, node);
  if (node != NULL && view != NULL)
    g_signal_connect_object (node, "notify::expanded", G_CALLBACK (expanded_changed_cb), view, 0);
}

/* The toolkit binds all rows below again when one is put above them. A cell is therefore not
 * emptied in between: one that gets the row that it has already has nothing to do.
 */
static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer column)
{
  GtkTreeListRow *node = gtk_list_item_get_item (item);
  g_autoptr(IcResultRow) row = gtk_tree_list_row_get_item (node);
  GtkWidget *child = gtk_list_item_get_child (item);

  ic_study_cell_set_row (get_cell (item), row);
  if (GTK_IS_TREE_EXPANDER (child))
    show_node (GTK_TREE_EXPANDER (child), node);
}

/* The cell itself lets go of its row when it goes. */
static void
teardown_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer column)
{
  GtkWidget *child = gtk_list_item_get_child (item);

  if (GTK_IS_TREE_EXPANDER (child))
    show_node (GTK_TREE_EXPANDER (child), NULL);
}

static GMenuModel *
build_column_menu (void)
{
  GMenu *menu = g_menu_new ();

  for (guint i = IC_COLUMN_NAME + 1; i < IC_N_COLUMNS; i++)
    {
      g_autofree char *action = g_strdup_printf ("columns.%s", ic_column_to_string (i));

      g_menu_append (menu, _ (looks[i].title), action);
    }
  return G_MENU_MODEL (menu);
}

static GtkColumnViewColumn *
build_column (IcStudyList *self, IcColumn column, GMenuModel *menu)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkColumnViewColumn *result = gtk_column_view_column_new (_ (looks[column].title), factory);
  Probe *probe = g_new0 (Probe, 1);
  g_autoptr(GtkSorter) sorter = NULL;

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), GUINT_TO_POINTER (column));
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), GUINT_TO_POINTER (column));
  g_signal_connect (factory, "teardown", G_CALLBACK (teardown_cb), GUINT_TO_POINTER (column));
  probe->list = self;
  probe->column = column;
  sorter = GTK_SORTER (gtk_custom_sorter_new (compare_cb, probe, g_free));
  gtk_column_view_column_set_sorter (result, sorter);
  gtk_column_view_column_set_header_menu (result, menu);
  gtk_column_view_column_set_resizable (result, TRUE);
  gtk_column_view_column_set_expand (result, looks[column].width < 0);
  if (looks[column].width > 0)
    gtk_column_view_column_set_fixed_width (result, ic_text_scale_width (looks[column].width));
  return result;
}

static gboolean
is_shown (IcStudyList *self, IcColumn column)
{
  GListModel *shown = gtk_column_view_get_columns (self->view);

  for (guint i = 0; i < g_list_model_get_n_items (shown); i++)
    {
      g_autoptr(GtkColumnViewColumn) other = g_list_model_get_item (shown, i);

      if (other == self->columns[column])
        return TRUE;
    }
  return FALSE;
}

static void
remember_columns (IcStudyList *self)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < IC_N_COLUMNS; i++)
    if (is_shown (self, i))
      g_ptr_array_add (names, (gpointer) ic_column_to_string (i));
  g_ptr_array_add (names, NULL);
  g_settings_set_strv (self->settings, "studies-columns", (const char *const *) names->pdata);
}

/* Columns that are not shown are taken out: those that are merely invisible keep their room. */
static void
show_column (IcStudyList *self, IcColumn column, gboolean is_wanted)
{
  guint position = 0;

  if (is_shown (self, column) == is_wanted)
    return;
  for (guint i = 0; i < column; i++)
    position += is_shown (self, i);
  if (is_wanted)
    gtk_column_view_insert_column (self->view, position, self->columns[column]);
  else
    gtk_column_view_remove_column (self->view, self->columns[column]);
}

static void
column_toggled_cb (IcStudyList *self, GVariant *state, GSimpleAction *action)
{
  IcColumn column = IC_COLUMN_NAME;

  if (!ic_column_from_string (g_action_get_name (G_ACTION (action)), &column))
    return;
  show_column (self, column, g_variant_get_boolean (state));
  g_simple_action_set_state (action, state);
  remember_columns (self);
}

static void
show_columns (IcStudyList *self)
{
  g_auto(GStrv) names = g_settings_get_strv (self->settings, "studies-columns");

  show_column (self, IC_COLUMN_NAME, TRUE);
  for (guint i = IC_COLUMN_NAME + 1; i < IC_N_COLUMNS; i++)
    {
      const char *name = ic_column_to_string (i);
      gboolean is_wanted = g_strv_contains ((const char *const *) names, name);
      g_autoptr(GSimpleAction) action =
                     g_simple_action_new_stateful (name, NULL, g_variant_new_boolean (is_wanted));

      show_column (self, i, is_wanted);
      g_signal_connect_object (action, "change-state", G_CALLBACK (column_toggled_cb), self,
                               G_CONNECT_SWAPPED);
      g_action_map_add_action (G_ACTION_MAP (self->column_actions), G_ACTION (action));
    }
}

static GtkTreeListRow *
get_selected_node (IcStudyList *self)
{
  return self->selection != NULL ? gtk_single_selection_get_selected_item (self->selection) : NULL;
}

static void
selected_cb (IcStudyList *self)
{
  g_signal_emit (self, signals[SELECTION_CHANGED], 0);
}

static void
activated_cb (IcStudyList *self, guint position)
{
  g_autoptr(GtkTreeListRow) node =
                 g_list_model_get_item (G_LIST_MODEL (self->selection), position);
  g_autoptr(IcResultRow) row = node != NULL ? gtk_tree_list_row_get_item (node) : NULL;

  if (IC_IS_PATIENT_ROW (row))
    gtk_tree_list_row_set_expanded (node, !gtk_tree_list_row_get_expanded (node));
  else if (row != NULL)
    g_signal_emit (self, signals[ROW_ACTIVATED], 0);
}

/* The cell that stands in @widget or that it stands in. */
static IcStudyCell *
find_cell (GtkWidget *widget, GtkWidget *top)
{
  for (; widget != NULL && widget != top; widget = gtk_widget_get_parent (widget))
    for (GtkWidget *inner = widget; inner != NULL; inner = gtk_widget_get_first_child (inner))
      if (IC_IS_STUDY_CELL (inner))
        return IC_STUDY_CELL (inner);
  return NULL;
}

static void
select_row (IcStudyList *self, IcResultRow *wanted)
{
  GListModel *rows = G_LIST_MODEL (self->selection);

  if (ic_study_list_get_selected (self) == wanted)
    return;
  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr(GtkTreeListRow) node = g_list_model_get_item (rows, i);
      g_autoptr(IcResultRow) row = gtk_tree_list_row_get_item (node);

      if (row != wanted)
        continue;
      gtk_single_selection_set_selected (self->selection, i);
      return;
    }
}

static void
pop_up_at (IcStudyList *self, double x, double y)
{
  const GdkRectangle where = { (int) x, (int) y, 1, 1 };

  if (self->menu == NULL || ic_study_list_get_selected (self) == NULL)
    return;
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &where);
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static void
pressed_cb (IcStudyList *self, int n_press, double x, double y, GtkGesture *gesture)
{
  GtkWidget *picked = gtk_widget_pick (GTK_WIDGET (self), x, y, GTK_PICK_DEFAULT);
  IcStudyCell *cell = find_cell (picked, GTK_WIDGET (self->view));

  if (cell == NULL || ic_study_cell_get_row (cell) == NULL)
    return;
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  select_row (self, ic_study_cell_get_row (cell));
  pop_up_at (self, x, y);
}

/* Before the list takes the arrow keys, which do nothing sideways in it. */
static gboolean
key_pressed_cb (IcStudyList *self, guint key, guint code, GdkModifierType modifiers)
{
  GtkTreeListRow *node = get_selected_node (self);
  gboolean opens = key == GDK_KEY_Right;

  if ((!opens && key != GDK_KEY_Left) || node == NULL ||
      (modifiers & gtk_accelerator_get_default_mod_mask ()) != 0 ||
      !gtk_tree_list_row_is_expandable (node) || gtk_tree_list_row_get_expanded (node) == opens)
    return FALSE;
  gtk_tree_list_row_set_expanded (node, opens);
  return TRUE;
}

static void
menu_key_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  IcStudyList *self = IC_STUDY_LIST (widget);
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));
  graphene_rect_t bounds;

  if (focus != NULL && gtk_widget_is_ancestor (focus, widget) &&
      gtk_widget_compute_bounds (focus, widget, &bounds))
    pop_up_at (self, bounds.origin.x + 40, bounds.origin.y + bounds.size.height / 2);
}

static void
ic_study_list_dispose (GObject *object)
{
  IcStudyList *self = IC_STUDY_LIST (object);

  if (self->menu != NULL)
    gtk_widget_unparent (GTK_WIDGET (g_steal_pointer (&self->menu)));
  ic_template_dispose (GTK_WIDGET (self), IC_TYPE_STUDY_LIST);
  for (guint i = 0; i < IC_N_COLUMNS; i++)
    g_clear_object (&self->columns[i]);
  g_clear_object (&self->tree);
  g_clear_object (&self->selection);
  g_clear_object (&self->column_actions);
  g_clear_object (&self->search);
  g_clear_object (&self->workspace);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (ic_study_list_parent_class)->dispose (object);
}

/* No width may change while places are being given to widgets. */
static gboolean
spread_columns_cb (gpointer data)
{
  IcStudyList *self = data;

  for (guint i = 0; i < IC_N_COLUMNS; i++)
    if (self->columns[i] != NULL && looks[i].roomy_width > 0)
      gtk_column_view_column_set_fixed_width (self->columns[i],
                                              ic_text_scale_width (self->is_roomy
                                                                       ? looks[i].roomy_width
                                                                       : looks[i].width));
  return G_SOURCE_REMOVE;
}

static void
look_at_width (IcStudyList *self, int width)
{
  gboolean is_roomy = width >= ic_text_scale_width (ROOMY_WIDTH);

  if (is_roomy == self->is_roomy)
    return;
  self->is_roomy = is_roomy;
  g_idle_add_full (G_PRIORITY_DEFAULT, spread_columns_cb, g_object_ref (self), g_object_unref);
}

static void
ic_study_list_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  IcStudyList *self = IC_STUDY_LIST (widget);

  gtk_widget_allocate (GTK_WIDGET (self->scroller), width, height, baseline, NULL);
  look_at_width (self, width);
  if (self->menu != NULL)
    gtk_popover_present (GTK_POPOVER (self->menu));
}

static void
ic_study_list_measure (GtkWidget *widget,
                       GtkOrientation orientation,
                       int for_size,
                       int *minimum,
                       int *natural,
                       int *minimum_baseline,
                       int *natural_baseline)
{
  gtk_widget_measure (GTK_WIDGET (IC_STUDY_LIST (widget)->scroller), orientation, for_size, minimum,
                      natural, minimum_baseline, natural_baseline);
}

static void
ic_study_list_class_init (IcStudyListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ic_study_list_dispose;
  widget_class->size_allocate = ic_study_list_size_allocate;
  widget_class->measure = ic_study_list_measure;
  signals[SELECTION_CHANGED] =
      g_signal_new ("selection-changed", IC_TYPE_STUDY_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 0);
  signals[ROW_ACTIVATED] = g_signal_new ("row-activated", IC_TYPE_STUDY_LIST, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, IC_UI_PATH "ic-study-list.ui");
  gtk_widget_class_bind_template_child (widget_class, IcStudyList, scroller);
  gtk_widget_class_bind_template_child (widget_class, IcStudyList, view);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, key_pressed_cb);
  gtk_widget_class_install_action (widget_class, "list.menu", NULL, menu_key_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Menu, 0, "list.menu", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, "list.menu",
                                       NULL);
}

static void
ic_study_list_init (IcStudyList *self)
{
  g_autoptr(GMenuModel) menu = NULL;

  gtk_widget_init_template (GTK_WIDGET (self));
  ic_text_cell_name_table (self->view, _ ("Studies found"));
  self->column_actions = g_simple_action_group_new ();
  gtk_widget_insert_action_group (GTK_WIDGET (self), "columns",
                                  G_ACTION_GROUP (self->column_actions));
  menu = build_column_menu ();
  for (guint i = 0; i < IC_N_COLUMNS; i++)
    self->columns[i] = build_column (self, i, menu);
}

static void
recall_order (IcStudyList *self)
{
  g_autofree char *name = g_settings_get_string (self->settings, "studies-order");
  gboolean descending = g_settings_get_boolean (self->settings, "studies-descending");
  IcColumn column = IC_COLUMN_NAME;

  if (!ic_column_from_string (name, &column))
    column = IC_COLUMN_NAME;
  gtk_column_view_sort_by_column (self->view, self->columns[column],
                                  descending ? GTK_SORT_DESCENDING : GTK_SORT_ASCENDING);
  order_changed_cb (self);
}

void
ic_study_list_set_search (IcStudyList *self,
                          IcWorkspace *workspace,
                          IcStudySearch *search,
                          GSettings *settings)
{
  GListModel *patients = NULL;

  g_return_if_fail (IC_IS_STUDY_LIST (self) && self->search == NULL);
  self->workspace = g_object_ref (workspace);
  self->search = g_object_ref (search);
  self->settings = g_object_ref (settings);
  patients = ic_study_search_get_patients (search);
  self->tree = gtk_tree_list_model_new (g_object_ref (patients), FALSE, FALSE, create_children_cb,
                                        NULL, NULL);
  g_signal_connect_object (patients, "items-changed", G_CALLBACK (patients_changed_cb), self,
                           G_CONNECT_SWAPPED);
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->tree)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (selected_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_column_view_set_model (self->view, GTK_SELECTION_MODEL (self->selection));
  show_columns (self);
  recall_order (self);
  g_signal_connect_object (gtk_column_view_get_sorter (self->view), "changed",
                           G_CALLBACK (order_changed_cb), self, G_CONNECT_SWAPPED);
}

void
ic_study_list_set_menu (IcStudyList *self, GMenuModel *menu)
{
  g_return_if_fail (IC_IS_STUDY_LIST (self) && self->menu == NULL);
  self->menu = GTK_POPOVER_MENU (gtk_popover_menu_new_from_model (menu));
  gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
  gtk_widget_set_halign (GTK_WIDGET (self->menu), GTK_ALIGN_START);
  gtk_widget_set_parent (GTK_WIDGET (self->menu), GTK_WIDGET (self));
}

/* The selected row or the nearest above it that is of @type; borrowed, the model has it. */
static gpointer
find_above (IcStudyList *self, GType type)
{
  GtkTreeListRow *selected = get_selected_node (self);
  g_autoptr(GtkTreeListRow) node = selected != NULL ? g_object_ref (selected) : NULL;

  while (node != NULL)
    {
      g_autoptr(IcResultRow) row = gtk_tree_list_row_get_item (node);
      GtkTreeListRow *parent = NULL;

      if (row != NULL && G_TYPE_CHECK_INSTANCE_TYPE (row, type))
        return row;
      parent = gtk_tree_list_row_get_parent (node);
      g_object_unref (node);
      node = parent;
    }
  return NULL;
}

IcResultRow *
ic_study_list_get_selected (IcStudyList *self)
{
  g_return_val_if_fail (IC_IS_STUDY_LIST (self), NULL);
  return find_above (self, IC_TYPE_RESULT_ROW);
}

IcStudyRow *
ic_study_list_get_study (IcStudyList *self)
{
  g_return_val_if_fail (IC_IS_STUDY_LIST (self), NULL);
  return find_above (self, IC_TYPE_STUDY_ROW);
}

IcPatientRow *
ic_study_list_get_patient (IcStudyList *self)
{
  g_return_val_if_fail (IC_IS_STUDY_LIST (self), NULL);
  return find_above (self, IC_TYPE_PATIENT_ROW);
}

void
ic_study_list_focus (IcStudyList *self)
{
  g_return_if_fail (IC_IS_STUDY_LIST (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}
