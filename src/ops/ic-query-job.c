/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-query-job.h"

#include "dicom/ic-net-client.h"

typedef struct
{
  IcDesk *desk;
  IcNode *node;
  IcQuery *query;
  guint max;
  IcQueryRowFunc func;
  gpointer user_data;
  GMainContext *owner;
} Plan;

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

/* One row on its way to the thread that asked. */
typedef struct
{
  IcQueryRowFunc func;
  gpointer user_data;
  char **values;
} Row;

static gboolean
deliver_row_cb (gpointer data)
{
  Row *row = data;

  row->func ((const char *const *) row->values, row->user_data);
  return G_SOURCE_REMOVE;
}

static void
row_free (gpointer data)
{
  Row *row = data;

  g_strfreev (row->values);
  g_free (row);
}

/* As an idle source, like the end of the job: what was sent first is delivered first. */
static void
row_found (const char *const *values, gpointer user_data)
{
  Plan *plan = user_data;
  g_autoptr(GSource) source = g_idle_source_new ();
  Row *row = g_new0 (Row, 1);

  row->func = plan->func;
  row->user_data = plan->user_data;
  row->values = g_strdupv ((char **) values);
  g_source_set_callback (source, deliver_row_cb, row, row_free);
  g_source_attach (source, plan->owner);
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

  counter->result->rows++;
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
