/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a DICOM file whose first and last frame are rendered and read. DCMTK and OpenJPEG
 * allocate what a header announces: run it with -malloc_limit_mb=4096 -rss_limit_mb=4096.
 */
#include "dicom/shim/ic-shim-picture.h"
#include "dicom/shim/ic-shim.h"
#include "picture/ic-jpeg.h"

#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#define EDGE 64

int LLVMFuzzerInitialize (int *argc, char ***argv);
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static int input_fd = -1;

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  input_fd = memfd_create ("fuzz", MFD_CLOEXEC);
  if (!ic_shim_init (NULL))
    return 1;
  ic_shim_picture_init ();
  return 0;
}

static void
render (IcShimPicture *file, guint number)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GError) frame_error = NULL;
  g_autoptr(IcPicture) picture = ic_shim_picture_render (file, number, EDGE, &error);
  g_autoptr(IcFrame) frame = ic_shim_picture_read_frame (file, number, &frame_error);
  g_autoptr(GBytes) jpeg = picture != NULL ? ic_jpeg_encode (picture, 80, NULL) : NULL;
  g_autoptr(GBytes) content = NULL;
  g_autoptr(GVariant) numbers = NULL;
  g_autoptr(IcFrame) unpacked = NULL;

  g_assert_true ((picture == NULL) == (error != NULL));
  g_assert_true ((picture == NULL) == (jpeg == NULL));
  g_assert_true ((frame == NULL) == (frame_error != NULL));
  g_assert_true (picture == NULL || (picture->columns <= EDGE && picture->rows <= EDGE));
  if (frame == NULL)
    return;
  /* What we send must be what we take. */
  numbers = g_variant_ref_sink (ic_frame_pack (frame, &content));
  unpacked = ic_frame_unpack (numbers, content);
  g_assert_nonnull (unpacked);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(IcShimPicture) file = NULL;

  if (ftruncate (input_fd, size) != 0 || pwrite (input_fd, data, size, 0) != (ssize_t) size)
    return -1;
  file = ic_shim_picture_open (input_fd, NULL, &error);
  g_assert_true ((file == NULL) == (error != NULL));
  if (file == NULL)
    return 0;
  render (file, 0);
  if (ic_shim_picture_count_frames (file) > 1)
    render (file, ic_shim_picture_count_frames (file) - 1);
  return 0;
}
