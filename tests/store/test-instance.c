/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-error.h"
#include "fixture.h"
#include "store/ic-study-repo.h"
#include "store/ic-sweep.h"
#include "store/ic-transfer-repo.h"

#define SHA_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define SHA_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static gboolean
read_study (IcReadTx *tx, gpointer data, GError **error)
{
  IcStudy **study = data;

  *study = ic_study_repo_find (tx, "1.1", error);
  return *study != NULL;
}

static void
assert_no_loose_files (Fixture *fixture, gint64 expected)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *path = ic_data_dir_dup_path (fixture->data_dir, "dicom/0000");
  g_autoptr(GDir) folder = NULL;
  gint64 n = 0;

  ic_sweep_removals (fixture->store, 0, &error);
  g_assert_no_error (error);
  folder = g_dir_open (path, 0, NULL);
  while (folder != NULL && g_dir_read_name (folder) != NULL)
    n++;
  g_assert_cmpint (n, ==, expected);
  g_assert_cmpint (fixture_query (fixture, "SELECT count(*) FROM removal"), ==, 0);
}

static void
test_committed_instances_come_back_as_a_tree (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  const Invented invented[] = { { .sop = "1.1.1.1" },
                                { .sop = "1.1.2.1", .series = "1.1.2", .modality = "SR" },
                                { .sop = "1.1.1.2" } };
  g_autoptr(GPtrArray) results = NULL;
  g_autoptr(IcStudy) study = NULL;
  const IcSeries *series = NULL;
  const IcInstance *instance = NULL;

  fixture_open (fixture);
  results = fixture_commit (fixture, invented, SHA_A, 3);
  fixture_read (fixture, read_study, &study);
  g_assert_cmpstr (study->patient->name, ==, "DOE^Jane");
  g_assert_cmpuint (g_bytes_get_size (study->patient_keys), ==, 10);
  g_assert_cmpuint (study->series->len, ==, 2);
  g_assert_cmpuint (ic_study_count_instances (study), ==, 3);
  series = study->series->pdata[0];
  instance = series->instances->pdata[1];
  g_assert_cmpstr (instance->sop_instance_uid, ==, "1.1.1.2");
  g_assert_cmpstr (instance->sha256, ==, SHA_A);
  g_assert_cmpstr (instance->checksum, ==, FIXTURE_CHECKSUM);
  g_assert_cmpstr (((IcInstance *) series->instances->pdata[0])->checksum, ==, "");
  g_assert_cmpstr (instance->path, ==, "dicom/0000/00000003.dcm");
  g_assert_true (fixture_has_file (fixture, instance->path));
  assert_no_loose_files (fixture, 3);
}

typedef struct
{
  const char *uid;
  const char *sha256;
  char *checksum;
} Lookup;

static gboolean
read_checksum (IcReadTx *tx, gpointer data, GError **error)
{
  Lookup *lookup = data;

  lookup->checksum = ic_study_repo_dup_checksum (tx, lookup->uid, lookup->sha256, error);
  return lookup->checksum != NULL;
}

static void
assert_checksum (Fixture *fixture, const char *uid, const char *sha256, const char *expected)
{
  Lookup lookup = { uid, sha256, NULL };

  fixture_read (fixture, read_checksum, &lookup);
  g_assert_cmpstr (lookup.checksum, ==, expected);
  g_free (lookup.checksum);
}

static void
test_checksum_is_that_of_the_bytes_that_were_asked_about (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  const Invented invented[] = { { .sop = "1.1.1.1" }, { .sop = "1.1.1.2" } };
  g_autoptr(GPtrArray) results = NULL;

  fixture_open (fixture);
  results = fixture_commit (fixture, invented, SHA_A, 2);
  assert_checksum (fixture, "1.1.1.1", SHA_A, ""); /* from before there were any */
  assert_checksum (fixture, "1.1.1.2", SHA_A, FIXTURE_CHECKSUM);
  assert_checksum (fixture, "1.1.1.2", SHA_B, "");
  assert_checksum (fixture, "1.1.1.3", SHA_A, "");
}

static void
test_same_bytes_again_are_already_here (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  const Invented invented = { 0 };
  g_autoptr(GPtrArray) first = NULL;
  g_autoptr(GPtrArray) second = NULL;
  const IcCommitResult *result = NULL;

  fixture_open (fixture);
  first = fixture_commit (fixture, &invented, SHA_A, 1);
  second = fixture_commit (fixture, &invented, SHA_A, 1);
  result = second->pdata[0];
  g_assert_cmpint (result->outcome, ==, IC_COMMIT_ALREADY_HERE);
  g_assert_cmpstr (result->remove_path, ==, "dicom/0000/00000001.dcm");
  assert_no_loose_files (fixture, 1);
  g_assert_true (fixture_has_file (fixture, "dicom/0000/00000002.dcm"));
  g_assert_cmpint (fixture_query (fixture, "SELECT n_instances FROM study"), ==, 1);
}

static void
test_other_bytes_replace_and_are_logged (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  const Invented old_one = { 0 };
  const Invented new_one = { .patient_name = "ROE^Jane" };
  g_autoptr(GPtrArray) first = NULL;
  g_autoptr(GPtrArray) second = NULL;
  g_autoptr(IcStudy) study = NULL;
  const IcCommitResult *result = NULL;

  fixture_open (fixture);
  first = fixture_commit (fixture, &old_one, SHA_A, 1);
  second = fixture_commit (fixture, &new_one, SHA_B, 1);
  result = second->pdata[0];
  g_assert_cmpint (result->outcome, ==, IC_COMMIT_REPLACED);
  g_assert_cmpstr (result->remove_path, ==, "dicom/0000/00000001.dcm");
  assert_no_loose_files (fixture, 1);
  fixture_read (fixture, read_study, &study);
  g_assert_cmpuint (ic_study_count_instances (study), ==, 1);
  g_assert_cmpstr (study->patient->name, ==, "ROE^Jane");
  g_assert_cmpint (fixture_query (fixture, "SELECT n_instances * 1000 + size_bytes FROM study"), ==,
                   1100);
  g_assert_cmpint (fixture_query (fixture, "SELECT count(*) FROM audit_event "
                                           "WHERE action = 'instance-replaced'"),
                   ==, 1);
}

typedef struct
{
  Fixture *fixture;
  IcTransfer *transfer;
} Act;

static gboolean
begin_transfer (IcWriteTx *tx, gpointer data, GError **error)
{
  Act *act = data;

  act->transfer = ic_transfer_new ();
  act->transfer->state = IC_TRANSFER_RUNNING;
  return ic_transfer_repo_begin (tx, act->transfer, ic_store_get_session (act->fixture->store),
                                 error);
}

static gboolean
end_transfer (IcWriteTx *tx, gpointer data, GError **error)
{
  IcTransfer *transfer = ((Act *) data)->transfer;

  transfer->state = IC_TRANSFER_FAILED;
  return ic_transfer_repo_end (tx, transfer, error);
}

/* One that is being burned, say, while the same image is retrieved anew. */
static void
test_replaced_file_stays_while_another_transfer_may_need_it (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  const Invented invented = { 0 };
  g_autoptr(GPtrArray) first = NULL;
  g_autoptr(GPtrArray) second = NULL;
  g_autoptr(GError) error = NULL;
  Act act = { .fixture = fixture };

  fixture_open (fixture);
  first = fixture_commit (fixture, &invented, SHA_A, 1);
  fixture_write (fixture, begin_transfer, &act);
  second = fixture_commit (fixture, &invented, SHA_B, 1);
  ic_sweep_removals (fixture->store, act.transfer->id + 1, &error);
  g_assert_no_error (error);
  g_assert_true (fixture_has_file (fixture, "dicom/0000/00000001.dcm"));
  ic_sweep_removals (fixture->store, act.transfer->id, &error);
  g_assert_no_error (error);
  g_assert_false (fixture_has_file (fixture, "dicom/0000/00000001.dcm"));
  fixture_write (fixture, end_transfer, &act);
  assert_no_loose_files (fixture, 1);
  ic_transfer_free (act.transfer);
}

/* As long as files are removed nobody else can write. */
static void
test_many_files_are_removed_in_parts (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  g_autoptr(GError) error = NULL;

  fixture_open (fixture);
  fixture_tamper (fixture, "WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM "
                           "number WHERE n < 2500) INSERT INTO removal SELECT n FROM number");
  fixture_tamper (fixture, "CREATE TRIGGER stop BEFORE DELETE ON removal WHEN old.file > 2000 "
                           "BEGIN SELECT raise (ABORT, 'stop'); END");
  g_assert_false (ic_sweep_removals (fixture->store, 0, &error));
  g_assert_cmpint (fixture_query (fixture, "SELECT count(*) FROM removal"), ==, 500);
  fixture_tamper (fixture, "DROP TRIGGER stop");
  assert_no_loose_files (fixture, 0);
}

static void
test_series_corrected_by_the_source_is_corrected_here (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  const Invented old_ones[] = { { .series_description = "Thoracks" }, { .sop = "1.1.1.2" } };
  const Invented new_one = { .series_description = "Thorax", .series_number = "7" };
  g_autoptr(GPtrArray) first = NULL;
  g_autoptr(GPtrArray) second = NULL;
  g_autoptr(IcStudy) study = NULL;
  const IcSeries *series = NULL;

  fixture_open (fixture);
  first = fixture_commit (fixture, old_ones, SHA_A, G_N_ELEMENTS (old_ones));
  second = fixture_commit (fixture, &new_one, SHA_B, 1);
  fixture_read (fixture, read_study, &study);
  g_assert_cmpuint (study->series->len, ==, 1);
  series = study->series->pdata[0];
  g_assert_cmpstr (series->description, ==, "Thorax");
  g_assert_cmpstr (series->number, ==, "7");
}

static void
test_instance_of_somebody_else_or_elsewhere_is_a_conflict (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  const Invented invented = { 0 };
  const Invented others[] = { { .patient_id = "P2" },
                              { .birth_date = "19800101" },
                              { .study = "1.2" },
                              { .series = "1.1.9" },
                              { .series = "" } };
  const char *const reasons[] = { "other patient", "other patient", "other study", "other series",
                                  "no UID" };
  g_autoptr(GPtrArray) first = NULL;
  g_autoptr(GPtrArray) results = NULL;

  fixture_open (fixture);
  first = fixture_commit (fixture, &invented, SHA_A, 1);
  results = fixture_commit (fixture, others, SHA_B, G_N_ELEMENTS (others));
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      const IcCommitResult *result = results->pdata[i];

      g_assert_cmpint (result->outcome, ==, IC_COMMIT_CONFLICT);
      g_assert_cmpstr (result->reason, ==, reasons[i]);
    }
  assert_no_loose_files (fixture, 1);
  g_assert_cmpint (fixture_query (fixture,
                                  "SELECT count(*) FROM instance WHERE sha256 = '" SHA_A "'"),
                   ==, 1);
  g_assert_cmpint (fixture_query (fixture, "SELECT count(*) FROM study"), ==, 1);
}

static gboolean
read_identities (IcReadTx *tx, gpointer data, GError **error)
{
  GPtrArray **list = data;

  *list = ic_study_repo_list_identities (tx, "1.1", error);
  return *list != NULL;
}

static void
test_study_that_names_two_patients_says_so (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  const Invented invented[] = { { .sop = "1.1.1.1" }, { .sop = "1.1.1.2", .patient_id = "P2" } };
  g_autoptr(GPtrArray) results = NULL;
  g_autoptr(GPtrArray) identities = NULL;

  fixture_open (fixture);
  results = fixture_commit (fixture, invented, SHA_A, 2);
  fixture_read (fixture, read_identities, &identities);
  g_assert_cmpuint (identities->len, ==, 2);
  g_assert_cmpstr (((IcPatient *) identities->pdata[1])->id, ==, "P2");
}

static gboolean
remove_study (IcWriteTx *tx, gpointer data, GError **error)
{
  return ic_study_repo_remove (tx, "1.1", "operator", error);
}

static void
test_removed_study_takes_its_files_along (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  const Invented invented[] = { { .sop = "1.1.1.1" }, { .sop = "1.1.1.2" } };
  g_autoptr(GPtrArray) results = NULL;
  g_autoptr(GError) error = NULL;

  fixture_open (fixture);
  results = fixture_commit (fixture, invented, SHA_A, 2);
  fixture_write (fixture, remove_study, NULL);
  assert_no_loose_files (fixture, 0);
  g_assert_cmpint (fixture_query (fixture, "SELECT (SELECT count(*) FROM instance) + "
                                           "(SELECT count(*) FROM identity)"),
                   ==, 0);
  g_assert_false (ic_store_write (fixture->store, remove_study, NULL, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_NOT_FOUND);
}

static gboolean
reserve_three (IcWriteTx *tx, gpointer data, GError **error)
{
  Fixture *fixture = data;
  IcReservation reservation = { 0 };

  return ic_instance_repo_reserve (tx, ic_store_get_session (fixture->store), 3, &reservation,
                                   error);
}

static void
test_sweep_leaves_the_living_alone_and_clears_up_after_the_dead (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  const Invented invented = { 0 };
  g_autoptr(GPtrArray) results = NULL;
  g_autoptr(GError) error = NULL;
  GPid pid = 0;

  fixture_open (fixture);
  results = fixture_commit (fixture, &invented, SHA_A, 1);
  pid = fixture_spawn (fixture, "reserve");
  fixture_touch (fixture, "dicom/0000/00000002.dcm");
  fixture_touch (fixture, "dicom/0000/00000004.dcm");
  ic_sweep_run (fixture->store, &error);
  g_assert_no_error (error);
  g_assert_true (fixture_has_file (fixture, "dicom/0000/00000004.dcm"));
  g_assert_cmpint (fixture_query (fixture, "SELECT count(*) FROM reservation"), ==, 1);

  fixture_kill (pid);
  ic_sweep_run (fixture->store, &error);
  g_assert_no_error (error);
  g_assert_true (fixture_has_file (fixture, "dicom/0000/00000001.dcm"));
  g_assert_false (fixture_has_file (fixture, "dicom/0000/00000002.dcm"));
  g_assert_false (fixture_has_file (fixture, "dicom/0000/00000004.dcm"));
  g_assert_cmpint (fixture_query (fixture, "SELECT count(*) FROM reservation"), ==, 0);
  g_assert_true (
      fixture_has_file (fixture, ic_session_get_incoming (ic_store_get_session (fixture->store))));
}

static guint
count_entries (Fixture *fixture, const char *relative)
{
  g_autofree char *path = ic_data_dir_dup_path (fixture->data_dir, relative);
  g_autoptr(GDir) folder = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (folder) != NULL)
    n++;
  return n;
}

static void
test_sweep_removes_folders_of_dead_sessions_with_their_contents (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  g_autoptr(GError) error = NULL;
  GPid pid = fixture_spawn (fixture, "litter");

  fixture_kill (pid);
  fixture_open (fixture);
  g_assert_cmpuint (count_entries (fixture, "incoming"), ==, 2);
  ic_sweep_run (fixture->store, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_entries (fixture, "incoming"), ==, 1);
  g_assert_cmpuint (count_entries (fixture, "spool"), ==, 1);
  fixture_close (fixture);
  g_assert_cmpuint (count_entries (fixture, "incoming"), ==, 0);
}

static gboolean
commit_swept (IcWriteTx *tx, gpointer data, GError **error)
{
  Fixture *fixture = data;
  IcReservation reservation = { .id = 77, .first = 1, .n = 1 };
  g_autoptr(IcHeader) header = fixture_make_header (&(Invented){ 0 });
  const IcNewInstance item = { 1, header, SHA_A, 1, "A", 1 };
  g_autoptr(GPtrArray) results = NULL;

  g_assert_nonnull (fixture);
  results = ic_instance_repo_commit (tx, &reservation, &item, 1, "operator", error);
  return results != NULL;
}

static void
test_commit_without_its_reservation_keeps_nothing (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  g_autoptr(GError) error = NULL;

  fixture_open (fixture);
  g_assert_false (ic_store_write (fixture->store, commit_swept, fixture, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_CONFLICT);
  g_assert_cmpint (fixture_query (fixture, "SELECT count(*) FROM instance"), ==, 0);
}

/* An empty log beside images would call itself whole, and number its transfers from 1 again. */
static void
test_images_without_a_database_are_not_opened (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  g_autoptr(GError) error = NULL;

  ic_data_dir_ensure_folder (fixture->data_dir, "dicom/0000", NULL);
  fixture_touch (fixture, "dicom/0000/00000001.dcm");
  g_assert_null (ic_store_open (fixture->data_dir, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_STORE_DAMAGED);
  g_clear_error (&error);
  fixture_touch (fixture, "courier.sqlite");
  g_assert_null (ic_store_open (fixture->data_dir, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_STORE_DAMAGED);
}

static int
be_child (const char *role, const char *path)
{
  Fixture fixture = { .path = (char *) path };

  fixture.data_dir = ic_data_dir_open (path, NULL);
  fixture_open (&fixture);
  if (g_str_equal (role, "reserve"))
    fixture_write (&fixture, reserve_three, &fixture);
  else
    {
      IcSession *session = ic_store_get_session (fixture.store);
      g_autofree char *inner = g_build_filename (ic_session_get_incoming (session), "a", NULL);
      g_autofree char *file = g_build_filename (inner, "b", NULL);

      ic_data_dir_ensure_folder (fixture.data_dir, inner, NULL);
      fixture_touch (&fixture, file);
    }
  g_print ("ready");
  g_usleep (G_MAXULONG);
  return 1;
}

int
main (int argc, char **argv)
{
  const char *role = fixture_get_role (argc, argv);

  if (role != NULL)
    return be_child (role, argv[3]);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/instance/tree", test_committed_instances_come_back_as_a_tree);
  g_test_add_func ("/instance/checksum", test_checksum_is_that_of_the_bytes_that_were_asked_about);
  g_test_add_func ("/instance/again", test_same_bytes_again_are_already_here);
  g_test_add_func ("/instance/replace", test_other_bytes_replace_and_are_logged);
  g_test_add_func ("/instance/series", test_series_corrected_by_the_source_is_corrected_here);
  g_test_add_func ("/instance/conflict", test_instance_of_somebody_else_or_elsewhere_is_a_conflict);
  g_test_add_func ("/instance/identities", test_study_that_names_two_patients_says_so);
  g_test_add_func ("/instance/replace-while-needed",
                   test_replaced_file_stays_while_another_transfer_may_need_it);
  g_test_add_func ("/instance/many-removals", test_many_files_are_removed_in_parts);
  g_test_add_func ("/instance/remove", test_removed_study_takes_its_files_along);
  g_test_add_func ("/instance/swept", test_commit_without_its_reservation_keeps_nothing);
  g_test_add_func ("/instance/lost", test_images_without_a_database_are_not_opened);
  g_test_add_func ("/sweep/reservations",
                   test_sweep_leaves_the_living_alone_and_clears_up_after_the_dead);
  g_test_add_func ("/sweep/folders",
                   test_sweep_removes_folders_of_dead_sessions_with_their_contents);
  return g_test_run ();
}
