/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-text-cell.h"

#include <glib/gi18n.h>

#define NAMING "ic-text-cell-naming" /* of a row: what will name it */

struct _IcTextCell
{
  GtkWidget parent_instance;

  GtkLabel *label;
};

enum
{
  PROP_TEXT = 1,
  PROP_IS_NUMBER,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (IcTextCell, ic_text_cell, GTK_TYPE_WIDGET)

static void
set_name (GtkWidget *widget, const char *name)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static IcTextCell *
get_text_cell (GtkWidget *cell)
{
  GtkWidget *child = cell != NULL ? gtk_widget_get_first_child (cell) : NULL;

  return IC_IS_TEXT_CELL (child) ? IC_TEXT_CELL (child) : NULL;
}

/* "CT 1 Chest, 36, 36": the texts of its cells; others, such as pictures, speak for themselves. */
static void
name_row (GtkWidget *row)
{
  g_autoptr(GString) name = g_string_new (NULL);

  for (GtkWidget *cell = gtk_widget_get_first_child (row); cell != NULL;
       cell = gtk_widget_get_next_sibling (cell))
    {
      IcTextCell *child = get_text_cell (cell);
      const char *text = child != NULL ? gtk_label_get_text (child->label) : "";

      set_name (cell, text);
      if (*text != '\0')
        g_string_append_printf (name, "%s%s", name->len > 0 ? ", " : "", text);
    }
  set_name (row, name->str);
}

static gboolean
name_row_cb (gpointer row)
{
  g_object_steal_data (row, NAMING);
  name_row (row);
  return G_SOURCE_REMOVE;
}

static void
stop_naming (gpointer id)
{
  g_source_remove (GPOINTER_TO_UINT (id));
}

/* Once for all cells that change in one turn of the main loop, whichever they are; before a screen
 * reader can ask, for rows are used again and would answer with the name of another.
 */
static void
name_row_soon (GtkWidget *row)
{
  guint id = 0;

  if (g_object_get_data (G_OBJECT (row), NAMING) != NULL)
    return;
  id = g_idle_add_full (G_PRIORITY_HIGH, name_row_cb, row, NULL);
  g_object_set_data_full (G_OBJECT (row), NAMING, GUINT_TO_POINTER (id), stop_naming);
}

static void
name_surroundings (IcTextCell *self)
{
  GtkWidget *cell = gtk_widget_get_parent (GTK_WIDGET (self));
  GtkWidget *row = cell != NULL ? gtk_widget_get_parent (cell) : NULL;

  set_name (GTK_WIDGET (self), gtk_label_get_text (self->label));
  if (row != NULL)
    name_row_soon (row);
}

/* Said when asked for: to set a tooltip asks the display where the pointer is, for every cell that
 * scrolls by.
 */
static gboolean
query_tooltip_cb (IcTextCell *self, int x, int y, gboolean by_keyboard, GtkTooltip *tooltip)
{
  if (!pango_layout_is_ellipsized (gtk_label_get_layout (self->label)))
    return FALSE;
  gtk_tooltip_set_text (tooltip, gtk_label_get_text (self->label));
  return TRUE;
}

static void
ic_text_cell_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  IcTextCell *self = IC_TEXT_CELL (object);

  if (id == PROP_TEXT)
    g_value_set_string (value, gtk_label_get_text (self->label));
  else
    g_value_set_boolean (value, gtk_label_get_xalign (self->label) > 0);
}

static void
ic_text_cell_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  IcTextCell *self = IC_TEXT_CELL (object);

  if (id == PROP_TEXT)
    ic_text_cell_set_text (self, g_value_get_string (value));
  else
    gtk_label_set_xalign (self->label, g_value_get_boolean (value) ? 1 : 0);
}

static void
ic_text_cell_dispose (GObject *object)
{
  IcTextCell *self = IC_TEXT_CELL (object);

  if (self->label != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->label));
  self->label = NULL;
  G_OBJECT_CLASS (ic_text_cell_parent_class)->dispose (object);
}

static void
ic_text_cell_class_init (IcTextCellClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  G_OBJECT_CLASS (klass)->dispose = ic_text_cell_dispose;
  G_OBJECT_CLASS (klass)->get_property = ic_text_cell_get_property;
  G_OBJECT_CLASS (klass)->set_property = ic_text_cell_set_property;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_LABEL);
  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, "", flags);
  properties[PROP_IS_NUMBER] = g_param_spec_boolean ("is-number", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);
}

static void
ic_text_cell_init (IcTextCell *self)
{
  /* The cell itself is what is read out. */
  self->label =
      g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, "xalign",
                    0.0, "ellipsize", PANGO_ELLIPSIZE_END, "single-line-mode", TRUE, NULL);
  gtk_widget_set_parent (GTK_WIDGET (self->label), GTK_WIDGET (self));
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  g_signal_connect (self, "query-tooltip", G_CALLBACK (query_tooltip_cb), NULL);
}

GtkWidget *
ic_text_cell_new (gboolean is_number)
{
  return g_object_new (IC_TYPE_TEXT_CELL, "is-number", is_number, NULL);
}

void
ic_text_cell_set_text (IcTextCell *self, const char *text)
{
  g_return_if_fail (IC_IS_TEXT_CELL (self));
  gtk_label_set_text (self->label, text != NULL ? text : "");
  name_surroundings (self);
}

void
ic_text_cell_set_width_chars (IcTextCell *self, int n)
{
  g_return_if_fail (IC_IS_TEXT_CELL (self));
  gtk_label_set_width_chars (self->label, n);
}

void
ic_text_cell_name_table (GtkColumnView *table, const char *name)
{
  GtkWidget *titles = gtk_widget_get_first_child (GTK_WIDGET (table));
  GtkWidget *list = titles != NULL ? gtk_widget_get_next_sibling (titles) : NULL;

  if (list == NULL)
    return;
  set_name (titles, _ ("Titles of the columns"));
  set_name (list, name);
}
