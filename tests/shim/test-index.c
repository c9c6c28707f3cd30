/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-error.h"
#include "dicom/shim/ic-shim-extent.h"
#include "dicom/shim/ic-shim-index.h"
#include "dicom/shim/ic-shim.h"
#include "domain/ic-transfer-syntax.h"
#include "shim-fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

typedef IcHeader *(*IndexFunc) (int fd, GCancellable *cancellable, GError **error);

static IcHeader *
index_path (IndexFunc func, const char *path, GError **error)
{
  int fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  IcHeader *header = func (fd, NULL, error);

  g_assert_true ((header == NULL) == (error != NULL && *error != NULL));
  close (fd);
  return header;
}

/* What is not indexed is named with a reason that a caller can act on. */
static void
assert_reason (const GError *error)
{
  g_assert_nonnull (error);
  g_assert_true (g_error_matches (error, IC_ERROR, IC_ERROR_BAD_DATA) ||
                 g_error_matches (error, IC_ERROR, IC_ERROR_UNSUPPORTED));
  g_assert_cmpuint (strlen (error->message), >, 10);
}

static void
compare_field (IcHeader *header, IcHeaderField field, const char *hex, const char *path)
{
  const char *value = ic_header_get (header, field);
  g_autoptr(GString) found = g_string_new (NULL);

  for (const char *c = value; *c != '\0'; c++)
    g_string_append_printf (found, "%02x", (guchar) *c);
  if (field == IC_HEADER_PATIENT_NAME && g_str_has_suffix (value, "="))
    g_string_truncate (found, found->len - 2); /* pydicom drops an empty last group */
  if (strcmp (hex, "?") == 0 || strcmp (found->len > 0 ? found->str : "-", hex) == 0)
    return;
  g_test_message ("%s: field %d is \"%s\"", path, field, value);
  g_assert_cmpstr (found->str, ==, hex);
}

static void
compare_line (const char *line)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(IcHeader) header = NULL;
  g_auto(GStrv) columns = g_strsplit (line, "\t", -1);

  g_assert_cmpuint (g_strv_length (columns), ==, 1 + IC_HEADER_N_FIELDS);
  header = index_path (ic_shim_index, columns[0], &error);
  if (header == NULL)
    g_test_message ("%s: %s", columns[0], error->message);
  g_assert_no_error (error);
  for (int field = 0; field < IC_HEADER_N_FIELDS; field++)
    compare_field (header, field, columns[1 + field], columns[0]);
}

static void
compare_folder (const char *folder, guint n_least)
{
  g_auto(GStrv) lines = fixture_ask_pydicom (INDEX_TRUTH, folder);

  if (lines == NULL)
    return;
  g_assert_cmpuint (g_strv_length (lines), >, n_least);
  for (guint i = 0; lines[i] != NULL; i++)
    compare_line (lines[i]);
}

static void
test_headers_of_pydicom_read_as_in_pydicom (void)
{
  compare_folder (FIXTURE_PYDICOM, 100);
}

static void
test_headers_of_the_corpus_read_as_in_pydicom (void)
{
  const char *corpus = g_getenv ("IC_CORPUS");

  if (corpus == NULL)
    g_test_skip ("IC_CORPUS is not set");
  else
    compare_folder (corpus, 0);
}

static void
assert_same_header (IcHeader *a, IcHeader *b)
{
  for (int field = 0; field < IC_HEADER_N_FIELDS; field++)
    g_assert_cmpstr (ic_header_get (a, field), ==, ic_header_get (b, field));
  for (int level = 0; level < IC_N_LEVELS; level++)
    g_assert_true (g_bytes_equal (ic_header_get_keys (a, level), ic_header_get_keys (b, level)));
}

static void
check_both_ways (const char *path)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GError) error_long = NULL;
  g_autoptr(IcHeader) header = index_path (ic_shim_index, path, &error);
  g_autoptr(IcHeader) header_long = index_path (ic_shim_index_by_dcmtk, path, &error_long);

  if (header == NULL || header_long == NULL)
    {
      assert_reason (error);
      assert_reason (error_long);
      g_test_message ("%s: %s", path, error->message);
      return;
    }
  assert_same_header (header, header_long);
}

static void
check_folder_both_ways (const char *folder)
{
  g_autoptr(GPtrArray) paths = fixture_list_files (folder);

  g_assert_cmpuint (paths->len, >, 0);
  for (guint i = 0; i < paths->len; i++)
    check_both_ways (g_ptr_array_index (paths, i));
}

static void
test_short_cut_and_dcmtk_agree_on_every_file (void)
{
  if (!g_file_test (FIXTURE_PYDICOM, G_FILE_TEST_IS_DIR))
    g_test_skip ("pydicom is not installed");
  else
    check_folder_both_ways (FIXTURE_PYDICOM);
  if (g_getenv ("IC_CORPUS") != NULL)
    check_folder_both_ways (g_getenv ("IC_CORPUS"));
}

static IcHeader *
index_bytes (const GByteArray *file, gsize n_bytes, GError **error)
{
  int fd = fixture_open (file->data, n_bytes);
  IcHeader *header = ic_shim_index (fd, NULL, error);

  close (fd);
  return header;
}

static GByteArray *
make_ordinary (const char *transfer_syntax)
{
  GByteArray *file = fixture_file_new (transfer_syntax, FIXTURE_CT_CLASS);

  fixture_add_identity (file, FIXTURE_CT_CLASS);
  fixture_add_text (file, 0x00080060, "CS", "CT");
  fixture_add_text (file, 0x00100010, "PN", "DOE^JANE");
  fixture_add_text (file, 0x00200013, "IS", "7");
  return file;
}

static void
test_transfer_syntax_is_the_string_of_the_meta_header (void)
{
  static const char *const uids[] = { "1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.4.202",
                                      "1.2.840.10008.1.2.4.203", "1.2.840.10008.1.2.4.110",
                                      "1.2.840.10008.1.2.8.1",   "1.2.3.4.5" };

  for (gsize i = 0; i < G_N_ELEMENTS (uids); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(GByteArray) file = make_ordinary (uids[i]);
      g_autoptr(IcHeader) header = index_bytes (file, file->len, &error);
      const char *found = NULL;

      g_assert_no_error (error);
      found = ic_header_get (header, IC_HEADER_TRANSFER_SYNTAX_UID);
      g_assert_cmpstr (found, ==, uids[i]);
      g_assert_false (ic_transfer_syntax_is_native (ic_transfer_syntax_find (found)));
      g_assert_cmpstr (ic_header_get (header, IC_HEADER_INSTANCE_NUMBER), ==, "7");
    }
}

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

/* Two fragments and the end of their sequence: 8 + 4, 8 + 6 and 8 bytes. */
static void
add_fragments (GByteArray *file)
{
  fixture_add_long_head (file, 0x7fe00010, "OB", 0xffffffff);
  fixture_add_tag (file, 0xfffee000, 4);
  g_byte_array_append (file, (const guint8 *) "abcd", 4);
  fixture_add_tag (file, 0xfffee000, 6);
  g_byte_array_append (file, (const guint8 *) "efghij", 6);
  fixture_add_tag (file, 0xfffee0dd, 0);
}

static void
add_native_pixels (GByteArray *file)
{
  fixture_add_long_head (file, 0x7fe00010, "OW", 10);
  g_byte_array_append (file, (const guint8 *) "abcdefghij", 10);
}

static void
assert_whole_at_ends_only (const char *transfer_syntax, void (*add_pixels) (GByteArray *))
{
  g_autoptr(GByteArray) file = make_ordinary (transfer_syntax);
  const gsize begin = file->len;

  add_pixels (file);
  for (gsize n = begin + 1; n < file->len; n++)
    g_assert_false (is_whole (file, n));
  g_assert_true (is_whole (file, begin));
  g_assert_true (is_whole (file, file->len));
}

static void
test_data_set_that_is_cut_off_is_told_at_every_byte (void)
{
  assert_whole_at_ends_only ("1.2.840.10008.1.2.1", add_native_pixels);
  assert_whole_at_ends_only ("1.2.840.10008.1.2.4.80", add_fragments);
}

static void
assert_whole_file (const char *path)
{
  g_autoptr(GError) error = NULL;
  int fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);

  if (!ic_shim_check_extent (fd, NULL, &error) && strstr (path, "trunc") == NULL)
    g_error ("%s: %s", path, error->message);
  close (fd);
}

static void
test_whole_files_of_others_are_not_called_cut_off (void)
{
  g_autoptr(GPtrArray) paths = fixture_list_files (FIXTURE_PYDICOM "/test_files");

  if (paths->len == 0)
    g_test_skip ("pydicom is not installed");
  for (guint i = 0; i < paths->len; i++)
    assert_whole_file (g_ptr_array_index (paths, i));
}

/* The ordinary file from byte @from, with @prefix in front. */
static GByteArray *
make_quirk (const char *transfer_syntax, const GByteArray *prefix, gsize from)
{
  g_autoptr(GByteArray) ordinary = make_ordinary (transfer_syntax);
  GByteArray *file = g_byte_array_new ();

  g_byte_array_append (file, prefix->data, prefix->len);
  g_byte_array_append (file, ordinary->data + from, ordinary->len - from);
  return file;
}

static gsize
find_data_set (void)
{
  g_autoptr(GByteArray) meta = fixture_file_new (IC_TS_EXPLICIT_VR_LE, FIXTURE_CT_CLASS);

  return meta->len;
}

static void
assert_ordinary (const GByteArray *file, const char *transfer_syntax)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(IcHeader) header = index_bytes (file, file->len, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (ic_header_get (header, IC_HEADER_TRANSFER_SYNTAX_UID), ==, transfer_syntax);
  g_assert_cmpstr (ic_header_get (header, IC_HEADER_SOP_CLASS_UID), ==, FIXTURE_CT_CLASS);
  g_assert_cmpstr (ic_header_get (header, IC_HEADER_PATIENT_NAME), ==, "DOE^JANE");
  g_assert_cmpstr (ic_header_get (header, IC_HEADER_INSTANCE_NUMBER), ==, "7");
}

static void
test_wrong_group_length_of_the_meta_header_is_forgiven (void)
{
  static const guint32 lengths[] = { 0, 10, 9999, 0xffffffff };

  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autoptr(GByteArray) prefix = g_byte_array_new ();
      g_autoptr(GByteArray) file = NULL;
      static const guint8 preamble[128] = { 0 };

      g_byte_array_append (prefix, preamble, sizeof preamble);
      g_byte_array_append (prefix, (const guint8 *) "DICM", 4);
      fixture_add_ul (prefix, 0x00020000, lengths[i]);
      file = make_quirk (IC_TS_EXPLICIT_VR_LE, prefix, 132);
      assert_ordinary (file, IC_TS_EXPLICIT_VR_LE);
    }
}

static void
test_preamble_and_meta_header_may_be_missing (void)
{
  g_autoptr(GByteArray) nothing = g_byte_array_new ();
  g_autoptr(GByteArray) no_preamble = make_quirk (IC_TS_EXPLICIT_VR_LE, nothing, 132);
  g_autoptr(GByteArray) no_meta = make_quirk (IC_TS_EXPLICIT_VR_LE, nothing, find_data_set ());

  assert_ordinary (no_preamble, IC_TS_EXPLICIT_VR_LE);
  assert_ordinary (no_meta, IC_TS_EXPLICIT_VR_LE);
}

static void
test_data_set_under_a_wrong_native_name_is_read_and_keeps_its_name (void)
{
  g_autoptr(GByteArray) implicit = make_ordinary (IC_TS_IMPLICIT_VR_LE);
  g_autoptr(GByteArray) big_endian = make_ordinary (IC_TS_EXPLICIT_VR_BE);

  assert_ordinary (implicit, IC_TS_IMPLICIT_VR_LE);
  assert_ordinary (big_endian, IC_TS_EXPLICIT_VR_BE);
}

static void
test_file_cut_anywhere_is_read_or_refused (void)
{
  static const char *const names[] = { "CT_small.dcm", "ExplVR_BigEnd.dcm", "image_dfl.dcm",
                                       "reportsi.dcm", "no_meta.dcm" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (FIXTURE_PYDICOM, "test_files", names[i], NULL);
      g_autofree char *bytes = NULL;
      gsize size = 0;

      if (!g_file_get_contents (path, &bytes, &size, NULL))
        return g_test_skip ("pydicom is not installed");
      for (gsize n = 0; n < size; n += n < 2048 ? 1 : 512)
        {
          g_autoptr(GByteArray) file = g_byte_array_new ();
          g_autoptr(GError) error = NULL;
          g_autoptr(IcHeader) header = NULL;

          g_byte_array_append (file, (const guint8 *) bytes, n);
          header = index_bytes (file, n, &error);
          if (header == NULL)
            assert_reason (error);
        }
    }
}

static gsize
get_peak_kib (void)
{
  g_autofree char *status = NULL;
  const char *peak = NULL;

  g_file_get_contents ("/proc/self/status", &status, NULL, NULL);
  peak = strstr (status, "VmHWM:");
  return peak != NULL ? g_ascii_strtoull (peak + strlen ("VmHWM:"), NULL, 10) : 0;
}

static void
test_announced_gigabytes_are_refused_without_allocating (void)
{
  static const guint32 lengths[] = { 0xfffffff0, 0xfffffffe, 0x80000000, 0x10000 };
  static const char *const vrs[] = { "OB", "OW", "UN", "UT", "UC", "SQ" };

  for (gsize i = 0; i < G_N_ELEMENTS (lengths) * G_N_ELEMENTS (vrs); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(GByteArray) file = make_ordinary (IC_TS_EXPLICIT_VR_LE);
      gsize before = get_peak_kib ();

      fixture_add_long_head (file, 0x00209165, vrs[i / G_N_ELEMENTS (lengths)],
                             lengths[i % G_N_ELEMENTS (lengths)]);
      g_assert_null (index_bytes (file, file->len, &error));
      g_assert_error (error, IC_ERROR, IC_ERROR_BAD_DATA);
      g_assert_cmpuint (get_peak_kib () - before, <, 64 * 1024);
    }
}

static void
test_real_gigabytes_are_skipped (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GByteArray) file = make_ordinary (IC_TS_EXPLICIT_VR_LE);
  g_autoptr(GByteArray) pixels = g_byte_array_new ();
  g_autoptr(IcHeader) header = NULL;
  gsize before = get_peak_kib ();
  int fd = -1;

  fixture_add_long_head (file, 0x00204000, "UT", 0xfffffff0);
  fixture_add_long_head (pixels, 0x7fe00010, "OW", 2);
  fd = fixture_open (file->data, file->len);
  g_assert_cmpint (pwrite (fd, pixels->data, pixels->len, (goffset) file->len + 0xfffffff0), ==,
                   pixels->len);
  lseek (fd, 17, SEEK_SET);
  header = ic_shim_index (fd, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (get_peak_kib () - before, <, 64 * 1024);
  g_assert_cmpint (lseek (fd, 0, SEEK_CUR), ==, 17);
  close (fd);
}

static GByteArray *
make_nested (guint n_levels)
{
  GByteArray *file = fixture_file_new (IC_TS_EXPLICIT_VR_LE, FIXTURE_CT_CLASS);

  fixture_add_identity (file, FIXTURE_CT_CLASS);
  for (guint i = 0; i < n_levels; i++)
    {
      fixture_add_long_head (file, 0x00081140, "SQ", 0xffffffff);
      fixture_add_tag (file, 0xfffee000, 0xffffffff);
    }
  for (guint i = 0; i < n_levels; i++)
    {
      fixture_add_tag (file, 0xfffee00d, 0);
      fixture_add_tag (file, 0xfffee0dd, 0);
    }
  return file;
}

static void
test_real_nesting_is_read_and_deep_nesting_is_refused (void)
{
  static const guint n_levels[] = { 1, 10, 50, 1000, 5000, 200000 };

  for (gsize i = 0; i < G_N_ELEMENTS (n_levels); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(GByteArray) file = make_nested (n_levels[i]);
      g_autoptr(IcHeader) header = index_bytes (file, file->len, &error);

      g_assert_true ((header != NULL) == (n_levels[i] <= 50));
      if (n_levels[i] <= 50)
        g_assert_no_error (error);
      else
        g_assert_error (error, IC_ERROR, IC_ERROR_BAD_DATA);
    }
}

static void
test_seeded_damage_never_crashes (void)
{
  g_autoptr(GByteArray) good = make_ordinary (IC_TS_EXPLICIT_VR_LE);
  g_autoptr(GRand) rand = g_rand_new_with_seed (20261121);

  fixture_add_text (good, 0x00280008, "IS", "1");
  for (int round = 0; round < 20000; round++)
    {
      g_autoptr(GByteArray) file = g_byte_array_new ();
      g_autoptr(GError) error = NULL;
      g_autoptr(IcHeader) header = NULL;

      g_byte_array_append (file, good->data, good->len);
      for (int i = g_rand_int_range (rand, 1, 4); i > 0; i--)
        file->data[g_rand_int_range (rand, 128, file->len)] = g_rand_int (rand);
      header = index_bytes (file, file->len, &error);
      if (header == NULL)
        assert_reason (error);
    }
}

static void
test_bytes_that_are_not_dicom_are_named (void)
{
  static const char *const texts[] = { "", "x", "Hello, this is a text file.\n", "DICM" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(GByteArray) file = g_byte_array_new ();

      g_byte_array_append (file, (const guint8 *) texts[i], strlen (texts[i]));
      g_assert_null (index_bytes (file, file->len, &error));
      g_assert_error (error, IC_ERROR, IC_ERROR_BAD_DATA);
      g_assert_true (g_str_has_prefix (error->message, "not a DICOM object"));
    }
}

static void
test_directory_is_not_an_object (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GByteArray) file = fixture_file_new (IC_TS_EXPLICIT_VR_LE, "1.2.840.10008.1.3.10");

  fixture_add_text (file, 0x00041130, "CS", "DISC");
  g_assert_null (index_bytes (file, file->len, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_UNSUPPORTED);
}

static void
test_cancelled_is_cancelled (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GByteArray) file = make_ordinary (IC_TS_EXPLICIT_VR_LE);
  int fd = fixture_open (file->data, file->len);

  g_cancellable_cancel (cancellable);
  g_assert_null (ic_shim_index (fd, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  close (fd);
}

static void
test_unreadable_descriptor_is_a_read_error (void)
{
  g_autoptr(GError) error = NULL;
  int fd = g_open ("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);

  g_assert_null (ic_shim_index (fd, NULL, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_READ_FAILED);
  close (fd);
}

static void
test_missing_identity_is_named (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GByteArray) file = fixture_file_new (IC_TS_EXPLICIT_VR_LE, FIXTURE_CT_CLASS);

  fixture_add_text (file, 0x00080060, "CS", "CT");
  fixture_add_text (file, 0x00100010, "PN", "DOE^JANE");
  g_assert_null (index_bytes (file, file->len, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_BAD_DATA);
  g_assert_null (strstr (error->message, "DOE"));
  g_assert_nonnull (strstr (error->message, "SOP Instance UID"));
}

/* The nth element of Explicit VR LE with 16-bit lengths: its tag, VR and value. */
static void
assert_key (GBytes *keys, guint n, guint32 tag, const char *vr, const char *value)
{
  gsize size = 0;
  const guint8 *at = g_bytes_get_data (keys, &size);
  const guint8 *end = at + size;

  while (n-- > 0)
    at += 8 + (at[6] | at[7] << 8);
  g_assert_cmpuint (end - at, >=, 8);
  g_assert_cmphex ((guint32) (at[0] | at[1] << 8) << 16 | (at[2] | at[3] << 8), ==, tag);
  g_assert_cmpmem (at + 4, 2, vr, 2);
  g_assert_cmpmem (at + 8, at[6] | at[7] << 8, value, strlen (value));
}

static void
test_keys_are_the_bytes_of_the_file (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(IcHeader) header = NULL;
  g_autoptr(GByteArray) file = fixture_file_new (IC_TS_EXPLICIT_VR_LE, FIXTURE_CT_CLASS);

  fixture_add_text (file, 0x00080005, "CS", "ISO_IR 100");
  fixture_add_identity (file, FIXTURE_CT_CLASS);
  fixture_add_text (file, 0x00080060, "CS", "CT");
  fixture_add_text (file, 0x00100010, "PN", "M\374ller ");
  fixture_add_text (file, 0x00200013, "IS", "7");
  header = index_bytes (file, file->len, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (ic_header_get (header, IC_HEADER_PATIENT_NAME), ==, "Müller");
  assert_key (ic_header_get_keys (header, IC_LEVEL_PATIENT), 0, 0x00080005, "CS", "ISO_IR 100");
  assert_key (ic_header_get_keys (header, IC_LEVEL_PATIENT), 1, 0x00100010, "PN", "M\374ller  ");
  assert_key (ic_header_get_keys (header, IC_LEVEL_SERIES), 1, 0x00080060, "CS", "CT");
  assert_key (ic_header_get_keys (header, IC_LEVEL_IMAGE), 1, 0x00200013, "IS", "7 ");
}

static void
add_content_item (GByteArray *file, const char *relationship, const char *text)
{
  fixture_add_tag (file, 0xfffee000, 0xffffffff);
  fixture_add_text (file, 0x0040a010, "CS", relationship);
  fixture_add_text (file, 0x0040a040, "CS", text);
  fixture_add_tag (file, 0xfffee00d, 0);
}

static void
test_report_keys_hold_title_modifiers_and_the_last_verification (void)
{
  const char *sr = "1.2.840.10008.5.1.4.1.1.88.11";
  g_autoptr(GError) error = NULL;
  g_autoptr(IcHeader) header = NULL;
  g_autoptr(GByteArray) file = fixture_file_new (IC_TS_EXPLICIT_VR_LE, sr);
  GBytes *keys = NULL;

  fixture_add_identity (file, sr);
  fixture_add_long_head (file, 0x0040a073, "SQ", 0xffffffff);
  fixture_add_tag (file, 0xfffee000, 22);
  fixture_add_text (file, 0x0040a030, "DT", "20260102030405");
  fixture_add_tag (file, 0xfffee000, 22);
  fixture_add_text (file, 0x0040a030, "DT", "20250102030405");
  fixture_add_tag (file, 0xfffee0dd, 0);
  fixture_add_long_head (file, 0x0040a730, "SQ", 0xffffffff);
  add_content_item (file, "HAS CONCEPT MOD", "CODE");
  add_content_item (file, "CONTAINS", "TEXT");
  fixture_add_tag (file, 0xfffee0dd, 0);
  header = index_bytes (file, file->len, &error);
  g_assert_no_error (error);
  keys = ic_header_get_keys (header, IC_LEVEL_IMAGE);
  assert_key (keys, 0, 0x0040a030, "DT", "20260102030405");
  g_assert_nonnull (memmem (g_bytes_get_data (keys, NULL), g_bytes_get_size (keys), "CODE", 4));
  g_assert_null (memmem (g_bytes_get_data (keys, NULL), g_bytes_get_size (keys), "TEXT", 4));
}

int
main (int argc, char **argv)
{
  g_autoptr(GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  g_assert_true (ic_shim_init (&error));
  g_test_add_func ("/index/pydicom", test_headers_of_pydicom_read_as_in_pydicom);
  g_test_add_func ("/index/corpus", test_headers_of_the_corpus_read_as_in_pydicom);
  g_test_add_func ("/index/both-ways", test_short_cut_and_dcmtk_agree_on_every_file);
  g_test_add_func ("/index/transfer-syntax", test_transfer_syntax_is_the_string_of_the_meta_header);
  g_test_add_func ("/extent/cut-off", test_data_set_that_is_cut_off_is_told_at_every_byte);
  g_test_add_func ("/extent/whole", test_whole_files_of_others_are_not_called_cut_off);
  g_test_add_func ("/index/group-length", test_wrong_group_length_of_the_meta_header_is_forgiven);
  g_test_add_func ("/index/no-meta", test_preamble_and_meta_header_may_be_missing);
  g_test_add_func ("/index/misnamed",
                   test_data_set_under_a_wrong_native_name_is_read_and_keeps_its_name);
  g_test_add_func ("/index/cut", test_file_cut_anywhere_is_read_or_refused);
  g_test_add_func ("/index/gigabytes", test_announced_gigabytes_are_refused_without_allocating);
  g_test_add_func ("/index/skipped", test_real_gigabytes_are_skipped);
  g_test_add_func ("/index/nesting", test_real_nesting_is_read_and_deep_nesting_is_refused);
  g_test_add_func ("/index/damage", test_seeded_damage_never_crashes);
  g_test_add_func ("/index/not-dicom", test_bytes_that_are_not_dicom_are_named);
  g_test_add_func ("/index/directory", test_directory_is_not_an_object);
  g_test_add_func ("/index/cancelled", test_cancelled_is_cancelled);
  g_test_add_func ("/index/unreadable", test_unreadable_descriptor_is_a_read_error);
  g_test_add_func ("/index/identity", test_missing_identity_is_named);
  g_test_add_func ("/index/keys", test_keys_are_the_bytes_of_the_file);
  g_test_add_func ("/index/report",
                   test_report_keys_hold_title_modifiers_and_the_last_verification);
  return g_test_run ();
}
