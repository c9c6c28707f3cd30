/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "practice-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

enum
{
  MAX_ARCHIVE_BYTES = 120 * 1000 * 1000,
};

static char *archive; /* made once, only read */

static char *
digest_of (const char *path)
{
  g_autofree char *contents = NULL;
  gsize size = 0;

  g_assert_true (g_file_get_contents (path, &contents, &size, NULL));
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) contents, size);
}

/* The two runs find other values in fresh memory, so that none of it can end in a file. */
static void
test_two_runs_give_the_same_bytes (void)
{
  g_autofree char *again = NULL;
  g_autoptr(GPtrArray) first = practice_list_objects (archive);
  g_autoptr(GPtrArray) second = NULL;

  g_setenv ("MALLOC_PERTURB_", "170", TRUE);
  again = practice_make_archive ();
  second = practice_list_objects (again);
  g_assert_cmpuint (first->len, >, 100);
  g_assert_cmpuint (first->len, ==, second->len);
  for (guint i = 0; i < first->len; i++)
    {
      g_autofree char *a = digest_of (first->pdata[i]);
      g_autofree char *b = digest_of (second->pdata[i]);

      g_assert_cmpstr (a, ==, b);
    }
  practice_remove_tree (again);
}

static void
test_archive_stays_small (void)
{
  g_autoptr(GPtrArray) paths = practice_list_objects (archive);
  gint64 total = 0;

  for (guint i = 0; i < paths->len; i++)
    {
      GStatBuf info;

      g_assert_cmpint (g_stat (paths->pdata[i], &info), ==, 0);
      total += info.st_size;
    }
  g_assert_cmpint (total, <, MAX_ARCHIVE_BYTES);
}

static void
assert_no_error_line (const char *path, const char *report)
{
  g_auto(GStrv) lines = g_strsplit (report, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "Error"))
      g_error ("%s: %s", path, lines[i]);
}

static void
test_dciodvfy_finds_no_error (void)
{
  g_autoptr(GPtrArray) paths = practice_list_objects (archive);
  g_autofree char *program = g_find_program_in_path ("dciodvfy");

  if (program == NULL)
    {
      g_test_skip ("dciodvfy is not installed");
      return;
    }
  for (guint i = 0; i < paths->len; i++)
    {
      const char *argv[] = { program, "-new", paths->pdata[i], NULL };
      int status = 0;
      g_autofree char *report = practice_run (argv, &status);

      g_assert_cmpint (status, ==, 0);
      assert_no_error_line (paths->pdata[i], report);
    }
}

/* pydicom reads the names, the codecs' pixels and the modality tables by code that is not ours. */
static const char reader[] =
    "import glob, json, sys\n"
    "import pydicom\n"
    "wanted = {}\n"
    "for line in sys.stdin:\n"
    "    series = json.loads(line)\n"
    "    for uid in series['sop_instance_uids']: wanted[uid] = series\n"
    "for path in sorted(glob.glob(glob.escape(sys.argv[1]) + '/IM*')):\n"
    "    data = pydicom.dcmread(path)\n"
    "    series = wanted.pop(data.SOPInstanceUID)\n"
    "    assert str(data.PatientName) == series['patient_name'], path\n"
    "    assert data.PatientID == series['patient_id'], path\n"
    "    assert data.PatientID.startswith('PRACTICE-'), path\n"
    "    assert data.InstitutionName == 'Practice Hospital', path\n"
    "    assert data.StudyInstanceUID == series['study_uid'], path\n"
    "    assert data.SeriesInstanceUID == series['series_uid'], path\n"
    "    assert data.SOPClassUID == series['sop_class_uid'], path\n"
    "    assert data.file_meta.TransferSyntaxUID == series['transfer_syntax_uid'], path\n"
    "    if not data.file_meta.TransferSyntaxUID.is_compressed and 'PixelData' in data:\n"
    "        assert data.pixel_array.max() > data.pixel_array.min(), path\n"
    "assert not wanted, 'listed but not written'\n"
    "print('read')\n";

static void
test_pydicom_reads_what_the_list_says (void)
{
  g_autofree char *program = practice_phantom_path ();
  g_autofree char *command = NULL;
  g_autofree char *output = NULL;
  const char *probe[] = { "/usr/bin/python3", "-c", "import pydicom, numpy", NULL };
  const char *argv[] = { "/bin/sh", "-c",    "\"$1\" --list | /usr/bin/python3 -c \"$2\" \"$3\"",
                         "sh",      program, reader,
                         archive,   NULL };
  int status = 0;

  output = practice_run (probe, &status);
  if (output == NULL || status != 0)
    {
      g_test_skip ("pydicom is not installed");
      return;
    }
  command = practice_run (argv, &status);
  g_assert_cmpstr (command, ==, "read\n");
}

static void
test_list_has_one_patient_with_five_studies_and_every_syntax (void)
{
  static const char *const syntaxes[] = { ".1.2.1\"", ".4.50\"", ".4.70\"",
                                          ".4.80\"",  ".4.90\"", ".1.2.5\"" };
  g_autofree char *program = practice_phantom_path ();
  const char *argv[] = { program, "--list", NULL };
  int status = 0;
  g_autofree char *list = practice_run (argv, &status);
  g_auto(GStrv) lines = g_strsplit (g_strchomp (list), "\n", -1);
  g_autoptr(GHashTable) studies = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (syntaxes); i++)
    g_assert_nonnull (strstr (list, syntaxes[i]));
  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *uid = strstr (lines[i], "\"study_uid\":\"");

      g_assert_nonnull (uid);
      if (strstr (lines[i], "\"PRACTICE-0001\"") != NULL)
        g_hash_table_add (studies, g_strndup (uid + 13, strcspn (uid + 13, "\"")));
    }
  g_assert_cmpuint (g_hash_table_size (studies), ==, 5);
}

static void
test_missing_directory_is_a_usage_error (void)
{
  g_autofree char *program = practice_phantom_path ();
  const char *argv[] = { program, NULL };
  int status = 0;
  g_autofree char *output = practice_run (argv, &status);

  g_assert_cmpint (status, ==, 2);
}

int
main (int argc, char **argv)
{
  int result = 0;

  g_test_init (&argc, &argv, NULL);
  g_setenv ("MALLOC_PERTURB_", "85", TRUE);
  archive = practice_make_archive ();
  g_test_add_func ("/phantom/two-runs-give-the-same-bytes", test_two_runs_give_the_same_bytes);
  g_test_add_func ("/phantom/archive-stays-small", test_archive_stays_small);
  g_test_add_func ("/phantom/dciodvfy-finds-no-error", test_dciodvfy_finds_no_error);
  g_test_add_func ("/phantom/pydicom-reads-what-the-list-says",
                   test_pydicom_reads_what_the_list_says);
  g_test_add_func ("/phantom/list-has-one-patient-with-five-studies-and-every-syntax",
                   test_list_has_one_patient_with_five_studies_and_every_syntax);
  g_test_add_func ("/phantom/missing-directory-is-a-usage-error",
                   test_missing_directory_is_a_usage_error);
  result = g_test_run ();
  practice_remove_tree (archive);
  g_free (archive);
  return result;
}
