/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stopwatch.h"

#include <time.h>

static struct
{
  gboolean is_installed;
  gint64 woken_us; /* CPU time of the main thread */
  gint64 longest_us;
} turns;

static gint64
read_us (clockid_t clock)
{
  struct timespec now = { 0 };

  clock_gettime (clock, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

gint64
stopwatch_thread_us (void)
{
  return read_us (CLOCK_THREAD_CPUTIME_ID);
}

static gint
timed_poll (GPollFD *fds, guint n_fds, gint timeout_ms)
{
  gint result = 0;

  if (turns.woken_us != 0)
    turns.longest_us = MAX (turns.longest_us, stopwatch_thread_us () - turns.woken_us);
  result = g_poll (fds, n_fds, timeout_ms);
  turns.woken_us = stopwatch_thread_us ();
  return result;
}

Stopwatch
stopwatch_start (void)
{
  if (!turns.is_installed)
    g_main_context_set_poll_func (NULL, timed_poll);
  turns.is_installed = TRUE;
  turns.longest_us = 0;
  return (Stopwatch){ g_get_monotonic_time (), read_us (CLOCK_PROCESS_CPUTIME_ID),
                      stopwatch_thread_us () };
}

double
stopwatch_seconds (const Stopwatch *self)
{
  return (double) (g_get_monotonic_time () - self->begun) / G_USEC_PER_SEC;
}

double
stopwatch_cpu_ms (const Stopwatch *self)
{
  return (double) (read_us (CLOCK_PROCESS_CPUTIME_ID) - self->cpu_us) / 1000;
}

double
stopwatch_main_cpu_ms (const Stopwatch *self)
{
  return (double) (stopwatch_thread_us () - self->main_cpu_us) / 1000;
}

double
stopwatch_longest_turn_ms (void)
{
  return (double) turns.longest_us / 1000;
}
