/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What may be collected for one transfer. */
#include "core/ic-error.h"
#include "model/ic-transfer-draft.h"

#include <string.h>

static const IcDraftStudy chest = { .study_uid = "1.2.3.1",
                                    .source = "ARCHIVE",
                                    .date = "20260214",
                                    .description = "Thorax",
                                    .modalities = "CT",
                                    .n_series = 2,
                                    .n_instances = 40,
                                    .size_bytes = 20000 };
static const IcDraftStudy knee = { .study_uid = "1.2.3.2", .date = "20260301" };

static IcPatient *
new_jane (void)
{
  return ic_patient_new ("4711", "", "DOE^Jane", "19610312", "F");
}

static void
count_cb (gpointer draft, gpointer counter)
{
  (*(guint *) counter)++;
}

static void
test_first_study_names_the_patient (void)
{
  g_autoptr(IcTransferDraft) draft = ic_transfer_draft_new ();
  g_autoptr(IcPatient) jane = new_jane ();
  g_autoptr(IcDraftItem) item = NULL;
  guint n_changes = 0;

  g_assert_null (ic_transfer_draft_get_patient (draft));
  g_signal_connect (draft, "changed", G_CALLBACK (count_cb), &n_changes);
  g_assert_true (ic_transfer_draft_add_study (draft, jane, &chest, NULL));
  g_assert_true (ic_transfer_draft_add_study (draft, jane, &chest, NULL));
  g_assert_cmpuint (n_changes, ==, 1);
  g_assert_true (ic_transfer_draft_get_patient (draft) == jane);
  g_assert_true (ic_transfer_draft_has_study (draft, "1.2.3.1"));
  item = g_list_model_get_item (ic_transfer_draft_get_studies (draft), 0);
  g_assert_cmpstr (ic_draft_item_get_study (item)->description, ==, "Thorax");
  g_assert_cmpuint (ic_draft_item_get_study (item)->n_instances, ==, 40);
}

static void
test_same_patient_written_otherwise_is_taken (void)
{
  g_autoptr(IcTransferDraft) draft = ic_transfer_draft_new ();
  g_autoptr(IcPatient) jane = new_jane ();
  g_autoptr(IcPatient) again = ic_patient_new ("4711", "", "Doe^JANE^^^", "", "");

  g_assert_true (ic_transfer_draft_add_study (draft, jane, &chest, NULL));
  g_assert_true (ic_transfer_draft_add_study (draft, again, &knee, NULL));
  g_assert_cmpuint (g_list_model_get_n_items (ic_transfer_draft_get_studies (draft)), ==, 2);
}

static void
test_another_patient_is_refused_in_words (void)
{
  g_autoptr(IcTransferDraft) draft = ic_transfer_draft_new ();
  g_autoptr(IcPatient) jane = new_jane ();
  g_autoptr(IcPatient) john = ic_patient_new ("4711", "", "DOE^John", "19610312", "M");
  g_autoptr(GError) error = NULL;

  g_assert_true (ic_transfer_draft_add_study (draft, jane, &chest, NULL));
  g_assert_false (ic_transfer_draft_add_study (draft, john, &knee, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, "another patient"));
  g_assert_nonnull (strstr (error->message, "name"));
  g_assert_null (strstr (error->message, "John"));
  g_assert_false (ic_transfer_draft_has_study (draft, "1.2.3.2"));
}

static void
test_patient_without_id_is_not_taken_for_the_same (void)
{
  g_autoptr(IcTransferDraft) draft = ic_transfer_draft_new ();
  g_autoptr(IcPatient) jane = new_jane ();
  g_autoptr(IcPatient) nameless = ic_patient_new ("", "", "DOE^Jane", "19610312", "F");
  g_autoptr(GError) error = NULL;

  g_assert_true (ic_transfer_draft_add_study (draft, jane, &chest, NULL));
  g_assert_false (ic_transfer_draft_add_study (draft, nameless, &knee, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, "cannot be told"));
}

static void
test_with_the_last_study_goes_the_patient (void)
{
  g_autoptr(IcTransferDraft) draft = ic_transfer_draft_new ();
  g_autoptr(IcPatient) jane = new_jane ();
  g_autoptr(IcPatient) john = ic_patient_new ("0815", "", "DOE^John", "", "M");

  g_assert_true (ic_transfer_draft_add_study (draft, jane, &chest, NULL));
  ic_transfer_draft_remove_study (draft, "1.2.3.1");
  g_assert_null (ic_transfer_draft_get_patient (draft));
  g_assert_true (ic_transfer_draft_add_study (draft, john, &knee, NULL));
  ic_transfer_draft_clear (draft);
  g_assert_null (ic_transfer_draft_get_patient (draft));
}

static void
test_key_images_count_with_their_study (void)
{
  g_autoptr(IcTransferDraft) draft = ic_transfer_draft_new ();
  g_autoptr(IcPatient) jane = new_jane ();
  g_auto(GStrv) uids = NULL;

  ic_transfer_draft_set_key_image (draft, "1.2.3.1", "1.2.3.1.1", "1.2.3.1.1.7", TRUE);
  ic_transfer_draft_set_key_image (draft, "1.2.3.2", "1.2.3.2.1", "1.2.3.2.1.1", TRUE);
  g_assert_cmpuint (ic_transfer_draft_count_key_images (draft), ==, 0);
  g_assert_true (ic_transfer_draft_add_study (draft, jane, &chest, NULL));
  uids = ic_transfer_draft_dup_key_images (draft);
  g_assert_cmpuint (g_strv_length (uids), ==, 1);
  g_assert_cmpstr (uids[0], ==, "1.2.3.1.1.7");
  ic_transfer_draft_remove_study (draft, "1.2.3.1");
  g_assert_false (ic_transfer_draft_is_key_image (draft, "1.2.3.1.1.7"));
  g_assert_true (ic_transfer_draft_is_key_image (draft, "1.2.3.2.1.1"));
}

static void
test_draft_comes_back_as_it_was_left (void)
{
  g_autoptr(IcTransferDraft) draft = ic_transfer_draft_new ();
  g_autoptr(IcTransferDraft) again = ic_transfer_draft_new ();
  g_autoptr(IcPatient) jane = new_jane ();
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(IcDraftItem) item = NULL;

  g_assert_true (ic_transfer_draft_add_study (draft, jane, &chest, NULL));
  g_assert_true (ic_transfer_draft_add_study (draft, jane, &knee, NULL));
  ic_transfer_draft_set_key_image (draft, "1.2.3.1", "1.2.3.1.1", "1.2.3.1.1.7", TRUE);
  ic_transfer_draft_set_answer (draft, "recipient", "Dr [Adams] = \"x\"\n");
  text = ic_transfer_draft_dup_text (draft);
  g_assert_true (ic_transfer_draft_load_text (again, text, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (ic_transfer_draft_get_patient (again)->name, ==, "DOE^Jane");
  g_assert_cmpuint (g_list_model_get_n_items (ic_transfer_draft_get_studies (again)), ==, 2);
  item = g_list_model_get_item (ic_transfer_draft_get_studies (again), 0);
  g_assert_cmpstr (ic_draft_item_get_study (item)->modalities, ==, "CT");
  g_assert_cmpuint (ic_draft_item_get_study (item)->size_bytes, ==, 20000);
  g_assert_true (ic_transfer_draft_is_key_image (again, "1.2.3.1.1.7"));
  g_assert_cmpstr (ic_transfer_draft_get_answer (again, "recipient"), ==, "Dr [Adams] = \"x\"\n");
  g_assert_false (ic_transfer_draft_load_text (again, "nonsense", &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_BAD_DATA);
  g_assert_null (ic_transfer_draft_get_patient (again));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/transfer-draft/first-study-names-the-patient",
                   test_first_study_names_the_patient);
  g_test_add_func ("/transfer-draft/same-patient-written-otherwise-is-taken",
                   test_same_patient_written_otherwise_is_taken);
  g_test_add_func ("/transfer-draft/another-patient-is-refused-in-words",
                   test_another_patient_is_refused_in_words);
  g_test_add_func ("/transfer-draft/patient-without-id-is-not-taken-for-the-same",
                   test_patient_without_id_is_not_taken_for_the_same);
  g_test_add_func ("/transfer-draft/with-the-last-study-goes-the-patient",
                   test_with_the_last_study_goes_the_patient);
  g_test_add_func ("/transfer-draft/key-images-count-with-their-study",
                   test_key_images_count_with_their_study);
  g_test_add_func ("/transfer-draft/comes-back", test_draft_comes_back_as_it_was_left);
  return g_test_run ();
}
