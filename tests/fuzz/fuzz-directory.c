/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a DICOMDIR. */
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

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  int fd = fuzz_input_fd (0, data, size);
  g_autoptr(GError) error = NULL;
  g_autoptr(IcShimDirectory) directory = ic_shim_directory_read (fd, NULL, &error);

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
  return 0;
}
