/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-error.h"
#include "picture/ic-jpeg.h"

#include <stdlib.h>

#define SIDE 64

/* A slope from dark to bright, in grey or with the three channels 0, 40 and 80 apart. */
static IcPicture *
make_slope (guint channels)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  g_autoptr(GBytes) pixels = NULL;

  for (guint y = 0; y < SIDE; y++)
    for (guint x = 0; x < SIDE; x++)
      for (guint c = 0; c < channels; c++)
        g_byte_array_append (bytes, (const guint8[]){ (guint8) (2 * x + 40 * c) }, 1);
  pixels = g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
  return ic_picture_new (SIDE, SIDE, channels, pixels);
}

static GBytes *
encode (IcPicture *picture)
{
  g_autoptr(GError) error = NULL;
  GBytes *stream = ic_jpeg_encode (picture, 95, &error);

  g_assert_no_error (error);
  return stream;
}

static void
assert_alike (IcPicture *a, IcPicture *b)
{
  const guint8 *left = g_bytes_get_data (a->pixels, NULL);
  const guint8 *right = g_bytes_get_data (b->pixels, NULL);

  g_assert_cmpuint (a->channels, ==, b->channels);
  g_assert_cmpuint (g_bytes_get_size (a->pixels), ==, g_bytes_get_size (b->pixels));
  for (gsize i = 0; i < g_bytes_get_size (a->pixels); i++)
    g_assert_cmpint (abs (left[i] - right[i]), <=, 6);
}

static void
test_picture_comes_back_as_it_went (void)
{
  for (guint channels = 1; channels <= 3; channels += 2)
    {
      g_autoptr(IcPicture) picture = make_slope (channels);
      g_autoptr(GBytes) stream = encode (picture);
      g_autoptr(GError) error = NULL;
      g_autoptr(IcPicture) back = ic_jpeg_decode (stream, IC_JPEG_COLOURS_AS_MARKED, SIDE, SIDE,
                                                   SIDE, SIDE, &error);

      g_assert_no_error (error);
      assert_alike (picture, back);
    }
}

static void
test_it_is_halved_as_often_as_allowed (void)
{
  g_autoptr(IcPicture) picture = make_slope (1);
  g_autoptr(GBytes) stream = encode (picture);
  g_autoptr(IcPicture) quarter =
                 ic_jpeg_decode (stream, IC_JPEG_COLOURS_AS_MARKED, SIDE, SIDE, 15, 15, NULL);
  g_autoptr(IcPicture) half =
                 ic_jpeg_decode (stream, IC_JPEG_COLOURS_AS_MARKED, SIDE, SIDE, 2, 17, NULL);

  g_assert_cmpuint (quarter->columns, ==, SIDE / 4);
  g_assert_cmpuint (half->columns, ==, SIDE / 2);
  g_assert_cmpint (((const guint8 *) g_bytes_get_data (quarter->pixels, NULL))[15], >, 110);
}

static void
test_size_that_nobody_announced_is_refused (void)
{
  g_autoptr(IcPicture) picture = make_slope (1);
  g_autoptr(GBytes) stream = encode (picture);
  g_autoptr(GError) error = NULL;

  g_assert_null (ic_jpeg_decode (stream, IC_JPEG_COLOURS_AS_MARKED, SIDE, SIDE - 1, 1, 1, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_BAD_DATA);
}

/* Whatever it is, it is an answer: no crash, no leak, no message on the terminal. */
static void
test_damaged_stream_is_an_error_or_a_picture (void)
{
  g_autoptr(IcPicture) picture = make_slope (3);
  g_autoptr(GBytes) stream = encode (picture);
  const gsize size = g_bytes_get_size (stream);

  for (gsize i = 0; i < size; i++)
    {
      g_autofree guint8 *bytes = g_memdup2 (g_bytes_get_data (stream, NULL), size);
      g_autoptr(GBytes) flipped = NULL;
      g_autoptr(GBytes) cut_off = g_bytes_new_from_bytes (stream, 0, i);
      g_autoptr(GError) error = NULL;
      g_autoptr(IcPicture) half =
                     ic_jpeg_decode (cut_off, IC_JPEG_COLOURS_YBR, SIDE, SIDE, 1, 1, &error);
      g_autoptr(IcPicture) other = NULL;

      g_assert_true ((half == NULL) == (error != NULL));
      bytes[i] ^= 0x55;
      flipped = g_bytes_new_take (g_steal_pointer (&bytes), size);
      other = ic_jpeg_decode (flipped, IC_JPEG_COLOURS_RGB, SIDE, SIDE, SIDE, SIDE, NULL);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/jpeg/round-trip", test_picture_comes_back_as_it_went);
  g_test_add_func ("/jpeg/halved", test_it_is_halved_as_often_as_allowed);
  g_test_add_func ("/jpeg/size", test_size_that_nobody_announced_is_refused);
  g_test_add_func ("/jpeg/damaged", test_damaged_stream_is_an_error_or_a_picture);
  return g_test_run ();
}
