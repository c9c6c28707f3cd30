/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whoever opens a medium must read on it what is missing, as plainly as that all is well. */
#include "disc/ic-file-set.h"
#include "domain/ic-proof.h"
#include "fixture.h"

#include <string.h>

#define N_IMAGES 3

/* A study of two series with three images each, a proof that knows what the source has of it, and
 * what came.
 */
typedef struct
{
  IcStudy *study;
  IcProof *proof;
  IcTransfer *judgement;
  char *readme;
  char *page;
} Case;

static void
case_clear (Case *self)
{
  g_clear_pointer (&self->study, ic_study_unref);
  g_clear_pointer (&self->proof, ic_proof_free);
  g_clear_pointer (&self->judgement, ic_transfer_free);
  g_free (self->readme);
  g_free (self->page);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Case, case_clear)

static void
expect_study (Case *self, IcBasis basis)
{
  g_autoptr(IcExpectation) expectation = ic_expectation_new (self->study->study_uid, "ARCHIVE", 0);

  expectation->basis = basis;
  for (guint i = 0; i < self->study->series->len; i++)
    {
      const IcSeries *series = self->study->series->pdata[i];
      IcExpectedSeries *expected = ic_expectation_add_series (expectation, series->series_uid);

      expected->count = basis != IC_BASIS_NONE ? series->instances->len : 0;
      ic_transfer_set_text (&expected->modality, "CT");
      for (guint k = 0; basis == IC_BASIS_UID_LIST && k < series->instances->len; k++)
        ic_expected_series_add (expected,
                                ((IcInstance *) series->instances->pdata[k])->sop_instance_uid);
    }
  ic_proof_expect_before (self->proof, expectation);
}

static Case
make_case (IcBasis basis)
{
  Case self = { .study = fixture_study_new (1, 2, N_IMAGES), .proof = ic_proof_new () };

  expect_study (&self, basis);
  return self;
}

static IcSeries *
get_series (Case *self, guint number)
{
  return self->study->series->pdata[number - 1];
}

/* Image @number never came. */
static void
lose (Case *self, guint series, guint number)
{
  g_ptr_array_remove_index (get_series (self, series)->instances, number - 1);
}

static char *
dup_file (IcFileSet *file_set, const char *path)
{
  GPtrArray *entries = ic_file_set_get_entries (file_set);

  for (guint i = 0; i < entries->len; i++)
    {
      const IcFileSetEntry *entry = entries->pdata[i];

      if (g_str_equal (entry->path, path))
        return g_strndup (g_bytes_get_data (entry->bytes, NULL), g_bytes_get_size (entry->bytes));
    }
  g_assert_not_reached ();
}

static void
retrieve (Case *self)
{
  for (guint i = 0; i < self->study->series->len; i++)
    {
      const IcSeries *series = self->study->series->pdata[i];

      for (guint k = 0; k < series->instances->len; k++)
        {
          const IcInstance *instance = series->instances->pdata[k];

          ic_proof_add_retrieved (self->proof, self->study->study_uid, series->series_uid,
                                  instance->sop_instance_uid, instance->sha256, 1);
        }
    }
}

static void
print (Case *self)
{
  g_autoptr(GPtrArray) studies = g_ptr_array_new ();
  g_autoptr(GDateTime) created = g_date_time_new_utc (2026, 2, 14, 10, 30, 0);
  g_autoptr(IcFileSet) file_set = NULL;
  g_autoptr(GError) error = NULL;
  IcFileSetInfo info = { .file_set_id = "IC000123_1", .created = created, .id_secret = "secret" };

  self->judgement = ic_transfer_new ();
  ic_proof_judge (self->proof, IC_PROOF_RETRIEVED, self->judgement);
  info.judgement = self->judgement;
  g_ptr_array_add (studies, self->study);
  file_set = ic_file_set_new (studies, &info, &error);
  g_assert_no_error (error);
  self->readme = dup_file (file_set, "README.TXT");
  self->page = dup_file (file_set, "INDEX.HTM");
}

static void
assert_both (Case *self, const char *text)
{
  if (strstr (self->readme, text) == NULL || strstr (self->page, text) == NULL)
    g_test_message ("%s\n%s", self->readme, self->page);
  g_assert_nonnull (strstr (self->readme, text));
  g_assert_nonnull (strstr (self->page, text));
}

static void
test_complete_medium_says_so_for_each_series (void)
{
  g_auto(Case) self = make_case (IC_BASIS_UID_LIST);

  retrieve (&self);
  print (&self);
  assert_both (&self, "Complete: all 6 images that the source listed are here.");
  assert_both (&self, "3 of 3");
  g_assert_nonnull (strstr (self.page, "class=\"verdict complete\""));
  g_assert_null (strstr (self.readme, "missing"));
  g_assert_null (strstr (self.page, "class=\"fault\""));
}

static void
test_missing_images_are_named_at_the_top_and_in_their_series (void)
{
  g_auto(Case) self = make_case (IC_BASIS_UID_LIST);

  lose (&self, 2, 3);
  lose (&self, 2, 1);
  retrieve (&self);
  print (&self);
  assert_both (&self, "Not complete: 2 of 6 images are missing.");
  assert_both (&self, "3 of 3");
  assert_both (&self, "1 of 3");
  g_assert_nonnull (strstr (self.readme, "1 of 3: 2 images are missing\r\n"));
  g_assert_nonnull (strstr (self.page, "<span class=\"fault\">2 images are missing</span>"));
  g_assert_null (strstr (self.page, "class=\"verdict complete\""));
}

static void
test_series_of_which_nothing_came_is_listed (void)
{
  g_auto(Case) self = make_case (IC_BASIS_UID_LIST);

  g_ptr_array_remove_index (self.study->series, 1);
  retrieve (&self);
  print (&self);
  assert_both (&self, "Not complete: 3 of 6 images are missing.");
  assert_both (&self, "0 of 3");
  g_assert_nonnull (strstr (self.readme, "not here"));
  g_assert_nonnull (strstr (self.page, "<h2>Series that are not here</h2>"));
}

static void
test_source_without_a_list_leaves_it_open (void)
{
  g_auto(Case) none = make_case (IC_BASIS_NONE);
  g_auto(Case) counts = make_case (IC_BASIS_COUNT_ONLY);

  retrieve (&none);
  print (&none);
  assert_both (&none, "The source did not list its images, so nobody can say whether these are "
                      "all.");
  g_assert_null (strstr (none.readme, "3 of"));
  g_assert_nonnull (strstr (none.page, "class=\"verdict open\""));
  retrieve (&counts);
  print (&counts);
  assert_both (&counts, "so only their number could be checked.");
  assert_both (&counts, "3 of 3");
  g_assert_null (strstr (counts.page, "class=\"verdict complete\""));
}

static void
test_damaged_image_is_named (void)
{
  g_auto(Case) self = make_case (IC_BASIS_UID_LIST);
  const IcSeries *series = get_series (&self, 1);
  const IcInstance *instance = series->instances->pdata[0];

  retrieve (&self);
  ic_proof_set_flaw (self.proof, series->series_uid, instance->sop_instance_uid, "it is cut off");
  print (&self);
  assert_both (&self, "Not proved to be complete: 1 image came damaged.");
  g_assert_nonnull (strstr (self.readme, "3 of 3: 1 image came damaged\r\n"));
}

static void
test_other_faults_are_told_in_their_own_words (void)
{
  g_auto(Case) self = make_case (IC_BASIS_UID_LIST);

  retrieve (&self);
  ic_proof_add_fault (self.proof, "the source <b>lied</b>\r\nComplete: all");
  print (&self);
  g_assert_nonnull (strstr (self.readme, "Not proved to be complete: the source <b>lied</b>"));
  g_assert_null (strstr (self.readme, "\r\nComplete"));
  g_assert_nonnull (strstr (self.page, "the source &lt;b&gt;lied&lt;/b&gt;"));
}

/* The second series of a complete study is on another disc. */
static GPtrArray *
make_volumes (Case *self)
{
  GPtrArray *volumes = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  IcStudy *first = ic_study_copy_empty (self->study);
  IcStudy *second = ic_study_copy_empty (self->study);

  for (guint i = 0; i < 2; i++)
    {
      GPtrArray *studies = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_study_unref);

      g_ptr_array_add (studies, i == 0 ? first : second);
      g_ptr_array_add (volumes, studies);
    }
  g_ptr_array_add (second->series, g_ptr_array_steal_index (self->study->series, 1));
  g_ptr_array_add (first->series, g_ptr_array_steal_index (self->study->series, 0));
  return volumes;
}

static void
print_volume (Case *self, GPtrArray *volumes, guint number)
{
  g_autoptr(GDateTime) created = g_date_time_new_utc (2026, 2, 14, 10, 30, 0);
  g_autoptr(IcFileSet) file_set = NULL;
  g_autoptr(GError) error = NULL;
  IcFileSetInfo info = { .file_set_id = "IC000123_1",
                         .transfer_number = "IC000123",
                         .created = created,
                         .id_secret = "secret",
                         .volumes = volumes,
                         .volume = number };

  self->judgement = ic_transfer_new ();
  ic_proof_judge (self->proof, IC_PROOF_RETRIEVED, self->judgement);
  info.judgement = self->judgement;
  file_set = ic_file_set_new (volumes->pdata[number - 1], &info, &error);
  g_assert_no_error (error);
  self->readme = dup_file (file_set, "README.TXT");
  self->page = dup_file (file_set, "INDEX.HTM");
}

static void
test_one_of_several_discs_says_what_is_on_the_others (void)
{
  g_auto(Case) self = make_case (IC_BASIS_UID_LIST);
  g_autoptr(GPtrArray) volumes = NULL;

  retrieve (&self);
  volumes = make_volumes (&self);
  print_volume (&self, volumes, 1);
  assert_both (&self, "Disc 1 of 2: 3 of 6 images and other objects are here.");
  assert_both (&self,
               "Complete with all 2 discs: the 6 images that the source listed are on them.");
  assert_both (&self, "Disc 2 of 2, IC000123_2: 3 images and other objects");
  g_assert_null (strstr (self.readme, "not here"));
}

static void
test_what_is_on_another_disc_is_not_missing (void)
{
  g_auto(Case) self = make_case (IC_BASIS_UID_LIST);
  g_autoptr(GPtrArray) volumes = NULL;

  lose (&self, 2, 3);
  retrieve (&self);
  volumes = make_volumes (&self);
  print_volume (&self, volumes, 1);
  assert_both (&self, "Not complete: 1 of 6 images is missing.");
  g_assert_nonnull (strstr (self.readme, "series 1: 3 of 3\r\n"));
  g_assert_null (strstr (self.readme, "not here"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/account/complete", test_complete_medium_says_so_for_each_series);
  g_test_add_func ("/account/missing",
                   test_missing_images_are_named_at_the_top_and_in_their_series);
  g_test_add_func ("/account/series", test_series_of_which_nothing_came_is_listed);
  g_test_add_func ("/account/no-list", test_source_without_a_list_leaves_it_open);
  g_test_add_func ("/account/damaged", test_damaged_image_is_named);
  g_test_add_func ("/account/volumes", test_one_of_several_discs_says_what_is_on_the_others);
  g_test_add_func ("/account/volume-missing", test_what_is_on_another_disc_is_not_missing);
  g_test_add_func ("/account/faults", test_other_faults_are_told_in_their_own_words);
  return g_test_run ();
}
