/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes onto and around a disc: label and jewel-case insert. */
#include "paper/ic-paper-private.h"

#include "words/ic-words.h"

#include <glib/gi18n.h>
#include <math.h>

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

static void
add_insert (IcSheet *sheet, const IcPaperTexts *texts, guint volume)
{
  g_autofree char *remark = ic_words_dup_printable (texts->transfer->remark);
  g_autofree char *disc = ic_paper_texts_dup_disc (texts, volume);

  ic_sheet_add_text (sheet, IC_SHEET_LARGE, texts->patient);
  ic_paper_add_identity (sheet, texts);
  ic_sheet_add_fact (sheet, _ ("For"), texts->recipient);
  ic_sheet_add_fact (sheet, C_ ("date", "Written"), texts->when);
  ic_sheet_add_fact (sheet, _ ("Contact"), texts->contact);
  if (texts->n_volumes > 1)
    ic_sheet_add_fact (sheet, _ ("Disc"), disc);
  ic_sheet_add_space (sheet, 4);
  ic_sheet_add_text (sheet, IC_SHEET_HEADING, texts->verdict);
  ic_sheet_add_text (sheet, IC_SHEET_SMALL, remark);
  ic_sheet_add_space (sheet, 4);
  ic_paper_add_series (sheet, texts, TRUE);
}

IcSheet *
ic_paper_make_insert (const IcPaperTexts *texts)
{
  IcSheet *sheet = ic_sheet_new (&insert_format);

  for (guint volume = 1; volume <= texts->n_volumes; volume++)
    {
      if (volume > 1)
        ic_sheet_begin_page (sheet);
      add_insert (sheet, texts, volume);
    }
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

/* The same for what may be long: large on one line, else on two, not as large. */
static double
draw_name (IcSheet *sheet, double y, IcSheetStyle style, IcSheetStyle smaller, const char *text)
{
  double height = ic_sheet_get_line_height (sheet, style);
  double middle = LABEL_MM * IC_SHEET_MM / 2;
  double width = MIN (get_chord (y), get_chord (y + height));

  if (ic_sheet_measure_line (sheet, style, text) <= width)
    return draw_text (sheet, y, style, text);
  return y + ic_sheet_draw_lines (sheet, middle, y, width, 2, smaller, text);
}

static char *
dup_short_head (const IcTransfer *transfer)
{
  return *transfer->log_head != '\0' ? g_strdup_printf (_ ("Log head: %.24s…"), transfer->log_head)
                                     : g_strdup ("");
}

typedef struct
{
  guint expected;
  guint verified;
} Tally;

/* Of a series, what is on disc @volume; of one disc the log has it without the images. */
static Tally
count_on_disc (const IcPaperTexts *texts, const IcTransferSeries *series, guint volume)
{
  Tally tally = { series->expected, series->verified };

  if (texts->n_volumes == 1)
    return tally;
  tally = (Tally){ 0, 0 };
  for (guint i = 0; i < texts->transfer->instances->len; i++)
    {
      const IcTransferInstance *instance = texts->transfer->instances->pdata[i];

      if (instance->volume != volume || !g_str_equal (instance->series_uid, series->series_uid))
        continue;
      tally.expected++;
      tally.verified += instance->state == IC_ITEM_VERIFIED;
    }
  return tally;
}

/* "CT 2: 40/40 · CT 3: 2/2 · and 4 more": expected and proved. */
static char *
dup_series (const IcPaperTexts *texts, guint volume, guint max)
{
  g_autoptr(GString) text = g_string_new (NULL);
  guint n = 0;

  for (guint i = 0; i < texts->transfer->series->len; i++)
    {
      const IcTransferSeries *series = texts->transfer->series->pdata[i];
      Tally tally = count_on_disc (texts, series, volume);

      if (texts->n_volumes > 1 && tally.expected == 0)
        continue;
      if (n++ < max)
        g_string_append_printf (text, "%s%s %s: %u/%u", n > 1 ? " · " : "", series->modality,
                                series->number, tally.verified, tally.expected);
    }
  if (n > max)
    {
      g_string_append (text, " · ");
      g_string_append_printf (text, _ ("and %u more"), n - max);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
draw_label (IcSheet *sheet, const IcPaperTexts *texts, guint volume)
{
  g_autofree char *identity =
      g_strdup_printf ("%s · %s", texts->transfer->patient->id, texts->born);
  g_autofree char *disc = ic_paper_texts_dup_disc (texts, volume);
  g_autofree char *head = dup_short_head (texts->transfer);
  g_autofree char *series = dup_series (texts, volume, 4);
  g_autofree char *remark = ic_words_dup_printable (texts->transfer->remark);
  double y = 12 * IC_SHEET_MM;

  draw_circle (ic_sheet_get_cairo (sheet), PRINT_MM);
  draw_circle (ic_sheet_get_cairo (sheet), HOLE_MM);
  y = draw_name (sheet, y, IC_SHEET_SMALL, IC_SHEET_SMALL, texts->institution);
  y = draw_name (sheet, y, IC_SHEET_LARGE, IC_SHEET_HEADING, texts->patient);
  y = draw_text (sheet, y, IC_SHEET_HEADING, identity);
  draw_name (sheet, y, IC_SHEET_BODY, IC_SHEET_BODY, texts->recipient);
  y = (LABEL_MM + HOLE_MM) / 2.0 * IC_SHEET_MM + 10;
  y = draw_text (sheet, y, IC_SHEET_HEADING, disc);
  y = draw_text (sheet, y, IC_SHEET_BODY, texts->verdict);
  y = draw_text (sheet, y, IC_SHEET_SMALL, remark);
  y = draw_text (sheet, y, IC_SHEET_SMALL, series);
  y = draw_text (sheet, y, IC_SHEET_SMALL, texts->when);
  y = draw_text (sheet, y, IC_SHEET_SMALL, head);
  draw_text (sheet, y, IC_SHEET_SMALL, ic_paper_get_warning ());
}

/* A page for each disc. */
IcSheet *
ic_paper_make_label (const IcPaperTexts *texts)
{
  IcSheet *sheet = ic_sheet_new (&label_format);

  for (guint volume = 1; volume <= texts->n_volumes; volume++)
    {
      if (volume > 1)
        ic_sheet_begin_page (sheet);
      draw_label (sheet, texts, volume);
    }
  return sheet;
}
