/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much CPU time the main loop was kept from its next turn – callbacks of ours and all that the
 * toolkit did around them –, and what went by in all. What other processes had of the processor
 * does not count. Main thread only.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  gint64 begun; /* monotonic */
  gint64 cpu_us;
  gint64 main_cpu_us;
} Stopwatch;

/* CPU time that the calling thread has had. */
gint64 stopwatch_thread_us (void);

/* From now on. */
Stopwatch stopwatch_start (void);

double stopwatch_seconds (const Stopwatch *self);
double stopwatch_cpu_ms (const Stopwatch *self);      /* of the process */
double stopwatch_main_cpu_ms (const Stopwatch *self); /* of its main thread */

/* The longest turn of the main loop since the last start, in CPU time. */
double stopwatch_longest_turn_ms (void);

G_END_DECLS
