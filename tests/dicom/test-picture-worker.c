/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The real worker in its sandbox. */
#include "core/ic-error.h"
#include "dicom/ic-picture-reader.h"
#include "shim-fixture.h"

#include <string.h>
#include <unistd.h>

#define SIDE 200
#define EXPLICIT_LE "1.2.840.10008.1.2.1"

static void
add_us (GByteArray *file, guint32 tag, guint16 value)
{
  const guint8 bytes[] = { tag >> 16 & 0xff, tag >> 24, tag & 0xff, tag >> 8 & 0xff, 'U', 'S', 2, 0,
                           value & 0xff,     value >> 8 };

  g_byte_array_append (file, bytes, sizeof bytes);
}

/* Columns from 0 to SIDE - 1, twice as bright in frame 1; @n_rows as announced. */
static int
open_image (guint16 n_rows, const char *n_frames)
{
  g_autoptr(GByteArray) file = fixture_file_new (EXPLICIT_LE, FIXTURE_CT_CLASS);

  fixture_add_identity (file, FIXTURE_CT_CLASS);
  add_us (file, 0x00280002, 1);
  fixture_add_text (file, 0x00280004, "CS", "MONOCHROME2");
  fixture_add_text (file, 0x00280008, "IS", n_frames);
  add_us (file, 0x00280010, n_rows);
  add_us (file, 0x00280011, SIDE);
  add_us (file, 0x00280100, 8);
  add_us (file, 0x00280101, 8);
  add_us (file, 0x00280102, 7);
  add_us (file, 0x00280103, 0);
  fixture_add_long_head (file, 0x7fe00010, "OB", 2 * SIDE * SIDE);
  for (guint i = 0; i < 2 * SIDE * SIDE; i++)
    g_byte_array_append (file, (const guint8[]){ (guint8) (i % SIDE + (i >= SIDE * SIDE)) }, 1);
  return fixture_open (file->data, file->len);
}

static void
take_thumbnail (gpointer item, IcPicture *picture, const GError *error, gpointer user_data)
{
  IcPicture **taken = user_data;

  if (picture != NULL)
    *taken = ic_picture_ref (picture);
  else
    g_assert_error (error, IC_ERROR, IC_ERROR_BAD_DATA);
}

static void
take_jpeg (gpointer item, const IcJpeg *jpeg, const GError *error, gpointer user_data)
{
  GBytes **taken = user_data;

  g_assert_no_error (error);
  g_assert_cmpuint (jpeg->columns, ==, SIDE);
  *taken = g_bytes_ref (jpeg->stream);
}

static void
finish (IcPictureReader *reader, int fd)
{
  g_autoptr(GError) error = NULL;

  g_assert_true (ic_picture_reader_push (reader, fd, NULL, NULL, &error));
  g_assert_true (ic_picture_reader_finish (reader, NULL, &error));
  g_assert_no_error (error);
}

static void
test_thumbnail_shows_the_middle_frame (void)
{
  g_autoptr(IcPicture) picture = NULL;
  g_autoptr(IcPictureReader) reader =
                 ic_picture_reader_new_thumbnails (100, take_thumbnail, &picture);

  finish (reader, open_image (SIDE, "2"));
  g_assert_cmpuint (picture->columns, ==, 100);
  g_assert_cmpuint (picture->rows, ==, 100);
  g_assert_cmpuint (picture->channels, ==, 1);
  /* The mean of columns 2 and 3, 1 brighter than in frame 0, and rounded. */
  g_assert_cmpuint (((const guint8 *) g_bytes_get_data (picture->pixels, NULL))[1], ==, 4);
}

static void
test_key_image_is_a_jpeg (void)
{
  g_autoptr(GBytes) stream = NULL;
  g_autoptr(IcPictureReader) reader = ic_picture_reader_new_jpegs (640, take_jpeg, &stream);
  const guint8 *bytes = NULL;
  gsize size = 0;

  finish (reader, open_image (SIDE, "1"));
  bytes = g_bytes_get_data (stream, &size);
  g_assert_cmpuint (size, >, 100);
  g_assert_cmpmem (bytes, 2, "\xff\xd8", 2);
  g_assert_cmpmem (bytes + size - 2, 2, "\xff\xd9", 2);
}

static void
test_frame_arrives_sample_by_sample (void)
{
  g_autoptr(GError) error = NULL;
  int fd = open_image (SIDE, "2");
  guint n_frames = 0;
  g_autoptr(IcFrame) frame = ic_picture_read_frame (fd, 1, &n_frames, NULL, &error);
  const guint8 *samples = NULL;

  close (fd);
  g_assert_no_error (error);
  g_assert_cmpuint (n_frames, ==, 2);
  g_assert_cmpint (frame->format, ==, IC_FRAME_U8);
  g_assert_cmpfloat (frame->high, ==, 255);
  samples = g_bytes_get_data (frame->samples, NULL);
  for (guint i = 0; i < SIDE * SIDE; i++)
    g_assert_cmpuint (samples[i], ==, i % SIDE + 1);
}

static void
test_frame_that_is_not_there_is_said_to_be_missing (void)
{
  g_autoptr(GError) error = NULL;
  int fd = open_image (SIDE, "2");
  guint n_frames = 0;

  g_assert_null (ic_picture_read_frame (fd, 2, &n_frames, NULL, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_NOT_FOUND);
  close (fd);
}

/* 65,535 rows and 2,000,000,000 frames are announced, and 80,000 bytes are there. */
static void
test_announced_sizes_are_not_believed (void)
{
  g_autoptr(IcPicture) picture = NULL;
  g_autoptr(IcPictureReader) reader =
                 ic_picture_reader_new_thumbnails (128, take_thumbnail, &picture);

  finish (reader, open_image (65535, "1"));
  finish (reader, open_image (SIDE, "2000000000"));
  g_assert_null (picture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/picture-worker/thumbnail", test_thumbnail_shows_the_middle_frame);
  g_test_add_func ("/picture-worker/key-image", test_key_image_is_a_jpeg);
  g_test_add_func ("/picture-worker/frame", test_frame_arrives_sample_by_sample);
  g_test_add_func ("/picture-worker/no-frame", test_frame_that_is_not_there_is_said_to_be_missing);
  g_test_add_func ("/picture-worker/announced", test_announced_sizes_are_not_believed);
  return g_test_run ();
}
