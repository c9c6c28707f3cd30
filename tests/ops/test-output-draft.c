/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-error.h"
#include "ops/ic-output-draft.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

typedef struct
{
  char *folder;
  IcDataDir *data_dir;
  IcLock *lane;
  char *path;
  char *partial;
} Fixture;

static void
take_lane (Fixture *fixture)
{
  g_autoptr(GError) error = NULL;

  fixture->lane = ic_lock_acquire (fixture->data_dir, fixture->path, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *data_path = NULL;

  fixture->folder = g_dir_make_tmp ("draft-XXXXXX", &error);
  g_assert_no_error (error);
  data_path = g_build_filename (fixture->folder, "data", NULL);
  fixture->data_dir = ic_data_dir_open (data_path, &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->folder, "out", NULL);
  fixture->partial = g_strconcat (fixture->path, ".partial", NULL);
  take_lane (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  const char *const argv[] = { "rm", "-rf", fixture->folder, NULL };
  g_autoptr(GSubprocess) rm = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_NONE, NULL);

  g_subprocess_wait (rm, NULL, NULL);
  g_clear_pointer (&fixture->lane, ic_lock_free);
  ic_data_dir_unref (fixture->data_dir);
  g_free (fixture->folder);
  g_free (fixture->path);
  g_free (fixture->partial);
}

static IcOutputDraft *
make (Fixture *fixture, gboolean is_folder, gboolean expect_replaced)
{
  g_autoptr(GError) error = NULL;
  gboolean replaced = FALSE;
  IcOutputDraft *draft =
      is_folder ? ic_output_draft_new_folder (fixture->path, fixture->lane, &replaced, &error)
                : ic_output_draft_new_file (fixture->path, fixture->lane, &replaced, &error);

  g_assert_no_error (error);
  g_assert_nonnull (draft);
  g_assert_cmpint (replaced, ==, expect_replaced);
  g_assert_cmpstr (ic_output_draft_get_path (draft), ==, fixture->partial);
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
  return draft;
}

/* As when the program is killed: nobody tidies up, and the lane goes with the process. */
static void
leave_behind (Fixture *fixture, gboolean is_folder)
{
  g_autoptr(IcOutputDraft) draft = make (fixture, is_folder, FALSE);
  g_autofree char *note = ic_lock_dup_note (fixture->lane);
  g_autofree char *aside = g_strconcat (fixture->path, ".aside", NULL);
  g_autoptr(GError) error = NULL;

  g_assert_cmpint (g_rename (fixture->partial, aside), ==, 0);
  g_clear_pointer (&draft, ic_output_draft_free);
  g_assert_cmpint (g_rename (aside, fixture->partial), ==, 0);
  ic_lock_set_note (fixture->lane, note, &error);
  g_assert_no_error (error);
  g_clear_pointer (&fixture->lane, ic_lock_free);
  take_lane (fixture);
}

static void
put_file (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, "content", -1, NULL));
}

static void
assert_refused (Fixture *fixture, gboolean is_folder)
{
  g_autoptr(GError) error = NULL;
  gboolean replaced = FALSE;

  g_assert_null (is_folder
                     ? ic_output_draft_new_folder (fixture->path, fixture->lane, &replaced, &error)
                     : ic_output_draft_new_file (fixture->path, fixture->lane, &replaced, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_REFUSED);
  g_assert_false (replaced);
  g_assert_true (g_file_test (fixture->partial, G_FILE_TEST_EXISTS));
}

static guint64
inode_of (const char *path)
{
  struct stat st = { 0 };

  g_assert_cmpint (lstat (path, &st), ==, 0);
  return st.st_ino;
}

static void
test_draft_gets_its_name_and_stays_the_same_file (Fixture *fixture, gconstpointer is_folder)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(IcOutputDraft) draft = make (fixture, is_folder != NULL, FALSE);
  guint64 inode = inode_of (fixture->partial);
  g_autofree char *note = NULL;

  g_assert_true (ic_output_draft_publish (draft, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (ic_output_draft_get_path (draft), ==, fixture->path);
  g_clear_pointer (&draft, ic_output_draft_free);
  g_assert_cmpuint (inode_of (fixture->path), ==, inode);
  g_assert_false (g_file_test (fixture->partial, G_FILE_TEST_EXISTS));
  note = ic_lock_dup_note (fixture->lane);
  g_assert_cmpstr (note, ==, "");
}

static void
test_draft_that_is_not_published_goes (Fixture *fixture, gconstpointer is_folder)
{
  g_autoptr(IcOutputDraft) draft = make (fixture, is_folder != NULL, FALSE);

  g_clear_pointer (&draft, ic_output_draft_free);
  g_assert_false (g_file_test (fixture->partial, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
}

static void
test_name_that_was_taken_meanwhile_stays_with_its_owner (Fixture *fixture, gconstpointer is_folder)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(IcOutputDraft) draft = make (fixture, is_folder != NULL, FALSE);
  guint64 inode = 0;

  if (is_folder != NULL)
    g_assert_cmpint (g_mkdir (fixture->path, 0700), ==, 0);
  else
    put_file (fixture->folder, "out");
  inode = inode_of (fixture->path);
  g_assert_false (ic_output_draft_publish (draft, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_REFUSED);
  g_clear_pointer (&draft, ic_output_draft_free);
  g_assert_cmpuint (inode_of (fixture->path), ==, inode);
  g_assert_false (g_file_test (fixture->partial, G_FILE_TEST_EXISTS));
}

static void
test_draft_that_was_exchanged_is_not_published (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(IcOutputDraft) draft = make (fixture, FALSE, FALSE);

  put_file (fixture->folder, "other");
  g_remove (fixture->partial);
  put_file (fixture->folder, "out.partial");
  g_assert_false (ic_output_draft_publish (draft, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_WRITE_FAILED);
  g_clear_pointer (&draft, ic_output_draft_free);
  g_assert_true (g_file_test (fixture->partial, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
}

static void
test_leftover_of_a_killed_program_is_replaced (Fixture *fixture, gconstpointer is_folder)
{
  g_autoptr(IcOutputDraft) draft = NULL;

  leave_behind (fixture, is_folder != NULL);
  if (is_folder != NULL)
    {
      put_file (fixture->partial, "DICOM/S0001/SE0001/I0000001");
      put_file (fixture->partial, "README.TXT");
    }
  draft = make (fixture, is_folder != NULL, TRUE);
}

static void
test_what_is_not_provably_ours_is_left_alone (Fixture *fixture, gconstpointer data)
{
  g_autofree char *content = NULL;

  put_file (fixture->folder, "out.partial");
  assert_refused (fixture, FALSE);
  assert_refused (fixture, TRUE);
  g_assert_true (g_file_get_contents (fixture->partial, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "content");
}

static void
test_leftover_with_files_of_others_is_not_removed (Fixture *fixture, gconstpointer data)
{
  g_autofree char *mine = g_build_filename (fixture->partial, "letter.txt", NULL);

  leave_behind (fixture, TRUE);
  put_file (fixture->partial, "letter.txt");
  assert_refused (fixture, TRUE);
  g_assert_true (g_file_test (mine, G_FILE_TEST_EXISTS));
}

#define ADD(path, data, func) g_test_add (path, Fixture, data, set_up, func, tear_down)
#define ADD_BOTH(path, func)                                                                       \
  ADD (path "/file", NULL, func);                                                                  \
  ADD (path "/folder", "folder", func)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD_BOTH ("/draft/published", test_draft_gets_its_name_and_stays_the_same_file);
  ADD_BOTH ("/draft/dropped", test_draft_that_is_not_published_goes);
  ADD_BOTH ("/draft/name-taken", test_name_that_was_taken_meanwhile_stays_with_its_owner);
  ADD ("/draft/exchanged", NULL, test_draft_that_was_exchanged_is_not_published);
  ADD_BOTH ("/draft/leftover", test_leftover_of_a_killed_program_is_replaced);
  ADD ("/draft/not-ours", NULL, test_what_is_not_provably_ours_is_left_alone);
  ADD ("/draft/others-inside", NULL, test_leftover_with_files_of_others_is_not_removed);
  return g_test_run ();
}
