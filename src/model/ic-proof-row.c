/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/ic-proof-row.h"

#include "words/ic-words.h"

#include <glib/gi18n.h>

enum
{
  PROP_0,
  PROP_LABEL,
  PROP_EXPECTED,
  PROP_RETRIEVED,
  PROP_WRITTEN,
  PROP_VERIFIED,
  PROP_MARK,
  PROP_MARK_WORD,
  N_PROPS,
};

struct _IcProofRow
{
  GObject parent_instance;

  char *texts[N_PROPS];
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (IcProofRow, ic_proof_row, G_TYPE_OBJECT)

static void
ic_proof_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_string (value, IC_PROOF_ROW (object)->texts[id]);
}

static void
ic_proof_row_finalize (GObject *object)
{
  for (guint id = PROP_LABEL; id < N_PROPS; id++)
    g_free (IC_PROOF_ROW (object)->texts[id]);
  G_OBJECT_CLASS (ic_proof_row_parent_class)->finalize (object);
}

static void
ic_proof_row_class_init (IcProofRowClass *klass)
{
  static const char *const names[] = { NULL,      "label",    "expected", "retrieved",
                                       "written", "verified", "mark",     "mark-word" };
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ic_proof_row_get_property;
  object_class->finalize = ic_proof_row_finalize;
  for (guint id = PROP_LABEL; id < N_PROPS; id++)
    properties[id] = g_param_spec_string (names[id], NULL, NULL, NULL,
                                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ic_proof_row_init (IcProofRow *self)
{
  for (guint id = PROP_LABEL; id < N_PROPS; id++)
    self->texts[id] = g_strdup ("");
}

static void
take_text (IcProofRow *self, guint id, char *text)
{
  g_autofree char *taken = text;

  if (g_str_equal (self->texts[id], taken))
    return;
  g_free (self->texts[id]);
  self->texts[id] = g_steal_pointer (&taken);
  g_object_notify_by_pspec (G_OBJECT (self), properties[id]);
}

IcProofRow *
ic_proof_row_new (const char *label)
{
  IcProofRow *self = g_object_new (IC_TYPE_PROOF_ROW, NULL);

  take_text (self, PROP_LABEL, g_strdup (label));
  return self;
}

const char *
ic_proof_row_get_label (IcProofRow *self)
{
  g_return_val_if_fail (IC_IS_PROOF_ROW (self), "");
  return self->texts[PROP_LABEL];
}

/* What has not begun shows nothing, so that nobody takes a 0 for bad news. */
static char *
dup_begun (guint n)
{
  return n > 0 ? ic_words_dup_count (n) : g_strdup ("–");
}

void
ic_proof_row_set_part (IcProofRow *self, const IcProgressPart *part)
{
  gboolean is_done = part->total > 0 && part->done[2] == part->total;

  g_return_if_fail (IC_IS_PROOF_ROW (self));
  take_text (self, PROP_EXPECTED, ic_words_dup_count (part->total));
  take_text (self, PROP_RETRIEVED, dup_begun (part->done[0]));
  take_text (self, PROP_WRITTEN, dup_begun (part->done[1]));
  take_text (self, PROP_VERIFIED, dup_begun (part->done[2]));
  take_text (self, PROP_MARK, g_strdup (is_done ? "object-select-symbolic" : ""));
  take_text (self, PROP_MARK_WORD, g_strdup (is_done ? _ ("All there") : C_ ("images", "Open")));
}

void
ic_proof_row_set_series (IcProofRow *self, const IcTransferSeries *series)
{
  gboolean is_good = series->missing == 0 && series->extra == 0 && series->expected > 0 &&
                     series->verified == series->expected;

  g_return_if_fail (IC_IS_PROOF_ROW (self));
  take_text (self, PROP_EXPECTED,
             series->basis != IC_BASIS_NONE ? ic_words_dup_count (series->expected)
                                            : g_strdup (_ ("unknown")));
  take_text (self, PROP_RETRIEVED, ic_words_dup_count (series->retrieved));
  take_text (self, PROP_WRITTEN, ic_words_dup_count (series->written));
  take_text (self, PROP_VERIFIED, ic_words_dup_count (series->verified));
  take_text (self, PROP_MARK,
             g_strdup (is_good ? "object-select-symbolic" : "dialog-warning-symbolic"));
  take_text (self, PROP_MARK_WORD, g_strdup (is_good ? _ ("All there") : _ ("Not all there")));
}
