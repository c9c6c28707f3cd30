/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long 10,000 instances of one study (or as many as the argument says) take, in groups of 64,
 * each group reserved and committed durably; and then to list the study and to read its tree.
 */
#include "fixture.h"
#include "store/ic-study-repo.h"

#include <stdlib.h>
#include <sys/resource.h>
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

static gboolean
list_study (IcReadTx *tx, gpointer data, GError **error)
{
  const IcStudyFilter filter = { .study_uid = data };
  g_autoptr(GPtrArray) studies = ic_study_repo_list (tx, &filter, NULL, 100, error);

  return studies != NULL && studies->len == 1;
}

static gboolean
read_study (IcReadTx *tx, gpointer data, GError **error)
{
  g_autoptr(IcStudy) study = ic_study_repo_find (tx, data, error);
  g_autoptr(GPtrArray) patients = ic_study_repo_list_identities (tx, data, error);

  return study != NULL && patients != NULL && patients->len == 1;
}

static void
time_reading (Fixture *fixture, const char *what, IcReadFunc story, const char *study_uid)
{
  gint64 start = g_get_monotonic_time ();
  struct rusage usage;

  fixture_read (fixture, story, (gpointer) study_uid);
  getrusage (RUSAGE_SELF, &usage);
  g_print ("%s: %.3f s, at most %ld MiB\n", what,
           (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC, usage.ru_maxrss / 1024);
}

int
main (int argc, char **argv)
{
  const guint n = argc > 1 ? (guint) atoi (argv[1]) : N;
  g_autoptr(Fixture) fixture = fixture_new ();
  g_autoptr(IcHeader) usual = fixture_make_header (&(Invented){ 0 });
  Group group = { .fixture = fixture };
  gint64 start = 0;
  double seconds = 0;

  fixture_open (fixture);
  start = g_get_monotonic_time ();
  for (group.first = 0; group.first < n; group.first += group.n)
    {
      group.n = MIN (GROUP, n - group.first);
      fixture_write (fixture, reserve, &group);
      fixture_write (fixture, commit, &group);
    }
  seconds = (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
  g_print ("%u instances in groups of %d: %.2f s, %.0f a second, %.2f ms CPU a group\n", n, GROUP,
           seconds, n / seconds, (double) group.cpu_us / 1000 / ((n + GROUP - 1) / GROUP));
  time_reading (fixture, "the study listed", list_study,
                ic_header_get (usual, IC_HEADER_STUDY_INSTANCE_UID));
  time_reading (fixture, "its tree read", read_study,
                ic_header_get (usual, IC_HEADER_STUDY_INSTANCE_UID));
  return 0;
}
