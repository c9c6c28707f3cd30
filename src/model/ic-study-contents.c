/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/ic-study-contents.h"

#include "core/ic-error.h"
#include "model/ic-series-row.h"
#include "ops/ic-query-job.h"
#include "words/ic-error-words.h"

/* One reading. Both answers are waited for, so that rows come once and in order. */
typedef struct
{
  IcStudyRow *study;
  GHashTable *series; /* UID to IcSeriesRow */
  GPtrArray *rows;    /* of IcSeriesRow */
  IcJob *job;         /* at the node; NULL without one */
  guint n_pending;
  char *trouble;
} Reading;

/* What the store has of it. */
typedef struct
{
  char *study_uid;
  IcStudy *study; /* NULL: nothing */
} LocalStudy;

static void
local_study_free (gpointer data)
{
  LocalStudy *self = data;

  g_free (self->study_uid);
  g_clear_pointer (&self->study, ic_study_unref);
  g_free (self);
}

static gboolean
find_study (IcReadTx *tx, gpointer data, GError **error)
{
  LocalStudy *self = data;
  g_autoptr(GError) local_error = NULL;

  self->study = ic_study_repo_find (tx, self->study_uid, &local_error);
  if (self->study != NULL || g_error_matches (local_error, IC_ERROR, IC_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static void
reading_free (Reading *self)
{
  g_object_unref (self->study);
  g_hash_table_unref (self->series);
  g_ptr_array_unref (self->rows);
  g_clear_object (&self->job);
  g_free (self->trouble);
  g_free (self);
}

/* Rows that somebody looks at stay the same objects. */
static gboolean
is_as_before (Reading *self, GListModel *shown)
{
  if (g_list_model_get_n_items (shown) != self->rows->len)
    return FALSE;
  for (guint i = 0; i < self->rows->len; i++)
    {
      g_autoptr(IcSeriesRow) row = g_list_model_get_item (shown, i);

      if (row != self->rows->pdata[i])
        return FALSE;
    }
  return TRUE;
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  return ic_series_row_compare (*(gconstpointer *) a, *(gconstpointer *) b, NULL);
}

static void
finish (Reading *self)
{
  GListStore *shown = ic_study_row_get_series (self->study);

  if (--self->n_pending > 0)
    return;
  g_ptr_array_sort (self->rows, compare_rows);
  if (!is_as_before (self, G_LIST_MODEL (shown)))
    g_list_store_splice (shown, 0, g_list_model_get_n_items (G_LIST_MODEL (shown)),
                         self->rows->pdata, self->rows->len);
  ic_study_row_complete_from_series (self->study);
  ic_study_row_set_series_state (self->study, IC_SERIES_READ,
                                 self->trouble != NULL ? self->trouble : "");
  reading_free (self);
}

static IcSeriesRow *
ensure_row (Reading *self, const IcSeriesFacts *facts)
{
  IcSeriesRow *row = g_hash_table_lookup (self->series, facts->series_uid);

  if (row == NULL)
    {
      row = ic_series_row_new (ic_study_row_get_uid (self->study), facts);
      g_hash_table_insert (self->series, g_strdup (facts->series_uid), row);
    }
  ic_series_row_complete (row, facts);
  if (!g_ptr_array_find (self->rows, row, NULL))
    g_ptr_array_add (self->rows, g_object_ref (row));
  return row;
}

static void
row_found_cb (const char *const *values, gpointer user_data)
{
  Reading *self = user_data;
  const IcSeriesFacts facts = {
    .series_uid = values[IC_QUERY_SERIES_INSTANCE_UID],
    .number = values[IC_QUERY_SERIES_NUMBER],
    .modality = values[IC_QUERY_MODALITY],
    .description = values[IC_QUERY_SERIES_DESCRIPTION],
  };
  gint64 count = ic_found_study_parse_count (values[IC_QUERY_SERIES_INSTANCE_COUNT]);
  IcSeriesRow *row = NULL;

  if (*facts.series_uid == '\0')
    return;
  row = ensure_row (self, &facts);
  ic_series_row_set_counts (row, count, ic_series_row_get_n_here (row));
}

static void
set_trouble (Reading *self, const char *subject, const GError *error)
{
  const IcErrorContext context = { .subject = subject };

  g_free (self->trouble);
  self->trouble = ic_error_words_dup_sentence (error, &context);
}

static void
job_changed_cb (IcJob *job, GParamSpec *pspec, gpointer user_data)
{
  Reading *self = user_data;

  if (!ic_job_is_finished (job))
    return;
  g_signal_handlers_disconnect_by_func (job, job_changed_cb, user_data);
  if (ic_job_get_error (job) != NULL)
    set_trouble (self, ic_study_row_get_node (self->study)->name, ic_job_get_error (job));
  finish (self);
}

static void
ask_node (Reading *self, IcDesk *desk)
{
  IcQuery *query = ic_query_new (IC_LEVEL_SERIES);

  ic_query_set (query, IC_QUERY_STUDY_INSTANCE_UID, ic_study_row_get_uid (self->study));
  self->job =
      ic_find_job_new (desk, ic_study_row_get_node (self->study), query, 0, row_found_cb, self);
  g_signal_connect (self->job, "notify::state", G_CALLBACK (job_changed_cb), self);
  self->n_pending++;
  ic_job_start (self->job);
}

static void
take_local (Reading *self, IcStudy *study)
{
  for (guint i = 0; i < study->series->len; i++)
    {
      const IcSeries *series = study->series->pdata[i];
      const IcSeriesFacts facts = {
        .series_uid = series->series_uid,
        .number = series->number,
        .modality = series->modality,
        .description = series->description,
      };
      IcSeriesRow *row = ensure_row (self, &facts);

      ic_series_row_set_counts (row, ic_series_row_get_n_remote (row), series->instances->len);
    }
}

static void
local_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Reading *self = user_data;
  g_autoptr(GError) error = NULL;
  LocalStudy *local = ic_workspace_transact_finish (IC_WORKSPACE (source), result, &error);

  if (local == NULL)
    set_trouble (self, NULL, error);
  else if (local->study != NULL)
    take_local (self, local->study);
  g_clear_pointer (&local, local_study_free);
  finish (self);
}

static void
remember_shown (Reading *self)
{
  GListModel *shown = G_LIST_MODEL (ic_study_row_get_series (self->study));

  for (guint i = 0; i < g_list_model_get_n_items (shown); i++)
    {
      IcSeriesRow *row = g_list_model_get_item (shown, i);

      ic_series_row_set_counts (row, ic_series_row_get_n_remote (row), 0);
      g_hash_table_insert (self->series, g_strdup (ic_series_row_get_uid (row)), row);
    }
}

void
ic_study_contents_load (IcWorkspace *workspace, IcStudyRow *study)
{
  Reading *self = NULL;
  LocalStudy *local = NULL;

  g_return_if_fail (IC_IS_WORKSPACE (workspace) && IC_IS_STUDY_ROW (study));
  if (ic_study_row_get_series_state (study) == IC_SERIES_ASKING)
    return;
  self = g_new0 (Reading, 1);
  self->study = g_object_ref (study);
  self->series = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->rows = g_ptr_array_new_with_free_func (g_object_unref);
  remember_shown (self);
  ic_study_row_set_series_state (study, IC_SERIES_ASKING, "");
  self->n_pending = 1;
  local = g_new0 (LocalStudy, 1);
  local->study_uid = g_strdup (ic_study_row_get_uid (study));
  ic_workspace_read_async (workspace, find_study, local, local_study_free, NULL, local_read_cb,
                           self);
  if (ic_study_row_get_node (study) != NULL)
    ask_node (self, ic_workspace_get_desk (workspace));
}
