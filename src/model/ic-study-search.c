/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/ic-study-search.h"

#include "model/ic-study-places.h"
#include "words/ic-words.h"

#include <glib/gi18n.h>
#include <time.h>

/* What rows may take of the main loop at a time: a frame has 16 ms, and drawing needs its part. */
#define PORTION_US 4000

/* A list is told of rows that come after each other at once. */
#define ROWS_PER_SPLICE 24

/* What a source found, before it has a row. */
typedef struct
{
  IcFoundStudy *study;
  IcNode *node; /* NULL: the local store */
} Arrival;

struct _IcStudySearch
{
  GObject parent_instance;

  IcWorkspace *workspace;
  GListStore *sources;
  GListStore *patients;
  IcStudyCriteria *criteria; /* of the last search; NULL before the first */
  IcColumn column;
  gboolean descending;
  GHashTable *studies;     /* UID to IcStudyRow */
  GHashTable *patients_of; /* folded patient ID to GPtrArray of IcPatientRow */
  GQueue arrivals;         /* of Arrival */
  GPtrArray *fresh;        /* of IcPatientRow that the list does not have yet */
  GPtrArray *unsorted;     /* heap of IcPatientRow that a new order has still to place, or NULL */
  guint n_sorted;          /* rows at the top of the list that have their place in it */
  IcStudyPlaces *places;
  guint portion_id;
  gint64 longest_us;
};

enum
{
  PROP_0,
  PROP_ASKING,
  PROP_SUMMARY,
  PROP_N_STUDIES,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (IcStudySearch, ic_study_search, G_TYPE_OBJECT)

static void
arrival_free (gpointer data)
{
  Arrival *arrival = data;

  g_clear_pointer (&arrival->study, ic_found_study_free);
  g_clear_pointer (&arrival->node, ic_node_unref);
  g_free (arrival);
}

static void
notify_all (IcStudySearch *self)
{
  for (guint id = PROP_ASKING; id < N_PROPS; id++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[id]);
}

static GPtrArray *
ensure_namesakes (IcStudySearch *self, IcPatient *patient)
{
  char *key = g_strstrip (g_utf8_casefold (patient->id, -1));
  GPtrArray *list = g_hash_table_lookup (self->patients_of, key);

  if (list != NULL)
    {
      g_free (key);
      return list;
    }
  list = g_ptr_array_new ();
  g_hash_table_insert (self->patients_of, key, list);
  return list;
}

/* The row that a study of @patient belongs to; *@is_new when the list does not have it yet. */
static IcPatientRow *
ensure_patient (IcStudySearch *self, IcPatient *patient, GPtrArray *fresh)
{
  GPtrArray *namesakes = ensure_namesakes (self, patient);
  IcPatientRow *row = NULL;

  for (guint i = 0; i < namesakes->len; i++)
    if (ic_patient_row_is_of (namesakes->pdata[i], patient))
      return namesakes->pdata[i];
  row = ic_patient_row_new (patient);
  g_ptr_array_add (namesakes, row);
  g_ptr_array_add (fresh, row);
  return row;
}

static void
place_arrival (IcStudySearch *self, const Arrival *arrival, GPtrArray *fresh)
{
  IcStudyRow *study = g_hash_table_lookup (self->studies, arrival->study->study_uid);

  if (study != NULL)
    {
      ic_study_row_add_place (study, arrival->study, arrival->node);
      return;
    }
  study = ic_study_row_new (arrival->study, arrival->node);
  g_hash_table_insert (self->studies, g_strdup (arrival->study->study_uid), study);
  ic_patient_row_insert (ensure_patient (self, arrival->study->patient, fresh), study, self->column,
                         self->descending);
  ic_study_places_add (self->places, study);
}

static int
compare_patients (gconstpointer a, gconstpointer b, gpointer user_data)
{
  IcStudySearch *self = user_data;

  return ic_patient_row_compare ((gpointer) a, (gpointer) b, self->column, self->descending);
}

/* With its studies, so that nothing is sorted twice. */
static void
show_fresh (IcStudySearch *self)
{
  g_autoptr(IcPatientRow) row = g_ptr_array_steal_index (self->fresh, self->fresh->len - 1);

  g_list_store_insert_sorted (self->patients, row, compare_patients, self);
}

/* The heap has its first row at its top; the one at @position may have to go down. */
static void
sift_down (IcStudySearch *self, guint position)
{
  gpointer *rows = self->unsorted->pdata;
  const guint n = self->unsorted->len;
  guint child = 0;

  while ((child = 2 * position + 1) < n)
    {
      gpointer row = rows[position];

      if (child + 1 < n && compare_patients (rows[child + 1], rows[child], self) < 0)
        child++;
      if (compare_patients (row, rows[child], self) <= 0)
        return;
      rows[position] = rows[child];
      rows[child] = row;
      position = child;
    }
}

/* One row, in the place of the one that stands there: the widgets of a row are soon made, those of
 * all that are ready take longer than anybody may be held up. Until all are placed the list has
 * some of them twice.
 */
static void
sort_one (IcStudySearch *self)
{
  GListModel *shown = G_LIST_MODEL (self->patients);
  g_autoptr(IcPatientRow) row = g_ptr_array_steal_index_fast (self->unsorted, 0);

  sift_down (self, 0);
  ic_patient_row_sort (row, self->column, self->descending);
  g_list_store_splice (self->patients, self->n_sorted,
                       self->n_sorted < g_list_model_get_n_items (shown) ? 1 : 0, (gpointer *) &row,
                       1);
  self->n_sorted++;
  if (self->unsorted->len == 0)
    g_clear_pointer (&self->unsorted, g_ptr_array_unref);
}

static gboolean
has_work (IcStudySearch *self)
{
  return self->unsorted != NULL || self->fresh->len > 0 || !g_queue_is_empty (&self->arrivals);
}

/* New rows wait until the list is in order again, and until some are there with their studies. */
static void
work_a_little (IcStudySearch *self, gboolean *is_filling)
{
  if (self->unsorted != NULL)
    {
      sort_one (self);
      return;
    }
  if (*is_filling && self->fresh->len < ROWS_PER_SPLICE && !g_queue_is_empty (&self->arrivals))
    {
      Arrival *arrival = g_queue_pop_head (&self->arrivals);

      place_arrival (self, arrival, self->fresh);
      arrival_free (arrival);
      return;
    }
  *is_filling = self->fresh->len <= 1;
  if (self->fresh->len > 0)
    show_fresh (self);
}

/* What others had of the processor meanwhile does not count. */
static gint64
get_cpu_us (void)
{
  struct timespec now = { 0 };

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static void
note_portion (IcStudySearch *self, gint64 begun_us)
{
  self->longest_us = MAX (self->longest_us, get_cpu_us () - begun_us);
}

static gboolean
portion_cb (gpointer user_data)
{
  IcStudySearch *self = user_data;
  const gint64 cpu_begun_us = get_cpu_us ();
  const gint64 begun_us = g_get_monotonic_time ();
  gboolean is_filling = TRUE;

  do
    work_a_little (self, &is_filling);
  while (has_work (self) && g_get_monotonic_time () < begun_us + PORTION_US);
  if (!has_work (self))
    self->portion_id = 0;
  notify_all (self);
  note_portion (self, cpu_begun_us);
  return has_work (self);
}

/* After what is drawn, and after keys and clicks. */
static void
ensure_portion (IcStudySearch *self)
{
  if (self->portion_id == 0)
    self->portion_id = g_idle_add (portion_cb, self);
}

static void
found_cb (IcSearchSource *source, IcFoundStudy *found, gpointer user_data)
{
  ic_study_search_take (user_data, found, ic_search_source_get_node (source));
}

static void
forget_results (IcStudySearch *self)
{
  g_clear_handle_id (&self->portion_id, g_source_remove);
  g_queue_clear_full (&self->arrivals, arrival_free);
  g_ptr_array_set_size (self->fresh, 0);
  g_clear_pointer (&self->unsorted, g_ptr_array_unref);
  ic_study_places_clear (self->places);
  g_list_store_remove_all (self->patients);
  g_hash_table_remove_all (self->patients_of);
  g_hash_table_remove_all (self->studies);
}

static void
source_changed_cb (IcStudySearch *self)
{
  notify_all (self);
}

static IcSearchSource *
find_source (IcStudySearch *self, IcNode *node)
{
  GListModel *sources = G_LIST_MODEL (self->sources);

  for (guint i = 0; i < g_list_model_get_n_items (sources); i++)
    {
      g_autoptr(IcSearchSource) source = g_list_model_get_item (sources, i);

      if (ic_search_source_get_node (source) == node)
        return g_steal_pointer (&source);
    }
  return NULL;
}

/* A node that was changed is another source, chosen as the one of its name was. */
static gboolean
was_chosen (IcStudySearch *self, IcNode *node)
{
  GListModel *sources = G_LIST_MODEL (self->sources);

  for (guint i = 0; i < g_list_model_get_n_items (sources); i++)
    {
      g_autoptr(IcSearchSource) source = g_list_model_get_item (sources, i);
      IcNode *other = ic_search_source_get_node (source);

      if (other != NULL && g_str_equal (other->name, node->name))
        return ic_search_source_is_chosen (source);
    }
  return TRUE;
}

static void
add_source (IcStudySearch *self, GPtrArray *list, IcNode *node)
{
  IcSearchSource *source = find_source (self, node);

  if (source == NULL)
    {
      source = ic_search_source_new (ic_workspace_get_desk (self->workspace), node);
      ic_search_source_set_chosen (source, node == NULL || was_chosen (self, node));
      g_signal_connect_object (source, "notify::text", G_CALLBACK (source_changed_cb), self,
                               G_CONNECT_SWAPPED);
    }
  g_ptr_array_add (list, source);
}

static void
nodes_changed_cb (IcStudySearch *self)
{
  GListModel *nodes = ic_workspace_get_nodes (self->workspace);
  g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func (g_object_unref);
  guint n_before = g_list_model_get_n_items (G_LIST_MODEL (self->sources));

  for (guint i = 0; i < g_list_model_get_n_items (nodes); i++)
    {
      g_autoptr(IcNodeItem) item = g_list_model_get_item (nodes, i);

      add_source (self, list, ic_node_item_get_node (item));
    }
  add_source (self, list, NULL);
  for (guint i = 0; i < n_before; i++)
    {
      g_autoptr(IcSearchSource) source = g_list_model_get_item (G_LIST_MODEL (self->sources), i);

      if (!g_ptr_array_find (list, source, NULL))
        ic_search_source_stop (source);
    }
  g_list_store_splice (self->sources, 0, n_before, list->pdata, list->len);
  notify_all (self);
}

/* What came or went concerns any of them. */
static void
store_changed_cb (IcStudySearch *self)
{
  GHashTableIter iter;
  gpointer study = NULL;

  ic_study_places_clear (self->places);
  g_hash_table_iter_init (&iter, self->studies);
  while (g_hash_table_iter_next (&iter, NULL, &study))
    ic_study_places_add (self->places, study);
}

static void
ic_study_search_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  IcStudySearch *self = IC_STUDY_SEARCH (object);

  switch (id)
    {
    case PROP_ASKING:
      g_value_set_boolean (value, ic_study_search_is_asking (self));
      break;
    case PROP_SUMMARY:
      g_value_take_string (value, ic_study_search_dup_summary (self));
      break;
    case PROP_N_STUDIES:
      g_value_set_uint (value, ic_study_search_get_n_studies (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ic_study_search_dispose (GObject *object)
{
  IcStudySearch *self = IC_STUDY_SEARCH (object);

  if (self->workspace != NULL)
    {
      ic_study_search_stop (self);
      forget_results (self);
    }
  g_clear_pointer (&self->places, ic_study_places_free);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (ic_study_search_parent_class)->dispose (object);
}

static void
ic_study_search_finalize (GObject *object)
{
  IcStudySearch *self = IC_STUDY_SEARCH (object);

  g_object_unref (self->sources);
  g_object_unref (self->patients);
  g_clear_pointer (&self->criteria, ic_study_criteria_free);
  g_hash_table_unref (self->studies);
  g_hash_table_unref (self->patients_of);
  g_ptr_array_unref (self->fresh);
  G_OBJECT_CLASS (ic_study_search_parent_class)->finalize (object);
}

static void
ic_study_search_class_init (IcStudySearchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = ic_study_search_get_property;
  object_class->dispose = ic_study_search_dispose;
  object_class->finalize = ic_study_search_finalize;
  properties[PROP_ASKING] = g_param_spec_boolean ("asking", NULL, NULL, FALSE, flags);
  properties[PROP_SUMMARY] = g_param_spec_string ("summary", NULL, NULL, NULL, flags);
  properties[PROP_N_STUDIES] = g_param_spec_uint ("n-studies", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ic_study_search_init (IcStudySearch *self)
{
  self->sources = g_list_store_new (IC_TYPE_SEARCH_SOURCE);
  self->patients = g_list_store_new (IC_TYPE_PATIENT_ROW);
  self->studies = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->patients_of =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  self->fresh = g_ptr_array_new_with_free_func (g_object_unref);
  g_queue_init (&self->arrivals);
}

IcStudySearch *
ic_study_search_new (IcWorkspace *workspace)
{
  IcStudySearch *self = g_object_new (IC_TYPE_STUDY_SEARCH, NULL);

  self->workspace = g_object_ref (workspace);
  self->places = ic_study_places_new (workspace);
  g_signal_connect_object (workspace, "nodes-changed", G_CALLBACK (nodes_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "store-changed", G_CALLBACK (store_changed_cb), self,
                           G_CONNECT_SWAPPED);
  nodes_changed_cb (self);
  return self;
}

GListModel *
ic_study_search_get_sources (IcStudySearch *self)
{
  g_return_val_if_fail (IC_IS_STUDY_SEARCH (self), NULL);
  return G_LIST_MODEL (self->sources);
}

GListModel *
ic_study_search_get_patients (IcStudySearch *self)
{
  g_return_val_if_fail (IC_IS_STUDY_SEARCH (self), NULL);
  return G_LIST_MODEL (self->patients);
}

void
ic_study_search_start (IcStudySearch *self, const IcStudyCriteria *criteria)
{
  IcStudyCriteria *kept = NULL;
  GListModel *sources = NULL;

  g_return_if_fail (IC_IS_STUDY_SEARCH (self));
  kept = ic_study_criteria_copy (criteria);
  g_clear_pointer (&self->criteria, ic_study_criteria_free);
  self->criteria = kept;
  ic_study_search_stop (self);
  forget_results (self);
  sources = G_LIST_MODEL (self->sources);
  for (guint i = 0; i < g_list_model_get_n_items (sources); i++)
    {
      g_autoptr(IcSearchSource) source = g_list_model_get_item (sources, i);

      if (ic_search_source_is_chosen (source))
        ic_search_source_ask (source, self->criteria, found_cb, self);
    }
  notify_all (self);
}

void
ic_study_search_repeat (IcStudySearch *self)
{
  g_return_if_fail (IC_IS_STUDY_SEARCH (self));
  if (self->criteria != NULL)
    ic_study_search_start (self, self->criteria);
}

void
ic_study_search_retry (IcStudySearch *self, IcSearchSource *source)
{
  g_return_if_fail (IC_IS_STUDY_SEARCH (self));
  if (self->criteria != NULL)
    ic_search_source_ask (source, self->criteria, found_cb, self);
}

void
ic_study_search_stop (IcStudySearch *self)
{
  GListModel *sources = NULL;

  g_return_if_fail (IC_IS_STUDY_SEARCH (self));
  sources = G_LIST_MODEL (self->sources);
  for (guint i = 0; i < g_list_model_get_n_items (sources); i++)
    {
      g_autoptr(IcSearchSource) source = g_list_model_get_item (sources, i);

      ic_search_source_stop (source);
    }
}

/* Each once, even while they are being sorted. */
static GPtrArray *
list_patients (IcStudySearch *self)
{
  GListModel *shown = G_LIST_MODEL (self->patients);
  const guint n = self->unsorted != NULL ? self->n_sorted : g_list_model_get_n_items (shown);
  GPtrArray *all = self->unsorted != NULL ? g_steal_pointer (&self->unsorted)
                                          : g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (all, g_list_model_get_item (shown, i));
  g_ptr_array_extend_and_steal (all, g_steal_pointer (&self->fresh));
  self->fresh = g_ptr_array_new_with_free_func (g_object_unref);
  return all;
}

void
ic_study_search_set_order (IcStudySearch *self, IcColumn column, gboolean descending)
{
  const gint64 begun_us = get_cpu_us ();
  g_autoptr(GPtrArray) all = NULL;

  g_return_if_fail (IC_IS_STUDY_SEARCH (self));
  if (self->column == column && self->descending == descending)
    return;
  self->column = column;
  self->descending = descending;
  all = list_patients (self);
  if (all->len == 0)
    return;
  for (guint i = 0; i < all->len; i++)
    ic_patient_row_choose_first (all->pdata[i], column, descending);
  self->unsorted = g_steal_pointer (&all);
  self->n_sorted = 0;
  for (guint i = self->unsorted->len / 2; i > 0; i--)
    sift_down (self, i - 1);
  ensure_portion (self);
  note_portion (self, begun_us);
}

gboolean
ic_study_search_was_asked (IcStudySearch *self)
{
  g_return_val_if_fail (IC_IS_STUDY_SEARCH (self), FALSE);
  return self->criteria != NULL;
}

/* Names of sources that have still to answer, after each other. */
static char *
dup_awaited (IcStudySearch *self)
{
  GListModel *sources = G_LIST_MODEL (self->sources);
  g_autoptr(GString) names = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (sources); i++)
    {
      g_autoptr(IcSearchSource) source = g_list_model_get_item (sources, i);

      if (ic_search_source_get_state (source) == IC_SOURCE_ASKING)
        g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "",
                                ic_search_source_get_name (source));
    }
  return g_string_free (g_steal_pointer (&names), FALSE);
}

gboolean
ic_study_search_is_asking (IcStudySearch *self)
{
  g_autofree char *awaited = NULL;

  g_return_val_if_fail (IC_IS_STUDY_SEARCH (self), FALSE);
  awaited = dup_awaited (self);
  return *awaited != '\0' || has_work (self);
}

guint
ic_study_search_get_n_studies (IcStudySearch *self)
{
  g_return_val_if_fail (IC_IS_STUDY_SEARCH (self), 0);
  return g_hash_table_size (self->studies);
}

char *
ic_study_search_dup_summary (IcStudySearch *self)
{
  g_autofree char *awaited = NULL;
  g_autofree char *count = NULL;
  g_autofree char *found = NULL;
  guint n = 0;

  g_return_val_if_fail (IC_IS_STUDY_SEARCH (self), NULL);
  if (self->criteria == NULL)
    return g_strdup ("");
  n = ic_study_search_get_n_studies (self);
  awaited = dup_awaited (self);
  count = ic_words_dup_count (n);
  found = g_strdup_printf (ngettext ("%s study found", "%s studies found", n), count);
  if (*awaited == '\0')
    return g_steal_pointer (&found);
  /* Translators: "1,240 studies found", names of nodes. */
  return g_strdup_printf (_ ("%s, still asking %s"), found, awaited);
}

void
ic_study_search_take (IcStudySearch *self, IcFoundStudy *found, IcNode *node)
{
  Arrival *arrival = g_new0 (Arrival, 1);

  g_return_if_fail (IC_IS_STUDY_SEARCH (self));
  arrival->study = found;
  arrival->node = node != NULL ? ic_node_ref (node) : NULL;
  g_queue_push_tail (&self->arrivals, arrival);
  ensure_portion (self);
}

gint64
ic_study_search_get_longest_us (IcStudySearch *self)
{
  g_return_val_if_fail (IC_IS_STUDY_SEARCH (self), 0);
  return self->longest_us;
}
