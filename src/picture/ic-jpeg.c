/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "picture/ic-jpeg.h"

#include "core/ic-error.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

#define SHRINK_MAX 8

/* A stream of thousands of progressive scans takes hours and shows nothing more. */
#define SCANS_MAX 100

/* libjpeg has no way to fail but to leave. */
typedef struct
{
  struct jpeg_error_mgr base;
  jmp_buf leave;
} Errors;

static void
leave_cb (j_common_ptr jpeg)
{
  longjmp (((Errors *) jpeg->err)->leave, 1);
}

static void
be_silent_cb (j_common_ptr jpeg)
{
}

static void
limit_scans_cb (j_common_ptr jpeg)
{
  if (((j_decompress_ptr) jpeg)->input_scan_number > SCANS_MAX)
    leave_cb (jpeg);
}

static struct jpeg_error_mgr *
init_errors (Errors *errors)
{
  jpeg_std_error (&errors->base);
  errors->base.error_exit = leave_cb;
  errors->base.output_message = be_silent_cb;
  return &errors->base;
}

static void
write_rows (struct jpeg_compress_struct *jpeg, const IcPicture *picture)
{
  const guint8 *pixels = g_bytes_get_data (picture->pixels, NULL);

  while (jpeg->next_scanline < jpeg->image_height)
    {
      JSAMPROW row =
          (JSAMPROW) pixels + (gsize) jpeg->next_scanline * picture->columns * picture->channels;

      jpeg_write_scanlines (jpeg, &row, 1);
    }
}

static void
compress (struct jpeg_compress_struct *jpeg, const IcPicture *picture, int quality)
{
  jpeg->image_width = picture->columns;
  jpeg->image_height = picture->rows;
  jpeg->input_components = (int) picture->channels;
  jpeg->in_color_space = picture->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults (jpeg);
  jpeg_set_quality (jpeg, quality, TRUE);
  jpeg->optimize_coding = TRUE;
  jpeg_start_compress (jpeg, TRUE);
  write_rows (jpeg, picture);
  jpeg_finish_compress (jpeg);
}

GBytes *
ic_jpeg_encode (const IcPicture *picture, int quality, GError **error)
{
  struct jpeg_compress_struct jpeg;
  Errors errors;
  unsigned char *data = NULL;
  unsigned long size = 0;
  volatile gboolean ok = FALSE;

  jpeg.err = init_errors (&errors);
  if (setjmp (errors.leave) == 0)
    {
      jpeg_create_compress (&jpeg);
      jpeg_mem_dest (&jpeg, &data, &size);
      compress (&jpeg, picture, quality);
      ok = TRUE;
    }
  jpeg_destroy_compress (&jpeg);
  if (ok)
    return g_bytes_new_with_free_func (data, size, free, data);
  /* What libjpeg had begun is lost here: a leak in a worker that has no memory left. */
  g_set_error_literal (error, IC_ERROR, IC_ERROR_INTERNAL, "failed to write a JPEG");
  return NULL;
}

static void
choose_colours (struct jpeg_decompress_struct *jpeg, IcJpegColours colours)
{
  if (jpeg->num_components == 3 && !jpeg->saw_Adobe_marker)
    {
      const jpeg_component_info *parts = jpeg->comp_info;

      /* Nobody subsamples green: it is called RGB and is not. */
      if (colours == IC_JPEG_COLOURS_RGB && parts[0].h_samp_factor == parts[1].h_samp_factor &&
          parts[0].v_samp_factor == parts[1].v_samp_factor)
        jpeg->jpeg_color_space = JCS_RGB;
      else if (colours != IC_JPEG_COLOURS_AS_MARKED)
        jpeg->jpeg_color_space = JCS_YCbCr;
    }
  jpeg->out_color_space = jpeg->num_components == 3 ? JCS_RGB : JCS_GRAYSCALE;
}

static void
choose_scale (struct jpeg_decompress_struct *jpeg, guint columns_min, guint rows_min)
{
  guint shrink = 1;

  while (shrink < SHRINK_MAX && jpeg->image_width / (2 * shrink) >= columns_min &&
         jpeg->image_height / (2 * shrink) >= rows_min)
    shrink *= 2;
  jpeg->scale_num = 1;
  jpeg->scale_denom = shrink;
}

static IcPicture *
read_rows (struct jpeg_decompress_struct *jpeg, guint8 **pixels)
{
  const gsize stride = (gsize) jpeg->output_width * jpeg->output_components;
  const gsize size = stride * jpeg->output_height;
  g_autoptr(GBytes) bytes = NULL;

  *pixels = g_try_malloc (size);
  if (*pixels == NULL)
    return NULL;
  while (jpeg->output_scanline < jpeg->output_height)
    {
      JSAMPROW row = *pixels + jpeg->output_scanline * stride;

      jpeg_read_scanlines (jpeg, &row, 1);
    }
  bytes = g_bytes_new_take (g_steal_pointer (pixels), size);
  return ic_picture_new (jpeg->output_width, jpeg->output_height, (guint) jpeg->output_components,
                         bytes);
}

/* What read_rows() began is in *@pixels when it had to be left. */
static IcPicture *
decompress (struct jpeg_decompress_struct *jpeg,
            IcJpegColours colours,
            guint columns,
            guint rows,
            guint columns_min,
            guint rows_min,
            guint8 **pixels)
{
  jpeg_read_header (jpeg, TRUE);
  if (jpeg->image_width != columns || jpeg->image_height != rows ||
      (jpeg->num_components != 1 && jpeg->num_components != 3))
    return NULL;
  choose_colours (jpeg, colours);
  choose_scale (jpeg, columns_min, rows_min);
  jpeg_start_decompress (jpeg);
  return read_rows (jpeg, pixels);
}

IcPicture *
ic_jpeg_decode (GBytes *stream,
                IcJpegColours colours,
                guint columns,
                guint rows,
                guint columns_min,
                guint rows_min,
                GError **error)
{
  struct jpeg_progress_mgr progress = { .progress_monitor = limit_scans_cb };
  struct jpeg_decompress_struct jpeg;
  Errors errors;
  guint8 *volatile pixels = NULL;
  IcPicture *volatile picture = NULL;
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (stream, &size);

  jpeg.err = init_errors (&errors);
  if (setjmp (errors.leave) == 0)
    {
      jpeg_create_decompress (&jpeg);
      jpeg.progress = &progress;
      jpeg_mem_src (&jpeg, data, size);
      picture =
          decompress (&jpeg, colours, columns, rows, columns_min, rows_min, (guint8 **) &pixels);
    }
  jpeg_destroy_decompress (&jpeg);
  g_free (pixels);
  if (picture == NULL)
    g_set_error_literal (error, IC_ERROR, IC_ERROR_BAD_DATA, "its JPEG stream cannot be read");
  return picture;
}
