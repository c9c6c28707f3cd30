/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/ic-frame-cache.h"
#include "model/ic-viewer-series.h"
#include "model/ic-viewport.h"
#include "model/ic-window-preset.h"
#include "picture/ic-frame-render.h"
#include "picture/ic-pixels.h"

#include <math.h>
#include <string.h>

#define PAGE 4096

static IcFrame *
make_frame (IcFrameFormat format, guint columns, guint rows, gconstpointer samples)
{
  IcFrame *frame = ic_frame_new ();
  const gsize size = (gsize) columns * rows * ic_frame_format_get_bytes (format);

  frame->columns = columns;
  frame->rows = rows;
  frame->format = format;
  frame->samples =
      samples != NULL ? g_bytes_new (samples, size) : g_bytes_new_take (g_malloc0 (size), size);
  frame->low = 0;
  frame->high = 1000;
  return frame;
}

static void
assert_spot (IcSpot spot, double x, double y)
{
  g_assert_cmpfloat_with_epsilon (spot.x, x, 1e-9);
  g_assert_cmpfloat_with_epsilon (spot.y, y, 1e-9);
}

/* The cache */

static void
test_cache_keeps_its_bounds_and_what_was_looked_at_last (void)
{
  g_autoptr(IcFrameCache) cache = ic_frame_cache_new (4 * PAGE, 100);
  g_autoptr(IcFrame) frame = make_frame (IC_FRAME_U8, 64, 64, NULL);

  for (int i = 0; i < 20; i++)
    {
      g_autofree char *key = g_strdup_printf ("%d", i);

      ic_frame_cache_insert (cache, key, frame);
      ic_frame_cache_look_up (cache, "0");
      g_assert_cmpuint (ic_frame_cache_get_bytes (cache), <=, 4 * PAGE);
    }
  g_assert_cmpuint (ic_frame_cache_count (cache), ==, 4);
  g_assert_nonnull (ic_frame_cache_look_up (cache, "0"));
  g_assert_nonnull (ic_frame_cache_look_up (cache, "19"));
  g_assert_null (ic_frame_cache_look_up (cache, "16"));
}

static void
test_cache_counts_small_frames_as_pages_and_bounds_their_number (void)
{
  g_autoptr(IcFrameCache) cache = ic_frame_cache_new (1000 * PAGE, 10);
  g_autoptr(IcFrame) frame = make_frame (IC_FRAME_U8, 2, 2, NULL);

  ic_frame_cache_insert (cache, "0", frame);
  g_assert_cmpuint (ic_frame_cache_get_bytes (cache), ==, PAGE);
  ic_frame_cache_insert (cache, "0", frame);
  g_assert_cmpuint (ic_frame_cache_get_bytes (cache), ==, PAGE);
  for (int i = 0; i < 50; i++)
    {
      g_autofree char *key = g_strdup_printf ("%d", i);

      ic_frame_cache_insert (cache, key, frame);
    }
  g_assert_cmpuint (ic_frame_cache_count (cache), ==, 10);
}

static void
test_frame_larger_than_the_cache_is_still_shown (void)
{
  g_autoptr(IcFrameCache) cache = ic_frame_cache_new (PAGE, 10);
  g_autoptr(IcFrame) frame = make_frame (IC_FRAME_U16, 100, 100, NULL);

  ic_frame_cache_insert (cache, "small", frame);
  ic_frame_cache_insert (cache, "large", frame);
  g_assert_true (ic_frame_cache_look_up (cache, "large") == frame);
  g_assert_cmpuint (ic_frame_cache_count (cache), ==, 1);
}

/* Geometry */

static void
test_places_on_the_canvas_and_in_the_picture_belong_together (void)
{
  const IcScene scene = { 200, 100, 1.5, 640, 480 };
  IcViewport viewport = IC_VIEWPORT_INIT;

  for (guint turns = 0; turns < 4; turns++)
    for (int flipped = 0; flipped < 2; flipped++)
      {
        IcSpot spot = { 17.25, 80.5 };

        viewport.turns = turns;
        viewport.flipped = flipped;
        viewport.zoom = 0.75;
        viewport.pan[0] = 31;
        spot = ic_viewport_to_canvas (&viewport, &scene, spot);
        spot = ic_viewport_to_picture (&viewport, &scene, spot);
        assert_spot (spot, 17.25, 80.5);
      }
}

static void
test_picture_fits_whole_also_on_its_side (void)
{
  const IcScene scene = { 200, 100, 1, 400, 400 };
  IcViewport viewport = IC_VIEWPORT_INIT;

  assert_spot (ic_viewport_to_canvas (&viewport, &scene, (IcSpot){ 0, 0 }), 0, 100);
  ic_viewport_turn (&viewport, 1);
  /* the top left corner is now at the top right */
  assert_spot (ic_viewport_to_canvas (&viewport, &scene, (IcSpot){ 0, 0 }), 300, 0);
  ic_viewport_turn (&viewport, -1);
  ic_viewport_flip (&viewport);
  assert_spot (ic_viewport_to_canvas (&viewport, &scene, (IcSpot){ 0, 0 }), 400, 100);
}

static void
test_zooming_keeps_what_is_under_the_pointer (void)
{
  const IcScene scene = { 512, 512, 1, 800, 600 };
  const IcSpot pointer = { 123, 456 };
  IcViewport viewport = IC_VIEWPORT_INIT;
  const IcSpot before = ic_viewport_to_picture (&viewport, &scene, pointer);

  ic_viewport_zoom_at (&viewport, &scene, 3, pointer);
  const IcSpot after = ic_viewport_to_picture (&viewport, &scene, pointer);
  assert_spot (after, before.x, before.y);
}

static void
test_length_is_in_mm_only_where_the_file_says_so (void)
{
  const IcImageFacts values = {
    .n_frames = 1, .spacing = IC_SPACING_PIXEL, .row_spacing = 2, .column_spacing = 0.5
  };
  g_autoptr(IcImageFacts) facts = ic_image_facts_new (&values);
  double length = 0;

  g_assert_true (ic_measure (facts, (IcSpot){ 0, 0 }, (IcSpot){ 6, 2 }, &length));
  g_assert_cmpfloat_with_epsilon (length, 5, 1e-9);
  g_assert_false (ic_measure (NULL, (IcSpot){ 0, 0 }, (IcSpot){ 3, 4 }, &length));
  g_assert_cmpfloat_with_epsilon (length, 5, 1e-9);
}

static void
test_sides_of_the_patient_turn_with_the_picture (void)
{
  const IcImageFacts values = { .n_frames = 1, .strings[IC_FACT_PATIENT_ORIENTATION] = "L\\P" };
  g_autoptr(IcImageFacts) facts = ic_image_facts_new (&values);
  IcViewport viewport = IC_VIEWPORT_INIT;
  char *sides[4] = { NULL };
  static const char *const expected[] = { "RALP", "PRAL", "LARP" };

  for (int look = 0; look < 3; look++)
    {
      viewport = IC_VIEWPORT_INIT;
      viewport.turns = look == 1;
      viewport.flipped = look == 2;
      ic_viewport_dup_sides (&viewport, facts, 0, sides);
      for (int i = 0; i < 4; i++)
        {
          g_assert_cmpint (sides[i][0], ==, expected[look][i]);
          g_assert_cmpint (sides[i][1], ==, '\0');
          g_free (sides[i]);
        }
    }
}

/* Windows */

static void
test_drag_widens_and_moves_the_window_in_proportion (void)
{
  g_autoptr(IcFrame) frame = make_frame (IC_FRAME_U16, 1, 1, NULL);
  const IcVoiWindow window = { 40, 400, IC_VOI_LINEAR };
  IcViewport viewport = IC_VIEWPORT_INIT;

  g_array_append_val (frame->windows, window);
  ic_viewport_drag_window (&viewport, frame, 1000, 50, -25);
  g_assert_cmpfloat_with_epsilon (viewport.window.width, 500, 1e-9);
  g_assert_cmpfloat_with_epsilon (viewport.window.centre, -10, 1e-9);
  ic_viewport_drag_window (&viewport, frame, 1000, -100000, 0);
  g_assert_true (ic_voi_window_is_valid (&viewport.window));
}

static void
test_windows_of_the_file_come_first (void)
{
  g_autoptr(IcFrame) frame = make_frame (IC_FRAME_S16, 1, 1, NULL);
  const IcVoiWindow window = { -600, 1600, IC_VOI_LINEAR };
  g_autoptr(GPtrArray) presets = NULL;

  g_array_append_val (frame->windows, window);
  presets = ic_window_preset_list (frame, "CT");
  g_assert_cmpuint (presets->len, ==, IC_WINDOW_PRESETS_MAX);
  g_assert_cmpfloat (((const IcWindowPreset *) presets->pdata[0])->window.width, ==, 1600);
  g_assert_cmpfloat (((const IcWindowPreset *) presets->pdata[2])->window.width, ==, 400);
}

static void
test_frame_becomes_grey_as_the_window_says_and_padding_black (void)
{
  const gint16 samples[] = { -2000, -1000, 0, 1000, 30000, -32768 };
  g_autoptr(IcFrame) frame = make_frame (IC_FRAME_S16, 6, 1, samples);
  IcGrey grey = { .slope = 1, .window = { 0, 2001, IC_VOI_LINEAR } };
  guint8 bytes[6] = { 0 };
  guint8 negative[6] = { 0 };

  frame->has_padding = TRUE;
  frame->padding_low = frame->padding_high = -2000;
  ic_frame_render (frame, &grey, FALSE, bytes);
  g_assert_cmpuint (bytes[1], ==, 0);
  g_assert_cmpuint (bytes[2], ==, 128);
  g_assert_cmpuint (bytes[3], ==, 255);
  g_assert_cmpuint (bytes[4], ==, 255);
  g_assert_cmpuint (bytes[5], ==, 0);
  ic_frame_render (frame, &grey, TRUE, negative);
  g_assert_cmpuint (negative[0], ==, 0);
  g_assert_cmpuint (negative[1], ==, 255);
  g_assert_cmpuint (negative[3], ==, 0);
}

static void
test_smaller_frame_is_an_average_without_padding (void)
{
  const guint16 samples[] = { 10, 30, 7, 20, 65535, 9 };
  g_autoptr(IcFrame) frame = make_frame (IC_FRAME_U16, 3, 2, samples);
  g_autoptr(IcFrame) small = NULL;
  const guint16 *found = NULL;

  frame->has_padding = TRUE;
  frame->padding_low = frame->padding_high = 65535;
  small = ic_frame_shrink (frame, 2);
  g_assert_cmpuint (small->columns, ==, 2);
  g_assert_cmpuint (small->rows, ==, 1);
  found = g_bytes_get_data (small->samples, NULL);
  g_assert_cmpuint (found[0], ==, 20);
  g_assert_cmpuint (found[1], ==, 8);
}

static void
test_picture_in_its_own_size_is_laid_pixel_by_pixel (void)
{
  const guint8 pixels[] = { 1, 2, 3, 4, 5, 6 };
  const IcPixels source = { pixels, 3, 2, 1 };
  const IcScene scene = { 3, 2, 1, 2, 3 };
  /* a quarter to the right: the left column, from below, is the first row */
  static const guint8 expected[] = { 4, 1, 5, 2, 6, 3 };
  IcViewport viewport = { .zoom = 1, .turns = 1 };
  guint8 bgra[24] = { 0 };
  double back[6] = { 0 };

  ic_viewport_get_back (&viewport, &scene, 1, back);
  ic_pixels_lay (&source, back, 2, 3, bgra);
  for (int i = 0; i < 6; i++)
    {
      g_assert_cmpuint (bgra[4 * i], ==, expected[i]);
      g_assert_cmpuint (bgra[4 * i + 3], ==, 255);
    }
}

/* What ic_pixels_lay() promises, pixel by pixel and in floating point. */
static double
look_up (const IcPixels *source, double column, double row, guint channel)
{
  const double x = CLAMP (column - 0.5, 0, source->columns - 1.0);
  const double y = CLAMP (row - 0.5, 0, source->rows - 1.0);
  const guint left = (guint) x;
  const guint top = (guint) y;
  const guint right = MIN (left + 1, source->columns - 1);
  const guint bottom = MIN (top + 1, source->rows - 1);
  const guint8 *p = source->pixels + channel;
  const guint n = source->channels;
  const double u = x - left;
  const double v = y - top;

  return (1 - v) * ((1 - u) * p[(top * source->columns + left) * n] +
                    u * p[(top * source->columns + right) * n]) +
         v * ((1 - u) * p[(bottom * source->columns + left) * n] +
              u * p[(bottom * source->columns + right) * n]);
}

static void
compare_laid (const IcPixels *source, const double back[6], guint width, guint height)
{
  g_autofree guint8 *bgra = g_malloc ((gsize) width * height * 4);

  ic_pixels_lay (source, back, width, height, bgra);
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      {
        const double column = back[0] * (x + 0.5) + back[1] * (y + 0.5) + back[2];
        const double row = back[3] * (x + 0.5) + back[4] * (y + 0.5) + back[5];
        const gboolean is_outside =
            column < 0 || row < 0 || column > source->columns || row > source->rows;
        const guint8 *pixel = bgra + 4 * ((gsize) y * width + x);

        for (guint channel = 0; channel < 3; channel++)
          g_assert_cmpfloat_with_epsilon (pixel[2 - channel],
                                          is_outside
                                              ? 0
                                              : look_up (source, column, row,
                                                         source->channels == 3 ? channel : 0),
                                          is_outside ? 0.5 : 2.5);
      }
}

static void
test_picture_is_laid_between_its_pixels_whatever_way_it_is_turned (void)
{
  const IcScene scene = { 23, 17, 1.25, 61, 47 };
  guint8 pixels[23 * 17 * 3];

  for (gsize i = 0; i < sizeof pixels; i++)
    pixels[i] = (guint8) (i * 7 + i / 23 * 3);
  for (guint channels = 1; channels <= 3; channels += 2)
    for (guint turns = 0; turns < 4; turns++)
      for (int flipped = 0; flipped < 2; flipped++)
        {
          const IcPixels source = { pixels, 23, 17, channels };
          IcViewport viewport = { .zoom = 1.7, .pan = { 9, -14 }, .turns = turns };
          double back[6] = { 0 };

          viewport.flipped = flipped;
          ic_viewport_get_back (&viewport, &scene, 1, back);
          compare_laid (&source, back, 61, 47);
        }
}

/* The stack */

static IcStudy *
make_study (guint n_first, guint n_second)
{
  IcStudy *study = ic_study_new ();
  const guint counts[] = { n_first, n_second };

  for (guint s = 0; s < 2; s++)
    {
      IcSeries *series = ic_series_new (study->texts);

      for (guint i = 0; i < counts[s]; i++)
        {
          IcInstance *instance = ic_series_add_instance (series);
          g_autofree char *path = g_strdup_printf ("%u/%u", s, i);

          instance->path = ic_texts_keep (series->texts, path);
        }
      g_ptr_array_add (study->series, series);
    }
  return study;
}

/* @from and then every @step mm. */
static void
describe (IcViewerSeries *series, guint n, double from, double step, const char *reference)
{
  g_autoptr(GPtrArray) facts =
                 g_ptr_array_new_with_free_func ((GDestroyNotify) ic_image_facts_unref);

  for (guint i = 0; i < n; i++)
    {
      IcPlane plane = { { 0, 0, from + i * step }, { 1, 0, 0, 0, 1, 0 } };
      const IcImageFacts values = { .n_frames = 1,
                                    .n_planes = 1,
                                    .planes = &plane,
                                    .strings[IC_FACT_FRAME_OF_REFERENCE_UID] = reference };

      g_ptr_array_add (facts, ic_image_facts_new (&values));
    }
  ic_viewer_series_take_facts (series, 0, facts);
}

static void
test_second_series_follows_by_position_where_both_have_one (void)
{
  g_autoptr(IcStudy) study = make_study (11, 5);
  g_autoptr(IcViewerSeries) first = ic_viewer_series_new (study, 0);
  g_autoptr(IcViewerSeries) second = ic_viewer_series_new (study, 1);
  gboolean by_position = FALSE;

  describe (first, 11, 0, 1, "1.2");
  describe (second, 5, 8, -2, "1.2");
  g_assert_cmpuint (ic_viewer_series_match (second, first, 6, &by_position), ==, 1);
  g_assert_true (by_position);
  describe (second, 5, 8, -2, "1.3");
  g_assert_cmpuint (ic_viewer_series_match (second, first, 5, &by_position), ==, 2);
  g_assert_false (by_position);
}

static void
test_frames_become_slots_when_their_number_is_known (void)
{
  g_autoptr(IcStudy) study = make_study (3, 1);
  g_autoptr(IcViewerSeries) series = ic_viewer_series_new (study, 0);
  g_autoptr(GPtrArray) facts =
                 g_ptr_array_new_with_free_func ((GDestroyNotify) ic_image_facts_unref);
  const IcImageFacts values = { .n_frames = 4 };
  const IcInstance *last = ((const IcSeries *) study->series->pdata[0])->instances->pdata[2];
  gboolean failed = FALSE;

  g_assert_cmpuint (ic_viewer_series_count (series), ==, 3);
  g_ptr_array_add (facts, ic_image_facts_new (&values));
  ic_viewer_series_take_facts (series, 1, facts);
  g_assert_cmpuint (ic_viewer_series_count (series), ==, 6);
  g_assert_cmpuint (ic_viewer_series_get_address (series, 3).frame, ==, 2);
  g_assert_cmpuint (ic_viewer_series_find (series, last, 0), ==, 5);
  g_assert_null (ic_viewer_series_get_facts (series, 0, &failed));
  g_assert_false (failed);
}

static void
test_what_comes_next_is_wanted_first (void)
{
  g_autoptr(IcStudy) study = make_study (200, 1);
  g_autoptr(IcViewerSeries) series = ic_viewer_series_new (study, 0);
  IcFrameAddress wanted[IC_VIEWER_AHEAD + IC_VIEWER_BEHIND + 1];

  g_assert_cmpuint (ic_viewer_series_list_wanted (series, 100, -1, wanted), ==,
                    G_N_ELEMENTS (wanted));
  g_assert_cmpstr (wanted[0].path, ==, "0/100");
  g_assert_cmpstr (wanted[1].path, ==, "0/99");
  g_assert_cmpstr (wanted[2].path, ==, "0/101");
  g_assert_cmpuint (ic_viewer_series_list_wanted (series, 0, -1, wanted), ==, IC_VIEWER_BEHIND + 1);
}

static void
test_facts_survive_the_wire_and_lies_do_not (void)
{
  IcPlane planes[2] = { { { 1, 2, 3 }, { 1, 0, 0, 0, 1, 0 } }, { { 4, 5, 6 }, { 0 } } };
  IcImageFacts values = { .n_frames = 2, .n_planes = 2, .planes = planes, .frame_ms = 40 };
  g_autoptr(IcImageFacts) facts = NULL;
  g_autoptr(GVariant) packed = NULL;
  g_autoptr(GVariant) lie = NULL;

  values.strings[IC_FACT_PATIENT_NAME] = "Doe^Jane";
  facts = ic_image_facts_new (&values);
  packed = g_variant_ref_sink (ic_image_facts_pack (facts));
  g_clear_pointer (&facts, ic_image_facts_unref);
  facts = ic_image_facts_unpack (packed);
  g_assert_nonnull (facts);
  g_assert_cmpstr (facts->strings[IC_FACT_PATIENT_NAME], ==, "Doe^Jane");
  g_assert_cmpfloat (ic_image_facts_get_plane (facts, 1)->position[2], ==, 6);
  facts->n_frames = 7; /* and two planes */
  lie = g_variant_ref_sink (ic_image_facts_pack (facts));
  g_assert_null (ic_image_facts_unpack (lie));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/viewer/cache", test_cache_keeps_its_bounds_and_what_was_looked_at_last);
  g_test_add_func ("/viewer/cache-small",
                   test_cache_counts_small_frames_as_pages_and_bounds_their_number);
  g_test_add_func ("/viewer/cache-large", test_frame_larger_than_the_cache_is_still_shown);
  g_test_add_func ("/viewer/places", test_places_on_the_canvas_and_in_the_picture_belong_together);
  g_test_add_func ("/viewer/fit", test_picture_fits_whole_also_on_its_side);
  g_test_add_func ("/viewer/zoom", test_zooming_keeps_what_is_under_the_pointer);
  g_test_add_func ("/viewer/length", test_length_is_in_mm_only_where_the_file_says_so);
  g_test_add_func ("/viewer/sides", test_sides_of_the_patient_turn_with_the_picture);
  g_test_add_func ("/viewer/drag", test_drag_widens_and_moves_the_window_in_proportion);
  g_test_add_func ("/viewer/presets", test_windows_of_the_file_come_first);
  g_test_add_func ("/viewer/grey", test_frame_becomes_grey_as_the_window_says_and_padding_black);
  g_test_add_func ("/viewer/shrink", test_smaller_frame_is_an_average_without_padding);
  g_test_add_func ("/viewer/lay", test_picture_in_its_own_size_is_laid_pixel_by_pixel);
  g_test_add_func ("/viewer/laid-between-pixels",
                   test_picture_is_laid_between_its_pixels_whatever_way_it_is_turned);
  g_test_add_func ("/viewer/match", test_second_series_follows_by_position_where_both_have_one);
  g_test_add_func ("/viewer/slots", test_frames_become_slots_when_their_number_is_known);
  g_test_add_func ("/viewer/wanted", test_what_comes_next_is_wanted_first);
  g_test_add_func ("/viewer/wire", test_facts_survive_the_wire_and_lies_do_not);
  return g_test_run ();
}
