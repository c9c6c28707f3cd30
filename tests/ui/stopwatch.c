/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stopwatch.h"

static struct
{
  gboolean is_installed;
  gint64 woken_us; /* CPU time of the main thread */
  gint64 longest_us;
} turns;

static gint64
get_cpu_us (int who)
{
  struct rusage usage = { 0 };

  getrusage (who, &usage);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * G_USEC_PER_SEC + usage.ru_utime.tv_usec +
         usage.ru_stime.tv_usec;
}

static gint
timed_poll (GPollFD *fds, guint n_fds, gint timeout_ms)
{
  gint result = 0;

  if (turns.woken_us != 0)
    turns.longest_us = MAX (turns.longest_us, get_cpu_us (RUSAGE_THREAD) - turns.woken_us);
  result = g_poll (fds, n_fds, timeout_ms);
  turns.woken_us = get_cpu_us (RUSAGE_THREAD);
  return result;
}

Stopwatch
stopwatch_start (void)
{
  if (!turns.is_installed)
    g_main_context_set_poll_func (NULL, timed_poll);
  turns.is_installed = TRUE;
  turns.longest_us = 0;
  return (Stopwatch){ g_get_monotonic_time (), get_cpu_us (RUSAGE_SELF),
                      get_cpu_us (RUSAGE_THREAD) };
}

double
stopwatch_seconds (const Stopwatch *self)
{
  return (double) (g_get_monotonic_time () - self->begun) / G_USEC_PER_SEC;
}

double
stopwatch_cpu_ms (const Stopwatch *self)
{
  return (double) (get_cpu_us (RUSAGE_SELF) - self->cpu_us) / 1000;
}

double
stopwatch_main_cpu_ms (const Stopwatch *self)
{
  return (double) (get_cpu_us (RUSAGE_THREAD) - self->main_cpu_us) / 1000;
}

double
stopwatch_longest_turn_ms (void)
{
  return (double) turns.longest_us / 1000;
}
