/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The application with the viewer open on one study of its data directory (IC_DATA_DIR), whose UID
 * is in VIEWER_STUDY. With VIEWER_RACE it scrolls through so many pictures, says how fast that was,
 * and ends.
 */
#include "ui/ic-application.h"
#include "viewer-race.h"

#include <stdio.h>
#include <stdlib.h>

static void
prepare (GtkWindow *viewer)
{
  const char *size = g_getenv ("VIEWER_SIZE");
  const char *n = g_getenv ("VIEWER_RACE");
  int width = 0;
  int height = 0;

  if (size != NULL && sscanf (size, "%dx%d", &width, &height) == 2)
    gtk_window_set_default_size (viewer, width, height);
  if (n != NULL)
    viewer_race_begin (IC_VIEWER_WINDOW (viewer), (guint) atoi (n));
}

static gboolean
present_cb (gpointer user_data)
{
  GtkWindow *window = gtk_application_get_active_window (user_data);

  if (window == NULL || ic_window_get_workspace (IC_WINDOW (window)) == NULL)
    return G_SOURCE_CONTINUE;
  gtk_widget_activate_action (GTK_WIDGET (window), "win.view-study", "(ss)",
                              g_getenv ("VIEWER_STUDY"), "");
  for (GList *l = gtk_application_get_windows (user_data); l != NULL; l = l->next)
    if (IC_IS_VIEWER_WINDOW (l->data))
      prepare (l->data);
  return G_SOURCE_REMOVE;
}

int
main (int argc, char **argv)
{
  g_autoptr(IcApplication) application = ic_application_new ();

  g_timeout_add (20, present_cb, application);
  return g_application_run (G_APPLICATION (application), argc, argv);
}
