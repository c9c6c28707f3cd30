/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-error.h"
#include "domain/ic-transfer.h"
#include "fixture.h"
#include "store/ic-commitment-repo.h"
#include "store/ic-node-repo.h"
#include "store/ic-transfer-repo.h"

/* A transfer for which a node is asked to keep two instances. */
static IcCommitment *
begin (Fixture *fixture, IcWriteTx *tx, GError **error)
{
  g_autoptr(IcTransfer) transfer = ic_transfer_new ();
  IcCommitment *commitment = NULL;

  ic_transfer_set_text (&transfer->operator_name, "operator");
  transfer->route = IC_ROUTE_NODE;
  g_assert_true (
      ic_transfer_repo_begin (tx, transfer, ic_store_get_session (fixture->store), error));
  commitment = ic_commitment_new (transfer->id, "CLINIC");
  ic_commitment_add (commitment, "1.2.1", "1.9", IC_COMMITMENT_UNANSWERED);
  ic_commitment_add (commitment, "1.2.2", "1.9", IC_COMMITMENT_UNANSWERED);
  g_assert_true (ic_commitment_repo_begin (tx, commitment, "operator", error));
  return commitment;
}

static guint
count_pending (IcWriteTx *tx)
{
  g_autoptr(GPtrArray) pending = ic_commitment_repo_list (ic_write_tx_read (tx), 0, NULL);

  return pending->len;
}

/* What a program that knows nothing but the report does, hours later. */
static void
take_report (IcWriteTx *tx, const char *transaction_uid, gint second, GError **error)
{
  g_autoptr(IcCommitment) found =
                 ic_commitment_repo_find (ic_write_tx_read (tx), transaction_uid, error);

  g_assert_nonnull (found);
  g_assert_cmpuint (found->instances->len, ==, 2);
  ic_commitment_answer (found, "1.2.1", 0);
  ic_commitment_answer (found, "1.2.2", second);
  ic_commitment_close (found);
  g_assert_true (ic_commitment_repo_answer (tx, found, "operator", error));
}

static gboolean
test_report_finds_what_it_is_about (IcWriteTx *tx, gpointer data, GError **error)
{
  g_autoptr(IcCommitment) asked = begin (data, tx, error);
  g_autoptr(GPtrArray) of_transfer = NULL;
  IcCommitment *kept = NULL;

  g_assert_cmpuint (count_pending (tx), ==, 1);
  take_report (tx, asked->transaction_uid, 0x0112, error);
  g_assert_cmpuint (count_pending (tx), ==, 0);
  of_transfer = ic_commitment_repo_list (ic_write_tx_read (tx), asked->transfer, error);
  g_assert_cmpuint (of_transfer->len, ==, 1);
  kept = of_transfer->pdata[0];
  g_assert_cmpint (kept->state, ==, IC_COMMITMENT_REFUSED);
  g_assert_cmpstr (kept->node, ==, "CLINIC");
  g_assert_cmpint (ic_commitment_find (kept, "1.2.1")->reason, ==, 0);
  g_assert_cmpint (ic_commitment_find (kept, "1.2.2")->reason, ==, 0x0112);
  return TRUE;
}

static gboolean
test_second_report_changes_nothing (IcWriteTx *tx, gpointer data, GError **error)
{
  g_autoptr(IcCommitment) asked = begin (data, tx, error);
  g_autoptr(GError) conflict = NULL;
  g_autoptr(IcCommitment) again = NULL;

  take_report (tx, asked->transaction_uid, 0, error);
  again = ic_commitment_repo_find (ic_write_tx_read (tx), asked->transaction_uid, error);
  ic_commitment_close (again);
  g_assert_false (ic_commitment_repo_answer (tx, again, "operator", &conflict));
  g_assert_error (conflict, IC_ERROR, IC_ERROR_CONFLICT);
  return TRUE;
}

/* The node may answer the first request after the second was made. */
static gboolean
test_report_on_a_replaced_request_counts (IcWriteTx *tx, gpointer data, GError **error)
{
  g_autoptr(IcCommitment) asked = begin (data, tx, error);
  g_autoptr(IcCommitment) found = NULL;

  g_assert_true (ic_commitment_repo_replace (tx, asked->id, error));
  g_assert_cmpuint (count_pending (tx), ==, 0);
  take_report (tx, asked->transaction_uid, 0, error);
  found = ic_commitment_repo_find (ic_write_tx_read (tx), asked->transaction_uid, error);
  g_assert_cmpint (found->state, ==, IC_COMMITMENT_COMMITTED);
  return TRUE;
}

static gboolean
test_report_that_nobody_asked_for_is_not_found (IcWriteTx *tx, gpointer data, GError **error)
{
  g_autoptr(GError) missing = NULL;

  g_assert_null (ic_commitment_repo_find (ic_write_tx_read (tx), "2.25.4711", &missing));
  g_assert_error (missing, IC_ERROR, IC_ERROR_NOT_FOUND);
  return TRUE;
}

static gboolean
test_node_keeps_its_limit (IcWriteTx *tx, gpointer data, GError **error)
{
  g_autoptr(IcNode) node = ic_node_new ("CLINIC", "AET", "localhost", 104, NULL, FALSE, NULL, NULL,
                                         NULL, error);
  g_autoptr(IcNode) found = NULL;

  g_assert_true (ic_node_limit_associations (node, 2, error));
  g_assert_true (ic_node_repo_add (tx, node, error));
  found = ic_node_repo_find (ic_write_tx_read (tx), "CLINIC", error);
  g_assert_cmpuint (found->max_associations, ==, 2);
  return TRUE;
}

typedef struct
{
  Fixture *fixture;
  char *transaction_uid;
} Restart;

static gboolean
ask_before_restart (IcWriteTx *tx, gpointer data, GError **error)
{
  Restart *restart = data;
  g_autoptr(IcCommitment) asked = begin (restart->fixture, tx, error);

  restart->transaction_uid = g_strdup (asked->transaction_uid);
  return TRUE;
}

static gboolean
report_after_restart (IcWriteTx *tx, gpointer data, GError **error)
{
  g_assert_cmpuint (count_pending (tx), ==, 1);
  take_report (tx, ((Restart *) data)->transaction_uid, 0, error);
  g_assert_cmpuint (count_pending (tx), ==, 0);
  return TRUE;
}

/* Asked by one program, answered by another that opens the data directory later. */
static void
test_request_survives_a_restart (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  Restart restart = { fixture, NULL };

  fixture_open (fixture);
  fixture_write (fixture, ask_before_restart, &restart);
  fixture_close (fixture);
  fixture_open (fixture);
  fixture_write (fixture, report_after_restart, &restart);
  g_free (restart.transaction_uid);
}

static void
run_story (gconstpointer story)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  IcWriteFunc func = *(const IcWriteFunc *) story;

  fixture_open (fixture);
  fixture_write (fixture, func, fixture);
}

static const struct
{
  const char *name;
  IcWriteFunc func;
} stories[] = {
  { "/commitment/found", test_report_finds_what_it_is_about },
  { "/commitment/second", test_second_report_changes_nothing },
  { "/commitment/replaced", test_report_on_a_replaced_request_counts },
  { "/commitment/unasked", test_report_that_nobody_asked_for_is_not_found },
  { "/node/limit", test_node_keeps_its_limit },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (stories); i++)
    g_test_add_data_func (stories[i].name, &stories[i].func, run_story);
  g_test_add_func ("/commitment/restart", test_request_survives_a_restart);
  return g_test_run ();
}
