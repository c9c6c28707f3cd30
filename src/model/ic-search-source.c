/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/ic-search-source.h"

#include "ops/ic-query-job.h"
#include "words/ic-error-words.h"
#include "words/ic-words.h"

#include <glib/gi18n.h>

/* Nobody reads more; and an archive is not asked for everything it has. */
#define MAX_ROWS 10000
#define ROWS_PER_PAGE 500

/* One search at one source. It lives until nobody can call it any more, also when it is no longer
 * wanted.
 */
typedef struct
{
  IcSearchSource *source;
  IcStudyCriteria *criteria;
  IcFoundFunc func;
  gpointer user_data;
  GHashTable *told; /* UIDs of studies */
  gboolean wanted;
  GPtrArray *queries; /* of IcQuery; NULL once asked */
  guint next;
  IcJob *job; /* the one that runs, of a node */
  gboolean case_ignored;
} Asking;

struct _IcSearchSource
{
  GObject parent_instance;

  IcDesk *desk;
  IcNode *node;
  gboolean chosen;
  IcSourceState state;
  Asking *asking; /* the wanted one, or NULL */
  guint n_found;
  guint left_out;
  gboolean truncated;
  char *trouble;
};

enum
{
  PROP_0,
  PROP_NAME,
  PROP_CHOSEN,
  PROP_ASKING,
  PROP_FAILED,
  PROP_REMARKABLE,
  PROP_TEXT,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (IcSearchSource, ic_search_source, G_TYPE_OBJECT)

static void ask_next (Asking *asking);

static void
asking_free (Asking *self)
{
  g_object_unref (self->source);
  ic_study_criteria_free (self->criteria);
  g_hash_table_unref (self->told);
  g_clear_pointer (&self->queries, g_ptr_array_unref);
  g_clear_object (&self->job);
  g_free (self);
}

static void
notify_state (IcSearchSource *self)
{
  for (guint id = PROP_ASKING; id < N_PROPS; id++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[id]);
}

static void
end (Asking *asking, IcSourceState state)
{
  IcSearchSource *self = asking->source;

  if (asking->wanted)
    {
      self->asking = NULL;
      self->state = state;
      notify_state (self);
    }
  asking_free (asking);
}

/* A study may answer several of the queries. */
static void
tell (Asking *asking, IcFoundStudy *found)
{
  IcSearchSource *self = asking->source;

  if (!g_hash_table_add (asking->told, g_strdup (found->study_uid)))
    {
      ic_found_study_free (found);
      return;
    }
  self->n_found++;
  asking->func (self, found, asking->user_data);
}

static void
row_found_cb (const char *const *values, gpointer user_data)
{
  Asking *asking = user_data;
  IcFoundStudy *found = NULL;
  const char *pattern = NULL;

  if (!asking->wanted)
    return;
  pattern = ic_query_get (asking->queries->pdata[asking->next - 1], IC_QUERY_PATIENT_NAME);
  asking->case_ignored |=
      pattern != NULL &&
      ic_study_criteria_shows_case_ignored (pattern, values[IC_QUERY_PATIENT_NAME]);
  found = ic_found_study_new_from_row (values);
  if (found != NULL)
    tell (asking, found);
}

static char *
dup_trouble (IcSearchSource *self, const GError *error)
{
  const IcErrorContext context = {
    .subject = ic_search_source_get_name (self),
    .subject_is_phrase = self->node == NULL,
    .our_aet = self->node != NULL && *self->node->our_aet != '\0' ? self->node->our_aet : NULL,
  };

  return ic_error_words_dup_sentence (error, &context);
}

static void
fail (Asking *asking, const GError *error)
{
  IcSearchSource *self = asking->source;

  if (asking->wanted)
    {
      g_free (self->trouble);
      self->trouble = dup_trouble (self, error);
    }
  end (asking, IC_SOURCE_FAILED);
}

/* Queries for several modalities bring the same rows that do not fit: the most of them counts. */
static void
take_result (IcSearchSource *self, const IcQueryResult *result)
{
  if (result == NULL)
    return;
  self->left_out = MAX (self->left_out, result->left_out);
  self->truncated |= result->truncated;
}

static void
job_changed_cb (IcJob *job, GParamSpec *pspec, gpointer user_data)
{
  Asking *asking = user_data;

  if (!ic_job_is_finished (job))
    return;
  g_signal_handlers_disconnect_by_func (job, job_changed_cb, user_data);
  if (!asking->wanted)
    {
      end (asking, IC_SOURCE_IDLE);
      return;
    }
  take_result (asking->source, ic_job_get_result (job));
  if (ic_job_get_error (job) != NULL)
    fail (asking, ic_job_get_error (job));
  else
    ask_next (asking);
}

static gboolean
differs_in_name_only (IcQuery *a, IcQuery *b)
{
  return g_strcmp0 (ic_query_get (a, IC_QUERY_PATIENT_NAME),
                    ic_query_get (b, IC_QUERY_PATIENT_NAME)) != 0;
}

/* The query object goes to its job; a copy of its name stays to compare answers with. */
static void
ask_node (Asking *asking)
{
  IcSearchSource *self = asking->source;
  g_autoptr(GPtrArray) queries = ic_study_criteria_make_queries (asking->criteria);
  IcQuery *query = NULL;

  if (asking->next >= asking->queries->len ||
      (asking->case_ignored && asking->next > 0 &&
       differs_in_name_only (asking->queries->pdata[asking->next],
                             asking->queries->pdata[asking->next - 1])))
    {
      end (asking, IC_SOURCE_ANSWERED);
      return;
    }
  query = g_ptr_array_steal_index (queries, asking->next++);
  g_clear_object (&asking->job);
  asking->job = ic_find_job_new (self->desk, self->node, query, MAX_ROWS, row_found_cb, asking);
  g_signal_connect (asking->job, "notify::state", G_CALLBACK (job_changed_cb), asking);
  ic_job_start (asking->job);
}

/* A page of what is in the store. */
typedef struct
{
  IcStore *store;
  IcStudyCriteria *criteria;
  guint modality;
  IcStudyKey after;
  char *after_date;
  GPtrArray *list; /* of IcStudySummary */
} Page;

static void
page_free (Page *page)
{
  ic_store_unref (page->store);
  ic_study_criteria_free (page->criteria);
  g_free (page->after_date);
  g_clear_pointer (&page->list, g_ptr_array_unref);
  g_free (page);
}

static gboolean
read_page (IcReadTx *tx, gpointer data, GError **error)
{
  Page *page = data;
  const IcStudyCriteria *criteria = page->criteria;
  const IcStudyFilter filter = {
    .patient_id = criteria->patient_id,
    .patient_name = criteria->name,
    .birth_date = criteria->birth_date,
    .accession = criteria->accession,
    .date_from = criteria->from,
    .date_to = criteria->to,
    .modality = criteria->modalities[page->modality],
  };

  page->after.date = page->after_date;
  page->list = ic_study_repo_list (tx, &filter, page->after_date != NULL ? &page->after : NULL,
                                   ROWS_PER_PAGE, error);
  return page->list != NULL;
}

static void
run_page (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Page *page = data;
  GError *error = NULL;

  if (ic_store_read (page->store, read_page, page, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static Page *
page_new (Asking *asking, guint modality)
{
  Page *page = g_new0 (Page, 1);

  page->store = ic_store_ref (ic_desk_get_store (asking->source->desk));
  page->criteria = ic_study_criteria_copy (asking->criteria);
  page->modality = modality;
  return page;
}

static void start_page (Asking *asking, Page *page);

static void
ask_store_for_more (Asking *asking, Page *page)
{
  IcSearchSource *self = asking->source;
  Page *next = NULL;

  if (page->list->len == ROWS_PER_PAGE && self->n_found < MAX_ROWS)
    {
      const IcStudySummary *last = page->list->pdata[page->list->len - 1];

      next = page_new (asking, page->modality);
      next->after_date = g_strdup (last->date);
      next->after.id = last->id;
    }
  else if (page->criteria->modalities[page->modality] != NULL &&
           page->criteria->modalities[page->modality + 1] != NULL)
    next = page_new (asking, page->modality + 1);
  self->truncated = page->list->len == ROWS_PER_PAGE && self->n_found >= MAX_ROWS;
  if (next != NULL)
    start_page (asking, next);
  else
    end (asking, IC_SOURCE_ANSWERED);
}

static void
page_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Asking *asking = user_data;
  Page *page = g_task_get_task_data (G_TASK (result));
  g_autoptr(GError) error = NULL;

  if (!asking->wanted)
    {
      end (asking, IC_SOURCE_IDLE);
      return;
    }
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      fail (asking, error);
      return;
    }
  for (guint i = 0; i < page->list->len; i++)
    tell (asking, ic_found_study_new_from_summary (page->list->pdata[i]));
  ask_store_for_more (asking, page);
}

static void
start_page (Asking *asking, Page *page)
{
  g_autoptr(GTask) task = g_task_new (asking->source, NULL, page_read_cb, asking);

  g_task_set_task_data (task, page, (GDestroyNotify) page_free);
  g_task_run_in_thread (task, run_page);
}

static void
ask_next (Asking *asking)
{
  if (asking->source->node != NULL)
    ask_node (asking);
  else
    start_page (asking, page_new (asking, 0));
}

static gboolean
is_remarkable (IcSearchSource *self)
{
  return self->state == IC_SOURCE_FAILED || self->left_out > 0 || self->truncated;
}

static void
ic_search_source_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  IcSearchSource *self = IC_SEARCH_SOURCE (object);

  switch (id)
    {
    case PROP_NAME:
      g_value_set_string (value, ic_search_source_get_name (self));
      break;
    case PROP_CHOSEN:
      g_value_set_boolean (value, self->chosen);
      break;
    case PROP_ASKING:
      g_value_set_boolean (value, self->state == IC_SOURCE_ASKING);
      break;
    case PROP_FAILED:
      g_value_set_boolean (value, self->state == IC_SOURCE_FAILED);
      break;
    case PROP_REMARKABLE:
      g_value_set_boolean (value, is_remarkable (self));
      break;
    case PROP_TEXT:
      g_value_take_string (value, ic_search_source_dup_text (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ic_search_source_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  ic_search_source_set_chosen (IC_SEARCH_SOURCE (object), g_value_get_boolean (value));
}

static void
ic_search_source_finalize (GObject *object)
{
  IcSearchSource *self = IC_SEARCH_SOURCE (object);

  ic_desk_unref (self->desk);
  g_clear_pointer (&self->node, ic_node_unref);
  g_free (self->trouble);
  G_OBJECT_CLASS (ic_search_source_parent_class)->finalize (object);
}

static void
ic_search_source_class_init (IcSearchSourceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = ic_search_source_get_property;
  object_class->set_property = ic_search_source_set_property;
  object_class->finalize = ic_search_source_finalize;
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_CHOSEN] =
      g_param_spec_boolean ("chosen", NULL, NULL, TRUE,
                            G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_ASKING] = g_param_spec_boolean ("asking", NULL, NULL, FALSE, flags);
  properties[PROP_FAILED] = g_param_spec_boolean ("failed", NULL, NULL, FALSE, flags);
  properties[PROP_REMARKABLE] = g_param_spec_boolean ("remarkable", NULL, NULL, FALSE, flags);
  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ic_search_source_init (IcSearchSource *self)
{
  self->chosen = TRUE;
}

IcSearchSource *
ic_search_source_new (IcDesk *desk, IcNode *node)
{
  IcSearchSource *self = g_object_new (IC_TYPE_SEARCH_SOURCE, NULL);

  self->desk = ic_desk_ref (desk);
  self->node = node != NULL ? ic_node_ref (node) : NULL;
  return self;
}

IcNode *
ic_search_source_get_node (IcSearchSource *self)
{
  g_return_val_if_fail (IC_IS_SEARCH_SOURCE (self), NULL);
  return self->node;
}

const char *
ic_search_source_get_name (IcSearchSource *self)
{
  g_return_val_if_fail (IC_IS_SEARCH_SOURCE (self), NULL);
  /* Translators: the studies that are kept on this machine. */
  return self->node != NULL ? self->node->name : _ ("Here");
}

gboolean
ic_search_source_is_chosen (IcSearchSource *self)
{
  g_return_val_if_fail (IC_IS_SEARCH_SOURCE (self), FALSE);
  return self->chosen;
}

void
ic_search_source_set_chosen (IcSearchSource *self, gboolean chosen)
{
  g_return_if_fail (IC_IS_SEARCH_SOURCE (self));
  if (self->chosen == chosen)
    return;
  self->chosen = chosen;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CHOSEN]);
  notify_state (self);
}

IcSourceState
ic_search_source_get_state (IcSearchSource *self)
{
  g_return_val_if_fail (IC_IS_SEARCH_SOURCE (self), IC_SOURCE_IDLE);
  return self->state;
}

guint
ic_search_source_get_n_found (IcSearchSource *self)
{
  g_return_val_if_fail (IC_IS_SEARCH_SOURCE (self), 0);
  return self->n_found;
}

static char *
dup_answer (IcSearchSource *self)
{
  g_autofree char *count = ic_words_dup_count (self->n_found);
  g_autofree char *left_out = ic_words_dup_count (self->left_out);
  g_autoptr(GString) text = g_string_new (NULL);

  g_string_append_printf (text,
                          ngettext ("%s: %s study found", "%s: %s studies found", self->n_found),
                          ic_search_source_get_name (self), count);
  if (self->truncated)
    g_string_append (text, _ ("; there are more: say more of what you look for"));
  if (self->left_out > 0)
    {
      g_string_append (text, "; ");
      g_string_append_printf (text,
                              ngettext ("%s more that it sent is left out, because it is not what "
                                        "was asked for",
                                        "%s more that it sent are left out, because they are not "
                                        "what was asked for",
                                        self->left_out),
                              left_out);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
ic_search_source_dup_text (IcSearchSource *self)
{
  g_return_val_if_fail (IC_IS_SEARCH_SOURCE (self), NULL);
  if (!self->chosen)
    return g_strdup_printf (_ ("%s is not searched"), ic_search_source_get_name (self));
  switch (self->state)
    {
    case IC_SOURCE_ASKING:
      return g_strdup_printf (_ ("Asking %s"), ic_search_source_get_name (self));
    case IC_SOURCE_ANSWERED:
      return dup_answer (self);
    case IC_SOURCE_FAILED:
      return g_strdup (self->trouble);
    default:
      return g_strdup_printf (_ ("%s is searched"), ic_search_source_get_name (self));
    }
}

void
ic_search_source_ask (IcSearchSource *self,
                      const IcStudyCriteria *criteria,
                      IcFoundFunc func,
                      gpointer user_data)
{
  Asking *asking = g_new0 (Asking, 1);

  g_return_if_fail (IC_IS_SEARCH_SOURCE (self));
  ic_search_source_stop (self);
  asking->source = g_object_ref (self);
  asking->criteria = ic_study_criteria_copy (criteria);
  asking->queries = ic_study_criteria_make_queries (criteria);
  asking->func = func;
  asking->user_data = user_data;
  asking->told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  asking->wanted = TRUE;
  self->asking = asking;
  self->state = IC_SOURCE_ASKING;
  notify_state (self);
  ask_next (asking);
}

void
ic_search_source_stop (IcSearchSource *self)
{
  Asking *asking = NULL;

  g_return_if_fail (IC_IS_SEARCH_SOURCE (self));
  asking = g_steal_pointer (&self->asking);
  if (asking != NULL)
    {
      asking->wanted = FALSE;
      if (asking->job != NULL)
        ic_job_cancel (asking->job);
    }
  self->state = IC_SOURCE_IDLE;
  self->n_found = 0;
  self->left_out = 0;
  self->truncated = FALSE;
  g_clear_pointer (&self->trouble, g_free);
  notify_state (self);
}
