/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sectors over a socket: what arrives is what is on the disc, and nothing else. */
#include "core/ic-sector-link.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SECTOR 2048
#define N_SECTORS 100
#define BAD_SECTOR 70

typedef struct
{
  int ends[2]; /* ours, and the drive's */
  guint8 disc[N_SECTORS * SECTOR];
  GThread *server;
} Fixture;

static gssize
read_disc (guint64 offset, void *buffer, gsize size, gpointer user_data)
{
  Fixture *fixture = user_data;
  guint64 bad = BAD_SECTOR * SECTOR;
  gsize n = offset < sizeof fixture->disc ? MIN (size, sizeof fixture->disc - offset) : 0;

  g_assert_cmpuint (offset % SECTOR, ==, 0);
  g_assert_cmpuint (size % SECTOR, ==, 0);
  if (offset <= bad && bad < offset + size)
    return -1;
  memcpy (buffer, fixture->disc + MIN (offset, sizeof fixture->disc), n);
  return (gssize) n;
}

static gpointer
serve (gpointer user_data)
{
  Fixture *fixture = user_data;

  ic_sector_link_serve (fixture->ends[1], sizeof fixture->disc, read_disc, fixture);
  close (fixture->ends[1]);
  return NULL;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  for (gsize i = 0; i < sizeof fixture->disc; i++)
    fixture->disc[i] = (guint8) g_test_rand_int ();
  g_assert_true (ic_sector_link_open (fixture->ends));
  fixture->server = g_thread_new ("drive", serve, fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  close (fixture->ends[0]);
  g_thread_join (fixture->server);
}

static void
assert_reads (Fixture *fixture, gsize offset, gsize size)
{
  g_autofree guint8 *buffer = g_malloc (size);
  gssize n = ic_sector_link_read (fixture->ends[0], buffer, size, offset);

  g_assert_cmpint (n, >, 0);
  g_assert_cmpmem (buffer, n, fixture->disc + offset, n);
}

static void
test_any_piece_is_read_as_it_is (Fixture *fixture, gconstpointer data)
{
  assert_reads (fixture, 0, SECTOR);
  assert_reads (fixture, 16 * SECTOR, SECTOR);
  assert_reads (fixture, 5, 3);
  assert_reads (fixture, 3 * SECTOR - 1, 2);
  assert_reads (fixture, 777, 20 * SECTOR);
  assert_reads (fixture, (N_SECTORS - 1) * SECTOR, 1024 * 1024);
}

static void
test_a_large_piece_comes_in_parts (Fixture *fixture, gconstpointer data)
{
  const gsize end = BAD_SECTOR * SECTOR;
  g_autofree guint8 *buffer = g_malloc (end);
  gsize done = 0;

  while (done < 32 * SECTOR)
    {
      gssize n = ic_sector_link_read (fixture->ends[0], buffer + done, end - done, done);

      g_assert_cmpint (n, >, 0);
      done += (gsize) n;
    }
  g_assert_cmpmem (buffer, done, fixture->disc, done);
}

static void
test_the_end_is_no_error (Fixture *fixture, gconstpointer data)
{
  char byte = 0;

  g_assert_cmpuint (ic_sector_link_get_size (fixture->ends[0]), ==, sizeof fixture->disc);
  g_assert_cmpint (ic_sector_link_read (fixture->ends[0], &byte, 1, N_SECTORS * SECTOR), ==, 0);
}

static void
test_what_cannot_be_read_is_an_error (Fixture *fixture, gconstpointer data)
{
  char sector[SECTOR];

  errno = 0;
  g_assert_cmpint (ic_sector_link_read (fixture->ends[0], sector, SECTOR, BAD_SECTOR * SECTOR), ==,
                   -1);
  g_assert_cmpint (errno, ==, EIO);
  assert_reads (fixture, 0, SECTOR);
}

/* As somebody leaves behind who dies while an answer is on its way. */
static void
test_answers_to_others_are_passed_over (Fixture *fixture, gconstpointer data)
{
  const guint64 questions[][2] = { { 40 * SECTOR, SECTOR }, { 41 * SECTOR, SECTOR } };

  for (gsize i = 0; i < G_N_ELEMENTS (questions); i++)
    g_assert_cmpint (send (fixture->ends[0], questions[i], sizeof questions[i], 0), ==,
                     sizeof questions[i]);
  assert_reads (fixture, 3 * SECTOR, SECTOR);
}

static void
test_a_drive_that_is_gone_is_an_error (void)
{
  int ends[2] = { -1, -1 };
  char byte = 0;

  g_assert_true (ic_sector_link_open (ends));
  g_assert_true (ic_sector_link_is_one (ends[0]));
  close (ends[1]);
  g_assert_cmpint (ic_sector_link_read (ends[0], &byte, 1, 0), ==, -1);
  g_assert_cmpuint (ic_sector_link_get_size (ends[0]), ==, 0);
  close (ends[0]);
}

#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/sector-link/pieces", test_any_piece_is_read_as_it_is);
  ADD ("/sector-link/parts", test_a_large_piece_comes_in_parts);
  ADD ("/sector-link/end", test_the_end_is_no_error);
  ADD ("/sector-link/bad", test_what_cannot_be_read_is_an_error);
  ADD ("/sector-link/others", test_answers_to_others_are_passed_over);
  g_test_add_func ("/sector-link/gone", test_a_drive_that_is_gone_is_an_error);
  return g_test_run ();
}
