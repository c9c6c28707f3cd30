/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/ic-query-match.h"

typedef struct
{
  const char *asked;
  const char *value;
  IcMatch expected;
} Case;

static void
check (IcQueryKey key, const Case *cases, gsize n)
{
  const IcQueryKeyInfo *info = ic_query_key_get_info (key);

  for (gsize i = 0; i < n; i++)
    {
      g_test_message ("%s: %s ~ %s", info->name, cases[i].asked, cases[i].value);
      g_assert_cmpint (ic_query_match_value (info, cases[i].asked, cases[i].value), ==,
                       cases[i].expected);
    }
}

static void
test_texts_match_with_wildcards (void)
{
  static const Case cases[] = {
    { "P1", "P1", IC_MATCH_FITS },
    { "P1", "P12", IC_MATCH_CONTRADICTS },
    { "P12", "P1", IC_MATCH_CONTRADICTS },
    { "P1", " p1 ", IC_MATCH_FITS },
    { "P*", "P", IC_MATCH_FITS },
    { "P?", "P", IC_MATCH_CONTRADICTS },
    { "P?", "P1", IC_MATCH_FITS },
    { "P?3", "Pä3", IC_MATCH_FITS },
    { "*-00*3", "PRACTICE-00403", IC_MATCH_FITS },
    { "*-00*3", "PRACTICE-00404", IC_MATCH_CONTRADICTS },
    { "*1*2", "1121112", IC_MATCH_FITS },
    { "**", "x", IC_MATCH_FITS },
    { "[P]1", "P1", IC_MATCH_CONTRADICTS },
    { "*", "", IC_MATCH_FITS },
    { "P1", "", IC_MATCH_UNKNOWN },
    { "", "P1", IC_MATCH_FITS },
    { NULL, "P1", IC_MATCH_FITS },
  };

  check (IC_QUERY_PATIENT_ID, cases, G_N_ELEMENTS (cases));
  check (IC_QUERY_ACCESSION_NUMBER, cases, G_N_ELEMENTS (cases));
}

static void
test_one_modality_of_several_is_enough (void)
{
  static const Case cases[] = {
    { "CT", "CT", IC_MATCH_FITS },         { "CT", "MR\\SR", IC_MATCH_CONTRADICTS },
    { "CT", "PT\\CT\\SR", IC_MATCH_FITS }, { "CT\\MR", "MR", IC_MATCH_FITS },
    { "CT", "", IC_MATCH_UNKNOWN },        { "ct", "CT ", IC_MATCH_FITS },
    { "C", "CT", IC_MATCH_CONTRADICTS },
  };

  check (IC_QUERY_MODALITIES_IN_STUDY, cases, G_N_ELEMENTS (cases));
  check (IC_QUERY_MODALITY, cases, G_N_ELEMENTS (cases));
}

static void
test_dates_match_days_and_ranges (void)
{
  static const Case cases[] = {
    { "20260214", "20260214", IC_MATCH_FITS },
    { "20260214", "20260215", IC_MATCH_CONTRADICTS },
    { "20260214", "2026.02.14", IC_MATCH_FITS },
    { "20260101-20260214", "20260101", IC_MATCH_FITS },
    { "20260101-20260214", "20260214", IC_MATCH_FITS },
    { "20260101-20260214", "20260215", IC_MATCH_CONTRADICTS },
    { "20260101-", "20251231", IC_MATCH_CONTRADICTS },
    { "20260101-", "20270101", IC_MATCH_FITS },
    { "-20260214", "20260215", IC_MATCH_CONTRADICTS },
    { "-20260214", "19000101", IC_MATCH_FITS },
    { "20260214", "", IC_MATCH_UNKNOWN },
    { "20260214", "spring", IC_MATCH_FITS }, /* that node has its own ways */
  };

  check (IC_QUERY_STUDY_DATE, cases, G_N_ELEMENTS (cases));
  check (IC_QUERY_PATIENT_BIRTH_DATE, cases, G_N_ELEMENTS (cases));
}

static void
test_uids_match_lists (void)
{
  static const Case cases[] = {
    { "1.2.3", "1.2.3", IC_MATCH_FITS },
    { "1.2.3", "1.2.33", IC_MATCH_CONTRADICTS },
    { "1.2.3\\1.2.4", "1.2.4", IC_MATCH_FITS },
  };

  check (IC_QUERY_STUDY_INSTANCE_UID, cases, G_N_ELEMENTS (cases));
}

static void
test_names_are_left_to_the_node (void)
{
  static const Case cases[] = { { "MEYER*", "Maier^Karl", IC_MATCH_FITS } };

  check (IC_QUERY_PATIENT_NAME, cases, G_N_ELEMENTS (cases));
}

static void
test_a_row_is_as_bad_as_its_worst_value (void)
{
  g_autoptr(IcQuery) query = ic_query_new (IC_LEVEL_STUDY);
  const char *values[IC_N_QUERY_KEYS] = { NULL };
  IcQueryKey key = IC_N_QUERY_KEYS;

  for (guint i = 0; i < IC_N_QUERY_KEYS; i++)
    values[i] = "";
  g_assert_cmpint (ic_query_match_row (query, values, &key), ==, IC_MATCH_FITS);
  ic_query_set (query, IC_QUERY_STUDY_DATE, "20260214");
  ic_query_set (query, IC_QUERY_MODALITIES_IN_STUDY, "CT");
  values[IC_QUERY_STUDY_DATE] = "20260214";
  g_assert_cmpint (ic_query_match_row (query, values, &key), ==, IC_MATCH_UNKNOWN);
  g_assert_cmpint (key, ==, IC_QUERY_MODALITIES_IN_STUDY);
  values[IC_QUERY_STUDY_DATE] = "20260215";
  g_assert_cmpint (ic_query_match_row (query, values, &key), ==, IC_MATCH_CONTRADICTS);
  g_assert_cmpint (key, ==, IC_QUERY_STUDY_DATE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/match/text", test_texts_match_with_wildcards);
  g_test_add_func ("/match/modality", test_one_modality_of_several_is_enough);
  g_test_add_func ("/match/date", test_dates_match_days_and_ranges);
  g_test_add_func ("/match/uid", test_uids_match_lists);
  g_test_add_func ("/match/name", test_names_are_left_to_the_node);
  g_test_add_func ("/match/row", test_a_row_is_as_bad_as_its_worst_value);
  return g_test_run ();
}
