/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a DICOM file that is made ready for the viewer on a medium, with every value and as
 * previews. Options are those of the target picture.
 */
#include "dicom/shim/ic-shim-picture.h"
#include "dicom/shim/ic-shim-viewer.h"
#include "dicom/shim/ic-shim.h"
#include "fuzz-input.h"

#include <sys/mman.h>
#include <unistd.h>

static int output_fd = -1;
static IcFrameEncoder *encoder;

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  output_fd = memfd_create ("packed", MFD_CLOEXEC);
  encoder = ic_frame_encoder_new ();
  if (!ic_shim_init (NULL))
    return 1;
  ic_shim_picture_init ();
  return 0;
}

/* A file is never a reason to fail, and all that is told is there. */
static void
pack (int fd, IcViewerQuality quality)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(IcViewerImage) image = NULL;
  g_autoptr(IcViewerImage) unpacked = NULL;
  g_autoptr(GVariant) packed = NULL;
  off_t size = 0;

  g_assert_cmpint (ftruncate (output_fd, 0), ==, 0);
  g_assert_cmpint (lseek (output_fd, 0, SEEK_SET), ==, 0);
  image = ic_shim_pack_for_viewer (fd, output_fd, quality, encoder, NULL, NULL, NULL, &error);
  if (image == NULL)
    fuzz_fail ("%s", error != NULL ? error->message : "neither image nor error");
  size = lseek (output_fd, 0, SEEK_CUR);
  g_assert_cmpuint ((guint64) size, >=,
                    image->header_bytes + ic_viewer_image_sum_frame_bytes (image));
  /* What we send must be what we take. */
  packed = g_variant_ref_sink (ic_viewer_image_pack (image));
  unpacked = ic_viewer_image_unpack (packed);
  if (unpacked == NULL)
    fuzz_fail ("the answer contradicts itself");
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const int fd = fuzz_input_fd (0, data, size);

  pack (fd, IC_VIEWER_LOSSLESS);
  pack (fd, IC_VIEWER_PREVIEW);
  return 0;
}
