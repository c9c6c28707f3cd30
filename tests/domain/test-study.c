/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/ic-expectation.h"
#include "domain/ic-study.h"

static void
add_instance (IcSeries *series, const char *uid, const char *number)
{
  IcInstance *instance = ic_series_add_instance (series);

  instance->sop_instance_uid = uid;
  instance->number = number;
  instance->size_bytes = 10;
}

static void
test_instances_sort_by_number_not_by_letters (void)
{
  g_autoptr(IcStudy) study = ic_study_new ();
  IcSeries *series = ic_series_new (study->texts);

  series->series_uid = g_strdup ("1");
  series->number = g_strdup ("1");
  g_ptr_array_add (study->series, series);
  add_instance (series, "1.3", "10");
  add_instance (series, "1.2", "9");
  add_instance (series, "1.1", "9");
  ic_study_sort (study);
  g_assert_cmpstr (((IcInstance *) series->instances->pdata[0])->sop_instance_uid, ==, "1.1");
  g_assert_cmpstr (((IcInstance *) series->instances->pdata[2])->sop_instance_uid, ==, "1.3");
  g_assert_cmpuint (ic_study_count_instances (study), ==, 3);
  g_assert_cmpuint (ic_study_sum_size_bytes (study), ==, 30);
}

static IcExpectation *
make_expectation (const char *last_uid)
{
  IcExpectation *self = ic_expectation_new ("1", "ARCHIVE", 0);
  IcExpectedSeries *series = ic_expectation_add_series (self, "1.1");

  self->basis = IC_BASIS_UID_LIST;
  ic_expected_series_add (series, "1.1.1");
  ic_expected_series_add (series, last_uid);
  series->count = 2;
  return self;
}

static void
test_expectation_counts_the_images_of_its_series (void)
{
  g_autoptr(IcExpectation) expectation = make_expectation ("1.1.2");

  g_assert_cmpuint (ic_expectation_count (expectation), ==, 2);
}

static void
test_basis_survives_its_name (void)
{
  for (IcBasis basis = IC_BASIS_NONE; basis <= IC_BASIS_UID_LIST; basis++)
    g_assert_cmpint (ic_basis_from_string (ic_basis_to_string (basis)), ==, basis);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/study/sort", test_instances_sort_by_number_not_by_letters);
  g_test_add_func ("/expectation/count", test_expectation_counts_the_images_of_its_series);
  g_test_add_func ("/expectation/basis", test_basis_survives_its_name);
  return g_test_run ();
}
