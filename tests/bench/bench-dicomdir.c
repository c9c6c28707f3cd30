/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long a DICOMDIR takes, and that the time grows with the number of records and not with its
 * square. Prints one line a shape: records, bytes, median seconds, seconds an instance.
 * "bench-dicomdir SERIES INSTANCES" makes one directory once, for comparing whole processes.
 */
#include "disc/ic-dicomdir.h"
#include "fixture.h"

#include <stdlib.h>

#define N_RUNS 7

typedef struct
{
  guint n_series;
  guint n_instances; /* in each series */
} Shape;

static int
compare_seconds (gconstpointer a, gconstpointer b)
{
  double left = *(const double *) a;
  double right = *(const double *) b;

  return (left > right) - (left < right);
}

static GStrv
make_file_ids (const Shape *shape)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 1; i <= shape->n_series; i++)
    for (guint k = 1; k <= shape->n_instances; k++)
      {
        g_autofree char *id = g_strdup_printf ("DICOM/S0001/SE%04u/I%07u", i, k);

        g_strv_builder_add (builder, id);
      }
  return g_strv_builder_end (builder);
}

static double
time_run (GPtrArray *studies, char **file_ids, gsize *size)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) generated = NULL;
  gint64 start = g_get_monotonic_time ();
  g_autoptr(GBytes) bytes = ic_dicomdir_new_bytes (studies, (const char *const *) file_ids,
                                                    "BENCH", "1.2.3", "secret", &generated, &error);

  if (bytes == NULL)
    g_error ("%s", error->message);
  *size = g_bytes_get_size (bytes);
  return (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
}

/* The median seconds for an instance. */
static double
measure (const Shape *shape)
{
  g_autoptr(GPtrArray) studies = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_study_unref);
  g_auto(GStrv) file_ids = make_file_ids (shape);
  guint n = shape->n_series * shape->n_instances;
  double seconds[N_RUNS];
  gsize size = 0;

  g_ptr_array_add (studies, fixture_study_new (1, shape->n_series, shape->n_instances));
  for (int i = 0; i < N_RUNS; i++)
    seconds[i] = time_run (studies, file_ids, &size);
  qsort (seconds, N_RUNS, sizeof *seconds, compare_seconds);
  g_print ("%6u instances in %2u series: %9zu bytes  %.4f s  %.2f us an instance\n", n,
           shape->n_series, size, seconds[N_RUNS / 2], seconds[N_RUNS / 2] / n * 1e6);
  return seconds[N_RUNS / 2] / n;
}

static int
run_once (const Shape *shape)
{
  g_autoptr(GPtrArray) studies = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_study_unref);
  g_auto(GStrv) file_ids = make_file_ids (shape);
  gsize size = 0;

  g_ptr_array_add (studies, fixture_study_new (1, shape->n_series, shape->n_instances));
  time_run (studies, file_ids, &size);
  return size > 0 ? 0 : 1;
}

int
main (int argc, char **argv)
{
  static const Shape shapes[] = { { 40, 250 }, { 1, 10000 }, { 1, 25000 }, { 1, 50000 } };
  double first = 0;
  double last = 0;

  if (argc == 3)
    return run_once (&(Shape){ (guint) atoi (argv[1]), (guint) atoi (argv[2]) });
  for (gsize i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      last = measure (&shapes[i]);
      if (i == 1)
        first = last;
    }
  g_print ("from 10,000 to 50,000 an instance takes %.2f times as long\n", last / first);
  return last > 2 * first ? 1 : 0;
}
