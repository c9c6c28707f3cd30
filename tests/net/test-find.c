/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-error.h"
#include "net-fixture.h"

#include <string.h>

#define N_FILES 3

static char *folder;

typedef struct
{
  GPtrArray *rows; /* of GStrv by key */
  GCancellable *cancel_at_first;
} Answers;

static void
row_cb (const char *const values[IC_N_QUERY_KEYS], gpointer user_data)
{
  Answers *answers = user_data;
  char **row = g_new0 (char *, IC_N_QUERY_KEYS + 1);

  for (guint i = 0; i < IC_N_QUERY_KEYS; i++)
    row[i] = g_strdup (values[i] != NULL ? values[i] : "-");
  g_ptr_array_add (answers->rows, row);
  if (answers->cancel_at_first != NULL)
    g_cancellable_cancel (answers->cancel_at_first);
}

static gboolean
find (NetServer *server,
      IcQuery *query,
      guint limit,
      GCancellable *cancellable,
      Answers *answers,
      IcFindOutcome *outcome,
      GError **error)
{
  g_autoptr(IcAssociation) association =
                 net_open (server->port, ic_find_get_sop_class (query), cancellable, error);

  if (association == NULL ||
      !ic_association_find (association, query, limit, row_cb, answers, outcome, error))
    return FALSE;
  if (ic_association_is_usable (association))
    ic_association_release (g_steal_pointer (&association));
  return TRUE;
}

static const char *
value_of (Answers *answers, guint row, IcQueryKey key)
{
  return ((char **) g_ptr_array_index (answers->rows, row))[key];
}

static void
assert_found (IcQuery *query, guint n_rows)
{
  g_autoptr(NetServer) server = net_start_rude (folder, NULL);
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  Answers answers = { rows, NULL };
  g_autoptr(GError) error = NULL;
  IcFindOutcome outcome;

  g_assert_true (find (server, query, 0, NULL, &answers, &outcome, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (outcome.rows, ==, n_rows);
  g_assert_cmpuint (rows->len, ==, n_rows);
  g_assert_false (outcome.truncated);
}

static void
test_study_comes_with_counts_and_decoded_name (void)
{
  g_autoptr(NetServer) server = net_start_rude (folder, NULL);
  g_autoptr(IcQuery) query = ic_query_new (IC_LEVEL_STUDY);
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  Answers answers = { rows, NULL };
  g_autoptr(GError) error = NULL;
  IcFindOutcome outcome;

  ic_query_set (query, IC_QUERY_PATIENT_ID, "PHANTOM*");
  ic_query_set (query, IC_QUERY_STUDY_DATE, "20240101-20241231");
  g_assert_true (find (server, query, 0, NULL, &answers, &outcome, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 1);
  g_assert_cmpstr (value_of (&answers, 0, IC_QUERY_PATIENT_NAME), ==, "Müller^Jörg");
  g_assert_cmpstr (value_of (&answers, 0, IC_QUERY_STUDY_INSTANCE_UID), ==, NET_STUDY_UID);
  g_assert_cmpstr (value_of (&answers, 0, IC_QUERY_STUDY_INSTANCE_COUNT), ==, "3");
  g_assert_cmpstr (value_of (&answers, 0, IC_QUERY_STUDY_SERIES_COUNT), ==, "1");
  g_assert_cmpstr (value_of (&answers, 0, IC_QUERY_SOP_CLASSES_IN_STUDY), ==, NET_CT_UID);
  g_assert_cmpstr (value_of (&answers, 0, IC_QUERY_RETRIEVE_AET), ==, "RUDE");
  g_assert_cmpstr (value_of (&answers, 0, IC_QUERY_STUDY_DESCRIPTION), ==, "");
  g_assert_cmpstr (value_of (&answers, 0, IC_QUERY_ROWS), ==, "-");
}

static void
test_each_level_is_found_under_its_parents (void)
{
  g_autoptr(IcQuery) patient = ic_query_new (IC_LEVEL_PATIENT);
  g_autoptr(IcQuery) series = ic_query_new (IC_LEVEL_SERIES);
  g_autoptr(IcQuery) image = ic_query_new (IC_LEVEL_IMAGE);

  assert_found (patient, 1);
  ic_query_set (series, IC_QUERY_STUDY_INSTANCE_UID, NET_STUDY_UID);
  assert_found (series, 1);
  ic_query_set (image, IC_QUERY_STUDY_INSTANCE_UID, NET_STUDY_UID);
  ic_query_set (image, IC_QUERY_SERIES_INSTANCE_UID, NET_SERIES_UID);
  assert_found (image, N_FILES);
}

static void
test_nothing_found_is_success (void)
{
  g_autoptr(IcQuery) query = ic_query_new (IC_LEVEL_STUDY);

  ic_query_set (query, IC_QUERY_ACCESSION_NUMBER, "NONE");
  assert_found (query, 0);
}

static void
test_name_is_asked_in_the_character_set_of_the_node (void)
{
  g_autoptr(IcQuery) query = ic_query_new (IC_LEVEL_STUDY);

  ic_query_set (query, IC_QUERY_PATIENT_NAME, "Müller*");
  ic_query_set_character_set (query, "ISO_IR 100");
  assert_found (query, 1);
  ic_query_set_character_set (query, "ISO_IR 192"); /* this PACS compares bytes */
  assert_found (query, 0);
}

static void
test_name_that_does_not_exist_in_the_character_set_is_not_sent (void)
{
  g_autoptr(NetServer) server = net_start_rude (folder, NULL);
  g_autoptr(IcQuery) query = ic_query_new (IC_LEVEL_STUDY);
  Answers answers = { NULL, NULL };
  g_autoptr(GError) error = NULL;
  IcFindOutcome outcome;

  ic_query_set (query, IC_QUERY_PATIENT_NAME, "山田*");
  ic_query_set_character_set (query, "ISO_IR 100");
  g_assert_false (find (server, query, 0, NULL, &answers, &outcome, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_USAGE);
}

static void
test_refused_level_names_its_status (void)
{
  g_autoptr(NetServer) server = net_start_rude (folder, "--no-image-level", NULL);
  g_autoptr(IcQuery) query = ic_query_new (IC_LEVEL_IMAGE);
  Answers answers = { NULL, NULL };
  g_autoptr(GError) error = NULL;
  IcFindOutcome outcome;

  ic_query_set (query, IC_QUERY_STUDY_INSTANCE_UID, NET_STUDY_UID);
  ic_query_set (query, IC_QUERY_SERIES_INSTANCE_UID, NET_SERIES_UID);
  g_assert_false (find (server, query, 0, NULL, &answers, &outcome, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_NODE_FAILED);
  g_assert_nonnull (strstr (error->message, "0xa900"));
  g_assert_cmphex (outcome.status, ==, 0xa900);
}

static void
assert_not_found (const char *option, int code, const char *fragment)
{
  g_autoptr(NetServer) server = net_start_rude (folder, option, NULL);
  g_autoptr(IcQuery) query = ic_query_new (IC_LEVEL_STUDY);
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  Answers answers = { rows, NULL };
  g_autoptr(GError) error = NULL;
  IcFindOutcome outcome;

  g_assert_false (find (server, query, 0, NULL, &answers, &outcome, &error));
  g_assert_error (error, IC_ERROR, code);
  g_assert_nonnull (strstr (error->message, fragment));
}

static void
test_list_that_ends_with_a_warning_is_not_a_full_one (void)
{
  assert_not_found ("--warn", IC_ERROR_NODE_FAILED, "0xb001");
}

static void
test_answer_to_another_request_is_refused (void)
{
  assert_not_found ("--other-id", IC_ERROR_BAD_DATA, "an answer to another request");
}

static void
test_limit_stops_the_peer_and_says_so (void)
{
  g_autoptr(NetServer) server = net_start_rude (folder, "--repeat", "100000", NULL);
  g_autoptr(IcQuery) query = ic_query_new (IC_LEVEL_STUDY);
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  Answers answers = { rows, NULL };
  g_autoptr(GError) error = NULL;
  IcFindOutcome outcome;

  g_assert_true (find (server, query, 10, NULL, &answers, &outcome, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 10);
  g_assert_true (outcome.truncated);
}

static void
test_cancel_acts_while_rows_pour_in (void)
{
  g_autoptr(NetServer) server = net_start_rude (folder, "--repeat", "1000000", NULL);
  g_autoptr(IcQuery) query = ic_query_new (IC_LEVEL_STUDY);
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  Answers answers = { rows, cancellable };
  g_autoptr(GError) error = NULL;
  IcFindOutcome outcome;
  gint64 started_us = g_get_monotonic_time ();

  g_assert_false (find (server, query, 0, cancellable, &answers, &outcome, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (rows->len, ==, 1);
  g_assert_cmpint (g_get_monotonic_time () - started_us, <, 5 * G_USEC_PER_SEC);
}

static void
test_first_row_does_not_wait_for_the_last (void)
{
  g_autoptr(NetServer) server = net_start_rude (folder, "--repeat", "20", "--slow", "500", NULL);
  g_autoptr(IcQuery) query = ic_query_new (IC_LEVEL_STUDY);
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  Answers answers = { rows, cancellable };
  g_autoptr(GError) error = NULL;
  IcFindOutcome outcome;
  gint64 started_us = g_get_monotonic_time ();

  g_assert_false (find (server, query, 0, cancellable, &answers, &outcome, &error));
  g_assert_cmpuint (outcome.rows, ==, 1);
  g_assert_cmpint (g_get_monotonic_time () - started_us, <, 5 * G_USEC_PER_SEC);
}

int
main (int argc, char **argv)
{
  int result;

  net_init (&argc, &argv);
  folder = net_make_files (N_FILES, "1.2.840.10008.1.2.1");
  g_test_add_func ("/find/study", test_study_comes_with_counts_and_decoded_name);
  g_test_add_func ("/find/levels", test_each_level_is_found_under_its_parents);
  g_test_add_func ("/find/nothing", test_nothing_found_is_success);
  g_test_add_func ("/find/character-set", test_name_is_asked_in_the_character_set_of_the_node);
  g_test_add_func ("/find/not-encodable",
                   test_name_that_does_not_exist_in_the_character_set_is_not_sent);
  g_test_add_func ("/find/refused", test_refused_level_names_its_status);
  g_test_add_func ("/find/warning", test_list_that_ends_with_a_warning_is_not_a_full_one);
  g_test_add_func ("/find/other-id", test_answer_to_another_request_is_refused);
  g_test_add_func ("/find/limit", test_limit_stops_the_peer_and_says_so);
  g_test_add_func ("/find/cancel", test_cancel_acts_while_rows_pour_in);
  g_test_add_func ("/find/first-row", test_first_row_does_not_wait_for_the_last);
  result = g_test_run ();
  net_remove_folder (folder);
  return result;
}
