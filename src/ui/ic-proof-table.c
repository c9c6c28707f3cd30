/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-proof-table.h"

#include "core/ic-progress.h"
#include "model/ic-proof-row.h"
#include "ui/ic-text-cell.h"

#include <glib/gi18n.h>

struct _IcProofTable
{
  GtkWidget parent_instance;

  GtkColumnView *view;
  GtkColumnViewColumn *written;
  GtkColumnViewColumn *verified;
  GListStore *rows;
};

G_DEFINE_FINAL_TYPE (IcProofTable, ic_proof_table, GTK_TYPE_WIDGET)

static void
ic_proof_table_dispose (GObject *object)
{
  GtkWidget *child = NULL;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&IC_PROOF_TABLE (object)->rows);
  G_OBJECT_CLASS (ic_proof_table_parent_class)->dispose (object);
}

static void
ic_proof_table_class_init (IcProofTableClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ic_proof_table_dispose;
  g_type_ensure (IC_TYPE_PROOF_ROW);
  g_type_ensure (IC_TYPE_TEXT_CELL);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, IC_UI_PATH "ic-proof-table.ui");
  gtk_widget_class_bind_template_child (widget_class, IcProofTable, view);
  gtk_widget_class_bind_template_child (widget_class, IcProofTable, written);
  gtk_widget_class_bind_template_child (widget_class, IcProofTable, verified);
}

static void
ic_proof_table_init (IcProofTable *self)
{
  g_autoptr(GtkNoSelection) model = NULL;

  self->rows = g_list_store_new (IC_TYPE_PROOF_ROW);
  gtk_widget_init_template (GTK_WIDGET (self));
  ic_text_cell_name_table (self->view, _ ("Proof, series by series"));
  model = gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->rows)));
  gtk_column_view_set_model (self->view, GTK_SELECTION_MODEL (model));
}

GtkWidget *
ic_proof_table_new (void)
{
  return g_object_new (IC_TYPE_PROOF_TABLE, NULL);
}

void
ic_proof_table_set_is_sent (IcProofTable *self, gboolean is_sent)
{
  g_return_if_fail (IC_IS_PROOF_TABLE (self));
  gtk_column_view_column_set_title (self->written, is_sent ? _ ("Accepted") : _ ("Written"));
  gtk_column_view_column_set_title (self->verified, is_sent ? _ ("Found there") : _ ("Read back"));
}

/* The row at @position if it is called @label, else all rows from there on are new. */
static IcProofRow *
ensure_row (IcProofTable *self, guint position, const char *label)
{
  GListModel *rows = G_LIST_MODEL (self->rows);
  g_autoptr(IcProofRow) row = g_list_model_get_item (rows, position);

  if (row != NULL && g_str_equal (ic_proof_row_get_label (row), label))
    return g_steal_pointer (&row);
  g_list_store_splice (self->rows, position, g_list_model_get_n_items (rows) - position, NULL, 0);
  g_clear_object (&row);
  row = ic_proof_row_new (label);
  g_list_store_append (self->rows, row);
  return g_steal_pointer (&row);
}

void
ic_proof_table_set_parts (IcProofTable *self, GPtrArray *parts)
{
  g_return_if_fail (IC_IS_PROOF_TABLE (self));
  for (guint i = 0; parts != NULL && i < parts->len; i++)
    {
      const IcProgressPart *part = parts->pdata[i];
      g_autoptr(IcProofRow) row = ensure_row (self, i, part->label);

      ic_proof_row_set_part (row, part);
    }
}

void
ic_proof_table_set_transfer (IcProofTable *self, IcTransfer *transfer)
{
  g_return_if_fail (IC_IS_PROOF_TABLE (self));
  g_list_store_remove_all (self->rows);
  for (guint i = 0; i < transfer->series->len; i++)
    {
      const IcTransferSeries *series = transfer->series->pdata[i];
      g_autofree char *label =
          g_strjoin (" ", series->modality, series->number, series->description, NULL);
      g_autoptr(IcProofRow) row = ic_proof_row_new (label);

      ic_proof_row_set_series (row, series);
      g_list_store_append (self->rows, row);
    }
}
