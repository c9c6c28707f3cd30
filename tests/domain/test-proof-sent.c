/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was sent to a node: only what the node took and then says it has is proved. */
#include "domain/ic-proof.h"

#define STUDY "1.2"
#define SERIES "1.2.3"
#define N 3

static const char *const uids[] = { "1.2.3.1", "1.2.3.2", "1.2.3.3" };

/* The steps that one instance misses. */
typedef enum
{
  FAULT_NONE,
  FAULT_NOT_ACCEPTED,
  FAULT_REFUSED,
  FAULT_NOT_FOUND,
  FAULT_ACCEPTED_TWICE,
  FAULT_REFUSED_AFTERWARDS, /* found, but the node does not commit itself to keeping it */
  FAULT_FOUND_ONLY,         /* the node had it before and took nothing now */
  FAULT_DAMAGED,
} Fault;

static void
expect_all (IcProof *proof)
{
  g_autoptr(IcExpectation) expectation = ic_expectation_new (STUDY, "ARCHIVE", 0);
  IcExpectedSeries *series = ic_expectation_add_series (expectation, SERIES);

  expectation->basis = IC_BASIS_UID_LIST;
  series->count = N;
  for (guint i = 0; i < N; i++)
    ic_expected_series_add (series, uids[i]);
  ic_proof_expect_before (proof, expectation);
}

static void
send_one (IcProof *proof, const char *uid, Fault fault)
{
  gboolean is_taken =
      fault != FAULT_NOT_ACCEPTED && fault != FAULT_REFUSED && fault != FAULT_FOUND_ONLY;

  ic_proof_add_retrieved (proof, STUDY, SERIES, uid, "aa", 100);
  if (fault == FAULT_DAMAGED)
    ic_proof_set_flaw (proof, SERIES, uid, "it is cut off");
  if (is_taken)
    ic_proof_add_accepted (proof, SERIES, uid);
  if (fault == FAULT_ACCEPTED_TWICE)
    ic_proof_add_accepted (proof, SERIES, uid);
  if (fault == FAULT_REFUSED)
    ic_proof_set_refused (proof, SERIES, uid, "the node refused it");
  if (fault != FAULT_NOT_FOUND && fault != FAULT_NOT_ACCEPTED && fault != FAULT_REFUSED)
    ic_proof_add_confirmed (proof, SERIES, uid);
  if (fault == FAULT_REFUSED_AFTERWARDS)
    ic_proof_set_refused (proof, SERIES, uid, "the node does not keep it");
}

/* All sent as they should be, but for the one in the middle. */
static IcTransfer *
judge_with (Fault fault, IcProofScope scope)
{
  g_autoptr(IcProof) proof = ic_proof_new ();
  IcTransfer *transfer = ic_transfer_new ();

  expect_all (proof);
  for (guint i = 0; i < N; i++)
    send_one (proof, uids[i], i == 1 ? fault : FAULT_NONE);
  ic_proof_judge (proof, scope, transfer);
  return transfer;
}

static void
test_all_taken_and_found_succeed (void)
{
  g_autoptr(IcTransfer) transfer = judge_with (FAULT_NONE, IC_PROOF_VERIFIED);

  g_assert_cmpint (transfer->state, ==, IC_TRANSFER_SUCCEEDED);
  g_assert_cmpuint (transfer->written, ==, N);
  g_assert_cmpuint (transfer->verified, ==, N);
}

static void
test_all_taken_without_a_list_is_unproven (void)
{
  g_autoptr(IcTransfer) transfer = judge_with (FAULT_NOT_FOUND, IC_PROOF_ACCEPTED);

  g_assert_cmpint (transfer->state, ==, IC_TRANSFER_UNPROVEN);
}

static void
test_nothing_passes_for_proved_without_a_list (void)
{
  g_autoptr(IcTransfer) transfer = judge_with (FAULT_NONE, IC_PROOF_ACCEPTED);

  g_assert_cmpint (transfer->state, ==, IC_TRANSFER_UNPROVEN);
}

static void
test_every_fault_makes_it_incomplete (void)
{
  for (Fault fault = FAULT_NOT_ACCEPTED; fault <= FAULT_DAMAGED; fault++)
    {
      g_autoptr(IcTransfer) transfer = judge_with (fault, IC_PROOF_VERIFIED);

      g_test_message ("fault %d: %s", fault, transfer->remark);
      g_assert_cmpint (transfer->state, ==, IC_TRANSFER_INCOMPLETE);
    }
}

static void
test_refusal_makes_it_incomplete_without_a_list (void)
{
  const Fault faults[] = { FAULT_NOT_ACCEPTED, FAULT_REFUSED, FAULT_REFUSED_AFTERWARDS };

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autoptr(IcTransfer) transfer = judge_with (faults[i], IC_PROOF_ACCEPTED);

      g_assert_cmpint (transfer->state, ==, IC_TRANSFER_INCOMPLETE);
    }
}

static void
test_refused_image_is_named_with_its_reason (void)
{
  g_autoptr(IcTransfer) transfer = judge_with (FAULT_REFUSED, IC_PROOF_VERIFIED);
  const IcTransferInstance *second = transfer->instances->pdata[1];

  g_assert_cmpint (second->state, ==, IC_ITEM_FAILED);
  g_assert_cmpstr (second->remark, ==, "the node refused it");
}

static void
test_what_was_there_before_proves_nothing (void)
{
  g_autoptr(IcTransfer) transfer = judge_with (FAULT_FOUND_ONLY, IC_PROOF_VERIFIED);

  g_assert_cmpuint (transfer->verified, ==, N - 1);
}

static void
test_sending_what_was_never_here_is_a_fault (void)
{
  g_autoptr(IcProof) proof = ic_proof_new ();
  g_autoptr(IcTransfer) transfer = ic_transfer_new ();

  ic_proof_add_accepted (proof, SERIES, "1.2.3.9");
  ic_proof_judge (proof, IC_PROOF_VERIFIED, transfer);
  g_assert_cmpint (transfer->state, ==, IC_TRANSFER_INCOMPLETE);
}

static void
test_converted_image_is_proved_and_says_so (void)
{
  g_autoptr(IcProof) proof = ic_proof_new ();
  g_autoptr(IcTransfer) transfer = ic_transfer_new ();
  const IcTransferInstance *instance = NULL;

  expect_all (proof);
  for (guint i = 0; i < N; i++)
    send_one (proof, uids[i], FAULT_NONE);
  ic_proof_set_converted (proof, SERIES, uids[0], "bb", 50, "converted from RLE to RAW");
  ic_proof_judge (proof, IC_PROOF_VERIFIED, transfer);
  g_assert_cmpint (transfer->state, ==, IC_TRANSFER_SUCCEEDED);
  instance = transfer->instances->pdata[0];
  g_assert_cmpint (instance->state, ==, IC_ITEM_VERIFIED);
  g_assert_cmpstr (instance->remark, ==, "converted from RLE to RAW");
  g_assert_cmpstr (instance->sha256, ==, "bb");
  g_assert_cmpuint (instance->size_bytes, ==, 50);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/proof-sent/all-taken-and-found-succeed", test_all_taken_and_found_succeed);
  g_test_add_func ("/proof-sent/all-taken-without-a-list-is-unproven",
                   test_all_taken_without_a_list_is_unproven);
  g_test_add_func ("/proof-sent/nothing-passes-for-proved-without-a-list",
                   test_nothing_passes_for_proved_without_a_list);
  g_test_add_func ("/proof-sent/every-fault-makes-it-incomplete",
                   test_every_fault_makes_it_incomplete);
  g_test_add_func ("/proof-sent/refusal-makes-it-incomplete-without-a-list",
                   test_refusal_makes_it_incomplete_without_a_list);
  g_test_add_func ("/proof-sent/refused-image-is-named-with-its-reason",
                   test_refused_image_is_named_with_its_reason);
  g_test_add_func ("/proof-sent/what-was-there-before-proves-nothing",
                   test_what_was_there_before_proves_nothing);
  g_test_add_func ("/proof-sent/sending-what-was-never-here-is-a-fault",
                   test_sending_what_was_never_here_is_a_fault);
  g_test_add_func ("/proof-sent/converted-image-is-proved-and-says-so",
                   test_converted_image_is_proved_and_says_so);
  return g_test_run ();
}
