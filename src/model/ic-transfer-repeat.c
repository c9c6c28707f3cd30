/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/ic-transfer-repeat.h"

#include <string.h>

/* Of the remark of a transfer, see ic_proof_judge(). */
#define SELECTED "selected: "

gboolean
ic_transfer_repeat_is_selection (const IcTransfer *transfer)
{
  return transfer->direction == IC_DIRECTION_OUT && strstr (transfer->remark, SELECTED) != NULL;
}

static guint
count_images (const IcTransfer *transfer, const char *series_uid)
{
  guint n = 0;

  for (guint i = 0; i < transfer->instances->len; i++)
    {
      const IcTransferInstance *instance = transfer->instances->pdata[i];

      n += instance->state != IC_ITEM_EXTRA && g_str_equal (instance->series_uid, series_uid);
    }
  return n;
}

static void
append_word (GString *text, const char *word)
{
  g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", word);
}

static char *
describe_series (const IcTransfer *transfer)
{
  g_autoptr(GString) text = g_string_new (NULL);

  for (guint i = 0; i < transfer->series->len; i++)
    {
      const IcTransferSeries *series = transfer->series->pdata[i];
      guint n = count_images (transfer, series->series_uid);
      g_autofree char *word =
          g_strdup_printf ("%s/%s=%u", series->study_uid, series->series_uid, n);

      if (n > 0)
        append_word (text, word);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
describe_images (const IcTransfer *transfer)
{
  g_autoptr(GString) text = g_string_new (NULL);

  for (guint i = 0; i < transfer->instances->len; i++)
    {
      const IcTransferInstance *instance = transfer->instances->pdata[i];

      if (instance->state != IC_ITEM_EXTRA)
        append_word (text, instance->sop_instance_uid);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Its number and its studies, each once. */
static char *
describe_transfer (const IcTransfer *transfer)
{
  g_autofree char *number = ic_transfer_dup_number (transfer->id);
  g_autoptr(GString) text = g_string_new (number);

  for (guint i = 0; i < transfer->series->len; i++)
    {
      const IcTransferSeries *series = transfer->series->pdata[i];

      if (strstr (text->str, series->study_uid) == NULL)
        append_word (text, series->study_uid);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

void
ic_transfer_repeat_note (IcTransferDraft *draft, const IcTransfer *transfer)
{
  const gboolean is_selection = ic_transfer_repeat_is_selection (transfer);
  g_autofree char *repeated = is_selection ? describe_transfer (transfer) : g_strdup ("");
  g_autofree char *series = is_selection ? describe_series (transfer) : g_strdup ("");
  g_autofree char *images = is_selection ? describe_images (transfer) : g_strdup ("");

  ic_transfer_draft_set_answer (draft, IC_ASK_REPEATED, repeated);
  ic_transfer_draft_set_answer (draft, IC_ASK_ONLY_SERIES, series);
  ic_transfer_draft_set_answer (draft, IC_ASK_ONLY_IMAGES, images);
  ic_transfer_draft_set_answer (draft, IC_ASK_ONLY_REPEATED, is_selection ? "yes" : "");
}

static char **
split (IcTransferDraft *draft, const char *question)
{
  const char *answer = ic_transfer_draft_get_answer (draft, question);

  return *answer != '\0' ? g_strsplit (answer, " ", -1) : g_new0 (char *, 1);
}

gboolean
ic_transfer_repeat_leaves_out (IcTransferDraft *draft,
                               const char *study_uid,
                               const char *series_uid)
{
  g_auto(GStrv) words = split (draft, IC_ASK_ONLY_SERIES);
  g_autofree char *study = g_strconcat (study_uid, "/", NULL);
  g_autofree char *series = g_strconcat (study, series_uid, "=", NULL);
  gboolean knows_study = FALSE;

  for (guint i = 0; words[i] != NULL; i++)
    {
      if (g_str_has_prefix (words[i], series))
        return FALSE;
      knows_study |= g_str_has_prefix (words[i], study);
    }
  return knows_study;
}

static const IcFactSeries *
find_series (const IcTransferFacts *facts, const char *study_uid, const char *series_uid)
{
  const IcFactStudy *study = ic_transfer_facts_find (facts, study_uid);

  for (guint i = 0; study != NULL && i < study->series->len; i++)
    {
      const IcFactSeries *series = study->series->pdata[i];

      if (g_str_equal (series->series_uid, series_uid))
        return series;
    }
  return NULL;
}

/* @word: STUDY/SERIES=N */
static gboolean
is_whole (const IcTransferFacts *facts, const char *word)
{
  g_auto(GStrv) parts = g_strsplit_set (word, "/=", 3);
  const IcFactSeries *series =
      g_strv_length (parts) == 3 ? find_series (facts, parts[0], parts[1]) : NULL;

  return series != NULL &&
         MAX (series->n_here, series->n_expected) == (guint) g_ascii_strtoull (parts[2], NULL, 10);
}

static gboolean
is_of_same_studies (IcTransferDraft *draft, const IcTransferFacts *facts)
{
  g_auto(GStrv) words = split (draft, IC_ASK_REPEATED);

  if (words[0] == NULL || g_strv_length (facts->study_uids) + 1 != g_strv_length (words))
    return FALSE;
  for (guint i = 0; facts->study_uids[i] != NULL; i++)
    if (!g_strv_contains ((const char *const *) words + 1, facts->study_uids[i]))
      return FALSE;
  return TRUE;
}

static void
forget (IcTransferDraft *draft)
{
  static const char *const questions[] = { IC_ASK_REPEATED, IC_ASK_ONLY_SERIES, IC_ASK_ONLY_IMAGES,
                                           IC_ASK_ONLY_REPEATED };

  for (gsize i = 0; i < G_N_ELEMENTS (questions); i++)
    ic_transfer_draft_set_answer (draft, questions[i], "");
}

char *
ic_transfer_repeat_dup_number (IcTransferDraft *draft)
{
  g_auto(GStrv) words = split (draft, IC_ASK_REPEATED);

  return g_strdup (words[0] != NULL ? words[0] : "");
}

void
ic_transfer_repeat_settle (IcTransferDraft *draft, const IcTransferFacts *facts)
{
  g_auto(GStrv) words = split (draft, IC_ASK_ONLY_SERIES);

  if (!is_of_same_studies (draft, facts))
    {
      forget (draft);
      return;
    }
  if (words[0] == NULL)
    return;
  for (guint i = 0; words[i] != NULL; i++)
    if (!is_whole (facts, words[i]))
      return;
  ic_transfer_draft_set_answer (draft, IC_ASK_ONLY_IMAGES, "");
  ic_transfer_draft_set_answer (draft, IC_ASK_ONLY_REPEATED, "");
}

char **
ic_transfer_repeat_dup_images (IcTransferDraft *draft)
{
  return split (draft, IC_ASK_ONLY_IMAGES);
}

gboolean
ic_transfer_repeat_is_only (IcTransferDraft *draft)
{
  return *ic_transfer_draft_get_answer (draft, IC_ASK_ONLY_REPEATED) != '\0' &&
         *ic_transfer_draft_get_answer (draft, IC_ASK_ONLY_IMAGES) != '\0';
}
