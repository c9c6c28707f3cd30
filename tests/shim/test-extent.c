/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is cut off is told, and nothing else is: an image that is whole may look odd. */
#include "core/ic-error.h"
#include "dicom/shim/ic-shim-extent.h"
#include "domain/ic-transfer-syntax.h"
#include "shim-fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define TAG_ODD 0x00091010
#define TAG_PIXELS 0x7fe00010

static gboolean
is_whole (const GByteArray *file, gsize n_bytes)
{
  g_autoptr(GError) error = NULL;
  int fd = fixture_open (file->data, n_bytes);
  gboolean whole = ic_shim_check_extent (fd, NULL, &error);

  close (fd);
  if (!whole)
    g_assert_error (error, IC_ERROR, IC_ERROR_BAD_DATA);
  return whole;
}

static void
add_pixels (GByteArray *file)
{
  guint8 pixels[400] = { 1 };

  fixture_add_long_head (file, TAG_PIXELS, "OW", sizeof pixels);
  g_byte_array_append (file, pixels, sizeof pixels);
}

static GByteArray *
make_image (void)
{
  GByteArray *file = fixture_file_new (IC_TS_EXPLICIT_VR_LE, FIXTURE_CT_CLASS);

  fixture_add_identity (file, FIXTURE_CT_CLASS);
  return file;
}

static void
test_image_that_lost_its_end_is_cut_off (void)
{
  g_autoptr(GByteArray) file = make_image ();

  add_pixels (file);
  g_assert_true (is_whole (file, file->len));
  g_assert_false (is_whole (file, file->len - 1));
  g_assert_false (is_whole (file, file->len - 400));
  g_assert_false (is_whole (file, file->len - 405));
}

/* Whether its length has 16 or 32 bits nobody knows (PS3.5 6.2.2): the walk ends there. */
static void
test_vr_that_nobody_knows_is_no_reason_to_call_it_cut_off (void)
{
  static const char *const vrs[] = { "ZZ", "OX", "??", " O", "BO" };

  for (gsize i = 0; i < G_N_ELEMENTS (vrs); i++)
    {
      g_autoptr(GByteArray) file = make_image ();
      const char *value = "LO\xff\xff"; /* to whoever takes its length for one of 16 bits */

      fixture_add_long_head (file, TAG_ODD, vrs[i], 4);
      g_byte_array_append (file, (const guint8 *) value, 4);
      add_pixels (file);
      g_assert_true (is_whole (file, file->len));
    }
}

/* Some meta headers say Implicit VR where the data set is not: it has the more bytes for it. */
static void
test_misnamed_encoding_is_no_reason_to_call_it_cut_off (void)
{
  g_autoptr(GByteArray) file = fixture_file_new (IC_TS_IMPLICIT_VR_LE, FIXTURE_CT_CLASS);

  fixture_add_identity (file, FIXTURE_CT_CLASS);
  add_pixels (file);
  g_assert_true (is_whole (file, file->len));
}

static gboolean
is_whole_file (const char *path)
{
  g_autofree char *bytes = NULL;
  gsize size = 0;
  GByteArray file = { 0 };

  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  file.data = (guint8 *) bytes;
  return is_whole (&file, size);
}

static void
test_files_of_pydicom_are_whole_but_for_those_that_are_not (void)
{
  g_autoptr(GPtrArray) paths = fixture_list_files (FIXTURE_PYDICOM);
  guint n_cut_off = 0;

  if (paths->len == 0)
    return g_test_skip ("pydicom is not installed");
  for (guint i = 0; i < paths->len; i++)
    if (!is_whole_file (paths->pdata[i]))
      {
        g_test_message ("%s", (const char *) paths->pdata[i]);
        n_cut_off++;
        g_assert_nonnull (strstr (paths->pdata[i], "trunc"));
      }
  g_assert_cmpuint (n_cut_off, >=, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/extent/cut-off", test_image_that_lost_its_end_is_cut_off);
  g_test_add_func ("/extent/unknown-vr", test_vr_that_nobody_knows_is_no_reason_to_call_it_cut_off);
  g_test_add_func ("/extent/misnamed", test_misnamed_encoding_is_no_reason_to_call_it_cut_off);
  g_test_add_func ("/extent/pydicom", test_files_of_pydicom_are_whole_but_for_those_that_are_not);
  return g_test_run ();
}
