/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes onto and around a disc: label and jewel-case insert. */
#include "paper/ic-paper-private.h"

#include "words/ic-words.h"

#include <glib/gi18n.h>
#include <math.h>

#define INSERT_ROWS 12 /* that the insert has room for */
#define LABEL_MM 120
#define PRINT_MM 116 /* what of the disc takes ink, across */
#define HOLE_MM 23   /* what of it does not */

static const IcSheetFormat insert_format = {
  .width = 121 * IC_SHEET_MM,
  .height = 120 * IC_SHEET_MM,
  .margin = 7 * IC_SHEET_MM,
  .top = 12 * IC_SHEET_MM,
  .bottom = 17 * IC_SHEET_MM,
  .size = 7.5,
};

static const IcSheetFormat label_format = {
  .width = LABEL_MM * IC_SHEET_MM,
  .height = LABEL_MM * IC_SHEET_MM,
  .size = 9,
};

IcSheet *
ic_paper_make_insert (const IcPaperTexts *texts)
{
  IcSheet *sheet = ic_sheet_new (&insert_format);
  g_autofree char *remark = ic_words_dup_printable (texts->transfer->remark);

  ic_sheet_add_text (sheet, IC_SHEET_LARGE, texts->patient);
  ic_paper_add_patient (sheet, texts);
  ic_sheet_add_fact (sheet, _ ("For"), texts->recipient);
  ic_sheet_add_fact (sheet, C_ ("date", "Written"), texts->when);
  ic_sheet_add_fact (sheet, _ ("Contact"), texts->contact);
  ic_sheet_add_space (sheet, 4);
  ic_sheet_add_text (sheet, IC_SHEET_HEADING, texts->verdict);
  ic_sheet_add_text (sheet, IC_SHEET_SMALL, remark);
  ic_sheet_add_space (sheet, 4);
  ic_paper_add_series (sheet, texts, INSERT_ROWS);
  ic_sheet_finish (sheet, ic_paper_finish_page, (gpointer) texts);
  return sheet;
}

/* How much of a line at height @y is inside the printed ring. */
static double
get_chord (double y)
{
  double radius = PRINT_MM * IC_SHEET_MM / 2 - 8;
  double distance = fabs (y - LABEL_MM * IC_SHEET_MM / 2);

  return distance < radius ? 2 * sqrt (radius * radius - distance * distance) : 0;
}

static void
draw_circle (cairo_t *cr, double diameter_mm)
{
  double middle = LABEL_MM * IC_SHEET_MM / 2;

  cairo_set_line_width (cr, 0.4);
  cairo_arc (cr, middle, middle, diameter_mm * IC_SHEET_MM / 2, 0, 2 * G_PI);
  cairo_stroke (cr);
}

/* Centred; returns where the next line begins. */
static double
draw_text (IcSheet *sheet, double y, IcSheetStyle style, const char *text)
{
  double height = ic_sheet_get_line_height (sheet, style);
  double middle = LABEL_MM * IC_SHEET_MM / 2;
  double width = MIN (get_chord (y), get_chord (y + height));

  if (*text == '\0')
    return y;
  ic_sheet_draw_line (sheet, middle, y, 0.5, width, style, text);
  return y + height;
}

static char *
dup_short_head (const IcTransfer *transfer)
{
  return *transfer->log_head != '\0' ? g_strdup_printf (_ ("Log head: %.24s…"), transfer->log_head)
                                     : g_strdup ("");
}

/* "CT 2: 40/40 · CT 3: 2/2 · and 4 more": expected and proved. */
static char *
dup_series (const IcTransfer *transfer, guint max)
{
  g_autoptr(GString) text = g_string_new (NULL);
  guint n = MIN (max, transfer->series->len);

  for (guint i = 0; i < n; i++)
    {
      const IcTransferSeries *series = transfer->series->pdata[i];

      g_string_append_printf (text, "%s%s %s: %u/%u", i > 0 ? " · " : "", series->modality,
                              series->number, series->verified, series->expected);
    }
  if (n < transfer->series->len)
    {
      g_string_append (text, " · ");
      g_string_append_printf (text, _ ("and %u more"), transfer->series->len - n);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

IcSheet *
ic_paper_make_label (const IcPaperTexts *texts)
{
  IcSheet *sheet = ic_sheet_new (&label_format);
  g_autofree char *identity =
      g_strdup_printf ("%s · %s", texts->transfer->patient->id, texts->born);
  g_autofree char *head = dup_short_head (texts->transfer);
  g_autofree char *series = dup_series (texts->transfer, 4);
  g_autofree char *remark = ic_words_dup_printable (texts->transfer->remark);
  double y = 13 * IC_SHEET_MM;

  draw_circle (ic_sheet_get_cairo (sheet), PRINT_MM);
  draw_circle (ic_sheet_get_cairo (sheet), HOLE_MM);
  y = draw_text (sheet, y, IC_SHEET_SMALL, texts->institution);
  y = draw_text (sheet, y, IC_SHEET_LARGE, texts->patient);
  y = draw_text (sheet, y, IC_SHEET_HEADING, identity);
  draw_text (sheet, y, IC_SHEET_BODY, texts->recipient);
  y = (LABEL_MM + HOLE_MM) / 2.0 * IC_SHEET_MM + 10;
  y = draw_text (sheet, y, IC_SHEET_HEADING, texts->number);
  y = draw_text (sheet, y, IC_SHEET_BODY, texts->verdict);
  y = draw_text (sheet, y, IC_SHEET_SMALL, remark);
  y = draw_text (sheet, y, IC_SHEET_SMALL, series);
  y = draw_text (sheet, y, IC_SHEET_SMALL, texts->when);
  y = draw_text (sheet, y, IC_SHEET_SMALL, head);
  draw_text (sheet, y, IC_SHEET_SMALL, ic_paper_get_warning ());
  return sheet;
}
