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
  if (texts->n_meant != 1)
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

  for (guint volume = 1; volume <= texts->n_made; volume++)
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

/* For every series, one after the other: how many of its images are proved on all discs together,
 * then on each disc. Missing, extra and damaged ones do not count. Free with g_free().
 */
static guint *
count_on_discs (const IcPaperTexts *texts)
{
  const IcTransfer *transfer = texts->transfer;
  const guint n_columns = texts->n_made + 1;
  g_autoptr(GHashTable) rows = g_hash_table_new (g_str_hash, g_str_equal);
  guint *counts = g_new0 (guint, (gsize) transfer->series->len * n_columns);

  for (guint i = 0; i < transfer->series->len; i++)
    {
      const IcTransferSeries *series = transfer->series->pdata[i];

      g_hash_table_insert (rows, series->series_uid, &counts[(gsize) i * n_columns]);
    }
  for (guint i = 0; i < transfer->instances->len; i++)
    {
      const IcTransferInstance *instance = transfer->instances->pdata[i];
      guint *row = g_hash_table_lookup (rows, instance->series_uid);

      if (row == NULL || instance->state != IC_ITEM_VERIFIED)
        continue;
      row[0]++;
      if (instance->volume > 0)
        row[instance->volume]++;
    }
  return counts;
}

/* "CT 2: 40/42" */
static char *
dup_share (const IcTransferSeries *series, guint n)
{
  return g_strdup_printf ("%s %s: %u/%u", series->modality, series->number, n, series->expected);
}

/* "CT 2: 40 · CT 3: 2 · and 4 more" */
static char *
dup_list (GPtrArray *parts, guint max)
{
  g_autoptr(GString) text = g_string_new (NULL);

  for (guint i = 0; i < MIN (parts->len, max); i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " · " : "", (const char *) parts->pdata[i]);
  if (parts->len > max)
    {
      g_string_append (text, " · ");
      g_string_append_printf (text, _ ("and %u more"), parts->len - max);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Of one disc what is proved and expected; of several what is on this one, for nobody knows which
 * of them lacks what is missing.
 */
static char *
dup_series (const IcPaperTexts *texts, const guint *counts, guint volume)
{
  g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < texts->transfer->series->len; i++)
    {
      const IcTransferSeries *series = texts->transfer->series->pdata[i];
      const guint n = counts[(gsize) i * (texts->n_made + 1) + volume];

      if (texts->n_meant == 1)
        g_ptr_array_add (parts, dup_share (series, series->verified));
      else if (n > 0)
        g_ptr_array_add (parts, g_strdup_printf ("%s %s: %u", series->modality, series->number, n));
    }
  return dup_list (parts, 4);
}

/* The series that are not whole on all discs together; "" where there is one disc only. */
static char *
dup_short_series (const IcPaperTexts *texts, const guint *counts)
{
  g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *list = NULL;

  for (guint i = 0; texts->n_meant != 1 && i < texts->transfer->series->len; i++)
    {
      const IcTransferSeries *series = texts->transfer->series->pdata[i];
      const guint n = counts[(gsize) i * (texts->n_made + 1)];

      if (n < series->expected)
        g_ptr_array_add (parts, dup_share (series, n));
    }
  list = dup_list (parts, 3);
  /* Translators: "CT 2: 40/42 · MR 3: 0/2", the series that lack images. */
  return parts->len > 0 ? g_strdup_printf (_ ("Over all discs: %s"), list) : g_strdup ("");
}

static void
draw_label (IcSheet *sheet, const IcPaperTexts *texts, const guint *counts, guint volume)
{
  g_autofree char *identity =
      g_strdup_printf ("%s · %s", texts->transfer->patient->id, texts->born);
  g_autofree char *disc = ic_paper_texts_dup_disc (texts, volume);
  g_autofree char *head = dup_short_head (texts->transfer);
  g_autofree char *series = dup_series (texts, counts, volume);
  g_autofree char *lacking = dup_short_series (texts, counts);
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
  y = draw_text (sheet, y, IC_SHEET_SMALL, lacking);
  y = draw_text (sheet, y, IC_SHEET_SMALL, series);
  y = draw_text (sheet, y, IC_SHEET_SMALL, texts->when);
  y = draw_text (sheet, y, IC_SHEET_SMALL, head);
  draw_text (sheet, y, IC_SHEET_SMALL, ic_paper_get_warning ());
}

/* A page for each disc. */
IcSheet *
ic_paper_make_label (const IcPaperTexts *texts)
{
  g_autofree guint *counts = count_on_discs (texts);
  IcSheet *sheet = ic_sheet_new (&label_format);

  for (guint volume = 1; volume <= texts->n_made; volume++)
    {
      if (volume > 1)
        ic_sheet_begin_page (sheet);
      draw_label (sheet, texts, counts, volume);
    }
  return sheet;
}
