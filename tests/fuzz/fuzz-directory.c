/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a DICOMDIR, by the short cut and by DCMTK: where both read it they agree. */
#include "dicom/shim/ic-shim-directory.h"
#include "dicom/shim/ic-shim.h"
#include "fuzz-input.h"

#include <string.h>

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  return ic_shim_init (NULL) ? 0 : 1;
}

static void
assert_stays_inside (const char *file_id)
{
  g_auto(GStrv) components = g_strsplit (file_id, "/", -1);

  g_assert_true (*file_id != '/');
  for (guint i = 0; components[i] != NULL; i++)
    g_assert_true (!g_str_equal (components[i], "..") && !g_str_equal (components[i], "."));
}

static void
assert_equal (const IcShimDirectory *walked, const IcShimDirectory *parsed)
{
  g_assert_cmpstr (walked->file_set_id, ==, parsed->file_set_id);
  g_assert_cmpuint (walked->n_records, ==, parsed->n_records);
  g_assert_cmpuint (walked->n_unreachable, ==, parsed->n_unreachable);
  g_assert_cmpuint (walked->entries->len, ==, parsed->entries->len);
  for (guint i = 0; i < walked->entries->len; i++)
    {
      const IcShimDirectoryEntry *a = walked->entries->pdata[i];
      const IcShimDirectoryEntry *b = parsed->entries->pdata[i];

      g_assert_cmpstr (a->type, ==, b->type);
      g_assert_cmpstr (a->file_id, ==, b->file_id);
      g_assert_cmpstr (a->sop_class_uid, ==, b->sop_class_uid);
      g_assert_cmpstr (a->sop_instance_uid, ==, b->sop_instance_uid);
      g_assert_cmpstr (a->transfer_syntax_uid, ==, b->transfer_syntax_uid);
      g_assert_cmpstr (a->patient_id, ==, b->patient_id);
      g_assert_cmpstr (a->study_uid, ==, b->study_uid);
      g_assert_cmpstr (a->series_uid, ==, b->series_uid);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  int fd = fuzz_input_fd (0, data, size);
  g_autoptr(GError) error = NULL;
  g_autoptr(IcShimDirectory) directory = ic_shim_directory_read (fd, NULL, &error);
  g_autoptr(IcShimDirectory) parsed = ic_shim_directory_read_by_dcmtk (fd, NULL, NULL);

  g_assert_true ((directory == NULL) == (error != NULL));
  if (directory == NULL)
    return 0;
  g_assert_cmpuint (directory->entries->len, <=, directory->n_records);
  g_assert_cmpuint (directory->n_unreachable, <=, directory->n_records);
  for (guint i = 0; i < directory->entries->len; i++)
    {
      const IcShimDirectoryEntry *entry = directory->entries->pdata[i];

      assert_stays_inside (entry->file_id);
      g_assert_true (g_utf8_validate (entry->patient_id, -1, NULL));
    }
  if (parsed != NULL)
    assert_equal (directory, parsed);
  return 0;
}
