/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/ic-study-search.h"

#include "store/ic-node-repo.h"

#include <glib/gstdio.h>

#define MANY 10000

typedef struct
{
  char *path;
  IcDesk *desk;
  IcWorkspace *workspace;
  IcStudySearch *search;
  IcNode *archive;
  IcNode *cardiology;
} Fixture;

static IcNode *
make_node (const char *name, guint port)
{
  g_autoptr(GError) error = NULL;
  IcNode *node = ic_node_new (name, name, "127.0.0.1", port, NULL, FALSE, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  return node;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  self->path = g_dir_make_tmp ("ic-search-XXXXXX", &error);
  g_assert_no_error (error);
  self->desk = ic_desk_open (self->path, &error);
  g_assert_no_error (error);
  self->workspace = ic_workspace_new (self->desk);
  self->search = ic_study_search_new (self->workspace);
  self->archive = make_node ("ARCHIVE", 104);
  self->cardiology = make_node ("CARDIOLOGY", 104);
}

static void
remove_all (const char *path)
{
  g_autoptr(GDir) folder = g_dir_open (path, 0, NULL);
  const char *name = NULL;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      if (g_file_test (inner, G_FILE_TEST_IS_DIR))
        remove_all (inner);
      else
        g_unlink (inner);
    }
  g_rmdir (path);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_object (&self->search);
  g_clear_object (&self->workspace);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  ic_desk_unref (self->desk);
  ic_node_unref (self->archive);
  ic_node_unref (self->cardiology);
  remove_all (self->path);
  g_free (self->path);
}

/* What a node would say of a study. */
static IcFoundStudy *
make_found (const char *uid, const char *patient_id, const char *name, gint64 n_instances)
{
  IcFoundStudy *found = g_new0 (IcFoundStudy, 1);

  found->patient = ic_patient_new (patient_id, "", name, "19610312", "F");
  found->study_uid = g_strdup (uid);
  found->date = g_strdup ("20260214");
  found->time = g_strdup ("");
  found->accession = g_strdup ("");
  found->description = g_strdup ("CT thorax");
  found->modalities = g_strdup ("CT");
  found->n_series = 2;
  found->n_instances = n_instances;
  return found;
}

static void
settle (Fixture *self)
{
  while (g_main_context_iteration (NULL, FALSE) || ic_study_search_is_asking (self->search))
    ;
}

static IcPatientRow *
get_patient (Fixture *self, guint position)
{
  g_autoptr(IcPatientRow) row =
                 g_list_model_get_item (ic_study_search_get_patients (self->search), position);

  g_assert_nonnull (row);
  return row;
}

static IcStudyRow *
get_study (IcPatientRow *patient, guint position)
{
  g_autoptr(IcStudyRow) row =
                 g_list_model_get_item (ic_patient_row_get_studies (patient), position);

  g_assert_nonnull (row);
  return row;
}

static void
test_study_of_two_nodes_is_one_row (Fixture *self, gconstpointer data)
{
  IcStudyRow *study = NULL;
  g_autofree char *text = NULL;

  ic_study_search_take (self->search, make_found ("1.2.3", "4711", "DOE^JANE", 600),
                        self->cardiology);
  ic_study_search_take (self->search, make_found ("1.2.3", "4711", "Doe^Jane", 1212),
                        self->archive);
  settle (self);
  g_assert_cmpuint (g_list_model_get_n_items (ic_study_search_get_patients (self->search)), ==, 1);
  g_assert_cmpuint (ic_study_search_get_n_studies (self->search), ==, 1);
  study = get_study (get_patient (self, 0), 0);
  g_assert_cmpint (ic_study_row_get_n_remote (study), ==, 1212);
  g_assert_true (ic_study_row_get_node (study) == self->archive);
  g_assert_null (ic_study_row_get_dispute (study));
  text = ic_study_row_dup_whereabouts (study);
  g_assert_cmpstr (text, ==, "on CARDIOLOGY 600 · on ARCHIVE 1,212 · not here");
}

static void
test_what_is_here_is_counted_against_the_node (Fixture *self, gconstpointer data)
{
  IcStudyRow *study = NULL;

  ic_study_search_take (self->search, make_found ("1.2.3", "4711", "DOE^JANE", 1212),
                        self->archive);
  settle (self);
  study = get_study (get_patient (self, 0), 0);
  g_assert_cmpint (ic_study_row_get_here (study), ==, IC_HERE_NONE);
  ic_study_row_set_here (study, 604, 1000);
  g_assert_cmpint (ic_study_row_get_here (study), ==, IC_HERE_PARTLY);
  ic_study_row_set_here (study, 1212, 1000);
  g_assert_cmpint (ic_study_row_get_here (study), ==, IC_HERE_ALL);
}

static void
test_node_that_does_not_count_proves_nothing (Fixture *self, gconstpointer data)
{
  IcStudyRow *study = NULL;

  ic_study_search_take (self->search, make_found ("1.2.3", "4711", "DOE^JANE", IC_COUNT_UNKNOWN),
                        self->archive);
  settle (self);
  study = get_study (get_patient (self, 0), 0);
  ic_study_row_set_here (study, 604, 1000);
  g_assert_cmpint (ic_study_row_get_here (study), ==, IC_HERE_UNCERTAIN);
}

static void
test_same_number_of_another_person_is_another_patient (Fixture *self, gconstpointer data)
{
  ic_study_search_take (self->search, make_found ("1.2.3", "4711", "DOE^JANE", 1), self->archive);
  ic_study_search_take (self->search, make_found ("1.2.4", "4711", "ROE^RICHARD", 1),
                        self->archive);
  settle (self);
  g_assert_cmpuint (g_list_model_get_n_items (ic_study_search_get_patients (self->search)), ==, 2);
}

static void
test_study_of_two_patients_is_disputed (Fixture *self, gconstpointer data)
{
  IcStudyRow *study = NULL;

  ic_study_search_take (self->search, make_found ("1.2.3", "4711", "DOE^JANE", 1), self->archive);
  ic_study_search_take (self->search, make_found ("1.2.3", "4712", "ROE^RICHARD", 1),
                        self->cardiology);
  settle (self);
  study = get_study (get_patient (self, 0), 0);
  g_assert_nonnull (strstr (ic_study_row_get_dispute (study), "CARDIOLOGY says"));
}

static void
test_order_is_kept_while_rows_arrive (Fixture *self, gconstpointer data)
{
  ic_study_search_take (self->search, make_found ("1.2.3", "3", "ROE^A", 1), self->archive);
  settle (self);
  ic_study_search_take (self->search, make_found ("1.2.4", "2", "DOE^A", 1), self->archive);
  settle (self);
  g_assert_cmpstr (ic_patient_row_get_patient (get_patient (self, 0))->name, ==, "DOE^A");
  ic_study_search_set_order (self->search, IC_COLUMN_PATIENT_ID, TRUE);
  ic_study_search_take (self->search, make_found ("1.2.5", "4", "POE^A", 1), self->archive);
  settle (self);
  g_assert_cmpstr (ic_patient_row_get_patient (get_patient (self, 0))->name, ==, "POE^A");
  g_assert_cmpstr (ic_patient_row_get_patient (get_patient (self, 2))->name, ==, "DOE^A");
}

/* How long a portion took is told, not judged: other programs run here too. */
static void
test_many_rows_come_in_portions (Fixture *self, gconstpointer data)
{
  guint n_turns = 0;

  for (guint i = 0; i < MANY; i++)
    {
      g_autofree char *uid = g_strdup_printf ("1.2.%u", i + 1);
      g_autofree char *id = g_strdup_printf ("%u", i / 3);
      g_autofree char *name = g_strdup_printf ("NAME%u^X", (i / 3) * 7919 % MANY);

      ic_study_search_take (self->search, make_found (uid, id, name, i), self->archive);
    }
  while (ic_study_search_get_n_studies (self->search) < MANY)
    {
      g_main_context_iteration (NULL, TRUE);
      n_turns++;
    }
  settle (self);
  g_assert_cmpuint (n_turns, >, 5);
  g_assert_cmpuint (g_list_model_get_n_items (ic_study_search_get_patients (self->search)), ==,
                    (MANY + 2) / 3);
  ic_study_search_set_order (self->search, IC_COLUMN_DATE, TRUE);
  settle (self);
  g_test_message ("%d studies in %u turns, the longest portion %.1f ms", MANY, n_turns,
                  (double) ic_study_search_get_longest_us (self->search) / 1000);
}

static gboolean
add_node (IcWriteTx *tx, gpointer data, GError **error)
{
  return ic_node_repo_add (tx, data, error);
}

static IcSearchSource *
get_source (Fixture *self, guint position)
{
  g_autoptr(IcSearchSource) source =
                 g_list_model_get_item (ic_study_search_get_sources (self->search), position);

  g_assert_nonnull (source);
  return source;
}

static void
test_node_that_does_not_answer_is_one_line (Fixture *self, gconstpointer data)
{
  g_autoptr(IcNode) nobody = make_node ("NOBODY", 9);
  g_autoptr(IcStudyCriteria) criteria = ic_study_criteria_new ();
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;

  ic_store_write (ic_desk_get_store (self->desk), add_node, nobody, &error);
  g_assert_no_error (error);
  ic_workspace_reload_nodes (self->workspace);
  while (g_list_model_get_n_items (ic_study_search_get_sources (self->search)) < 2)
    g_main_context_iteration (NULL, TRUE);
  ic_study_search_start (self->search, criteria);
  g_assert_true (ic_study_search_is_asking (self->search));
  while (ic_study_search_is_asking (self->search))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (ic_search_source_get_state (get_source (self, 0)), ==, IC_SOURCE_FAILED);
  g_assert_cmpint (ic_search_source_get_state (get_source (self, 1)), ==, IC_SOURCE_ANSWERED);
  text = ic_search_source_dup_text (get_source (self, 0));
  g_assert_true (g_str_has_prefix (text, "NOBODY cannot be reached"));
}

static void
test_new_search_forgets_the_last (Fixture *self, gconstpointer data)
{
  g_autoptr(IcStudyCriteria) criteria = ic_study_criteria_new ();

  ic_study_search_take (self->search, make_found ("1.2.3", "3", "ROE^A", 1), self->archive);
  settle (self);
  ic_study_search_start (self->search, criteria);
  g_assert_cmpuint (ic_study_search_get_n_studies (self->search), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (ic_study_search_get_patients (self->search)), ==, 0);
  while (ic_study_search_is_asking (self->search))
    g_main_context_iteration (NULL, TRUE);
}

static void
check_pattern (const char *typed, const char *expected)
{
  g_autofree char *pattern = ic_study_criteria_dup_name_pattern (typed);

  g_assert_cmpstr (pattern, ==, expected);
}

static void
test_names_are_understood_as_people_type_them (void)
{
  check_pattern ("doe", "doe*");
  check_pattern (" doe, jane ", "doe*^jane*");
  check_pattern ("doe jane", "doe*jane*");
  check_pattern ("doe^jane", "doe*^jane*");
  check_pattern ("d?e", "d?e");
  check_pattern ("doe*", "doe*");
  check_pattern ("  ", "");
}

static void
check_date (const char *typed, const char *expected)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *date = ic_study_criteria_parse_date (typed, &error);

  g_assert_cmpstr (date, ==, expected);
  g_assert_true ((expected == NULL) == (error != NULL));
}

static void
test_dates_are_understood_or_refused (void)
{
  check_date ("19610312", "19610312");
  check_date ("1961-3-12", "19610312");
  check_date ("12.3.1961", "19610312");
  check_date ("12 Mar 1961", "19610312");
  check_date ("", "");
  check_date ("3/12/1961", NULL);
  check_date ("31.2.1961", NULL);
  check_date ("1961", NULL);
}

/* Modalities and spellings are asked for one by one. */
static void
test_each_modality_and_spelling_is_asked_for (void)
{
  g_autoptr(IcStudyCriteria) criteria = ic_study_criteria_new ();
  g_autoptr(GPtrArray) queries = NULL;

  ic_study_criteria_set (&criteria->name, "doe*");
  g_strfreev (criteria->modalities);
  criteria->modalities = g_strsplit ("CT MR", " ", -1);
  queries = ic_study_criteria_make_queries (criteria);
  g_assert_cmpuint (queries->len, ==, 6);
  g_assert_cmpstr (ic_query_get (queries->pdata[0], IC_QUERY_PATIENT_NAME), ==, "DOE*");
  g_assert_cmpstr (ic_query_get (queries->pdata[0], IC_QUERY_MODALITIES_IN_STUDY), ==, "CT");
  g_assert_cmpstr (ic_query_get (queries->pdata[1], IC_QUERY_MODALITIES_IN_STUDY), ==, "MR");
  g_assert_cmpstr (ic_query_get (queries->pdata[2], IC_QUERY_PATIENT_NAME), ==, "Doe*");
  g_assert_cmpstr (ic_query_get (queries->pdata[5], IC_QUERY_PATIENT_NAME), ==, "doe*");
  g_assert_true (ic_study_criteria_shows_case_ignored ("DOE*", "Doe^Jane"));
  g_assert_false (ic_study_criteria_shows_case_ignored ("DOE*", "DOE^Jane"));
}

static void
add (const char *name, void (*test) (Fixture *, gconstpointer))
{
  g_autofree char *path = g_strconcat ("/study-search/", name, NULL);

  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/criteria/names", test_names_are_understood_as_people_type_them);
  g_test_add_func ("/criteria/dates", test_dates_are_understood_or_refused);
  g_test_add_func ("/criteria/queries", test_each_modality_and_spelling_is_asked_for);
  add ("two-nodes", test_study_of_two_nodes_is_one_row);
  add ("here", test_what_is_here_is_counted_against_the_node);
  add ("uncounted", test_node_that_does_not_count_proves_nothing);
  add ("other-person", test_same_number_of_another_person_is_another_patient);
  add ("disputed", test_study_of_two_patients_is_disputed);
  add ("order", test_order_is_kept_while_rows_arrive);
  add ("many", test_many_rows_come_in_portions);
  add ("unreachable", test_node_that_does_not_answer_is_one_line);
  add ("new-search", test_new_search_forgets_the_last);
  return g_test_run ();
}
