/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/ic-study-places.h"

#include "core/ic-error.h"
#include "store/ic-expectation-repo.h"
#include "store/ic-transfer-search.h"

/* So few that nobody else waits long for the store. */
#define STUDIES_PER_READ 100

struct _IcStudyPlaces
{
  IcWorkspace *workspace;
  GPtrArray *waiting; /* of IcStudyRow */
  GCancellable *cancellable;
  gboolean reading;
};

/* One study. The UID is copied because the row belongs to the main thread. */
typedef struct
{
  char *study_uid;
  gboolean is_uncounted; /* its nodes do not say how many images it has */
  gint64 n_read;
  gint64 n_here;
  guint64 size_bytes;
  gint64 sent_at;
  char *sent_to;
} Place;

typedef struct
{
  GPtrArray *rows; /* of IcStudyRow; for the main thread only */
  GArray *places;  /* of Place, in the same order */
} Portion;

static void
place_clear (gpointer data)
{
  Place *place = data;

  g_free (place->study_uid);
  g_free (place->sent_to);
}

static void
portion_free (gpointer data)
{
  Portion *portion = data;

  g_ptr_array_unref (portion->rows);
  g_array_unref (portion->places);
  g_free (portion);
}

/* Nothing was read of most studies. */
static gboolean
read_expectation (IcReadTx *tx, Place *place, GError **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(IcExpectation) expectation = NULL;

  if (!place->is_uncounted || place->n_here == 0)
    return TRUE;
  expectation = ic_expectation_repo_find_latest (tx, place->study_uid, NULL, &local_error);
  if (expectation != NULL && expectation->basis == IC_BASIS_UID_LIST)
    place->n_read = ic_expectation_count (expectation);
  if (local_error == NULL || g_error_matches (local_error, IC_ERROR, IC_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
read_place (IcReadTx *tx, Place *place, GError **error)
{
  const IcStudyFilter filter = { .study_uid = place->study_uid };
  g_autoptr(GPtrArray) list = ic_study_repo_list (tx, &filter, NULL, 1, error);

  if (list == NULL)
    return FALSE;
  if (list->len > 0)
    {
      const IcStudySummary *summary = list->pdata[0];

      place->n_here = summary->n_instances;
      place->size_bytes = summary->size_bytes;
    }
  return read_expectation (tx, place, error) &&
         ic_transfer_search_last_sent (tx, place->study_uid, &place->sent_at, &place->sent_to,
                                       error);
}

static gboolean
read_portion (IcReadTx *tx, gpointer data, GError **error)
{
  Portion *portion = data;

  for (guint i = 0; i < portion->places->len; i++)
    if (!read_place (tx, &g_array_index (portion->places, Place, i), error))
      return FALSE;
  return TRUE;
}

static void read_next (IcStudyPlaces *self);

static void
portion_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  IcStudyPlaces *self = user_data;
  g_autoptr(GError) error = NULL;
  Portion *portion = ic_workspace_transact_finish (IC_WORKSPACE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* @self is gone */
  self->reading = FALSE;
  if (portion == NULL)
    g_warning ("what is here cannot be looked up: %s", error->message);
  for (guint i = 0; portion != NULL && i < portion->rows->len; i++)
    {
      const Place *place = &g_array_index (portion->places, Place, i);

      ic_study_row_set_here (portion->rows->pdata[i], place->n_here, place->size_bytes);
      if (place->is_uncounted)
        ic_study_row_set_n_read (portion->rows->pdata[i], place->n_read);
      ic_study_row_set_last_sent (portion->rows->pdata[i], place->sent_at,
                                  place->sent_to != NULL ? place->sent_to : "");
    }
  g_clear_pointer (&portion, portion_free);
  read_next (self);
}

static Portion *
take_portion (IcStudyPlaces *self)
{
  Portion *portion = g_new0 (Portion, 1);
  guint n = MIN (self->waiting->len, STUDIES_PER_READ);

  portion->rows = g_ptr_array_new_with_free_func (g_object_unref);
  portion->places = g_array_new (FALSE, TRUE, sizeof (Place));
  g_array_set_clear_func (portion->places, place_clear);
  for (guint i = 0; i < n; i++)
    {
      IcStudyRow *row = self->waiting->pdata[i];
      const Place place = {
        .study_uid = g_strdup (ic_study_row_get_uid (row)),
        .is_uncounted = !ic_study_row_is_counted (row),
        .n_read = IC_COUNT_UNKNOWN,
      };

      g_ptr_array_add (portion->rows, g_object_ref (row));
      g_array_append_val (portion->places, place);
    }
  g_ptr_array_remove_range (self->waiting, 0, n);
  return portion;
}

static void
read_next (IcStudyPlaces *self)
{
  if (self->reading || self->waiting->len == 0)
    return;
  self->reading = TRUE;
  ic_workspace_read_async (self->workspace, read_portion, take_portion (self), portion_free,
                           self->cancellable, portion_read_cb, self);
}

IcStudyPlaces *
ic_study_places_new (IcWorkspace *workspace)
{
  IcStudyPlaces *self = g_new0 (IcStudyPlaces, 1);

  self->workspace = workspace;
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  self->cancellable = g_cancellable_new ();
  return self;
}

void
ic_study_places_free (IcStudyPlaces *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->waiting);
  g_free (self);
}

void
ic_study_places_add (IcStudyPlaces *self, IcStudyRow *study)
{
  g_ptr_array_add (self->waiting, g_object_ref (study));
  read_next (self);
}

void
ic_study_places_clear (IcStudyPlaces *self)
{
  g_ptr_array_set_size (self->waiting, 0);
}
