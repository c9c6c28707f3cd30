/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the papers have in common: the texts of a transfer, its table of series, the foot of every
 * page. Only ic-paper*.c use it.
 */
#pragma once

#include "paper/ic-paper.h"
#include "paper/ic-sheet.h"
#include "words/ic-transfer-words.h"

G_BEGIN_DECLS

/* Of one transfer, as people read it; all free of control characters. */
typedef struct
{
  const IcPaperFacts *facts;
  IcTransfer *transfer;
  IcProofView view;
  guint n_made;  /* discs it went on; at least 1 */
  guint n_meant; /* discs it was to go on: 1 where there is one only, 0 when that is not known */
  char *number;
  char *patient; /* "DOE, Jane" */
  char *born;
  char *verdict;
  char *when;
  char *institution;
  char *contact;
  char *recipient;
} IcPaperTexts;

IcPaperTexts *ic_paper_texts_new (const IcPaperFacts *facts);
void ic_paper_texts_free (IcPaperTexts *self);

/* "IC000123_1, disc 1 of 2", or "IC000123_1, disc 1" when nobody knows of how many; the number of
 * the transfer where there is one disc only. Free with g_free().
 */
char *ic_paper_texts_dup_disc (const IcPaperTexts *self, guint volume);

/* Whose images these are, as facts; and what there is beside the name. */
void ic_paper_add_patient (IcSheet *sheet, const IcPaperTexts *texts);
void ic_paper_add_identity (IcSheet *sheet, const IcPaperTexts *texts);

/* The proof, one row a series. @is_on_one_page: as many as it has room for, then how many more
 * there are.
 */
void ic_paper_add_series (IcSheet *sheet, const IcPaperTexts *texts, gboolean is_on_one_page);

/* Head and foot of a page of A4: number, patient, "Not for diagnosis", log head, page. */
void ic_paper_finish_page (IcSheet *sheet, guint page, guint n_pages, gpointer texts);

IcSheet *ic_paper_make_proof (const IcPaperTexts *texts);
IcSheet *ic_paper_make_letter (const IcPaperTexts *texts);
IcSheet *ic_paper_make_label (const IcPaperTexts *texts);
IcSheet *ic_paper_make_insert (const IcPaperTexts *texts);

const char *ic_paper_get_warning (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcPaperTexts, ic_paper_texts_free)

G_END_DECLS
