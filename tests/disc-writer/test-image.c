/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Disc images as programs see them that are not ours. */
#include "core/ic-digest.h"
#include "core/ic-error.h"
#include "image-fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECTOR 2048

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

/* All File IDs with @suffix and @forced_dot for names without an extension, sorted, one a line. */
static char *
dup_expected_names (ImageFixture *self, const char *forced_dot, const char *suffix)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  GArray *entries = ic_manifest_get_entries (self->expected);

  for (guint i = 0; i < entries->len; i++)
    {
      const char *path = g_array_index (entries, IcManifestEntry, i).path;
      const char *dot = strchr (path, '.') != NULL ? "" : forced_dot;

      g_ptr_array_add (names, g_strconcat ("/", path, dot, suffix, NULL));
    }
  g_ptr_array_sort (names, compare_strings);
  g_ptr_array_add (names, NULL);
  return g_strjoinv ("\n", (char **) names->pdata);
}

/* The files that isoinfo finds in one tree, as it names them. */
static char *
dup_names_found (ImageFixture *self, const char *tree)
{
  const char *const argv[] = { "isoinfo", "-i", self->image_path, "-f", tree, NULL };
  g_autofree char *output = image_fixture_ask (argv);
  g_auto(GStrv) lines = g_strsplit (g_strchomp (output), "\n", -1);
  g_autoptr(GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_strrstr (lines[i], "/I0") != NULL || g_strrstr (lines[i], ".TXT") != NULL ||
        g_str_has_prefix (lines[i], "/DICOMDIR"))
      g_ptr_array_add (names, lines[i]);
  g_ptr_array_sort (names, compare_strings);
  g_ptr_array_add (names, NULL);
  return g_strjoinv ("\n", (char **) names->pdata);
}

static void
test_three_trees_hold_the_file_ids (void)
{
  g_autoptr(ImageFixture) fixture = image_fixture_new (5, 5000);
  g_autofree char *plain_names = NULL;
  g_autofree char *names = NULL;
  g_autofree char *plain = NULL;
  g_autofree char *joliet = NULL;
  g_autofree char *rock_ridge = NULL;

  image_fixture_write (fixture);
  plain_names = dup_expected_names (fixture, ".", ";1");
  names = dup_expected_names (fixture, "", "");
  plain = dup_names_found (fixture, NULL);
  joliet = dup_names_found (fixture, "-J");
  rock_ridge = dup_names_found (fixture, "-R");
  g_assert_cmpstr (plain, ==, plain_names);
  g_assert_cmpstr (joliet, ==, names);
  g_assert_cmpstr (rock_ridge, ==, names);
}

static void
assert_file_is (const char *folder, const IcManifestEntry *entry)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *path = g_build_filename (folder, entry->path, NULL);
  g_autofree char *content = NULL;
  g_autofree char *hex = NULL;
  gsize size = 0;

  g_file_get_contents (path, &content, &size, &error);
  g_assert_no_error (error);
  hex = ic_digest_dup_hex (content, size);
  g_assert_cmpstr (hex, ==, entry->sha256);
}

static void
assert_extracted (ImageFixture *self, const char *folder)
{
  GArray *entries = ic_manifest_get_entries (self->expected);

  g_assert_cmpuint (entries->len, ==, self->n_images + 3);
  for (guint i = 0; i < entries->len; i++)
    assert_file_is (folder, &g_array_index (entries, IcManifestEntry, i));
}

static void
test_two_thousand_files_come_out_identical (void)
{
  g_autoptr(ImageFixture) fixture = image_fixture_new (2000, 3000);
  g_autofree char *by_xorriso = g_build_filename (fixture->folder, "xorriso", NULL);
  g_autofree char *by_7z = g_build_filename (fixture->folder, "7z", NULL);
  g_autofree char *option = g_strconcat ("-o", by_7z, NULL);
  const char *const xorriso[] = { "osirrox",  "-indev", fixture->image_path, "-extract", "/",
                                  by_xorriso, NULL };
  const char *const sevenzip[] = { "7z", "x", option, fixture->image_path, NULL };
  const char *const sevenzip_test[] = { "7z", "t", fixture->image_path, NULL };
  g_autofree char *output = NULL;

  image_fixture_write (fixture);
  g_free (image_fixture_ask (xorriso));
  assert_extracted (fixture, by_xorriso);
  g_free (image_fixture_ask (sevenzip));
  assert_extracted (fixture, by_7z);
  output = image_fixture_ask (sevenzip_test);
  g_assert_nonnull (strstr (output, "Everything is Ok"));
}

static void
test_isovfy_finds_no_fault (void)
{
  g_autoptr(ImageFixture) fixture = image_fixture_new (50, 5000);
  const char *const argv[] = { "isovfy", fixture->image_path, NULL };
  g_autofree char *output = NULL;

  image_fixture_write (fixture);
  output = image_fixture_ask (argv);
  g_assert_nonnull (strstr (output, "No errors found"));
}

static void
read_sector (ImageFixture *self, guint n, guint8 sector[SECTOR])
{
  int fd = g_open (self->image_path, O_RDONLY | O_CLOEXEC, 0);

  g_assert_cmpint (pread (fd, sector, SECTOR, (off_t) n * SECTOR), ==, SECTOR);
  close (fd);
}

static char *
dup_ucs2_text (const guint8 *field, gsize size)
{
  char *text =
      g_convert ((const char *) field, (gssize) size, "UTF-8", "UTF-16BE", NULL, NULL, NULL);

  g_assert_nonnull (text);
  return g_strchomp (text);
}

/* ECMA-119 8.4: identifiers at 41 and 191, dates at 814 and 831 */
static void
test_descriptors_name_the_volume_and_its_time (void)
{
  g_autoptr(ImageFixture) fixture = image_fixture_new (1, 5000);
  guint8 primary[SECTOR] = { 0 };
  guint8 joliet[SECTOR] = { 0 };
  g_autofree char *joliet_volume = NULL;
  g_autofree char *joliet_set = NULL;

  image_fixture_write (fixture);
  read_sector (fixture, 16, primary);
  read_sector (fixture, 17, joliet);
  g_assert_cmpmem (primary + 40, 11, FIXTURE_VOLUME_ID " ", 11);
  g_assert_cmpmem (primary + 190, 11, FIXTURE_VOLUME_ID " ", 11);
  g_assert_cmpmem (primary + 318, 11, "A_HOSPITAL ", 11);
  g_assert_cmpmem (primary + 813, 14, "20231114221320", 14);
  g_assert_cmpmem (primary + 830, 14, "20231114221320", 14);
  g_assert_cmpint (joliet[0], ==, 2);
  joliet_volume = dup_ucs2_text (joliet + 40, 32);
  joliet_set = dup_ucs2_text (joliet + 190, 128);
  g_assert_cmpstr (joliet_volume, ==, FIXTURE_VOLUME_ID);
  g_assert_cmpstr (joliet_set, ==, FIXTURE_VOLUME_ID);
}

static void
test_files_are_read_only_and_belong_to_root (void)
{
  g_autoptr(ImageFixture) fixture = image_fixture_new (1, 5000);
  const char *const argv[] = { "isoinfo", "-l", "-R", "-i", fixture->image_path, NULL };
  g_autofree char *output = NULL;
  g_auto(GStrv) lines = NULL;
  guint n_seen = 0;

  image_fixture_write (fixture);
  output = image_fixture_ask (argv);
  lines = g_strsplit (output, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (lines[i][0] == '-' || lines[i][0] == 'd')
      {
        g_assert_true (
            g_str_has_prefix (lines[i], "-r--r--r--   1    0    0") ||
            (g_str_has_prefix (lines[i], "dr-xr-xr-x") && strstr (lines[i], "    0    0") != NULL));
        n_seen++;
      }
  g_assert_cmpuint (n_seen, >=, 8);
}

static void
count_progress_cb (guint64 done_bytes, guint64 total_bytes, gpointer user_data)
{
  guint64 *last = user_data;

  g_assert_cmpuint (done_bytes, >=, *last);
  g_assert_cmpuint (done_bytes, <=, total_bytes);
  *last = done_bytes;
}

static void
test_the_size_is_known_before_and_progress_reaches_it (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(ImageFixture) fixture = image_fixture_new (20, 200000);
  g_autoptr(IcImageWriter) writer = ic_image_writer_new (image_fixture_plan (fixture), &error);
  int fd = image_fixture_open_output (fixture);
  struct stat image = { 0 };
  guint64 last = 0;

  g_assert_no_error (error);
  ic_image_writer_write_file (writer, fd, count_progress_cb, &last, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (fstat (fd, &image), ==, 0);
  g_assert_cmpuint (ic_image_writer_get_size_bytes (writer), ==, image.st_size);
  g_assert_cmpuint (last, ==, image.st_size);
  close (fd);
}

static void
test_the_same_plan_gives_the_same_image (void)
{
  g_autoptr(ImageFixture) fixture = image_fixture_new (10, 5000);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  gsize first_size = 0, second_size = 0;

  image_fixture_write (fixture);
  g_assert_true (g_file_get_contents (fixture->image_path, &first, &first_size, NULL));
  g_usleep (1100 * 1000);
  image_fixture_write (fixture);
  g_assert_true (g_file_get_contents (fixture->image_path, &second, &second_size, NULL));
  g_assert_cmpmem (first, first_size, second, second_size);
}

static void
test_names_that_are_no_file_ids_are_refused (void)
{
  static const char *const bad[] = { "",          "/A",    "A/",     "a",
                                     "ABCDEFGHI", "A.B/C", "A.BCDE", "A..B",
                                     "A B",       "..",    "A/../B", ".A",
                                     "A.",        "A-B",   "A;1",    "1/2/3/4/5/6/7/8/9" };
  g_autoptr(IcImagePlan) plan = ic_image_plan_new ("V", 0, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_false (ic_image_plan_add_source (plan, bad[i], "/x", 1, &error));
      g_assert_error (error, IC_ERROR, IC_ERROR_USAGE);
    }
  g_assert_true (ic_image_plan_add_source (plan, "1/2/3/4/5/6/7/8", "/x", 1, NULL));
  g_assert_cmpuint (ic_image_plan_get_files (plan)->len, ==, 1);
}

static void
test_one_name_twice_is_refused (void)
{
  g_autoptr(GError) twice = NULL;
  g_autoptr(GError) below = NULL;
  g_autoptr(GError) above = NULL;
  g_autoptr(IcImagePlan) plan = ic_image_plan_new ("V", 0, NULL);

  g_assert_true (ic_image_plan_add_source (plan, "A/B", "/x", 1, NULL));
  g_assert_false (ic_image_plan_add_source (plan, "A/B", "/x", 1, &twice));
  g_assert_error (twice, IC_ERROR, IC_ERROR_CONFLICT);
  g_assert_false (ic_image_plan_add_source (plan, "A/B/C", "/x", 1, &below));
  g_assert_error (below, IC_ERROR, IC_ERROR_CONFLICT);
  g_assert_false (ic_image_plan_add_source (plan, "A", "/x", 1, &above));
  g_assert_error (above, IC_ERROR, IC_ERROR_CONFLICT);
}

static void
test_volume_names_are_checked (void)
{
  static const char *const bad[] = { "", "12345678901234567", "Mueller", "A B", "A-B" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_null (ic_image_plan_new (bad[i], 0, &error));
      g_assert_error (error, IC_ERROR, IC_ERROR_USAGE);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/image/names", test_three_trees_hold_the_file_ids);
  g_test_add_func ("/image/contents", test_two_thousand_files_come_out_identical);
  g_test_add_func ("/image/isovfy", test_isovfy_finds_no_fault);
  g_test_add_func ("/image/descriptors", test_descriptors_name_the_volume_and_its_time);
  g_test_add_func ("/image/modes", test_files_are_read_only_and_belong_to_root);
  g_test_add_func ("/image/size", test_the_size_is_known_before_and_progress_reaches_it);
  g_test_add_func ("/image/reproducible", test_the_same_plan_gives_the_same_image);
  g_test_add_func ("/plan/names", test_names_that_are_no_file_ids_are_refused);
  g_test_add_func ("/plan/twice", test_one_name_twice_is_refused);
  g_test_add_func ("/plan/volume", test_volume_names_are_checked);
  return g_test_run ();
}
