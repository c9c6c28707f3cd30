/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Burning on the pseudo-drives of libburn: files, devices and pipes. */
#include "core/ic-error.h"
#include "image-fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static const IcBurnOptions plain = { 0 };

static IcImageWriter *
make_writer (ImageFixture *fixture)
{
  g_autoptr(GError) error = NULL;
  IcImageWriter *writer = ic_image_writer_new (image_fixture_plan (fixture), &error);

  g_assert_no_error (error);
  return writer;
}

static char *
dup_disc_path (ImageFixture *fixture)
{
  return g_build_filename (fixture->folder, "disc", NULL);
}

static void
assert_burn_fails (IcImageWriter *writer, const char *path, int code)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *address = g_strconcat ("stdio:", path, NULL);

  g_assert_false (ic_image_writer_write_disc (writer, address, &plain, NULL, &error));
  g_assert_error (error, IC_ERROR, code);
}

static void
remember_cb (guint64 done_bytes, guint64 total_bytes, gpointer user_data)
{
  *(guint64 *) user_data = done_bytes;
}

static void
test_a_burned_disc_holds_the_image (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(ImageFixture) fixture = image_fixture_new (40, 200000);
  g_autoptr(IcImageWriter) writer = make_writer (fixture);
  g_autofree char *path = dup_disc_path (fixture);
  g_autofree char *address = g_strconcat ("stdio:", path, NULL);
  g_autofree char *disc = NULL;
  g_autofree char *image = NULL;
  gsize disc_size = 0, image_size = 0;
  guint64 last = 0;
  const IcBurnOptions options = { .progress = remember_cb, .user_data = &last };

  ic_image_writer_write_disc (writer, address, &options, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (last, ==, ic_image_writer_get_size_bytes (writer));
  image_fixture_write (fixture);
  g_assert_true (g_file_get_contents (path, &disc, &disc_size, NULL));
  g_assert_true (g_file_get_contents (fixture->image_path, &image, &image_size, NULL));
  g_assert_cmpuint (disc_size, >=, image_size);
  g_assert_cmpmem (disc, image_size, image, image_size);
}

static void
test_a_vanished_source_fails_the_disc (void)
{
  g_autoptr(ImageFixture) fixture = image_fixture_new (40, 200000);
  g_autoptr(IcImageWriter) writer = make_writer (fixture);
  g_autofree char *path = dup_disc_path (fixture);
  g_autofree char *source = image_fixture_dup_source (fixture, 39);

  g_assert_cmpint (g_unlink (source), ==, 0);
  assert_burn_fails (writer, path, IC_ERROR_READ_FAILED);
}

static void
test_a_disc_that_cannot_be_written_fails (void)
{
  g_autoptr(ImageFixture) fixture = image_fixture_new (3, 100000);
  g_autoptr(IcImageWriter) writer = make_writer (fixture);

  assert_burn_fails (writer, "/dev/full", IC_ERROR_NO_SPACE);
}

static void
test_a_disc_with_data_is_refused (void)
{
  g_autoptr(ImageFixture) fixture = image_fixture_new (3, 100000);
  g_autoptr(IcImageWriter) writer = make_writer (fixture);
  g_autofree char *path = dup_disc_path (fixture);
  g_autofree char *content = NULL;

  g_assert_true (g_file_set_contents (path, "precious", 8, NULL));
  assert_burn_fails (writer, path, IC_ERROR_MEDIUM_UNSUITABLE);
  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "precious");
}

static void
test_a_drive_that_is_not_there_fails (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(ImageFixture) fixture = image_fixture_new (3, 100000);
  g_autoptr(IcImageWriter) writer = make_writer (fixture);

  g_assert_false (
      ic_image_writer_write_disc (writer, "stdio:/nonexistent/disc", &plain, NULL, &error));
  g_assert_nonnull (error);
  g_assert_true (error->domain == IC_ERROR);
}

static void
test_a_disc_that_is_too_small_is_no_space (void)
{
  g_autoptr(ImageFixture) fixture = image_fixture_new (30, 100000);
  g_autoptr(IcImageWriter) writer = make_writer (fixture);
  g_autofree char *disk = g_build_filename (fixture->folder, "small", NULL);
  g_autofree char *path = g_build_filename (disk, "disc", NULL);

  g_mkdir (disk, 0700);
  if (mount ("tmpfs", disk, "tmpfs", 0, "size=1m") != 0)
    {
      g_test_skip ("needs root to mount a small disk");
      return;
    }
  assert_burn_fails (writer, path, IC_ERROR_NO_SPACE);
  g_assert_cmpint (umount (disk), ==, 0);
}

/* Takes what is burned into a pipe slowly, so that there is time to cancel. */
static gpointer
read_slowly (gpointer user_data)
{
  char buffer[64 * 1024];
  int fd = g_open (user_data, O_RDONLY | O_CLOEXEC, 0);

  while (read (fd, buffer, sizeof buffer) > 0)
    g_usleep (10 * 1000);
  close (fd);
  return NULL;
}

static void
cancel_cb (guint64 done_bytes, guint64 total_bytes, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

static void
test_cancel_in_the_middle_is_cancelled_not_done (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(ImageFixture) fixture = image_fixture_new (60, 1000000);
  g_autoptr(IcImageWriter) writer = make_writer (fixture);
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *path = dup_disc_path (fixture);
  g_autofree char *address = g_strconcat ("stdio:", path, NULL);
  const IcBurnOptions options = { .progress = cancel_cb, .user_data = cancellable };
  GThread *reader = NULL;

  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  reader = g_thread_new ("slow-drive", read_slowly, path);
  g_assert_false (ic_image_writer_write_disc (writer, address, &options, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (reader);
}

static void
test_libraries_print_nothing (void)
{
  if (g_test_subprocess ())
    {
      test_a_disc_that_cannot_be_written_fails ();
      test_a_vanished_source_fails_the_disc ();
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
  g_test_add_func ("/burn/good", test_a_burned_disc_holds_the_image);
  g_test_add_func ("/burn/vanished", test_a_vanished_source_fails_the_disc);
  g_test_add_func ("/burn/full", test_a_disc_that_cannot_be_written_fails);
  g_test_add_func ("/burn/data", test_a_disc_with_data_is_refused);
  g_test_add_func ("/burn/no-drive", test_a_drive_that_is_not_there_fails);
  g_test_add_func ("/burn/small", test_a_disc_that_is_too_small_is_no_space);
  g_test_add_func ("/burn/cancel", test_cancel_in_the_middle_is_cancelled_not_done);
  g_test_add_func ("/burn/silent", test_libraries_print_nothing);
  return g_test_run ();
}
