/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The papers of A4: proof and letter. */
#include "paper/ic-paper-private.h"

#include "words/ic-log-words.h"
#include "words/ic-words.h"

#include <glib/gi18n.h>

#define MAX_FAULTS 500 /* images named one by one */

static const IcSheetFormat a4 = {
  .width = 210 * IC_SHEET_MM,
  .height = 297 * IC_SHEET_MM,
  .margin = 20 * IC_SHEET_MM,
  .top = 25 * IC_SHEET_MM,
  .bottom = 28 * IC_SHEET_MM,
  .size = 10,
};

/* How the bytes came back is part of what the proof is worth. */
static const char *
get_read_back (IcReadBack read_back)
{
  switch (read_back)
    {
    case IC_READ_BACK_CACHE_DROPPED:
      return _ ("from the medium, after the system's memory of it was dropped");
    case IC_READ_BACK_MEDIUM:
      return _ ("from the medium, after it was taken out and put in again");
    case IC_READ_BACK_LISTED:
      return _ ("the node names the images among those it has");
    case IC_READ_BACK_COMMITTED:
      return _ ("the node has committed itself to keeping the images");
    case IC_READ_BACK_NONE:
    default:
      return _ ("not read back");
    }
}

static const char *
get_basis (IcBasis basis)
{
  switch (basis)
    {
    case IC_BASIS_UID_LIST:
      return _ ("the source named every image");
    case IC_BASIS_COUNT_ONLY:
      return _ ("the source said how many images there are, not which");
    case IC_BASIS_NONE:
    default:
      return _ ("the source did not say what it has");
    }
}

/* Where there is more than one. */
static void
add_discs (IcSheet *sheet, const IcPaperTexts *texts)
{
  g_autoptr(GString) discs = g_string_new (NULL);

  for (guint volume = 1; texts->n_meant != 1 && volume <= texts->n_made; volume++)
    {
      g_autofree char *disc = ic_paper_texts_dup_disc (texts, volume);

      g_string_append_printf (discs, "%s%s", volume > 1 ? "\n" : "", disc);
    }
  ic_sheet_add_fact (sheet, _ ("Discs"), discs->str);
}

static void
add_act (IcSheet *sheet, const IcPaperTexts *texts)
{
  const IcTransfer *transfer = texts->transfer;
  g_autofree char *reason = ic_words_dup_printable (transfer->reason);
  g_autofree char *legal_basis = ic_words_dup_printable (transfer->legal_basis);
  g_autofree char *remark = ic_words_dup_printable (transfer->remark);

  ic_sheet_add_fact (sheet, _ ("Transfer"), texts->number);
  ic_sheet_add_fact (sheet, _ ("From"), ic_log_words_get_value (transfer->source));
  ic_sheet_add_fact (sheet, _ ("To"), texts->recipient);
  ic_sheet_add_fact (sheet, _ ("Organisation"), texts->facts->organisation);
  ic_sheet_add_fact (sheet, _ ("By way of"), ic_log_words_get_route (transfer->route));
  add_discs (sheet, texts);
  ic_sheet_add_fact (sheet, _ ("Reason"), reason);
  ic_sheet_add_fact (sheet, _ ("Legal basis"), legal_basis);
  ic_sheet_add_fact (sheet, _ ("Done by"), transfer->operator_name);
  ic_sheet_add_fact (sheet, _ ("Ended"), texts->when);
  ic_sheet_add_fact (sheet, _ ("Compared with"), get_basis (transfer->basis));
  ic_sheet_add_fact (sheet, _ ("Read back"), get_read_back (transfer->read_back));
  ic_sheet_add_fact (sheet, _ ("Remark"), remark);
}

static void
add_faults (IcSheet *sheet, const IcPaperTexts *texts)
{
  guint n = 0;

  for (guint i = 0; i < texts->transfer->instances->len && n < MAX_FAULTS; i++)
    {
      const IcTransferInstance *instance = texts->transfer->instances->pdata[i];
      g_autofree char *line = NULL;

      if (texts->transfer->state != IC_TRANSFER_INCOMPLETE || instance->state == IC_ITEM_VERIFIED)
        continue;
      if (n++ == 0)
        ic_sheet_add_text (sheet, IC_SHEET_HEADING, _ ("Images that are not as they should be"));
      line = g_strdup_printf ("%s  %s  %s", ic_log_words_get_item_state (instance->state),
                              instance->sop_instance_uid, instance->remark);
      ic_sheet_add_text (sheet, IC_SHEET_SMALL, line);
    }
}

IcSheet *
ic_paper_make_proof (const IcPaperTexts *texts)
{
  IcSheet *sheet = ic_sheet_new (&a4);

  ic_sheet_add_text (sheet, IC_SHEET_HEADING, _ ("Proof of transfer of medical images"));
  ic_sheet_add_space (sheet, 6);
  ic_sheet_add_text (sheet, IC_SHEET_LARGE, texts->verdict);
  ic_sheet_add_space (sheet, 10);
  ic_paper_add_patient (sheet, texts);
  ic_sheet_add_space (sheet, 6);
  add_act (sheet, texts);
  ic_sheet_add_space (sheet, 10);
  ic_sheet_add_text (sheet, IC_SHEET_HEADING, _ ("Image by image"));
  ic_paper_add_series (sheet, texts, FALSE);
  ic_sheet_add_space (sheet, 8);
  add_faults (sheet, texts);
  ic_sheet_finish (sheet, ic_paper_finish_page, (gpointer) texts);
  return sheet;
}

static void
add_addresses (IcSheet *sheet, const IcPaperTexts *texts)
{
  g_autoptr(GDateTime) now = g_date_time_new_from_unix_local (texts->transfer->ended_at);
  g_autofree char *day = g_date_time_format (now, "%Y%m%d");
  g_autofree char *date = ic_words_dup_date (day);

  ic_sheet_add_text (sheet, IC_SHEET_HEADING, texts->institution);
  ic_sheet_add_text (sheet, IC_SHEET_BODY, texts->contact);
  ic_sheet_add_space (sheet, 28);
  ic_sheet_add_text (sheet, IC_SHEET_BODY, texts->recipient);
  if (texts->facts->organisation != NULL)
    ic_sheet_add_text (sheet, IC_SHEET_BODY, texts->facts->organisation);
  if (texts->facts->address != NULL)
    ic_sheet_add_text (sheet, IC_SHEET_BODY, texts->facts->address);
  ic_sheet_add_space (sheet, 28);
  ic_sheet_add_text (sheet, IC_SHEET_BODY, date);
  ic_sheet_add_space (sheet, 14);
}

/* What the receiver has to know, and to do when it is not well. */
static const char *
get_advice (IcTransferState state)
{
  switch (state)
    {
    case IC_TRANSFER_SUCCEEDED:
      return _ ("Every image that was to go is there and was read back.");
    case IC_TRANSFER_INCOMPLETE:
      return _ ("Not every image is there. The table says of which series; please ask us for "
                "what is missing before you rely on these images.");
    case IC_TRANSFER_UNPROVEN:
      return _ ("Nobody can say whether these are all images of the patient.");
    default:
      return _ ("This transfer did not come to its end. Please ask us for another.");
    }
}

IcSheet *
ic_paper_make_letter (const IcPaperTexts *texts)
{
  IcSheet *sheet = ic_sheet_new (&a4);
  g_autofree char *subject = g_strdup_printf (_ ("Medical images, transfer %s"), texts->number);
  g_autofree char *reason = ic_words_dup_printable (texts->transfer->reason);
  g_autofree char *remark = ic_words_dup_printable (texts->transfer->remark);

  add_addresses (sheet, texts);
  ic_sheet_add_text (sheet, IC_SHEET_HEADING, subject);
  ic_sheet_add_space (sheet, 10);
  ic_sheet_add_text (sheet, IC_SHEET_BODY, _ ("With this letter you receive the images of:"));
  ic_sheet_add_space (sheet, 4);
  ic_paper_add_patient (sheet, texts);
  ic_sheet_add_fact (sheet, _ ("Reason"), reason);
  ic_sheet_add_fact (sheet, _ ("By way of"), ic_log_words_get_route (texts->transfer->route));
  add_discs (sheet, texts);
  ic_sheet_add_space (sheet, 10);
  ic_sheet_add_text (sheet, IC_SHEET_LARGE, texts->verdict);
  ic_sheet_add_text (sheet, IC_SHEET_BODY, get_advice (texts->transfer->state));
  ic_sheet_add_fact (sheet, _ ("Remark"), remark);
  ic_sheet_add_space (sheet, 6);
  ic_paper_add_series (sheet, texts, FALSE);
  ic_sheet_add_space (sheet, 10);
  ic_sheet_add_text (sheet, IC_SHEET_BODY,
                     _ ("These are confidential patient data. If they reached you by mistake, "
                        "please tell us and do not copy them. The viewer on the medium is not for "
                        "diagnosis: please read the images with a program that is made for it."));
  ic_sheet_finish (sheet, ic_paper_finish_page, (gpointer) texts);
  return sheet;
}
