/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "picture/ic-frame.h"

#include <math.h>

#define N_COLUMNS 3
#define N_ROWS 2

static IcFrame *
make_frame (gboolean with_lut)
{
  static const gint16 samples[N_COLUMNS * N_ROWS] = { -2, -1, 0, 1, 2, 3 };
  static const guint8 entries[] = { 1, 0, 2, 0 };
  const IcVoiWindow window = { 40, 400, IC_VOI_SIGMOID };
  IcFrame *frame = ic_frame_new ();

  frame->columns = N_COLUMNS;
  frame->rows = N_ROWS;
  frame->format = IC_FRAME_S16;
  frame->slope = 2;
  frame->intercept = -1024;
  frame->inverted = TRUE;
  frame->low = -1028;
  frame->high = -1018;
  frame->samples = g_bytes_new_static (samples, sizeof samples);
  g_array_append_val (frame->windows, window);
  if (with_lut)
    frame->voi_lut = ic_lut_new (-5, 12, 2, entries, sizeof entries, NULL);
  return frame;
}

static IcFrame *
send (IcFrame *frame)
{
  g_autoptr(GBytes) content = NULL;
  g_autoptr(GVariant) numbers = g_variant_ref_sink (ic_frame_pack (frame, &content));

  return ic_frame_unpack (numbers, content);
}

static void
test_frame_crosses_the_wire_unchanged (void)
{
  g_autoptr(IcFrame) frame = make_frame (TRUE);
  g_autoptr(IcFrame) got = send (frame);

  g_assert_nonnull (got);
  g_assert_cmpuint (got->columns, ==, N_COLUMNS);
  g_assert_cmpuint (got->rows, ==, N_ROWS);
  g_assert_cmpint (got->format, ==, IC_FRAME_S16);
  g_assert_cmpfloat (got->slope, ==, 2);
  g_assert_cmpfloat (got->intercept, ==, -1024);
  g_assert_true (got->inverted);
  g_assert_cmpuint (got->windows->len, ==, 1);
  g_assert_cmpfloat (g_array_index (got->windows, IcVoiWindow, 0).width, ==, 400);
  g_assert_cmpint (got->voi_lut->first, ==, -5);
  g_assert_cmpuint (ic_lut_find (got->voi_lut, -4), ==, 2);
  g_assert_true (g_bytes_equal (got->samples, frame->samples));
}

static void
test_table_is_preferred_then_window_then_range (void)
{
  g_autoptr(IcFrame) with_lut = make_frame (TRUE);
  g_autoptr(IcFrame) with_window = make_frame (FALSE);
  g_autoptr(IcFrame) plain = make_frame (FALSE);

  g_array_set_size (plain->windows, 0);
  g_assert_true (ic_frame_get_default_grey (with_lut).lut == with_lut->voi_lut);
  g_assert_null (ic_frame_get_default_grey (with_window).lut);
  g_assert_cmpfloat (ic_frame_get_default_grey (with_window).window.centre, ==, 40);
  g_assert_cmpfloat (ic_frame_get_default_grey (plain).window.centre, ==, -1023);
  g_assert_cmpfloat (ic_frame_get_default_grey (plain).window.width, ==, 10);
}

/* A worker that foreign bytes have taken over may send anything of the right type. */
static void
test_numbers_that_do_not_fit_the_content_are_refused (void)
{
  g_autoptr(IcFrame) frame = make_frame (FALSE);
  g_autoptr(GBytes) content = NULL;
  g_autoptr(GVariant) numbers = g_variant_ref_sink (ic_frame_pack (frame, &content));
  g_autoptr(GBytes) shorter = g_bytes_new_from_bytes (content, 0, 11);
  g_autoptr(IcFrame) good = NULL;

  g_assert_null (ic_frame_unpack (numbers, shorter));
  frame->rows = 0;
  g_assert_null (send (frame));
  frame->rows = N_ROWS + 1;
  g_assert_null (send (frame));
  frame->rows = N_ROWS;
  frame->format = IC_FRAME_N_FORMATS;
  g_assert_null (send (frame));
  frame->format = 4000000000u;
  g_assert_null (send (frame));
  frame->format = IC_FRAME_S16;
  frame->slope = NAN;
  g_assert_null (send (frame));
  frame->slope = 1;
  g_array_index (frame->windows, IcVoiWindow, 0).width = 0;
  g_assert_null (send (frame));
  g_array_index (frame->windows, IcVoiWindow, 0).width = 1;
  good = send (frame);
  g_assert_nonnull (good);
}

static void
test_picture_of_another_size_than_its_pixels_is_none (void)
{
  g_autoptr(GBytes) pixels = g_bytes_new_static ("123456", 6);
  g_autoptr(IcPicture) good = ic_picture_new (2, 1, 3, pixels);

  g_assert_nonnull (good);
  g_assert_null (ic_picture_new (2, 2, 3, pixels));
  g_assert_null (ic_picture_new (0, 1, 1, pixels));
  g_assert_null (ic_picture_new (3, 1, 2, pixels));
  g_assert_null (ic_picture_new (G_MAXUINT, G_MAXUINT, 1, pixels));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/frame/wire", test_frame_crosses_the_wire_unchanged);
  g_test_add_func ("/frame/grey", test_table_is_preferred_then_window_then_range);
  g_test_add_func ("/frame/refused", test_numbers_that_do_not_fit_the_content_are_refused);
  g_test_add_func ("/frame/picture", test_picture_of_another_size_than_its_pixels_is_none);
  return g_test_run ();
}
