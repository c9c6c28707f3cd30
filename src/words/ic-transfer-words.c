/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "words/ic-transfer-words.h"

#include "words/ic-words.h"

#include <glib/gi18n.h>

IcProofView
ic_transfer_words_get_view (IcTransfer *transfer)
{
  if (transfer->direction == IC_DIRECTION_IN)
    return IC_PROOF_VIEW_RETRIEVED;
  return transfer->route == IC_ROUTE_NODE ? IC_PROOF_VIEW_SENT : IC_PROOF_VIEW_WRITTEN;
}

/* The node took images and does not say which of them it has. */
gboolean
ic_transfer_words_is_unconfirmed (IcTransfer *transfer)
{
  return ic_transfer_words_get_view (transfer) == IC_PROOF_VIEW_SENT &&
         transfer->read_back == IC_READ_BACK_NONE;
}

/* What is in the store but not found again on the medium is missing there. */
static gboolean
is_missing (IcTransfer *transfer, const IcTransferInstance *instance)
{
  return instance->state == IC_ITEM_MISSING ||
         (instance->state == IC_ITEM_RETRIEVED && transfer->state == IC_TRANSFER_INCOMPLETE &&
          ic_transfer_words_get_view (transfer) == IC_PROOF_VIEW_WRITTEN) ||
         (instance->state == IC_ITEM_WRITTEN && transfer->state == IC_TRANSFER_INCOMPLETE &&
          !ic_transfer_words_is_unconfirmed (transfer));
}

gboolean
ic_transfer_words_counts_as (IcTransfer *transfer,
                             const IcTransferInstance *instance,
                             IcItemState state)
{
  return state == IC_ITEM_MISSING ? is_missing (transfer, instance) : instance->state == state;
}

static guint
count_items (IcTransfer *transfer, IcItemState state)
{
  guint n = 0;

  for (guint i = 0; i < transfer->instances->len; i++)
    if (ic_transfer_words_counts_as (transfer, transfer->instances->pdata[i], state))
      n++;
  return n;
}

static void
append_fault (GString *text, const char *format, guint n)
{
  g_autofree char *count = ic_words_dup_count (n);
  g_auto(GStrv) parts = g_strsplit (format, "%s", 2);

  if (n == 0)
    return;
  g_string_append (text, text->len > 0 ? ", " : "");
  g_string_append_printf (text, "%s%s%s", parts[0], count, parts[1] != NULL ? parts[1] : "");
}

char *
ic_transfer_words_dup_faults (IcTransfer *transfer)
{
  guint missing = count_items (transfer, IC_ITEM_MISSING);
  guint extra = count_items (transfer, IC_ITEM_EXTRA);
  guint failed = count_items (transfer, IC_ITEM_FAILED);
  g_autoptr(GString) text = g_string_new (NULL);

  append_fault (text, ngettext ("%s image is missing", "%s images are missing", missing), missing);
  append_fault (text, ngettext ("%s image is extra", "%s images are extra", extra), extra);
  if (ic_transfer_words_get_view (transfer) == IC_PROOF_VIEW_SENT)
    append_fault (text, ngettext ("%s image did not go", "%s images did not go", failed), failed);
  else
    append_fault (text, ngettext ("%s image is damaged", "%s images are damaged", failed), failed);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
dup_incomplete (IcTransfer *transfer)
{
  g_autofree char *faults = ic_transfer_words_dup_faults (transfer);
  const char *remark = *transfer->remark != '\0' ? transfer->remark : _ ("the counts do not agree");

  return g_strdup_printf (_ ("Incomplete: %s."), *faults != '\0' ? faults : remark);
}

static char *
dup_failed (IcTransfer *transfer)
{
  g_autofree char *faults = ic_transfer_words_dup_faults (transfer);

  /* Translators: "14 images are missing". */
  return *faults != '\0' ? g_strdup_printf (_ ("Failed: %s."), faults) : g_strdup (_ ("Failed."));
}

static guint
count_proved (IcTransfer *transfer, IcProofView view)
{
  return view == IC_PROOF_VIEW_RETRIEVED ? transfer->retrieved : transfer->verified;
}

static char *
dup_unconfirmed (IcTransfer *transfer)
{
  g_autofree char *count = ic_words_dup_count (transfer->written);

  return g_strdup_printf (_ ("Unproven: %s took %s images, but does not say which of them it has."),
                          transfer->output, count);
}

static char *
dup_unproven (IcTransfer *transfer, IcProofView view)
{
  g_autofree char *count = ic_words_dup_count (count_proved (transfer, view));

  if (transfer->basis == IC_BASIS_COUNT_ONLY)
    return g_strdup_printf (_ ("Unproven: %s images came, but the source says only how many there "
                               "are and not which."),
                            count);
  if (transfer->basis == IC_BASIS_NONE)
    return g_strdup_printf (_ ("Unproven: %s images came, but the source does not say how many "
                               "there are."),
                            count);
  if (ic_transfer_words_is_unconfirmed (transfer))
    return dup_unconfirmed (transfer);
  return g_strdup_printf (_ ("Unproven: %s images, but nothing to compare them with."), count);
}

char *
ic_transfer_words_dup_verdict (IcTransfer *transfer, IcProofView view)
{
  g_autofree char *proved = ic_words_dup_count (count_proved (transfer, view));
  g_autofree char *expected = ic_words_dup_count (transfer->expected);

  switch (transfer->state)
    {
    case IC_TRANSFER_SUCCEEDED:
      return g_strdup_printf (_ ("%s of %s images proved."), proved, expected);
    case IC_TRANSFER_INCOMPLETE:
      return dup_incomplete (transfer);
    case IC_TRANSFER_UNPROVEN:
      return dup_unproven (transfer, view);
    case IC_TRANSFER_CANCELLED:
      return g_strdup (_ ("Stopped before it was done."));
    case IC_TRANSFER_REFUSED:
      return g_strdup (_ ("Refused by a safety rule."));
    case IC_TRANSFER_RUNNING:
      return g_strdup (_ ("Still running."));
    case IC_TRANSFER_FAILED:
    default:
      return dup_failed (transfer);
    }
}
