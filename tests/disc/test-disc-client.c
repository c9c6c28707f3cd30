/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-error.h"
#include "disc/ic-disc-client.h"

#include <glib/gstdio.h>

static gboolean
write_to (const char *drive, gboolean *begun, GError **error)
{
  const char *none[] = { NULL };
  const IcDiscPlan plan = { .volume_id = "IC000001_1", .source_folders = none };
  const IcDiscBurn burn = { .drive = drive };

  return ic_disc_client_write_disc (&plan, &burn, begun, NULL, NULL, error);
}

/* What people call a file may name a patient, and everybody on the machine sees arguments. */
static void
test_worker_gets_the_drive_and_not_its_name_as_an_argument (void)
{
  g_autofree char *folder = g_dir_make_tmp ("disc-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "phantom jane.img", NULL);
  g_autofree char *drive = g_strconcat ("stdio:", path, NULL);
  g_autoptr(GError) error = NULL;
  gboolean begun = FALSE;

  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  g_assert_true (write_to (drive, &begun, &error));
  g_assert_no_error (error);
  g_assert_true (begun);
  g_remove (path);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
test_drive_that_is_not_there_is_an_error (void)
{
  g_autoptr(GError) error = NULL;
  gboolean begun = FALSE;

  g_assert_false (write_to ("stdio:/nowhere/a.img", &begun, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_NOT_FOUND);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/disc-client/drive",
                   test_worker_gets_the_drive_and_not_its_name_as_an_argument);
  g_test_add_func ("/disc-client/nowhere", test_drive_that_is_not_there_is_an_error);
  return g_test_run ();
}
