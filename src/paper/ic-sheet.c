/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "paper/ic-sheet.h"

#include <pango/pangocairo.h>

#define FACT_SHARE 0.28 /* of the width for the name of a fact */
#define CELL_GAP 4.0
#define LINE_GAP 2.0

struct _IcSheet
{
  IcSheetFormat format;
  GPtrArray *pages; /* of cairo_surface_t, recording */
  cairo_t *cr;      /* of the present page */
  double y;
  const IcSheetColumns *columns; /* of the present table */
};

void
ic_sheet_begin_page (IcSheet *self)
{
  const cairo_rectangle_t extents = { 0, 0, self->format.width, self->format.height };
  cairo_surface_t *surface = cairo_recording_surface_create (CAIRO_CONTENT_COLOR_ALPHA, &extents);

  g_clear_pointer (&self->cr, cairo_destroy);
  g_ptr_array_add (self->pages, surface);
  self->cr = cairo_create (surface);
  self->y = self->format.top;
}

IcSheet *
ic_sheet_new (const IcSheetFormat *format)
{
  IcSheet *self = g_new0 (IcSheet, 1);

  self->format = *format;
  self->pages = g_ptr_array_new_with_free_func ((GDestroyNotify) cairo_surface_destroy);
  ic_sheet_begin_page (self);
  return self;
}

void
ic_sheet_free (IcSheet *self)
{
  g_clear_pointer (&self->cr, cairo_destroy);
  g_ptr_array_unref (self->pages);
  g_free (self);
}

static double
inner_width (IcSheet *self)
{
  return self->format.width - 2 * self->format.margin;
}

static double
size_of (IcSheet *self, IcSheetStyle style)
{
  static const double factors[] = {
    [IC_SHEET_BODY] = 1,
    [IC_SHEET_SMALL] = 0.8,
    [IC_SHEET_HEADING] = 1.15,
    [IC_SHEET_LARGE] = 1.7,
  };

  return self->format.size * factors[style];
}

static gboolean
is_bold_style (IcSheetStyle style)
{
  return style == IC_SHEET_HEADING || style == IC_SHEET_LARGE;
}

static PangoLayout *
new_layout (IcSheet *self, IcSheetStyle style, gboolean is_bold, const char *text)
{
  PangoLayout *layout = pango_cairo_create_layout (self->cr);
  g_autoptr(PangoFontDescription) font = pango_font_description_from_string ("Sans");

  pango_cairo_context_set_resolution (pango_layout_get_context (layout), 72);
  pango_font_description_set_absolute_size (font, size_of (self, style) * PANGO_SCALE);
  if (is_bold)
    pango_font_description_set_weight (font, PANGO_WEIGHT_BOLD);
  pango_layout_set_font_description (layout, font);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_text (layout, text, -1);
  return layout;
}

static PangoLayout *
new_wrapped (IcSheet *self, IcSheetStyle style, gboolean is_bold, double width, const char *text)
{
  PangoLayout *layout = new_layout (self, style, is_bold, text);

  pango_layout_set_width (layout, (int) (width * PANGO_SCALE));
  return layout;
}

static double
height_of (PangoLayout *layout)
{
  int height = 0;

  pango_layout_get_size (layout, NULL, &height);
  return (double) height / PANGO_SCALE;
}

static void
show (IcSheet *self, PangoLayout *layout, double x, double y)
{
  cairo_move_to (self->cr, x, y);
  pango_cairo_show_layout (self->cr, layout);
}

double
ic_sheet_get_room (IcSheet *self)
{
  return self->format.height - self->format.bottom - self->y;
}

double
ic_sheet_get_line_height (IcSheet *self, IcSheetStyle style)
{
  g_autoptr(PangoLayout) layout = new_layout (self, style, FALSE, "X");

  return height_of (layout) + LINE_GAP;
}

/* A block that no page could hold begins where it is, and is cut. */
static void
ensure_room (IcSheet *self, double height)
{
  if (height > ic_sheet_get_room (self) && self->y > self->format.top)
    ic_sheet_begin_page (self);
}

void
ic_sheet_add_space (IcSheet *self, double points)
{
  self->y += points;
}

void
ic_sheet_add_rule (IcSheet *self)
{
  cairo_set_line_width (self->cr, 0.5);
  cairo_move_to (self->cr, self->format.margin, self->y);
  cairo_line_to (self->cr, self->format.width - self->format.margin, self->y);
  cairo_stroke (self->cr);
  self->y += LINE_GAP;
}

void
ic_sheet_add_text (IcSheet *self, IcSheetStyle style, const char *text)
{
  gboolean is_bold = is_bold_style (style);
  g_autoptr(PangoLayout) layout = new_wrapped (self, style, is_bold, inner_width (self), text);

  if (*text == '\0')
    return;
  ensure_room (self, height_of (layout));
  g_clear_object (&layout);
  layout = new_wrapped (self, style, is_bold, inner_width (self), text);
  show (self, layout, self->format.margin, self->y);
  self->y += height_of (layout) + LINE_GAP;
}

void
ic_sheet_add_fact (IcSheet *self, const char *name, const char *value)
{
  double split = inner_width (self) * FACT_SHARE;
  g_autoptr(PangoLayout) left = NULL;
  g_autoptr(PangoLayout) right = NULL;

  if (value == NULL || *value == '\0')
    return;
  right = new_wrapped (self, IC_SHEET_BODY, FALSE, inner_width (self) - split, value);
  ensure_room (self, height_of (right));
  g_clear_object (&right);
  left = new_wrapped (self, IC_SHEET_BODY, FALSE, split - CELL_GAP, name);
  right = new_wrapped (self, IC_SHEET_BODY, TRUE, inner_width (self) - split, value);
  show (self, left, self->format.margin, self->y);
  show (self, right, self->format.margin + split, self->y);
  self->y += MAX (height_of (left), height_of (right)) + LINE_GAP;
}

static double
measure_row (IcSheet *self, const char *const *cells, IcSheetStyle style, gboolean is_bold)
{
  double height = 0;

  for (guint i = 0; i < self->columns->n; i++)
    {
      double width = inner_width (self) * self->columns->shares[i] - CELL_GAP;
      g_autoptr(PangoLayout) layout = new_wrapped (self, style, is_bold, width, cells[i]);

      height = MAX (height, height_of (layout));
    }
  return height;
}

static void
show_row (IcSheet *self, const char *const *cells, IcSheetStyle style, gboolean is_bold)
{
  double height = measure_row (self, cells, style, is_bold);
  double x = self->format.margin;

  for (guint i = 0; i < self->columns->n; i++)
    {
      double width = inner_width (self) * self->columns->shares[i];
      g_autoptr(PangoLayout) layout =
                     new_wrapped (self, style, is_bold, width - CELL_GAP, cells[i]);

      if (self->columns->is_number[i])
        pango_layout_set_alignment (layout, PANGO_ALIGN_RIGHT);
      show (self, layout, x, self->y);
      x += width;
    }
  self->y += height + LINE_GAP;
}

static void
show_titles (IcSheet *self)
{
  show_row (self, self->columns->titles, IC_SHEET_SMALL, FALSE);
  ic_sheet_add_rule (self);
}

void
ic_sheet_begin_table (IcSheet *self, const IcSheetColumns *columns)
{
  self->columns = columns;
  ensure_room (self, 3 * measure_row (self, columns->titles, IC_SHEET_SMALL, FALSE));
  show_titles (self);
}

void
ic_sheet_add_row (IcSheet *self, const char *const *cells)
{
  guint n_pages = self->pages->len;

  ensure_room (self, measure_row (self, cells, IC_SHEET_BODY, FALSE));
  if (self->pages->len > n_pages)
    show_titles (self);
  show_row (self, cells, IC_SHEET_BODY, FALSE);
}

void
ic_sheet_end_table (IcSheet *self)
{
  self->columns = NULL;
  ic_sheet_add_rule (self);
}

double
ic_sheet_measure_line (IcSheet *self, IcSheetStyle style, const char *text)
{
  g_autoptr(PangoLayout) layout = new_layout (self, style, is_bold_style (style), text);
  int width = 0;

  pango_layout_get_size (layout, &width, NULL);
  return (double) width / PANGO_SCALE;
}

double
ic_sheet_draw_lines (IcSheet *self,
                     double x,
                     double y,
                     double width,
                     int max_lines,
                     IcSheetStyle style,
                     const char *text)
{
  g_autoptr(PangoLayout) layout = new_wrapped (self, style, is_bold_style (style), width, text);

  pango_layout_set_alignment (layout, PANGO_ALIGN_CENTER);
  pango_layout_set_height (layout, -max_lines);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  show (self, layout, x - width / 2, y);
  return height_of (layout) + LINE_GAP;
}

void
ic_sheet_draw_line (IcSheet *self,
                    double x,
                    double y,
                    double align,
                    double max_width,
                    IcSheetStyle style,
                    const char *text)
{
  gboolean is_bold = is_bold_style (style);
  g_autoptr(PangoLayout) layout = new_layout (self, style, is_bold, text);
  int width = 0;

  pango_layout_get_size (layout, &width, NULL);
  if ((double) width / PANGO_SCALE > max_width)
    {
      pango_layout_set_width (layout, (int) (max_width * PANGO_SCALE));
      pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
      width = (int) (max_width * PANGO_SCALE);
    }
  show (self, layout, x - align * width / PANGO_SCALE, y);
}

cairo_t *
ic_sheet_get_cairo (IcSheet *self)
{
  return self->cr;
}

void
ic_sheet_finish (IcSheet *self, IcSheetFunc func, gpointer user_data)
{
  for (guint i = 0; i < self->pages->len; i++)
    {
      g_clear_pointer (&self->cr, cairo_destroy);
      self->cr = cairo_create (self->pages->pdata[i]);
      func (self, i, self->pages->len, user_data);
    }
  g_clear_pointer (&self->cr, cairo_destroy);
}

guint
ic_sheet_count_pages (IcSheet *self)
{
  return self->pages->len;
}

const IcSheetFormat *
ic_sheet_get_format (IcSheet *self)
{
  return &self->format;
}

void
ic_sheet_draw (IcSheet *self, guint page, cairo_t *cr)
{
  g_return_if_fail (page < self->pages->len);
  cairo_set_source_surface (cr, self->pages->pdata[page], 0, 0);
  cairo_paint (cr);
}
