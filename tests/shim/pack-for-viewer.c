/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Packs files as the worker does for the viewer on a medium, for tests that read it: QUALITY FOLDER
 * FILE…; FOLDER gets 0, 1, … with header and frames, standard output a line of JSON for each.
 */
#include "dicom/shim/ic-shim-picture.h"
#include "dicom/shim/ic-shim-viewer.h"
#include "dicom/shim/ic-shim.h"

#include <fcntl.h>
#include <unistd.h>

static void
print_image (const IcViewerImage *image)
{
  g_print ("{\"header\": %u, \"encoding\": \"%s\", \"reason\": \"%s\", \"bytes\": %u, \"samples\": "
           "%u, "
           "\"columns\": %u, \"rows\": %u, \"syntax\": \"%s\", \"sizes\": [",
           image->header_bytes, ic_viewer_image_get_encoding (image),
           ic_viewer_image_get_reason (image), image->bytes, image->samples, image->columns,
           image->rows, image->syntax_uid);
  for (guint i = 0; i < image->n_frames; i++)
    g_print ("%s%u", i > 0 ? ", " : "", image->frame_bytes[i]);
  g_print ("]}\n");
}

static gboolean
pack (IcFrameEncoder *encoder,
      IcViewerQuality quality,
      const char *path,
      const char *output,
      GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  int output_fd = open (output, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  g_autoptr(IcViewerImage) image = NULL;
  g_autoptr(IcViewerImage) again = NULL;
  g_autoptr(GVariant) packed = NULL;

  image = ic_shim_pack_for_viewer (fd, output_fd, quality, encoder, NULL, NULL, NULL, error);
  close (fd);
  close (output_fd);
  if (image == NULL)
    return FALSE;
  packed = g_variant_ref_sink (ic_viewer_image_pack (image));
  again = ic_viewer_image_unpack (packed);
  g_assert_nonnull (again);
  print_image (again);
  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autoptr(IcFrameEncoder) encoder = ic_frame_encoder_new ();
  g_autoptr(GError) error = NULL;
  IcViewerQuality quality = IC_VIEWER_NONE;

  if (argc < 3 || !ic_viewer_quality_parse (argv[1], &quality) || !ic_shim_init (&error))
    return 2;
  ic_shim_picture_init ();
  for (int i = 3; i < argc; i++)
    {
      g_autofree char *output = g_strdup_printf ("%s/%d", argv[2], i - 3);

      if (!pack (encoder, quality, argv[i], output, &error))
        {
          g_printerr ("%s: %s\n", argv[i], error->message);
          return 1;
        }
    }
  return 0;
}
