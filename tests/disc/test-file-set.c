/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-digest.h"
#include "core/ic-error.h"
#include "disc/ic-file-set.h"
#include "disc/ic-file-set-text.h"
#include "fixture.h"

#include <string.h>

#define JPEG_LOSSLESS_UID "1.2.840.10008.1.2.4.70"
#define J2K_UID "1.2.840.10008.1.2.4.90"
#define RLE_UID "1.2.840.10008.1.2.5"
#define HTJ2K_UID "1.2.840.10008.1.2.4.201"
#define CT_UID "1.2.840.10008.5.1.4.1.1.2"

static GPtrArray *
make_studies (IcStudy *first)
{
  GPtrArray *studies = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_study_unref);

  g_ptr_array_add (studies, first);
  return studies;
}

static IcFileSet *
make_file_set (GPtrArray *studies, GError **error)
{
  g_autoptr(GDateTime) created = g_date_time_new_utc (2026, 2, 14, 10, 30, 0);
  const IcFileSetInfo info = {
    .id_secret = "secret",
    .file_set_id = "IC000123_1",
    .transfer_number = "IC000123",
    .institution = "St Elsewhere & Sons",
    .contact = "imaging@elsewhere.example\r\nLog head: 1, forged",
    .recipient = "Dr <b>Who</b>",
    .log_head = "17, 0badc0de",
    .profile = "as-stored",
    .possible = IC_MEDIA_PROFILES_OF_DISCS,
    .application = "Imaging Courier 0.1.0",
    .created = created,
    .directory_uid = "1.2.3",
  };

  return ic_file_set_new (studies, &info, error);
}

static IcFileSet *
ensure_file_set (GPtrArray *studies)
{
  g_autoptr(GError) error = NULL;
  IcFileSet *self = make_file_set (studies, &error);

  g_assert_no_error (error);
  return self;
}

static const IcFileSetEntry *
find_entry (IcFileSet *self, const char *path)
{
  GPtrArray *entries = ic_file_set_get_entries (self);

  for (guint i = 0; i < entries->len; i++)
    if (g_str_equal (((IcFileSetEntry *) entries->pdata[i])->path, path))
      return entries->pdata[i];
  return NULL;
}

static char *
dup_file (IcFileSet *self, const char *path)
{
  const IcFileSetEntry *entry = find_entry (self, path);
  gsize size = 0;
  const char *data = g_bytes_get_data (entry->bytes, &size);

  return g_strndup (data, size);
}

static void
test_instances_stand_in_folders_by_series (void)
{
  g_autoptr(GPtrArray) studies = make_studies (fixture_study_new (1, 2, 3));
  g_autoptr(IcFileSet) self = NULL;
  const IcFileSetEntry *last = NULL;

  g_ptr_array_add (studies, fixture_study_new (2, 1, 1));
  self = ensure_file_set (studies);
  last = find_entry (self, "DICOM/S0001/SE0002/I0000003");
  g_assert_cmpstr (last->instance->sop_instance_uid, ==, "1.2.1.2.3");
  g_assert_null (last->bytes);
  g_assert_nonnull (find_entry (self, "DICOM/S0002/SE0001/I0000001"));
  g_assert_cmpuint (ic_file_set_count_instances (self), ==, 7);
  g_assert_cmpuint (ic_file_set_get_entries (self)->len, ==, 7 + 4);
}

static void
test_manifest_lists_every_file_but_itself (void)
{
  g_autoptr(GPtrArray) studies = make_studies (fixture_study_new (1, 1, 2));
  g_autoptr(IcFileSet) self = ensure_file_set (studies);
  GPtrArray *entries = ic_file_set_get_entries (self);
  g_autofree char *manifest = dup_file (self, "MANIFEST.TXT");
  g_auto(GStrv) lines = g_strsplit (manifest, "\n", -1);

  g_assert_null (strchr (manifest, '\r'));
  g_assert_cmpuint (g_strv_length (lines), ==, entries->len);
  for (guint i = 0; i < entries->len - 1; i++)
    {
      const IcFileSetEntry *entry = entries->pdata[i];
      g_autofree char *line = g_strdup_printf ("%s  %s", entry->sha256, entry->path);

      g_assert_cmpstr (lines[i], ==, line);
    }
}

static void
test_sizes_add_up (void)
{
  g_autoptr(GPtrArray) studies = make_studies (fixture_study_new (1, 1, 3));
  g_autoptr(IcFileSet) self = ensure_file_set (studies);
  GPtrArray *entries = ic_file_set_get_entries (self);
  guint64 made = 0;

  for (guint i = 3; i < entries->len; i++)
    made += g_bytes_get_size (((IcFileSetEntry *) entries->pdata[i])->bytes);
  g_assert_cmpuint (ic_file_set_get_total_bytes (self), ==, 3000 + made);
  g_assert_cmpuint (ic_file_set_get_total_in_blocks (self, 2048) % 2048, ==, 0);
  g_assert_cmpuint (ic_file_set_get_total_in_blocks (self, 2048), >=, 7 * 2048);
}

static void
test_readme_says_where_it_comes_from (void)
{
  g_autoptr(GPtrArray) studies = make_studies (fixture_study_new (1, 1, 2));
  g_autoptr(IcFileSet) self = ensure_file_set (studies);
  g_autofree char *readme = dup_file (self, "README.TXT");
  g_auto(GStrv) lines = g_strsplit (readme, "\r\n", -1);

  g_assert_nonnull (strstr (readme, "St Elsewhere & Sons\r\n"));
  g_assert_nonnull (strstr (readme, "14 Feb 2026 10:30 +00:00\r\n"));
  g_assert_nonnull (strstr (readme, "17, 0badc0de\r\n"));
  g_assert_nonnull (strstr (readme, "STD-GEN-CD"));
  g_assert_null (strstr (readme, "STD-GEN-USB"));
  g_assert_nonnull (strstr (readme, "not a medical device"));
  g_assert_null (strstr (readme, "made up"));
  g_assert_null (strstr (readme, "ller"));
  for (char **line = lines; *line != NULL; line++)
    {
      g_assert_null (strchr (*line, '\n'));
      g_assert_false (g_str_has_prefix (*line, "Log head: 1, forged"));
    }
}

static void
test_readme_names_made_up_values (void)
{
  IcStudy *study = fixture_study_new (1, 1, 0);
  g_autoptr(GPtrArray) studies = make_studies (study);
  g_autoptr(IcFileSet) self = NULL;
  g_autofree char *readme = NULL;

  for (int i = 0; i < 30; i++)
    fixture_add_instance (study->series->pdata[0], CT_UID, g_bytes_new (NULL, 0));
  self = ensure_file_set (studies);
  readme = dup_file (self, "README.TXT");
  g_assert_cmpuint (ic_file_set_get_generated_keys (self)->len, ==, 30);
  g_assert_nonnull (strstr (readme, "IMAGE (0020,0013) InstanceNumber = 20"
                                    "  in DICOM/S0001/SE0001/I0000020\r\n"));
  g_assert_null (strstr (readme, "I0000021"));
  g_assert_nonnull (strstr (readme, "IMAGE (0020,0013) InstanceNumber in 10 more\r\n"));
}

static gboolean
is_well_formed (const char *markup, GError **error)
{
  static const GMarkupParser nothing = { NULL };
  g_autoptr(GMarkupParseContext) context = g_markup_parse_context_new (&nothing, 0, NULL, NULL);

  return g_markup_parse_context_parse (context, markup, -1, error) &&
         g_markup_parse_context_end_parse (context, error);
}

static void
test_index_shows_patient_and_contents (void)
{
  g_autoptr(GPtrArray) studies = make_studies (fixture_study_new (1, 2, 3));
  g_autoptr(IcFileSet) self = ensure_file_set (studies);
  g_autofree char *page = dup_file (self, "INDEX.HTM");
  g_autoptr(GError) error = NULL;

  g_assert_true (is_well_formed (page, &error));
  g_assert_no_error (error);
  g_assert_nonnull (strstr (page, "Müller, Anna"));
  g_assert_nonnull (strstr (page, "born: 1 Jan 1970"));
  g_assert_nonnull (strstr (page, "<h2>14 Feb 2026, Thorax</h2>"));
  g_assert_nonnull (strstr (page, "DICOM/S0001/SE0002"));
  g_assert_nonnull (strstr (page, "href=\"README.TXT\""));
  g_assert_nonnull (strstr (page, "not a medical device"));
  g_assert_nonnull (strstr (page, "not for diagnosis"));
  g_assert_nonnull (strstr (page, "Dr &lt;b&gt;Who&lt;/b&gt;"));
  g_assert_null (strstr (page, "<script"));
  g_assert_null (strstr (page, "<img"));
}

static const char *const hostile[] = {
  "<script>alert(1)</script>^\"onload='x'",
  "]]>--></title></style></body>",
  "&amp;&#0;&bogus;%s%n%d",
  "\x01\x02\x1b[31m\r\nPatient ID: none\x7f",
  "\xff\xfe\xc3\x28 not UTF-8",
  "\xe2\x80\xae"
  "0791 naJ 1"
  "\xe2\x81\xa9",
  "../../../etc/passwd\\..\\DICOMDIR",
};

static void
test_hostile_names_stay_in_their_cells (void)
{
  g_autoptr(GPtrArray) plain_studies = make_studies (fixture_study_new (1, 1, 1));
  g_autoptr(IcFileSet) plain = ensure_file_set (plain_studies);
  g_autofree char *plain_page = dup_file (plain, "INDEX.HTM");
  g_auto(GStrv) plain_tags = g_strsplit (plain_page, "<", -1);

  for (gsize i = 0; i < G_N_ELEMENTS (hostile); i++)
    {
      IcStudy *study = fixture_study_new (1, 1, 1);
      g_autoptr(GPtrArray) studies = make_studies (study);
      IcSeries *series = study->series->pdata[0];
      g_autoptr(IcFileSet) self = NULL;
      g_autoptr(GError) error = NULL;
      g_autofree char *page = NULL;
      g_auto(GStrv) tags = NULL;

      ic_patient_unref (study->patient);
      study->patient = ic_patient_new (hostile[i], hostile[i], hostile[i], hostile[i], hostile[i]);
      g_free (study->description);
      study->description = g_strdup (hostile[i]);
      g_free (study->date);
      study->date = g_strdup (hostile[i]);
      g_free (series->description);
      series->description = g_strdup (hostile[i]);
      g_free (series->number);
      series->number = g_strdup (hostile[i]);
      self = ensure_file_set (studies);
      page = dup_file (self, "INDEX.HTM");
      tags = g_strsplit (page, "<", -1);
      g_assert_true (g_utf8_validate (page, -1, NULL));
      g_assert_true (is_well_formed (page, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (g_strv_length (tags), ==, g_strv_length (plain_tags));
      g_assert_null (strstr (page, "\xe2\x80\xae"));
      g_assert_null (strpbrk (page, "\x01\x02\x1b\r\x7f"));
    }
}

static void
set_syntax (IcStudy *study, guint instance, const char *uid)
{
  IcSeries *series = study->series->pdata[0];
  IcInstance *changed = series->instances->pdata[instance];

  changed->transfer_syntax_uid = uid;
}

static void
assert_profiles (GPtrArray *studies, const char *names, const char *in_reason)
{
  g_autofree char *reason = NULL;
  IcMediaProfiles profiles = ic_media_profiles_for_studies (studies, &reason);
  g_autofree char *found = ic_media_profiles_dup_names (profiles);

  g_assert_cmpstr (found, ==, names);
  g_assert_nonnull (strstr (reason, in_reason));
}

static void
test_profile_follows_transfer_syntaxes (void)
{
  IcStudy *study = fixture_study_new (1, 1, 3);
  g_autoptr(GPtrArray) studies = make_studies (study);

  assert_profiles (studies,
                   "STD-GEN-CD, STD-GEN-DVD-JPEG, STD-GEN-DVD-J2K, STD-GEN-USB-JPEG, "
                   "STD-GEN-USB-J2K",
                   "files: 3 in Explicit VR Little Endian");
  set_syntax (study, 0, JPEG_LOSSLESS_UID);
  assert_profiles (studies, "STD-GEN-DVD-JPEG, STD-GEN-USB-JPEG", "1 in JPEG Lossless");
  set_syntax (study, 1, J2K_UID);
  assert_profiles (studies, "no standard profile", "no single profile allows all of: 1 in");
  set_syntax (study, 0, J2K_UID);
  assert_profiles (studies, "STD-GEN-DVD-J2K, STD-GEN-USB-J2K", "2 in JPEG 2000");
  set_syntax (study, 2, RLE_UID);
  assert_profiles (studies, "no standard profile",
                   "no standard profile allows: 1 in RLE Lossless (1.2.840.10008.1.2.5)");
  set_syntax (study, 2, HTJ2K_UID);
  assert_profiles (studies, "no standard profile", "HTJ2K");
  set_syntax (study, 2, "1.2.3.4.5");
  assert_profiles (studies, "no standard profile",
                   "no standard profile allows: 1 in unknown (1.2.3.4.5)");
}

static void
assert_refused (GPtrArray *studies, IcErrorCode code, const char *in_message)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(IcFileSet) self = make_file_set (studies, &error);

  g_assert_error (error, IC_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, in_message));
  g_assert_null (self);
}

static void
test_more_than_the_names_can_hold_is_refused (void)
{
  IcStudy *study = fixture_study_new (1, 10000, 0);
  g_autoptr(GPtrArray) studies = make_studies (study);
  IcSeries *series = study->series->pdata[0];

  assert_refused (studies, IC_ERROR_UNSUPPORTED, "9999 series of a study, not for 10000");
  g_ptr_array_set_size (study->series, 1);
  g_ptr_array_unref (series->instances);
  series->instances = g_ptr_array_new ();
  g_ptr_array_set_size (series->instances, 10000000);
  assert_refused (studies, IC_ERROR_UNSUPPORTED, "9999999 images of a series");
}

static void
test_instance_without_hash_is_refused (void)
{
  IcStudy *study = fixture_study_new (1, 1, 2);
  g_autoptr(GPtrArray) studies = make_studies (study);
  IcInstance *second = ((IcSeries *) study->series->pdata[0])->instances->pdata[1];

  second->sha256 = "";
  assert_refused (studies, IC_ERROR_BAD_DATA, "DICOM/S0001/SE0001/I0000002 has no SHA-256");
}

static void
assert_date (const char *da, const char *expected)
{
  g_autofree char *shown = ic_file_set_text_dup_date (da);

  g_assert_cmpstr (shown, ==, expected);
}

static void
test_dates_read_the_same_everywhere (void)
{
  assert_date ("20260214", "14 Feb 2026");
  assert_date ("20260230", "20260230");
  assert_date ("2026.02.14", "2026.02.14");
  assert_date ("", "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/file-set/folders", test_instances_stand_in_folders_by_series);
  g_test_add_func ("/file-set/manifest", test_manifest_lists_every_file_but_itself);
  g_test_add_func ("/file-set/sizes", test_sizes_add_up);
  g_test_add_func ("/file-set/limits", test_more_than_the_names_can_hold_is_refused);
  g_test_add_func ("/file-set/no-hash", test_instance_without_hash_is_refused);
  g_test_add_func ("/readme/origin", test_readme_says_where_it_comes_from);
  g_test_add_func ("/readme/generated", test_readme_names_made_up_values);
  g_test_add_func ("/index/contents", test_index_shows_patient_and_contents);
  g_test_add_func ("/index/hostile", test_hostile_names_stay_in_their_cells);
  g_test_add_func ("/profile/syntaxes", test_profile_follows_transfer_syntaxes);
  g_test_add_func ("/text/dates", test_dates_read_the_same_everywhere);
  return g_test_run ();
}
