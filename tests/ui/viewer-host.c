/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The application with the viewer open on one study of its data directory (IC_DATA_DIR), whose UID
 * is in VIEWER_STUDY. With VIEWER_RACE it scrolls through the stack as fast as it can be drawn,
 * says how fast that was, and ends.
 */
#include "ui/ic-application.h"
#include "ui/ic-viewer-window-private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

typedef struct
{
  gint64 began;
  gint64 worst_us;
  gint64 last;
  guint n_shown;
} Race;

/* The largest that the process ever was, mapped pictures included. */
static long
read_peak_kib (void)
{
  g_autofree char *status = NULL;
  const char *line = NULL;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    return 0;
  line = strstr (status, "VmHWM:");
  return line != NULL ? atol (line + strlen ("VmHWM:")) : 0;
}

static void
finish (Race *race, GtkWidget *window)
{
  const double seconds = (double) (g_get_monotonic_time () - race->began) / G_USEC_PER_SEC;

  printf ("%u frames shown in %.1f s: %.1f a second; longest gap %.0f ms; peak %ld MiB\n",
          race->n_shown, seconds, race->n_shown / seconds, (double) race->worst_us / 1000,
          read_peak_kib () / 1024);
  fflush (stdout);
  g_free (race);
  exit (EXIT_SUCCESS);
}

static gboolean
tick_cb (GtkWidget *window, GdkFrameClock *clock, gpointer user_data)
{
  Race *race = user_data;
  IcViewerPane *pane = ic_viewer_window_get_pane (IC_VIEWER_WINDOW (window));
  IcViewerSeries *series = ic_viewer_pane_get_series (pane);
  const gint64 now = g_get_monotonic_time ();

  if (series == NULL || !ic_viewer_pane_is_settled (pane))
    return G_SOURCE_CONTINUE;
  if (race->began == 0)
    race->began = race->last = now;
  race->worst_us = MAX (race->worst_us, now - race->last);
  race->last = now;
  race->n_shown++;
  if (ic_viewer_pane_get_slot (pane) + 1 == ic_viewer_series_count (series))
    finish (race, window);
  ic_viewer_pane_go (pane, (gint64) ic_viewer_pane_get_slot (pane) + 1);
  return G_SOURCE_CONTINUE;
}

static gboolean
present_cb (gpointer user_data)
{
  GtkWindow *window = gtk_application_get_active_window (user_data);
  GtkWindow *viewer = NULL;

  if (window == NULL || ic_window_get_workspace (IC_WINDOW (window)) == NULL)
    return G_SOURCE_CONTINUE;
  gtk_widget_activate_action (GTK_WIDGET (window), "win.view-study", "(ss)",
                              g_getenv ("VIEWER_STUDY"), "");
  viewer = gtk_application_get_active_window (user_data);
  if (g_getenv ("VIEWER_SIZE") != NULL)
    {
      int width = 0;
      int height = 0;

      sscanf (g_getenv ("VIEWER_SIZE"), "%dx%d", &width, &height);
      gtk_window_set_default_size (viewer, width, height);
    }
  for (GList *l = gtk_application_get_windows (user_data); l != NULL; l = l->next)
    if (g_getenv ("VIEWER_RACE") != NULL && IC_IS_VIEWER_WINDOW (l->data))
      gtk_widget_add_tick_callback (l->data, tick_cb, g_new0 (Race, 1), NULL);
  return G_SOURCE_REMOVE;
}

int
main (int argc, char **argv)
{
  g_autoptr(IcApplication) application = ic_application_new ();

  g_timeout_add (20, present_cb, application);
  return g_application_run (G_APPLICATION (application), argc, argv);
}
