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

static PangoLayout *
make_layout (GtkWidget *widget, const char *text)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (widget, text);
  g_autoptr(PangoAttrList) attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum"));
  pango_attr_list_insert (attributes, pango_attr_scale_new (0.95));
  pango_layout_set_attributes (layout, attributes);
  return layout;
}

static void
draw_at (GtkSnapshot *snapshot, PangoLayout *layout, double x, double y, const GdkRGBA *colour)
{
  static const int rim[][2] = { { -1, 0 }, { 1, 0 }, { 0, -1 }, { 0, 1 } };

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) x, (float) y));
  for (gsize i = 0; i < G_N_ELEMENTS (rim); i++)
    {
      gtk_snapshot_save (snapshot);
      gtk_snapshot_translate (snapshot,
                              &GRAPHENE_POINT_INIT ((float) rim[i][0], (float) rim[i][1]));
      gtk_snapshot_append_layout (snapshot, layout, &dark);
      gtk_snapshot_restore (snapshot);
    }
  gtk_snapshot_append_layout (snapshot, layout, colour);
  gtk_snapshot_restore (snapshot);
}

/* Words that must be seen stand on a ground of their own. */
static void
draw_banner (GtkWidget *widget, GtkSnapshot *snapshot, const char *text)
{
  g_autoptr(PangoLayout) layout = make_layout (widget, text);
  const int all = gtk_widget_get_width (widget);
  int width = 0;
  int height = 0;

  pango_layout_set_alignment (layout, PANGO_ALIGN_CENTER);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_width (layout, MAX (all - 4 * MARGIN, 40) * PANGO_SCALE);
  pango_layout_get_pixel_size (layout, &width, &height);
  const double y = gtk_widget_get_height (widget) * 0.2;
  gtk_snapshot_append_color (snapshot, &alert,
                             &GRAPHENE_RECT_INIT (0, (float) y - MARGIN, (float) all,
                                                  (float) height + 2 * MARGIN));
  draw_at (snapshot, layout, 2 * MARGIN, y, &white);
}

void
ic_viewer_overlay_draw_corner (GtkWidget *widget,
                               GtkSnapshot *snapshot,
                               IcViewerCorner corner,
                               const char *text)
{
  const gboolean is_right =
      corner == IC_VIEWER_CORNER_TOP_RIGHT || corner == IC_VIEWER_CORNER_BOTTOM_RIGHT;
  const gboolean is_bottom =
      corner == IC_VIEWER_CORNER_BOTTOM_LEFT || corner == IC_VIEWER_CORNER_BOTTOM_RIGHT;
  const int widest = MAX ((int) (gtk_widget_get_width (widget) * CORNER_PART) - MARGIN, 40);
  g_autoptr(PangoLayout) layout = NULL;
  int width = 0;
  int height = 0;

  if (corner == IC_VIEWER_CORNER_BANNER)
    {
      draw_banner (widget, snapshot, text);
      return;
    }
  layout = make_layout (widget, text);
  /* Who it is must be whole: it wraps, where the rest is cut. */
  if (corner == IC_VIEWER_CORNER_TOP_LEFT)
    pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  else
    pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_width (layout, widest * PANGO_SCALE);
  pango_layout_set_alignment (layout, is_right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
  pango_layout_get_pixel_size (layout, &width, &height);
  draw_at (snapshot, layout, is_right ? gtk_widget_get_width (widget) - MARGIN - widest : MARGIN,
           is_bottom ? gtk_widget_get_height (widget) - MARGIN - height : MARGIN, &white);
}

void
ic_viewer_overlay_draw_sides (GtkWidget *widget, GtkSnapshot *snapshot, char *const sides[4])
{
  const int all_width = gtk_widget_get_width (widget);
  const int all_height = gtk_widget_get_height (widget);

  for (int i = 0; i < 4; i++)
    {
      g_autoptr(PangoLayout) layout = make_layout (widget, sides[i]);
      int width = 0;
      int height = 0;

      pango_layout_get_pixel_size (layout, &width, &height);
      const double xs[] = { MARGIN, (all_width - width) / 2.0, all_width - MARGIN - width,
                            (all_width - width) / 2.0 };
      const double ys[] = { (all_height - height) / 2.0, MARGIN, (all_height - height) / 2.0,
                            all_height - MARGIN - height };
      draw_at (snapshot, layout, xs[i], ys[i], &yellow);
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
ic_viewer_overlay_draw_line (GtkWidget *widget,
                             GtkSnapshot *snapshot,
                             IcSpot from,
                             IcSpot to,
                             const char *length)
{
  g_autoptr(PangoLayout) layout = make_layout (widget, length);
  const double extent = hypot (to.x - from.x, to.y - from.y);

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) from.x, (float) from.y));
  gtk_snapshot_rotate (snapshot, (float) (atan2 (to.y - from.y, to.x - from.x) * 180 / G_PI));
  append_bar (snapshot, &dark, -1, extent + 2, 4);
  append_bar (snapshot, &yellow, 0, extent, 2);
  append_end (snapshot, 0);
  append_end (snapshot, extent);
  gtk_snapshot_restore (snapshot);
  draw_at (snapshot, layout, to.x + MARGIN, to.y + MARGIN, &yellow);
}
