/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-error.h"
#include "fixture.h"
#include "store/ic-expectation-repo.h"
#include "store/ic-node-repo.h"
#include "store/ic-request-repo.h"
#include "store/ic-search.h"
#include "store/ic-setting-repo.h"
#include "store/ic-study-repo.h"

#include <string.h>

/* Runs one story, a write transaction, on a store of its own. */
static void
run_story (gconstpointer story)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  IcWriteFunc func = NULL;

  memcpy (&func, &story, sizeof func);
  fixture_open (fixture);
  fixture_write (fixture, func, fixture);
}

static gboolean
test_settings_are_kept_changed_and_forgotten (IcWriteTx *tx, gpointer data, GError **error)
{
  g_autofree char *never = NULL;
  g_autofree char *kept = NULL;
  g_autofree char *forgotten = NULL;

  never = ic_setting_repo_dup (ic_write_tx_read (tx), "a", "fallback", error);
  g_assert_cmpstr (never, ==, "fallback");
  g_assert_true (ic_setting_repo_set (tx, "a", "one", error));
  g_assert_true (ic_setting_repo_set (tx, "a", "'; DROP TABLE setting; --", error));
  kept = ic_setting_repo_dup (ic_write_tx_read (tx), "a", "fallback", error);
  g_assert_cmpstr (kept, ==, "'; DROP TABLE setting; --");
  g_assert_true (ic_setting_repo_set (tx, "a", NULL, error));
  forgotten = ic_setting_repo_dup (ic_write_tx_read (tx), "a", "fallback", error);
  g_assert_cmpstr (forgotten, ==, "fallback");
  return TRUE;
}

static gboolean
test_secret_is_made_once (IcWriteTx *tx, gpointer data, GError **error)
{
  g_autofree char *first = ic_setting_repo_ensure_secret (tx, "s", error);
  g_autofree char *again = ic_setting_repo_ensure_secret (tx, "s", error);
  g_autofree char *other = ic_setting_repo_ensure_secret (tx, "t", error);

  g_assert_cmpuint (strlen (first), ==, 64);
  g_assert_cmpstr (first, ==, again);
  g_assert_cmpstr (first, !=, other);
  return TRUE;
}

static gboolean
test_nodes_are_unique_by_name (IcWriteTx *tx, gpointer data, GError **error)
{
  g_autoptr(IcNode) node = ic_node_new ("ARCHIVE", "PACS", "localhost", 11112, "ME", TRUE, "/ca",
                                         "/cert", "/key", error);
  g_autoptr(IcNode) found = NULL;
  g_autoptr(GPtrArray) list = NULL;
  g_autoptr(GError) expected = NULL;

  ic_node_set_retrieve (node, IC_RETRIEVE_MOVE);
  g_assert_true (ic_node_repo_add (tx, node, error));
  g_assert_false (ic_node_repo_add (tx, node, &expected));
  g_assert_error (expected, IC_ERROR, IC_ERROR_CONFLICT);
  g_clear_error (&expected);
  found = ic_node_repo_find (ic_write_tx_read (tx), "ARCHIVE", error);
  g_assert_cmpstr (found->aet, ==, "PACS");
  g_assert_cmpuint (found->port, ==, 11112);
  g_assert_true (found->tls);
  g_assert_cmpstr (found->tls_key, ==, "/key");
  g_assert_cmpint (found->retrieve, ==, IC_RETRIEVE_MOVE);
  list = ic_node_repo_list (ic_write_tx_read (tx), error);
  g_assert_cmpuint (list->len, ==, 1);
  g_assert_true (ic_node_repo_remove (tx, "ARCHIVE", error));
  g_assert_false (ic_node_repo_remove (tx, "ARCHIVE", &expected));
  g_assert_error (expected, IC_ERROR, IC_ERROR_NOT_FOUND);
  return TRUE;
}

static IcExpectation *
make_expectation (const char *source, gint64 taken_at)
{
  IcExpectation *self = ic_expectation_new ("1.1", source, taken_at);
  IcExpectedSeries *series = ic_expectation_add_series (self, "1.1.1");

  self->basis = IC_BASIS_UID_LIST;
  ic_expected_series_add (series, "1.1.1.1");
  ic_expected_series_add (series, "1.1.1.2");
  series->count = 2;
  return self;
}

static gboolean
test_latest_expectation_takes_the_place_of_the_one_before (IcWriteTx *tx,
                                                           gpointer data,
                                                           GError **error)
{
  IcReadTx *read = ic_write_tx_read (tx);
  g_autoptr(IcExpectation) old_one = make_expectation ("A", 100);
  g_autoptr(IcExpectation) new_one = make_expectation ("A", 200);
  g_autoptr(IcExpectation) other = make_expectation ("B", 150);
  g_autoptr(IcExpectation) found = NULL;
  g_autoptr(IcExpectation) found_b = NULL;
  g_autoptr(GError) expected = NULL;

  g_assert_true (ic_expectation_repo_put (tx, old_one, 0, error));
  g_assert_true (ic_expectation_repo_put (tx, other, 0, error));
  g_assert_true (ic_expectation_repo_put (tx, new_one, 0, error));
  found = ic_expectation_repo_find_latest (read, "1.1", NULL, error);
  g_assert_cmpint (found->taken_at, ==, 200);
  g_assert_cmpuint (ic_expectation_count (found), ==, ic_expectation_count (new_one));
  found_b = ic_expectation_repo_find_latest (read, "1.1", "B", error);
  g_assert_cmpint (found_b->taken_at, ==, 150);
  g_assert_null (ic_expectation_repo_find_latest (read, "1.2", NULL, &expected));
  g_assert_error (expected, IC_ERROR, IC_ERROR_NOT_FOUND);
  return TRUE;
}

static gboolean
test_recipient_of_the_same_name_is_the_same (IcWriteTx *tx, gpointer data, GError **error)
{
  g_autoptr(IcRecipient) a = ic_recipient_new ("Dr O'Hara \"%_\"");
  g_autoptr(IcRecipient) b = ic_recipient_new ("Dr O'Hara \"%_\"");
  g_autoptr(IcRecipient) found = NULL;

  g_assert_true (ic_recipient_repo_ensure (tx, a, error));
  g_assert_true (ic_recipient_repo_ensure (tx, b, error));
  g_assert_cmpint (a->id, ==, b->id);
  found = ic_recipient_repo_find (ic_write_tx_read (tx), a->name, error);
  g_assert_cmpint (found->id, ==, a->id);
  return TRUE;
}

static void
assert_found (IcWriteTx *tx, const char *prefix, const char *after, const char *expected)
{
  g_autoptr(GString) names = g_string_new (NULL);
  g_autoptr(GPtrArray) found =
                 ic_recipient_repo_search (ic_write_tx_read (tx), prefix, after, 2, NULL);

  for (guint i = 0; i < found->len; i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "",
                            ((IcRecipient *) found->pdata[i])->name);
  g_assert_cmpstr (names->str, ==, expected);
}

static gboolean
test_recipients_are_found_by_the_beginning_of_a_word (IcWriteTx *tx, gpointer data, GError **error)
{
  const char *const names[] = { "Anna Smith", "Städtisches Klinikum", "Bob Smithers", "Zoe" };
  g_autoptr(IcRecipient) zoe = ic_recipient_new ("Zoe");
  g_autoptr(IcRecipient) found = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr(IcRecipient) recipient = ic_recipient_new (names[i]);

      g_assert_true (ic_recipient_repo_put (tx, recipient, error));
    }
  ic_transfer_set_text (&zoe->organisation, "Smith & Sons");
  g_assert_true (ic_recipient_repo_put (tx, zoe, error));
  found = ic_recipient_repo_find (ic_write_tx_read (tx), "Zoe", error);
  g_assert_cmpstr (found->organisation, ==, "Smith & Sons");
  assert_found (tx, "smith", NULL, "Anna Smith, Bob Smithers");
  assert_found (tx, "smith", "Bob Smithers", "Zoe");
  assert_found (tx, "stadt", NULL, "Städtisches Klinikum");
  assert_found (tx, "mith", NULL, "");
  return TRUE;
}

static gboolean
test_request_comes_back_as_it_was_opened (IcWriteTx *tx, gpointer data, GError **error)
{
  g_autoptr(IcRequest) request = ic_request_new ();
  g_autoptr(IcPatient) patient = ic_patient_new ("P1", "I", "DOE^Jane", "19700102", "F");
  g_autoptr(IcRequest) found = NULL;

  ic_transfer_set_text (&request->reason, "second opinion");
  ic_transfer_set_patient (&request->patient, patient);
  request->urgency = IC_URGENCY_EMERGENCY;
  request->direction = IC_DIRECTION_IN;
  request->due_at = 5;
  g_assert_true (ic_request_repo_open (tx, request, "operator", error));
  found = ic_request_repo_find (ic_write_tx_read (tx), request->id, error);
  g_assert_cmpstr (found->reason, ==, "second opinion");
  g_assert_cmpstr (found->patient->name, ==, "DOE^Jane");
  g_assert_cmpint (found->urgency, ==, IC_URGENCY_EMERGENCY);
  g_assert_cmpint (found->direction, ==, IC_DIRECTION_IN);
  g_assert_cmpint (found->due_at, ==, 5);
  return TRUE;
}

typedef struct
{
  IcStudyFilter filter;
  const char *expected; /* study UIDs, newest first */
} Question;

static gboolean
ask (IcReadTx *tx, gpointer data, GError **error)
{
  const Question *question = data;
  g_autoptr(GString) found = g_string_new (NULL);
  g_autoptr(GPtrArray) list = ic_study_repo_list (tx, &question->filter, NULL, 10, error);

  for (guint i = 0; list != NULL && i < list->len; i++)
    g_string_append_printf (found, "%s%s", i > 0 ? " " : "",
                            ((IcStudySummary *) list->pdata[i])->study_uid);
  g_assert_cmpstr (found->str, ==, question->expected);
  return list != NULL;
}

static const Invented people[] = {
  { .sop = "1.1.1",
    .series = "1.1",
    .study = "1",
    .patient_name = "DOE^Jane",
    .study_date = "20260101" },
  { .sop = "2.1.1",
    .series = "2.1",
    .study = "2",
    .patient_name = "Doë^John",
    .patient_id = "P_2",
    .birth_date = "19800101",
    .study_date = "20260103",
    .modality = "MR" },
  { .sop = "3.1.1",
    .series = "3.1",
    .study = "3",
    .patient_name = "O'HARA [x]^%",
    .patient_id = "P%2",
    .accession = "B[1]",
    .study_date = "20260102" },
  { .sop = "4.1.1",
    .series = "4.1",
    .study = "4",
    .patient_name = "Yamada^Tarou=山田^太郎=やまだ^たろう",
    .patient_id = "PX2",
    .study_date = "20251231" },
};

static void
test_filters_find_what_they_say_and_nothing_else (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  g_autoptr(GPtrArray) results = NULL;
  const Question questions[] = {
    { { 0 }, "2 3 1 4" },
    { { .patient_name = "doe" }, "2 1" },
    { { .patient_name = "DO*" }, "2 1" },
    { { .patient_name = "doe^j?ne" }, "1" },
    { { .patient_name = "d" }, "" },
    { { .patient_name = "山田" }, "4" },
    { { .patient_name = "o'hara [x]^%" }, "3" },
    { { .patient_name = "%" }, "" },
    { { .patient_name = "' OR 1=1 --" }, "" },
    { { .patient_name = "*[x]*" }, "3" },
    { { .patient_id = "P_2" }, "2" },
    { { .patient_id = "P%2" }, "3" },
    { { .patient_id = "P?2" }, "2 3 4" },
    { { .accession = "B[1]" }, "3" },
    { { .accession = "B[*" }, "3" },
    { { .birth_date = "19800101" }, "2" },
    { { .modality = "MR" }, "2" },
    { { .date_from = "20260101", .date_to = "20260102" }, "3 1" },
    { { .study_uid = "4", .patient_name = "yamada" }, "4" },
  };

  fixture_open (fixture);
  results = fixture_commit (fixture, people, "s", G_N_ELEMENTS (people));
  for (guint i = 0; i < G_N_ELEMENTS (questions); i++)
    fixture_read (fixture, ask, (gpointer) &questions[i]);
}

static gboolean
walk_pages (IcReadTx *tx, gpointer data, GError **error)
{
  const IcStudyFilter filter = { 0 };
  g_autoptr(GPtrArray) first = ic_study_repo_list (tx, &filter, NULL, 3, error);
  const IcStudySummary *last = first->pdata[2];
  const IcStudyKey key = { last->date, last->id };
  g_autoptr(GPtrArray) second = ic_study_repo_list (tx, &filter, &key, 3, error);

  g_assert_cmpuint (second->len, ==, 1);
  g_assert_cmpstr (((IcStudySummary *) second->pdata[0])->study_uid, ==, "4");
  g_assert_cmpstr (last->modalities, ==, "CT");
  g_assert_cmpuint (last->n_series, ==, 1);
  g_assert_cmpuint (last->n_instances, ==, 1);
  g_assert_cmpuint (last->size_bytes, ==, 100);
  g_assert_cmpint (last->retrieved_at, ==, 1000);
  return TRUE;
}

static void
test_pages_follow_each_other_without_gap (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  g_autoptr(GPtrArray) results = NULL;

  fixture_open (fixture);
  results = fixture_commit (fixture, people, "s", G_N_ELEMENTS (people));
  fixture_read (fixture, walk_pages, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/setting/round-trip", test_settings_are_kept_changed_and_forgotten,
                        run_story);
  g_test_add_data_func ("/setting/secret", test_secret_is_made_once, run_story);
  g_test_add_data_func ("/node/unique", test_nodes_are_unique_by_name, run_story);
  g_test_add_data_func ("/expectation/latest",
                        test_latest_expectation_takes_the_place_of_the_one_before, run_story);
  g_test_add_data_func ("/recipient/same", test_recipient_of_the_same_name_is_the_same, run_story);
  g_test_add_data_func ("/recipient/search", test_recipients_are_found_by_the_beginning_of_a_word,
                        run_story);
  g_test_add_data_func ("/request/round-trip", test_request_comes_back_as_it_was_opened, run_story);
  g_test_add_func ("/study/filters", test_filters_find_what_they_say_and_nothing_else);
  g_test_add_func ("/study/pages", test_pages_follow_each_other_without_gap);
  return g_test_run ();
}
