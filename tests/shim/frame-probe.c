/* SPDX-License-Identifier: GPL-3.0-or-later */
/* frame-probe FILE OUTPUT: the first frame of a DICOM file, as the viewer shows it before anybody
 * has chosen a window, as a PPM.
 */
#include "dicom/shim/ic-shim-picture.h"
#include "dicom/shim/ic-shim.h"
#include "picture/ic-frame-render.h"

#include <fcntl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

static GByteArray *
make_ppm (const IcFrame *frame)
{
  const IcGrey grey = ic_frame_get_default_grey (frame);
  const guint channels = ic_frame_get_channels (frame);
  const gsize n = (gsize) frame->columns * frame->rows;
  g_autofree guint8 *pixels = g_malloc (n * channels);
  g_autofree char *head = g_strdup_printf ("P6\n%u %u\n255\n", frame->columns, frame->rows);
  GByteArray *ppm = g_byte_array_new ();

  ic_frame_render (frame, &grey, FALSE, pixels);
  g_byte_array_append (ppm, (const guint8 *) head, (guint) strlen (head));
  for (gsize i = 0; i < n; i++)
    for (guint channel = 0; channel < 3; channel++)
      g_byte_array_append (ppm, pixels + (channels == 3 ? 3 * i + channel : i), 1);
  return ppm;
}

int
main (int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(IcShimPicture) picture = NULL;
  g_autoptr(IcFrame) frame = NULL;
  g_autoptr(GByteArray) ppm = NULL;

  setlocale (LC_ALL, "C.UTF-8");
  if (argc != 3 || !ic_shim_init (&error))
    return EXIT_FAILURE;
  ic_shim_picture_init ();
  picture = ic_shim_picture_open (open (argv[1], O_RDONLY | O_CLOEXEC), NULL, &error);
  if (picture != NULL)
    frame = ic_shim_picture_read_frame (picture, 0, &error);
  if (frame != NULL)
    ppm = make_ppm (frame);
  if (ppm != NULL &&
      g_file_set_contents (argv[2], (const char *) ppm->data, (gssize) ppm->len, &error))
    return EXIT_SUCCESS;
  g_printerr ("%s\n", error->message);
  return EXIT_FAILURE;
}
