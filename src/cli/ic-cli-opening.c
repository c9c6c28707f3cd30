/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/ic-cli-opening.h"

#include "cli/ic-cli-output.h"

#include <glib/gi18n.h>
#include <unistd.h>

#define STEP_US (G_USEC_PER_SEC / 4)

typedef struct
{
  const char *path;
  IcProgress *progress;
  IcDesk *desk;
  GError *error;
  gboolean is_done;
  GMutex mutex; /* of is_done */
  GCond cond;
} Opening;

static gpointer
open_desk (gpointer data)
{
  Opening *opening = data;

  opening->desk = ic_desk_open_with_progress (opening->path, opening->progress, &opening->error);
  g_mutex_lock (&opening->mutex);
  opening->is_done = TRUE;
  g_cond_signal (&opening->cond);
  g_mutex_unlock (&opening->mutex);
  return NULL;
}

static void
show (double fraction)
{
  ic_cli_print_error ("\r\033[K");
  ic_cli_print_error (_ ("Updating the log … %.0f %%"), fraction * 100);
}

/* A directory that needs no change opens without a word. */
static void
show_until_done (Opening *opening)
{
  gboolean is_shown = FALSE;

  g_mutex_lock (&opening->mutex);
  while (!opening->is_done)
    {
      const double fraction = ic_progress_get_fraction (opening->progress);

      if (fraction > 0)
        show (fraction);
      is_shown |= fraction > 0;
      g_cond_wait_until (&opening->cond, &opening->mutex, g_get_monotonic_time () + STEP_US);
    }
  g_mutex_unlock (&opening->mutex);
  if (is_shown)
    ic_cli_print_error ("\r\033[K");
}

IcDesk *
ic_cli_open_desk (const char *path, GError **error)
{
  g_autoptr(IcProgress) progress = ic_progress_new (NULL, NULL);
  Opening opening = { .path = path, .progress = progress };
  GThread *thread = NULL;

  if (isatty (STDERR_FILENO) == 0)
    return ic_desk_open (path, error);
  g_mutex_init (&opening.mutex);
  g_cond_init (&opening.cond);
  thread = g_thread_new ("ic-open", open_desk, &opening);
  show_until_done (&opening);
  g_thread_join (thread);
  g_mutex_clear (&opening.mutex);
  g_cond_clear (&opening.cond);
  if (opening.error != NULL)
    g_propagate_error (error, opening.error);
  return opening.desk;
}
