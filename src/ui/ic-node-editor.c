/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-node-editor.h"

#include "domain/ic-text.h"
#include "model/ic-node-item.h"
#include "ui/ic-file-row.h"

#include <glib/gi18n.h>
#include <string.h>

struct _IcNodeEditor
{
  AdwWindow parent_instance;

  IcNode *known; /* NULL for a new one */
  GListModel *nodes;
  GtkEditable *name_row;
  GtkEditable *aet_row;
  GtkEditable *host_row;
  GtkEditable *port_row;
  GtkEditable *our_aet_row;
  AdwComboRow *retrieve_row;
  GtkSpinButton *associations;
  AdwExpanderRow *tls_row;
  IcFileRow *tls_ca_row;
  IcFileRow *tls_cert_row;
  IcFileRow *tls_key_row;
  GtkLabel *problem;
  GtkWidget *save;
};

enum
{
  SAVED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IcNodeEditor, ic_node_editor, ADW_TYPE_WINDOW)

static gboolean
is_taken (IcNodeEditor *self, const char *name)
{
  if (self->known != NULL && g_str_equal (self->known->name, name))
    return FALSE;
  for (guint i = 0; i < g_list_model_get_n_items (self->nodes); i++)
    {
      g_autoptr(IcNodeItem) item = g_list_model_get_item (self->nodes, i);

      if (g_str_equal (ic_node_item_get_name (item), name))
        return TRUE;
    }
  return FALSE;
}

/* What is wrong with each field, NULL when nothing is. */

static const char *
find_name_fault (IcNodeEditor *self, const char *name)
{
  if (*name == '\0')
    return _ ("Give it a name, such as Archive.");
  if (!ic_text_check (name, "", IC_TEXT_NODE_NAME, NULL))
    return _ ("The name is too long.");
  return is_taken (self, name) ? _ ("There is a node of that name already.") : NULL;
}

static const char *
find_aet_fault (IcNodeEditor *self, const char *aet)
{
  if (*aet == '\0')
    return _ ("Enter its AE title; whoever runs it knows it.");
  return ic_aet_is_valid (aet) ? NULL : _ ("An AE title has 1 to 16 plain characters.");
}

static const char *
find_host_fault (IcNodeEditor *self, const char *host)
{
  if (*host == '\0')
    return _ ("Enter its host name or address.");
  if (strchr (host, ' ') != NULL || !ic_text_check (host, "", IC_TEXT_HOST, NULL))
    return _ ("That is no host name or address.");
  return NULL;
}

static const char *
find_port_fault (IcNodeEditor *self, const char *port)
{
  if (*port == '\0')
    return _ ("Enter its port, often 104 or 11112.");
  return g_ascii_string_to_unsigned (port, 10, 1, G_MAXUINT16, NULL, NULL)
             ? NULL
             : _ ("A port is a number from 1 to 65535.");
}

static const char *
find_our_aet_fault (IcNodeEditor *self, const char *aet)
{
  return *aet == '\0' || ic_aet_is_valid (aet) ? NULL
                                               : _ ("An AE title has 1 to 16 plain characters.");
}

typedef const char *(*FindFaultFunc) (IcNodeEditor *self, const char *text);

static char *
dup_text (GtkEditable *row)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (row)));
}

/* An empty field is not wrong yet: it is only said what is still missing. */
static void
check_row (IcNodeEditor *self, GtkEditable *row, FindFaultFunc find, const char **problem)
{
  g_autofree char *text = dup_text (row);
  const char *fault = find (self, text);

  if (fault != NULL && *text != '\0')
    gtk_widget_add_css_class (GTK_WIDGET (row), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (row), "error");
  if (*problem == NULL)
    *problem = fault;
}

static const char *
find_tls_fault (IcNodeEditor *self)
{
  if (adw_expander_row_get_enable_expansion (self->tls_row) &&
      (*ic_file_row_get_path (self->tls_cert_row) == '\0') !=
          (*ic_file_row_get_path (self->tls_key_row) == '\0'))
    return _ ("Our certificate and its key come together.");
  return NULL;
}

static void
check (IcNodeEditor *self)
{
  const char *problem = NULL;

  if (self->nodes == NULL) /* being made */
    return;
  check_row (self, self->name_row, find_name_fault, &problem);
  check_row (self, self->aet_row, find_aet_fault, &problem);
  check_row (self, self->host_row, find_host_fault, &problem);
  check_row (self, self->port_row, find_port_fault, &problem);
  check_row (self, self->our_aet_row, find_our_aet_fault, &problem);
  if (problem == NULL)
    problem = find_tls_fault (self);
  gtk_label_set_text (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
  gtk_widget_set_sensitive (self->save, problem == NULL);
}

static IcNode *
make_node (IcNodeEditor *self, GError **error)
{
  g_autofree char *name = dup_text (self->name_row);
  g_autofree char *aet = dup_text (self->aet_row);
  g_autofree char *host = dup_text (self->host_row);
  g_autofree char *port = dup_text (self->port_row);
  g_autofree char *our_aet = dup_text (self->our_aet_row);
  gboolean tls = adw_expander_row_get_enable_expansion (self->tls_row);
  g_autoptr(IcNode) node =
                 ic_node_new (name, aet, host, (guint) g_ascii_strtoull (port, NULL, 10), our_aet,
                              tls, tls ? ic_file_row_get_path (self->tls_ca_row) : "",
                              tls ? ic_file_row_get_path (self->tls_cert_row) : "",
                              tls ? ic_file_row_get_path (self->tls_key_row) : "", error);

  if (node == NULL ||
      !ic_node_limit_associations (node,
                                   (guint) gtk_spin_button_get_value_as_int (self->associations),
                                   error))
    return NULL;
  ic_node_set_retrieve (node, adw_combo_row_get_selected (self->retrieve_row) == 1
                                  ? IC_RETRIEVE_MOVE
                                  : IC_RETRIEVE_GET);
  return g_steal_pointer (&node);
}

static void
save_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  IcNodeEditor *self = IC_NODE_EDITOR (widget);
  g_autoptr(GError) error = NULL;
  g_autoptr(IcNode) node = NULL;

  if (!gtk_widget_get_sensitive (self->save))
    return;
  node = make_node (self, &error);
  if (node == NULL)
    {
      gtk_label_set_text (self->problem, error->message);
      gtk_widget_set_visible (GTK_WIDGET (self->problem), TRUE);
      return;
    }
  g_signal_emit (self, signals[SAVED], 0, node);
  gtk_window_close (GTK_WINDOW (self));
}

static void
activated_cb (IcNodeEditor *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "editor.save", NULL);
}

static void
ic_node_editor_dispose (GObject *object)
{
  IcNodeEditor *self = IC_NODE_EDITOR (object);

  g_clear_object (&self->nodes);
  g_clear_pointer (&self->known, ic_node_unref);
  G_OBJECT_CLASS (ic_node_editor_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, IcNodeEditor, name_row);
  gtk_widget_class_bind_template_child (widget_class, IcNodeEditor, aet_row);
  gtk_widget_class_bind_template_child (widget_class, IcNodeEditor, host_row);
  gtk_widget_class_bind_template_child (widget_class, IcNodeEditor, port_row);
  gtk_widget_class_bind_template_child (widget_class, IcNodeEditor, our_aet_row);
  gtk_widget_class_bind_template_child (widget_class, IcNodeEditor, retrieve_row);
  gtk_widget_class_bind_template_child (widget_class, IcNodeEditor, associations);
  gtk_widget_class_bind_template_child (widget_class, IcNodeEditor, tls_row);
  gtk_widget_class_bind_template_child (widget_class, IcNodeEditor, tls_ca_row);
  gtk_widget_class_bind_template_child (widget_class, IcNodeEditor, tls_cert_row);
  gtk_widget_class_bind_template_child (widget_class, IcNodeEditor, tls_key_row);
  gtk_widget_class_bind_template_child (widget_class, IcNodeEditor, problem);
  gtk_widget_class_bind_template_child (widget_class, IcNodeEditor, save);
}

static void
ic_node_editor_class_init (IcNodeEditorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ic_node_editor_dispose;
  signals[SAVED] = g_signal_new ("saved", IC_TYPE_NODE_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  g_type_ensure (IC_TYPE_FILE_ROW);
  gtk_widget_class_set_template_from_resource (widget_class, IC_UI_PATH "ic-node-editor.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, check);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
  gtk_widget_class_install_action (widget_class, "editor.save", NULL, save_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Return, GDK_CONTROL_MASK,
                                       "editor.save", NULL);
}

static void
ic_node_editor_init (IcNodeEditor *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
fill (IcNodeEditor *self, const IcNode *node)
{
  g_autofree char *port = g_strdup_printf ("%u", node->port);

  gtk_editable_set_text (self->name_row, node->name);
  gtk_editable_set_text (self->aet_row, node->aet);
  gtk_editable_set_text (self->host_row, node->host);
  gtk_editable_set_text (self->port_row, port);
  gtk_editable_set_text (self->our_aet_row, node->our_aet);
  adw_combo_row_set_selected (self->retrieve_row, node->retrieve == IC_RETRIEVE_MOVE ? 1 : 0);
  gtk_spin_button_set_value (self->associations, node->max_associations);
  adw_expander_row_set_enable_expansion (self->tls_row, node->tls);
  ic_file_row_set_path (self->tls_ca_row, node->tls_ca);
  ic_file_row_set_path (self->tls_cert_row, node->tls_cert);
  ic_file_row_set_path (self->tls_key_row, node->tls_key);
}

IcNodeEditor *
ic_node_editor_new (GtkWidget *parent, IcNode *node, GListModel *nodes)
{
  GtkWidget *window = gtk_widget_get_ancestor (parent, GTK_TYPE_WINDOW);
  IcNodeEditor *self = g_object_new (IC_TYPE_NODE_EDITOR, "transient-for", window, NULL);

  self->nodes = g_object_ref (nodes);
  self->known = node != NULL ? ic_node_ref (node) : NULL;
  gtk_window_set_title (GTK_WINDOW (self), node != NULL ? _ ("Change node") : _ ("Add node"));
  if (node != NULL)
    fill (self, node);
  check (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->name_row));
  return self;
}

const char *
ic_node_editor_get_known (IcNodeEditor *self)
{
  g_return_val_if_fail (IC_IS_NODE_EDITOR (self), NULL);
  return self->known != NULL ? self->known->name : NULL;
}
