/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/ic-commitment.h"

static IcCommitment *
make (void)
{
  IcCommitment *self = ic_commitment_new (7, "CLINIC");

  ic_commitment_add (self, "1.2.1", "1.9", IC_COMMITMENT_UNANSWERED);
  ic_commitment_add (self, "1.2.2", "1.9", IC_COMMITMENT_UNANSWERED);
  return self;
}

static void
test_commitment_needs_every_instance (void)
{
  g_autoptr(IcCommitment) commitment = make ();

  g_assert_cmpint (commitment->state, ==, IC_COMMITMENT_PENDING);
  ic_commitment_answer (commitment, "1.2.1", 0);
  ic_commitment_answer (commitment, "1.2.2", 0);
  ic_commitment_close (commitment);
  g_assert_cmpint (commitment->state, ==, IC_COMMITMENT_COMMITTED);
  g_assert_cmpuint (ic_commitment_count_kept (commitment), ==, 2);
}

static void
test_instance_that_is_not_mentioned_is_not_kept (void)
{
  g_autoptr(IcCommitment) commitment = make ();

  ic_commitment_answer (commitment, "1.2.1", 0);
  ic_commitment_close (commitment);
  g_assert_cmpint (commitment->state, ==, IC_COMMITMENT_REFUSED);
  g_assert_cmpint (ic_commitment_find (commitment, "1.2.2")->reason, ==, IC_COMMITMENT_UNANSWERED);
}

static void
test_instance_named_both_ways_is_not_kept (void)
{
  g_autoptr(IcCommitment) one_way = make ();
  g_autoptr(IcCommitment) other_way = make ();

  ic_commitment_answer (one_way, "1.2.1", 0);
  ic_commitment_answer (one_way, "1.2.1", 0x0112);
  g_assert_cmpint (ic_commitment_find (one_way, "1.2.1")->reason, ==, 0x0112);
  ic_commitment_answer (other_way, "1.2.1", 0x0112);
  ic_commitment_answer (other_way, "1.2.1", 0);
  g_assert_cmpint (ic_commitment_find (other_way, "1.2.1")->reason, ==, 0x0112);
}

static void
test_stranger_in_a_report_changes_nothing (void)
{
  g_autoptr(IcCommitment) commitment = make ();

  ic_commitment_answer (commitment, "1.2.99", 0);
  ic_commitment_close (commitment);
  g_assert_cmpint (commitment->state, ==, IC_COMMITMENT_REFUSED);
  g_assert_cmpuint (ic_commitment_count_kept (commitment), ==, 0);
}

static void
test_nothing_asked_is_nothing_committed (void)
{
  g_autoptr(IcCommitment) commitment = ic_commitment_new (7, "CLINIC");

  ic_commitment_close (commitment);
  g_assert_cmpint (commitment->state, ==, IC_COMMITMENT_REFUSED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/commitment/needs-every-instance", test_commitment_needs_every_instance);
  g_test_add_func ("/commitment/instance-that-is-not-mentioned-is-not-kept",
                   test_instance_that_is_not_mentioned_is_not_kept);
  g_test_add_func ("/commitment/instance-named-both-ways-is-not-kept",
                   test_instance_named_both_ways_is_not_kept);
  g_test_add_func ("/commitment/stranger-in-a-report-changes-nothing",
                   test_stranger_in_a_report_changes_nothing);
  g_test_add_func ("/commitment/nothing-asked-is-nothing-committed",
                   test_nothing_asked_is_nothing_committed);
  return g_test_run ();
}
