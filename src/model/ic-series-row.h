/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A series of a study that was found: how many images its sources count, and how many are here. */
#pragma once

#include "model/ic-result-row.h"

G_BEGIN_DECLS

#define IC_TYPE_SERIES_ROW (ic_series_row_get_type ())
G_DECLARE_FINAL_TYPE (IcSeriesRow, ic_series_row, IC, SERIES_ROW, IcResultRow)

/* What a source says of it, "" for nothing. */
typedef struct
{
  const char *series_uid;
  const char *number;
  const char *modality;
  const char *description;
} IcSeriesFacts;

/* Property: "title" ("2 · Chest 5.0 soft"). */
IcSeriesRow *ic_series_row_new (const char *study_uid, const IcSeriesFacts *facts);

/* Another source may say what the first left out; followed by set_counts(). */
void ic_series_row_complete (IcSeriesRow *self, const IcSeriesFacts *facts);

/* Counts, or IC_COUNT_UNKNOWN. */
void ic_series_row_set_counts (IcSeriesRow *self, gint64 n_remote, gint64 n_here);
gint64 ic_series_row_get_n_remote (IcSeriesRow *self);
gint64 ic_series_row_get_n_here (IcSeriesRow *self);

const char *ic_series_row_get_study_uid (IcSeriesRow *self);
const char *ic_series_row_get_uid (IcSeriesRow *self);
const char *ic_series_row_get_modality (IcSeriesRow *self);
char *ic_series_row_dup_title (IcSeriesRow *self);
char *ic_series_row_dup_counts (IcSeriesRow *self); /* "604 images, 2 of them here" */

/* In order of their numbers, then of UID. */
int ic_series_row_compare (gconstpointer a, gconstpointer b, gpointer user_data);

G_END_DECLS
