/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "words/ic-commitment-words.h"

#include "words/ic-words.h"

#include <glib/gi18n.h>

char *
ic_commitment_words_dup_sentence (IcCommitment *commitment)
{
  guint n = commitment->instances->len;
  g_autofree char *asked = ic_words_dup_time (commitment->asked_at);
  g_autofree char *answered = ic_words_dup_time (commitment->answered_at);
  g_autofree char *all = ic_words_dup_count (n);
  g_autofree char *kept = ic_words_dup_count (ic_commitment_count_kept (commitment));

  switch (commitment->state)
    {
    case IC_COMMITMENT_PENDING:
      /* Translators: name of a node, date and time. */
      return g_strdup_printf (_ ("%s was asked on %s whether it keeps the images, and has not "
                                 "reported yet."),
                              commitment->node, asked);
    case IC_COMMITMENT_COMMITTED:
      /* Translators: name of a node, number of images, date and time. */
      return g_strdup_printf (ngettext ("%s has committed itself to keeping %s image (%s).",
                                        "%s has committed itself to keeping all %s images (%s).",
                                        n),
                              commitment->node, all, answered);
    case IC_COMMITMENT_REFUSED:
      /* Translators: name of a node, two numbers of images, date and time. */
      return g_strdup_printf (ngettext ("%s has committed itself to keeping only %s of %s image "
                                        "(%s).",
                                        "%s has committed itself to keeping only %s of %s images "
                                        "(%s).",
                                        n),
                              commitment->node, kept, all, answered);
    case IC_COMMITMENT_REPLACED:
    default:
      return NULL;
    }
}

char *
ic_commitment_words_dup_sentences (GPtrArray *commitments)
{
  g_autoptr(GStrvBuilder) sentences = g_strv_builder_new ();
  g_auto(GStrv) list = NULL;

  for (guint i = 0; i < commitments->len; i++)
    {
      g_autofree char *sentence = ic_commitment_words_dup_sentence (commitments->pdata[i]);

      if (sentence != NULL)
        g_strv_builder_add (sentences, sentence);
    }
  list = g_strv_builder_end (sentences);
  return g_strjoinv (" ", list);
}
