/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whatever goes wrong while an image is written, the answer is an error and never a wrong image. */
#include "core/ic-error.h"
#include "image-fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

/* Writes and expects a failure that leaves no image behind. */
static void
assert_write_fails (ImageFixture *fixture, IcImageWriter *writer, GQuark domain, int code)
{
  g_autoptr(GError) error = NULL;
  int fd = image_fixture_open_output (fixture);
  struct stat image = { 0 };

  g_assert_false (ic_image_writer_write_file (writer, fd, NULL, NULL, NULL, &error));
  g_assert_error (error, domain, code);
  g_assert_cmpint (fstat (fd, &image), ==, 0);
  g_assert_cmpint (image.st_size, ==, 0);
  close (fd);
}

static IcImageWriter *
make_writer (ImageFixture *fixture)
{
  g_autoptr(GError) error = NULL;
  IcImageWriter *writer = ic_image_writer_new (image_fixture_plan (fixture), &error);

  g_assert_no_error (error);
  return writer;
}

static void
test_a_source_that_vanished_fails_the_image (void)
{
  g_autoptr(ImageFixture) fixture = image_fixture_new (30, 100000);
  g_autoptr(IcImageWriter) writer = make_writer (fixture);
  g_autofree char *source = image_fixture_dup_source (fixture, 17);

  g_assert_cmpint (g_unlink (source), ==, 0);
  assert_write_fails (fixture, writer, IC_ERROR, IC_ERROR_READ_FAILED);
}

static void
test_a_source_that_shrank_fails_the_image (void)
{
  g_autoptr(ImageFixture) fixture = image_fixture_new (30, 100000);
  g_autoptr(IcImageWriter) writer = make_writer (fixture);
  g_autofree char *source = image_fixture_dup_source (fixture, 17);

  g_assert_cmpint (truncate (source, 10), ==, 0);
  assert_write_fails (fixture, writer, IC_ERROR, IC_ERROR_CONFLICT);
}

static void
test_a_source_that_was_written_again_fails_the_image (void)
{
  g_autoptr(ImageFixture) fixture = image_fixture_new (30, 100000);
  g_autoptr(IcImageWriter) writer = make_writer (fixture);
  g_autofree char *source = image_fixture_dup_source (fixture, 29);
  int fd = g_open (source, O_WRONLY | O_CLOEXEC, 0);

  g_usleep (20 * 1000);
  g_assert_cmpint (pwrite (fd, "changed", 7, 50), ==, 7);
  close (fd);
  assert_write_fails (fixture, writer, IC_ERROR, IC_ERROR_CONFLICT);
}

/* FALSE for libisofs, which would pad the file: a folder opens but cannot be read. */
static void
test_a_source_that_became_a_folder_fails_the_image (void)
{
  g_autoptr(ImageFixture) fixture = image_fixture_new (3, 100000);
  g_autoptr(IcImageWriter) writer = make_writer (fixture);
  g_autofree char *source = image_fixture_dup_source (fixture, 1);

  g_assert_cmpint (g_unlink (source), ==, 0);
  g_assert_cmpint (g_mkdir (source, 0700), ==, 0);
  assert_write_fails (fixture, writer, IC_ERROR, IC_ERROR_CONFLICT);
}

static void
test_a_source_of_another_size_is_refused_before_writing (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(ImageFixture) fixture = image_fixture_new (1, 1000);
  g_autofree char *source = image_fixture_dup_source (fixture, 0);
  IcImagePlan *plan = ic_image_plan_new ("V", 0, NULL);

  g_assert_true (ic_image_plan_add_source (plan, "A", source, 999, NULL));
  g_assert_null (ic_image_writer_new (plan, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_CONFLICT);
}

static void
test_a_missing_source_is_refused_before_writing (void)
{
  g_autoptr(GError) error = NULL;
  IcImagePlan *plan = ic_image_plan_new ("V", 0, NULL);

  g_assert_true (ic_image_plan_add_source (plan, "A", "/nonexistent/source", -1, NULL));
  g_assert_null (ic_image_writer_new (plan, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_READ_FAILED);
}

static void
cancel_cb (guint64 done_bytes, guint64 total_bytes, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

static void
test_cancel_in_the_middle_leaves_no_image (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(ImageFixture) fixture = image_fixture_new (40, 1000000);
  g_autoptr(IcImageWriter) writer = make_writer (fixture);
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  int fd = image_fixture_open_output (fixture);
  struct stat image = { 0 };

  g_assert_false (
      ic_image_writer_write_file (writer, fd, cancel_cb, cancellable, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (fstat (fd, &image), ==, 0);
  g_assert_cmpint (image.st_size, ==, 0);
  close (fd);
}

static void
test_after_a_failure_the_next_image_is_good (void)
{
  g_autoptr(ImageFixture) fixture = image_fixture_new (3, 100000);
  g_autoptr(IcImageWriter) writer = make_writer (fixture);
  g_autofree char *source = image_fixture_dup_source (fixture, 1);
  g_autofree char *hidden = g_strconcat (source, ".hidden", NULL);

  g_assert_cmpint (g_rename (source, hidden), ==, 0);
  assert_write_fails (fixture, writer, IC_ERROR, IC_ERROR_READ_FAILED);
  g_assert_cmpint (g_rename (hidden, source), ==, 0);
  image_fixture_write (fixture);
}

static void
test_a_full_device_is_no_space (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(ImageFixture) fixture = image_fixture_new (3, 100000);
  g_autoptr(IcImageWriter) writer = make_writer (fixture);
  int fd = g_open ("/dev/full", O_RDWR | O_CLOEXEC, 0);

  g_assert_false (ic_image_writer_write_file (writer, fd, NULL, NULL, NULL, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_NO_SPACE);
  close (fd);
}

/* A file system of 1 MB, or FALSE where we may not mount one. */
static gboolean
mount_small_disk (const char *path)
{
  if (mount ("tmpfs", path, "tmpfs", 0, "size=1m") == 0)
    return TRUE;
  g_test_skip ("needs root to mount a small disk");
  return FALSE;
}

static void
test_a_disk_that_is_too_small_is_no_space (void)
{
  g_autoptr(ImageFixture) fixture = image_fixture_new (30, 100000);
  g_autoptr(IcImageWriter) writer = make_writer (fixture);
  g_autofree char *disk = g_build_filename (fixture->folder, "small", NULL);

  g_mkdir (disk, 0700);
  if (!mount_small_disk (disk))
    return;
  g_free (fixture->image_path);
  fixture->image_path = g_build_filename (disk, "disc.iso", NULL);
  assert_write_fails (fixture, writer, IC_ERROR, IC_ERROR_NO_SPACE);
  g_assert_cmpint (umount (disk), ==, 0);
}

static void
test_libraries_print_nothing (void)
{
  if (g_test_subprocess ())
    {
      test_a_source_that_vanished_fails_the_image ();
      test_cancel_in_the_middle_leaves_no_image ();
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/faults/vanished", test_a_source_that_vanished_fails_the_image);
  g_test_add_func ("/faults/shrank", test_a_source_that_shrank_fails_the_image);
  g_test_add_func ("/faults/changed", test_a_source_that_was_written_again_fails_the_image);
  g_test_add_func ("/faults/folder", test_a_source_that_became_a_folder_fails_the_image);
  g_test_add_func ("/faults/size", test_a_source_of_another_size_is_refused_before_writing);
  g_test_add_func ("/faults/missing", test_a_missing_source_is_refused_before_writing);
  g_test_add_func ("/faults/cancel", test_cancel_in_the_middle_leaves_no_image);
  g_test_add_func ("/faults/next", test_after_a_failure_the_next_image_is_good);
  g_test_add_func ("/faults/full", test_a_full_device_is_no_space);
  g_test_add_func ("/faults/small", test_a_disk_that_is_too_small_is_no_space);
  g_test_add_func ("/faults/silent", test_libraries_print_nothing);
  return g_test_run ();
}
