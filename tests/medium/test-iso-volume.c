/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two trees of an image lead to the same files, or that is found. */
#include "image-fixture.h"
#include "medium/ic-medium.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>
#include <unistd.h>

/* The record of @name in the tree of Joliet, in which letters have two bytes. */
static guint8 *
find_joliet_record (char *image, gsize size, const char *name)
{
  g_autofree char *wide = g_malloc0 (2 * strlen (name));
  guint8 *at = NULL;

  for (gsize i = 0; name[i] != '\0'; i++)
    wide[2 * i + 1] = name[i];
  at = memmem (image, size, wide, 2 * strlen (name));
  g_assert_nonnull (at);
  return at - 33;
}

static gboolean
do_trees_differ (const char *image_path)
{
  g_autoptr(GError) error = NULL;
  IcMediumStrays strays = { 0 };
  int fd = g_open (image_path, O_RDONLY | O_CLOEXEC, 0);
  g_autoptr(IcMedium) medium = ic_medium_open_image (fd);

  ic_medium_find_strays (medium, &strays, NULL, &error);
  g_assert_no_error (error);
  close (fd);
  return strays.trees_differ;
}

/* In the record of @name stands what stands in that of @other: @n bytes at @offset. */
static void
mix_up (const char *image_path, const char *name, const char *other, gsize offset, gsize n)
{
  g_autofree char *image = NULL;
  gsize size = 0;

  g_assert_true (g_file_get_contents (image_path, &image, &size, NULL));
  memcpy (find_joliet_record (image, size, name) + offset,
          find_joliet_record (image, size, other) + offset, n);
  g_assert_true (g_file_set_contents (image_path, image, size, NULL));
}

static void
test_a_joliet_name_that_leads_elsewhere_is_found (void)
{
  g_autoptr(ImageFixture) fixture = image_fixture_new (600, 500);

  image_fixture_write (fixture);
  g_assert_false (do_trees_differ (fixture->image_path));
  mix_up (fixture->image_path, "I0000001", "I0000002", 2, 1);
  g_assert_true (do_trees_differ (fixture->image_path));
}

/* ISO 9660 9.1: place, size and flags of the file become those of the folder that it is in. */
static void
test_a_folder_that_holds_itself_comes_to_an_end (void)
{
  g_autoptr(ImageFixture) fixture = image_fixture_new (3, 500);

  image_fixture_write (fixture);
  mix_up (fixture->image_path, "I0000001", "SE0001", 2, 24);
  g_assert_true (do_trees_differ (fixture->image_path));
}

int
main (int argc, char **argv)
{
  setlocale (LC_CTYPE, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trees/elsewhere", test_a_joliet_name_that_leads_elsewhere_is_found);
  g_test_add_func ("/trees/folder-in-itself", test_a_folder_that_holds_itself_comes_to_an_end);
  return g_test_run ();
}
