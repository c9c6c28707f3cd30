/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-study-cell.h"

#include "model/ic-patient-row.h"
#include "model/ic-series-row.h"

#define NAME_CHARS 16 /* however narrow the window is */

/* It draws its text itself. A label would be measured and laid out for each of the two hundred rows
 * that the toolkit keeps ready, whenever somebody jumps to another place of a long list; this one
 * is always of the same size, and lays out what is looked at.
 */
struct _IcStudyCell
{
  GtkWidget parent_instance;

  IcColumn column;
  IcResultRow *row;
  gulong changed_id;
  char *text;
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
    gtk_widget_add_css_class (GTK_WIDGET (self), name);
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), name);
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
  GtkWidget *cell = gtk_widget_get_parent (GTK_WIDGET (self));
  g_autofree char *row_name = NULL;

  if (GTK_IS_TREE_EXPANDER (cell))
    {
      set_name (cell, text);
      cell = gtk_widget_get_parent (cell);
    }
  if (cell == NULL)
    return;
  set_name (cell, text);
  if (self->column != IC_COLUMN_NAME || gtk_widget_get_parent (cell) == NULL)
    return;
  row_name = dup_row_name (self->row);
  set_name (gtk_widget_get_parent (cell), row_name);
}

static void
take_text (IcStudyCell *self, char *text)
{
  g_free (self->text);
  self->text = text;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* The symbols are read out as the sentence that explains them. */
static void
show_place (IcStudyCell *self)
{
  g_autoptr(GString) symbols = g_string_new (NULL);
  g_autoptr(GString) sentence = g_string_new (NULL);

  ic_result_row_describe_place (self->row, symbols, sentence);
  name_surroundings (self, sentence->str);
  take_text (self, g_string_free (g_steal_pointer (&symbols), FALSE));
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
  if (self->column != IC_COLUMN_NAME && g_strcmp0 (text, self->text) == 0)
    return;
  take_text (self, g_steal_pointer (&text));
  name_surroundings (self, self->text);
}

/* The cell in @around, or NULL. */
static IcStudyCell *
find_cell (GtkWidget *around)
{
  GtkWidget *child = gtk_widget_get_first_child (around);

  if (GTK_IS_TREE_EXPANDER (child))
    child = gtk_tree_expander_get_child (GTK_TREE_EXPANDER (child));
  return IC_IS_STUDY_CELL (child) ? IC_STUDY_CELL (child) : NULL;
}

/* All that the list has of the row: one of its cells listens for them. */
static void
show_line (IcStudyCell *self)
{
  GtkWidget *around = gtk_widget_get_ancestor (GTK_WIDGET (self), GTK_TYPE_TREE_EXPANDER);
  GtkWidget *line = gtk_widget_get_parent (gtk_widget_get_parent (around));

  for (around = gtk_widget_get_first_child (line); around != NULL;
       around = gtk_widget_get_next_sibling (around))
    {
      IcStudyCell *cell = find_cell (around);

      if (cell != NULL && cell->row == self->row)
        show (cell);
    }
}

/* The text in one line, as much of it as there is room for. Figures stand below each other. */
static PangoLayout *
create_layout (IcStudyCell *self)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), self->text);

  if (self->column != IC_COLUMN_NAME)
    {
      g_autoptr(PangoAttrList) attributes = pango_attr_list_new ();

      pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum"));
      pango_layout_set_attributes (layout, attributes);
    }
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_width (layout, gtk_widget_get_width (GTK_WIDGET (self)) * PANGO_SCALE);
  pango_layout_set_alignment (layout,
                              is_number (self->column) ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
  return layout;
}

static gboolean
is_cut (IcStudyCell *self)
{
  g_autoptr(PangoLayout) layout = create_layout (self);

  return pango_layout_is_ellipsized (layout);
}

/* Symbols in words, and texts whole where the column is too narrow. Said when asked for: to set a
 * tooltip asks the display where the pointer is, for every row that scrolls by.
 */
static gboolean
ic_study_cell_query_tooltip (GtkWidget *widget,
                             int x,
                             int y,
                             gboolean by_keyboard,
                             GtkTooltip *tooltip)
{
  IcStudyCell *self = IC_STUDY_CELL (widget);
  g_autoptr(GString) symbols = g_string_new (NULL);
  g_autoptr(GString) text = g_string_new (NULL);

  if (self->row == NULL)
    return FALSE;
  if (self->column == IC_COLUMN_WHERE)
    ic_result_row_describe_place (self->row, symbols, text);
  else if (is_cut (self))
    g_string_assign (text, self->text);
  gtk_tooltip_set_text (tooltip, text->str);
  return text->len > 0;
}

static void
ic_study_cell_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  IcStudyCell *self = IC_STUDY_CELL (widget);
  g_autoptr(PangoLayout) layout = NULL;
  GdkRGBA colour = { 0 };
  int height = 0;
  int y = 0;

  if (self->text == NULL || *self->text == '\0')
    return;
  layout = create_layout (self);
  pango_layout_get_pixel_size (layout, NULL, &height);
  y = (gtk_widget_get_height (widget) - height) / 2;
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &colour);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (0, (float) y));
  gtk_snapshot_append_layout (snapshot, layout, &colour);
}

static void
ic_study_cell_measure (GtkWidget *widget,
                       GtkOrientation orientation,
                       int for_size,
                       int *minimum,
                       int *natural,
                       int *minimum_baseline,
                       int *natural_baseline)
{
  IcStudyCell *self = IC_STUDY_CELL (widget);
  PangoContext *context = gtk_widget_get_pango_context (widget);
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  const int letter = pango_font_metrics_get_approximate_char_width (metrics);

  if (orientation == GTK_ORIENTATION_VERTICAL)
    *minimum = PANGO_PIXELS_CEIL (pango_font_metrics_get_height (metrics));
  else
    *minimum = self->column == IC_COLUMN_NAME ? PANGO_PIXELS_CEIL (letter * NAME_CHARS) : 0;
  *natural = *minimum;
  pango_font_metrics_unref (metrics);
}

static void
ic_study_cell_dispose (GObject *object)
{
  ic_study_cell_set_row (IC_STUDY_CELL (object), NULL);
  G_OBJECT_CLASS (ic_study_cell_parent_class)->dispose (object);
}

static void
ic_study_cell_finalize (GObject *object)
{
  g_free (IC_STUDY_CELL (object)->text);
  G_OBJECT_CLASS (ic_study_cell_parent_class)->finalize (object);
}

static void
ic_study_cell_class_init (IcStudyCellClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ic_study_cell_dispose;
  G_OBJECT_CLASS (klass)->finalize = ic_study_cell_finalize;
  widget_class->measure = ic_study_cell_measure;
  widget_class->snapshot = ic_study_cell_snapshot;
  widget_class->query_tooltip = ic_study_cell_query_tooltip;
  gtk_widget_class_set_css_name (widget_class, "label");
  /* What is read out is what the list puts around it. */
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
ic_study_cell_init (IcStudyCell *self)
{
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

GtkWidget *
ic_study_cell_new (IcColumn column)
{
  IcStudyCell *self = g_object_new (IC_TYPE_STUDY_CELL, NULL);

  self->column = column;
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
  if (self->column == IC_COLUMN_NAME)
    self->changed_id = g_signal_connect_swapped (row, "changed", G_CALLBACK (show_line), self);
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
