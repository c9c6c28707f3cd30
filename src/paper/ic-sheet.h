/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages that fill up from top to bottom with lines of text, facts and tables. Whoever fills them
 * says nothing about pages: a new one begins, with its head, when the last is full. Only the papers
 * use it.
 */
#pragma once

#include <cairo.h>
#include <glib.h>

G_BEGIN_DECLS

#define IC_SHEET_MM (72.0 / 25.4) /* points in a millimetre */
#define IC_SHEET_MAX_CELLS 8

typedef struct _IcSheet IcSheet;

typedef enum
{
  IC_SHEET_BODY,
  IC_SHEET_SMALL,
  IC_SHEET_HEADING,
  IC_SHEET_LARGE, /* the verdict, good or bad */
} IcSheetStyle;

/* Draws what every page has, into the margins. */
typedef void (*IcSheetFunc) (IcSheet *self, guint page, guint n_pages, gpointer user_data);

typedef struct
{
  double width; /* points */
  double height;
  double margin; /* left and right */
  double top;
  double bottom;
  double size; /* of body text */
} IcSheetFormat;

typedef struct
{
  guint n;
  double shares[IC_SHEET_MAX_CELLS]; /* of the width, together 1 */
  gboolean is_number[IC_SHEET_MAX_CELLS];
  const char *titles[IC_SHEET_MAX_CELLS]; /* repeated on every page; borrowed while rows follow */
} IcSheetColumns;

IcSheet *ic_sheet_new (const IcSheetFormat *format);
void ic_sheet_free (IcSheet *self);

/* What follows stands on a page of its own. */
void ic_sheet_begin_page (IcSheet *self);

void ic_sheet_add_space (IcSheet *self, double points);
void ic_sheet_add_rule (IcSheet *self);
void ic_sheet_add_text (IcSheet *self, IcSheetStyle style, const char *text);

/* Nothing when @value is "". */
void ic_sheet_add_fact (IcSheet *self, const char *name, const char *value);

/* Begins with the titles. */
void ic_sheet_begin_table (IcSheet *self, const IcSheetColumns *columns);
void ic_sheet_add_row (IcSheet *self, const char *const *cells);
void ic_sheet_end_table (IcSheet *self);

/* What is left of the present page. */
double ic_sheet_get_room (IcSheet *self);

/* How high a line of the style is, with what follows it. */
double ic_sheet_get_line_height (IcSheet *self, IcSheetStyle style);

/* One line at a place of the page that is filled now, for IcSheetFunc; @align: 0 left of @x, 0.5
 * centred on it, 1 right.
 */
void ic_sheet_draw_line (IcSheet *self,
                         double x,
                         double y,
                         double align,
                         double max_width,
                         IcSheetStyle style,
                         const char *text);

/* How wide @text would be on one line. */
double ic_sheet_measure_line (IcSheet *self, IcSheetStyle style, const char *text);

/* At most @max_lines of @width, centred on @x. Returns their height. */
double ic_sheet_draw_lines (IcSheet *self,
                            double x,
                            double y,
                            double width,
                            int max_lines,
                            IcSheetStyle style,
                            const char *text);
cairo_t *ic_sheet_get_cairo (IcSheet *self);

/* No more is added: @func finishes each page. */
void ic_sheet_finish (IcSheet *self, IcSheetFunc func, gpointer user_data);

guint ic_sheet_count_pages (IcSheet *self);
const IcSheetFormat *ic_sheet_get_format (IcSheet *self);
void ic_sheet_draw (IcSheet *self, guint page, cairo_t *cr);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcSheet, ic_sheet_free)

G_END_DECLS
