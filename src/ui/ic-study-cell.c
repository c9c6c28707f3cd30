/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-study-cell.h"

#include "model/ic-patient-row.h"
#include "model/ic-series-row.h"

#define NAME_CHARS 16 /* however narrow the window is */

struct _IcStudyCell
{
  GtkWidget parent_instance;

  IcColumn column;
  IcResultRow *row;
  gulong changed_id;
  GtkLabel *label;
};

G_DEFINE_FINAL_TYPE (IcStudyCell, ic_study_cell, GTK_TYPE_WIDGET)

static gboolean
is_number (IcColumn column)
{
  return column == IC_COLUMN_SERIES || column == IC_COLUMN_IMAGES;
}

static void
set_class (IcStudyCell *self, const char *name, gboolean is_set)
{
  if (is_set)
    gtk_widget_add_css_class (GTK_WIDGET (self->label), name);
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->label), name);
}

static void
set_name (GtkWidget *widget, const char *name)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

/* "Chest PA, PRACTICE-0001, 14 Mar 1958, 12 Mar 2015": what a row is, in one line. */
static char *
dup_row_name (IcResultRow *row)
{
  static const IcColumn told[] = { IC_COLUMN_NAME, IC_COLUMN_PATIENT_ID, IC_COLUMN_BIRTH_DATE,
                                   IC_COLUMN_DATE, IC_COLUMN_MODALITY };
  g_autoptr(GString) name = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (told); i++)
    {
      g_autofree char *text = ic_result_row_dup_text (row, told[i]);

      if (*text != '\0')
        g_string_append_printf (name, "%s%s", name->len > 0 ? ", " : "", text);
    }
  return g_string_free (g_steal_pointer (&name), FALSE);
}

/* The list makes rows and cells around this one and does not know what to call them. */
static void
name_surroundings (IcStudyCell *self, const char *text)
{
  GtkWidget *child = GTK_WIDGET (self);
  GtkWidget *cell = NULL;
  g_autofree char *row_name = NULL;

  set_name (child, text);
  if (GTK_IS_TREE_EXPANDER (gtk_widget_get_parent (child)))
    child = gtk_widget_get_parent (child);
  cell = gtk_widget_get_parent (child);
  if (cell == NULL)
    return;
  set_name (cell, text);
  if (self->column != IC_COLUMN_NAME || gtk_widget_get_parent (cell) == NULL)
    return;
  row_name = dup_row_name (self->row);
  set_name (child, text);
  set_name (gtk_widget_get_parent (cell), row_name);
}

/* The symbols are read out as the sentence that explains them. */
static void
show_place (IcStudyCell *self)
{
  g_autoptr(GString) symbols = g_string_new (NULL);
  g_autoptr(GString) sentence = g_string_new (NULL);

  ic_result_row_describe_place (self->row, symbols, sentence);
  gtk_label_set_text (self->label, symbols->str);
  name_surroundings (self, sentence->str);
}

static void
show (IcStudyCell *self)
{
  g_autofree char *text = NULL;

  if (self->column == IC_COLUMN_WHERE)
    {
      show_place (self);
      return;
    }
  text = ic_result_row_dup_text (self->row, self->column);
  gtk_label_set_text (self->label, text);
  name_surroundings (self, text);
}

/* Symbols in words, and texts whole where the column is too narrow. Said when asked for: to set a
 * tooltip asks the display where the pointer is, for every row that scrolls by.
 */
static gboolean
query_tooltip_cb (IcStudyCell *self, int x, int y, gboolean by_keyboard, GtkTooltip *tooltip)
{
  g_autoptr(GString) symbols = g_string_new (NULL);
  g_autoptr(GString) text = g_string_new (NULL);

  if (self->row == NULL)
    return FALSE;
  if (self->column == IC_COLUMN_WHERE)
    ic_result_row_describe_place (self->row, symbols, text);
  else if (pango_layout_is_ellipsized (gtk_label_get_layout (self->label)))
    g_string_assign (text, gtk_label_get_text (self->label));
  gtk_tooltip_set_text (tooltip, text->str);
  return text->len > 0;
}

static void
ic_study_cell_dispose (GObject *object)
{
  IcStudyCell *self = IC_STUDY_CELL (object);

  ic_study_cell_set_row (self, NULL);
  if (self->label != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->label));
  self->label = NULL;
  G_OBJECT_CLASS (ic_study_cell_parent_class)->dispose (object);
}

static void
ic_study_cell_class_init (IcStudyCellClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ic_study_cell_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_LABEL);
}

static void
ic_study_cell_init (IcStudyCell *self)
{
  /* The cell itself is what is read out. */
  self->label =
      g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  gtk_widget_set_parent (GTK_WIDGET (self->label), GTK_WIDGET (self));
}

GtkWidget *
ic_study_cell_new (IcColumn column)
{
  IcStudyCell *self = g_object_new (IC_TYPE_STUDY_CELL, NULL);

  self->column = column;
  gtk_label_set_xalign (self->label, is_number (column) ? 1 : 0);
  gtk_label_set_ellipsize (self->label, PANGO_ELLIPSIZE_END);
  gtk_label_set_single_line_mode (self->label, TRUE);
  if (column == IC_COLUMN_NAME)
    gtk_label_set_width_chars (self->label, NAME_CHARS);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self->label), TRUE);
  g_signal_connect_swapped (self->label, "query-tooltip", G_CALLBACK (query_tooltip_cb), self);
  set_class (self, "numeric", column != IC_COLUMN_NAME);
  return GTK_WIDGET (self);
}

void
ic_study_cell_set_row (IcStudyCell *self, IcResultRow *row)
{
  g_return_if_fail (IC_IS_STUDY_CELL (self));
  if (row == self->row)
    return;
  if (self->row != NULL)
    g_clear_signal_handler (&self->changed_id, self->row);
  g_set_object (&self->row, row);
  if (row == NULL)
    return;
  self->changed_id = g_signal_connect_swapped (row, "changed", G_CALLBACK (show), self);
  set_class (self, "ic-patient", IC_IS_PATIENT_ROW (row) && self->column == IC_COLUMN_NAME);
  set_class (self, "dim-label",
             IC_IS_SERIES_ROW (row) ||
                 (IC_IS_STUDY_ROW (row) &&
                  (self->column == IC_COLUMN_PATIENT_ID || self->column == IC_COLUMN_BIRTH_DATE ||
                   self->column == IC_COLUMN_SEX)));
  show (self);
}

IcResultRow *
ic_study_cell_get_row (IcStudyCell *self)
{
  g_return_val_if_fail (IC_IS_STUDY_CELL (self), NULL);
  return self->row;
}
