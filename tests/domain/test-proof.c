/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every way in which images can go wrong on their way, and that none of them passes for success. */
#include "domain/ic-proof.h"

#define STUDY "1.2"
#define SERIES "1.2.3"
#define N 3

static const char *const uids[] = { "1.2.3.1", "1.2.3.2", "1.2.3.3", "1.2.3.4" };
static const char *const digests[] = { "aa", "bb", "cc", "dd" };
static const char *const files[] = { "DICOM/I1", "DICOM/I2", "DICOM/I3", "DICOM/I4" };

static IcExpectation *
expectation (IcBasis basis, guint n)
{
  IcExpectation *self = ic_expectation_new (STUDY, "ARCHIVE", 0);
  IcExpectedSeries *series = ic_expectation_add_series (self, SERIES);

  self->basis = basis;
  series->count = n;
  for (guint i = 0; basis == IC_BASIS_UID_LIST && i < n; i++)
    ic_expected_series_add (series, uids[i]);
  return self;
}

static void
expect (IcProof *proof, IcBasis basis, guint before, guint after)
{
  g_autoptr(IcExpectation) first = expectation (basis, before);
  g_autoptr(IcExpectation) second = expectation (basis, after);

  ic_proof_expect_before (proof, first);
  ic_proof_expect_after (proof, second);
}

static void
retrieve (IcProof *proof, guint i)
{
  ic_proof_add_retrieved (proof, STUDY, SERIES, uids[i], digests[i], 100);
}

static void
write_file (IcProof *proof, guint i)
{
  ic_proof_add_written (proof, SERIES, uids[i], files[i]);
}

static void
read_back (IcProof *proof, guint i)
{
  ic_proof_add_read_back (proof, files[i], digests[i]);
}

/* Everything as it should be, but for the steps of instance @except. */
static IcProof *
good_proof_but_for (guint except)
{
  IcProof *proof = ic_proof_new ();

  expect (proof, IC_BASIS_UID_LIST, N, N);
  for (guint i = 0; i < N; i++)
    if (i != except)
      {
        retrieve (proof, i);
        write_file (proof, i);
        read_back (proof, i);
      }
  return proof;
}

static IcTransfer *
judge (IcProof *proof, IcProofScope scope)
{
  IcTransfer *transfer = ic_transfer_new ();

  ic_proof_judge (proof, scope, transfer);
  return transfer;
}

static void
assert_verdict (IcProof *proof, IcTransferState state, guint missing, guint extra)
{
  g_autoptr(IcTransfer) transfer = judge (proof, IC_PROOF_VERIFIED);
  const IcTransferSeries *series = transfer->series->pdata[0];

  g_test_message ("%s", transfer->remark);
  g_assert_cmpint (transfer->state, ==, state);
  g_assert_cmpuint (series->missing, ==, missing);
  g_assert_cmpuint (series->extra, ==, extra);
}

static void
test_all_images_through_all_steps_succeed (void)
{
  g_autoptr(IcProof) proof = good_proof_but_for (N);
  g_autoptr(IcTransfer) transfer = judge (proof, IC_PROOF_VERIFIED);

  g_assert_cmpint (transfer->state, ==, IC_TRANSFER_SUCCEEDED);
  g_assert_cmpint (transfer->basis, ==, IC_BASIS_UID_LIST);
  g_assert_cmpuint (transfer->expected, ==, N);
  g_assert_cmpuint (transfer->retrieved, ==, N);
  g_assert_cmpuint (transfer->written, ==, N);
  g_assert_cmpuint (transfer->verified, ==, N);
  g_assert_cmpuint (transfer->instances->len, ==, N);
  g_assert_cmpint (((IcTransferInstance *) transfer->instances->pdata[0])->state, ==,
                   IC_ITEM_VERIFIED);
}

static void
test_image_that_came_damaged_is_neither_missing_nor_proved (void)
{
  g_autoptr(IcProof) proof = good_proof_but_for (N);
  g_autoptr(IcTransfer) transfer = NULL;
  const IcTransferInstance *second = NULL;

  ic_proof_set_flaw (proof, SERIES, uids[1], "it is cut off");
  assert_verdict (proof, IC_TRANSFER_INCOMPLETE, 0, 0);
  transfer = judge (proof, IC_PROOF_RETRIEVED);
  second = transfer->instances->pdata[1];
  g_assert_cmpint (transfer->state, ==, IC_TRANSFER_INCOMPLETE);
  g_assert_cmpstr (transfer->remark, ==, "1 came damaged");
  g_assert_cmpint (second->state, ==, IC_ITEM_FAILED);
  g_assert_cmpstr (second->remark, ==, "it is cut off");
}

static void
test_image_never_retrieved_is_missing (void)
{
  g_autoptr(IcProof) proof = good_proof_but_for (1);
  g_autoptr(IcTransfer) transfer = judge (proof, IC_PROOF_VERIFIED);
  guint missing = 0;

  for (guint i = 0; i < transfer->instances->len; i++)
    {
      const IcTransferInstance *instance = transfer->instances->pdata[i];

      if (instance->state != IC_ITEM_MISSING)
        continue;
      g_assert_cmpstr (instance->sop_instance_uid, ==, uids[1]);
      missing++;
    }
  g_assert_cmpuint (missing, ==, 1);
  g_assert_cmpint (transfer->state, ==, IC_TRANSFER_INCOMPLETE);
}

static void
test_image_never_written_is_missing (void)
{
  g_autoptr(IcProof) proof = good_proof_but_for (1);

  retrieve (proof, 1);
  assert_verdict (proof, IC_TRANSFER_INCOMPLETE, 1, 0);
}

static void
test_image_never_read_back_is_missing (void)
{
  g_autoptr(IcProof) proof = good_proof_but_for (1);

  retrieve (proof, 1);
  write_file (proof, 1);
  assert_verdict (proof, IC_TRANSFER_INCOMPLETE, 1, 0);
}

/* It is there, so it is not missing. */
static void
assert_damaged (IcProof *proof, const char *remark)
{
  g_autoptr(IcTransfer) transfer = NULL;

  assert_verdict (proof, IC_TRANSFER_INCOMPLETE, 0, 0);
  transfer = judge (proof, IC_PROOF_VERIFIED);
  g_assert_cmpstr (transfer->remark, ==, remark);
}

static void
test_flipped_bit_is_damaged_and_not_verified (void)
{
  g_autoptr(IcProof) proof = good_proof_but_for (1);

  retrieve (proof, 1);
  write_file (proof, 1);
  ic_proof_add_read_back (proof, files[1], "b3");
  assert_damaged (proof, "1 damaged");
}

/* As on a disc image that has one name twice. */
static void
test_image_with_good_and_bad_bytes_is_damaged (void)
{
  g_autoptr(IcProof) proof = good_proof_but_for (N);

  ic_proof_add_read_back (proof, files[1], "b3");
  assert_damaged (proof, "1 damaged");
}

static void
test_image_that_came_damaged_and_is_gone_is_missing (void)
{
  g_autoptr(IcProof) proof = good_proof_but_for (1);

  retrieve (proof, 1);
  ic_proof_set_flaw (proof, SERIES, uids[1], "it is cut off");
  write_file (proof, 1);
  assert_verdict (proof, IC_TRANSFER_INCOMPLETE, 1, 0);
}

/* Not even where nobody knows what it should have been. */
static void
test_unreadable_file_is_not_verified (void)
{
  g_autoptr(IcProof) proof = good_proof_but_for (1);

  ic_proof_add_retrieved (proof, STUDY, SERIES, uids[1], "", 100);
  write_file (proof, 1);
  ic_proof_add_read_back (proof, files[1], "");
  assert_damaged (proof, "1 damaged");
}

static void
test_swapped_files_are_both_not_verified (void)
{
  g_autoptr(IcProof) proof = ic_proof_new ();

  expect (proof, IC_BASIS_UID_LIST, N, N);
  for (guint i = 0; i < N; i++)
    {
      retrieve (proof, i);
      write_file (proof, i);
    }
  read_back (proof, 0);
  ic_proof_add_read_back (proof, files[1], digests[2]);
  ic_proof_add_read_back (proof, files[2], digests[1]);
  assert_damaged (proof, "2 damaged");
}

static void
test_duplicate_arrival_is_extra (void)
{
  g_autoptr(IcProof) proof = good_proof_but_for (N);

  retrieve (proof, 0);
  assert_verdict (proof, IC_TRANSFER_INCOMPLETE, 0, 1);
}

static void
test_image_written_twice_is_extra (void)
{
  g_autoptr(IcProof) proof = good_proof_but_for (N);

  ic_proof_add_written (proof, SERIES, uids[0], "DICOM/I9");
  assert_verdict (proof, IC_TRANSFER_INCOMPLETE, 0, 1);
}

static void
test_image_nobody_asked_for_is_extra (void)
{
  g_autoptr(IcProof) proof = good_proof_but_for (N);

  retrieve (proof, 3);
  write_file (proof, 3);
  read_back (proof, 3);
  assert_verdict (proof, IC_TRANSFER_INCOMPLETE, 0, 1);
}

static void
test_image_with_other_uid_is_missing_and_extra (void)
{
  g_autoptr(IcProof) proof = good_proof_but_for (1);

  ic_proof_add_retrieved (proof, STUDY, SERIES, "9.9.9", digests[1], 100);
  ic_proof_add_written (proof, SERIES, "9.9.9", files[1]);
  read_back (proof, 1);
  assert_verdict (proof, IC_TRANSFER_INCOMPLETE, 1, 1);
}

static void
test_image_in_another_series_is_missing_and_extra (void)
{
  g_autoptr(IcProof) proof = good_proof_but_for (1);
  g_autoptr(IcTransfer) transfer = NULL;

  ic_proof_add_retrieved (proof, STUDY, "1.2.4", uids[1], digests[1], 100);
  ic_proof_add_written (proof, "1.2.4", uids[1], files[1]);
  read_back (proof, 1);
  transfer = judge (proof, IC_PROOF_VERIFIED);
  g_assert_cmpint (transfer->state, ==, IC_TRANSFER_INCOMPLETE);
  g_assert_cmpuint (((IcTransferSeries *) transfer->series->pdata[0])->missing, ==, 1);
  g_assert_cmpuint (((IcTransferSeries *) transfer->series->pdata[1])->extra, ==, 1);
}

static void
test_note_is_told_and_takes_nothing_from_the_proof (void)
{
  g_autoptr(IcProof) proof = good_proof_but_for (N);
  g_autoptr(IcProof) faulty = good_proof_but_for (N);
  g_autoptr(IcTransfer) transfer = NULL;
  g_autoptr(IcTransfer) incomplete = NULL;

  ic_proof_add_note (proof, "it came another way");
  transfer = judge (proof, IC_PROOF_VERIFIED);
  g_assert_cmpint (transfer->state, ==, IC_TRANSFER_SUCCEEDED);
  g_assert_cmpstr (transfer->remark, ==, "it came another way");
  ic_proof_add_note (faulty, "it came another way");
  ic_proof_add_fault (faulty, "and badly");
  incomplete = judge (faulty, IC_PROOF_VERIFIED);
  g_assert_cmpint (incomplete->state, ==, IC_TRANSFER_INCOMPLETE);
  g_assert_cmpstr (incomplete->remark, ==, "and badly; it came another way");
}

static void
test_stray_file_on_medium_is_a_fault (void)
{
  g_autoptr(IcProof) proof = good_proof_but_for (N);

  ic_proof_add_read_back (proof, "DICOM/STRAY", "ee");
  assert_verdict (proof, IC_TRANSFER_INCOMPLETE, 0, 0);
}

static void
test_source_that_grew_makes_incomplete (void)
{
  g_autoptr(IcProof) proof = ic_proof_new ();

  expect (proof, IC_BASIS_UID_LIST, N, N + 1);
  for (guint i = 0; i < N; i++)
    retrieve (proof, i);
  {
    g_autoptr(IcTransfer) transfer = judge (proof, IC_PROOF_RETRIEVED);

    g_assert_cmpint (transfer->state, ==, IC_TRANSFER_INCOMPLETE);
    g_assert_cmpuint (transfer->expected, ==, N + 1);
    g_assert_cmpuint (((IcTransferSeries *) transfer->series->pdata[0])->missing, ==, 1);
  }
}

static void
test_source_that_shrank_makes_incomplete (void)
{
  g_autoptr(IcProof) proof = ic_proof_new ();
  g_autoptr(IcTransfer) transfer = NULL;

  expect (proof, IC_BASIS_UID_LIST, N, N - 1);
  for (guint i = 0; i < N; i++)
    retrieve (proof, i);
  transfer = judge (proof, IC_PROOF_RETRIEVED);
  g_assert_cmpint (transfer->state, ==, IC_TRANSFER_INCOMPLETE);
  g_assert_cmpuint (((IcTransferSeries *) transfer->series->pdata[0])->extra, ==, 1);
}

static void
test_counts_without_uids_never_succeed (void)
{
  g_autoptr(IcProof) good = ic_proof_new ();
  g_autoptr(IcProof) bad = ic_proof_new ();
  g_autoptr(IcTransfer) unproven = NULL;
  g_autoptr(IcTransfer) incomplete = NULL;

  expect (good, IC_BASIS_COUNT_ONLY, 2, 2);
  expect (bad, IC_BASIS_COUNT_ONLY, 3, 3);
  for (guint i = 0; i < 2; i++)
    {
      retrieve (good, i);
      retrieve (bad, i);
    }
  unproven = judge (good, IC_PROOF_RETRIEVED);
  incomplete = judge (bad, IC_PROOF_RETRIEVED);
  g_assert_cmpint (unproven->state, ==, IC_TRANSFER_UNPROVEN);
  g_assert_cmpint (incomplete->state, ==, IC_TRANSFER_INCOMPLETE);
  g_assert_cmpuint (((IcTransferSeries *) incomplete->series->pdata[0])->missing, ==, 1);
}

static void
test_no_expectation_is_unproven (void)
{
  g_autoptr(IcProof) proof = ic_proof_new ();
  g_autoptr(IcTransfer) transfer = NULL;

  retrieve (proof, 0);
  transfer = judge (proof, IC_PROOF_RETRIEVED);
  g_assert_cmpint (transfer->state, ==, IC_TRANSFER_UNPROVEN);
  g_assert_cmpint (transfer->basis, ==, IC_BASIS_NONE);
}

static void
test_source_whose_counts_contradict_its_list_is_not_believed (void)
{
  g_autoptr(IcProof) proof = ic_proof_new ();
  g_autoptr(IcExpectation) lying = expectation (IC_BASIS_UID_LIST, N);
  g_autoptr(IcTransfer) transfer = NULL;

  ((IcExpectedSeries *) lying->series->pdata[0])->count = N + 1;
  ic_proof_expect_before (proof, lying);
  ic_proof_expect_after (proof, lying);
  for (guint i = 0; i < N; i++)
    retrieve (proof, i);
  transfer = judge (proof, IC_PROOF_RETRIEVED);
  g_assert_cmpint (transfer->state, ==, IC_TRANSFER_INCOMPLETE);
}

static void
test_stray_copy_is_extra_and_the_first_one_stays_good (void)
{
  g_autoptr(IcProof) proof = good_proof_but_for (N);

  ic_proof_add_stray (proof, STUDY, SERIES, uids[0], "arrived more than once");
  assert_verdict (proof, IC_TRANSFER_INCOMPLETE, 0, 1);
}

static void
test_stray_of_another_study_is_extra_even_without_lists (void)
{
  g_autoptr(IcProof) proof = ic_proof_new ();
  g_autoptr(IcTransfer) transfer = NULL;

  expect (proof, IC_BASIS_COUNT_ONLY, 1, 1);
  retrieve (proof, 0);
  ic_proof_add_stray (proof, "9.9", "9.9.9", "9.9.9.9", "of a study that nobody asked for");
  transfer = judge (proof, IC_PROOF_RETRIEVED);
  g_assert_cmpint (transfer->state, ==, IC_TRANSFER_INCOMPLETE);
  g_assert_cmpuint (transfer->retrieved, ==, 1);
  g_assert_cmpuint (((IcTransferSeries *) transfer->series->pdata[1])->extra, ==, 1);
}

static void
test_unnamed_series_is_extra_beside_a_study_without_lists (void)
{
  g_autoptr(IcProof) proof = good_proof_but_for (N);
  g_autoptr(IcExpectation) counted = ic_expectation_new ("5.5", "ARCHIVE", 0);
  g_autoptr(IcTransfer) transfer = NULL;

  counted->basis = IC_BASIS_COUNT_ONLY;
  ic_expectation_add_series (counted, "5.5.5")->count = 0;
  ic_proof_expect_before (proof, counted);
  ic_proof_expect_after (proof, counted);
  ic_proof_add_retrieved (proof, STUDY, "1.2.99", "1.2.99.1", "ee", 1);
  transfer = judge (proof, IC_PROOF_RETRIEVED);
  g_assert_cmpint (transfer->state, ==, IC_TRANSFER_INCOMPLETE);
  g_assert_cmpuint (((IcTransferSeries *) transfer->series->pdata[2])->extra, ==, 1);
}

static void
test_study_without_a_reading_is_not_proved_by_the_others (void)
{
  g_autoptr(IcProof) proof = good_proof_but_for (N);
  g_autoptr(IcTransfer) transfer = NULL;

  ic_proof_add_retrieved (proof, "5.5", "5.5.5", "5.5.5.1", "ee", 1);
  ic_proof_add_written (proof, "5.5.5", "5.5.5.1", "DICOM/I5");
  ic_proof_add_read_back (proof, "DICOM/I5", "ee");
  transfer = judge (proof, IC_PROOF_VERIFIED);
  g_assert_cmpint (transfer->state, ==, IC_TRANSFER_UNPROVEN);
  g_assert_cmpint (transfer->basis, ==, IC_BASIS_NONE);
}

static void
test_series_that_comes_with_another_study_is_a_fault (void)
{
  g_autoptr(IcProof) proof = ic_proof_new ();
  g_autoptr(IcExpectation) other = ic_expectation_new ("5.5", "ARCHIVE", 0);
  g_autoptr(IcTransfer) transfer = NULL;

  other->basis = IC_BASIS_UID_LIST;
  ic_proof_expect_before (proof, other);
  ic_proof_expect_after (proof, other);
  expect (proof, IC_BASIS_UID_LIST, 2, 2);
  for (guint i = 0; i < 2; i++)
    ic_proof_add_retrieved (proof, "5.5", SERIES, uids[i], digests[i], 100);
  transfer = judge (proof, IC_PROOF_RETRIEVED);
  g_assert_cmpint (transfer->state, ==, IC_TRANSFER_INCOMPLETE);
  g_assert_cmpstr (transfer->remark, ==,
                   "images came under another study than the source lists them in");
}

static void
test_list_that_contradicts_itself_is_a_fault_in_either_reading (void)
{
  g_autoptr(IcProof) proof = ic_proof_new ();
  g_autoptr(IcExpectation) first = expectation (IC_BASIS_UID_LIST, N);
  g_autoptr(IcExpectation) second = expectation (IC_BASIS_UID_LIST, N);

  g_free (second->remark);
  second->remark = g_strdup ("the source's number of images does not fit its list");
  ic_proof_expect_before (proof, first);
  ic_proof_expect_after (proof, second);
  for (guint i = 0; i < N; i++)
    {
      retrieve (proof, i);
      write_file (proof, i);
      read_back (proof, i);
    }
  assert_verdict (proof, IC_TRANSFER_INCOMPLETE, 0, 0);
}

static void
write_copy (IcProof *proof, guint n_read_back)
{
  ic_proof_begin_copy (proof);
  for (guint i = 0; i < N; i++)
    write_file (proof, i);
  for (guint i = 0; i < n_read_back; i++)
    read_back (proof, i);
}

static IcProof *
retrieved_proof (void)
{
  IcProof *proof = ic_proof_new ();

  expect (proof, IC_BASIS_UID_LIST, N, N);
  for (guint i = 0; i < N; i++)
    retrieve (proof, i);
  return proof;
}

static void
test_copies_that_are_all_good_succeed (void)
{
  g_autoptr(IcProof) proof = retrieved_proof ();

  for (guint copy = 0; copy < 3; copy++)
    {
      write_copy (proof, N);
      g_assert_true (ic_proof_is_copy_good (proof));
    }
  assert_verdict (proof, IC_TRANSFER_SUCCEEDED, 0, 0);
}

static void
test_last_copy_is_not_proved_by_the_one_before (void)
{
  g_autoptr(IcProof) proof = retrieved_proof ();

  write_copy (proof, N);
  write_copy (proof, N - 1);
  g_assert_false (ic_proof_is_copy_good (proof));
  assert_verdict (proof, IC_TRANSFER_INCOMPLETE, 1, 0);
}

static void
test_bad_copy_is_not_made_good_by_the_next (void)
{
  g_autoptr(IcProof) proof = retrieved_proof ();

  write_copy (proof, N - 1);
  write_copy (proof, N);
  g_assert_true (ic_proof_is_copy_good (proof));
  assert_verdict (proof, IC_TRANSFER_INCOMPLETE, 0, 0);
}

static void
test_fault_of_a_copy_makes_it_bad (void)
{
  g_autoptr(IcProof) proof = retrieved_proof ();

  ic_proof_add_fault (proof, "the source contradicts itself");
  write_copy (proof, N);
  g_assert_true (ic_proof_is_copy_good (proof));
  ic_proof_add_read_back (proof, "DICOM/STRAY", "ff");
  g_assert_false (ic_proof_is_copy_good (proof));
}

/* Two media, both with a file of the same name. */
static IcProof *
proof_on_two_volumes (guint n_on_first, const char *digest_on_second)
{
  IcProof *proof = retrieved_proof ();

  ic_proof_begin_copy (proof);
  ic_proof_begin_volume (proof, 1);
  for (guint i = 0; i < n_on_first; i++)
    ic_proof_add_written (proof, SERIES, uids[i], files[i]);
  for (guint i = 0; i < n_on_first; i++)
    read_back (proof, i);
  g_assert_true (ic_proof_is_copy_good (proof));
  ic_proof_begin_volume (proof, 2);
  ic_proof_add_written (proof, SERIES, uids[N - 1], files[0]);
  ic_proof_add_read_back (proof, files[0], digest_on_second);
  return proof;
}

static void
test_each_volume_has_file_ids_of_its_own (void)
{
  g_autoptr(IcProof) proof = proof_on_two_volumes (N - 1, digests[N - 1]);
  g_autoptr(IcTransfer) transfer = judge (proof, IC_PROOF_VERIFIED);
  const IcTransferInstance *last = transfer->instances->pdata[N - 1];

  g_assert_true (ic_proof_is_copy_good (proof));
  g_assert_cmpint (transfer->state, ==, IC_TRANSFER_SUCCEEDED);
  g_assert_cmpstr (last->sop_instance_uid, ==, uids[N - 1]);
  g_assert_cmpstr (last->file_id, ==, files[0]);
  g_assert_cmpuint (last->volume, ==, 2);
}

static void
test_image_on_no_volume_is_missing (void)
{
  g_autoptr(IcProof) proof = proof_on_two_volumes (N - 2, digests[N - 1]);

  assert_verdict (proof, IC_TRANSFER_INCOMPLETE, 1, 0);
}

static void
test_image_on_two_volumes_is_extra (void)
{
  g_autoptr(IcProof) proof = proof_on_two_volumes (N, digests[N - 1]);

  assert_verdict (proof, IC_TRANSFER_INCOMPLETE, 0, 1);
}

static void
test_fault_on_the_second_volume_is_no_success (void)
{
  g_autoptr(IcProof) proof = proof_on_two_volumes (N - 1, digests[0]);
  g_autoptr(IcTransfer) transfer = judge (proof, IC_PROOF_VERIFIED);

  g_assert_false (ic_proof_is_copy_good (proof));
  g_assert_cmpint (transfer->state, ==, IC_TRANSFER_INCOMPLETE);
  g_assert_cmpuint (transfer->verified, ==, N - 1);
}

static void
test_copies_of_several_volumes_are_each_whole (void)
{
  g_autoptr(IcProof) proof = proof_on_two_volumes (N - 1, digests[N - 1]);

  ic_proof_begin_copy (proof);
  ic_proof_begin_volume (proof, 1);
  for (guint i = 0; i < N - 1; i++)
    write_file (proof, i);
  for (guint i = 0; i < N - 1; i++)
    read_back (proof, i);
  assert_verdict (proof, IC_TRANSFER_INCOMPLETE, 1, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/proof/damaged", test_image_that_came_damaged_is_neither_missing_nor_proved);
  g_test_add_func ("/proof/good", test_all_images_through_all_steps_succeed);
  g_test_add_func ("/proof/not-retrieved", test_image_never_retrieved_is_missing);
  g_test_add_func ("/proof/not-written", test_image_never_written_is_missing);
  g_test_add_func ("/proof/not-read-back", test_image_never_read_back_is_missing);
  g_test_add_func ("/proof/flip", test_flipped_bit_is_damaged_and_not_verified);
  g_test_add_func ("/proof/twice", test_image_with_good_and_bad_bytes_is_damaged);
  g_test_add_func ("/proof/flaw-gone", test_image_that_came_damaged_and_is_gone_is_missing);
  g_test_add_func ("/proof/unreadable", test_unreadable_file_is_not_verified);
  g_test_add_func ("/proof/swap", test_swapped_files_are_both_not_verified);
  g_test_add_func ("/proof/duplicate", test_duplicate_arrival_is_extra);
  g_test_add_func ("/proof/written-twice", test_image_written_twice_is_extra);
  g_test_add_func ("/proof/extra", test_image_nobody_asked_for_is_extra);
  g_test_add_func ("/proof/other-uid", test_image_with_other_uid_is_missing_and_extra);
  g_test_add_func ("/proof/other-series", test_image_in_another_series_is_missing_and_extra);
  g_test_add_func ("/proof/note", test_note_is_told_and_takes_nothing_from_the_proof);
  g_test_add_func ("/proof/stray", test_stray_file_on_medium_is_a_fault);
  g_test_add_func ("/proof/grew", test_source_that_grew_makes_incomplete);
  g_test_add_func ("/proof/shrank", test_source_that_shrank_makes_incomplete);
  g_test_add_func ("/proof/count-only", test_counts_without_uids_never_succeed);
  g_test_add_func ("/proof/none", test_no_expectation_is_unproven);
  g_test_add_func ("/proof/contradiction",
                   test_source_whose_counts_contradict_its_list_is_not_believed);
  g_test_add_func ("/proof/stray-copy", test_stray_copy_is_extra_and_the_first_one_stays_good);
  g_test_add_func ("/proof/stray-study", test_stray_of_another_study_is_extra_even_without_lists);
  g_test_add_func ("/proof/unnamed", test_unnamed_series_is_extra_beside_a_study_without_lists);
  g_test_add_func ("/proof/no-reading", test_study_without_a_reading_is_not_proved_by_the_others);
  g_test_add_func ("/proof/other-study", test_series_that_comes_with_another_study_is_a_fault);
  g_test_add_func ("/proof/copies", test_copies_that_are_all_good_succeed);
  g_test_add_func ("/proof/last-copy", test_last_copy_is_not_proved_by_the_one_before);
  g_test_add_func ("/proof/bad-copy", test_bad_copy_is_not_made_good_by_the_next);
  g_test_add_func ("/proof/copy-fault", test_fault_of_a_copy_makes_it_bad);
  g_test_add_func ("/proof/remark", test_list_that_contradicts_itself_is_a_fault_in_either_reading);
  g_test_add_func ("/proof/volumes/names", test_each_volume_has_file_ids_of_its_own);
  g_test_add_func ("/proof/volumes/missing", test_image_on_no_volume_is_missing);
  g_test_add_func ("/proof/volumes/twice", test_image_on_two_volumes_is_extra);
  g_test_add_func ("/proof/volumes/fault", test_fault_on_the_second_volume_is_no_success);
  g_test_add_func ("/proof/volumes/copies", test_copies_of_several_volumes_are_each_whole);
  return g_test_run ();
}
