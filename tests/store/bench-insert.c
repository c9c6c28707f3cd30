/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long 10,000 instances take, in groups of 64, each group reserved and committed durably. */
#include "fixture.h"

#include <time.h>

#define N 10000
#define GROUP 64

typedef struct
{
  Fixture *fixture;
  guint first;
  guint n;
  IcReservation reservation;
  gint64 cpu_us; /* of the transactions themselves, without fsync */
} Group;

static gint64
get_cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static gboolean
reserve (IcWriteTx *tx, gpointer data, GError **error)
{
  Group *group = data;
  gint64 start = get_cpu_us ();
  gboolean ok = ic_instance_repo_reserve (tx, ic_store_get_session (group->fixture->store),
                                          group->n, &group->reservation, error);

  group->cpu_us += get_cpu_us () - start;
  return ok;
}

static gboolean
commit (IcWriteTx *tx, gpointer data, GError **error)
{
  Group *group = data;
  g_autoptr(GPtrArray) results = NULL;
  g_autoptr(GPtrArray) headers = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_header_unref);
  IcNewInstance items[GROUP];
  gint64 start = 0;

  for (guint i = 0; i < group->n; i++)
    {
      g_autofree char *series = g_strdup_printf ("1.2.3.%u", (group->first + i) / 250);
      g_autofree char *sop = g_strdup_printf ("1.2.3.4.%u", group->first + i);

      g_ptr_array_add (headers, fixture_make_header (&(Invented){ .sop = sop, .series = series }));
      items[i] =
          (IcNewInstance){ group->reservation.first + i,
                           headers->pdata[i],
                           "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                           524288,
                           "ARCHIVE",
                           1000 };
    }
  start = get_cpu_us ();
  results = ic_instance_repo_commit (tx, &group->reservation, items, group->n, "operator", error);
  group->cpu_us += get_cpu_us () - start;
  return results != NULL;
}

int
main (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  Group group = { .fixture = fixture };
  gint64 start = 0;
  double seconds = 0;

  fixture_open (fixture);
  start = g_get_monotonic_time ();
  for (group.first = 0; group.first < N; group.first += group.n)
    {
      group.n = MIN (GROUP, N - group.first);
      fixture_write (fixture, reserve, &group);
      fixture_write (fixture, commit, &group);
    }
  seconds = (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
  g_print ("%d instances in groups of %d: %.2f s, %.0f a second, %.2f ms CPU a group\n", N, GROUP,
           seconds, N / seconds, (double) group.cpu_us / 1000 / ((N + GROUP - 1) / GROUP));
  return 0;
}
