/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A report on storage commitment that comes in when whoever asked has long ended. */
#include "core/ic-error.h"
#include "dicom/ic-send-client.h"
#include "ops/ic-committing.h"
#include "ops/ic-transfer-log.h"
#include "store/ic-commitment-repo.h"

typedef struct
{
  char *folder;
  IcDesk *desk;
  IcCommitment *asked;
} Fixture;

static gboolean
keep (IcWriteTx *tx, gpointer data, GError **error)
{
  return ic_commitment_repo_begin (tx, data, "operator", error);
}

static Fixture *
fixture_new (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(IcTransfer) transfer = ic_transfer_new ();
  Fixture *self = g_new0 (Fixture, 1);

  self->folder = g_dir_make_tmp ("committing-XXXXXX", &error);
  g_assert_no_error (error);
  self->desk = ic_desk_open (self->folder, &error);
  g_assert_no_error (error);
  ic_transfer_log_begin (self->desk, transfer, &error);
  g_assert_no_error (error);
  self->asked = ic_commitment_new (transfer->id, "CLINIC");
  ic_commitment_add (self->asked, "1.2.1", "1.9", IC_COMMITMENT_UNANSWERED);
  ic_store_write (ic_desk_get_store (self->desk), keep, self->asked, &error);
  g_assert_no_error (error);
  return self;
}

static void
fixture_free (Fixture *self)
{
  const char *const argv[] = { "rm", "-rf", self->folder, NULL };
  g_autoptr(GSubprocess) rm = NULL;

  ic_commitment_free (self->asked);
  ic_desk_unref (self->desk);
  rm = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_NONE, NULL);
  g_subprocess_wait (rm, NULL, NULL);
  g_free (self->folder);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

static gboolean
report (Fixture *self, const char *transaction_uid, guint16 reason, GError **error)
{
  g_autoptr(GArray) answers = g_array_new (FALSE, FALSE, sizeof (IcCommitmentAnswer));
  IcCommitmentAnswer answer = { (char *) "1.2.1", reason };

  g_array_append_val (answers, answer);
  return ic_committing_take_report (self->desk, transaction_uid, answers, error);
}

static gboolean
read_state (IcReadTx *tx, gpointer data, GError **error)
{
  Fixture *self = data;
  g_autoptr(IcCommitment) found =
                 ic_commitment_repo_find (tx, self->asked->transaction_uid, error);

  self->asked->state = found->state;
  return TRUE;
}

static IcCommitmentState
state_of (Fixture *self)
{
  g_assert_true (ic_store_read (ic_desk_get_store (self->desk), read_state, self, NULL));
  return self->asked->state;
}

static void
test_report_is_kept (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  g_autoptr(GError) error = NULL;

  g_assert_true (report (fixture, fixture->asked->transaction_uid, 0, &error));
  g_assert_cmpint (state_of (fixture), ==, IC_COMMITMENT_COMMITTED);
  g_assert_false (report (fixture, fixture->asked->transaction_uid, 0x0112, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_CONFLICT);
  g_assert_cmpint (state_of (fixture), ==, IC_COMMITMENT_COMMITTED);
}

static void
test_refusal_is_kept (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();

  g_assert_true (report (fixture, fixture->asked->transaction_uid, 0x0112, NULL));
  g_assert_cmpint (state_of (fixture), ==, IC_COMMITMENT_REFUSED);
}

static void
test_report_of_a_stranger_changes_nothing (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  g_autoptr(GError) error = NULL;

  g_assert_false (report (fixture, "2.25.4711", 0, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_NOT_FOUND);
  g_assert_cmpint (state_of (fixture), ==, IC_COMMITMENT_PENDING);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/committing/report-is-kept", test_report_is_kept);
  g_test_add_func ("/committing/refusal-is-kept", test_refusal_is_kept);
  g_test_add_func ("/committing/report-of-a-stranger-changes-nothing",
                   test_report_of_a_stranger_changes_nothing);
  return g_test_run ();
}
