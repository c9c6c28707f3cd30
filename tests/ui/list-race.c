/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of studies with so many of them (the first argument, 10,000 without): filled as answers
 * of a node come, scrolled by rows and by pages, sorted anew. Says for each how fast it was drawn,
 * what that took, how long the main loop was held up at worst, and how much of that our own making
 * and filling of rows had. In the end the same jumps in a bare list of labels, which is what the
 * toolkit takes for itself. Works on IC_DATA_DIR.
 */
#include "stopwatch.h"
#include "ui/ic-study-list.h"

#include <stdio.h>
#include <stdlib.h>

#define N 10000
#define N_OF_PATIENT 3
#define FRAMES 400
#define ROWS_A_STEP 3
#define ROW 29.0

typedef struct _Race Race;

/* A step of what is measured; FALSE when it is over. */
typedef gboolean (*Step) (Race *race);

struct _Race
{
  IcDesk *desk;
  IcWorkspace *workspace;
  IcStudySearch *search;
  IcNode *node;
  GtkWidget *window;
  IcStudyList *list;
  GtkColumnView *view;
  GtkAdjustment *place;
  guint n_wanted;
  guint n_given;
  guint step;
  guint part; /* of what is measured */
  Stopwatch watch;
};

/* What our callbacks for rows had of the processor, while somebody wants to know: the question
 * takes its time too.
 */
static struct
{
  gboolean is_watched;
  gint64 begun_us;
  gint64 turn_us; /* of this frame */
  gint64 longest_us;
} rows;

/* Before the handlers of a factory, whichever it is. */
static gboolean
factory_begins_cb (GSignalInvocationHint *hint, guint n, const GValue *values, gpointer data)
{
  rows.begun_us = stopwatch_thread_us ();
  return rows.is_watched;
}

static void
factory_ends_cb (void)
{
  if (rows.is_watched)
    rows.turn_us += stopwatch_thread_us () - rows.begun_us;
}

static const char *const factory_signals[] = { "setup", "bind", "teardown" };

static void
connect_to_factories (GtkColumnView *view)
{
  GListModel *columns = gtk_column_view_get_columns (view);

  for (guint i = 0; i < g_list_model_get_n_items (columns); i++)
    {
      g_autoptr(GtkColumnViewColumn) column = g_list_model_get_item (columns, i);

      for (guint k = 0; k < G_N_ELEMENTS (factory_signals); k++)
        g_signal_connect_after (gtk_column_view_column_get_factory (column), factory_signals[k],
                                G_CALLBACK (factory_ends_cb), NULL);
    }
}

static void
watch_factories (void)
{
  rows.is_watched = TRUE;
  for (guint k = 0; k < G_N_ELEMENTS (factory_signals); k++)
    g_signal_add_emission_hook (g_signal_lookup (factory_signals[k],
                                                 GTK_TYPE_SIGNAL_LIST_ITEM_FACTORY),
                                0, factory_begins_cb, NULL, NULL);
}

static IcFoundStudy *
make_found (guint i)
{
  IcFoundStudy *found = g_new0 (IcFoundStudy, 1);
  g_autofree char *id = g_strdup_printf ("%u", i / N_OF_PATIENT);
  g_autofree char *name = g_strdup_printf ("NAME%u^X", i / N_OF_PATIENT * 7919 % N);

  found->patient = ic_patient_new (id, "", name, "19610312", "F");
  found->study_uid = g_strdup_printf ("1.2.%u", i + 1);
  found->date = g_strdup_printf ("2026%02u%02u", i % 12 + 1, i % 28 + 1);
  found->time = g_strdup ("");
  found->accession = g_strdup_printf ("A%06u", i);
  found->description = g_strdup ("CT thorax with contrast");
  found->modalities = g_strdup ("CT");
  found->n_series = i % 9;
  found->n_instances = i;
  return found;
}

/* As they come from a node: some a turn. */
static gboolean
fill (Race *race)
{
  for (guint i = 0; i < 100 && race->n_given < race->n_wanted; i++)
    ic_study_search_take (race->search, make_found (race->n_given++), race->node);
  return ic_study_search_get_n_studies (race->search) < race->n_wanted ||
         ic_study_search_is_asking (race->search);
}

static gboolean
scroll (Race *race)
{
  const double most =
      gtk_adjustment_get_upper (race->place) - gtk_adjustment_get_page_size (race->place);
  const double wanted = gtk_adjustment_get_value (race->place) + ROWS_A_STEP * ROW;

  if (race->step == 1)
    watch_factories ();
  gtk_adjustment_set_value (race->place, wanted > most ? 0 : wanted);
  return race->step < FRAMES;
}

static gboolean
jump (Race *race)
{
  const double most =
      gtk_adjustment_get_upper (race->place) - gtk_adjustment_get_page_size (race->place);

  gtk_adjustment_set_value (race->place, most * (race->step * 37 % 100) / 100);
  return race->step < FRAMES / 4;
}

static void
bare_setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  gtk_list_item_set_child (item, gtk_label_new (NULL));
}

static void
bare_bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)),
                      gtk_string_object_get_string (gtk_list_item_get_item (item)));
}

static GtkWidget *
make_bare_list (guint n, guint n_columns)
{
  GtkStringList *strings = gtk_string_list_new (NULL);
  GtkWidget *view =
      gtk_column_view_new (GTK_SELECTION_MODEL (gtk_single_selection_new (G_LIST_MODEL (strings))));

  for (guint i = 0; i < n; i++)
    gtk_string_list_take (strings, g_strdup_printf ("12 Mar %u", i));
  for (guint i = 0; i < n_columns; i++)
    {
      GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
      g_autoptr(GtkColumnViewColumn) column = gtk_column_view_column_new ("Born", factory);

      g_signal_connect (factory, "setup", G_CALLBACK (bare_setup_cb), NULL);
      g_signal_connect (factory, "bind", G_CALLBACK (bare_bind_cb), NULL);
      gtk_column_view_column_set_fixed_width (column, 102);
      gtk_column_view_append_column (GTK_COLUMN_VIEW (view), column);
    }
  gtk_widget_add_css_class (view, "ic-dense");
  return view;
}

static void
show_bare_list (Race *race)
{
  const guint n_columns = g_list_model_get_n_items (gtk_column_view_get_columns (race->view));
  GtkWidget *scroller = gtk_scrolled_window_new ();

  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller),
                                 make_bare_list (race->n_wanted, n_columns));
  gtk_window_set_child (GTK_WINDOW (race->window), scroller);
  race->place = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller));
}

/* The first frame is the making of it. */
static gboolean
jump_bare (Race *race)
{
  if (race->step == 1)
    show_bare_list (race);
  if (race->step == 2)
    race->watch = stopwatch_start ();
  return jump (race);
}

static gboolean
sort (Race *race)
{
  rows.is_watched = FALSE;
  if (race->step == 1)
    ic_study_search_set_order (race->search, IC_COLUMN_DATE, TRUE);
  return race->step < 10 || ic_study_search_is_asking (race->search);
}

static const struct
{
  const char *what;
  Step step;
} parts[] = {
  { "filled", fill },
  { "scrolled by three rows", scroll },
  { "jumped from place to place", jump },
  { "sorted", sort },
  { "jumped in a bare list of labels", jump_bare },
};

static void
finish_part (Race *race)
{
  const double seconds = stopwatch_seconds (&race->watch);
  const guint n = race->step;

  printf ("%s: %.2f s, %u frames, %.1f a second, CPU %.1f ms a frame, longest turn of the main "
          "loop %.1f ms",
          parts[race->part].what, seconds, n, n / seconds, stopwatch_main_cpu_ms (&race->watch) / n,
          stopwatch_longest_turn_ms ());
  if (rows.is_watched)
    printf (", of our callbacks for rows %.1f ms", (double) rows.longest_us / 1000);
  printf ("\n");
  rows.longest_us = 0;
  fflush (stdout);
}

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  Race *race = user_data;

  if (race->step == 0)
    race->watch = stopwatch_start ();
  rows.longest_us = MAX (rows.longest_us, rows.turn_us);
  rows.turn_us = 0;
  race->step++;
  if (parts[race->part].step (race))
    return G_SOURCE_CONTINUE;
  finish_part (race);
  race->step = 0;
  if (++race->part < G_N_ELEMENTS (parts))
    return G_SOURCE_CONTINUE;
  printf ("longest portion of rows %.1f ms\n",
          (double) ic_study_search_get_longest_us (race->search) / 1000);
  gtk_window_destroy (GTK_WINDOW (race->window));
  return G_SOURCE_REMOVE;
}

static GtkWidget *
find (GtkWidget *widget, GType type)
{
  GtkWidget *found = G_TYPE_CHECK_INSTANCE_TYPE (widget, type) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find (child, type);
  return found;
}

static void
activate_cb (GtkApplication *application, Race *race)
{
  g_autoptr(GSettings) settings = g_settings_new ("org.imagingcourier.ImagingCourier");
  GtkWidget *scroller = NULL;

  race->window = gtk_application_window_new (application);
  race->list = g_object_new (IC_TYPE_STUDY_LIST, NULL);
  ic_study_list_set_search (race->list, race->workspace, race->search, settings);
  race->view = GTK_COLUMN_VIEW (find (GTK_WIDGET (race->list), GTK_TYPE_COLUMN_VIEW));
  connect_to_factories (race->view);
  scroller = find (GTK_WIDGET (race->list), GTK_TYPE_SCROLLED_WINDOW);
  race->place = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller));
  gtk_window_set_child (GTK_WINDOW (race->window), GTK_WIDGET (race->list));
  gtk_window_set_default_size (GTK_WINDOW (race->window), 1366, 768);
  gtk_window_present (GTK_WINDOW (race->window));
  gtk_widget_add_tick_callback (race->window, tick_cb, race, NULL);
}

int
main (int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(AdwApplication) application =
                 adw_application_new ("org.imagingcourier.ListRace", G_APPLICATION_NON_UNIQUE);
  Race race = { .n_wanted = argc > 1 ? (guint) atoi (argv[1]) : N };

  race.desk = ic_desk_open (g_getenv ("IC_DATA_DIR"), &error);
  g_assert_no_error (error);
  race.workspace = ic_workspace_new (race.desk);
  race.search = ic_study_search_new (race.workspace);
  race.node =
      ic_node_new ("ARCHIVE", "ARCHIVE", "127.0.0.1", 104, NULL, FALSE, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_signal_connect (application, "activate", G_CALLBACK (activate_cb), &race);
  return g_application_run (G_APPLICATION (application), 1, argv);
}
