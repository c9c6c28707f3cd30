/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a DICOMDIR. */
#include "dicom/shim/ic-shim-directory.h"
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
  g_autoptr(IcShimDirectory) directory = NULL;

  if (ftruncate (input_fd, size) != 0 || pwrite (input_fd, data, size, 0) != (ssize_t) size)
    return -1;
  directory = ic_shim_directory_read (input_fd, NULL, &error);
  g_assert_true ((directory == NULL) == (error != NULL));
  return 0;
}
