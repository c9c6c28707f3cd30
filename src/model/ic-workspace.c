/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/ic-workspace.h"

#include "core/ic-job-queue.h"
#include "model/ic-draft-keeper.h"
#include "model/ic-node-item.h"
#include "store/ic-node-repo.h"

struct _IcWorkspace
{
  GObject parent_instance;

  IcDesk *desk;
  IcJobQueue *queue;
  GListStore *nodes;
  GListStore *activities;
  IcTransferDraft *draft;
  IcDraftKeeper *keeper;
};

enum
{
  NODES_CHANGED,
  STORE_CHANGED,
  LOG_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IcWorkspace, ic_workspace, G_TYPE_OBJECT)

/* What another thread does for the main loop. */
typedef struct
{
  IcStore *store;
  IcReadFunc read;
  IcWriteFunc write;
  gpointer data;
  GDestroyNotify data_free;
} Transaction;

static void
transaction_free (Transaction *self)
{
  ic_store_unref (self->store);
  if (self->data != NULL && self->data_free != NULL)
    self->data_free (self->data);
  g_free (self);
}

static void
transact (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Transaction *self = task_data;
  GError *error = NULL;
  gboolean done = self->read != NULL
                      ? ic_store_read (self->store, self->read, self->data, &error)
                      : ic_store_write (self->store, self->write, self->data, &error);

  if (done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
start_transaction (IcWorkspace *self,
                   Transaction *transaction,
                   GCancellable *cancellable,
                   GAsyncReadyCallback callback,
                   gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, start_transaction);
  transaction->store = ic_store_ref (ic_desk_get_store (self->desk));
  g_task_set_task_data (task, transaction, (GDestroyNotify) transaction_free);
  g_task_run_in_thread (task, transact);
}

static void
ic_workspace_dispose (GObject *object)
{
  IcWorkspace *self = IC_WORKSPACE (object);

  g_clear_pointer (&self->keeper, ic_draft_keeper_free);
  g_clear_object (&self->draft);
  g_clear_object (&self->activities);
  g_clear_object (&self->queue);
  g_clear_object (&self->nodes);
  g_clear_pointer (&self->desk, ic_desk_unref);
  G_OBJECT_CLASS (ic_workspace_parent_class)->dispose (object);
}

static guint
add_signal (const char *name)
{
  return g_signal_new (name, IC_TYPE_WORKSPACE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                       0);
}

static void
ic_workspace_class_init (IcWorkspaceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ic_workspace_dispose;
  signals[NODES_CHANGED] = add_signal ("nodes-changed");
  signals[STORE_CHANGED] = add_signal ("store-changed");
  signals[LOG_CHANGED] = add_signal ("log-changed");
}

static void
ic_workspace_init (IcWorkspace *self)
{
  self->queue = ic_job_queue_new ();
  self->nodes = g_list_store_new (IC_TYPE_NODE_ITEM);
  self->activities = g_list_store_new (IC_TYPE_ACTIVITY);
  self->draft = ic_transfer_draft_new ();
}

IcWorkspace *
ic_workspace_new (IcDesk *desk)
{
  IcWorkspace *self = g_object_new (IC_TYPE_WORKSPACE, NULL);

  self->desk = ic_desk_ref (desk);
  self->keeper = ic_draft_keeper_new (desk, self->draft);
  ic_workspace_reload_nodes (self);
  return self;
}

IcDesk *
ic_workspace_get_desk (IcWorkspace *self)
{
  g_return_val_if_fail (IC_IS_WORKSPACE (self), NULL);
  return self->desk;
}

GListModel *
ic_workspace_get_nodes (IcWorkspace *self)
{
  g_return_val_if_fail (IC_IS_WORKSPACE (self), NULL);
  return G_LIST_MODEL (self->nodes);
}

IcTransferDraft *
ic_workspace_get_draft (IcWorkspace *self)
{
  g_return_val_if_fail (IC_IS_WORKSPACE (self), NULL);
  return self->draft;
}

/* What reading the nodes leaves. */
typedef struct
{
  GPtrArray *nodes;
} NodeList;

static void
node_list_free (gpointer data)
{
  NodeList *self = data;

  g_clear_pointer (&self->nodes, g_ptr_array_unref);
  g_free (self);
}

static gboolean
list_nodes (IcReadTx *tx, gpointer data, GError **error)
{
  NodeList *list = data;

  list->nodes = ic_node_repo_list (tx, error);
  return list->nodes != NULL;
}

/* A node that stayed as it was keeps what its last test said. */
static IcNodeItem *
ref_item (IcWorkspace *self, IcNode *node)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->nodes)); i++)
    {
      g_autoptr(IcNodeItem) item = g_list_model_get_item (G_LIST_MODEL (self->nodes), i);

      if (ic_node_item_is_of (item, node))
        return g_steal_pointer (&item);
    }
  return ic_node_item_new (node);
}

static void
nodes_listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  IcWorkspace *self = IC_WORKSPACE (source);
  g_autoptr(GError) error = NULL;
  NodeList *list = ic_workspace_transact_finish (self, result, &error);
  g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  if (list == NULL)
    {
      g_warning ("the nodes cannot be listed: %s", error->message);
      return;
    }
  for (guint i = 0; i < list->nodes->len; i++)
    g_ptr_array_add (items, ref_item (self, list->nodes->pdata[i]));
  g_list_store_splice (self->nodes, 0, g_list_model_get_n_items (G_LIST_MODEL (self->nodes)),
                       items->pdata, items->len);
  node_list_free (list);
  g_signal_emit (self, signals[NODES_CHANGED], 0);
}

void
ic_workspace_reload_nodes (IcWorkspace *self)
{
  g_return_if_fail (IC_IS_WORKSPACE (self));
  ic_workspace_read_async (self, list_nodes, g_new0 (NodeList, 1), node_list_free, NULL,
                           nodes_listed_cb, NULL);
}

GListModel *
ic_workspace_get_activities (IcWorkspace *self)
{
  g_return_val_if_fail (IC_IS_WORKSPACE (self), NULL);
  return G_LIST_MODEL (self->activities);
}

/* What an activity did shows in the store and in the log, however it ended. */
static void
activity_changed_cb (IcWorkspace *self, GParamSpec *pspec, IcActivity *activity)
{
  ic_workspace_emit_log_changed (self);
  if (ic_activity_is_finished (activity))
    ic_workspace_emit_store_changed (self);
}

void
ic_workspace_start (IcWorkspace *self, IcActivity *activity)
{
  g_return_if_fail (IC_IS_WORKSPACE (self) && IC_IS_ACTIVITY (activity));
  g_signal_connect_object (activity, "notify::active", G_CALLBACK (activity_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_list_store_append (self->activities, activity);
  ic_job_queue_push (self->queue, ic_activity_get_job (activity));
}

void
ic_workspace_clear_finished (IcWorkspace *self)
{
  g_return_if_fail (IC_IS_WORKSPACE (self));
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->activities)); i > 0; i--)
    {
      g_autoptr(IcActivity) activity =
                     g_list_model_get_item (G_LIST_MODEL (self->activities), i - 1);

      if (ic_activity_is_finished (activity))
        g_list_store_remove (self->activities, i - 1);
    }
  ic_job_queue_clear_finished (self->queue);
}

guint
ic_workspace_count_unfinished (IcWorkspace *self)
{
  g_return_val_if_fail (IC_IS_WORKSPACE (self), 0);
  return ic_job_queue_count_unfinished (self->queue);
}

void
ic_workspace_emit_store_changed (IcWorkspace *self)
{
  g_return_if_fail (IC_IS_WORKSPACE (self));
  g_signal_emit (self, signals[STORE_CHANGED], 0);
}

void
ic_workspace_emit_log_changed (IcWorkspace *self)
{
  g_return_if_fail (IC_IS_WORKSPACE (self));
  g_signal_emit (self, signals[LOG_CHANGED], 0);
}

void
ic_workspace_read_async (IcWorkspace *self,
                         IcReadFunc func,
                         gpointer data,
                         GDestroyNotify data_free,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  Transaction *transaction = g_new0 (Transaction, 1);

  g_return_if_fail (IC_IS_WORKSPACE (self));
  transaction->read = func;
  transaction->data = data;
  transaction->data_free = data_free;
  start_transaction (self, transaction, cancellable, callback, user_data);
}

void
ic_workspace_write_async (IcWorkspace *self,
                          IcWriteFunc func,
                          gpointer data,
                          GDestroyNotify data_free,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  Transaction *transaction = g_new0 (Transaction, 1);

  g_return_if_fail (IC_IS_WORKSPACE (self));
  transaction->write = func;
  transaction->data = data;
  transaction->data_free = data_free;
  start_transaction (self, transaction, cancellable, callback, user_data);
}

gpointer
ic_workspace_transact_finish (IcWorkspace *self, GAsyncResult *result, GError **error)
{
  Transaction *transaction = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  transaction = g_task_get_task_data (G_TASK (result));
  return g_steal_pointer (&transaction->data);
}
