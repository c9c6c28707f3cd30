/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-nodes-page.h"

#include "model/ic-node-item.h"
#include "ops/ic-node-change.h"
#include "ops/ic-practice-job.h"
#include "ops/ic-preview.h"
#include "ui/ic-dialogs.h"
#include "ui/ic-node-card.h"
#include "ui/ic-node-editor.h"
#include "ui/ic-window.h"
#include "words/ic-error-words.h"
#include "words/ic-words.h"

#include <glib/gi18n.h>

struct _IcNodesPage
{
  IcPage parent_instance;

  GtkStack *state;
  GtkListBox *list;
  GtkWidget *practice_button;
  GtkLabel *practice_message;
  IcJob *practice; /* NULL unless it is being started */
  char *to_test;   /* the node that was saved, to be tested once it is listed */
};

G_DEFINE_FINAL_TYPE (IcNodesPage, ic_nodes_page, IC_TYPE_PAGE)

static IcWorkspace *
get_workspace (IcNodesPage *self)
{
  return ic_page_get_workspace (IC_PAGE (self));
}

static IcDesk *
get_desk (IcNodesPage *self)
{
  return ic_workspace_get_desk (get_workspace (self));
}

/* Borrowed; NULL when it was removed meanwhile. */
static IcNodeItem *
find_item (IcNodesPage *self, const char *name)
{
  GListModel *nodes = ic_workspace_get_nodes (get_workspace (self));

  for (guint i = 0; i < g_list_model_get_n_items (nodes); i++)
    {
      g_autoptr(IcNodeItem) item = g_list_model_get_item (nodes, i);

      if (g_str_equal (ic_node_item_get_name (item), name))
        return item; /* the list holds it */
    }
  return NULL;
}

static void
show_waiting (IcNodesPage *self)
{
  GListModel *nodes = ic_workspace_get_nodes (get_workspace (self));
  guint n_failed = 0;

  for (guint i = 0; i < g_list_model_get_n_items (nodes); i++)
    {
      g_autoptr(IcNodeItem) item = g_list_model_get_item (nodes, i);

      n_failed += ic_node_item_get_state (item) == IC_NODE_FAILED;
    }
  ic_page_set_waiting (IC_PAGE (self), n_failed);
}

/* What had the keyboard may be gone. */
static void
show_state (IcNodesPage *self, const char *state)
{
  gboolean is_new = g_strcmp0 (gtk_stack_get_visible_child_name (self->state), state) != 0;

  gtk_stack_set_visible_child_name (self->state, state);
  if (is_new && gtk_widget_get_mapped (GTK_WIDGET (self)))
    ic_page_enter (IC_PAGE (self));
}

static void
nodes_changed_cb (IcNodesPage *self)
{
  GListModel *nodes = ic_workspace_get_nodes (get_workspace (self));
  g_autofree char *to_test = g_steal_pointer (&self->to_test);
  IcNodeItem *item = to_test != NULL ? find_item (self, to_test) : NULL;

  if (item != NULL)
    ic_node_item_test (item, get_desk (self));
  show_waiting (self);
  show_state (self, g_list_model_get_n_items (nodes) > 0 ? "list" : "empty");
}

static void
items_changed_cb (IcNodesPage *self, guint position, guint removed, guint added, GListModel *nodes)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr(IcNodeItem) item = g_list_model_get_item (nodes, i);

      g_signal_handlers_disconnect_by_func (item, show_waiting, self);
      g_signal_connect_object (item, "tested", G_CALLBACK (show_waiting), self, G_CONNECT_SWAPPED);
    }
}

static void
tell_failure (IcNodesPage *self, const char *heading, const char *subject, const GError *error)
{
  const IcErrorContext context = { .subject = subject };
  g_autofree char *sentence = ic_error_words_dup_sentence (error, &context);

  ic_dialogs_tell (GTK_WIDGET (self), heading, sentence);
}

static void
changed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(IcNodesPage) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(IcNodeChange) change =
                 ic_workspace_transact_finish (IC_WORKSPACE (source), result, &error);

  if (change == NULL)
    {
      g_clear_pointer (&self->to_test, g_free);
      tell_failure (self, _ ("The list of nodes was not changed"), _ ("the list of nodes"), error);
    }
  ic_workspace_reload_nodes (IC_WORKSPACE (source));
}

/* @known, @node: as in IcNodeChange. */
static void
change_nodes (IcNodesPage *self, const char *known, IcNode *node)
{
  IcNodeChange *change = ic_node_change_new (ic_desk_get_operator (get_desk (self)), known, node);

  g_free (self->to_test);
  self->to_test = node != NULL ? g_strdup (node->name) : NULL;
  ic_workspace_write_async (get_workspace (self), ic_node_change_apply, change,
                            (GDestroyNotify) ic_node_change_free, NULL, changed_cb,
                            g_object_ref (self));
}

static void
saved_cb (IcNodesPage *self, IcNode *node, IcNodeEditor *editor)
{
  change_nodes (self, ic_node_editor_get_known (editor), node);
}

static void
open_editor (IcNodesPage *self, IcNode *node)
{
  IcNodeEditor *editor =
      ic_node_editor_new (GTK_WIDGET (self), node, ic_workspace_get_nodes (get_workspace (self)));

  g_signal_connect_object (editor, "saved", G_CALLBACK (saved_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (editor));
}

static void
add_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  open_editor (IC_NODES_PAGE (widget), NULL);
}

static void
edit_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  IcNodesPage *self = IC_NODES_PAGE (widget);
  IcNodeItem *item = find_item (self, g_variant_get_string (parameter, NULL));

  if (item != NULL)
    open_editor (self, ic_node_item_get_node (item));
}

/* A node that was removed, so that it can be put back. */
typedef struct
{
  IcNodesPage *page;
  IcNode *node;
} Removed;

static void
removed_free (gpointer data)
{
  Removed *removed = data;

  g_object_unref (removed->page);
  ic_node_unref (removed->node);
  g_free (removed);
}

static void
put_back_cb (gpointer data)
{
  const Removed *removed = data;

  change_nodes (removed->page, NULL, removed->node);
}

static void
remove_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  IcNodesPage *self = IC_NODES_PAGE (widget);
  IcNodeItem *item = find_item (self, g_variant_get_string (parameter, NULL));
  Removed *removed = NULL;
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;

  if (item == NULL)
    return;
  removed = g_new0 (Removed, 1);
  removed->page = g_object_ref (self);
  removed->node = ic_node_ref (ic_node_item_get_node (item));
  name = ic_words_dup_printable (removed->node->name);
  /* Translators: the name of a node. */
  text = g_strdup_printf (_ ("%s was removed"), name);
  change_nodes (self, removed->node->name, NULL);
  ic_window_offer (ic_window_find (widget), text, _ ("Undo"), put_back_cb, removed, removed_free);
}

static void
test_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  IcNodesPage *self = IC_NODES_PAGE (widget);
  IcNodeItem *item = find_item (self, g_variant_get_string (parameter, NULL));

  if (item != NULL)
    ic_node_item_test (item, get_desk (self));
}

static void
previews_changed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(IcNodesPage) self = user_data;
  g_autoptr(GError) error = NULL;
  IcPreviewChange *change = ic_workspace_transact_finish (IC_WORKSPACE (source), result, &error);

  if (change == NULL)
    {
      tell_failure (self, _ ("The list of nodes was not changed"), _ ("the list of nodes"), error);
      ic_workspace_reload_nodes (IC_WORKSPACE (source));
      return;
    }
  ic_thumbnails_forget_failures (ic_workspace_get_thumbnails (IC_WORKSPACE (source)));
  ic_preview_change_free (change);
}

static void
set_previews_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  IcNodesPage *self = IC_NODES_PAGE (widget);
  const char *name = NULL;
  gboolean is_on = FALSE;
  IcNodeItem *item = NULL;

  g_variant_get (parameter, "(&sb)", &name, &is_on);
  item = find_item (self, name);
  if (item == NULL)
    return;
  ic_node_item_set_previews (item, is_on);
  ic_workspace_write_async (get_workspace (self), ic_preview_change_apply,
                            ic_preview_change_new (ic_desk_get_operator (get_desk (self)), name,
                                                   is_on),
                            (GDestroyNotify) ic_preview_change_free, NULL, previews_changed_cb,
                            g_object_ref (self));
}

static void
test_all (IcPage *page)
{
  IcNodesPage *self = IC_NODES_PAGE (page);
  GListModel *nodes = ic_workspace_get_nodes (get_workspace (self));

  for (guint i = 0; i < g_list_model_get_n_items (nodes); i++)
    {
      g_autoptr(IcNodeItem) item = g_list_model_get_item (nodes, i);

      ic_node_item_test (item, get_desk (self));
    }
}

static void
test_all_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  test_all (IC_PAGE (widget));
}

/* The row the keyboard is in; NULL when it is elsewhere. */
static IcNodeItem *
get_focused (IcNodesPage *self)
{
  GtkWidget *card = gtk_widget_get_focus_child (GTK_WIDGET (self->list));

  return IC_IS_NODE_CARD (card) ? ic_node_card_get_item (IC_NODE_CARD (card)) : NULL;
}

static gboolean
row_key_cb (IcNodesPage *self, guint keyval, guint keycode, GdkModifierType modifiers)
{
  const char *action = keyval == GDK_KEY_Delete                                ? "nodes.remove"
                       : keyval == GDK_KEY_F2                                  ? "nodes.edit"
                       : keyval == GDK_KEY_t && (modifiers & GDK_CONTROL_MASK) ? "nodes.test"
                                                                               : NULL;
  IcNodeItem *item = action != NULL ? get_focused (self) : NULL;

  if (item == NULL)
    return FALSE;
  gtk_widget_activate_action (GTK_WIDGET (self), action, "s", ic_node_item_get_name (item));
  return TRUE;
}

static void
show_practice_message (IcNodesPage *self, const char *message)
{
  gtk_label_set_text (self->practice_message, message != NULL ? message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->practice_message), message != NULL && *message != '\0');
}

static void
practice_message_cb (IcNodesPage *self)
{
  g_autofree char *message = ic_job_dup_message (self->practice);

  show_practice_message (self, message);
}

static void
practice_state_cb (IcNodesPage *self)
{
  g_autoptr(IcJob) job = NULL;
  const GError *error = NULL;

  if (!ic_job_is_finished (self->practice))
    return;
  job = g_steal_pointer (&self->practice);
  error = ic_job_get_error (job);
  gtk_widget_set_sensitive (self->practice_button, TRUE);
  show_practice_message (self, NULL);
  if (error != NULL)
    tell_failure (self, _ ("The practice PACS was not started"), _ ("The practice PACS"), error);
  else
    self->to_test = g_strdup (IC_PRACTICE_NODE);
  ic_workspace_reload_nodes (get_workspace (self));
}

static void
practice_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  IcNodesPage *self = IC_NODES_PAGE (widget);

  if (self->practice != NULL)
    return;
  self->practice = ic_practice_job_new (get_desk (self));
  g_signal_connect_object (self->practice, "notify::message", G_CALLBACK (practice_message_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->practice, "notify::state", G_CALLBACK (practice_state_cb), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  gtk_widget_set_sensitive (self->practice_button, FALSE);
  show_practice_message (self, _ ("Starting…"));
  ic_job_start (self->practice);
}

static GtkWidget *
make_card (gpointer item, gpointer user_data)
{
  return ic_node_card_new (item);
}

static void
ic_nodes_page_start (IcPage *page)
{
  IcNodesPage *self = IC_NODES_PAGE (page);
  GListModel *nodes = ic_workspace_get_nodes (get_workspace (self));

  gtk_list_box_bind_model (self->list, nodes, make_card, NULL, NULL);
  g_signal_connect_object (nodes, "items-changed", G_CALLBACK (items_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (get_workspace (self), "nodes-changed", G_CALLBACK (nodes_changed_cb),
                           self, G_CONNECT_SWAPPED);
  items_changed_cb (self, 0, 0, g_list_model_get_n_items (nodes), nodes);
}

static void
ic_nodes_page_enter (IcPage *page)
{
  gtk_widget_child_focus (GTK_WIDGET (page), GTK_DIR_TAB_FORWARD);
}

static void
ic_nodes_page_dispose (GObject *object)
{
  IcNodesPage *self = IC_NODES_PAGE (object);

  g_clear_object (&self->practice);
  g_clear_pointer (&self->to_test, g_free);
  G_OBJECT_CLASS (ic_nodes_page_parent_class)->dispose (object);
}

static void
ic_nodes_page_class_init (IcNodesPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  IcPageClass *page_class = IC_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ic_nodes_page_dispose;
  page_class->start = ic_nodes_page_start;
  page_class->refresh = test_all;
  page_class->enter = ic_nodes_page_enter;
  gtk_widget_class_set_template_from_resource (widget_class, IC_UI_PATH "ic-nodes-page.ui");
  gtk_widget_class_bind_template_child (widget_class, IcNodesPage, state);
  gtk_widget_class_bind_template_child (widget_class, IcNodesPage, list);
  gtk_widget_class_bind_template_child (widget_class, IcNodesPage, practice_button);
  gtk_widget_class_bind_template_child (widget_class, IcNodesPage, practice_message);
  gtk_widget_class_bind_template_callback (widget_class, row_key_cb);
  gtk_widget_class_install_action (widget_class, "nodes.add", NULL, add_cb);
  gtk_widget_class_install_action (widget_class, "nodes.edit", "s", edit_cb);
  gtk_widget_class_install_action (widget_class, "nodes.remove", "s", remove_cb);
  gtk_widget_class_install_action (widget_class, "nodes.set-previews", "(sb)", set_previews_cb);
  gtk_widget_class_install_action (widget_class, "nodes.test", "s", test_cb);
  gtk_widget_class_install_action (widget_class, "nodes.test-all", NULL, test_all_cb);
  gtk_widget_class_install_action (widget_class, "nodes.practice", NULL, practice_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_n, GDK_CONTROL_MASK, "nodes.add",
                                       NULL);
}

static void
ic_nodes_page_init (IcNodesPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
