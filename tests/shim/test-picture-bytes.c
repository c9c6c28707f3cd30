/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures in files made byte by byte: what real ones seldom have, and hostile ones do. */
#include "core/ic-error.h"
#include "dicom/shim/ic-shim-picture.h"
#include "dicom/shim/ic-shim.h"
#include "picture/ic-jpeg.h"
#include "shim-fixture.h"

#include <string.h>
#include <unistd.h>

#define SIDE 16
#define EXPLICIT_LE "1.2.840.10008.1.2.1"
#define JPEG_BASELINE "1.2.840.10008.1.2.4.50"
#define RLE "1.2.840.10008.1.2.5"
#define HTJ2K "1.2.840.10008.1.2.4.201"
#define MPEG2 "1.2.840.10008.1.2.4.100"
#define SEQUENCE 0xffffffffu

static void
add_us (GByteArray *file, guint32 tag, guint16 value)
{
  const guint8 bytes[] = { tag >> 16 & 0xff, tag >> 24, tag & 0xff, tag >> 8 & 0xff, 'U', 'S', 2, 0,
                           value & 0xff,     value >> 8 };

  g_byte_array_append (file, bytes, sizeof bytes);
}

/* Everything up to the pixels; SIDE by SIDE. */
static GByteArray *
begin (const char *syntax, const char *photometric, guint bits, const char *n_frames)
{
  GByteArray *file = fixture_file_new (syntax, FIXTURE_CT_CLASS);

  fixture_add_identity (file, FIXTURE_CT_CLASS);
  add_us (file, 0x00280002, 1);
  fixture_add_text (file, 0x00280004, "CS", photometric);
  fixture_add_text (file, 0x00280008, "IS", n_frames);
  add_us (file, 0x00280010, SIDE);
  add_us (file, 0x00280011, SIDE);
  add_us (file, 0x00280100, bits > 8 ? 16 : 8);
  add_us (file, 0x00280101, bits);
  add_us (file, 0x00280102, bits - 1);
  add_us (file, 0x00280103, 0);
  return file;
}

/* 16 bits, the samples of frame n from 256 n on. */
static void
add_samples (GByteArray *file, guint n_frames)
{
  fixture_add_long_head (file, 0x7fe00010, "OW", 2 * SIDE * SIDE * n_frames);
  for (guint i = 0; i < SIDE * SIDE * n_frames; i++)
    g_byte_array_append (file, (const guint8[]){ i & 0xff, i >> 8 & 0xff }, 2);
}

static IcShimPicture *
open_picture (GByteArray *file, int *fd, GError **error)
{
  *fd = fixture_open (file->data, file->len);
  return ic_shim_picture_open (*fd, NULL, error);
}

static IcFrame *
read_frame (GByteArray *file, guint number, GError **error)
{
  int fd = -1;
  g_autoptr(IcShimPicture) picture = open_picture (file, &fd, error);
  IcFrame *frame = picture != NULL ? ic_shim_picture_read_frame (picture, number, error) : NULL;

  close (fd);
  return frame;
}

static IcFrame *
ensure_frame (GByteArray *file, guint number)
{
  g_autoptr(GError) error = NULL;
  IcFrame *frame = read_frame (file, number, &error);

  g_assert_no_error (error);
  return frame;
}

/* Pixel @i of frame @number as it is shown in full size. */
static guint8
render_pixel (GByteArray *file, guint number, guint i)
{
  int fd = -1;
  g_autoptr(GError) error = NULL;
  g_autoptr(IcShimPicture) picture = open_picture (file, &fd, &error);
  g_autoptr(IcPicture) shown = NULL;

  g_assert_no_error (error);
  shown = ic_shim_picture_render (picture, number, 1000, &error);
  g_assert_no_error (error);
  close (fd);
  return ((const guint8 *) g_bytes_get_data (shown->pixels, NULL))[i];
}

static void
assert_refused (GByteArray *file, guint number, IcErrorCode code)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (read_frame (file, number, &error));
  g_assert_error (error, IC_ERROR, (gint) code);
}

static void
test_each_frame_has_its_own_functional_groups (void)
{
  g_autoptr(GByteArray) file = begin (EXPLICIT_LE, "MONOCHROME2", 16, "2");
  const char *slopes[] = { "2", "3" };
  g_autoptr(IcFrame) second = NULL;

  fixture_add_long_head (file, 0x52009229, "SQ", SEQUENCE);
  fixture_add_tag (file, 0xfffee000, SEQUENCE);
  fixture_add_long_head (file, 0x00289132, "SQ", SEQUENCE);
  fixture_add_tag (file, 0xfffee000, SEQUENCE);
  fixture_add_text (file, 0x00281050, "DS", "100");
  fixture_add_text (file, 0x00281051, "DS", "50");
  fixture_add_text (file, 0x00281056, "CS", "SIGMOID");
  fixture_add_tag (file, 0xfffee00d, 0);
  fixture_add_tag (file, 0xfffee0dd, 0);
  fixture_add_tag (file, 0xfffee00d, 0);
  fixture_add_tag (file, 0xfffee0dd, 0);
  fixture_add_long_head (file, 0x52009230, "SQ", SEQUENCE);
  for (guint i = 0; i < 2; i++)
    {
      fixture_add_tag (file, 0xfffee000, SEQUENCE);
      fixture_add_long_head (file, 0x00289145, "SQ", SEQUENCE);
      fixture_add_tag (file, 0xfffee000, SEQUENCE);
      fixture_add_text (file, 0x00281052, "DS", "-10");
      fixture_add_text (file, 0x00281053, "DS", slopes[i]);
      fixture_add_tag (file, 0xfffee00d, 0);
      fixture_add_tag (file, 0xfffee0dd, 0);
      fixture_add_tag (file, 0xfffee00d, 0);
    }
  fixture_add_tag (file, 0xfffee0dd, 0);
  add_samples (file, 2);
  second = ensure_frame (file, 1);
  g_assert_cmpfloat (second->slope, ==, 3);
  g_assert_cmpfloat (second->intercept, ==, -10);
  g_assert_cmpuint (second->windows->len, ==, 1);
  g_assert_cmpint (g_array_index (second->windows, IcVoiWindow, 0).function, ==, IC_VOI_SIGMOID);
  g_assert_cmpuint (((const guint16 *) g_bytes_get_data (second->samples, NULL))[1], ==, 257);
}

/* Two entries: @low for 0, @high for what is above. */
static void
add_lut (GByteArray *file, guint32 sequence, guint16 low, guint16 high)
{
  const guint8 descriptor[] = { 0x28, 0, 0x02, 0x30, 'U', 'S', 6, 0, 2, 0, 0, 0, 16, 0 };
  const guint8 data[] = { 0x28, 0, 0x06,       0x30,     'U',         'S',
                          4,    0, low & 0xff, low >> 8, high & 0xff, high >> 8 };

  fixture_add_long_head (file, sequence, "SQ", SEQUENCE);
  fixture_add_tag (file, 0xfffee000, SEQUENCE);
  g_byte_array_append (file, descriptor, sizeof descriptor);
  g_byte_array_append (file, data, sizeof data);
  fixture_add_tag (file, 0xfffee00d, 0);
  fixture_add_tag (file, 0xfffee0dd, 0);
}

static void
test_modality_table_makes_the_samples (void)
{
  g_autoptr(GByteArray) file = begin (EXPLICIT_LE, "MONOCHROME2", 16, "1");
  g_autoptr(IcFrame) frame = NULL;
  const guint16 *samples = NULL;

  add_lut (file, 0x00283000, 1000, 50000);
  add_samples (file, 1);
  frame = ensure_frame (file, 0);
  samples = g_bytes_get_data (frame->samples, NULL);
  g_assert_cmpint (frame->format, ==, IC_FRAME_U16);
  g_assert_cmpuint (samples[0], ==, 1000);
  g_assert_cmpuint (samples[9], ==, 50000);
  g_assert_cmpfloat (frame->slope, ==, 1);
}

static void
test_voi_table_makes_the_grey (void)
{
  g_autoptr(GByteArray) file = begin (EXPLICIT_LE, "MONOCHROME2", 16, "1");

  fixture_add_text (file, 0x00281050, "DS", "100");
  fixture_add_text (file, 0x00281051, "DS", "50");
  add_lut (file, 0x00283010, 0x3333, 0xffff);
  add_samples (file, 1);
  g_assert_cmpuint (render_pixel (file, 0, 0), ==, 51);
  g_assert_cmpuint (render_pixel (file, 0, 1), ==, 255);
}

static void
test_window_and_inversion_make_the_grey (void)
{
  g_autoptr(GByteArray) file = begin (EXPLICIT_LE, "MONOCHROME1", 16, "1");

  add_us (file, 0x00280120, 255);
  fixture_add_text (file, 0x00281050, "DS", "128");
  fixture_add_text (file, 0x00281051, "DS", "256");
  add_samples (file, 1);
  g_assert_cmpuint (render_pixel (file, 0, 0), ==, 255);
  g_assert_cmpuint (render_pixel (file, 0, 254), ==, 1);
  /* Padding is black whichever way the grey goes. */
  g_assert_cmpuint (render_pixel (file, 0, 255), ==, 0);
}

static void
test_pixels_that_are_taller_than_wide_are_shown_so (void)
{
  g_autoptr(GByteArray) file = begin (EXPLICIT_LE, "MONOCHROME2", 16, "1");
  g_autoptr(GError) error = NULL;
  int fd = -1;
  g_autoptr(IcShimPicture) picture = NULL;
  g_autoptr(IcPicture) shown = NULL;

  fixture_add_text (file, 0x00280034, "IS", "2\\1");
  add_samples (file, 1);
  picture = open_picture (file, &fd, &error);
  shown = ic_shim_picture_render (picture, 0, 100, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (shown->columns, ==, SIDE / 2);
  g_assert_cmpuint (shown->rows, ==, SIDE);
  close (fd);
}

/* Fragments */

/* A stream whose picture is all of @shade, of even length. */
static GBytes *
make_stream (guint8 shade)
{
  guint8 *pixels = g_malloc (SIDE * SIDE);
  g_autoptr(GBytes) bytes = g_bytes_new_take (pixels, SIDE * SIDE);
  g_autoptr(IcPicture) picture = NULL;
  g_autoptr(GBytes) stream = NULL;
  g_autoptr(GByteArray) even = NULL;

  memset (pixels, shade, SIDE * SIDE);
  picture = ic_picture_new (SIDE, SIDE, 1, bytes);
  stream = ic_jpeg_encode (picture, 95, NULL);
  even = g_byte_array_new ();
  g_byte_array_append (even, g_bytes_get_data (stream, NULL), (guint) g_bytes_get_size (stream));
  if (even->len % 2 != 0)
    g_byte_array_append (even, (const guint8 *) "", 1);
  return g_byte_array_free_to_bytes (g_steal_pointer (&even));
}

static void
add_fragment (GByteArray *file, GBytes *stream, gsize from, gsize to)
{
  const guint8 *data = g_bytes_get_data (stream, NULL);

  fixture_add_tag (file, 0xfffee000, (guint32) (to - from));
  g_byte_array_append (file, data + from, (guint) (to - from));
}

static void
add_word (GByteArray *file, guint32 word)
{
  const guint8 bytes[] = { word, word >> 8, word >> 16, word >> 24 };

  g_byte_array_append (file, bytes, sizeof bytes);
}

/* Three frames of shades 50, 100 and 150, the second in two fragments. @table: offsets to put in
 * the basic table, -1 for the right ones, else none.
 */
static GByteArray *
make_fragmented (int table)
{
  GByteArray *file = begin (JPEG_BASELINE, "MONOCHROME2", 8, "3");
  g_autoptr(GPtrArray) streams = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  guint32 sizes[3] = { 0 };

  for (guint8 i = 0; i < 3; i++)
    {
      g_ptr_array_add (streams, make_stream (50 * (i + 1)));
      sizes[i] = (guint32) g_bytes_get_size (streams->pdata[i]);
    }
  fixture_add_long_head (file, 0x7fe00010, "OB", SEQUENCE);
  fixture_add_tag (file, 0xfffee000, table != 0 ? 12 : 0);
  for (guint32 i = 0, at = 0; table != 0 && i < 3; i++)
    {
      add_word (file, table < 0 ? at : (guint32) table);
      at += 8 + sizes[i] + (i == 1 ? 8 : 0);
    }
  add_fragment (file, streams->pdata[0], 0, sizes[0]);
  add_fragment (file, streams->pdata[1], 0, 20);
  add_fragment (file, streams->pdata[1], 20, sizes[1]);
  add_fragment (file, streams->pdata[2], 0, sizes[2]);
  fixture_add_tag (file, 0xfffee0dd, 0);
  return file;
}

static void
assert_shades (GByteArray *file)
{
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr(IcFrame) frame = ensure_frame (file, i);
      const guint8 *samples = g_bytes_get_data (frame->samples, NULL);

      g_assert_cmpint (samples[SIDE * SIDE / 2], >=, 50 * ((int) i + 1) - 2);
      g_assert_cmpint (samples[SIDE * SIDE / 2], <=, 50 * ((int) i + 1) + 2);
    }
}

static void
test_frames_are_found_with_and_without_a_table (void)
{
  g_autoptr(GByteArray) with = make_fragmented (-1);
  g_autoptr(GByteArray) without = make_fragmented (0);

  assert_shades (with);
  assert_shades (without);
}

static void
test_table_that_leads_nowhere_is_ignored (void)
{
  g_autoptr(GByteArray) same = make_fragmented (4);
  g_autoptr(GByteArray) far = make_fragmented (0x7ffffff0);

  assert_shades (same);
  assert_shades (far);
}

/* 16 x 16 signed samples, (x * 100 - 500 + y), by an encoder of HTJ2K that is not ours. */
static const guint8 htj2k_stream[] = {
  0xff, 0x4f, 0xff, 0x51, 0x00, 0x29, 0x40, 0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x00, 0x00, 0x10,
  0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x00, 0x00, 0x10,
  0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x8f, 0x01, 0x01, 0xff, 0x50, 0x00,
  0x08, 0x00, 0x02, 0x00, 0x00, 0x00, 0x09, 0xff, 0x52, 0x00, 0x0c, 0x00, 0x02, 0x00, 0x01, 0x00,
  0x01, 0x04, 0x04, 0x40, 0x01, 0xff, 0x5c, 0x00, 0x07, 0x20, 0x88, 0x88, 0x88, 0x88, 0xff, 0x64,
  0x00, 0x17, 0x00, 0x01, 0x4f, 0x70, 0x65, 0x6e, 0x4a, 0x50, 0x48, 0x20, 0x56, 0x65, 0x72, 0x20,
  0x30, 0x2e, 0x33, 0x31, 0x2e, 0x30, 0x2e, 0xff, 0x90, 0x00, 0x0a, 0x00, 0x00, 0x00, 0x00, 0x00,
  0x8d, 0x00, 0x01, 0xff, 0x93, 0xc0, 0x00, 0x2f, 0x5e, 0xe7, 0xc7, 0xbf, 0x72, 0xca, 0x71, 0x68,
  0x54, 0x5a, 0xd1, 0x62, 0x5e, 0xbd, 0x5d, 0x7a, 0xe1, 0xcc, 0xf3, 0xf7, 0xed, 0x9f, 0x5c, 0xf2,
  0x6b, 0x97, 0x33, 0x69, 0x5e, 0x8a, 0xe9, 0xbe, 0xfc, 0x7e, 0x09, 0x06, 0x34, 0xd1, 0xd7, 0xa7,
  0x3f, 0x72, 0xc8, 0xad, 0x59, 0xd6, 0xb4, 0x99, 0xa9, 0xa6, 0xfd, 0xfa, 0x1b, 0xa6, 0x18, 0xd2,
  0x4c, 0x3f, 0x5f, 0xfe, 0xc7, 0x1d, 0xaf, 0x56, 0x79, 0x13, 0xe7, 0xa6, 0x9c, 0xfe, 0x0b, 0xe0,
  0x98, 0x64, 0x50, 0x53, 0xfd, 0x00, 0x7a, 0xe5, 0x05, 0xfa, 0xc4, 0x17, 0xeb, 0x10, 0x5c, 0x62,
  0x00, 0xc6, 0x00, 0x80, 0x31, 0xb2, 0x01, 0xc0, 0x00, 0x2b, 0xe0, 0x00, 0x13, 0x80, 0x46, 0xa3,
  0xd1, 0x68, 0x34, 0x1a, 0x8d, 0xe7, 0xca, 0x7a, 0x7a, 0x71, 0x02, 0x78, 0x00, 0x00, 0xfd, 0x83,
  0xae, 0xba, 0x96, 0x00, 0xff, 0xd9
};

static void
test_htj2k_is_decoded (void)
{
  g_autoptr(GByteArray) file = begin (HTJ2K, "MONOCHROME2", 16, "1");
  g_autoptr(IcFrame) frame = NULL;
  const gint16 *samples = NULL;

  file->data[file->len - 2] = 1; /* signed */
  fixture_add_long_head (file, 0x7fe00010, "OB", SEQUENCE);
  fixture_add_tag (file, 0xfffee000, 0);
  fixture_add_tag (file, 0xfffee000, sizeof htj2k_stream);
  g_byte_array_append (file, htj2k_stream, sizeof htj2k_stream);
  fixture_add_tag (file, 0xfffee0dd, 0);
  frame = ensure_frame (file, 0);
  g_assert_cmpint (frame->format, ==, IC_FRAME_S16);
  samples = g_bytes_get_data (frame->samples, NULL);
  for (int i = 0; i < SIDE * SIDE; i++)
    g_assert_cmpint (samples[i], ==, i % SIDE * 100 - 500 + i / SIDE);
}

/* Hostile ones */

static void
test_fragment_longer_than_the_file_is_not_allocated (void)
{
  g_autoptr(GByteArray) file = begin (JPEG_BASELINE, "MONOCHROME2", 8, "1");

  fixture_add_long_head (file, 0x7fe00010, "OB", SEQUENCE);
  fixture_add_tag (file, 0xfffee000, 0);
  fixture_add_tag (file, 0xfffee000, 0xfffffff0);
  fixture_add_text (file, 0x00280008, "IS", "no JPEG");
  assert_refused (file, 0, IC_ERROR_BAD_DATA);
}

static void
test_rle_segments_outside_their_frame_are_refused (void)
{
  const guint32 offsets[] = { 64, 60, 100, 0x80000000 };

  for (gsize i = 0; i < G_N_ELEMENTS (offsets); i++)
    {
      g_autoptr(GByteArray) file = begin (RLE, "MONOCHROME2", 8, "1");

      fixture_add_long_head (file, 0x7fe00010, "OB", SEQUENCE);
      fixture_add_tag (file, 0xfffee000, 0);
      fixture_add_tag (file, 0xfffee000, 66);
      add_word (file, 1);
      add_word (file, offsets[i]);
      for (guint k = 0; k < 14; k++)
        add_word (file, 0);
      g_byte_array_append (file, (const guint8[]){ 0xff, 7 }, 2);
      fixture_add_tag (file, 0xfffee0dd, 0);
      assert_refused (file, 0, IC_ERROR_BAD_DATA);
    }
}

/* 16 runs of 16 pixels. */
static void
test_rle_is_unfolded (void)
{
  g_autoptr(GByteArray) file = begin (RLE, "MONOCHROME2", 8, "1");
  g_autoptr(IcFrame) frame = NULL;

  fixture_add_long_head (file, 0x7fe00010, "OB", SEQUENCE);
  fixture_add_tag (file, 0xfffee000, 0);
  fixture_add_tag (file, 0xfffee000, 64 + 2 * SIDE);
  add_word (file, 1);
  add_word (file, 64);
  for (guint k = 0; k < 14; k++)
    add_word (file, 0);
  for (guint8 k = 0; k < SIDE; k++)
    g_byte_array_append (file, (const guint8[]){ 257 - SIDE, k }, 2);
  fixture_add_tag (file, 0xfffee0dd, 0);
  frame = ensure_frame (file, 0);
  for (guint i = 0; i < SIDE * SIDE; i++)
    g_assert_cmpuint (((const guint8 *) g_bytes_get_data (frame->samples, NULL))[i], ==, i / SIDE);
}

static void
test_frames_that_are_not_there_are_refused (void)
{
  g_autoptr(GByteArray) file = begin (EXPLICIT_LE, "MONOCHROME2", 16, "2147483647");

  add_samples (file, 1);
  assert_refused (file, 1, IC_ERROR_BAD_DATA);
  assert_refused (file, 2147483646, IC_ERROR_BAD_DATA);
  assert_refused (file, 2147483647, IC_ERROR_NOT_FOUND);
}

static void
test_what_cannot_be_shown_says_so (void)
{
  g_autoptr(GByteArray) video = begin (MPEG2, "MONOCHROME2", 8, "1");
  g_autoptr(GByteArray) compressed = begin (EXPLICIT_LE, "MONOCHROME2", 8, "1");
  g_autoptr(GByteArray) none = begin (EXPLICIT_LE, "MONOCHROME2", 8, "1");
  g_autoptr(GError) error = NULL;

  fixture_add_long_head (video, 0x7fe00010, "OB", SEQUENCE);
  fixture_add_tag (video, 0xfffee000, 0);
  fixture_add_tag (video, 0xfffee000, 4);
  add_word (video, 0);
  fixture_add_tag (video, 0xfffee0dd, 0);
  g_assert_null (read_frame (video, 0, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_UNSUPPORTED);
  g_assert_cmpstr (error->message, ==, "MPEG2 Main Level cannot be shown");
  fixture_add_long_head (compressed, 0x7fe00010, "OB", SEQUENCE);
  assert_refused (compressed, 0, IC_ERROR_BAD_DATA);
  assert_refused (none, 0, IC_ERROR_UNSUPPORTED);
}

/* Whatever stands in the header of an otherwise good file, there is an answer. */
static void
test_any_byte_may_be_wrong (void)
{
  g_autoptr(GByteArray) file = make_fragmented (-1);

  for (guint i = 128; i < file->len; i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(IcFrame) frame = NULL;

      file->data[i] ^= 0x41;
      frame = read_frame (file, 1, &error);
      g_assert_true ((frame == NULL) == (error != NULL));
      file->data[i] ^= 0x41;
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_true (ic_shim_init (NULL));
  ic_shim_picture_init ();
  g_test_add_func ("/picture/groups", test_each_frame_has_its_own_functional_groups);
  g_test_add_func ("/picture/modality", test_modality_table_makes_the_samples);
  g_test_add_func ("/picture/voi", test_voi_table_makes_the_grey);
  g_test_add_func ("/picture/inverted", test_window_and_inversion_make_the_grey);
  g_test_add_func ("/picture/aspect", test_pixels_that_are_taller_than_wide_are_shown_so);
  g_test_add_func ("/picture/frames", test_frames_are_found_with_and_without_a_table);
  g_test_add_func ("/picture/table", test_table_that_leads_nowhere_is_ignored);
  g_test_add_func ("/picture/htj2k", test_htj2k_is_decoded);
  g_test_add_func ("/picture/long", test_fragment_longer_than_the_file_is_not_allocated);
  g_test_add_func ("/picture/rle", test_rle_is_unfolded);
  g_test_add_func ("/picture/rle/outside", test_rle_segments_outside_their_frame_are_refused);
  g_test_add_func ("/picture/absent", test_frames_that_are_not_there_are_refused);
  g_test_add_func ("/picture/unsupported", test_what_cannot_be_shown_says_so);
  g_test_add_func ("/picture/any-byte", test_any_byte_may_be_wrong);
  return g_test_run ();
}
