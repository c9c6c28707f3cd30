/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder that was there before, such as the top of a stick, may be meant by two programs that do
 * not know of each other: what the first writes is nothing that the second may touch.
 */
#include "core/ic-digest.h"
#include "core/ic-error.h"
#include "disc/ic-file-set.h"
#include "fixture.h"
#include "ops/ic-output-folder.h"

#include <glib/gstdio.h>
#include <string.h>

#define N_IMAGES 3

typedef struct
{
  char *top;
  char *folder; /* that is written to */
  IcDataDir *data_dir;
  IcFileSet *file_set;
} Scene;

/* The content of each file is its own UID. */
static void
store_image (Scene *scene, IcStudy *study, IcInstance *instance)
{
  const char *uid = instance->sop_instance_uid;
  g_autofree char *path = ic_data_dir_dup_path (scene->data_dir, instance->path);
  g_autofree char *parent = g_path_get_dirname (path);
  g_autofree char *sha256 = ic_digest_dup_hex (uid, strlen (uid));

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, uid, -1, NULL));
  instance->size_bytes = strlen (uid);
  instance->sha256 = ic_texts_keep (study->texts, sha256);
}

static void
lay_out (Scene *scene)
{
  g_autoptr(GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr(GPtrArray) studies = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_study_unref);
  g_autoptr(GError) error = NULL;
  IcStudy *study = fixture_study_new (1, 1, N_IMAGES);
  const IcSeries *series = study->series->pdata[0];
  const IcFileSetInfo info = {
    .id_secret = "secret", .file_set_id = "TWO_1", .transfer_number = "TWO", .created = now
  };

  for (guint i = 0; i < N_IMAGES; i++)
    store_image (scene, study, series->instances->pdata[i]);
  g_ptr_array_add (studies, study);
  scene->file_set = ic_file_set_new (studies, &info, &error);
  g_assert_no_error (error);
}

static void
set_up (Scene *scene, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *data_path = NULL;

  scene->top = g_dir_make_tmp ("folder-XXXXXX", NULL);
  scene->folder = g_build_filename (scene->top, "stick", NULL);
  g_assert_cmpint (g_mkdir (scene->folder, 0700), ==, 0);
  data_path = g_build_filename (scene->top, "data", NULL);
  scene->data_dir = ic_data_dir_open (data_path, &error);
  g_assert_no_error (error);
  lay_out (scene);
}

static void
tear_down (Scene *scene, gconstpointer data)
{
  const char *const argv[] = { "rm", "-rf", scene->top, NULL };
  g_autoptr(GSubprocess) rm = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_NONE, NULL);

  g_subprocess_wait (rm, NULL, NULL);
  ic_file_set_unref (scene->file_set);
  ic_data_dir_unref (scene->data_dir);
  g_free (scene->folder);
  g_free (scene->top);
}

static IcOutputFolder *
open_folder (Scene *scene)
{
  return ic_output_folder_new (scene->data_dir, scene->folder, TRUE);
}

static void
assert_written (IcOutputFolder *output, Scene *scene)
{
  g_autoptr(IcProgress) progress = ic_progress_new (NULL, NULL);
  g_autoptr(GError) error = NULL;

  ic_output_folder_write (output, scene->file_set, progress, NULL, &error);
  g_assert_no_error (error);
}

static void
assert_refused (IcOutputFolder *output, Scene *scene)
{
  g_autoptr(IcProgress) progress = ic_progress_new (NULL, NULL);
  g_autoptr(GError) error = NULL;

  g_assert_false (ic_output_folder_write (output, scene->file_set, progress, NULL, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_REFUSED);
  ic_output_folder_free (output);
}

static gboolean
is_there (Scene *scene, const char *name)
{
  g_autofree char *path = g_build_filename (scene->folder, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
assert_all_there (Scene *scene)
{
  GPtrArray *entries = ic_file_set_get_entries (scene->file_set);

  for (guint i = 0; i < entries->len; i++)
    g_assert_true (is_there (scene, ((IcFileSetEntry *) entries->pdata[i])->path));
}

/* Both found it free, and then one was faster. */
static void
test_second_writer_leaves_what_the_first_is_writing (Scene *scene, gconstpointer data)
{
  IcOutputFolder *first = open_folder (scene);
  IcOutputFolder *second = open_folder (scene);

  assert_written (first, scene);
  assert_refused (second, scene);
  assert_all_there (scene);
  g_assert_true (is_there (scene, IC_OUTPUT_FOLDER_MARK));
  ic_output_folder_free (first);
  g_assert_false (is_there (scene, "DICOM"));
}

static void
test_second_writer_leaves_what_the_first_has_finished (Scene *scene, gconstpointer data)
{
  g_autoptr(IcOutputFolder) first = open_folder (scene);
  IcOutputFolder *second = open_folder (scene);
  g_autoptr(GError) error = NULL;

  assert_written (first, scene);
  g_assert_true (ic_output_folder_finish (first, &error));
  assert_refused (second, scene);
  assert_all_there (scene);
  g_assert_false (is_there (scene, IC_OUTPUT_FOLDER_MARK));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/folder/second-while-first", Scene, NULL, set_up,
              test_second_writer_leaves_what_the_first_is_writing, tear_down);
  g_test_add ("/folder/second-after-first", Scene, NULL, set_up,
              test_second_writer_leaves_what_the_first_has_finished, tear_down);
  return g_test_run ();
}
