/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-error.h"
#include "dicom/shim/ic-shim-directory.h"
#include "dicom/shim/ic-shim-index.h"
#include "dicom/shim/ic-shim.h"
#include "shim-fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define FOLDER FIXTURE_PYDICOM "/test_files/dicomdirtests"
#define DIRECTORY_CLASS "1.2.840.10008.1.3.10"
#define EXPLICIT_VR_LE "1.2.840.10008.1.2.1"

static IcShimDirectory *
read_path (const char *path, GError **error)
{
  int fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  IcShimDirectory *directory = ic_shim_directory_read (fd, NULL, error);

  g_assert_true ((directory == NULL) == (error != NULL && *error != NULL));
  close (fd);
  return directory;
}

/* What the record says must be what stands in the file. */
static void
compare_with_file (const IcShimDirectoryEntry *entry, const char *folder, gboolean has_patient)
{
  g_autofree char *path = g_build_filename (folder, entry->file_id, NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(IcHeader) header = NULL;
  int fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);

  header = ic_shim_index (fd, NULL, &error);
  close (fd);
  g_assert_no_error (error);
  g_assert_cmpstr (entry->type, ==, "IMAGE");
  g_assert_cmpstr (entry->sop_class_uid, ==, ic_header_get (header, IC_HEADER_SOP_CLASS_UID));
  g_assert_cmpstr (entry->sop_instance_uid, ==, ic_header_get (header, IC_HEADER_SOP_INSTANCE_UID));
  g_assert_cmpstr (entry->transfer_syntax_uid, ==,
                   ic_header_get (header, IC_HEADER_TRANSFER_SYNTAX_UID));
  g_assert_cmpstr (entry->patient_id, ==,
                   has_patient ? ic_header_get (header, IC_HEADER_PATIENT_ID) : "");
  g_assert_cmpstr (entry->study_uid, ==, ic_header_get (header, IC_HEADER_STUDY_INSTANCE_UID));
  g_assert_cmpstr (entry->series_uid, ==, ic_header_get (header, IC_HEADER_SERIES_INSTANCE_UID));
}

static const struct
{
  const char *name;
  guint n_records;
  guint n_entries;
  const char *file_set_id;
  gboolean has_patient;
} directories[] = {
  { "DICOMDIR", 52, 31, "PYDICOM_TEST", TRUE },
  { "DICOMDIR-bigEnd", 52, 31, "PYDICOM_TEST", TRUE },
  { "DICOMDIR-empty.dcm", 0, 0, "PYDICOM_TEST", TRUE },
  { "DICOMDIR-implicit", 52, 31, "PYDICOM_TEST", TRUE },
  { "DICOMDIR-nooffset", 52, 31, "PYDICOM_TEST", TRUE },
  { "DICOMDIR-nopatient", 52, 31, "PYDICOM_TEST", FALSE },
  { "DICOMDIR-reordered", 52, 31, "PYDICOM_TEST", TRUE },
  { "TINY_ALPHA/DICOMDIR", 53, 50, "TINY ALPHA", TRUE },
};

static void
check_directory (gsize i)
{
  g_autofree char *path = g_build_filename (FOLDER, directories[i].name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr(GError) error = NULL;
  g_autoptr(IcShimDirectory) directory = read_path (path, &error);

  g_test_message ("%s", directories[i].name);
  g_assert_no_error (error);
  g_assert_cmpstr (directory->file_set_id, ==, directories[i].file_set_id);
  g_assert_cmpuint (directory->n_records, ==, directories[i].n_records);
  g_assert_cmpuint (directory->entries->len, ==, directories[i].n_entries);
  for (guint n = 0; n < directory->entries->len; n++)
    compare_with_file (g_ptr_array_index (directory->entries, n), folder,
                       directories[i].has_patient);
}

static void
test_records_agree_with_the_files_they_name (void)
{
  if (!g_file_test (FOLDER, G_FILE_TEST_IS_DIR))
    return g_test_skip ("pydicom is not installed");
  for (gsize i = 0; i < G_N_ELEMENTS (directories); i++)
    check_directory (i);
}

static void
test_records_out_of_reach_are_counted (void)
{
  g_autoptr(IcShimDirectory) whole = NULL;
  g_autoptr(IcShimDirectory) broken = NULL;
  g_autoptr(GError) error = NULL;

  if (!g_file_test (FOLDER, G_FILE_TEST_IS_DIR))
    return g_test_skip ("pydicom is not installed");
  whole = read_path (FOLDER "/DICOMDIR", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (whole->n_unreachable, ==, 0);
  broken = read_path (FOLDER "/DICOMDIR-nopatient", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (broken->n_unreachable, >, 0);
}

typedef struct
{
  guint32 next;
  guint32 lower;
  guint in_use;
  const char *type;
  guint32 key_tag;
  const char *key_vr;
  const char *key;
  const char *file_id;
} RecordSpec;

static void
add_us (GByteArray *file, guint32 tag, guint value)
{
  char text[] = { (char) value, (char) (value >> 8), '\0' };

  fixture_add_text (file, tag, "US", "xx");
  memcpy (file->data + file->len - 2, text, 2);
}

static void
add_record (GByteArray *file, const RecordSpec *spec)
{
  fixture_add_tag (file, 0xfffee000, 0xffffffff);
  fixture_add_ul (file, 0x00041400, spec->next);
  add_us (file, 0x00041410, spec->in_use);
  fixture_add_ul (file, 0x00041420, spec->lower);
  fixture_add_text (file, 0x00041430, "CS", spec->type);
  if (spec->file_id != NULL)
    fixture_add_text (file, 0x00041500, "CS", spec->file_id);
  fixture_add_text (file, spec->key_tag, spec->key_vr, spec->key);
  fixture_add_tag (file, 0xfffee00d, 0);
}

/* @offsets: where each record came to stand; NULL for the first go. */
static GByteArray *
make_directory (guint32 first, const RecordSpec *specs, guint n_specs, guint32 *offsets)
{
  GByteArray *file = fixture_file_new (EXPLICIT_VR_LE, DIRECTORY_CLASS);

  fixture_add_text (file, 0x00041130, "CS", "TEST");
  fixture_add_ul (file, 0x00041200, first);
  fixture_add_long_head (file, 0x00041220, "SQ", 0xffffffff);
  for (guint i = 0; i < n_specs; i++)
    {
      offsets[i] = file->len;
      add_record (file, &specs[i]);
    }
  fixture_add_tag (file, 0xfffee0dd, 0);
  return file;
}

static IcShimDirectory *
read_bytes (const GByteArray *file, GError **error)
{
  int fd = fixture_open (file->data, file->len);
  IcShimDirectory *directory = ic_shim_directory_read (fd, NULL, error);

  close (fd);
  return directory;
}

#define PATIENT 0xffff, "PATIENT", 0x00100020, "LO"
#define STUDY 0xffff, "STUDY", 0x0020000d, "UI"
#define IMAGE 0xffff, "IMAGE", 0x00200013, "IS"

static const IcShimDirectoryEntry *
get_entry (IcShimDirectory *directory, guint i)
{
  g_assert_cmpuint (i, <, directory->entries->len);
  return g_ptr_array_index (directory->entries, i);
}

static void
test_rings_of_offsets_end (void)
{
  RecordSpec specs[] = { { 0, 0, PATIENT, "P1", NULL },
                         { 0, 0, STUDY, "1.2", NULL },
                         { 0, 0, IMAGE, "1", "A\\B" } };
  guint32 at[3];
  GByteArray *draft = make_directory (0, specs, 3, at);
  g_autoptr(GByteArray) file = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(IcShimDirectory) directory = NULL;

  g_byte_array_unref (draft);
  specs[0].lower = at[1];
  specs[0].next = at[0];
  specs[1].lower = at[2];
  specs[1].next = at[0];
  specs[2].lower = at[1];
  specs[2].next = at[2];
  file = make_directory (at[0], specs, 3, at);
  directory = read_bytes (file, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (directory->entries->len, ==, 1);
  g_assert_cmpstr (get_entry (directory, 0)->file_id, ==, "A/B");
  g_assert_cmpstr (get_entry (directory, 0)->patient_id, ==, "P1");
  g_assert_cmpstr (get_entry (directory, 0)->study_uid, ==, "1.2");
}

static void
test_offsets_outside_the_file_leave_the_order_of_records (void)
{
  static const RecordSpec specs[] = { { 0xfffffffe, 7, PATIENT, "P1", NULL },
                                      { 0xffffffff, 0x80000000, IMAGE, "1", "A" },
                                      { 1, 2, PATIENT, "P2", NULL },
                                      { 3, 4, IMAGE, "1", "B" } };
  guint32 at[4];
  g_autoptr(GByteArray) file = make_directory (0xfffffff0, specs, 4, at);
  g_autoptr(GError) error = NULL;
  g_autoptr(IcShimDirectory) directory = read_bytes (file, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (directory->n_unreachable, ==, 4);
  g_assert_cmpstr (get_entry (directory, 0)->patient_id, ==, "P1");
  g_assert_cmpstr (get_entry (directory, 1)->patient_id, ==, "P2");
}

static void
test_file_ids_never_leave_the_file_set (void)
{
  static const char *const ids[] = { "..\\ETC", "A\\..\\B", "A/B", "\\A", "A\\\\B", ".", "" };

  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      const RecordSpec spec = { 0, 0, IMAGE, "1", ids[i] };
      guint32 at[1];
      g_autoptr(GByteArray) file = make_directory (0, &spec, 1, at);
      g_autoptr(GError) error = NULL;
      g_autoptr(IcShimDirectory) directory = read_bytes (file, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (get_entry (directory, 0)->file_id, ==, "");
    }
}

static void
test_inactive_records_are_left_out (void)
{
  static const RecordSpec specs[] = { { 0, 0, 0, "IMAGE", 0x00200013, "IS", "1", "A" },
                                      { 0, 0, IMAGE, "2", "B" } };
  guint32 at[2];
  g_autoptr(GByteArray) file = make_directory (0, specs, 2, at);
  g_autoptr(GError) error = NULL;
  g_autoptr(IcShimDirectory) directory = read_bytes (file, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (directory->entries->len, ==, 1);
  g_assert_cmpstr (get_entry (directory, 0)->file_id, ==, "B");
}

static void
test_image_is_not_a_directory (void)
{
  g_autoptr(GByteArray) file = fixture_file_new (EXPLICIT_VR_LE, FIXTURE_CT_CLASS);
  g_autoptr(GError) error = NULL;

  fixture_add_identity (file, FIXTURE_CT_CLASS);
  g_assert_null (read_bytes (file, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_BAD_DATA);
}

static void
test_directory_cut_or_damaged_never_crashes (void)
{
  static const RecordSpec specs[] = { { 0, 0, PATIENT, "P1", NULL },
                                      { 0, 0, STUDY, "1.2", NULL },
                                      { 0, 0, IMAGE, "1", "A" } };
  guint32 at[3];
  g_autoptr(GByteArray) good = make_directory (0, specs, 3, at);
  g_autoptr(GRand) rand = g_rand_new_with_seed (4711);

  for (guint round = 0; round < 10000; round++)
    {
      g_autoptr(GByteArray) file = g_byte_array_new ();
      g_autoptr(GError) error = NULL;
      g_autoptr(IcShimDirectory) directory = NULL;

      g_byte_array_append (file, good->data, round < good->len ? round : good->len);
      if (round >= good->len)
        file->data[g_rand_int_range (rand, 128, file->len)] = g_rand_int (rand);
      directory = read_bytes (file, &error);
      if (directory == NULL)
        g_assert_error (error, IC_ERROR, IC_ERROR_BAD_DATA);
    }
}

int
main (int argc, char **argv)
{
  g_autoptr(GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  g_assert_true (ic_shim_init (&error));
  g_test_add_func ("/directory/files", test_records_agree_with_the_files_they_name);
  g_test_add_func ("/directory/unreachable", test_records_out_of_reach_are_counted);
  g_test_add_func ("/directory/rings", test_rings_of_offsets_end);
  g_test_add_func ("/directory/outside", test_offsets_outside_the_file_leave_the_order_of_records);
  g_test_add_func ("/directory/file-ids", test_file_ids_never_leave_the_file_set);
  g_test_add_func ("/directory/inactive", test_inactive_records_are_left_out);
  g_test_add_func ("/directory/image", test_image_is_not_a_directory);
  g_test_add_func ("/directory/damage", test_directory_cut_or_damaged_never_crashes);
  return g_test_run ();
}
