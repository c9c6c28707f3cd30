/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-error.h"
#include "dicom/ic-indexer.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define N 200

/* What became of each of N files. */
typedef struct
{
  guint good[N];
  guint died[N];
  guint other[N];
} Outcome;

static void
note (gpointer item, IcHeader *header, const GError *error, gpointer user_data)
{
  Outcome *outcome = user_data;
  guint i = GPOINTER_TO_UINT (item);

  if (header != NULL)
    outcome->good[i]++;
  else if (g_error_matches (error, IC_ERROR, IC_ERROR_WORKER_DIED))
    outcome->died[i]++;
  else
    outcome->other[i]++;
}

static int
make_file (const char *content)
{
  int fd = memfd_create ("file", MFD_CLOEXEC);

  g_assert_cmpint (write (fd, content, strlen (content)), ==, strlen (content));
  return fd;
}

static void
push_all (IcIndexer *indexer, const guint *killers, gsize n_killers)
{
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < N; i++)
    {
      gboolean kills = FALSE;

      for (gsize k = 0; k < n_killers; k++)
        kills |= killers[k] == i;
      ic_indexer_push (indexer, make_file (kills ? "KILL" : "good"), GUINT_TO_POINTER (i), NULL,
                       &error);
      g_assert_no_error (error);
    }
}

static void
assert_only_killers_failed (const Outcome *outcome, const guint *killers, gsize n_killers)
{
  for (guint i = 0; i < N; i++)
    {
      gboolean kills = FALSE;

      for (gsize k = 0; k < n_killers; k++)
        kills |= killers[k] == i;
      g_assert_cmpuint (outcome->good[i], ==, !kills);
      g_assert_cmpuint (outcome->died[i], ==, kills);
      g_assert_cmpuint (outcome->other[i], ==, 0);
    }
}

static void
test_every_file_is_reported_once (void)
{
  Outcome outcome = { 0 };
  g_autoptr(IcIndexer) indexer = ic_indexer_new (0, note, &outcome);
  g_autoptr(GError) error = NULL;

  push_all (indexer, NULL, 0);
  g_assert_true (ic_indexer_finish (indexer, NULL, &error));
  g_assert_no_error (error);
  assert_only_killers_failed (&outcome, NULL, 0);
}

static void
test_of_200_files_two_killers_exactly_two_fail (void)
{
  const guint killers[] = { 17, 130 };
  Outcome outcome = { 0 };
  g_autoptr(IcIndexer) indexer = ic_indexer_new (0, note, &outcome);
  g_autoptr(GError) error = NULL;

  push_all (indexer, killers, G_N_ELEMENTS (killers));
  g_assert_true (ic_indexer_finish (indexer, NULL, &error));
  g_assert_no_error (error);
  assert_only_killers_failed (&outcome, killers, G_N_ELEMENTS (killers));
}

/* A batch of one is not yet a file that was tried alone. */
static void
test_file_that_travels_beside_a_killer_is_innocent (void)
{
  Outcome outcome = { 0 };
  g_autoptr(IcIndexer) indexer = ic_indexer_new (1, note, &outcome);
  g_autoptr(GError) error = NULL;

  ic_indexer_push (indexer, make_file ("KILL"), GUINT_TO_POINTER (0), NULL, &error);
  ic_indexer_flush (indexer, NULL, &error);
  ic_indexer_push (indexer, make_file ("good"), GUINT_TO_POINTER (1), NULL, &error);
  ic_indexer_flush (indexer, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (ic_indexer_finish (indexer, NULL, &error));
  g_assert_cmpuint (outcome.died[0], ==, 1);
  g_assert_cmpuint (outcome.good[1], ==, 1);
}

static void
test_medium_full_of_killers_ends_with_one_error (void)
{
  Outcome outcome = { 0 };
  g_autoptr(IcIndexer) indexer = ic_indexer_new (1, note, &outcome);
  g_autoptr(GError) error = NULL;
  gboolean ok = TRUE;

  for (guint i = 0; ok && i < N; i++)
    ok = ic_indexer_push (indexer, make_file ("KILL"), GUINT_TO_POINTER (i), NULL, &error);
  ok = ok && ic_indexer_finish (indexer, NULL, &error);
  g_assert_false (ok);
  g_assert_error (error, IC_ERROR, IC_ERROR_WORKER_DIED);
}

static gboolean
cancel_cb (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return G_SOURCE_REMOVE;
}

static void
test_cancel_while_a_reader_hangs_comes_back (void)
{
  Outcome outcome = { 0 };
  g_autoptr(IcIndexer) indexer = ic_indexer_new (1, note, &outcome);
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GError) error = NULL;
  gint64 start = g_get_monotonic_time ();

  ic_indexer_push (indexer, make_file ("HANG"), NULL, cancellable, &error);
  g_assert_no_error (error);
  g_timeout_add (100, cancel_cb, cancellable);
  g_assert_false (ic_indexer_finish (indexer, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_pointer (&indexer, ic_indexer_free);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 5 * G_TIME_SPAN_SECOND);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/indexer/once", test_every_file_is_reported_once);
  g_test_add_func ("/indexer/killers", test_of_200_files_two_killers_exactly_two_fail);
  g_test_add_func ("/indexer/innocent", test_file_that_travels_beside_a_killer_is_innocent);
  g_test_add_func ("/indexer/all-killers", test_medium_full_of_killers_ends_with_one_error);
  g_test_add_func ("/indexer/cancel", test_cancel_while_a_reader_hangs_comes_back);
  return g_test_run ();
}
