/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A part of a study goes out: what was left at home on purpose is not missing, and nothing passes
 * for more than it is.
 */
#include "domain/ic-proof.h"

#include <string.h>

#define STUDY "1.2"
#define LUNG "1.2.3"
#define SCOUT "1.2.4"

static const char *const lung_only[] = { LUNG, NULL };
static const char *const second_image[] = { LUNG ".2", NULL };
static const char *const unknown_image[] = { LUNG ".2", LUNG ".99", NULL };

static void
add_series (IcExpectation *expectation, IcBasis basis, const char *series_uid, guint n)
{
  IcExpectedSeries *series = ic_expectation_add_series (expectation, series_uid);

  expectation->basis = basis;
  series->count = n;
  for (guint i = 1; basis == IC_BASIS_UID_LIST && i <= n; i++)
    {
      g_autofree char *uid = g_strdup_printf ("%s.%u", series_uid, i);

      ic_expected_series_add (series, uid);
    }
}

/* The source has three images of the lung and one scout; all of them came. */
static IcProof *
retrieved_proof (IcBasis basis, const char *const *series, const char *const *images)
{
  g_autoptr(IcExpectation) expectation = ic_expectation_new (STUDY, "ARCHIVE", 0);
  g_autoptr(IcSelection) selection = ic_selection_new (series, images);
  IcProof *proof = ic_proof_new ();

  add_series (expectation, basis, LUNG, 3);
  add_series (expectation, basis, SCOUT, 1);
  ic_proof_select (proof, selection);
  ic_proof_expect_before (proof, expectation);
  ic_proof_expect_after (proof, expectation);
  ic_proof_add_retrieved (proof, STUDY, LUNG, LUNG ".1", "aa", 1);
  ic_proof_add_retrieved (proof, STUDY, LUNG, LUNG ".2", "bb", 1);
  ic_proof_add_retrieved (proof, STUDY, LUNG, LUNG ".3", "cc", 1);
  ic_proof_add_retrieved (proof, STUDY, SCOUT, SCOUT ".1", "dd", 1);
  return proof;
}

static void
pass_on (IcProof *proof, const char *sop_instance_uid, const char *sha256)
{
  ic_proof_add_written (proof, LUNG, sop_instance_uid, sop_instance_uid);
  ic_proof_add_read_back (proof, sop_instance_uid, sha256);
}

static IcTransfer *
judge (IcProof *proof)
{
  IcTransfer *transfer = ic_transfer_new ();

  ic_proof_judge (proof, IC_PROOF_VERIFIED, transfer);
  g_test_message ("%s", transfer->remark);
  return transfer;
}

static void
test_one_series_of_two_is_proved_and_said_to_be_a_selection (void)
{
  g_autoptr(IcProof) proof = retrieved_proof (IC_BASIS_UID_LIST, lung_only, NULL);
  g_autoptr(IcTransfer) transfer = NULL;

  pass_on (proof, LUNG ".1", "aa");
  pass_on (proof, LUNG ".2", "bb");
  pass_on (proof, LUNG ".3", "cc");
  transfer = judge (proof);
  g_assert_cmpint (transfer->state, ==, IC_TRANSFER_SUCCEEDED);
  g_assert_cmpuint (transfer->expected, ==, 3);
  g_assert_cmpuint (transfer->offered, ==, 4);
  g_assert_cmpuint (transfer->series->len, ==, 1);
  g_assert_cmpuint (transfer->instances->len, ==, 3);
  g_assert_cmpstr (transfer->remark, ==, "selected: 3 of 4 images");
}

static void
test_image_of_the_selection_that_was_not_written_is_missing (void)
{
  g_autoptr(IcProof) proof = retrieved_proof (IC_BASIS_UID_LIST, lung_only, NULL);
  g_autoptr(IcTransfer) transfer = NULL;

  pass_on (proof, LUNG ".1", "aa");
  pass_on (proof, LUNG ".3", "cc");
  transfer = judge (proof);
  g_assert_cmpint (transfer->state, ==, IC_TRANSFER_INCOMPLETE);
  g_assert_nonnull (strstr (transfer->remark, "1 missing"));
}

static void
test_single_images_are_proved_alone (void)
{
  g_autoptr(IcProof) proof = retrieved_proof (IC_BASIS_UID_LIST, NULL, second_image);
  g_autoptr(IcTransfer) transfer = NULL;

  pass_on (proof, LUNG ".2", "bb");
  transfer = judge (proof);
  g_assert_cmpint (transfer->state, ==, IC_TRANSFER_SUCCEEDED);
  g_assert_cmpuint (transfer->expected, ==, 1);
  g_assert_cmpuint (transfer->verified, ==, 1);
  g_assert_cmpstr (transfer->remark, ==, "selected: 1 of 4 images");
}

static void
test_selected_image_that_nobody_knows_makes_it_incomplete (void)
{
  g_autoptr(IcProof) proof = retrieved_proof (IC_BASIS_UID_LIST, NULL, unknown_image);
  g_autoptr(IcTransfer) transfer = NULL;

  pass_on (proof, LUNG ".2", "bb");
  transfer = judge (proof);
  g_assert_cmpint (transfer->state, ==, IC_TRANSFER_INCOMPLETE);
  g_assert_nonnull (strstr (transfer->remark, "1 selected and not there"));
}

static void
test_selection_from_a_source_without_list_stays_unproven (void)
{
  g_autoptr(IcProof) proof = retrieved_proof (IC_BASIS_COUNT_ONLY, NULL, second_image);
  g_autoptr(IcTransfer) transfer = NULL;

  pass_on (proof, LUNG ".2", "bb");
  transfer = judge (proof);
  g_assert_cmpint (transfer->state, ==, IC_TRANSFER_UNPROVEN);
}

static void
test_image_left_at_home_that_is_written_all_the_same_is_no_success (void)
{
  g_autoptr(IcProof) proof = retrieved_proof (IC_BASIS_UID_LIST, NULL, second_image);
  g_autoptr(IcTransfer) transfer = NULL;

  pass_on (proof, LUNG ".2", "bb");
  pass_on (proof, LUNG ".3", "cc");
  transfer = judge (proof);
  g_assert_cmpint (transfer->state, ==, IC_TRANSFER_INCOMPLETE);
  g_assert_cmpuint (((IcTransferSeries *) transfer->series->pdata[0])->extra, ==, 1);
}

static void
count_cb (IcProof *proof, gpointer counter)
{
  (*(guint *) counter)++;
}

static void
test_counts_of_a_running_proof_are_those_of_the_selection (void)
{
  g_autoptr(IcProof) proof = retrieved_proof (IC_BASIS_UID_LIST, lung_only, NULL);
  g_autoptr(GArray) tallies = NULL;
  const IcProofTally *tally = NULL;
  guint n_told = 0;

  ic_proof_set_observer (proof, count_cb, &n_told);
  pass_on (proof, LUNG ".1", "aa");
  g_assert_cmpuint (n_told, ==, 2);
  tallies = ic_proof_count_series (proof);
  g_assert_cmpuint (tallies->len, ==, 1);
  tally = &g_array_index (tallies, IcProofTally, 0);
  g_assert_cmpstr (tally->series_uid, ==, LUNG);
  g_assert_cmpuint (tally->expected, ==, 3);
  g_assert_cmpuint (tally->retrieved, ==, 3);
  g_assert_cmpuint (tally->written, ==, 1);
  g_assert_cmpuint (tally->verified, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/selection/series",
                   test_one_series_of_two_is_proved_and_said_to_be_a_selection);
  g_test_add_func ("/selection/missing",
                   test_image_of_the_selection_that_was_not_written_is_missing);
  g_test_add_func ("/selection/images", test_single_images_are_proved_alone);
  g_test_add_func ("/selection/unknown", test_selected_image_that_nobody_knows_makes_it_incomplete);
  g_test_add_func ("/selection/no-list", test_selection_from_a_source_without_list_stays_unproven);
  g_test_add_func ("/selection/extra",
                   test_image_left_at_home_that_is_written_all_the_same_is_no_success);
  g_test_add_func ("/selection/counts", test_counts_of_a_running_proof_are_those_of_the_selection);
  return g_test_run ();
}
