/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/ic-cli-progress.h"

#include "cli/ic-cli-json.h"
#include "cli/ic-cli-output.h"
#include "core/ic-job-queue.h"
#include "words/ic-words.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define BAR_WIDTH 24
#define DEFAULT_COLUMNS 80
#define MIN_ESTIMATE_S 2 /* before that, the time left is a guess */
#define MIN_ESTIMATE_FRACTION 0.02
#define ANSWER_SIZE 64

typedef struct
{
  IcJob *job;
  gboolean as_json;
  gboolean on_terminal;
  gboolean bar_shown;
  gboolean may_answer; /* somebody sits at the terminal */
  gboolean is_warned;  /* that stopping now spoils something */
  gboolean is_stopping;
  guint answers;     /* source of what is typed, or 0 */
  gint64 started_at; /* monotonic, µs */
} Watch;

static guint
count_columns (void)
{
  struct winsize size = { 0 };

  if (ioctl (STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
    return DEFAULT_COLUMNS;
  return size.ws_col;
}

/* "2 min left"; "" as long as nobody knows. */
static char *
dup_time_left (Watch *watch, double fraction)
{
  double elapsed_s = (double) (g_get_monotonic_time () - watch->started_at) / G_USEC_PER_SEC;
  guint left_s = 0;

  if (elapsed_s < MIN_ESTIMATE_S || fraction < MIN_ESTIMATE_FRACTION || fraction >= 1)
    return g_strdup ("");
  left_s = (guint) (elapsed_s / fraction * (1 - fraction) + 0.5);
  if (left_s < 60)
    return g_strdup_printf (_ ("%u s left"), left_s);
  return g_strdup_printf (_ ("%u min left"), (left_s + 30) / 60);
}

static void
clear_bar (Watch *watch)
{
  if (watch->bar_shown)
    ic_cli_print_error ("\r\033[K");
  watch->bar_shown = FALSE;
}

static void
show_bar (Watch *watch)
{
  double fraction = CLAMP (ic_job_get_fraction (watch->job), 0, 1);
  g_autofree char *message = ic_job_dup_message (watch->job);
  g_autofree char *printable = ic_words_dup_printable (message != NULL ? message : "");
  g_autofree char *left = dup_time_left (watch, fraction);
  g_autofree char *line = NULL;
  char bar[BAR_WIDTH + 1] = { 0 };

  for (guint i = 0; i < BAR_WIDTH; i++)
    bar[i] = i < (guint) (fraction * BAR_WIDTH) ? '#' : '-';
  line = g_strdup_printf ("[%s] %3.0f %%  %s%s%s", bar, fraction * 100, left,
                          *left != '\0' && *printable != '\0' ? "  " : "", printable);
  if (g_utf8_strlen (line, -1) >= count_columns ())
    *g_utf8_offset_to_pointer (line, count_columns () - 1) = '\0';
  ic_cli_print_error ("\r\033[K%s", line);
  watch->bar_shown = TRUE;
}

static void
say (Watch *watch, const char *sentence)
{
  clear_bar (watch);
  ic_cli_print_error ("%s\n", sentence);
}

static void
tell (Watch *watch, const char *message)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  g_autoptr(JsonNode) root = NULL;
  g_autofree char *line = NULL;

  json_builder_begin_object (builder);
  ic_cli_json_add_text (builder, "message", message);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  line = json_to_string (root, FALSE);
  say (watch, watch->as_json ? line : message);
}

/* What somebody is to do, or to know, before it goes on. */
static void
tell_all (Watch *watch)
{
  g_auto(GStrv) told = ic_job_take_tellings (watch->job);

  for (guint i = 0; told[i] != NULL; i++)
    {
      g_autofree char *printable = ic_words_dup_printable (told[i]);

      tell (watch, printable);
    }
}

static void
progressed_cb (Watch *watch)
{
  tell_all (watch);
  if (watch->on_terminal && !ic_job_is_finished (watch->job))
    show_bar (watch);
}

static void
stop (Watch *watch)
{
  say (watch, watch->is_stopping ? _ ("Still stopping: what was begun is being put away.")
                                 : _ ("Stopping."));
  watch->is_stopping = TRUE;
  ic_job_cancel (watch->job);
}

/* The answer. What is typed at other times is for whoever comes after us. */
static gboolean
answered_cb (int fd, GIOCondition condition, gpointer data)
{
  Watch *watch = data;
  char line[ANSWER_SIZE] = "";

  watch->answers = 0;
  watch->is_warned = FALSE;
  if (read (fd, line, sizeof line - 1) > 0 && ic_cli_is_yes (line))
    stop (watch);
  else
    say (watch, _ ("Going on."));
  return G_SOURCE_REMOVE;
}

/* Stopping a drive that writes costs a disc: that must be meant. */
static gboolean
signalled_cb (gpointer data)
{
  Watch *watch = data;

  if (ic_job_is_finished (watch->job))
    return G_SOURCE_CONTINUE;
  if (ic_job_get_interruptible (watch->job) || watch->is_warned || watch->is_stopping)
    {
      stop (watch);
      return G_SOURCE_CONTINUE;
    }
  watch->is_warned = TRUE;
  if (watch->may_answer && watch->answers == 0)
    watch->answers = g_unix_fd_add (STDIN_FILENO, G_IO_IN, answered_cb, watch);
  say (watch, watch->may_answer
                  ? _ ("Stopping now spoils the disc. Stop all the same? [y/N]")
                  : _ ("Not stopped: that would spoil the disc. Once more, and it is stopped all "
                       "the same."));
  return G_SOURCE_CONTINUE;
}

/* A job that ended the way it was asked to is not told from one that failed by its error alone. */
static gboolean
take_outcome (IcJob *job, GError **error)
{
  switch (ic_job_get_state (job))
    {
    case IC_JOB_SUCCEEDED:
      return TRUE;
    case IC_JOB_CANCELLED:
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");
      return FALSE;
    case IC_JOB_FAILED:
    case IC_JOB_QUEUED:
    case IC_JOB_RUNNING:
    case IC_JOB_CANCELLING:
    default:
      g_propagate_error (error, g_error_copy (ic_job_get_error (job)));
      return FALSE;
    }
}

gboolean
ic_cli_run_job (IcCli *cli, IcJob *job, GError **error)
{
  g_autoptr(IcJobQueue) queue = ic_job_queue_new ();
  Watch watch = {
    .job = job,
    .as_json = cli->json,
    .on_terminal = isatty (STDERR_FILENO) != 0,
    .may_answer = ic_cli_can_ask (),
    .started_at = g_get_monotonic_time (),
  };
  guint interrupt = g_unix_signal_add (SIGINT, signalled_cb, &watch);
  guint terminate = g_unix_signal_add (SIGTERM, signalled_cb, &watch);
  guint hang_up = g_unix_signal_add (SIGHUP, signalled_cb, &watch);
  gulong fraction =
      g_signal_connect_swapped (job, "notify::fraction", G_CALLBACK (progressed_cb), &watch);
  gulong message =
      g_signal_connect_swapped (job, "notify::message", G_CALLBACK (progressed_cb), &watch);

  ic_job_queue_push (queue, job);
  while (!ic_job_is_finished (job))
    g_main_context_iteration (NULL, TRUE);
  tell_all (&watch);
  clear_bar (&watch);
  g_signal_handler_disconnect (job, fraction);
  g_signal_handler_disconnect (job, message);
  if (watch.answers != 0)
    g_source_remove (watch.answers);
  g_source_remove (interrupt);
  g_source_remove (terminate);
  g_source_remove (hang_up);
  return take_outcome (job, error);
}
