/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-sidecar codec COLUMNS ROWS BYTES RAW: predicts and deflates the frames of one file of bare
 * samples, and nothing else. bench-sidecar pack FOLDER FILE…: has DICOM files packed by workers,
 * as an export does, into FOLDER; prints the bytes of pixels, and of what came out.
 */
#include "dicom/ic-viewer-packer.h"
#include "sidecar/ic-frame-encoder.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static guint64 pixel_bytes;
static guint64 packed_bytes;

static int
run_codec (char **words)
{
  const IcSampleGrid grid = { .columns = (guint) atoi (words[0]),
                              .rows = (guint) atoi (words[1]),
                              .samples = 1,
                              .bytes = (guint) atoi (words[2]) };
  const gsize frame = (gsize) grid.columns * grid.rows * grid.bytes;
  g_autoptr(GMappedFile) file = g_mapped_file_new (words[3], FALSE, NULL);
  g_autoptr(IcFrameEncoder) encoder = ic_frame_encoder_new ();
  const guint8 *data = (const guint8 *) g_mapped_file_get_contents (file);
  gsize n = 0;

  for (gsize at = 0; at + frame <= g_mapped_file_get_length (file); at += frame)
    {
      ic_frame_encoder_pack_samples (encoder, &grid, data + at, &n, NULL);
      pixel_bytes += frame;
      packed_bytes += n;
    }
  return 0;
}

static void
packed_cb (gpointer item, IcViewerImage *image, const GError *error, gpointer user_data)
{
  if (image == NULL || image->encoding == IC_VIEWER_NOTHING)
    return;
  pixel_bytes += ic_viewer_image_sum_pixel_bytes (image);
  packed_bytes += ic_viewer_image_sum_frame_bytes (image);
}

static int
run_pack (const char *folder, char **files)
{
  g_autoptr(IcViewerPacker) packer = ic_viewer_packer_new (IC_VIEWER_LOSSLESS, packed_cb, NULL);
  g_autoptr(GError) error = NULL;
  gboolean ok = TRUE;

  for (guint i = 0; ok && files[i] != NULL; i++)
    {
      g_autofree char *output = g_strdup_printf ("%s/%u", folder, i);

      ok = ic_viewer_packer_push (packer, open (files[i], O_RDONLY | O_CLOEXEC),
                                  open (output, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600),
                                  files[i], NULL, &error);
    }
  if (ok && ic_viewer_packer_finish (packer, NULL, &error))
    return 0;
  g_printerr ("bench-sidecar: %s\n", error->message);
  return 1;
}

int
main (int argc, char **argv)
{
  int code = 2;

  if (argc == 6 && g_str_equal (argv[1], "codec"))
    code = run_codec (argv + 2);
  else if (argc > 3 && g_str_equal (argv[1], "pack"))
    code = run_pack (argv[2], argv + 3);
  g_print ("%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT "\n", pixel_bytes, packed_bytes);
  return code;
}
