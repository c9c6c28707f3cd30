/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-error.h"
#include "fixture.h"
#include "store/ic-lock-private.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

static guint
get_mode (Fixture *fixture, const char *relative)
{
  g_autofree char *path = ic_data_dir_dup_path (fixture->data_dir, relative);
  struct stat st;

  g_assert_cmpint (stat (path, &st), ==, 0);
  return st.st_mode & 07777;
}

static void
test_private_directory_is_closed_to_others (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();

  g_assert_true (ic_data_dir_is_private (fixture->data_dir));
  g_assert_cmpuint (get_mode (fixture, "dicom"), ==, 0700);
  fixture_touch (fixture, "spool/x");
  g_assert_cmpuint (get_mode (fixture, "spool/x"), ==, 0600);
}

static void
test_directory_of_a_group_stays_open_to_it_whatever_the_umask (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  g_autoptr(GError) error = NULL;
  mode_t before = umask (077);

  for (const char *const *name =
           (const char *const[]){ "dicom", "incoming", "spool", "locks", NULL };
       *name != NULL; name++)
    ic_data_dir_remove (fixture->data_dir, *name, NULL);
  g_assert_cmpint (g_chmod (fixture->path, 02770), ==, 0);
  ic_data_dir_unref (fixture->data_dir);
  fixture->data_dir = ic_data_dir_open (fixture->path, &error);
  g_assert_no_error (error);
  g_assert_false (ic_data_dir_is_private (fixture->data_dir));
  fixture_open (fixture);
  umask (before);
  g_assert_cmpuint (get_mode (fixture, "incoming"), ==, 02770);
  g_assert_cmpuint (get_mode (fixture, "courier.sqlite"), ==, 0660);
  g_assert_cmpuint (get_mode (fixture, "courier.sqlite-wal"), ==, 0660);
  g_assert_cmpuint (get_mode (fixture, "courier.sqlite-shm"), ==, 0660);
  g_assert_cmpuint (get_mode (fixture,
                              ic_session_get_incoming (ic_store_get_session (fixture->store))),
                    ==, 02770);
}

static void
test_machine_directory_is_taken_only_where_it_exists (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  g_autofree char *there = ic_data_dir_dup_default_path (fixture->path);
  g_autofree char *elsewhere = ic_data_dir_dup_default_path ("/nonexistent/imaging-courier");
  g_autofree char *expected = g_build_filename (g_get_user_data_dir (), "imaging-courier", NULL);

  g_assert_cmpstr (there, ==, fixture->path);
  g_assert_cmpstr (elsewhere, ==, expected);
}

static void
test_lane_is_held_once_even_within_a_program (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  g_autoptr(GError) error = NULL;
  g_autoptr(IcLock) first = ic_lock_acquire (fixture->data_dir, "Drive /dev/sr0", &error);
  g_autoptr(IcLock) second = NULL;

  g_assert_no_error (error);
  second = ic_lock_acquire (fixture->data_dir, "Drive /dev/sr0", &error);
  g_assert_null (second);
  g_assert_error (error, IC_ERROR, IC_ERROR_BUSY);
  g_clear_error (&error);
  g_clear_pointer (&first, ic_lock_free);
  second = ic_lock_acquire (fixture->data_dir, "Drive /dev/sr0", &error);
  g_assert_no_error (error);
}

static void
test_note_in_a_lane_outlives_its_holder (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  g_autoptr(GError) error = NULL;
  g_autoptr(IcLock) lane = ic_lock_acquire (fixture->data_dir, "medium-/tmp/a.iso", &error);
  g_autofree char *none = ic_lock_dup_note (lane);
  g_autofree char *kept = NULL;
  g_autofree char *cleared = NULL;

  g_assert_cmpstr (none, ==, "");
  g_assert_true (ic_lock_set_note (lane, "a longer note", &error));
  g_assert_true (ic_lock_set_note (lane, "66305:12", &error));
  g_clear_pointer (&lane, ic_lock_free);
  lane = ic_lock_acquire (fixture->data_dir, "medium-/tmp/a.iso", &error);
  kept = ic_lock_dup_note (lane);
  g_assert_cmpstr (kept, ==, "66305:12");
  g_assert_true (ic_lock_set_note (lane, "", &error));
  cleared = ic_lock_dup_note (lane);
  g_assert_cmpstr (cleared, ==, "");
  g_assert_no_error (error);
}

static void
test_lane_names_that_look_alike_on_disk_are_different_lanes (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  g_autoptr(GError) error = NULL;
  g_autoptr(IcLock) a = ic_lock_acquire (fixture->data_dir, "東京", &error);
  g_autoptr(IcLock) b = ic_lock_acquire (fixture->data_dir, "大阪", &error);
  g_autoptr(IcLock) c = ic_lock_acquire (fixture->data_dir, "../../etc", &error);

  g_assert_no_error (error);
  g_assert_nonnull (a);
  g_assert_nonnull (b);
  g_assert_nonnull (c);
}

static void
test_lane_with_two_places_refuses_the_third (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  g_autoptr(GError) error = NULL;
  g_autoptr(IcLock) a = ic_lock_acquire_place (fixture->data_dir, "node", 2, &error);
  g_autoptr(IcLock) b = ic_lock_acquire_place (fixture->data_dir, "node", 2, &error);
  g_autoptr(IcLock) c = NULL;

  g_assert_no_error (error);
  c = ic_lock_acquire_place (fixture->data_dir, "node", 2, &error);
  g_assert_null (c);
  g_assert_error (error, IC_ERROR, IC_ERROR_BUSY);
}

static void
test_lock_goes_with_the_process_that_held_it (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  g_autoptr(GError) error = NULL;
  GPid pid = fixture_spawn (fixture, "hold");
  g_autoptr(IcLock) lock = ic_lock_acquire (fixture->data_dir, "held", &error);

  g_assert_null (lock);
  g_assert_error (error, IC_ERROR, IC_ERROR_BUSY);
  g_clear_error (&error);
  fixture_kill (pid);
  lock = ic_lock_acquire (fixture->data_dir, "held", &error);
  g_assert_no_error (error);
}

static void
test_removal_does_not_follow_links (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  g_autofree char *target = ic_data_dir_dup_path (fixture->data_dir, "dicom");
  g_autofree char *link = ic_data_dir_dup_path (fixture->data_dir, "spool/link");
  g_autoptr(GError) error = NULL;

  fixture_touch (fixture, "dicom/keep");
  g_assert_cmpint (symlink (target, link), ==, 0);
  g_assert_true (ic_data_dir_remove (fixture->data_dir, "spool", &error));
  g_assert_no_error (error);
  g_assert_true (fixture_has_file (fixture, "dicom/keep"));
  g_assert_false (fixture_has_file (fixture, "spool"));
}

#define SIDE_BY_SIDE 8
#define ROUNDS 10000
#define SESSIONS 2000

static gpointer
take_and_remove (gpointer data)
{
  Fixture *fixture = data;

  for (int i = 0; i < ROUNDS; i++)
    {
      g_autoptr(GError) error = NULL;
      int fd = ic_data_dir_open_file (fixture->data_dir, "locks/shared", &error);

      g_assert_no_error (error);
      close (fd);
      g_assert_true (ic_data_dir_remove (fixture->data_dir, "locks/shared", &error));
    }
  return NULL;
}

static void
test_file_that_others_remove_meanwhile_is_opened_all_the_same (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  GThread *threads[SIDE_BY_SIDE];

  for (guint i = 0; i < SIDE_BY_SIDE; i++)
    threads[i] = g_thread_new ("side", take_and_remove, fixture);
  for (guint i = 0; i < SIDE_BY_SIDE; i++)
    g_thread_join (threads[i]);
}

static gpointer
lock_what_is_found (gpointer data)
{
  Fixture *fixture = data;
  g_autofree char *path = ic_data_dir_dup_path (fixture->data_dir, "locks");

  while (!fixture_has_file (fixture, "spool/enough"))
    {
      g_autoptr(GDir) folder = g_dir_open (path, 0, NULL);
      const char *name = NULL;

      while ((name = g_dir_read_name (folder)) != NULL)
        {
          g_autoptr(IcLock) lock = ic_lock_acquire_file (fixture->data_dir, name, NULL);

          if (lock != NULL)
            ic_lock_free_and_remove (g_steal_pointer (&lock));
        }
    }
  return NULL;
}

static void
test_session_begins_even_while_a_sweep_locks_its_new_file (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  GThread *sweepers[] = { g_thread_new ("sweep", lock_what_is_found, fixture),
                          g_thread_new ("sweep", lock_what_is_found, fixture) };

  for (int i = 0; i < SESSIONS; i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(IcSession) session = ic_session_open (fixture->data_dir, &error);

      g_assert_no_error (error);
    }
  fixture_touch (fixture, "spool/enough");
  for (guint i = 0; i < G_N_ELEMENTS (sweepers); i++)
    g_thread_join (sweepers[i]);
}

static int
hold_for_ever (const char *path)
{
  g_autoptr(IcDataDir) data_dir = ic_data_dir_open (path, NULL);
  g_autoptr(IcLock) lock = ic_lock_acquire (data_dir, "held", NULL);

  g_assert_nonnull (lock);
  g_print ("ready");
  g_usleep (G_MAXULONG);
  return 1;
}

int
main (int argc, char **argv)
{
  if (fixture_get_role (argc, argv) != NULL)
    return hold_for_ever (argv[3]);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/data-dir/private", test_private_directory_is_closed_to_others);
  g_test_add_func ("/data-dir/group",
                   test_directory_of_a_group_stays_open_to_it_whatever_the_umask);
  g_test_add_func ("/data-dir/machine", test_machine_directory_is_taken_only_where_it_exists);
  g_test_add_func ("/data-dir/links", test_removal_does_not_follow_links);
  g_test_add_func ("/lock/note", test_note_in_a_lane_outlives_its_holder);
  g_test_add_func ("/lock/once", test_lane_is_held_once_even_within_a_program);
  g_test_add_func ("/lock/names", test_lane_names_that_look_alike_on_disk_are_different_lanes);
  g_test_add_func ("/lock/places", test_lane_with_two_places_refuses_the_third);
  g_test_add_func ("/lock/death", test_lock_goes_with_the_process_that_held_it);
  g_test_add_func ("/data-dir/side-by-side",
                   test_file_that_others_remove_meanwhile_is_opened_all_the_same);
  g_test_add_func ("/session/sweep", test_session_begins_even_while_a_sweep_locks_its_new_file);
  return g_test_run ();
}
