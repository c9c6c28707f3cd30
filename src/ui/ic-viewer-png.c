/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-viewer-png.h"

#include "core/ic-error.h"
#include "picture/ic-frame-render.h"
#include "picture/ic-pixels.h"

#include <math.h>

#define EDGE_MAX 16384
#define FONT_PART 40.0 /* of the width */
#define FONT_MIN 10.0  /* pixels */

/* The scene in which each pixel of the frame is one of the picture, or a little more where they are
 * not square.
 */
static IcScene
make_scene (IcFrame *frame, const IcViewport *viewport)
{
  const double width = frame->columns;
  const double height = MAX (1, floor (frame->rows * frame->aspect + 0.5));
  const gboolean on_its_side = viewport->turns % 2 == 1;

  return (IcScene){ .columns = frame->columns,
                    .rows = frame->rows,
                    .aspect = height / frame->rows,
                    .width = on_its_side ? height : width,
                    .height = on_its_side ? width : height };
}

static void
draw_picture (IcFrame *frame, const IcViewport *viewport, const IcScene *scene, guint8 *bgra)
{
  const IcGrey grey = ic_viewport_get_grey (viewport, frame);
  const guint channels = ic_frame_get_channels (frame);
  g_autofree guint8 *pixels = g_malloc ((gsize) frame->columns * frame->rows * channels);
  const IcPixels source = { pixels, frame->columns, frame->rows, channels };
  double back[6] = { 0 };

  ic_frame_render (frame, &grey, viewport->negative, pixels);
  ic_viewport_get_back (viewport, scene, 1, back);
  ic_pixels_lay (&source, back, (guint) scene->width, (guint) scene->height, bgra);
}

static PangoLayout *
make_layout (GtkWidget *widget, const char *text, double width)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (widget, text);
  g_autoptr(PangoFontDescription) font = pango_font_description_from_string ("Sans");

  pango_font_description_set_absolute_size (font, MAX (width / FONT_PART, FONT_MIN) * PANGO_SCALE);
  pango_layout_set_font_description (layout, font);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_width (layout, (int) width * PANGO_SCALE);
  return layout;
}

static cairo_status_t
write_cb (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

static void
draw_all (cairo_t *cr, const IcScene *scene, guint8 *bgra, PangoLayout *layout, int band)
{
  cairo_surface_t *picture =
      cairo_image_surface_create_for_data (bgra, CAIRO_FORMAT_RGB24, (int) scene->width,
                                           (int) scene->height, (int) scene->width * 4);

  cairo_set_source_rgb (cr, 0, 0, 0);
  cairo_paint (cr);
  cairo_set_source_surface (cr, picture, 0, band);
  cairo_paint (cr);
  cairo_surface_destroy (picture);
  if (layout == NULL)
    return;
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_move_to (cr, 0, 0);
  pango_cairo_show_layout (cr, layout);
}

GBytes *
ic_viewer_png_encode (GtkWidget *widget,
                      IcFrame *frame,
                      const IcViewport *viewport,
                      const char *identity,
                      GError **error)
{
  const IcViewport plain = { .zoom = 1,
                             .turns = viewport->turns,
                             .flipped = viewport->flipped,
                             .negative = viewport->negative,
                             .has_window = viewport->has_window,
                             .window = viewport->window };
  const IcScene scene = make_scene (frame, viewport);
  g_autoptr(GByteArray) png = g_byte_array_new ();
  g_autoptr(PangoLayout) layout = NULL;
  g_autofree guint8 *bgra = NULL;
  cairo_surface_t *surface = NULL;
  cairo_t *cr = NULL;
  cairo_status_t status = CAIRO_STATUS_SUCCESS;
  int band = 0;

  if (scene.width > EDGE_MAX || scene.height > EDGE_MAX)
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_UNSUPPORTED, "the picture is too large");
      return NULL;
    }
  bgra = g_malloc ((gsize) scene.width * (gsize) scene.height * 4);
  draw_picture (frame, &plain, &scene, bgra);
  if (identity != NULL)
    layout = make_layout (widget, identity, scene.width);
  if (layout != NULL)
    pango_layout_get_pixel_size (layout, NULL, &band);
  surface =
      cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int) scene.width, (int) scene.height + band);
  cr = cairo_create (surface);
  draw_all (cr, &scene, bgra, layout, band);
  cairo_destroy (cr);
  status = cairo_surface_write_to_png_stream (surface, write_cb, png);
  cairo_surface_destroy (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    return g_byte_array_free_to_bytes (g_steal_pointer (&png));
  g_set_error (error, IC_ERROR, IC_ERROR_INTERNAL, "no PNG: %s", cairo_status_to_string (status));
  return NULL;
}
