/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-error.h"
#include "picture/ic-colour.h"
#include "picture/ic-picture.h"
#include "picture/ic-samples.h"
#include "picture/ic-scaler.h"
#include "picture/ic-voi.h"

#include <math.h>
#include <string.h>

static IcSampleLayout
make_layout (guint allocated, guint stored, gboolean is_signed)
{
  return (IcSampleLayout){ .columns = 4,
                           .rows = 1,
                           .samples = 1,
                           .bits_allocated = allocated,
                           .bits_stored = stored,
                           .high_bit = stored - 1,
                           .is_signed = is_signed };
}

static void
assert_unpacked (const IcSampleLayout *layout,
                 const guint8 *bytes,
                 gsize first,
                 const float *expected,
                 gsize n)
{
  g_autofree float *values = g_new (float, n);

  ic_samples_unpack (layout, bytes, first, n, 1, values);
  for (gsize i = 0; i < n; i++)
    g_assert_cmpfloat (values[i], ==, expected[i]);
}

/* What stands above the stored bits is an overlay of old, or garbage. */
static void
test_only_the_bits_stored_count (void)
{
  const guint8 bytes[] = { 0xff, 0xf7, 0x00, 0x08, 0xff, 0x0f, 0x01, 0x10 };
  const IcSampleLayout plain = make_layout (16, 12, FALSE);
  const IcSampleLayout with_sign = make_layout (16, 12, TRUE);

  assert_unpacked (&plain, bytes, 0, (float[]){ 2047, 2048, 4095, 1 }, 4);
  assert_unpacked (&with_sign, bytes, 0, (float[]){ 2047, -2048, -1, 1 }, 4);
}

static void
test_bits_may_stand_high_in_their_cell (void)
{
  const guint8 bytes[] = { 0x0f, 0x80, 0xff, 0x7f };
  IcSampleLayout layout = make_layout (16, 12, TRUE);

  layout.high_bit = 15;
  assert_unpacked (&layout, bytes, 0, (float[]){ -2048, 2047 }, 2);
}

static void
test_every_width_is_unpacked (void)
{
  const guint8 bytes[] = { 0x80, 0x7f, 0x01, 0xff, 0x00, 0x00, 0x80, 0x3f };
  IcSampleLayout layout = make_layout (8, 8, TRUE);

  assert_unpacked (&layout, bytes, 0, (float[]){ -128, 127, 1, -1 }, 4);
  layout = make_layout (8, 8, FALSE);
  assert_unpacked (&layout, bytes, 1, (float[]){ 127, 1, 255 }, 3);
  layout = make_layout (32, 32, TRUE);
  layout.is_float = TRUE;
  assert_unpacked (&layout, bytes, 1, (float[]){ 1.0f }, 1);
  layout.big_endian = TRUE;
  assert_unpacked (&layout, (const guint8[]){ 0x3f, 0x80, 0x00, 0x00 }, 0, (float[]){ 1.0f }, 1);
  layout.bits_allocated = 64;
  assert_unpacked (&layout, (const guint8[]){ 0xc0, 0, 0, 0, 0, 0, 0, 0 }, 0, (float[]){ -2 }, 1);
}

static void
test_32_bits_keep_their_sign (void)
{
  const guint8 bytes[] = { 0xfe, 0xff, 0xff, 0xff, 0x02, 0x00, 0x00, 0x80 };
  IcSampleLayout layout = make_layout (32, 32, TRUE);

  assert_unpacked (&layout, bytes, 0, (float[]){ -2, -2147483648.0f }, 2);
  layout.is_signed = FALSE;
  assert_unpacked (&layout, bytes, 0, (float[]){ 4294967296.0f, 2147483648.0f }, 2);
}

static void
test_big_endian_words_and_swapped_bytes (void)
{
  const guint8 bytes[] = { 0x01, 0x02, 0x03, 0x04 };
  IcSampleLayout layout = make_layout (16, 16, FALSE);

  layout.big_endian = TRUE;
  assert_unpacked (&layout, bytes, 0, (float[]){ 0x0102, 0x0304 }, 2);
  layout = make_layout (8, 8, FALSE);
  layout.bytes_swapped = TRUE;
  assert_unpacked (&layout, bytes, 1, (float[]){ 1, 4, 3 }, 3);
}

/* Frames of a segmentation follow each other without a gap, the lowest bit first. */
static void
test_single_bits_begin_anywhere (void)
{
  const IcSampleLayout layout = make_layout (1, 1, FALSE);

  assert_unpacked (&layout, (const guint8[]){ 0x40, 0x02 }, 6, (float[]){ 1, 0, 0, 1, 0 }, 5);
}

static void
test_halved_colours_are_shared_by_two_pixels (void)
{
  const float cells[] = { 10, 20, 30, 40, 50, 60, 70, 80 };
  const float expected[] = { 10, 30, 40, 20, 30, 40, 50, 70, 80, 60, 70, 80 };
  float pixels[12];

  ic_samples_spread_chroma (cells, 4, pixels);
  g_assert_cmpmem (pixels, sizeof pixels, expected, sizeof expected);
}

static void
test_layouts_that_contradict_themselves_are_refused (void)
{
  IcSampleLayout layouts[] = { make_layout (16, 12, FALSE), make_layout (16, 17, FALSE),
                               make_layout (12, 12, FALSE), make_layout (16, 12, FALSE),
                               make_layout (16, 12, FALSE), make_layout (8, 8, FALSE),
                               make_layout (16, 12, FALSE) };

  layouts[3].high_bit = 16;
  layouts[4].high_bit = 10;
  layouts[5].samples = 4;
  layouts[6].rows = 0;
  g_assert_true (ic_sample_layout_check (&layouts[0], NULL));
  for (gsize i = 1; i < G_N_ELEMENTS (layouts); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_false (ic_sample_layout_check (&layouts[i], &error));
      g_assert_nonnull (error);
    }
}

/* Windows */

/* The example of PS3.3 C.11.2.1.2.1: centre 2048, width 4096 shows all of 12 bits. */
static void
test_linear_window_is_that_of_the_standard (void)
{
  const IcVoiWindow all = { 2048, 4096, IC_VOI_LINEAR };
  const IcVoiWindow step = { 0, 1, IC_VOI_LINEAR };
  const IcVoiWindow soft = { 0, 100, IC_VOI_LINEAR };

  g_assert_cmpfloat (ic_voi_window_apply (&all, 0), ==, 0);
  g_assert_cmpfloat (ic_voi_window_apply (&all, 4095), ==, 1);
  g_assert_cmpfloat_with_epsilon (ic_voi_window_apply (&all, 2047), 2047.0 / 4095, 1e-9);
  g_assert_cmpfloat (ic_voi_window_apply (&step, -1), ==, 0);
  g_assert_cmpfloat (ic_voi_window_apply (&step, 0), ==, 1);
  g_assert_cmpfloat (ic_voi_window_apply (&soft, -50), ==, 0);
  g_assert_cmpfloat (ic_voi_window_apply (&soft, 49), ==, 1);
}

static void
test_other_functions_are_those_of_the_standard (void)
{
  const IcVoiWindow exact = { 0, 100, IC_VOI_LINEAR_EXACT };
  const IcVoiWindow sigmoid = { 0, 100, IC_VOI_SIGMOID };

  g_assert_cmpfloat (ic_voi_window_apply (&exact, -50), ==, 0);
  g_assert_cmpfloat (ic_voi_window_apply (&exact, 0), ==, 0.5);
  g_assert_cmpfloat (ic_voi_window_apply (&exact, 25), ==, 0.75);
  g_assert_cmpfloat (ic_voi_window_apply (&sigmoid, 0), ==, 0.5);
  g_assert_cmpfloat_with_epsilon (ic_voi_window_apply (&sigmoid, 50), 1 / (1 + exp (-2)), 1e-9);
}

static void
test_window_without_width_is_none (void)
{
  const IcVoiWindow none[] = { { 0, 0, IC_VOI_LINEAR },
                               { 0, 0.5, IC_VOI_LINEAR },
                               { 0, -1, IC_VOI_LINEAR_EXACT },
                               { NAN, 1, IC_VOI_LINEAR },
                               { 0, INFINITY, IC_VOI_SIGMOID } };
  const IcVoiWindow narrow = { 0, 0.5, IC_VOI_LINEAR_EXACT };

  for (gsize i = 0; i < G_N_ELEMENTS (none); i++)
    g_assert_false (ic_voi_window_is_valid (&none[i]));
  g_assert_true (ic_voi_window_is_valid (&narrow));
}

static void
test_grey_is_rescaled_windowed_and_inverted (void)
{
  const float samples[] = { 0, 1024, 1064, 1104, 4095, NAN };
  const guint8 expected[] = { 0, 77, 128, 179, 255, 0 };
  const guint8 inverted[] = { 255, 178, 127, 76, 0, 0 };
  IcGrey grey = { 1, -1024, NULL, { 40, 200, IC_VOI_LINEAR }, FALSE };
  guint8 bytes[6];

  ic_grey_render (&grey, samples, 6, bytes);
  g_assert_cmpmem (bytes, 6, expected, 6);
  grey.inverted = TRUE;
  ic_grey_render (&grey, samples, 6, bytes);
  g_assert_cmpmem (bytes, 6, inverted, 6);
}

/* The quick way and the definition must say the same, within rounding. */
static void
test_quick_windowing_agrees_with_the_definition (void)
{
  const IcGrey grey = { 2.5, -300, NULL, { 100, 350, IC_VOI_LINEAR }, FALSE };

  for (int value = -200; value < 400; value++)
    {
      const float sample = (float) value;
      const double shade = ic_voi_window_apply (&grey.window, value * grey.slope + grey.intercept);
      guint8 byte = 0;

      ic_grey_render (&grey, &sample, 1, &byte);
      g_assert_cmpint (ABS (byte - (int) floor (shade * 255 + 0.5)), <=, 1);
    }
}

/* Tables */

static IcLut *
make_lut (gint32 first, guint bits, const guint16 *entries, guint n)
{
  g_autofree guint8 *data = g_malloc (2 * n);
  g_autoptr(GError) error = NULL;
  IcLut *lut = NULL;

  for (guint i = 0; i < n; i++)
    {
      data[2 * i] = entries[i] & 0xff;
      data[2 * i + 1] = entries[i] >> 8;
    }
  lut = ic_lut_new (first, bits, n, data, 2 * n, &error);
  g_assert_no_error (error);
  return lut;
}

static void
test_table_goes_on_beyond_its_ends (void)
{
  g_autoptr(IcLut) lut = make_lut (-10, 12, (guint16[]){ 7, 8, 4095 }, 3);

  g_assert_cmpuint (ic_lut_find (lut, -1000), ==, 7);
  g_assert_cmpuint (ic_lut_find (lut, -10), ==, 7);
  g_assert_cmpuint (ic_lut_find (lut, -9), ==, 8);
  g_assert_cmpuint (ic_lut_find (lut, 1e30), ==, 4095);
  g_assert_cmpuint (ic_lut_find (lut, NAN), ==, 7);
  g_assert_cmpuint (ic_lut_get_max (lut), ==, 4095);
}

static void
test_packed_and_overstated_tables_are_read (void)
{
  g_autoptr(IcLut) packed = ic_lut_new (0, 8, 3, (const guint8[]){ 1, 2, 255, 0 }, 4, NULL);
  g_autoptr(IcLut) overstated = make_lut (0, 16, (guint16[]){ 0, 128, 255 }, 3);

  g_assert_cmpuint (ic_lut_find (packed, 2), ==, 255);
  g_assert_cmpuint (overstated->bits, ==, 8);
  g_assert_cmpuint (ic_lut_find (overstated, 1), ==, 128);
}

static void
test_table_shorter_than_announced_is_refused (void)
{
  g_autoptr(GError) error = NULL;
  const guint8 data[4] = { 0 };

  g_assert_null (ic_lut_new (0, 16, 3, data, 4, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_BAD_DATA);
  g_assert_null (ic_lut_new (0, 8, 5, data, 4, NULL));
  g_assert_null (ic_lut_new (0, 17, 1, data, 4, NULL));
  g_assert_null (ic_lut_new (0, 8, 0, data, 4, NULL));
}

/* PS3.3 C.7.9.2: discrete, linear, and the discrete one once more by its offset. */
static void
test_segments_are_unfolded (void)
{
  const guint8 segments[] = { 0, 0, 2, 0, 10, 0, 20, 0, 1, 0, 4, 0, 60, 0, 2, 0, 1, 0, 0, 0, 0, 0 };
  const guint16 expected[] = { 10, 20, 30, 40, 50, 60, 10, 20 };
  g_autoptr(GError) error = NULL;
  g_autoptr(IcLut) lut = ic_lut_new_segmented (0, 16, 8, segments, sizeof segments, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < 8; i++)
    g_assert_cmpuint (lut->entries[i], ==, expected[i]);
}

static void
test_segments_that_lead_nowhere_are_refused (void)
{
  const guint8 to_itself[] = { 2, 0, 1, 0, 0, 0, 0, 0 };
  const guint8 too_far[] = { 2, 0, 1, 0, 0xff, 0xff, 0xff, 0xff };
  const guint8 line_first[] = { 1, 0, 4, 0, 60, 0 };
  const guint8 cut_off[] = { 0, 0, 9, 0, 1, 0 };

  g_assert_null (ic_lut_new_segmented (0, 16, 4, to_itself, sizeof to_itself, NULL));
  g_assert_null (ic_lut_new_segmented (0, 16, 4, too_far, sizeof too_far, NULL));
  g_assert_null (ic_lut_new_segmented (0, 16, 4, line_first, sizeof line_first, NULL));
  g_assert_null (ic_lut_new_segmented (0, 16, 4, cut_off, sizeof cut_off, NULL));
}

/* Colours */

static void
assert_floats (const float *actual, const float *expected, gsize n)
{
  for (gsize i = 0; i < n; i++)
    g_assert_cmpfloat (actual[i], ==, expected[i]);
}

static void
test_colours_are_those_of_the_standard (void)
{
  float pixels[] = { 255, 128, 128, 76, 85, 255, 29, 255, 107 };
  float partial[] = { 235, 128, 128, 16, 128, 128 };
  float deep[] = { 65535, 256, 255 };
  const float red_green[] = { 254, 0, 0 };

  ic_colour_from_ybr (pixels, 3, FALSE);
  assert_floats (pixels, ((float[]){ 255, 255, 255 }), 3);
  assert_floats (pixels + 3, red_green, 3);
  assert_floats (pixels + 6, ((float[]){ 0, 0, 254 }), 3);
  ic_colour_from_ybr (partial, 2, TRUE);
  assert_floats (partial, ((float[]){ 255, 255, 255, 0, 0, 0 }), 6);
  ic_colour_to_8_bits (deep, 1, 16);
  assert_floats (deep, ((float[]){ 255, 1, 0 }), 3);
}

static void
test_palette_gives_three_colours (void)
{
  g_autoptr(IcLut) red = make_lut (0, 16, (guint16[]){ 0x0100, 0xff00 }, 2);
  g_autoptr(IcLut) green = make_lut (0, 16, (guint16[]){ 0x0200, 0x8000 }, 2);
  g_autoptr(IcLut) blue = make_lut (0, 8, (guint16[]){ 3, 4 }, 2);
  IcLut *const palette[] = { red, green, blue };
  float pixels[6];

  ic_colour_from_palette (palette, (float[]){ 1, 0 }, 2, pixels);
  assert_floats (pixels, ((float[]){ 255, 128, 4, 1, 2, 3 }), 6);
}

/* Sizes */

static void
assert_fits (guint columns, guint rows, double aspect, guint edge, guint to_columns, guint to_rows)
{
  ic_picture_fit (&columns, &rows, aspect, edge);
  g_assert_cmpuint (columns, ==, to_columns);
  g_assert_cmpuint (rows, ==, to_rows);
}

static void
test_picture_keeps_its_proportions_and_never_grows (void)
{
  assert_fits (512, 512, 1, 128, 128, 128);
  assert_fits (2500, 3000, 1, 128, 107, 128);
  assert_fits (64, 32, 1, 128, 64, 32);
  assert_fits (100, 100, 2, 1000, 50, 100);
  assert_fits (100, 100, 0.5, 1000, 100, 50);
  assert_fits (65535, 1, 1, 128, 128, 1);
  assert_fits (10, 10, NAN, 5, 5, 5);
  assert_fits (10, 10, 1e300, 5, 5, 5);
}

/* Feeds an image of @columns by @rows whose samples are their own numbers. */
static void
feed (IcScaler *scaler, guint columns)
{
  g_autofree float *row = g_new (float, columns);

  for (guint y = ic_scaler_get_wanted_row (scaler); y != IC_SCALER_DONE;
       y = ic_scaler_get_wanted_row (scaler))
    {
      for (guint x = 0; x < columns; x++)
        row[x] = (float) (y * columns + x);
      ic_scaler_take_row (scaler, row);
    }
}

static void
test_boxes_are_averaged (void)
{
  g_autoptr(IcScaler) scaler = ic_scaler_new (4, 4, 2, 2, 1);
  g_autoptr(IcScaler) same = ic_scaler_new (3, 2, 3, 2, 1);
  const float expected[] = { 2.5f, 4.5f, 10.5f, 12.5f };
  const float unchanged[] = { 0, 1, 2, 3, 4, 5 };

  feed (scaler, 4);
  g_assert_cmpmem (ic_scaler_get_result (scaler), sizeof expected, expected, sizeof expected);
  feed (same, 3);
  g_assert_cmpmem (ic_scaler_get_result (same), sizeof unchanged, unchanged, sizeof unchanged);
}

static void
test_colours_are_averaged_apart (void)
{
  g_autoptr(IcScaler) scaler = ic_scaler_new (2, 1, 1, 1, 3);

  ic_scaler_take_row (scaler, (float[]){ 10, 20, 30, 20, 40, 60 });
  g_assert_cmpuint (ic_scaler_get_wanted_row (scaler), ==, IC_SCALER_DONE);
  g_assert_cmpmem (ic_scaler_get_result (scaler), 12, ((float[]){ 15, 30, 45 }), 12);
}

static void
test_padding_is_no_part_of_an_average (void)
{
  g_autoptr(IcScaler) scaler = ic_scaler_new (4, 1, 2, 1, 1);

  ic_scaler_set_padding (scaler, -2000, -1900);
  ic_scaler_take_row (scaler, (float[]){ -2000, 8, -1900, -1950 });
  g_assert_cmpfloat (ic_scaler_get_result (scaler)[0], ==, 8);
  g_assert_true (isnan (ic_scaler_get_result (scaler)[1]));
}

static void
test_few_of_very_many_rows_are_asked_for (void)
{
  g_autoptr(IcScaler) scaler = ic_scaler_new (1, 3000, 1, 3, 1);
  guint last = 0;
  guint n = 0;

  for (guint y = ic_scaler_get_wanted_row (scaler); y != IC_SCALER_DONE; n++)
    {
      g_assert_true (n == 0 || y > last);
      g_assert_cmpuint (y / 1000, ==, n / 8);
      last = y;
      ic_scaler_take_row (scaler, (float[]){ 1 });
      y = ic_scaler_get_wanted_row (scaler);
    }
  g_assert_cmpuint (n, ==, 24);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/samples/stored", test_only_the_bits_stored_count);
  g_test_add_func ("/samples/high", test_bits_may_stand_high_in_their_cell);
  g_test_add_func ("/samples/widths", test_every_width_is_unpacked);
  g_test_add_func ("/samples/32", test_32_bits_keep_their_sign);
  g_test_add_func ("/samples/endian", test_big_endian_words_and_swapped_bytes);
  g_test_add_func ("/samples/bits", test_single_bits_begin_anywhere);
  g_test_add_func ("/samples/chroma", test_halved_colours_are_shared_by_two_pixels);
  g_test_add_func ("/samples/refused", test_layouts_that_contradict_themselves_are_refused);
  g_test_add_func ("/voi/linear", test_linear_window_is_that_of_the_standard);
  g_test_add_func ("/voi/others", test_other_functions_are_those_of_the_standard);
  g_test_add_func ("/voi/none", test_window_without_width_is_none);
  g_test_add_func ("/voi/grey", test_grey_is_rescaled_windowed_and_inverted);
  g_test_add_func ("/voi/quick", test_quick_windowing_agrees_with_the_definition);
  g_test_add_func ("/lut/ends", test_table_goes_on_beyond_its_ends);
  g_test_add_func ("/lut/packed", test_packed_and_overstated_tables_are_read);
  g_test_add_func ("/lut/short", test_table_shorter_than_announced_is_refused);
  g_test_add_func ("/lut/segments", test_segments_are_unfolded);
  g_test_add_func ("/lut/nowhere", test_segments_that_lead_nowhere_are_refused);
  g_test_add_func ("/colour/ybr", test_colours_are_those_of_the_standard);
  g_test_add_func ("/colour/palette", test_palette_gives_three_colours);
  g_test_add_func ("/size/fit", test_picture_keeps_its_proportions_and_never_grows);
  g_test_add_func ("/scaler/boxes", test_boxes_are_averaged);
  g_test_add_func ("/scaler/colours", test_colours_are_averaged_apart);
  g_test_add_func ("/scaler/padding", test_padding_is_no_part_of_an_average);
  g_test_add_func ("/scaler/rows", test_few_of_very_many_rows_are_asked_for);
  return g_test_run ();
}
