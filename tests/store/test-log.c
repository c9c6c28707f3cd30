/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-error.h"
#include "fixture.h"
#include "store/ic-audit-list.h"
#include "store/ic-audit.h"
#include "store/ic-expectation-repo.h"
#include "store/ic-request-repo.h"
#include "store/ic-sweep.h"
#include "store/ic-transfer-repo.h"
#include "store/ic-transfer-search.h"

#include <string.h>

#define NAME "ZEBROWSKA^Wilhelmina"
#define ID "PID-4711-X"

/* What one transfer in a story is about; NULL for the usual. */
typedef struct
{
  Fixture *fixture;
  const char *name;
  const char *id;
  const char *recipient;
  gint64 started_at;
  gboolean unended;
  gint64 transfer; /* out: its id */
} Act;

static IcTransfer *
make_transfer (const Act *act)
{
  g_autoptr(IcPatient) patient =
                 ic_patient_new (act->id != NULL ? act->id : ID, "HOSP",
                                 act->name != NULL ? act->name : NAME, "19330303", "F");
  IcTransfer *transfer = ic_transfer_new ();

  transfer->route = IC_ROUTE_ISO;
  transfer->urgency = IC_URGENCY_URGENT;
  transfer->started_at = act->started_at > 0 ? act->started_at : 1000;
  ic_transfer_set_patient (&transfer->patient, patient);
  ic_transfer_set_text (&transfer->operator_name, "operator");
  ic_transfer_set_text (&transfer->recipient,
                        act->recipient != NULL ? act->recipient : "Dr Recipientson");
  ic_transfer_set_text (&transfer->reason, "reason-of-zebrowska");
  ic_transfer_set_text (&transfer->legal_basis, "basis-of-zebrowska");
  ic_transfer_set_text (&transfer->output, "/media/zebrowska.iso");
  ic_transfer_set_text (&transfer->source, "ARCHIVE");
  return transfer;
}

static void
fill_evidence (IcTransfer *transfer)
{
  IcTransferSeries *series = ic_transfer_add_series (transfer);
  IcTransferInstance *instance = ic_transfer_add_instance (transfer);

  ic_transfer_set_text (&series->study_uid, "1.1");
  ic_transfer_set_text (&series->series_uid, "1.1.1");
  series->basis = IC_BASIS_UID_LIST;
  series->expected = series->retrieved = series->written = series->verified = 1;
  instance->sop_instance_uid = "1.1.1.1";
  instance->study_uid = "1.1";
  instance->series_uid = "1.1.1";
  instance->file_id = "DICOM/S0001/SE0001/I0000001";
  instance->volume = 2;
  instance->sha256 = "00ff";
  instance->state = IC_ITEM_VERIFIED;
  transfer->state = IC_TRANSFER_SUCCEEDED;
  transfer->basis = IC_BASIS_UID_LIST;
  transfer->read_back = IC_READ_BACK_MEDIUM;
  transfer->expected = transfer->retrieved = transfer->written = transfer->verified = 1;
  transfer->ended_at = transfer->started_at + 60;
}

static gboolean
perform (IcWriteTx *tx, gpointer data, GError **error)
{
  Act *act = data;
  g_autoptr(IcTransfer) transfer = make_transfer (act);
  g_autoptr(IcRequest) request = ic_request_new ();

  ic_transfer_set_patient (&request->patient, transfer->patient);
  ic_transfer_set_text (&request->requested_by, "Dr Askerova");
  if (!ic_request_repo_open (tx, request, "operator", error))
    return FALSE;
  transfer->request = request->id;
  if (!ic_transfer_repo_begin (tx, transfer, ic_store_get_session (act->fixture->store), error))
    return FALSE;
  act->transfer = transfer->id;
  if (act->unended)
    return TRUE;
  fill_evidence (transfer);
  return ic_transfer_repo_end (tx, transfer, error);
}

static void
perform_transfers (Fixture *fixture, guint n)
{
  for (guint i = 0; i < n; i++)
    fixture_write (fixture, perform, &(Act){ .fixture = fixture });
}

typedef struct
{
  const char *anchor;
  IcAuditReport *report;
} Check;

static gboolean
verify (IcReadTx *tx, gpointer data, GError **error)
{
  Check *check = data;

  check->report = ic_audit_verify (tx, check->anchor, error);
  return check->report != NULL;
}

static IcAuditReport *
assert_sound (Fixture *fixture, const char *anchor)
{
  Check check = { .anchor = anchor };

  fixture_read (fixture, verify, &check);
  return check.report;
}

static void
assert_damaged (Fixture *fixture, const char *anchor, const char *what)
{
  Check check = { .anchor = anchor };
  g_autoptr(GError) error = NULL;

  g_assert_false (ic_store_read (fixture->store, verify, &check, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_STORE_DAMAGED);
  if (strstr (error->message, what) == NULL)
    g_error ("expected \"%s\" in \"%s\"", what, error->message);
}

static gboolean
find_transfer (IcReadTx *tx, gpointer data, GError **error)
{
  IcTransfer **transfer = data;

  *transfer = ic_transfer_repo_find (tx, 1, error);
  return *transfer != NULL;
}

static void
test_transfer_comes_back_with_its_evidence (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  g_autoptr(IcTransfer) transfer = NULL;
  g_autoptr(IcAuditReport) report = NULL;
  const IcTransferInstance *instance = NULL;

  fixture_open (fixture);
  perform_transfers (fixture, 1);
  fixture_read (fixture, find_transfer, &transfer);
  g_assert_cmpint (transfer->state, ==, IC_TRANSFER_SUCCEEDED);
  g_assert_cmpint (transfer->route, ==, IC_ROUTE_ISO);
  g_assert_cmpint (transfer->read_back, ==, IC_READ_BACK_MEDIUM);
  g_assert_cmpint (transfer->urgency, ==, IC_URGENCY_URGENT);
  g_assert_cmpint (transfer->request, ==, 1);
  g_assert_cmpstr (transfer->patient->name, ==, NAME);
  g_assert_cmpint (transfer->ended_at, ==, 1060);
  g_assert_cmpuint (((IcTransferSeries *) transfer->series->pdata[0])->verified, ==, 1);
  instance = transfer->instances->pdata[0];
  g_assert_cmpstr (instance->file_id, ==, "DICOM/S0001/SE0001/I0000001");
  g_assert_cmpuint (instance->volume, ==, 2);
  g_assert_cmpint (instance->state, ==, IC_ITEM_VERIFIED);
  report = assert_sound (fixture, transfer->log_head);
  g_assert_cmpstr (report->head, ==, transfer->log_head);
  g_assert_cmpint (report->n_events, ==, 3);
}

static gboolean
end_again (IcWriteTx *tx, gpointer data, GError **error)
{
  g_autoptr(IcTransfer) transfer = ic_transfer_repo_find (ic_write_tx_read (tx), 1, error);

  transfer->state = IC_TRANSFER_FAILED;
  return ic_transfer_repo_end (tx, transfer, error);
}

static void
test_ended_transfer_cannot_end_again (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  g_autoptr(GError) error = NULL;

  fixture_open (fixture);
  perform_transfers (fixture, 1);
  g_assert_false (ic_store_write (fixture->store, end_again, NULL, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_CONFLICT);
}

static gboolean
append_nothing (IcWriteTx *tx, gpointer data, GError **error)
{
  const IcAuditField details[] = { { "quote\"\\\n", "\x01" }, { NULL, NULL } };
  const IcAuditEvent event = { .operator_name = "o", .action = "test", .details = details };

  return ic_audit_append (tx, &event, error);
}

static void
test_details_are_json_whatever_they_contain (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();

  fixture_open (fixture);
  fixture_write (fixture, append_nothing, NULL);
  g_assert_cmpint (fixture_query (fixture, "SELECT json_valid (details) FROM audit_event"), ==, 1);
}

static void
assert_refused_by_database (Fixture *fixture, const char *sql)
{
  g_autofree char *path = g_build_filename (fixture->path, "courier.sqlite", NULL);
  g_autofree char *quoted = g_shell_quote (sql);
  g_autofree char *command = g_strdup_printf ("sqlite3 %s %s", path, quoted);
  g_autofree char *message = NULL;
  int status = 0;

  g_assert_true (g_spawn_command_line_sync (command, NULL, &message, &status, NULL));
  g_assert_cmpint (status, !=, 0);
  g_assert_nonnull (strstr (message, "append-only"));
}

static void
test_database_refuses_to_change_the_log (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  g_autofree char *tool = g_find_program_in_path ("sqlite3");

  if (tool == NULL)
    {
      g_test_skip ("sqlite3 is not installed");
      return;
    }
  fixture_open (fixture);
  perform_transfers (fixture, 1);
  assert_refused_by_database (fixture, "UPDATE audit_event SET operator = 'x'");
  assert_refused_by_database (fixture, "DELETE FROM audit_event");
  assert_refused_by_database (fixture, "INSERT OR REPLACE INTO audit_event SELECT * "
                                       "FROM audit_event WHERE n = 1");
}

static void
test_every_edit_of_the_log_is_detected (void)
{
  static const struct
  {
    const char *sql;
    const char *found;
  } edits[] = {
    { "UPDATE audit_event SET operator = 'x' WHERE n = 2", "event 2: the chain is broken" },
    { "UPDATE audit_event SET time = '' WHERE n = 1", "event 1: the chain is broken" },
    { "UPDATE audit_event SET transfer = 2 WHERE n = 3", "event 3: the chain is broken" },
    { "UPDATE audit_event SET hash = upper (hash) WHERE n = 1", "event 1: the chain is broken" },
    { "DELETE FROM personal_field WHERE event = 2; DELETE FROM audit_event WHERE n = 2",
      "event 3: the chain is broken" },
    { "UPDATE personal_field SET value = 'x' WHERE event = 2 AND name = 'patient_id'",
      "event 2: a personal value was changed" },
    { "INSERT INTO personal_field VALUES (3, 'new', 's', 'v')",
      "event 3: a personal value was changed" },
    { "DELETE FROM personal_field WHERE event = 2", "event 2: personal values are gone" },
    { "UPDATE transfer SET state = 'failed' WHERE id = 1", "event 3: the record of its transfer" },
    { "UPDATE transfer SET log_head = '9:' || hash FROM audit_event WHERE n = 3",
      "event 9: a transfer names it" },
    { "UPDATE transfer_series SET missing = 1", "event 3: the record of its transfer" },
    { "UPDATE transfer_instance SET sha256 = '11ff'", "event 3: the record of its transfer" },
    { "UPDATE transfer_instance SET volume = 1", "event 3: the record of its transfer" },
    { "UPDATE transfer_instance SET volume = 0", "event 3: the record of its transfer" },
    { "DELETE FROM transfer_instance", "event 3: the record of its transfer" },
    { "UPDATE transfer SET recipient = 'x'", "event 3: whom or what it was about" },
    { "UPDATE transfer SET legal_basis = 'x'", "event 3: whom or what it was about" },
    { "UPDATE transfer SET patient_name = 'x'", "event 3: whom or what it was about" },
    { "UPDATE transfer SET patient_id = ''", "event 3: whom or what it was about" },
    { "UPDATE transfer SET sex = 'M'", "event 3: whom or what it was about" },
    { "UPDATE request SET requested_by = 'x'", "event 1: whom or what it was about" },
    { "UPDATE request SET issuer = 'x'", "event 1: whom or what it was about" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (edits); i++)
    {
      g_autoptr(Fixture) fixture = fixture_new ();
      g_autofree char *sql =
          g_strconcat ("DROP TRIGGER audit_event_no_update; DROP TRIGGER audit_event_no_delete;"
                       "DROP TRIGGER personal_field_no_update;",
                       edits[i].sql, NULL);

      fixture_open (fixture);
      perform_transfers (fixture, 1);
      fixture_tamper (fixture, sql);
      assert_damaged (fixture, NULL, edits[i].found);
    }
}

static void
test_cut_off_end_is_detected_by_the_anchor (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  g_autoptr(IcAuditReport) before = NULL;
  g_autoptr(IcAuditReport) after = NULL;

  fixture_open (fixture);
  perform_transfers (fixture, 2);
  before = assert_sound (fixture, NULL);
  g_assert_cmpint (before->n_events, ==, 6);
  /* A careful forger removes the second transfer with everything that names it. */
  fixture_tamper (fixture, "DROP TRIGGER audit_event_no_delete;"
                           "DELETE FROM transfer_instance WHERE transfer = 2;"
                           "DELETE FROM transfer_series WHERE transfer = 2;"
                           "DELETE FROM transfer WHERE id = 2;"
                           "DELETE FROM request WHERE id = 2;"
                           "DELETE FROM personal_field WHERE event > 3;"
                           "DELETE FROM audit_event WHERE n > 3;");
  after = assert_sound (fixture, NULL);
  g_assert_cmpint (after->n_events, ==, 3);
  assert_damaged (fixture, before->head, "event 6: the anchor names it");
}

static void
test_transfer_that_somebody_put_in_is_detected (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();

  fixture_open (fixture);
  perform_transfers (fixture, 1);
  fixture_tamper (fixture, "CREATE TEMP TABLE forged AS SELECT * FROM transfer WHERE id = 1;"
                           "UPDATE forged SET id = 1001, recipient = 'Forged Clinic';"
                           "INSERT INTO transfer SELECT * FROM forged;");
  assert_damaged (fixture, NULL, "transfer 1001 is in no event");
}

static void
test_cut_off_end_is_detected_by_the_transfer_that_names_it (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();

  fixture_open (fixture);
  perform_transfers (fixture, 1);
  fixture_tamper (fixture, "DROP TRIGGER audit_event_no_delete;"
                           "DELETE FROM personal_field WHERE event = 3;"
                           "DELETE FROM audit_event WHERE n = 3;");
  assert_damaged (fixture, NULL, "event 3: a transfer names it");
}

static void
test_anchor_of_another_log_is_detected (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  g_autoptr(IcAuditReport) report = NULL;
  g_autoptr(GError) error = NULL;
  Check check = { .anchor = "2:xyz" };
  char *last = NULL;

  fixture_open (fixture);
  perform_transfers (fixture, 1);
  report = assert_sound (fixture, NULL);
  last = &report->head[strlen (report->head) - 1];
  *last = *last == '0' ? '1' : '0';
  assert_damaged (fixture, report->head, "does not agree with the anchor");
  g_assert_false (ic_store_read (fixture->store, verify, &check, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_USAGE);
}

static void
test_empty_log_is_sound (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  g_autoptr(IcAuditReport) report = NULL;
  g_autoptr(IcAuditReport) again = NULL;

  fixture_open (fixture);
  report = assert_sound (fixture, NULL);
  g_assert_true (g_str_has_prefix (report->head, "0:0000"));
  perform_transfers (fixture, 1);
  again = assert_sound (fixture, report->head);
}

static gboolean
is_in_file (Fixture *fixture, const char *name, const char *needle)
{
  g_autofree char *path = g_build_filename (fixture->path, name, NULL);
  g_autofree char *contents = NULL;
  gsize size = 0;

  if (!g_file_get_contents (path, &contents, &size, NULL))
    return FALSE;
  return memmem (contents, size, needle, strlen (needle)) != NULL;
}

static void
test_erased_values_are_nowhere_and_the_chain_is_sound (void)
{
  static const char *const values[] = { "ZEBROWSKA",  "zebrowska",    "19330303", ID,
                                        "pid-4711-x", "Recipientson", "Askerova" };
  g_autoptr(Fixture) fixture = fixture_new ();
  g_autoptr(IcAuditReport) before = NULL;
  g_autoptr(IcAuditReport) after = NULL;
  g_autoptr(GError) error = NULL;

  fixture_open (fixture);
  perform_transfers (fixture, 1);
  before = assert_sound (fixture, NULL);
  g_assert_true (is_in_file (fixture, "courier.sqlite-wal", "ZEBROWSKA"));
  ic_transfer_repo_erase_personal (fixture->store, 1, "officer", &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_assert_false (is_in_file (fixture, "courier.sqlite", values[i]));
      g_assert_false (is_in_file (fixture, "courier.sqlite-wal", values[i]));
    }
  after = assert_sound (fixture, before->head);
  g_assert_cmpint (after->n_personal, ==, 0);
  g_assert_cmpint (after->n_erased, ==, before->n_personal);
  g_assert_cmpint (fixture_query (fixture, "SELECT count(*) FROM audit_event "
                                           "WHERE operator = 'officer'"),
                   ==, 3);
}

static void
test_no_personal_value_stands_in_the_chain (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();

  fixture_open (fixture);
  perform_transfers (fixture, 2);
  g_assert_cmpint (fixture_query (fixture,
                                  "SELECT count(*) FROM audit_event, (SELECT DISTINCT value FROM "
                                  "personal_field WHERE length (value) > 1) AS p WHERE instr "
                                  "(lower (time || operator || "
                                  "action || "
                                  "details || personal || hash), lower (p.value)) > 0"),
                   ==, 0);
  g_assert_cmpint (fixture_query (fixture, "SELECT count(DISTINCT value) FROM personal_field"), ==,
                   10);
}

static void
test_transfer_of_a_dead_program_ends_as_failed (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  g_autoptr(IcTransfer) transfer = NULL;
  g_autoptr(IcAuditReport) report = NULL;
  g_autoptr(GError) error = NULL;
  Act act = { .fixture = fixture, .unended = TRUE };

  fixture_open (fixture);
  fixture_write (fixture, perform, &act);
  ic_sweep_run (fixture->store, &error);
  g_assert_no_error (error);
  fixture_read (fixture, find_transfer, &transfer);
  g_assert_cmpint (transfer->state, ==, IC_TRANSFER_RUNNING);
  g_clear_pointer (&transfer, ic_transfer_free);

  fixture_close (fixture);
  fixture_open (fixture);
  ic_sweep_run (fixture->store, &error);
  g_assert_no_error (error);
  fixture_read (fixture, find_transfer, &transfer);
  g_assert_cmpint (transfer->state, ==, IC_TRANSFER_FAILED);
  g_assert_cmpstr (transfer->patient->name, ==, NAME);
  report = assert_sound (fixture, transfer->log_head);
}

static gboolean
keep_readings (IcWriteTx *tx, gpointer data, GError **error)
{
  g_autoptr(IcExpectation) before = ic_expectation_new ("1.1", "A", 100);
  g_autoptr(IcExpectation) after = ic_expectation_new ("1.1", "A", 200);
  g_autoptr(IcExpectation) later = ic_expectation_new ("1.1", "A", 300);
  g_autoptr(GPtrArray) list = NULL;

  g_assert_true (ic_expectation_repo_put (tx, before, 1, error));
  g_assert_true (ic_expectation_repo_put (tx, after, 1, error));
  g_assert_true (ic_expectation_repo_put (tx, later, 0, error));
  list = ic_expectation_repo_list (ic_write_tx_read (tx), 1, error);
  g_assert_cmpuint (list->len, ==, 2);
  g_assert_cmpint (((IcExpectation *) list->pdata[1])->taken_at, ==, 200);
  return TRUE;
}

static void
test_readings_for_a_transfer_are_kept_for_ever (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();

  fixture_open (fixture);
  perform_transfers (fixture, 1);
  fixture_write (fixture, keep_readings, NULL);
}

typedef struct
{
  IcTransferFilter filter;
  gint64 before_id;
  const char *expected; /* ids, newest first */
} Question;

static gboolean
ask (IcReadTx *tx, gpointer data, GError **error)
{
  const Question *question = data;
  g_autoptr(GString) found = g_string_new (NULL);
  g_autoptr(GPtrArray) list =
                 ic_transfer_search (tx, &question->filter, question->before_id, 2, error);

  for (guint i = 0; list != NULL && i < list->len; i++)
    g_string_append_printf (found, "%s%" G_GINT64_FORMAT, i > 0 ? " " : "",
                            ((IcTransfer *) list->pdata[i])->id);
  g_assert_cmpstr (found->str, ==, question->expected);
  return list != NULL;
}

static void
test_log_is_searched_by_every_filter (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  Act acts[] = {
    { .name = "MÜLLER^Ann", .id = "A1", .recipient = "St. Mary's", .started_at = 100 },
    { .name = "SMITH^Bob", .id = "B%2", .recipient = "Städtisches Klinikum", .started_at = 200 },
    { .name = "SMITHERS^Cy \"quoted\"", .id = "B_2", .started_at = 300, .unended = TRUE },
  };
  const Question questions[] = {
    { { 0 }, 0, "3 2" },
    { { 0 }, 2, "1" },
    { { .text = "muller" }, 0, "1" },
    { { .text = "mith" }, 0, "3 2" },
    { { .text = "mith" }, 3, "2" },
    { { .text = "mith klinik" }, 0, "2" },
    { { .text = "smith bo" }, 0, "2" },
    { { .text = "ic000003" }, 0, "3" },
    { { .text = "cy" }, 0, "3" },
    { { .text = "\"quoted\"" }, 0, "3" },
    { { .text = "\" OR \"" }, 0, "" },
    { { .text = "b%2" }, 0, "2" },
    { { .text = "NEAR(" }, 0, "" },
    { { .text = "a* OR b*" }, 0, "" },
    { { .patient_id = "B%2" }, 0, "2" },
    { { .patient_id = "B?2" }, 0, "3 2" },
    { { .patient_name = "müller" }, 0, "1" },
    { { .patient_name = "smith" }, 0, "2" },
    { { .recipient = "stadtisches*" }, 0, "2" },
    { { .recipient = "st. mary's" }, 0, "1" },
    { { .has_state = TRUE, .state = IC_TRANSFER_RUNNING }, 0, "3" },
    { { .from = 100, .before = 200 }, 0, "1" },
    { { .study_uid = "1.1" }, 0, "2 1" },
    { { .text = "smith", .has_state = TRUE, .state = IC_TRANSFER_SUCCEEDED }, 0, "2" },
    { { .text = "sm" }, 0, "3 2" },
    { { .text = "mi" }, 0, "" },
    { { .text = "smith cy" }, 0, "3" },
    { { .text = "smith cy", .has_state = TRUE, .state = IC_TRANSFER_SUCCEEDED }, 0, "" },
    { { .text = "cy", .has_state = TRUE, .state = IC_TRANSFER_RUNNING }, 0, "3" },
    { { .text = "mith", .from = 250 }, 0, "3" },
    { { .text = "mith", .from = 86400 }, 0, "" },
  };

  fixture_open (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (acts); i++)
    {
      acts[i].fixture = fixture;
      fixture_write (fixture, perform, &acts[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (questions); i++)
    {
      g_test_message ("question %u", i);
      fixture_read (fixture, ask, (gpointer) &questions[i]);
    }
}

static void
test_numbers_of_transfers_read_both_ways (void)
{
  g_autofree char *number = ic_transfer_dup_number (123);

  g_assert_cmpstr (number, ==, "IC000123");
  g_assert_cmpint (ic_transfer_id_from_number ("IC000123"), ==, 123);
  g_assert_cmpint (ic_transfer_id_from_number ("ic123"), ==, 123);
  g_assert_cmpint (ic_transfer_id_from_number ("123"), ==, 123);
  g_assert_cmpint (ic_transfer_id_from_number ("IC-1"), ==, 0);
  g_assert_cmpint (ic_transfer_id_from_number ("IC0"), ==, 0);
  g_assert_cmpint (ic_transfer_id_from_number (""), ==, 0);
  g_assert_cmpint (ic_transfer_id_from_number ("12x"), ==, 0);
}

static gboolean
append_discs (IcWriteTx *tx, gpointer data, GError **error)
{
  const IcAuditField second[] = { { "copy", "1 of 1" }, { "disc", "2 of 3" }, { NULL, NULL } };
  const IcAuditField none[] = { { "copy", "1 of 1" }, { NULL, NULL } };
  const IcAuditEvent events[] = {
    { .operator_name = "o", .action = "test", .transfer = 1, .details = second },
    { .operator_name = "o", .action = "test", .transfer = 1, .details = none },
  };

  return ic_audit_append (tx, &events[0], error) && ic_audit_append (tx, &events[1], error);
}

static gboolean
list_first_transfer (IcReadTx *tx, gpointer data, GError **error)
{
  GPtrArray **events = data;

  *events = ic_audit_list_for_transfer (tx, 1, error);
  return *events != NULL;
}

static void
test_event_says_which_of_how_many_discs_it_is_about (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  g_autoptr(GPtrArray) events = NULL;
  guint number = 0;
  guint n_discs = 0;

  fixture_open (fixture);
  perform_transfers (fixture, 1);
  fixture_write (fixture, append_discs, NULL);
  fixture_read (fixture, list_first_transfer, &events);
  g_assert_cmpuint (events->len, >=, 2);
  for (guint i = 0; i < events->len; i++)
    ic_audit_entry_get_disc (events->pdata[i], &number, &n_discs);
  g_assert_cmpuint (number, ==, 2);
  g_assert_cmpuint (n_discs, ==, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/transfer/numbers", test_numbers_of_transfers_read_both_ways);
  g_test_add_func ("/transfer/round-trip", test_transfer_comes_back_with_its_evidence);
  g_test_add_func ("/transfer/end", test_ended_transfer_cannot_end_again);
  g_test_add_func ("/transfer/orphan", test_transfer_of_a_dead_program_ends_as_failed);
  g_test_add_func ("/transfer/readings", test_readings_for_a_transfer_are_kept_for_ever);
  g_test_add_func ("/transfer/search", test_log_is_searched_by_every_filter);
  g_test_add_func ("/audit/json", test_details_are_json_whatever_they_contain);
  g_test_add_func ("/audit/discs", test_event_says_which_of_how_many_discs_it_is_about);
  g_test_add_func ("/audit/append-only", test_database_refuses_to_change_the_log);
  g_test_add_func ("/audit/edits", test_every_edit_of_the_log_is_detected);
  g_test_add_func ("/audit/anchor", test_cut_off_end_is_detected_by_the_anchor);
  g_test_add_func ("/audit/put-in", test_transfer_that_somebody_put_in_is_detected);
  g_test_add_func ("/audit/named", test_cut_off_end_is_detected_by_the_transfer_that_names_it);
  g_test_add_func ("/audit/other-log", test_anchor_of_another_log_is_detected);
  g_test_add_func ("/audit/empty", test_empty_log_is_sound);
  g_test_add_func ("/audit/erased", test_erased_values_are_nowhere_and_the_chain_is_sound);
  g_test_add_func ("/audit/no-personal", test_no_personal_value_stands_in_the_chain);
  return g_test_run ();
}
