/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a DICOM file, by the short cut and by DCMTK. */
#include "dicom/shim/ic-shim-extent.h"
#include "dicom/shim/ic-shim-index.h"
#include "dicom/shim/ic-shim.h"

#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerInitialize (int *argc, char ***argv);
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static int input_fd = -1;

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  input_fd = memfd_create ("fuzz", MFD_CLOEXEC);
  return ic_shim_init (NULL) ? 0 : 1;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GError) error_long = NULL;
  g_autoptr(IcHeader) header = NULL;
  g_autoptr(IcHeader) header_long = NULL;

  if (ftruncate (input_fd, size) != 0 || pwrite (input_fd, data, size, 0) != (ssize_t) size)
    return -1;
  ic_shim_check_extent (input_fd, NULL, NULL);
  header = ic_shim_index (input_fd, NULL, &error);
  g_assert_true ((header == NULL) == (error != NULL));
  header_long = ic_shim_index_by_dcmtk (input_fd, NULL, &error_long);
  g_assert_true ((header_long == NULL) == (error_long != NULL));
  return 0;
}
