/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a screen reader is told about the rows of a table while what stands in them changes. Needs a
 * display, and GTK_A11Y=test.
 */
#include "core/ic-progress.h"
#include "ui/ic-proof-table.h"

/* One series of 36 images, of which @n were retrieved and none went on. */
static void
set_retrieved (GtkWidget *table, guint n)
{
  g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func (ic_progress_part_free);
  IcProgressPart *part = g_new0 (IcProgressPart, 1);

  part->name = g_strdup ("1");
  part->label = g_strdup ("CT 1 Chest");
  part->total = 36;
  part->done[0] = n;
  g_ptr_array_add (parts, part);
  ic_proof_table_set_parts (IC_PROOF_TABLE (table), parts);
}

static GtkWidget *
find_child (GtkWidget *widget, const char *css_name)
{
  GtkWidget *found = NULL;

  if (g_str_equal (gtk_widget_get_css_name (widget), css_name))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_child (child, css_name);
  return found;
}

static void
assert_name (GtkWidget *row, const char *name)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name);
}

static void
test_row_is_named_anew_when_another_than_its_last_cell_changes (void)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *table = ic_proof_table_new ();
  GtkWidget *list = NULL;
  GtkWidget *row = NULL;

  gtk_window_set_child (GTK_WINDOW (window), table);
  set_retrieved (table, 1);
  gtk_window_present (GTK_WINDOW (window));
  list = find_child (table, "listview");
  g_assert_nonnull (list);
  row = find_child (list, "row");
  g_assert_nonnull (row);
  assert_name (row, "CT 1 Chest, 36, 1, –, –");
  set_retrieved (table, 2);
  assert_name (row, "CT 1 Chest, 36, 2, –, –");
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rows/name", test_row_is_named_anew_when_another_than_its_last_cell_changes);
  return g_test_run ();
}
