/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-error.h"
#include "disc/ic-volume-split.h"
#include "fixture.h"

#define MB (1024 * 1024)

/* A study whose images have @image_bytes each. */
static IcStudy *
make_study (guint number, guint n_series, guint n_instances, guint64 image_bytes)
{
  IcStudy *study = fixture_study_new (number, n_series, n_instances);

  for (guint i = 0; i < n_series; i++)
    {
      IcSeries *series = study->series->pdata[i];

      for (guint k = 0; k < n_instances; k++)
        ((IcInstance *) series->instances->pdata[k])->size_bytes = image_bytes;
    }
  return study;
}

static GPtrArray *
make_studies (IcStudy *first, IcStudy *second)
{
  GPtrArray *studies = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_study_unref);

  g_ptr_array_add (studies, first);
  if (second != NULL)
    g_ptr_array_add (studies, second);
  return studies;
}

static GPtrArray *
split (GPtrArray *studies, guint64 capacity_bytes)
{
  g_autoptr(GError) error = NULL;
  guint64 needed_bytes = 0;
  GPtrArray *volumes = ic_volume_split (studies, capacity_bytes, NULL, NULL, &needed_bytes, &error);

  g_assert_no_error (error);
  return volumes;
}

static guint
count_instances (GPtrArray *studies)
{
  guint n = 0;

  for (guint i = 0; i < studies->len; i++)
    n += ic_study_count_instances (studies->pdata[i]);
  return n;
}

static guint64
sum_sizes (GPtrArray *studies)
{
  guint64 size_bytes = 0;

  for (guint i = 0; i < studies->len; i++)
    size_bytes += ic_study_sum_size_bytes (studies->pdata[i]);
  return size_bytes;
}

static void
test_what_fits_goes_on_one_medium (void)
{
  g_autoptr(GPtrArray) studies = make_studies (make_study (1, 2, 3, MB), make_study (2, 1, 1, MB));
  g_autoptr(GPtrArray) volumes = split (studies, 700 * MB);

  g_assert_cmpuint (volumes->len, ==, 1);
  g_assert_cmpuint (count_instances (volumes->pdata[0]), ==, 7);
}

static void
test_a_study_stays_together_where_a_medium_holds_it (void)
{
  g_autoptr(GPtrArray) studies =
                 make_studies (make_study (1, 1, 60, MB), make_study (2, 1, 60, MB));
  g_autoptr(GPtrArray) volumes = split (studies, 100 * MB);
  GPtrArray *second = volumes->pdata[1];

  g_assert_cmpuint (volumes->len, ==, 2);
  g_assert_cmpuint (count_instances (volumes->pdata[0]), ==, 60);
  g_assert_cmpuint (second->len, ==, 1);
  g_assert_cmpstr (((IcStudy *) second->pdata[0])->study_uid, ==, "1.2.2");
}

static void
test_a_large_study_is_divided_between_its_series (void)
{
  g_autoptr(GPtrArray) studies = make_studies (make_study (1, 3, 40, MB), NULL);
  g_autoptr(GPtrArray) volumes = split (studies, 100 * MB);
  GPtrArray *first = volumes->pdata[0];
  GPtrArray *second = volumes->pdata[1];

  g_assert_cmpuint (volumes->len, ==, 2);
  g_assert_cmpuint (((IcStudy *) first->pdata[0])->series->len, ==, 2);
  g_assert_cmpuint (((IcStudy *) second->pdata[0])->series->len, ==, 1);
  g_assert_cmpstr (((IcStudy *) second->pdata[0])->study_uid, ==, "1.2.1");
}

static void
test_a_large_series_is_divided_between_its_images (void)
{
  g_autoptr(GPtrArray) studies = make_studies (make_study (1, 1, 250, MB), NULL);
  g_autoptr(GPtrArray) volumes = split (studies, 100 * MB);
  guint n = 0;

  g_assert_cmpuint (volumes->len, ==, 3);
  for (guint i = 0; i < volumes->len; i++)
    n += count_instances (volumes->pdata[i]);
  g_assert_cmpuint (n, ==, 250);
}

static void
test_an_image_larger_than_the_medium_is_named (void)
{
  g_autoptr(GPtrArray) studies = make_studies (make_study (1, 1, 1, 200 * MB), NULL);
  g_autoptr(GPtrArray) volumes = NULL;
  g_autoptr(GError) error = NULL;
  guint64 needed_bytes = 0;

  volumes = ic_volume_split (studies, 100 * MB, NULL, NULL, &needed_bytes, &error);
  g_assert_null (volumes);
  g_assert_error (error, IC_ERROR, IC_ERROR_NO_SPACE);
  g_assert_nonnull (g_strstr_len (error->message, -1, "1.2.1.1.1"));
  g_assert_cmpuint (needed_bytes, >, 200 * MB);
  g_clear_error (&error);
  volumes = ic_volume_split (studies, needed_bytes, NULL, NULL, &needed_bytes, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (volumes->len, ==, 1);
}

static void
test_capacities_have_names (void)
{
  guint64 capacity_bytes = 0;

  g_assert_true (ic_volume_parse_capacity ("cd", &capacity_bytes));
  g_assert_cmpuint (capacity_bytes, <, 359844 * (guint64) 2048);
  g_assert_true (ic_volume_parse_capacity ("20000000", &capacity_bytes));
  g_assert_cmpuint (capacity_bytes, ==, 20000000);
  g_assert_false (ic_volume_parse_capacity ("floppy", &capacity_bytes));
  g_assert_false (ic_volume_parse_capacity ("1000", &capacity_bytes));
  g_assert_false (ic_volume_parse_capacity ("-1", &capacity_bytes));
}

static void
collect (GPtrArray *studies, GHashTable *seen)
{
  for (guint i = 0; i < studies->len; i++)
    {
      IcStudy *study = studies->pdata[i];

      for (guint k = 0; k < study->series->len; k++)
        {
          IcSeries *series = study->series->pdata[k];

          g_assert_cmpuint (series->instances->len, >, 0);
          for (guint m = 0; m < series->instances->len; m++)
            {
              const IcInstance *instance = series->instances->pdata[m];

              g_assert_true (g_hash_table_add (seen, (gpointer) instance->sop_instance_uid));
            }
        }
    }
}

static GPtrArray *
make_random_studies (GRand *chance)
{
  GPtrArray *studies = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_study_unref);

  for (guint i = 0; i < 6; i++)
    g_ptr_array_add (studies, make_study (i, g_rand_int_range (chance, 1, 8),
                                          g_rand_int_range (chance, 1, 40),
                                          g_rand_int_range (chance, 1, 9 * MB)));
  return studies;
}

static void
test_every_image_is_on_exactly_one_medium_and_none_overflows (void)
{
  g_autoptr(GRand) chance = g_rand_new_with_seed (20261122);

  for (guint round = 0; round < 200; round++)
    {
      guint64 capacity_bytes = g_rand_int_range (chance, 20, 400) * (guint64) MB;
      g_autoptr(GPtrArray) studies = make_random_studies (chance);
      g_autoptr(GPtrArray) volumes = split (studies, capacity_bytes);
      g_autoptr(GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

      for (guint i = 0; i < volumes->len; i++)
        {
          collect (volumes->pdata[i], seen);
          g_assert_cmpuint (sum_sizes (volumes->pdata[i]), <, capacity_bytes);
        }
      g_assert_cmpuint (g_hash_table_size (seen), ==, count_instances (studies));
    }
}

/* 200,000 take 20 MB. */
static void
test_parts_of_a_series_share_its_images_and_outlive_it (void)
{
  GPtrArray *studies = make_studies (make_study (1, 1, 100, MB), NULL);
  const IcSeries *whole = ((IcStudy *) studies->pdata[0])->series->pdata[0];
  const IcInstance *first = whole->instances->pdata[0];
  g_autoptr(GPtrArray) volumes = split (studies, 60 * MB);
  const IcStudy *part = ((GPtrArray *) volumes->pdata[0])->pdata[0];
  const IcSeries *series = part->series->pdata[0];

  g_assert_cmpuint (volumes->len, ==, 2);
  g_assert_true (series->instances->pdata[0] == first);
  g_ptr_array_unref (studies);
  g_assert_cmpuint (first->size_bytes, ==, MB);
  g_assert_cmpuint (count_instances (volumes->pdata[0]) + count_instances (volumes->pdata[1]), ==,
                    100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/volume-split/one-medium", test_what_fits_goes_on_one_medium);
  g_test_add_func ("/volume-split/by-study", test_a_study_stays_together_where_a_medium_holds_it);
  g_test_add_func ("/volume-split/by-series", test_a_large_study_is_divided_between_its_series);
  g_test_add_func ("/volume-split/by-image", test_a_large_series_is_divided_between_its_images);
  g_test_add_func ("/volume-split/shared", test_parts_of_a_series_share_its_images_and_outlive_it);
  g_test_add_func ("/volume-split/too-large", test_an_image_larger_than_the_medium_is_named);
  g_test_add_func ("/volume-split/names", test_capacities_have_names);
  g_test_add_func ("/volume-split/random",
                   test_every_image_is_on_exactly_one_medium_and_none_overflows);
  return g_test_run ();
}
