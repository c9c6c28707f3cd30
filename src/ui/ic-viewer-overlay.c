/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-viewer-overlay.h"

#include <math.h>

#define MARGIN 8
#define CORNER_PART 0.48 /* of the width: two corners never meet */
#define MARK 5           /* half the length of the ends of a line */

static const GdkRGBA white = { 1, 1, 1, 1 };
static const GdkRGBA yellow = { 1, 0.84f, 0.2f, 1 };
static const GdkRGBA dark = { 0, 0, 0, 0.75f };
static const GdkRGBA alert = { 0.75f, 0.11f, 0.16f, 1 };

#define RIM 1        /* around letters */
#define TEXTS_MAX 48 /* that are kept */

struct _IcViewerOverlay
{
  GtkWidget *widget; /* whose it is */
  GHashTable *texts; /* how and what → Text */
};

/* One text with its rim, drawn. */
typedef struct
{
  cairo_surface_t *surface;
  graphene_rect_t ink; /* from where the text begins */
  int width;
  int height;
} Text;

/* How a text is set. */
typedef struct
{
  int width; /* to which it is cut, wrapped or aligned; -1: as wide as it gets */
  PangoAlignment alignment;
  gboolean wraps;
  const GdkRGBA *colour;
} Manner;

static void
text_free (gpointer data)
{
  Text *self = data;

  g_clear_pointer (&self->surface, cairo_surface_destroy);
  g_free (self);
}

IcViewerOverlay *
ic_viewer_overlay_new (GtkWidget *widget)
{
  IcViewerOverlay *self = g_new0 (IcViewerOverlay, 1);

  self->widget = widget;
  self->texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, text_free);
  return self;
}

void
ic_viewer_overlay_free (IcViewerOverlay *self)
{
  g_hash_table_unref (self->texts);
  g_free (self);
}

void
ic_viewer_overlay_forget (IcViewerOverlay *self)
{
  g_hash_table_remove_all (self->texts);
}

static PangoLayout *
make_layout (GtkWidget *widget, const char *text, const Manner *manner)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (widget, text);
  g_autoptr(PangoAttrList) attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum"));
  pango_attr_list_insert (attributes, pango_attr_scale_new (0.95));
  pango_layout_set_attributes (layout, attributes);
  if (manner->wraps)
    pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  else
    pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_width (layout, manner->width < 0 ? -1 : manner->width * PANGO_SCALE);
  pango_layout_set_alignment (layout, manner->alignment);
  return layout;
}

static void
show_layout (cairo_t *cr, PangoLayout *layout, int x, int y, const GdkRGBA *colour)
{
  gdk_cairo_set_source_rgba (cr, colour);
  cairo_move_to (cr, x, y);
  pango_cairo_show_layout (cr, layout);
}

static cairo_surface_t *
draw_layout (PangoLayout *layout, const PangoRectangle *ink, int factor, const GdkRGBA *colour)
{
  static const int rim[][2] = { { -RIM, 0 }, { RIM, 0 }, { 0, -RIM }, { 0, RIM } };
  cairo_surface_t *surface =
      cairo_image_surface_create (CAIRO_FORMAT_ARGB32, ink->width * factor, ink->height * factor);
  cairo_t *cr = NULL;

  cairo_surface_set_device_scale (surface, factor, factor);
  cr = cairo_create (surface);
  cairo_translate (cr, -ink->x, -ink->y);
  for (gsize i = 0; i < G_N_ELEMENTS (rim); i++)
    show_layout (cr, layout, rim[i][0], rim[i][1], &dark);
  show_layout (cr, layout, 0, 0, colour);
  cairo_destroy (cr);
  return surface;
}

static Text *
make_text (GtkWidget *widget, const char *words, const Manner *manner)
{
  g_autoptr(PangoLayout) layout = make_layout (widget, words, manner);
  PangoRectangle ink = { 0 };
  Text *self = g_new0 (Text, 1);

  pango_layout_get_pixel_size (layout, &self->width, &self->height);
  pango_layout_get_pixel_extents (layout, &ink, NULL);
  if (ink.width == 0 || ink.height == 0)
    return self;
  ink = (PangoRectangle){ ink.x - RIM, ink.y - RIM, ink.width + 2 * RIM, ink.height + 2 * RIM };
  self->ink = GRAPHENE_RECT_INIT (ink.x, ink.y, ink.width, ink.height);
  self->surface = draw_layout (layout, &ink, gtk_widget_get_scale_factor (widget), manner->colour);
  return self;
}

/* Drawn now, or before. Borrowed until the next text. */
static const Text *
ensure_text (IcViewerOverlay *self, const char *words, const Manner *manner)
{
  g_autofree char *key =
      g_strdup_printf ("%d %d %d %d %d %s", gtk_widget_get_scale_factor (self->widget),
                       manner->width, manner->alignment, manner->wraps, manner->colour == &white,
                       words);
  Text *text = g_hash_table_lookup (self->texts, key);

  if (text != NULL)
    return text;
  if (g_hash_table_size (self->texts) >= TEXTS_MAX)
    g_hash_table_remove_all (self->texts);
  text = make_text (self->widget, words, manner);
  g_hash_table_insert (self->texts, g_steal_pointer (&key), text);
  return text;
}

void
ic_viewer_overlay_append_surface (GtkSnapshot *snapshot,
                                  cairo_surface_t *surface,
                                  const graphene_rect_t *place)
{
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, place);

  cairo_set_source_surface (cr, surface, place->origin.x, place->origin.y);
  cairo_paint (cr);
  cairo_destroy (cr);
}

/* On whole pixels: letters stay sharp. */
static void
draw_at (GtkSnapshot *snapshot, const Text *text, double x, double y)
{
  const graphene_rect_t place = GRAPHENE_RECT_INIT ((float) floor (x) + text->ink.origin.x,
                                                    (float) floor (y) + text->ink.origin.y,
                                                    text->ink.size.width, text->ink.size.height);

  if (text->surface != NULL)
    ic_viewer_overlay_append_surface (snapshot, text->surface, &place);
}

/* Words that must be seen stand on a ground of their own. */
static void
draw_banner (IcViewerOverlay *self, GtkSnapshot *snapshot, const char *words)
{
  const int all = gtk_widget_get_width (self->widget);
  const double y = gtk_widget_get_height (self->widget) * 0.2;
  const Manner manner = { MAX (all - 4 * MARGIN, 40), PANGO_ALIGN_CENTER, TRUE, &white };
  const Text *text = ensure_text (self, words, &manner);

  gtk_snapshot_append_color (snapshot, &alert,
                             &GRAPHENE_RECT_INIT (0, (float) y - MARGIN, (float) all,
                                                  (float) text->height + 2 * MARGIN));
  draw_at (snapshot, text, 2 * MARGIN, y);
}

void
ic_viewer_overlay_draw_corner (IcViewerOverlay *self,
                               GtkSnapshot *snapshot,
                               IcViewerCorner corner,
                               const char *text)
{
  const gboolean is_right =
      corner == IC_VIEWER_CORNER_TOP_RIGHT || corner == IC_VIEWER_CORNER_BOTTOM_RIGHT;
  const gboolean is_bottom =
      corner == IC_VIEWER_CORNER_BOTTOM_LEFT || corner == IC_VIEWER_CORNER_BOTTOM_RIGHT;
  const int width = gtk_widget_get_width (self->widget);
  const int widest = MAX ((int) (width * CORNER_PART) - MARGIN, 40);
  /* Who it is must be whole: it wraps, where the rest is cut. */
  const Manner manner = { widest, is_right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT,
                          corner == IC_VIEWER_CORNER_TOP_LEFT, &white };
  const Text *drawn = NULL;

  if (corner == IC_VIEWER_CORNER_BANNER)
    {
      draw_banner (self, snapshot, text);
      return;
    }
  drawn = ensure_text (self, text, &manner);
  draw_at (snapshot, drawn, is_right ? width - MARGIN - widest : MARGIN,
           is_bottom ? gtk_widget_get_height (self->widget) - MARGIN - drawn->height : MARGIN);
}

void
ic_viewer_overlay_draw_sides (IcViewerOverlay *self, GtkSnapshot *snapshot, char *const sides[4])
{
  const int width = gtk_widget_get_width (self->widget);
  const int height = gtk_widget_get_height (self->widget);
  const Manner manner = { -1, PANGO_ALIGN_LEFT, TRUE, &yellow };

  for (int i = 0; i < 4; i++)
    {
      const Text *text = ensure_text (self, sides[i], &manner);
      const double xs[] = { MARGIN, (width - text->width) / 2.0, width - MARGIN - text->width,
                            (width - text->width) / 2.0 };
      const double ys[] = { (height - text->height) / 2.0, MARGIN, (height - text->height) / 2.0,
                            height - MARGIN - text->height };

      draw_at (snapshot, text, xs[i], ys[i]);
    }
}

/* A bar of @length along, @thickness across, from the origin to the right. */
static void
append_bar (GtkSnapshot *snapshot, const GdkRGBA *colour, double x, double length, double thickness)
{
  gtk_snapshot_append_color (snapshot, colour,
                             &GRAPHENE_RECT_INIT ((float) x, (float) (-thickness / 2),
                                                  (float) length, (float) thickness));
}

static void
append_end (GtkSnapshot *snapshot, double x)
{
  gtk_snapshot_append_color (snapshot, &yellow,
                             &GRAPHENE_RECT_INIT ((float) x - 1, -MARK, 2, 2 * MARK));
}

void
ic_viewer_overlay_draw_line (IcViewerOverlay *self,
                             GtkSnapshot *snapshot,
                             IcSpot from,
                             IcSpot to,
                             const char *length)
{
  const Manner manner = { -1, PANGO_ALIGN_LEFT, TRUE, &yellow };
  const double extent = hypot (to.x - from.x, to.y - from.y);

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) from.x, (float) from.y));
  gtk_snapshot_rotate (snapshot, (float) (atan2 (to.y - from.y, to.x - from.x) * 180 / G_PI));
  append_bar (snapshot, &dark, -1, extent + 2, 4);
  append_bar (snapshot, &yellow, 0, extent, 2);
  append_end (snapshot, 0);
  append_end (snapshot, extent);
  gtk_snapshot_restore (snapshot);
  draw_at (snapshot, ensure_text (self, length, &manner), to.x + MARGIN, to.y + MARGIN);
}
