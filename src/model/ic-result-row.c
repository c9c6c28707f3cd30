/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/ic-result-row.h"

#include "model/ic-found-study.h"
#include "words/ic-words.h"

#include <glib/gi18n.h>

typedef struct
{
  gboolean is_folded;
} IcResultRowPrivate;

static guint changed_signal;

static const char *const column_names[] = {
  [IC_COLUMN_NAME] = "name",
  [IC_COLUMN_PATIENT_ID] = "patient-id",
  [IC_COLUMN_BIRTH_DATE] = "birth-date",
  [IC_COLUMN_SEX] = "sex",
  [IC_COLUMN_DATE] = "date",
  [IC_COLUMN_MODALITY] = "modality",
  [IC_COLUMN_ACCESSION] = "accession",
  [IC_COLUMN_SERIES] = "series",
  [IC_COLUMN_IMAGES] = "images",
  [IC_COLUMN_WHERE] = "where",
  [IC_COLUMN_LAST_SENT] = "last-sent",
};

G_STATIC_ASSERT (G_N_ELEMENTS (column_names) == IC_N_COLUMNS);

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (IcResultRow, ic_result_row, G_TYPE_OBJECT)

static void
ic_result_row_class_init (IcResultRowClass *klass)
{
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
ic_result_row_init (IcResultRow *self)
{
}

char *
ic_result_row_dup_text (IcResultRow *self, IcColumn column)
{
  g_return_val_if_fail (IC_IS_RESULT_ROW (self), NULL);
  return IC_RESULT_ROW_GET_CLASS (self)->dup_text (self, column);
}

void
ic_result_row_describe_place (IcResultRow *self, GString *symbols, GString *sentence)
{
  g_return_if_fail (IC_IS_RESULT_ROW (self));
  if (IC_RESULT_ROW_GET_CLASS (self)->describe_place != NULL)
    IC_RESULT_ROW_GET_CLASS (self)->describe_place (self, symbols, sentence);
}

GListModel *
ic_result_row_get_children (IcResultRow *self)
{
  g_return_val_if_fail (IC_IS_RESULT_ROW (self), NULL);
  if (IC_RESULT_ROW_GET_CLASS (self)->get_children == NULL)
    return NULL;
  return IC_RESULT_ROW_GET_CLASS (self)->get_children (self);
}

void
ic_result_row_emit_changed (IcResultRow *self)
{
  g_return_if_fail (IC_IS_RESULT_ROW (self));
  g_signal_emit (self, changed_signal, 0);
}

gboolean
ic_result_row_is_folded (IcResultRow *self)
{
  return ((IcResultRowPrivate *) ic_result_row_get_instance_private (self))->is_folded;
}

void
ic_result_row_set_folded (IcResultRow *self, gboolean is_folded)
{
  ((IcResultRowPrivate *) ic_result_row_get_instance_private (self))->is_folded = is_folded;
}

const char *
ic_column_to_string (IcColumn column)
{
  g_return_val_if_fail (column < IC_N_COLUMNS, NULL);
  return column_names[column];
}

gboolean
ic_column_from_string (const char *text, IcColumn *column)
{
  for (guint i = 0; i < IC_N_COLUMNS; i++)
    if (g_str_equal (column_names[i], text))
      {
        *column = (IcColumn) i;
        return TRUE;
      }
  return FALSE;
}

IcHere
ic_here_judge (gint64 n_here, gint64 n_expected)
{
  if (n_here <= 0)
    return IC_HERE_NONE;
  if (n_expected == IC_COUNT_UNKNOWN)
    return IC_HERE_UNCERTAIN;
  return n_here < n_expected ? IC_HERE_PARTLY : IC_HERE_ALL;
}

const char *
ic_here_get_symbol (IcHere here)
{
  switch (here)
    {
    case IC_HERE_PARTLY:
      return "◐";
    case IC_HERE_ALL:
      return "✓";
    case IC_HERE_UNCERTAIN:
      return "?";
    default:
      return "";
    }
}

char *
ic_here_dup_sentence (IcHere here, gint64 n_here, gint64 n_expected)
{
  g_autofree char *count = ic_words_dup_count ((guint64) MAX (n_here, 0));
  g_autofree char *total = ic_words_dup_count ((guint64) MAX (n_expected, 0));

  switch (here)
    {
    case IC_HERE_PARTLY:
      return g_strdup_printf (_ ("%s of %s images are here"), count, total);
    case IC_HERE_ALL:
      if (n_here > n_expected)
        return g_strdup_printf (_ ("%s images are here, more than the %s counted there"), count,
                                total);
      return g_strdup_printf (ngettext ("the %s image is here", "all %s images are here",
                                        (gulong) n_here),
                              count);
    case IC_HERE_UNCERTAIN:
      return g_strdup_printf (ngettext ("%s image is here", "%s images are here", (gulong) n_here),
                              count);
    default:
      return g_strdup (_ ("not here"));
    }
}
