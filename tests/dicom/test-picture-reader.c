/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-error.h"
#include "dicom/ic-picture-reader.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define N 40
#define EDGE 128

/* What became of each of N files. */
typedef struct
{
  guint good[N];
  guint died[N];
  guint refused[N];
} Outcome;

static void
note (Outcome *outcome, gpointer item, gboolean is_good, const GError *error)
{
  const guint i = GPOINTER_TO_UINT (item);

  g_assert_true (is_good == (error == NULL));
  if (is_good)
    outcome->good[i]++;
  else if (g_error_matches (error, IC_ERROR, IC_ERROR_WORKER_DIED))
    outcome->died[i]++;
  else
    outcome->refused[i]++;
}

static void
note_thumbnail (gpointer item, IcPicture *picture, const GError *error, gpointer user_data)
{
  g_assert_true (picture == NULL || (picture->columns == 1 && picture->rows == 1));
  note (user_data, item, picture != NULL, error);
}

static void
note_jpeg (gpointer item, const IcJpeg *jpeg, const GError *error, gpointer user_data)
{
  g_assert_true (jpeg == NULL || g_bytes_get_size (jpeg->stream) == strlen ("stream"));
  note (user_data, item, jpeg != NULL, error);
}

static const char *
content_of (guint i)
{
  if (i == 3 || i == 30)
    return "KILL";
  return i == 17 ? "LIES" : "good";
}

static void
push_all (IcPictureReader *reader)
{
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < N; i++)
    {
      const char *content = content_of (i);
      int fd = memfd_create ("file", MFD_CLOEXEC);

      g_assert_cmpint (write (fd, content, strlen (content)), ==, strlen (content));
      ic_picture_reader_push (reader, fd, GUINT_TO_POINTER (i), NULL, &error);
      g_assert_no_error (error);
    }
  g_assert_true (ic_picture_reader_finish (reader, NULL, &error));
  g_assert_no_error (error);
}

static void
assert_each_got_its_own (const Outcome *outcome)
{
  for (guint i = 0; i < N; i++)
    {
      g_assert_cmpuint (outcome->good[i], ==, strcmp (content_of (i), "good") == 0);
      g_assert_cmpuint (outcome->died[i], ==, strcmp (content_of (i), "KILL") == 0);
      g_assert_cmpuint (outcome->refused[i], ==, strcmp (content_of (i), "LIES") == 0);
    }
}

static void
test_killers_and_lies_cost_their_own_thumbnail_only (void)
{
  Outcome outcome = { 0 };
  g_autoptr(IcPictureReader) reader =
                 ic_picture_reader_new_thumbnails (EDGE, note_thumbnail, &outcome);

  push_all (reader);
  assert_each_got_its_own (&outcome);
}

static void
test_killers_and_lies_cost_their_own_key_image_only (void)
{
  Outcome outcome = { 0 };
  g_autoptr(IcPictureReader) reader = ic_picture_reader_new_jpegs (EDGE, note_jpeg, &outcome);

  push_all (reader);
  assert_each_got_its_own (&outcome);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/picture-reader/thumbnails",
                   test_killers_and_lies_cost_their_own_thumbnail_only);
  g_test_add_func ("/picture-reader/key-images",
                   test_killers_and_lies_cost_their_own_key_image_only);
  return g_test_run ();
}
