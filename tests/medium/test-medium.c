/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading images, ours and those of others, and folders; a fault that was put in must be found. */
#include "core/ic-digest.h"
#include "core/ic-error.h"
#include "image-fixture.h"
#include "medium/ic-medium.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/* Where the medium is scratched: bytes, 0 to 0 for nowhere. */
static off_t scratch_start;
static off_t scratch_end;
static guint n_reads;

ssize_t __real_pread64 (int fd, void *buffer, size_t size, off_t offset);
ssize_t __wrap_pread64 (int fd, void *buffer, size_t size, off_t offset);

/* As the kernel reads a device: what lies before the bad place, then an error. */
ssize_t
__wrap_pread64 (int fd, void *buffer, size_t size, off_t offset)
{
  n_reads++;
  if (offset + (off_t) size <= scratch_start || offset >= scratch_end)
    return __real_pread64 (fd, buffer, size, offset);
  if (offset < scratch_start)
    return __real_pread64 (fd, buffer, scratch_start - offset, offset);
  errno = EIO;
  return -1;
}

static int
open_file (const char *path, int flags)
{
  int fd = g_open (path, flags | O_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  return fd;
}

#define UNREADABLE "0000000000000000000000000000000000000000000000000000000000000000"

static gboolean
collect_cb (const IcMediumFile *file, gpointer user_data, GError **error)
{
  const char *sha256 = *file->sha256 != '\0' ? file->sha256 : UNREADABLE;

  g_assert_cmpuint (file->head_size_bytes, ==, MIN (file->size_bytes, IC_MEDIUM_HEAD_SIZE));
  return ic_manifest_add (user_data, file->path, sha256, error);
}

/* What reading back finds, or NULL. */
static IcManifest *
read_back (const char *path, gboolean is_folder, GCancellable *cancellable, GError **error)
{
  int fd = open_file (path, O_RDONLY);
  g_autoptr(IcMedium) medium = is_folder ? ic_medium_open_folder (fd) : ic_medium_open_image (fd);
  g_autoptr(IcManifest) found = ic_manifest_new (NULL);
  gboolean good = ic_medium_hash_all (medium, collect_cb, NULL, found, cancellable, error);

  close (fd);
  return good ? g_steal_pointer (&found) : NULL;
}

/* What reading the image back finds wrong; the last of each kind by name. */
typedef struct
{
  guint n_equal;
  guint n_missing;
  guint n_different;
  guint n_extra;
  const char *missing;
  const char *different;
} Difference;

static void
compare_entry (Difference *difference, IcManifest *found, const IcManifestEntry *expected)
{
  const char *sha256 = ic_manifest_lookup (found, expected->path);

  if (sha256 == NULL)
    {
      difference->n_missing++;
      difference->missing = expected->path;
    }
  else if (!g_str_equal (sha256, expected->sha256))
    {
      difference->n_different++;
      difference->different = expected->path;
    }
  else
    difference->n_equal++;
}

static Difference
compare_image (ImageFixture *fixture)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(IcManifest) found = read_back (fixture->image_path, FALSE, NULL, &error);
  GArray *entries = ic_manifest_get_entries (fixture->expected);
  Difference difference = { 0 };

  g_assert_no_error (error);
  for (guint i = 0; i < entries->len; i++)
    compare_entry (&difference, found, &g_array_index (entries, IcManifestEntry, i));
  difference.n_extra =
      ic_manifest_get_entries (found)->len - difference.n_equal - difference.n_different;
  return difference;
}

static GPtrArray *
list (const char *path, gboolean is_folder, IcMediumTree tree, GError **error)
{
  int fd = open_file (path, O_RDONLY);
  g_autoptr(IcMedium) medium = is_folder ? ic_medium_open_folder (fd) : ic_medium_open_image (fd);
  GPtrArray *entries = ic_medium_list (medium, tree, NULL, error);

  close (fd);
  return entries;
}

static void
assert_is_file_set (ImageFixture *fixture, IcMediumTree tree)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) entries = list (fixture->image_path, FALSE, tree, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (entries->len, ==, fixture->n_images + 3);
  for (guint i = 0; i < entries->len; i++)
    g_assert_nonnull (
        ic_manifest_lookup (fixture->expected, ((IcMediumEntry *) entries->pdata[i])->path));
}

static void
test_three_trees_are_listed_alike (void)
{
  g_autoptr(ImageFixture) fixture = image_fixture_new (20, 5000);

  image_fixture_write (fixture);
  assert_is_file_set (fixture, IC_MEDIUM_TREE_BEST);
  assert_is_file_set (fixture, IC_MEDIUM_TREE_ROCK_RIDGE);
  assert_is_file_set (fixture, IC_MEDIUM_TREE_JOLIET);
  assert_is_file_set (fixture, IC_MEDIUM_TREE_PLAIN);
}

static void
test_a_tree_that_is_not_there_is_not_found (void)
{
  g_autoptr(GError) no_joliet = NULL;
  g_autoptr(GError) no_rock_ridge = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) plain = NULL;
  g_autoptr(ImageFixture) fixture = image_fixture_new (1, 5000);
  g_autofree char *source = image_fixture_dup_source (fixture, 0);
  const char *const argv[] = { "genisoimage", "-quiet", "-o", fixture->image_path, source, NULL };

  g_free (image_fixture_ask (argv));
  g_assert_null (list (fixture->image_path, FALSE, IC_MEDIUM_TREE_JOLIET, &no_joliet));
  g_assert_error (no_joliet, IC_ERROR, IC_ERROR_NOT_FOUND);
  g_assert_null (list (fixture->image_path, FALSE, IC_MEDIUM_TREE_ROCK_RIDGE, &no_rock_ridge));
  g_assert_error (no_rock_ridge, IC_ERROR, IC_ERROR_NOT_FOUND);
  plain = list (fixture->image_path, FALSE, IC_MEDIUM_TREE_PLAIN, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (plain->len, ==, 1);
  g_assert_cmpstr (((IcMediumEntry *) plain->pdata[0])->path, ==, "SOURCE_0");
}

static void
test_names_of_other_languages_survive (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) entries = NULL;
  g_autoptr(ImageFixture) fixture = image_fixture_new (0, 10);
  g_autofree char *tree = g_build_filename (fixture->folder, "tree", NULL);
  g_autofree char *file = g_build_filename (tree, "Größe 山田.txt", NULL);
  const char *const argv[] = { "genisoimage",       "-quiet", "-J", "-input-charset", "utf-8", "-o",
                               fixture->image_path, tree,     NULL };

  g_assert_cmpint (g_mkdir (tree, 0700), ==, 0);
  g_assert_true (g_file_set_contents (file, "content", 7, NULL));
  g_free (image_fixture_ask (argv));
  entries = list (fixture->image_path, FALSE, IC_MEDIUM_TREE_JOLIET, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (entries->len, ==, 1);
  g_assert_cmpstr (((IcMediumEntry *) entries->pdata[0])->path, ==, "Größe 山田.txt");
}

/* Root files first, then the plan's order: which is also that of the manifest without them. */
static void
test_files_lie_in_reading_order (void)
{
  static const char *const first[] = { "DICOMDIR", "README.TXT" };
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) entries = NULL;
  g_autoptr(ImageFixture) fixture = image_fixture_new (600, 3000);
  guint n = 0;

  image_fixture_write (fixture);
  entries = list (fixture->image_path, FALSE, IC_MEDIUM_TREE_BEST, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < entries->len; i++)
    {
      const IcMediumEntry *entry = entries->pdata[i];
      g_autofree char *path = n >= 2 ? image_fixture_dup_path (n - 2) : g_strdup (first[n]);

      if (entry->size_bytes == 0) /* has no place of its own */
        continue;
      g_assert_cmpstr (entry->path, ==, path);
      n++;
    }
  g_assert_cmpuint (n, ==, 602);
}

static void
test_a_good_image_has_no_difference (void)
{
  g_autoptr(ImageFixture) fixture = image_fixture_new (2000, 3000);
  Difference difference = { 0 };

  image_fixture_write (fixture);
  difference = compare_image (fixture);
  g_assert_cmpuint (difference.n_missing + difference.n_different + difference.n_extra, ==, 0);
  g_assert_cmpuint (difference.n_equal, ==, 2003);
}

/* Flips one bit in the content of source @i, wherever it lies in the image. */
static void
flip_bit_of_source (ImageFixture *fixture, guint i)
{
  g_autofree char *image = NULL;
  g_autofree char *content = NULL;
  g_autofree char *source = image_fixture_dup_source (fixture, i);
  gsize image_size = 0, size = 0;
  char *place = NULL;

  g_assert_true (g_file_get_contents (fixture->image_path, &image, &image_size, NULL));
  g_assert_true (g_file_get_contents (source, &content, &size, NULL));
  place = memmem (image, image_size, content, size);
  g_assert_nonnull (place);
  place[size - 1] ^= 0x10;
  g_assert_true (g_file_set_contents (fixture->image_path, image, (gssize) image_size, NULL));
}

static void
test_a_flipped_bit_is_found_in_its_file (void)
{
  g_autoptr(ImageFixture) fixture = image_fixture_new (20, 5000);
  g_autofree char *path = image_fixture_dup_path (13);
  Difference difference = { 0 };

  image_fixture_write (fixture);
  flip_bit_of_source (fixture, 13);
  difference = compare_image (fixture);
  g_assert_cmpuint (difference.n_different, ==, 1);
  g_assert_cmpstr (difference.different, ==, path);
  g_assert_cmpuint (difference.n_missing + difference.n_extra, ==, 0);
}

static void
test_a_dropped_file_is_missing (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(ImageFixture) fixture = image_fixture_new (20, 5000);
  g_autofree char *path = image_fixture_dup_path (20);
  g_autofree char *sha256 = ic_digest_dup_hex ("lost", 4);
  Difference difference = { 0 };

  image_fixture_write (fixture);
  g_assert_true (ic_manifest_add (fixture->expected, path, sha256, &error));
  difference = compare_image (fixture);
  g_assert_cmpuint (difference.n_missing, ==, 1);
  g_assert_cmpstr (difference.missing, ==, path);
}

/* Two sources of one size change places between plan and disc. */
static void
test_two_swapped_files_are_both_different (void)
{
  g_autoptr(ImageFixture) fixture = image_fixture_new (3, 5000);
  g_autofree char *a = image_fixture_dup_source (fixture, 1);
  g_autofree char *b = image_fixture_dup_source (fixture, 2);
  g_autofree char *held = g_strconcat (a, ".held", NULL);
  g_autoptr(IcManifest) expected = NULL;
  Difference difference = { 0 };

  image_fixture_write (fixture);
  expected = g_steal_pointer (&fixture->expected);
  g_assert_cmpint (g_rename (a, held) | g_rename (b, a) | g_rename (held, b), ==, 0);
  image_fixture_write (fixture);
  g_clear_pointer (&fixture->expected, ic_manifest_free);
  fixture->expected = g_steal_pointer (&expected);
  difference = compare_image (fixture);
  g_assert_cmpuint (difference.n_different, ==, 2);
}

static off_t
find_content (const char *image_path, const char *source_path)
{
  g_autofree char *image = NULL;
  g_autofree char *source = NULL;
  gsize image_size = 0;
  gsize source_size = 0;
  char *found = NULL;

  g_assert_true (g_file_get_contents (image_path, &image, &image_size, NULL));
  g_assert_true (g_file_get_contents (source_path, &source, &source_size, NULL));
  found = memmem (image, image_size, source, source_size);
  g_assert_nonnull (found);
  return found - image;
}

static void
test_a_scratch_costs_only_the_files_under_it (void)
{
  g_autoptr(ImageFixture) fixture = image_fixture_new (20, 5000);
  g_autofree char *source = image_fixture_dup_source (fixture, 13);
  g_autofree char *path = image_fixture_dup_path (13);
  Difference difference = { 0 };

  image_fixture_write (fixture);
  scratch_start = find_content (fixture->image_path, source) + 2048;
  scratch_end = scratch_start + 2048;
  difference = compare_image (fixture);
  scratch_start = scratch_end = 0;
  g_assert_cmpuint (difference.n_different, ==, 1);
  g_assert_cmpstr (difference.different, ==, path);
  g_assert_cmpuint (difference.n_missing + difference.n_extra, ==, 0);
}

/* Names would go missing without a word. */
static void
test_a_scratch_on_the_folders_is_an_error (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(ImageFixture) fixture = image_fixture_new (20, 5000);
  g_autofree char *first = image_fixture_dup_source (fixture, 1);

  image_fixture_write (fixture);
  scratch_start = 17 * 2048;
  scratch_end = find_content (fixture->image_path, first);
  g_assert_null (read_back (fixture->image_path, FALSE, NULL, &error));
  scratch_start = scratch_end = 0;
  g_assert_error (error, IC_ERROR, IC_ERROR_READ_FAILED);
}

static void
add_to_zip (struct archive *zip, const char *path, const char *content)
{
  struct archive_entry *entry = archive_entry_new ();

  archive_entry_set_pathname (entry, path);
  archive_entry_set_filetype (entry, AE_IFREG);
  archive_entry_set_size (entry, strlen (content));
  g_assert_cmpint (archive_write_header (zip, entry), ==, ARCHIVE_OK);
  g_assert_cmpint (archive_write_data (zip, content, strlen (content)), ==, strlen (content));
  archive_entry_free (entry);
}

/* Two files, stored as they are. */
static void
make_zip (const char *path)
{
  struct archive *zip = archive_write_new ();

  archive_write_set_format_zip (zip);
  archive_write_zip_set_compression_store (zip);
  g_assert_cmpint (archive_write_open_filename (zip, path), ==, ARCHIVE_OK);
  add_to_zip (zip, "DICOM/A", "the first file");
  add_to_zip (zip, "DICOM/B", "the second file");
  add_to_zip (zip, "DICOM/EMPTY", "");
  g_assert_cmpint (archive_write_free (zip), ==, ARCHIVE_OK);
}

static void
flip_first (const char *path, const char *word)
{
  g_autofree char *content = NULL;
  gsize size = 0;
  char *found = NULL;

  g_assert_true (g_file_get_contents (path, &content, &size, NULL));
  found = memmem (content, size, word, strlen (word));
  g_assert_nonnull (found);
  *found ^= 1;
  g_assert_true (g_file_set_contents (path, content, size, NULL));
}

static void
test_a_zip_gives_its_files_and_names_the_damaged_one (void)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("medium-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "a.zip", NULL);
  g_autofree char *first = ic_digest_dup_hex ("the first file", strlen ("the first file"));
  g_autofree char *second = ic_digest_dup_hex ("the second file", strlen ("the second file"));
  g_autofree char *empty = ic_digest_dup_hex ("", 0);
  g_autoptr(IcManifest) whole = NULL;
  g_autoptr(IcManifest) damaged = NULL;

  make_zip (path);
  whole = read_back (path, FALSE, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (ic_manifest_lookup (whole, "DICOM/A"), ==, first);
  g_assert_cmpstr (ic_manifest_lookup (whole, "DICOM/B"), ==, second);
  g_assert_cmpstr (ic_manifest_lookup (whole, "DICOM/EMPTY"), ==, empty);
  flip_first (path, "first");
  damaged = read_back (path, FALSE, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (ic_manifest_lookup (damaged, "DICOM/A"), ==, UNREADABLE);
  g_assert_cmpstr (ic_manifest_lookup (damaged, "DICOM/B"), ==, second);
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_a_truncated_image_lacks_what_was_cut_off (void)
{
  g_autoptr(ImageFixture) fixture = image_fixture_new (20, 50000);
  struct stat image = { 0 };

  image_fixture_write (fixture);
  g_assert_cmpint (g_stat (fixture->image_path, &image), ==, 0);
  for (off_t keep = 900 * 1024; keep >= 0; keep -= 40 * 1024 + 77)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(IcManifest) found = NULL;

      g_assert_cmpint (truncate (fixture->image_path, keep), ==, 0);
      found = read_back (fixture->image_path, FALSE, NULL, &error);
      if (found == NULL)
        g_assert_error (error, IC_ERROR, IC_ERROR_BAD_DATA);
      else
        g_assert_cmpuint (compare_image (fixture).n_equal, <, 20);
    }
}

static void
test_bytes_that_are_no_image_are_bad_data (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(ImageFixture) fixture = image_fixture_new (1, 200000);
  g_autofree char *source = image_fixture_dup_source (fixture, 0);

  g_assert_null (read_back (source, FALSE, NULL, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_BAD_DATA);
}

/* Says that the content of @name lies before the file system (ISO 9660 9.1.3). */
static void
spoil_location (const char *image_path, const char *name)
{
  g_autofree char *image = NULL;
  gsize size = 0;
  char *at = NULL;

  g_assert_true (g_file_get_contents (image_path, &image, &size, NULL));
  at = memmem (image, size, name, strlen (name));
  g_assert_nonnull (at);
  memset (at - 33 + 2, 0, 8);
  g_assert_true (g_file_set_contents (image_path, image, size, NULL));
}

/* libarchive begins again at the root then, and again, without end. */
static void
test_a_file_before_the_file_system_is_bad_data (void)
{
  g_autoptr(ImageFixture) fixture = image_fixture_new (20, 5000);
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) entries = NULL;

  image_fixture_write (fixture);
  spoil_location (fixture->image_path, "I0000001");
  n_reads = 0;
  entries = list (fixture->image_path, FALSE, IC_MEDIUM_TREE_PLAIN, &error);
  g_assert_error (error, IC_ERROR, IC_ERROR_BAD_DATA);
  g_assert_cmpstr (error->message, ==, "the medium has too many or too long names");
  g_assert_cmpuint (n_reads, <, 10000);
  g_test_message ("%u reads", n_reads);
}

static void
test_a_folder_is_no_image (void)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (read_back ("/", FALSE, NULL, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_READ_FAILED);
}

static void
test_hard_links_have_the_content_of_their_file (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(ImageFixture) fixture = image_fixture_new (2, 5000);
  g_autofree char *tree = g_build_filename (fixture->folder, "tree", NULL);
  g_autofree char *one = g_build_filename (tree, "ONE", NULL);
  g_autofree char *two = g_build_filename (tree, "TWO", NULL);
  const char *const argv[] = { "genisoimage",       "-quiet", "-r", "-cache-inodes", "-o",
                               fixture->image_path, tree,     NULL };
  g_autoptr(IcManifest) found = NULL;

  g_assert_cmpint (g_mkdir (tree, 0700), ==, 0);
  g_assert_true (g_file_set_contents (one, "content", 7, NULL));
  g_assert_cmpint (link (one, two), ==, 0);
  g_free (image_fixture_ask (argv));
  found = read_back (fixture->image_path, FALSE, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (ic_manifest_get_entries (found)->len, ==, 2);
  g_assert_cmpstr (ic_manifest_lookup (found, "ONE"), ==, ic_manifest_lookup (found, "TWO"));
}

static void
test_one_small_file_is_read_whole (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GError) missing = NULL;
  g_autoptr(GError) large = NULL;
  g_autoptr(ImageFixture) fixture = image_fixture_new (3, 5000);
  g_autoptr(IcMedium) medium = NULL;
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(GBytes) empty = NULL;
  int fd = -1;

  image_fixture_write (fixture);
  fd = open_file (fixture->image_path, O_RDONLY);
  medium = ic_medium_open_image (fd);
  bytes = ic_medium_read_file (medium, "README.TXT", 17, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "what this disc is",
                   17);
  empty = ic_medium_read_file (medium, "IHE_PDI/EMPTY.TXT", 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (empty), ==, 0);
  g_assert_null (ic_medium_read_file (medium, "README.TXT", 16, NULL, &large));
  g_assert_error (large, IC_ERROR, IC_ERROR_BAD_DATA);
  g_assert_null (ic_medium_read_file (medium, "NOTHERE", 16, NULL, &missing));
  g_assert_error (missing, IC_ERROR, IC_ERROR_NOT_FOUND);
  close (fd);
}

static void
test_cancel_ends_reading (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(ImageFixture) fixture = image_fixture_new (3, 5000);

  image_fixture_write (fixture);
  g_cancellable_cancel (cancellable);
  g_assert_null (read_back (fixture->image_path, FALSE, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_reading_leaves_the_offset_alone (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(ImageFixture) fixture = image_fixture_new (3, 5000);
  g_autoptr(IcMedium) medium = NULL;
  g_autoptr(IcManifest) found = ic_manifest_new (NULL);
  int fd = -1;

  image_fixture_write (fixture);
  fd = open_file (fixture->image_path, O_RDONLY);
  g_assert_cmpint (lseek (fd, 7, SEEK_SET), ==, 7);
  medium = ic_medium_open_image (fd);
  g_assert_true (ic_medium_drop_cache (fd, NULL, NULL, &error));
  ic_medium_hash_all (medium, collect_cb, NULL, found, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (lseek (fd, 0, SEEK_CUR), ==, 7);
  close (fd);
}

/* DICOM/I1, README.TXT and, beside them, what must not be followed or opened. */
static char *
make_folder (ImageFixture *fixture)
{
  char *folder = g_build_filename (fixture->folder, "medium", NULL);
  g_autofree char *sub = g_build_filename (folder, "DICOM", NULL);
  g_autofree char *image = g_build_filename (sub, "I1", NULL);
  g_autofree char *text = g_build_filename (folder, "README.TXT", NULL);
  g_autofree char *file_link = g_build_filename (folder, "PASSWD", NULL);
  g_autofree char *folder_link = g_build_filename (folder, "ETC", NULL);
  g_autofree char *pipe = g_build_filename (sub, "PIPE", NULL);

  g_assert_cmpint (g_mkdir_with_parents (sub, 0700), ==, 0);
  g_assert_true (g_file_set_contents (image, "image", 5, NULL));
  g_assert_true (g_file_set_contents (text, "text", 4, NULL));
  g_assert_cmpint (symlink ("/etc/passwd", file_link), ==, 0);
  g_assert_cmpint (symlink ("/etc", folder_link), ==, 0);
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  return folder;
}

static void
test_a_folder_gives_its_files_and_follows_no_link (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(ImageFixture) fixture = image_fixture_new (0, 10);
  g_autofree char *folder = make_folder (fixture);
  g_autofree char *image_hash = ic_digest_dup_hex ("image", 5);
  g_autoptr(IcManifest) found = NULL;
  g_autoptr(GPtrArray) entries = NULL;
  int fd = open_file (folder, O_RDONLY | O_DIRECTORY);

  g_assert_true (ic_medium_drop_cache (fd, NULL, NULL, &error));
  found = read_back (folder, TRUE, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (ic_manifest_get_entries (found)->len, ==, 2);
  g_assert_cmpstr (ic_manifest_lookup (found, "DICOM/I1"), ==, image_hash);
  entries = list (folder, TRUE, IC_MEDIUM_TREE_BEST, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (((IcMediumEntry *) entries->pdata[0])->path, ==, "DICOM/I1");
  g_assert_cmpstr (((IcMediumEntry *) entries->pdata[1])->path, ==, "README.TXT");
  close (fd);
}

static void
test_cancel_ends_the_dropping_of_a_folder (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(ImageFixture) fixture = image_fixture_new (0, 10);
  g_autofree char *folder = make_folder (fixture);
  int fd = open_file (folder, O_RDONLY | O_DIRECTORY);

  g_cancellable_cancel (cancellable);
  g_assert_false (ic_medium_drop_cache (fd, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  close (fd);
}

static void
make_deep_folder (const char *folder)
{
  g_autoptr(GString) path = g_string_new (folder);

  for (guint i = 0; i <= IC_MEDIUM_MAX_DEPTH; i++)
    g_string_append (path, "/D");
  g_assert_cmpint (g_mkdir_with_parents (path->str, 0700), ==, 0);
}

static void
test_folders_nested_without_end_are_bad_data (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(ImageFixture) fixture = image_fixture_new (0, 10);

  make_deep_folder (fixture->folder);
  g_assert_null (read_back (fixture->folder, TRUE, NULL, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_BAD_DATA);
}

/* Where the one file that is wanted lies, the others are not looked at. */
static void
test_one_file_of_a_folder_is_read_without_the_others (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GError) missing = NULL;
  g_autoptr(ImageFixture) fixture = image_fixture_new (0, 10);
  g_autofree char *file = g_build_filename (fixture->folder, "DD", NULL);
  int fd = open_file (fixture->folder, O_RDONLY | O_DIRECTORY);
  g_autoptr(IcMedium) medium = ic_medium_open_folder (fd);
  g_autoptr(GBytes) bytes = NULL;

  make_deep_folder (fixture->folder);
  g_assert_true (g_file_set_contents (file, "text", -1, NULL));
  bytes = ic_medium_read_file (medium, "DD", 4, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "text", 4);
  g_assert_null (ic_medium_read_file (medium, "DDD", 4, NULL, &missing));
  g_assert_error (missing, IC_ERROR, IC_ERROR_NOT_FOUND);
  close (fd);
}

/* After the cache was dropped none of the pages of the image are in memory. */
static void
test_dropping_the_cache_works (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(ImageFixture) fixture = image_fixture_new (20, 100000);
  struct iovec vector = { 0 };
  char byte = 0;
  int fd = -1;

  image_fixture_write (fixture);
  fd = open_file (fixture->image_path, O_RDONLY);
  vector.iov_base = &byte;
  vector.iov_len = 1;
  g_assert_cmpint (preadv2 (fd, &vector, 1, 900000, RWF_NOWAIT), ==, 1);
  g_assert_true (ic_medium_drop_cache (fd, NULL, NULL, &error));
  if (preadv2 (fd, &vector, 1, 900000, RWF_NOWAIT) == 1)
    g_test_skip ("this file system keeps its pages");
  else
    g_assert_cmpint (errno, ==, EAGAIN);
  close (fd);
}

int
main (int argc, char **argv)
{
  setlocale (LC_CTYPE, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/image/trees", test_three_trees_are_listed_alike);
  g_test_add_func ("/image/no-tree", test_a_tree_that_is_not_there_is_not_found);
  g_test_add_func ("/image/languages", test_names_of_other_languages_survive);
  g_test_add_func ("/image/order", test_files_lie_in_reading_order);
  g_test_add_func ("/image/good", test_a_good_image_has_no_difference);
  g_test_add_func ("/image/flipped", test_a_flipped_bit_is_found_in_its_file);
  g_test_add_func ("/image/dropped", test_a_dropped_file_is_missing);
  g_test_add_func ("/image/swapped", test_two_swapped_files_are_both_different);
  g_test_add_func ("/image/scratched", test_a_scratch_costs_only_the_files_under_it);
  g_test_add_func ("/image/scratched-folders", test_a_scratch_on_the_folders_is_an_error);
  g_test_add_func ("/image/truncated", test_a_truncated_image_lacks_what_was_cut_off);
  g_test_add_func ("/image/garbage", test_bytes_that_are_no_image_are_bad_data);
  g_test_add_func ("/image/location", test_a_file_before_the_file_system_is_bad_data);
  g_test_add_func ("/image/not-a-file", test_a_folder_is_no_image);
  g_test_add_func ("/image/hard-links", test_hard_links_have_the_content_of_their_file);
  g_test_add_func ("/image/small-file", test_one_small_file_is_read_whole);
  g_test_add_func ("/image/cancel", test_cancel_ends_reading);
  g_test_add_func ("/image/offset", test_reading_leaves_the_offset_alone);
  g_test_add_func ("/zip/damaged", test_a_zip_gives_its_files_and_names_the_damaged_one);
  g_test_add_func ("/folder/links", test_a_folder_gives_its_files_and_follows_no_link);
  g_test_add_func ("/folder/depth", test_folders_nested_without_end_are_bad_data);
  g_test_add_func ("/folder/one-file", test_one_file_of_a_folder_is_read_without_the_others);
  g_test_add_func ("/cache/cancel", test_cancel_ends_the_dropping_of_a_folder);
  g_test_add_func ("/cache/drop", test_dropping_the_cache_works);
  return g_test_run ();
}
