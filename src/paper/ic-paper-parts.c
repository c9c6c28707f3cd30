/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "paper/ic-paper-private.h"

#include "words/ic-words.h"

#include <glib/gi18n.h>

#define HEADING_GAP 12.0 /* points between what stands left and right */

const char *
ic_paper_get_warning (void)
{
  return _ ("Not for diagnosis");
}

/* An image has a disc from when it is written on: those of discs that were not made have none. Of
 * how many they are, the log knows; without it, only a transfer that came to its good end has all.
 */
static void
count_discs (IcPaperTexts *self)
{
  const IcTransfer *transfer = self->transfer;
  const gboolean has_all =
      transfer->state == IC_TRANSFER_SUCCEEDED || transfer->state == IC_TRANSFER_UNPROVEN;
  guint last = 0;

  for (guint i = 0; i < transfer->instances->len; i++)
    last = MAX (last, ((const IcTransferInstance *) transfer->instances->pdata[i])->volume);
  self->n_made = MAX (last, 1);
  if (self->facts->n_discs > 0)
    self->n_meant = MAX (self->facts->n_discs, last);
  else if (last == 0 || has_all)
    self->n_meant = self->n_made;
}

IcPaperTexts *
ic_paper_texts_new (const IcPaperFacts *facts)
{
  IcPaperTexts *self = g_new0 (IcPaperTexts, 1);
  IcTransfer *transfer = facts->transfer;
  g_autofree char *name = ic_words_dup_name (transfer->patient->name);

  self->facts = facts;
  self->transfer = transfer;
  self->view = ic_transfer_words_get_view (transfer);
  count_discs (self);
  self->number = ic_transfer_dup_number (transfer->id);
  self->patient = ic_words_dup_printable (name);
  self->born = ic_words_dup_date (transfer->patient->birth_date);
  self->verdict = ic_transfer_words_dup_verdict (transfer, self->view);
  self->when = ic_words_dup_time (transfer->ended_at);
  self->institution = ic_words_dup_printable (facts->institution != NULL ? facts->institution : "");
  self->contact = ic_words_dup_printable (facts->contact != NULL ? facts->contact : "");
  self->recipient = ic_words_dup_printable (transfer->recipient);
  return self;
}

void
ic_paper_texts_free (IcPaperTexts *self)
{
  g_free (self->number);
  g_free (self->patient);
  g_free (self->born);
  g_free (self->verdict);
  g_free (self->when);
  g_free (self->institution);
  g_free (self->contact);
  g_free (self->recipient);
  g_free (self);
}

char *
ic_paper_texts_dup_disc (const IcPaperTexts *self, guint volume)
{
  if (self->n_meant == 1)
    return g_strdup (self->number);
  if (self->n_meant == 0)
    {
      /* Translators: the number of a transfer, and which disc of nobody knows how many. */
      return g_strdup_printf (_ ("%s_%u, disc %u"), self->number, volume, volume);
    }
  /* Translators: the number of a transfer, and which of its discs. */
  return g_strdup_printf (_ ("%s_%u, disc %u of %u"), self->number, volume, volume, self->n_meant);
}

void
ic_paper_add_patient (IcSheet *sheet, const IcPaperTexts *texts)
{
  ic_sheet_add_fact (sheet, _ ("Patient"), texts->patient);
  ic_paper_add_identity (sheet, texts);
}

void
ic_paper_add_identity (IcSheet *sheet, const IcPaperTexts *texts)
{
  const IcPatient *patient = texts->transfer->patient;
  g_autofree char *id = ic_words_dup_printable (patient->id);
  g_autofree char *issuer = ic_words_dup_printable (patient->issuer);
  g_autofree char *full_id =
      *issuer != '\0' ? g_strdup_printf ("%s (%s)", id, issuer) : g_strdup (id);

  ic_sheet_add_fact (sheet, _ ("Patient ID"), full_id);
  ic_sheet_add_fact (sheet, _ ("Born"), texts->born);
}

static const IcSheetColumns *
get_columns (IcProofView view)
{
  static const IcSheetColumns retrieved = {
    5,
    { 0.1, 0.12, 0.46, 0.16, 0.16 },
    { TRUE, FALSE, FALSE, TRUE, TRUE },
    { N_ ("Series"), N_ ("Kind"), N_ ("Description"), N_ ("At the source"), N_ ("Retrieved") },
  };
  static const IcSheetColumns written = {
    7,
    { 0.09, 0.11, 0.32, 0.12, 0.12, 0.12, 0.12 },
    { TRUE, FALSE, FALSE, TRUE, TRUE, TRUE, TRUE },
    { N_ ("Series"), N_ ("Kind"), N_ ("Description"), N_ ("At the source"), N_ ("Retrieved"),
      N_ ("Written"), N_ ("Read back") },
  };
  static const IcSheetColumns sent = {
    7,
    { 0.09, 0.11, 0.32, 0.12, 0.12, 0.12, 0.12 },
    { TRUE, FALSE, FALSE, TRUE, TRUE, TRUE, TRUE },
    { N_ ("Series"), N_ ("Kind"), N_ ("Description"), N_ ("At the source"), N_ ("Retrieved"),
      N_ ("Accepted"), N_ ("Found there") },
  };

  if (view == IC_PROOF_VIEW_RETRIEVED)
    return &retrieved;
  return view == IC_PROOF_VIEW_SENT ? &sent : &written;
}

static void
add_series_row (IcSheet *sheet, const IcPaperTexts *texts, const IcTransferSeries *series)
{
  g_autofree char *description = ic_words_dup_printable (series->description);
  g_autofree char *number = ic_words_dup_printable (series->number);
  g_autofree char *modality = ic_words_dup_printable (series->modality);
  g_autofree char *expected = ic_words_dup_count (series->expected);
  g_autofree char *retrieved = ic_words_dup_count (series->retrieved);
  g_autofree char *written = ic_words_dup_count (series->written);
  g_autofree char *verified = ic_words_dup_count (series->verified);
  const char *const cells[] = {
    number,    modality, description, series->basis != IC_BASIS_NONE ? expected : _ ("unknown"),
    retrieved, written,  verified
  };

  ic_sheet_add_row (sheet, cells);
}

/* For another row, of two lines, and what follows the last. */
static gboolean
has_room (IcSheet *sheet)
{
  return ic_sheet_get_room (sheet) > 2 * ic_sheet_get_line_height (sheet, IC_SHEET_BODY) +
                                         2 * ic_sheet_get_line_height (sheet, IC_SHEET_SMALL);
}

void
ic_paper_add_series (IcSheet *sheet, const IcPaperTexts *texts, gboolean is_on_one_page)
{
  GPtrArray *all = texts->transfer->series;
  guint n = 0;
  IcSheetColumns columns = *get_columns (texts->view);

  if (all->len == 0)
    return;
  for (guint i = 0; i < columns.n; i++)
    columns.titles[i] = _ (columns.titles[i]);
  ic_sheet_begin_table (sheet, &columns);
  for (; n < all->len && (!is_on_one_page || has_room (sheet)); n++)
    add_series_row (sheet, texts, all->pdata[n]);
  ic_sheet_end_table (sheet);
  if (n < all->len)
    {
      g_autofree char *more =
          g_strdup_printf (ngettext ("and %u more series, see the proof",
                                     "and %u more series, see the proof", all->len - n),
                           all->len - n);

      ic_sheet_add_text (sheet, IC_SHEET_SMALL, more);
    }
}

/* "12, 3fa9…" from "12:3fa9…" */
static char *
dup_log_head (const IcPaperTexts *texts)
{
  g_auto(GStrv) parts = g_strsplit (texts->transfer->log_head, ":", 2);
  g_autofree char *head = g_strjoinv (", ", parts);

  return *head != '\0' ? g_strdup_printf (_ ("Log head: %s"), head) : g_strdup ("");
}

void
ic_paper_finish_page (IcSheet *sheet, guint page, guint n_pages, gpointer user_data)
{
  const IcPaperTexts *texts = user_data;
  const IcSheetFormat *format = ic_sheet_get_format (sheet);
  double left = format->margin;
  double right = format->width - format->margin;
  double most = (right - left) * 0.8;
  double rest = right - left - most;
  double foot = format->height - format->bottom + 12;
  double line = ic_sheet_get_line_height (sheet, IC_SHEET_SMALL);
  g_autofree char *head = dup_log_head (texts);
  g_autofree char *whose =
      g_strdup_printf ("%s · %s · %s", texts->patient, texts->transfer->patient->id, texts->born);
  g_autofree char *which = g_strdup_printf (_ ("Transfer %s"), texts->number);
  g_autofree char *pages = g_strdup_printf (_ ("Page %u of %u"), page + 1, n_pages);
  double number_width = ic_sheet_measure_line (sheet, IC_SHEET_SMALL, which);

  ic_sheet_draw_line (sheet, left, format->top / 2, 0, right - left - number_width - HEADING_GAP,
                      IC_SHEET_SMALL, texts->institution);
  ic_sheet_draw_line (sheet, right, format->top / 2, 1, right - left, IC_SHEET_SMALL, which);
  ic_sheet_draw_line (sheet, left, foot, 0, right - left, IC_SHEET_SMALL, whose);
  ic_sheet_draw_line (sheet, left, foot + line, 0, right - left, IC_SHEET_SMALL, head);
  ic_sheet_draw_line (sheet, left, foot + 2 * line, 0, most, IC_SHEET_SMALL,
                      _ ("Not for diagnosis. Imaging Courier is not a medical device."));
  ic_sheet_draw_line (sheet, right, foot + 2 * line, 1, rest, IC_SHEET_SMALL, pages);
}
