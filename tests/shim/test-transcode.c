/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-error.h"
#include "dicom/shim/ic-shim-extent.h"
#include "dicom/shim/ic-shim-index.h"
#include "dicom/shim/ic-shim-picture.h"
#include "dicom/shim/ic-shim-transcode.h"
#include "dicom/shim/ic-shim.h"
#include "domain/ic-transfer-syntax.h"
#include "shim-fixture.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int
open_file (const char *path)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  return fd;
}

/* A descriptor with @path in @syntax, or -1. */
static int
transcode (const char *path, const char *syntax, GError **error)
{
  int fd = open_file (path);
  int output = memfd_create ("output", MFD_CLOEXEC);
  gboolean ok = ic_shim_transcode (fd, output, syntax, NULL, NULL, NULL, error);

  close (fd);
  if (ok)
    return output;
  close (output);
  return -1;
}

static const IcTransferSyntax *
syntax_of (int fd)
{
  g_autoptr(IcHeader) header = ic_shim_index (fd, NULL, NULL);

  return ic_transfer_syntax_find (
      header != NULL ? ic_header_get (header, IC_HEADER_TRANSFER_SYNTAX_UID) : "");
}

static void
assert_same_header (const char *path, int before, int after)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(IcHeader) a = ic_shim_index (before, NULL, &error);
  g_autoptr(IcHeader) b = ic_shim_index (after, NULL, &error);

  if (b == NULL)
    g_error ("%s: %s", path, error->message);
  for (int field = 0; field < IC_HEADER_N_FIELDS; field++)
    if (field != IC_HEADER_TRANSFER_SYNTAX_UID)
      g_assert_cmpstr (ic_header_get (a, field), ==, ic_header_get (b, field));
  for (int level = 0; level < IC_N_LEVELS; level++)
    g_assert_true (g_bytes_equal (ic_header_get_keys (a, level), ic_header_get_keys (b, level)));
}

static void
assert_same_frame (const char *path, IcShimPicture *before, IcShimPicture *after, guint number)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(IcFrame) a = ic_shim_picture_read_frame (before, number, NULL);
  g_autoptr(IcFrame) b = ic_shim_picture_read_frame (after, number, &error);

  if (a == NULL)
    return;
  if (b == NULL)
    g_error ("%s: %s", path, error->message);
  if (a->format != b->format || a->columns != b->columns || a->rows != b->rows ||
      !g_bytes_equal (a->samples, b->samples))
    g_error ("%s: frame %u is another", path, number);
}

static void
assert_same_picture (const char *path, int before, int after)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(IcShimPicture) a = ic_shim_picture_open (before, NULL, NULL);
  g_autoptr(IcShimPicture) b = NULL;
  guint n = 0;

  if (a == NULL)
    return;
  b = ic_shim_picture_open (after, NULL, &error);
  if (b == NULL)
    g_error ("%s: %s", path, error->message);
  n = ic_shim_picture_count_frames (a);
  g_assert_cmpuint (ic_shim_picture_count_frames (b), ==, n);
  assert_same_frame (path, a, b, 0);
  assert_same_frame (path, a, b, n - 1);
}

/* Whether @path could be written in @syntax; then it must be the same object. */
static gboolean
try_file (const char *path, const char *syntax)
{
  g_autoptr(GError) error = NULL;
  int before = open_file (path);
  int after = transcode (path, syntax, &error);

  if (after >= 0)
    {
      g_assert_true (ic_shim_check_extent (after, NULL, &error));
      g_assert_cmpstr (syntax_of (after)->uid, ==, syntax);
      assert_same_header (path, before, after);
      assert_same_picture (path, before, after);
      close (after);
    }
  else
    g_test_message ("%s: %s", path, error->message);
  close (before);
  return after >= 0;
}

/* Those of pydicom's files that are DICOM objects. */
static GPtrArray *
list_objects (void)
{
  GPtrArray *files = fixture_list_files (FIXTURE_PYDICOM "/test_files");

  for (guint i = files->len; i > 0; i--)
    {
      int fd = open_file (files->pdata[i - 1]);
      g_autoptr(IcHeader) header = ic_shim_index (fd, NULL, NULL);

      if (header == NULL || !ic_shim_check_extent (fd, NULL, NULL))
        g_ptr_array_remove_index (files, i - 1);
      close (fd);
    }
  return files;
}

static void
test_an_unpacked_object_is_the_same_object (gconstpointer syntax)
{
  g_autoptr(GPtrArray) files = list_objects ();
  guint n = 0;

  for (guint i = 0; i < files->len; i++)
    n += try_file (files->pdata[i], syntax);
  g_test_message ("%u of %u files", n, files->len);
  if (files->len > 0)
    g_assert_cmpuint (n, >, files->len * 8 / 10);
}

static char *
dup_example (const char *name)
{
  char *path = g_build_filename (FIXTURE_PYDICOM, "test_files", name, NULL);

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return path;
  g_test_skip ("pydicom is not installed");
  g_free (path);
  return NULL;
}

/* An image that lost something says so for ever (PS3.3 C.7.6.1.1.5). */
static void
test_what_was_lost_stays_told (void)
{
  g_autofree char *path = dup_example ("JPEG-lossy.dcm");
  g_autofree char *bytes = NULL;
  g_autoptr(GError) error = NULL;
  int fd = path != NULL ? transcode (path, IC_TS_EXPLICIT_VR_LE, &error) : -1;
  off_t size = fd >= 0 ? lseek (fd, 0, SEEK_END) : 0;

  if (path == NULL)
    return;
  g_assert_no_error (error);
  bytes = g_malloc (size);
  g_assert_cmpint (pread (fd, bytes, size, 0), ==, size);
  g_assert_nonnull (memmem (bytes, size,
                            "\x28\0\x10\x21"
                            "CS\x02\0"
                            "01",
                            10));
  close (fd);
}

static void
test_a_damaged_frame_is_an_error (void)
{
  g_autofree char *path = dup_example ("JPEG2000.dcm");
  g_autofree char *bytes = NULL;
  gsize size = 0;
  int output = memfd_create ("output", MFD_CLOEXEC);
  int fd = -1;
  g_autoptr(GError) error = NULL;

  if (path == NULL)
    return;
  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  memset (bytes + size / 2, 0xff, size / 2);
  fd = fixture_open ((guint8 *) bytes, size);
  g_assert_false (ic_shim_transcode (fd, output, IC_TS_EXPLICIT_VR_LE, NULL, NULL, NULL, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_BAD_DATA);
  close (fd);
  close (output);
}

static void
test_a_full_disk_is_told (void)
{
  g_autofree char *path = dup_example ("CT_small.dcm");
  g_autoptr(GError) error = NULL;
  int fd = path != NULL ? open_file (path) : -1;
  int full = open ("/dev/full", O_WRONLY | O_CLOEXEC);

  if (path == NULL)
    return;
  g_assert_false (ic_shim_transcode (fd, full, IC_TS_EXPLICIT_VR_LE, NULL, NULL, NULL, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_NO_SPACE);
  close (fd);
  close (full);
}

static void
test_cancel_ends_it (void)
{
  g_autofree char *path = dup_example ("JPEG2000.dcm");
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GError) error = NULL;
  int output = memfd_create ("output", MFD_CLOEXEC);
  int fd = path != NULL ? open_file (path) : -1;

  if (path == NULL)
    return;
  g_cancellable_cancel (cancellable);
  g_assert_false (
      ic_shim_transcode (fd, output, IC_TS_EXPLICIT_VR_LE, NULL, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  close (fd);
  close (output);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_true (ic_shim_init (NULL));
  ic_shim_picture_init ();
  g_test_add_data_func ("/transcode/explicit", IC_TS_EXPLICIT_VR_LE,
                        test_an_unpacked_object_is_the_same_object);
  g_test_add_data_func ("/transcode/implicit", IC_TS_IMPLICIT_VR_LE,
                        test_an_unpacked_object_is_the_same_object);
  g_test_add_func ("/transcode/lossy", test_what_was_lost_stays_told);
  g_test_add_func ("/transcode/damaged", test_a_damaged_frame_is_an_error);
  g_test_add_func ("/transcode/full", test_a_full_disk_is_told);
  g_test_add_func ("/transcode/cancel", test_cancel_ends_it);
  return g_test_run ();
}
