/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-query-job.h"

#include "dicom/ic-net-client.h"
#include "domain/ic-query-match.h"

#include <string.h>

#define ROWS_PER_CHUNK 100 /* what the owner is told of at a time */

/* Rows on their way to the thread that asked. */
typedef struct Chunk
{
  GMutex mutex;
  GPtrArray *rows; /* of char **; NULL once delivered */
  IcQueryRowFunc func;
  gpointer user_data;
} Chunk;

typedef struct
{
  IcDesk *desk;
  IcNode *node;
  IcQuery *query;
  guint max;
  IcQueryRowFunc func;
  gpointer user_data;
  GMainContext *owner;
  Chunk *chunk; /* the last, which may take another row */
} Plan;

static void
chunk_clear (gpointer data)
{
  Chunk *chunk = data;

  g_clear_pointer (&chunk->rows, g_ptr_array_unref);
  g_mutex_clear (&chunk->mutex);
}

static void
chunk_unref (gpointer chunk)
{
  g_atomic_rc_box_release_full (chunk, chunk_clear);
}

static Plan *
plan_new (IcDesk *desk, IcNode *node)
{
  Plan *plan = g_new0 (Plan, 1);

  plan->desk = ic_desk_ref (desk);
  plan->node = ic_node_ref (node);
  plan->owner = g_main_context_ref_thread_default ();
  return plan;
}

static void
plan_free (gpointer data)
{
  Plan *plan = data;

  ic_desk_unref (plan->desk);
  ic_node_unref (plan->node);
  g_clear_pointer (&plan->query, ic_query_free);
  g_clear_pointer (&plan->chunk, chunk_unref);
  g_main_context_unref (plan->owner);
  g_free (plan);
}

static IcNetClient *
connect_to_node (Plan *plan, GCancellable *cancellable, GError **error)
{
  g_autofree char *aet = ic_desk_dup_calling_aet (plan->desk, plan->node, error);
  g_autoptr(IcNetClient) client = NULL;

  if (aet == NULL)
    return NULL;
  client = ic_net_client_new (plan->node, aet, -1, cancellable, error);
  if (client == NULL || !ic_net_client_open_for_query (client, cancellable, error))
    return NULL;
  return g_steal_pointer (&client);
}

static gboolean
run_echo (gpointer data,
          IcProgress *progress,
          gpointer *result,
          GCancellable *cancellable,
          GError **error)
{
  Plan *plan = data;
  g_autoptr(IcNetClient) client = connect_to_node (plan, cancellable, error);

  return client != NULL && ic_net_client_echo (client, cancellable, error);
}

IcJob *
ic_echo_job_new (IcDesk *desk, IcNode *node)
{
  return ic_job_new ("Test of a node", NULL, run_echo, plan_new (desk, node), plan_free, NULL);
}

static gboolean
deliver_cb (gpointer data)
{
  Chunk *chunk = data;
  g_autoptr(GPtrArray) rows = NULL;

  g_mutex_lock (&chunk->mutex);
  rows = g_steal_pointer (&chunk->rows);
  g_mutex_unlock (&chunk->mutex);
  for (guint i = 0; i < rows->len; i++)
    chunk->func ((const char *const *) rows->pdata[i], chunk->user_data);
  return G_SOURCE_REMOVE;
}

/* As an idle source, like the end of the job: what was sent first is delivered first. */
static void
begin_chunk (Plan *plan, char **row)
{
  g_autoptr(GSource) source = g_idle_source_new ();

  g_clear_pointer (&plan->chunk, chunk_unref);
  plan->chunk = g_atomic_rc_box_new0 (Chunk);
  g_mutex_init (&plan->chunk->mutex);
  plan->chunk->rows = g_ptr_array_new_with_free_func (g_free);
  plan->chunk->func = plan->func;
  plan->chunk->user_data = plan->user_data;
  g_ptr_array_add (plan->chunk->rows, row);
  g_source_set_callback (source, deliver_cb, g_atomic_rc_box_acquire (plan->chunk), chunk_unref);
  g_source_attach (source, plan->owner);
}

static gboolean
extend_chunk (Chunk *chunk, char **row)
{
  gboolean has_room = FALSE;

  g_mutex_lock (&chunk->mutex);
  has_room = chunk->rows != NULL && chunk->rows->len < ROWS_PER_CHUNK;
  if (has_room)
    g_ptr_array_add (chunk->rows, row);
  g_mutex_unlock (&chunk->mutex);
  return has_room;
}

/* Pointers and strings in one block: most values are empty. */
static char **
pack_row (const char *const *values)
{
  gsize sizes[IC_N_QUERY_KEYS];
  gsize total = (IC_N_QUERY_KEYS + 1) * sizeof (char *);
  char **row = NULL;
  char *at = NULL;

  for (guint key = 0; key < IC_N_QUERY_KEYS; key++)
    total += sizes[key] = strlen (values[key]) + 1;
  row = g_malloc (total);
  at = (char *) (row + IC_N_QUERY_KEYS + 1);
  for (guint key = 0; key < IC_N_QUERY_KEYS; at += sizes[key++])
    row[key] = memcpy (at, values[key], sizes[key]);
  row[IC_N_QUERY_KEYS] = NULL;
  return row;
}

static void
row_found (const char *const *values, gpointer user_data)
{
  Plan *plan = user_data;
  char **row = pack_row (values);

  if (plan->chunk == NULL || !extend_chunk (plan->chunk, row))
    begin_chunk (plan, row);
}

typedef struct
{
  Plan *plan;
  IcQueryResult *result;
} Counter;

static void
count_row (const char *const *values, gpointer user_data)
{
  Counter *counter = user_data;
  IcQueryResult *result = counter->result;
  IcQueryKey key = IC_N_QUERY_KEYS;
  IcMatch match = ic_query_match_row (counter->plan->query, values, &key);

  if (match == IC_MATCH_CONTRADICTS)
    {
      result->left_out++;
      result->left_out_by[key]++;
      return;
    }
  if (match == IC_MATCH_UNKNOWN)
    {
      result->unclear++;
      result->unclear_by[key]++;
    }
  result->rows++;
  row_found (values, counter->plan);
}

static gboolean
run_find (gpointer data,
          IcProgress *progress,
          gpointer *result,
          GCancellable *cancellable,
          GError **error)
{
  Plan *plan = data;
  g_autoptr(IcNetClient) client = NULL;
  Counter counter = { plan, g_new0 (IcQueryResult, 1) };

  *result = counter.result;
  if (!ic_query_check (plan->query, FALSE, error))
    return FALSE;
  client = connect_to_node (plan, cancellable, error);
  return client != NULL && ic_net_client_find (client, plan->query, plan->max, count_row, &counter,
                                               &counter.result->truncated, cancellable, error);
}

IcJob *
ic_find_job_new (IcDesk *desk,
                 IcNode *node,
                 IcQuery *query,
                 guint max,
                 IcQueryRowFunc func,
                 gpointer user_data)
{
  Plan *plan = plan_new (desk, node);

  plan->query = query;
  plan->max = max;
  plan->func = func;
  plan->user_data = user_data;
  return ic_job_new ("Query", NULL, run_find, plan, plan_free, g_free);
}

void
ic_node_test_result_free (IcNodeTestResult *self)
{
  g_free (self->our_aet);
  g_clear_error (&self->search_error);
  g_free (self);
}

static void
ignore_row (const char *const *values, gpointer user_data)
{
}

/* The cheapest question that shows that it can be asked. */
static void
try_search (IcNetClient *client, IcNodeTestResult *result, GCancellable *cancellable)
{
  IcQuery *query = ic_query_new (IC_LEVEL_STUDY);
  g_autoptr(GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *today = g_date_time_format (now, "%Y%m%d");
  gboolean truncated = FALSE;

  ic_query_set (query, IC_QUERY_STUDY_DATE, today);
  result->can_search = ic_net_client_find (client, query, 1, ignore_row, NULL, &truncated,
                                           cancellable, &result->search_error);
  ic_query_free (query);
}

static gboolean
run_test (gpointer data,
          IcProgress *progress,
          gpointer *result,
          GCancellable *cancellable,
          GError **error)
{
  Plan *plan = data;
  IcNodeTestResult *test = g_new0 (IcNodeTestResult, 1);
  g_autoptr(IcNetClient) client = NULL;
  gint64 begun_us = 0;

  *result = test;
  test->our_aet = ic_desk_dup_calling_aet (plan->desk, plan->node, error);
  if (test->our_aet == NULL)
    return FALSE;
  begun_us = g_get_monotonic_time ();
  client = connect_to_node (plan, cancellable, error);
  if (client == NULL || !ic_net_client_echo (client, cancellable, error))
    return FALSE;
  test->echo_ms = (guint) ((g_get_monotonic_time () - begun_us) / 1000) + 1;
  try_search (client, test, cancellable);
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

IcJob *
ic_node_test_job_new (IcDesk *desk, IcNode *node)
{
  return ic_job_new ("Test of a node", NULL, run_test, plan_new (desk, node), plan_free,
                     (GDestroyNotify) ic_node_test_result_free);
}
