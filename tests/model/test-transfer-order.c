/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A transfer that is being prepared, on a data directory without anything in it. */
#include "core/ic-error.h"
#include "model/ic-transfer-check.h"
#include "model/ic-transfer-repeat.h"
#include "model/ic-transfer-sizes.h"

#include <string.h>

typedef struct
{
  char *folder;
  IcDesk *desk;
  IcWorkspace *workspace;
  IcTransferOrder *order;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *path = NULL;

  self->folder = g_dir_make_tmp ("order-XXXXXX", &error);
  g_assert_no_error (error);
  path = g_build_filename (self->folder, "data", NULL);
  self->desk = ic_desk_open (path, &error);
  g_assert_no_error (error);
  self->workspace = ic_workspace_new (self->desk);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  const char *argv[] = { "rm", "-rf", self->folder, NULL };

  g_clear_object (&self->order);
  g_clear_object (&self->workspace);
  g_clear_pointer (&self->desk, ic_desk_unref);
  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL,
                NULL);
  g_free (self->folder);
}

static void
choose (IcWorkspace *workspace, const char *study_uid, const char *source)
{
  g_autoptr(IcPatient) jane = ic_patient_new ("4711", "", "DOE^Jane", "19610312", "F");
  const IcDraftStudy study = { .study_uid = study_uid, .source = source, .n_instances = 40 };

  g_assert_true (
      ic_transfer_draft_add_study (ic_workspace_get_draft (workspace), jane, &study, NULL));
}

/* Until the data directory has been looked into. */
static void
prepare (Fixture *self)
{
  self->order = ic_transfer_order_new (self->workspace);
  while (ic_transfer_order_get_facts (self->order) == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
has_check (IcTransferOrder *order, IcCheckLevel level, const char *part)
{
  g_autoptr(GPtrArray) checks = ic_transfer_check_all (order);

  for (guint i = 0; i < checks->len; i++)
    {
      const IcTransferCheck *check = checks->pdata[i];

      if (check->level == level && strstr (check->sentence, part) != NULL)
        return TRUE;
    }
  return FALSE;
}

static void
test_nothing_begins_before_all_is_answered (Fixture *self, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) checks = NULL;

  choose (self->workspace, "1.2.3", "ARCHIVE");
  prepare (self);
  g_assert_null (ic_transfer_order_get_obstacle (self->order, IC_STEP_WHAT));
  g_assert_nonnull (ic_transfer_order_get_obstacle (self->order, IC_STEP_WHOM));
  ic_transfer_order_set_answer (self->order, IC_ASK_RECIPIENT, "Dr Adams");
  g_assert_nonnull (ic_transfer_order_get_obstacle (self->order, IC_STEP_WHOM));
  ic_transfer_order_set_answer (self->order, IC_ASK_REASON, "Second opinion");
  g_assert_null (ic_transfer_order_get_obstacle (self->order, IC_STEP_WHOM));
  g_assert_nonnull (ic_transfer_order_get_obstacle (self->order, IC_STEP_HOW));
  checks = ic_transfer_check_all (self->order);
  g_assert_false (ic_transfer_check_may_start (checks));
  g_assert_null (ic_transfer_order_start (self->order, FALSE, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_USAGE);
}

static void
test_study_that_is_left_out_does_not_count (Fixture *self, gconstpointer data)
{
  g_autoptr(IcContentItem) item = NULL;
  g_auto(GStrv) uids = NULL;

  choose (self->workspace, "1.2.3", "ARCHIVE");
  choose (self->workspace, "1.2.4", "ARCHIVE");
  prepare (self);
  g_assert_cmpuint (ic_transfer_order_count_images (self->order), ==, 80);
  item = g_list_model_get_item (ic_transfer_order_get_content (self->order), 0);
  ic_content_item_set_selected (item, FALSE);
  g_assert_cmpuint (ic_transfer_order_count_images (self->order), ==, 40);
  uids = ic_transfer_order_dup_study_uids (self->order);
  g_assert_cmpuint (g_strv_length (uids), ==, 1);
  g_assert_cmpstr (uids[0], ==, "1.2.4");
  g_assert_false (ic_transfer_order_is_selection (self->order));
}

static void
test_studies_in_several_places_are_to_be_retrieved_first (Fixture *self, gconstpointer data)
{
  choose (self->workspace, "1.2.3", "ARCHIVE");
  choose (self->workspace, "1.2.4", "CARDIOLOGY");
  prepare (self);
  g_assert_true (has_check (self->order, IC_CHECK_STOP, "Only 0 of 80 images are here."));
}

static void
test_draft_is_there_again_after_a_restart (Fixture *self, gconstpointer data)
{
  choose (self->workspace, "1.2.3", "ARCHIVE");
  ic_transfer_draft_set_answer (ic_workspace_get_draft (self->workspace), IC_ASK_REASON,
                                "Transfer");
  g_object_add_weak_pointer (G_OBJECT (self->workspace), (gpointer *) &self->workspace);
  g_object_unref (self->workspace);
  while (self->workspace != NULL)
    g_main_context_iteration (NULL, TRUE);
  self->workspace = ic_workspace_new (self->desk);
  g_assert_true (ic_transfer_draft_has_study (ic_workspace_get_draft (self->workspace), "1.2.3"));
  g_assert_cmpstr (ic_transfer_draft_get_answer (ic_workspace_get_draft (self->workspace),
                                                 IC_ASK_REASON),
                   ==, "Transfer");
}

/* Two of the images of one series of 1.2.3. */
static IcTransfer *
make_selected_transfer (void)
{
  IcTransfer *transfer = ic_transfer_new ();
  IcTransferSeries *series = ic_transfer_add_series (transfer);

  transfer->id = 7;
  ic_transfer_set_text (&transfer->remark, "selected: 2 of 40 images");
  ic_transfer_set_text (&series->study_uid, "1.2.3");
  ic_transfer_set_text (&series->series_uid, "1.2.3.1");
  for (guint i = 0; i < 2; i++)
    {
      IcTransferInstance *instance = ic_transfer_add_instance (transfer);

      instance->state = IC_ITEM_VERIFIED;
      instance->series_uid = ic_transfer_keep_text (transfer, "1.2.3.1");
      instance->sop_instance_uid =
          ic_transfer_keep_text (transfer, i == 0 ? "1.2.3.1.1" : "1.2.3.1.2");
    }
  return transfer;
}

static void
reload (Fixture *self)
{
  const IcTransferFacts *before = ic_transfer_order_get_facts (self->order);

  ic_transfer_order_reload (self->order);
  while (ic_transfer_order_get_facts (self->order) == before)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_repeated_selection_goes_as_it_went_until_another_study_comes (Fixture *self,
                                                                   gconstpointer data)
{
  g_autoptr(IcTransfer) transfer = make_selected_transfer ();
  IcTransferDraft *draft = ic_workspace_get_draft (self->workspace);
  g_auto(GStrv) images = NULL;
  g_autofree char *number = NULL;

  choose (self->workspace, "1.2.3", "ARCHIVE");
  ic_transfer_repeat_note (draft, transfer);
  prepare (self);
  images = ic_transfer_repeat_dup_images (draft);
  number = ic_transfer_repeat_dup_number (draft);
  g_assert_cmpstr (number, ==, "IC000007");
  g_assert_cmpuint (g_strv_length (images), ==, 2);
  g_assert_cmpuint (ic_transfer_order_count_images (self->order), ==, 2);
  g_assert_true (ic_transfer_order_is_selection (self->order));
  g_assert_true (ic_transfer_repeat_leaves_out (draft, "1.2.3", "1.2.3.2"));
  g_assert_false (ic_transfer_repeat_leaves_out (draft, "1.2.3", "1.2.3.1"));
  choose (self->workspace, "1.2.4", "ARCHIVE");
  reload (self);
  g_assert_cmpuint (ic_transfer_order_count_images (self->order), ==, 80);
  g_assert_false (ic_transfer_order_is_selection (self->order));
}

static void
test_repeated_whole_series_needs_no_list_of_images (Fixture *self, gconstpointer data)
{
  g_autoptr(IcTransfer) transfer = make_selected_transfer ();
  IcTransferDraft *draft = ic_workspace_get_draft (self->workspace);
  IcFactSeries series = { .series_uid = (char *) "1.2.3.1", .n_here = 3 };
  g_autoptr(GPtrArray) all_series = g_ptr_array_new ();
  IcFactStudy study = { .study_uid = (char *) "1.2.3", .series = all_series };
  g_autoptr(GPtrArray) studies = g_ptr_array_new ();
  char *uids[] = { study.study_uid, NULL };
  const IcTransferFacts facts = { .study_uids = uids, .studies = studies };

  g_ptr_array_add (all_series, &series);
  g_ptr_array_add (studies, &study);
  choose (self->workspace, "1.2.3", "ARCHIVE");
  ic_transfer_repeat_note (draft, transfer);
  ic_transfer_repeat_settle (draft, &facts);
  g_assert_true (ic_transfer_repeat_is_only (draft));
  series.n_here = 2;
  ic_transfer_repeat_settle (draft, &facts);
  g_assert_false (ic_transfer_repeat_is_only (draft));
  g_assert_true (ic_transfer_repeat_leaves_out (draft, "1.2.3", "1.2.3.2"));
}

static guint64
foretell_room (Fixture *self, guint64 free_bytes)
{
  IcViewerSizes sizes = { 0 };

  ((IcTransferFacts *) ic_transfer_order_get_facts (self->order))->room_bytes = free_bytes;
  ic_transfer_sizes_foretell (self->order, &sizes);
  return sizes.room_bytes;
}

/* The disk may be fuller than the disc is large that an image is made for. */
static void
test_room_is_that_of_the_medium_or_of_its_place (Fixture *self, gconstpointer data)
{
  choose (self->workspace, "1.2.3", "ARCHIVE");
  prepare (self);
  g_assert_cmpuint (foretell_room (self, 3500), ==, 3500);
  ic_transfer_order_set_answer (self->order, IC_ASK_CAPACITY, "4700");
  g_assert_cmpuint (foretell_room (self, 3500), ==, 3500);
  g_assert_cmpuint (foretell_room (self, 9000), ==, 4700);
  g_assert_cmpuint (foretell_room (self, 0), ==, 4700);
}

static void
test_fit_is_said_in_discs (void)
{
  g_autofree char *cd = ic_transfer_check_dup_fit (G_GUINT64_CONSTANT (640000000));
  g_autofree char *dvd = ic_transfer_check_dup_fit (G_GUINT64_CONSTANT (700000001));
  g_autofree char *three = ic_transfer_check_dup_fit (G_GUINT64_CONSTANT (9500000000));

  g_assert_cmpstr (cd, ==, "fits a CD");
  g_assert_cmpstr (dvd, ==, "fits a DVD");
  g_assert_cmpstr (three, ==, "needs 3 DVDs");
}

#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/transfer-order/answers", test_nothing_begins_before_all_is_answered);
  ADD ("/transfer-order/left-out", test_study_that_is_left_out_does_not_count);
  ADD ("/transfer-order/places", test_studies_in_several_places_are_to_be_retrieved_first);
  ADD ("/transfer-order/restart", test_draft_is_there_again_after_a_restart);
  ADD ("/transfer-order/repeated",
       test_repeated_selection_goes_as_it_went_until_another_study_comes);
  ADD ("/transfer-order/repeated-series", test_repeated_whole_series_needs_no_list_of_images);
  ADD ("/transfer-order/room", test_room_is_that_of_the_medium_or_of_its_place);
  g_test_add_func ("/transfer-order/fit", test_fit_is_said_in_discs);
  return g_test_run ();
}
