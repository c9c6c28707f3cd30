/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What programs that are not ours say about a file-set made of real files. */
#include "disc/ic-file-set.h"
#include "fixture.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#define PYDICOM_FILES "/usr/lib/python3/dist-packages/pydicom/data/test_files"
#define PYTHON "/usr/bin/python3"

static const char load_file_set[] = "import sys\n"
                                    "from pydicom.fileset import FileSet\n"
                                    "loaded = FileSet(sys.argv[1] + '/DICOMDIR')\n"
                                    "assert loaded.ID == 'IC000123_1', loaded.ID\n"
                                    "for instance in loaded:\n"
                                    "    uid = instance.load().SOPInstanceUID\n"
                                    "    assert uid == instance.SOPInstanceUID, instance.path\n"
                                    "print(len(loaded), end='')\n";

typedef struct
{
  char *folder;
  IcFileSet *file_set;
} Fixture;

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* In order of name, so that the same files always make the same file-set. */
static void
add_folder (GPtrArray *studies, const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name = NULL;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    if (g_file_test (names->pdata[i], G_FILE_TEST_IS_DIR))
      add_folder (studies, names->pdata[i]);
    else
      fixture_add_file (studies, names->pdata[i]);
}

static void
write_entry (const char *folder, const IcFileSetEntry *entry)
{
  g_autofree char *target = g_build_filename (folder, entry->path, NULL);
  g_autofree char *parent = g_path_get_dirname (target);
  g_autofree char *copied = NULL;
  g_autoptr(GError) error = NULL;
  gsize size = 0;
  const char *data = NULL;

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  if (entry->bytes != NULL)
    data = g_bytes_get_data (entry->bytes, &size);
  else if (g_file_get_contents (entry->instance->path, &copied, &size, &error))
    data = copied;
  g_assert_no_error (error);
  g_file_set_contents (target, data, size, &error);
  g_assert_no_error (error);
}

static IcFileSet *
plan_file_set (GPtrArray *studies)
{
  g_autoptr(GDateTime) created = g_date_time_new_utc (2026, 2, 14, 10, 30, 0);
  g_autoptr(GError) error = NULL;
  const IcFileSetInfo info = { .id_secret = "secret",
                               .file_set_id = "IC000123_1",
                               .institution = "St Elsewhere",
                               .created = created };
  IcFileSet *self = ic_file_set_new (studies, &info, &error);

  g_assert_no_error (error);
  return self;
}

static void
setup (Fixture *self, gconstpointer data)
{
  g_autoptr(GPtrArray) studies = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_study_unref);
  GPtrArray *entries = NULL;

  add_folder (studies, PYDICOM_FILES);
  if (g_getenv ("IC_CORPUS") != NULL)
    add_folder (studies, g_getenv ("IC_CORPUS"));
  if (studies->len == 0)
    return;
  self->file_set = plan_file_set (studies);
  self->folder = g_dir_make_tmp ("file-set-XXXXXX", NULL);
  entries = ic_file_set_get_entries (self->file_set);
  for (guint i = 0; i < entries->len; i++)
    write_entry (self->folder, entries->pdata[i]);
}

static void
remove_folder (const char *path)
{
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);
  const char *name = NULL;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_folder (child);
    }
  g_remove (path);
}

static void
teardown (Fixture *self, gconstpointer data)
{
  if (self->folder != NULL)
    remove_folder (self->folder);
  g_clear_pointer (&self->folder, g_free);
  g_clear_pointer (&self->file_set, ic_file_set_unref);
}

static gboolean
can_run (Fixture *self, const char *program)
{
  g_autofree char *found = g_find_program_in_path (program);

  if (self->folder == NULL)
    g_test_skip ("no DICOM files of python3-pydicom here");
  else if (found == NULL)
    g_test_skip_printf ("%s is not installed", program);
  else
    return TRUE;
  return FALSE;
}

/* Runs in the folder of the file-set; both outputs come back as one text. */
static char *
run (Fixture *self, const char *const *argv, int *exit_status)
{
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE);
  g_autoptr(GSubprocess) process = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) output = NULL;
  gsize size = 0;
  const char *text = NULL;

  g_subprocess_launcher_set_cwd (launcher, self->folder);
  process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  g_subprocess_communicate (process, NULL, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  *exit_status = g_subprocess_get_exit_status (process);
  text = g_bytes_get_data (output, &size);
  return g_utf8_make_valid (text != NULL ? text : "", (gssize) size);
}

static char *
run_well (Fixture *self, const char *const *argv)
{
  int exit_status = 0;
  g_autofree char *output = run (self, argv, &exit_status);

  if (exit_status != 0)
    g_test_message ("%s", output);
  g_assert_cmpint (exit_status, ==, 0);
  return g_steal_pointer (&output);
}

static guint
count_matches (const char *text, const char *what)
{
  guint n = 0;

  for (const char *c = text; (c = strstr (c, what)) != NULL; c += strlen (what))
    n++;
  return n;
}

static void
test_pydicom_loads_every_instance (Fixture *self, gconstpointer data)
{
  const char *const argv[] = { PYTHON, "-W", "ignore", "-c", load_file_set, self->folder, NULL };
  g_autofree char *expected = NULL;
  g_autofree char *output = NULL;

  if (!can_run (self, PYTHON))
    return;
  expected = g_strdup_printf ("%u", ic_file_set_count_instances (self->file_set));
  output = run_well (self, argv);
  g_assert_cmpstr (output, ==, expected);
  g_assert_cmpuint (ic_file_set_count_instances (self->file_set), >=, 10);
}

/* What is wrong with a value of a file is repeated in the directory and is not the directory's. */
static gboolean
is_fault_of_a_value (const char *line)
{
  return strstr (line, "Illegal root for UID") != NULL ||
         strstr (line, "Value invalid for this VR") != NULL ||
         strstr (line, "contains invalid data values for Value Representations") != NULL;
}

static void
test_dciodvfy_finds_no_error (Fixture *self, gconstpointer data)
{
  const char *const argv[] = { "dciodvfy", "DICOMDIR", NULL };
  g_autofree char *output = NULL;
  g_auto(GStrv) lines = NULL;
  int exit_status = 0;

  if (!can_run (self, "dciodvfy"))
    return;
  output = run (self, argv, &exit_status);
  lines = g_strsplit (output, "\n", -1);
  g_assert_nonnull (strstr (output, "BasicDirectory\n"));
  for (char **line = lines; *line != NULL; line++)
    if (g_str_has_prefix (*line, "Error") && !is_fault_of_a_value (*line))
      g_test_fail_printf ("%s", *line);
}

static void
test_dcdirdmp_shows_every_file (Fixture *self, gconstpointer data)
{
  const char *const argv[] = { "dcdirdmp", "DICOMDIR", NULL };
  g_autofree char *output = NULL;

  if (!can_run (self, "dcdirdmp"))
    return;
  output = run_well (self, argv);
  g_assert_cmpuint (count_matches (output, "DICOM\\S"), ==,
                    ic_file_set_count_instances (self->file_set));
}

static void
test_dcmdump_reads_to_the_end (Fixture *self, gconstpointer data)
{
  const char *const argv[] = { "dcmdump", "+L", "DICOMDIR", NULL };
  g_autofree char *output = NULL;

  if (!can_run (self, "dcmdump"))
    return;
  output = run_well (self, argv);
  g_assert_cmpuint (count_matches (output, "(0004,1500)"), ==,
                    ic_file_set_count_instances (self->file_set));
  g_assert_null (strstr (output, "W: "));
  g_assert_null (strstr (output, "E: "));
}

static void
test_sha256sum_agrees_with_the_manifest (Fixture *self, gconstpointer data)
{
  const char *const argv[] = { "sha256sum", "--strict", "-c", "MANIFEST.TXT", NULL };
  g_autofree char *output = NULL;

  if (!can_run (self, "sha256sum"))
    return;
  output = run_well (self, argv);
  g_assert_cmpuint (count_matches (output, ": OK\n"), ==,
                    ic_file_set_get_entries (self->file_set)->len - 1);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, setup, function, teardown)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/validators/pydicom", test_pydicom_loads_every_instance);
  ADD ("/validators/dciodvfy", test_dciodvfy_finds_no_error);
  ADD ("/validators/dcdirdmp", test_dcdirdmp_shows_every_file);
  ADD ("/validators/dcmdump", test_dcmdump_reads_to_the_end);
  ADD ("/validators/sha256sum", test_sha256sum_agrees_with_the_manifest);
  return g_test_run ();
}
