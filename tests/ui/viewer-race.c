/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer-race.h"

#include "stopwatch.h"
#include "ui/ic-viewer-window-private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_BEFORE 5

typedef struct
{
  guint n_left;
  guint n_shown;
  Stopwatch watch;
  gint64 last;
  gint64 longest_gap_us;
  gint64 longest_go_us;
} Race;

/* Of whatever the class draws. */
static struct
{
  void (*snapshot) (GtkWidget *widget, GtkSnapshot *snapshot);
  gint64 longest_us;
  gint64 total_us;
} drawing;

static void
timed_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  const gint64 begun = g_get_monotonic_time ();
  gint64 took = 0;

  drawing.snapshot (widget, snapshot);
  took = g_get_monotonic_time () - begun;
  drawing.longest_us = MAX (drawing.longest_us, took);
  drawing.total_us += took;
}

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
finish (Race *race)
{
  const guint n_shown = MAX (race->n_shown, N_BEFORE + 1) - N_BEFORE;
  const double n = n_shown;
  const double seconds = stopwatch_seconds (&race->watch);

  printf ("%u pictures in %.1f s: %.1f a second, longest gap %.0f ms\n", n_shown, seconds,
          n / seconds, (double) race->longest_gap_us / 1000);
  printf ("CPU of this process %.1f ms a picture, %.1f of it on the main thread\n",
          stopwatch_cpu_ms (&race->watch) / n, stopwatch_main_cpu_ms (&race->watch) / n);
  printf ("longest callback of ours: %.1f ms drawing (%.1f in the mean), %.1f ms stepping; longest "
          "turn of the main loop %.1f ms\n",
          (double) drawing.longest_us / 1000, (double) drawing.total_us / 1000 / n,
          (double) race->longest_go_us / 1000, stopwatch_longest_turn_ms ());
  printf ("largest size %ld MiB\n", read_peak_kib () / 1024);
  fflush (stdout);
  _exit (EXIT_SUCCESS);
}

/* From here on it counts: what opening takes is not scrolling. */
static void
start (Race *race, gint64 now)
{
  race->watch = stopwatch_start ();
  race->last = now;
  race->longest_gap_us = race->longest_go_us = 0;
  drawing.longest_us = drawing.total_us = 0;
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
  /* The first pictures load fonts. */
  if (race->n_shown == N_BEFORE)
    start (race, now);
  if (race->last != 0)
    race->longest_gap_us = MAX (race->longest_gap_us, now - race->last);
  race->last = now;
  if (race->n_left-- == 0 || ic_viewer_pane_get_slot (pane) + 1 == ic_viewer_series_count (series))
    finish (race);
  race->n_shown++;
  ic_viewer_pane_go (pane, (gint64) ic_viewer_pane_get_slot (pane) + 1);
  race->longest_go_us = MAX (race->longest_go_us, g_get_monotonic_time () - now);
  return G_SOURCE_CONTINUE;
}

void
viewer_race_begin (IcViewerWindow *window, guint n)
{
  Race *race = g_new0 (Race, 1);
  GtkWidgetClass *canvas = g_type_class_ref (IC_TYPE_VIEWER_CANVAS);

  race->n_left = n;
  drawing.snapshot = canvas->snapshot;
  canvas->snapshot = timed_snapshot;
  gtk_widget_add_tick_callback (GTK_WIDGET (window), tick_cb, race, g_free);
}
