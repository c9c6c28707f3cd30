/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-proof-progress.h"

#define INTERVAL_US (200 * 1000) /* counting costs a look at every image */

struct _IcProofProgress
{
  IcProof *proof;
  IcProgress *progress;
  gint64 reported_us;
};

/* "CT 2 Lung" */
static char *
dup_label (const IcProofTally *tally)
{
  const char *words[] = { tally->modality, tally->number, tally->description };
  g_autoptr(GString) label = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (*words[i] != '\0')
      g_string_append_printf (label, "%s%s", label->len > 0 ? " " : "", words[i]);
  return g_string_free (g_steal_pointer (&label), FALSE);
}

static void
report (IcProofProgress *self)
{
  g_autoptr(GArray) tallies = ic_proof_count_series (self->proof);
  GPtrArray *parts = g_ptr_array_new_full (tallies->len, ic_progress_part_free);

  for (guint i = 0; i < tallies->len; i++)
    {
      const IcProofTally *tally = &g_array_index (tallies, IcProofTally, i);
      IcProgressPart *part = g_new0 (IcProgressPart, 1);

      part->name = g_strdup (tally->series_uid);
      part->label = dup_label (tally);
      part->total = tally->expected;
      part->done[0] = tally->retrieved;
      part->done[1] = tally->written;
      part->done[2] = tally->verified;
      g_ptr_array_add (parts, part);
    }
  ic_progress_take_parts (self->progress, parts);
}

static void
told_cb (IcProof *proof, gpointer user_data)
{
  IcProofProgress *self = user_data;
  gint64 now = g_get_monotonic_time ();

  if (now - self->reported_us < INTERVAL_US)
    return;
  self->reported_us = now;
  report (self);
}

IcProofProgress *
ic_proof_progress_new (IcProof *proof, IcProgress *progress)
{
  IcProofProgress *self = g_new0 (IcProofProgress, 1);

  self->proof = proof;
  self->progress = progress;
  ic_proof_set_observer (proof, told_cb, self);
  return self;
}

void
ic_proof_progress_free (IcProofProgress *self)
{
  ic_proof_set_observer (self->proof, NULL, NULL);
  report (self);
  g_free (self);
}
