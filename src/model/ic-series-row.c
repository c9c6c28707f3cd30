/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/ic-series-row.h"

#include "model/ic-found-study.h"
#include "words/ic-words.h"

#include <glib/gi18n.h>

struct _IcSeriesRow
{
  IcResultRow parent_instance;

  char *study_uid;
  char *series_uid;
  char *number;
  char *modality;
  char *description;
  gint64 n_remote;
  gint64 n_here;
};

G_DEFINE_FINAL_TYPE (IcSeriesRow, ic_series_row, IC_TYPE_RESULT_ROW)

static gint64
count_images (IcSeriesRow *self)
{
  return self->n_remote != IC_COUNT_UNKNOWN || self->n_here == 0 ? self->n_remote : self->n_here;
}

static char *
ic_series_row_dup_column (IcResultRow *row, IcColumn column)
{
  IcSeriesRow *self = IC_SERIES_ROW (row);

  switch (column)
    {
    case IC_COLUMN_NAME:
      return ic_series_row_dup_title (self);
    case IC_COLUMN_MODALITY:
      return g_strdup (self->modality);
    case IC_COLUMN_IMAGES:
      return count_images (self) >= 0 ? ic_words_dup_count ((guint64) count_images (self))
                                      : g_strdup ("");
    default:
      return g_strdup ("");
    }
}

static void
ic_series_row_describe_place (IcResultRow *row, GString *symbols, GString *sentence)
{
  IcSeriesRow *self = IC_SERIES_ROW (row);
  IcHere here = ic_here_judge (self->n_here, self->n_remote);
  g_autofree char *text = NULL;

  g_string_append (symbols, ic_here_get_symbol (here));
  text = ic_here_dup_sentence (here, self->n_here, self->n_remote);
  g_string_append (sentence, text);
}

static void
ic_series_row_finalize (GObject *object)
{
  IcSeriesRow *self = IC_SERIES_ROW (object);

  g_free (self->study_uid);
  g_free (self->series_uid);
  g_free (self->number);
  g_free (self->modality);
  g_free (self->description);
  G_OBJECT_CLASS (ic_series_row_parent_class)->finalize (object);
}

static void
ic_series_row_class_init (IcSeriesRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ic_series_row_finalize;
  IC_RESULT_ROW_CLASS (klass)->dup_text = ic_series_row_dup_column;
  IC_RESULT_ROW_CLASS (klass)->describe_place = ic_series_row_describe_place;
}

static void
ic_series_row_init (IcSeriesRow *self)
{
  self->n_remote = IC_COUNT_UNKNOWN;
}

IcSeriesRow *
ic_series_row_new (const char *study_uid, const IcSeriesFacts *facts)
{
  IcSeriesRow *self = g_object_new (IC_TYPE_SERIES_ROW, NULL);

  self->study_uid = g_strdup (study_uid);
  self->series_uid = g_strdup (facts->series_uid);
  self->number = g_strstrip (g_strdup (facts->number));
  self->modality = g_strdup (facts->modality);
  self->description = ic_words_dup_printable (facts->description);
  return self;
}

void
ic_series_row_complete (IcSeriesRow *self, const IcSeriesFacts *facts)
{
  g_return_if_fail (IC_IS_SERIES_ROW (self));
  if (*self->number == '\0')
    {
      g_free (self->number);
      self->number = g_strstrip (g_strdup (facts->number));
    }
  if (*self->description != '\0')
    return;
  g_free (self->description);
  self->description = ic_words_dup_printable (facts->description);
}

void
ic_series_row_set_counts (IcSeriesRow *self, gint64 n_remote, gint64 n_here)
{
  g_return_if_fail (IC_IS_SERIES_ROW (self));
  self->n_remote = n_remote;
  self->n_here = n_here;
  ic_result_row_emit_changed (IC_RESULT_ROW (self));
}

gint64
ic_series_row_get_n_remote (IcSeriesRow *self)
{
  g_return_val_if_fail (IC_IS_SERIES_ROW (self), IC_COUNT_UNKNOWN);
  return self->n_remote;
}

gint64
ic_series_row_get_n_here (IcSeriesRow *self)
{
  g_return_val_if_fail (IC_IS_SERIES_ROW (self), 0);
  return self->n_here;
}

const char *
ic_series_row_get_study_uid (IcSeriesRow *self)
{
  g_return_val_if_fail (IC_IS_SERIES_ROW (self), NULL);
  return self->study_uid;
}

const char *
ic_series_row_get_uid (IcSeriesRow *self)
{
  g_return_val_if_fail (IC_IS_SERIES_ROW (self), NULL);
  return self->series_uid;
}

const char *
ic_series_row_get_modality (IcSeriesRow *self)
{
  g_return_val_if_fail (IC_IS_SERIES_ROW (self), NULL);
  return self->modality;
}

char *
ic_series_row_dup_title (IcSeriesRow *self)
{
  const char *text = NULL;

  g_return_val_if_fail (IC_IS_SERIES_ROW (self), NULL);
  text = *self->description != '\0' ? self->description : _ ("Series without a description");
  return *self->number != '\0' ? g_strdup_printf ("%s · %s", self->number, text) : g_strdup (text);
}

char *
ic_series_row_dup_counts (IcSeriesRow *self)
{
  gint64 n = 0;
  g_autofree char *total = NULL;
  g_autofree char *here = NULL;

  g_return_val_if_fail (IC_IS_SERIES_ROW (self), NULL);
  n = count_images (self);
  if (n < 0)
    return g_strdup ("");
  total = ic_words_dup_count ((guint64) n);
  here = ic_words_dup_count ((guint64) MAX (self->n_here, 0));
  if (ic_here_judge (self->n_here, self->n_remote) == IC_HERE_PARTLY)
    /* Translators: images that are here, of those there are. */
    return g_strdup_printf (_ ("%s of %s images"), here, total);
  return g_strdup_printf (ngettext ("%s image", "%s images", (gulong) n), total);
}

int
ic_series_row_compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const IcSeriesRow *left = a;
  const IcSeriesRow *right = b;
  gint64 left_number = g_ascii_strtoll (left->number, NULL, 10);
  gint64 right_number = g_ascii_strtoll (right->number, NULL, 10);

  if (left_number != right_number)
    return left_number < right_number ? -1 : 1;
  return g_strcmp0 (left->series_uid, right->series_uid);
}
