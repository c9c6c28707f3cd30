/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-error.h"
#include "dicom/shim/ic-shim-picture.h"
#include "dicom/shim/ic-shim.h"
#include "shim-fixture.h"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

/* Of the samples of a lossy frame, so many in a thousand may be further away: where two decoders
 * round the halved colours of an edge differently.
 */
#define OUTLIERS_IN_1000 25

static IcFrame *
read_frame (const char *path, guint number, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  g_autoptr(IcShimPicture) picture = ic_shim_picture_open (fd, NULL, error);
  g_autoptr(IcFrame) frame =
                 picture != NULL ? ic_shim_picture_read_frame (picture, number, error) : NULL;

  close (fd);
  return g_steal_pointer (&frame);
}

static float
get_sample (const IcFrame *frame, gsize i)
{
  const guint8 *bytes = g_bytes_get_data (frame->samples, NULL);

  switch (frame->format)
    {
    case IC_FRAME_U16:
      return ((const guint16 *) bytes)[i];
    case IC_FRAME_S16:
      return ((const gint16 *) bytes)[i];
    case IC_FRAME_F32:
      return ((const float *) bytes)[i];
    default:
      return bytes[i];
    }
}

static void
compare_samples (const char *path, const IcFrame *frame, const char *samples, guint n, int allowed)
{
  g_autofree float *truth = NULL;
  gsize size = 0;
  guint outliers = 0;

  g_assert_true (g_file_get_contents (samples, (char **) &truth, &size, NULL));
  g_assert_cmpuint (size, ==, n * sizeof (float));
  for (guint i = 0; i < n; i++)
    outliers += fabsf (get_sample (frame, i) - truth[i]) > (float) allowed;
  if (outliers > (allowed > 0 ? n * OUTLIERS_IN_1000 / 1000 : 0))
    g_error ("%s: %u of %u samples differ by more than %d", path, outliers, n, allowed);
}

/* One line of picture-truth.py. */
static void
check_line (const char *line)
{
  g_auto(GStrv) fields = g_strsplit (line, "\t", -1);
  g_autoptr(GError) error = NULL;
  g_autoptr(IcFrame) frame = NULL;
  guint channels = 0;

  g_assert_cmpuint (g_strv_length (fields), ==, 7);
  frame = read_frame (fields[0], (guint) atoi (fields[1]), &error);
  if (frame == NULL)
    g_error ("%s: %s", fields[0], error->message);
  channels = frame->format == IC_FRAME_RGB ? 3 : 1;
  if (frame->columns != (guint) atoi (fields[2]) || frame->rows != (guint) atoi (fields[3]) ||
      channels != (guint) atoi (fields[4]))
    g_error ("%s: %u x %u x %u, not %s x %s x %s", fields[0], frame->columns, frame->rows, channels,
             fields[2], fields[3], fields[4]);
  compare_samples (fields[0], frame, fields[5], frame->columns * frame->rows * channels,
                   atoi (fields[6]));
}

/* Returns how many frames were compared. */
static guint
compare_with_pydicom (const char *folder)
{
  g_autofree char *samples = g_dir_make_tmp ("samples-XXXXXX", NULL);
  g_auto(GStrv) lines = NULL;
  g_autoptr(GPtrArray) files = NULL;

  g_setenv ("IC_SAMPLES_FOLDER", samples, TRUE);
  lines = fixture_ask_pydicom (PICTURE_TRUTH, folder);
  for (guint i = 0; lines != NULL && lines[i] != NULL && *lines[i] != '\0'; i++)
    check_line (lines[i]);
  files = fixture_list_files (samples);
  for (guint i = 0; i < files->len; i++)
    unlink (files->pdata[i]);
  rmdir (samples);
  return lines != NULL ? files->len : 0;
}

static void
test_samples_are_those_of_pydicom_and_gdcm (void)
{
  guint n = compare_with_pydicom (FIXTURE_PYDICOM);

  g_test_message ("%u frames", n);
  if (g_file_test (FIXTURE_PYDICOM, G_FILE_TEST_IS_DIR))
    g_assert_cmpuint (n, >, 80);
}

static IcFrame *
read_example (const char *name)
{
  g_autofree char *path = g_build_filename (FIXTURE_PYDICOM, "test_files", name, NULL);
  g_autoptr(GError) error = NULL;
  IcFrame *frame = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_test_skip ("pydicom is not installed");
      return NULL;
    }
  frame = read_frame (path, 0, &error);
  g_assert_no_error (error);
  return frame;
}

/* The stream says unsigned, the data set signed: the bits are two's complement. */
static void
test_sign_of_the_data_set_beats_that_of_the_stream (void)
{
  static const int rows_from_47[] = { 621, 412, 138, -193, -520, -767, -907, -966, -988, -995 };
  static const int rows_from_328[] = { -377, -121, 141, 383, 633, 910, 1198, 1455, 1638, 1732 };
  g_autoptr(IcFrame) frame = read_example ("J2K_pixelrep_mismatch.dcm");

  if (frame == NULL)
    return;
  g_assert_cmpint (frame->format, ==, IC_FRAME_S16);
  g_assert_cmpint (get_sample (frame, 0), ==, -2000);
  for (guint i = 0; i < 10; i++)
    {
      g_assert_cmpint (get_sample (frame, (47 + i) * 512 + 279), ==, rows_from_47[i]);
      g_assert_cmpint (get_sample (frame, (328 + i) * 512 + 106), ==, rows_from_328[i]);
    }
}

/* Called RGB, but nobody halves green: other programs show it in the wrong colours. */
static void
test_halved_colours_are_never_taken_for_rgb (void)
{
  g_autoptr(IcFrame) frame = read_example ("SC_rgb_jpeg_lossy_gdcm.dcm");
  const gsize red = 3 * (5 * 100 + 50);
  const gsize white = 3 * (95 * 100 + 50);

  if (frame == NULL)
    return;
  g_assert_cmpfloat (get_sample (frame, red), >, 250);
  g_assert_cmpfloat (get_sample (frame, red + 1), <, 5);
  g_assert_cmpfloat (get_sample (frame, red + 2), <, 5);
  for (guint c = 0; c < 3; c++)
    g_assert_cmpfloat (get_sample (frame, white + c), >, 250);
}

/* What dcmj2pnm shows of @path at its first window, else NULL: it does not know every syntax. */
static GBytes *
ask_dcmj2pnm (const char *path)
{
  g_autofree char *output = NULL;
  g_autoptr(GError) error = NULL;
  int status = 0;
  gsize n_lines = 0;
  gsize at = 0;
  gsize size = 0;
  char name[] = "/tmp/ic-pnm-XXXXXX";
  const char *const words[] = { "dcmj2pnm", "+Wi", "1", path, name, NULL };
  int fd = g_mkstemp (name);

  close (fd);
  g_assert_true (
      g_spawn_sync (NULL, (char **) words, NULL,
                    G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                    NULL, NULL, NULL, NULL, &status, &error));
  g_file_get_contents (name, &output, &size, NULL);
  unlink (name);
  if (status != 0 || output == NULL)
    return NULL;
  while (at < size && n_lines < 3)
    n_lines += output[at++] == '\n';
  return g_bytes_new (output + at, size - at);
}

static gboolean
compare_with_dcmj2pnm (const char *path)
{
  g_autoptr(GBytes) theirs = ask_dcmj2pnm (path);
  g_autoptr(GError) error = NULL;
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  g_autoptr(IcShimPicture) file = theirs != NULL ? ic_shim_picture_open (fd, NULL, &error) : NULL;
  g_autoptr(IcPicture) ours =
                 file != NULL ? ic_shim_picture_render (file, 0, G_MAXUINT16, &error) : NULL;
  const guint8 *left = NULL;
  const guint8 *right = NULL;

  close (fd);
  g_assert_no_error (error);
  if (ours == NULL)
    return FALSE;
  g_test_message ("%s", path);
  g_assert_cmpuint (g_bytes_get_size (ours->pixels), ==, g_bytes_get_size (theirs));
  left = g_bytes_get_data (ours->pixels, NULL);
  right = g_bytes_get_data (theirs, NULL);
  /* A shade for rounding; four for the colours of JPEG. */
  for (gsize i = 0; i < g_bytes_get_size (theirs); i++)
    g_assert_cmpint (abs (left[i] - right[i]), <=, ours->channels == 3 ? 4 : 1);
  return TRUE;
}

/* One of each series of the practice patients: every syntax that a PACS has. */
static void
test_phantoms_look_as_dcmj2pnm_shows_them (void)
{
  g_autofree char *folder = g_dir_make_tmp ("phantoms-XXXXXX", NULL);
  const char *const command[] = { PHANTOM, folder, NULL };
  g_autofree char *dcmj2pnm = g_find_program_in_path ("dcmj2pnm");
  g_autoptr(GPtrArray) files = NULL;
  guint n_compared = 0;

  if (dcmj2pnm == NULL)
    {
      g_test_skip ("dcmj2pnm is not installed");
      return;
    }
  g_assert_true (g_spawn_sync (NULL, (char **) command, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL,
                               NULL, NULL, NULL));
  files = fixture_list_files (folder);
  g_assert_cmpuint (files->len, >, 100);
  for (guint i = 0; i < files->len; i++)
    {
      if (i % 7 == 0)
        n_compared += compare_with_dcmj2pnm (files->pdata[i]);
      unlink (files->pdata[i]);
    }
  rmdir (folder);
  g_assert_cmpuint (n_compared, >, 15);
}

/* Every file of a folder of one's own: a picture, or a sentence. */
static void
test_corpus_is_shown_or_named (void)
{
  const char *folder = g_getenv ("IC_CORPUS");
  g_autoptr(GPtrArray) files = NULL;

  if (folder == NULL)
    {
      g_test_skip ("IC_CORPUS names no folder");
      return;
    }
  files = fixture_list_files (folder);
  for (guint i = 0; i < files->len; i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(IcFrame) frame = read_frame (files->pdata[i], 0, &error);

      g_assert_true ((frame == NULL) == (error != NULL));
      g_test_message ("%s: %s", (char *) files->pdata[i], frame != NULL ? "shown" : error->message);
    }
  compare_with_pydicom (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_true (ic_shim_init (NULL));
  ic_shim_picture_init ();
  g_test_add_func ("/picture/pydicom", test_samples_are_those_of_pydicom_and_gdcm);
  g_test_add_func ("/picture/j2k/sign", test_sign_of_the_data_set_beats_that_of_the_stream);
  g_test_add_func ("/picture/jpeg/colours", test_halved_colours_are_never_taken_for_rgb);
  g_test_add_func ("/picture/phantoms", test_phantoms_look_as_dcmj2pnm_shows_them);
  g_test_add_func ("/picture/corpus", test_corpus_is_shown_or_named);
  return g_test_run ();
}
