/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-viewer-inspector.h"

#include "model/ic-dump-item.h"
#include "model/ic-viewer-loader.h"
#include "ui/ic-text-cell.h"
#include "ui/ic-text-scale.h"
#include "words/ic-error-words.h"

#include <glib/gi18n.h>

struct _IcViewerInspector
{
  AdwBin parent_instance;

  char *path;
  GCancellable *cancellable;
  GListStore *rows; /* of IcDumpItem */
  GtkCustomFilter *filter;
  char *wanted; /* what is searched, case folded; "" for everything */

  GtkSearchEntry *entry;
  GtkStack *stack;
  AdwStatusPage *failure;
  GtkColumnView *view;
  GtkLabel *note;
};

G_DEFINE_FINAL_TYPE (IcViewerInspector, ic_viewer_inspector, ADW_TYPE_BIN)

static gboolean
matches (gpointer item, gpointer user_data)
{
  IcViewerInspector *self = user_data;

  return ic_dump_item_contains (item, self->wanted);
}

static void
search_changed_cb (IcViewerInspector *self)
{
  g_free (self->wanted);
  self->wanted = g_utf8_casefold (gtk_editable_get_text (GTK_EDITABLE (self->entry)), -1);
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
}

static void
show_rows (IcViewerInspector *self, GPtrArray *rows, gboolean complete)
{
  g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < rows->len; i++)
    g_ptr_array_add (items, ic_dump_item_new (rows->pdata[i]));
  g_list_store_splice (self->rows, 0, g_list_model_get_n_items (G_LIST_MODEL (self->rows)),
                       items->pdata, items->len);
  gtk_widget_set_visible (GTK_WIDGET (self->note), !complete);
  gtk_stack_set_visible_child_name (self->stack, "rows");
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(IcViewerInspector) self = user_data;
  g_autoptr(GError) error = NULL;
  gboolean complete = FALSE;
  g_autoptr(GPtrArray) rows = ic_viewer_loader_dump_finish (result, &complete, &error);
  const IcErrorContext context = { .subject = _ ("this file"), .subject_is_phrase = TRUE };
  g_autofree char *sentence = NULL;
  g_autofree char *markup = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->rows == NULL)
    return;
  if (rows != NULL)
    {
      show_rows (self, rows, complete);
      return;
    }
  sentence = ic_error_words_dup_sentence (error, &context);
  markup = g_markup_escape_text (sentence, -1);
  adw_status_page_set_description (self->failure, markup);
  gtk_stack_set_visible_child_name (self->stack, "failure");
}

static void
ic_viewer_inspector_dispose (GObject *object)
{
  IcViewerInspector *self = IC_VIEWER_INSPECTOR (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->rows);
  G_OBJECT_CLASS (ic_viewer_inspector_parent_class)->dispose (object);
}

static void
ic_viewer_inspector_finalize (GObject *object)
{
  IcViewerInspector *self = IC_VIEWER_INSPECTOR (object);

  g_free (self->path);
  g_free (self->wanted);
  G_OBJECT_CLASS (ic_viewer_inspector_parent_class)->finalize (object);
}

static void
ic_viewer_inspector_class_init (IcViewerInspectorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ic_viewer_inspector_dispose;
  G_OBJECT_CLASS (klass)->finalize = ic_viewer_inspector_finalize;
  g_type_ensure (IC_TYPE_DUMP_ITEM);
  g_type_ensure (IC_TYPE_TEXT_CELL);
  gtk_widget_class_set_template_from_resource (widget_class, IC_UI_PATH "ic-viewer-inspector.ui");
  gtk_widget_class_bind_template_child (widget_class, IcViewerInspector, entry);
  gtk_widget_class_bind_template_child (widget_class, IcViewerInspector, stack);
  gtk_widget_class_bind_template_child (widget_class, IcViewerInspector, failure);
  gtk_widget_class_bind_template_child (widget_class, IcViewerInspector, view);
  gtk_widget_class_bind_template_child (widget_class, IcViewerInspector, note);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
}

static void
ic_viewer_inspector_init (IcViewerInspector *self)
{
  GtkFilterListModel *filtered = NULL;
  GtkNoSelection *selection = NULL;

  gtk_widget_init_template (GTK_WIDGET (self));
  ic_text_cell_name_table (self->view, _ ("Header"));
  ic_text_scale_columns (self->view);
  self->wanted = g_strdup ("");
  self->rows = g_list_store_new (IC_TYPE_DUMP_ITEM);
  self->filter = gtk_custom_filter_new (matches, self, NULL);
  filtered = gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (self->rows)),
                                        GTK_FILTER (self->filter));
  selection = gtk_no_selection_new (G_LIST_MODEL (filtered));
  gtk_column_view_set_model (self->view, GTK_SELECTION_MODEL (selection));
  g_object_unref (selection);
}

void
ic_viewer_inspector_show (IcViewerInspector *self, IcDataDir *data_dir, const char *path)
{
  g_return_if_fail (IC_IS_VIEWER_INSPECTOR (self));
  if (g_strcmp0 (path, self->path) == 0)
    return;
  g_free (self->path);
  self->path = g_strdup (path);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (path == NULL)
    return;
  self->cancellable = g_cancellable_new ();
  ic_viewer_loader_dump_async (data_dir, path, IC_DUMP_HEADER, self->cancellable, read_cb,
                               g_object_ref (self));
}

void
ic_viewer_inspector_search (IcViewerInspector *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}
