/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/ic-workspace.h"

#include "core/ic-job-queue.h"
#include "model/ic-draft-keeper.h"
#include "model/ic-node-item.h"
#include "model/ic-order-book.h"
#include "ops/ic-preview.h"
#include "ops/ic-retention-job.h"
#include "store/ic-node-repo.h"

#include <glib/gi18n.h>

#define DAY_S (24 * 60 * 60)

struct _IcWorkspace
{
  GObject parent_instance;

  IcDesk *desk;
  IcJobQueue *queue;
  GListStore *nodes;
  GListStore *activities;
  IcTransferDraft *draft;
  IcOrderBook *book;
  IcJob *retention; /* NULL unless it is under way */
  guint retention_timer;
  IcThumbnails *thumbnails;
  IcDriveWatch *drives;
  IcDraftKeeper *keeper;
};

enum
{
  NODES_CHANGED,
  STORE_CHANGED,
  LOG_CHANGED,
  TROUBLE,
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
                   const Transaction *what,
                   GCancellable *cancellable,
                   GAsyncReadyCallback callback,
                   gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);
  Transaction *transaction = g_memdup2 (what, sizeof *what);

  g_task_set_source_tag (task, start_transaction);
  transaction->store = ic_store_ref (ic_desk_get_store (self->desk));
  g_task_set_task_data (task, transaction, (GDestroyNotify) transaction_free);
  g_task_run_in_thread (task, transact);
}

static void
ic_workspace_dispose (GObject *object)
{
  IcWorkspace *self = IC_WORKSPACE (object);

  g_clear_handle_id (&self->retention_timer, g_source_remove);
  g_clear_object (&self->retention);
  g_clear_pointer (&self->keeper, ic_draft_keeper_free);
  g_clear_object (&self->draft);
  g_clear_object (&self->book);
  g_clear_object (&self->thumbnails);
  g_clear_object (&self->drives);
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
  signals[TROUBLE] = g_signal_new ("trouble", IC_TYPE_WORKSPACE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
ic_workspace_init (IcWorkspace *self)
{
  self->queue = ic_job_queue_new ();
  self->nodes = g_list_store_new (IC_TYPE_NODE_ITEM);
  self->activities = g_list_store_new (IC_TYPE_ACTIVITY);
  self->drives = ic_drive_watch_new (G_LIST_MODEL (self->activities));
  self->draft = ic_transfer_draft_new ();
}

static void
tell_trouble (IcWorkspace *self, const GError *error)
{
  g_signal_emit (self, signals[TROUBLE], 0, error);
}

IcWorkspace *
ic_workspace_new (IcDesk *desk)
{
  IcWorkspace *self = g_object_new (IC_TYPE_WORKSPACE, NULL);

  self->desk = ic_desk_ref (desk);
  self->book = ic_order_book_new (desk);
  g_signal_connect_object (self->book, "failed", G_CALLBACK (tell_trouble), self,
                           G_CONNECT_SWAPPED);
  self->thumbnails = ic_thumbnails_new (desk);
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

IcDriveWatch *
ic_workspace_get_drives (IcWorkspace *self)
{
  g_return_val_if_fail (IC_IS_WORKSPACE (self), NULL);
  return self->drives;
}

IcThumbnails *
ic_workspace_get_thumbnails (IcWorkspace *self)
{
  g_return_val_if_fail (IC_IS_WORKSPACE (self), NULL);
  return self->thumbnails;
}

/* What reading the nodes leaves. */
typedef struct
{
  GPtrArray *nodes;
  GArray *previews; /* of gboolean, one each */
} NodeList;

static void
node_list_free (gpointer data)
{
  NodeList *self = data;

  g_clear_pointer (&self->nodes, g_ptr_array_unref);
  g_clear_pointer (&self->previews, g_array_unref);
  g_free (self);
}

static gboolean
list_nodes (IcReadTx *tx, gpointer data, GError **error)
{
  NodeList *list = data;

  list->nodes = ic_node_repo_list (tx, error);
  list->previews = g_array_new (FALSE, FALSE, sizeof (gboolean));
  for (guint i = 0; list->nodes != NULL && i < list->nodes->len; i++)
    {
      const IcNode *node = list->nodes->pdata[i];
      gboolean is_on = TRUE;

      if (!ic_preview_is_on (tx, node->name, &is_on, error))
        return FALSE;
      g_array_append_val (list->previews, is_on);
    }
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
    {
      g_ptr_array_add (items, ref_item (self, list->nodes->pdata[i]));
      ic_node_item_set_previews (items->pdata[i], g_array_index (list->previews, gboolean, i));
    }
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

static void
purged_cb (IcWorkspace *self)
{
  g_autoptr(IcJob) job = NULL;
  const guint *n = NULL;

  if (!ic_job_is_finished (self->retention))
    return;
  job = g_steal_pointer (&self->retention);
  n = ic_job_get_result (job);
  if (ic_job_get_error (job) != NULL)
    tell_trouble (self, ic_job_get_error (job));
  if (n != NULL && *n > 0)
    ic_workspace_emit_store_changed (self);
}

static void
purge (IcWorkspace *self)
{
  if (self->retention != NULL)
    return;
  self->retention = ic_retention_job_new (self->desk);
  g_signal_connect_object (self->retention, "notify::state", G_CALLBACK (purged_cb), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  ic_job_start (self->retention);
}

static gboolean
purge_cb (gpointer data)
{
  purge (data);
  return G_SOURCE_CONTINUE;
}

/* Now and once a day: who keeps the program open for weeks is no exception. */
static void
keep_tidy (IcWorkspace *self)
{
  purge (self);
  self->retention_timer = g_timeout_add_seconds (DAY_S, purge_cb, self);
}

/* What an activity did shows in the store and in the log, however it ended. */
static void
activity_changed_cb (IcWorkspace *self, GParamSpec *pspec, IcActivity *activity)
{
  ic_workspace_emit_log_changed (self);
  if (!ic_activity_is_finished (activity))
    {
      ic_order_book_begin (self->book, ic_activity_get_id (activity));
      return;
    }
  ic_order_book_remove (self->book, ic_activity_get_id (activity));
  ic_workspace_emit_store_changed (self);
}

static int
compare_ranks (gconstpointer a, gconstpointer b)
{
  IcActivity *left = *(IcActivity *const *) a;
  IcActivity *right = *(IcActivity *const *) b;

  return (ic_activity_get_rank (left) > ic_activity_get_rank (right)) -
         (ic_activity_get_rank (left) < ic_activity_get_rank (right));
}

/* Of IcActivity, borrowed, in the order in which they will begin. */
static GPtrArray *
list_waiting (IcWorkspace *self)
{
  GPtrArray *waiting = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->activities)); i++)
    {
      g_autoptr(IcActivity) activity = g_list_model_get_item (G_LIST_MODEL (self->activities), i);

      if (ic_activity_is_waiting (activity))
        g_ptr_array_add (waiting, g_steal_pointer (&activity));
    }
  g_ptr_array_sort (waiting, compare_ranks);
  return waiting;
}

/* Gives each its rank by its place in the list, here and in the store. */
static void
number_ranks (IcWorkspace *self, GPtrArray *waiting)
{
  g_autoptr(GStrvBuilder) ids = g_strv_builder_new ();

  for (guint i = 0; i < waiting->len; i++)
    {
      ic_activity_set_rank (waiting->pdata[i], i + 1);
      g_strv_builder_add (ids, ic_activity_get_id (waiting->pdata[i]));
    }
  ic_order_book_arrange (self->book, g_strv_builder_end (ids));
}

void
ic_workspace_place (IcWorkspace *self, IcActivity *activity, IcActivity *before)
{
  g_autoptr(GPtrArray) waiting = list_waiting (self);
  guint from = 0;
  guint to = 0;

  g_return_if_fail (IC_IS_WORKSPACE (self));
  if (activity == before || !g_ptr_array_find (waiting, activity, &from))
    return;
  g_object_ref (activity);
  g_ptr_array_remove_index (waiting, from);
  if (before == NULL || !g_ptr_array_find (waiting, before, &to))
    to = waiting->len;
  g_ptr_array_insert (waiting, (int) to, activity);
  ic_job_queue_place (self->queue, ic_activity_get_job (activity),
                      to + 1 < waiting->len ? ic_activity_get_job (waiting->pdata[to + 1]) : NULL);
  number_ranks (self, waiting);
}

/* The first of those that wait with less hurry; NULL without one. Borrowed from @waiting. */
static IcActivity *
find_less_urgent (GPtrArray *waiting, IcActivity *activity)
{
  for (guint i = 0; i < waiting->len; i++)
    if (ic_activity_get_urgency (waiting->pdata[i]) < ic_activity_get_urgency (activity))
      return waiting->pdata[i];
  return NULL;
}

/* Puts it into the list and, unless it was interrupted, into the queue. */
static void
take_in (IcWorkspace *self, IcActivity *activity)
{
  g_signal_connect_object (activity, "notify::running", G_CALLBACK (activity_changed_cb), self,
                           G_CONNECT_SWAPPED);
  ic_activity_set_rank (activity, G_MAXUINT);
  g_list_store_append (self->activities, activity);
  ic_job_queue_push (self->queue, ic_activity_get_job (activity));
}

void
ic_workspace_start (IcWorkspace *self, IcActivity *activity)
{
  g_autoptr(GPtrArray) waiting = NULL;

  g_return_if_fail (IC_IS_WORKSPACE (self) && IC_IS_ACTIVITY (activity));
  ic_order_book_add (self->book, ic_activity_dup_order (activity));
  take_in (self, activity);
  if (!ic_activity_is_waiting (activity))
    return;
  waiting = list_waiting (self);
  ic_workspace_place (self, activity, find_less_urgent (waiting, activity));
}

void
ic_workspace_remove (IcWorkspace *self, IcActivity *activity)
{
  guint position = 0;

  g_return_if_fail (IC_IS_WORKSPACE (self) && ic_activity_is_finished (activity));
  ic_order_book_remove (self->book, ic_activity_get_id (activity));
  if (g_list_store_find (self->activities, activity, &position))
    g_list_store_remove (self->activities, position);
}

void
ic_workspace_retry (IcWorkspace *self, IcActivity *activity, gboolean may_erase)
{
  g_autoptr(IcActivity) again = ic_activity_dup_again (activity, may_erase);

  g_object_ref (activity);
  ic_workspace_remove (self, activity);
  g_object_unref (activity);
  ic_workspace_start (self, again);
}

/* What an earlier run of the program left. */
typedef struct
{
  const char *session;
  GPtrArray *orders;
  GPtrArray *nodes;
} Adoption;

static void
adoption_free (gpointer data)
{
  Adoption *adoption = data;

  g_clear_pointer (&adoption->orders, g_ptr_array_unref);
  g_clear_pointer (&adoption->nodes, g_ptr_array_unref);
  g_free (adoption);
}

static gboolean
adopt_orders (IcWriteTx *tx, gpointer data, GError **error)
{
  Adoption *adoption = data;

  adoption->nodes = ic_node_repo_list (ic_write_tx_read (tx), error);
  if (adoption->nodes == NULL)
    return FALSE;
  adoption->orders = ic_order_repo_adopt (tx, adoption->session, error);
  return adoption->orders != NULL;
}

static IcNode *
find_node (GPtrArray *nodes, const char *name)
{
  for (guint i = 0; i < nodes->len; i++)
    if (g_str_equal (((IcNode *) nodes->pdata[i])->name, name))
      return nodes->pdata[i];
  return NULL;
}

/* Nothing is written to a disc unless somebody who stands before the drive says so. */
static const char *
find_reason_to_ask (const IcOrder *order, IcActivity *activity)
{
  if (order->was_begun)
    return _ ("The program ended while this was being done. Try it again.");
  if (ic_activity_needs_drive (activity))
    return _ ("The program ended before this disc was begun. Put a disc in and try again.");
  return NULL;
}

static void
restore (IcWorkspace *self, const IcOrder *order, GPtrArray *nodes)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(IcActivity) activity =
                 ic_activity_new_from_order (self->desk, order, find_node (nodes, order->source),
                                             find_node (nodes, order->destination), &error);
  const char *reason = NULL;

  if (activity == NULL)
    {
      ic_order_book_remove (self->book, order->id);
      tell_trouble (self, error);
      return;
    }
  reason = find_reason_to_ask (order, activity);
  if (reason == NULL)
    {
      take_in (self, activity);
      return;
    }
  ic_activity_interrupt (activity, reason);
  g_list_store_append (self->activities, activity);
}

static void
adopted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  IcWorkspace *self = IC_WORKSPACE (source);
  g_autoptr(GError) error = NULL;
  Adoption *adoption = ic_workspace_transact_finish (self, result, &error);
  g_autoptr(GPtrArray) waiting = NULL;

  if (adoption == NULL)
    {
      tell_trouble (self, error);
      return;
    }
  for (guint i = 0; i < adoption->orders->len; i++)
    restore (self, adoption->orders->pdata[i], adoption->nodes);
  waiting = list_waiting (self);
  if (waiting->len > 0)
    number_ranks (self, waiting);
  adoption_free (adoption);
}

void
ic_workspace_resume (IcWorkspace *self)
{
  Adoption *adoption = NULL;

  g_return_if_fail (IC_IS_WORKSPACE (self));
  if (ic_store_get_read_only_reason (ic_desk_get_store (self->desk)) != NULL)
    return;
  adoption = g_new0 (Adoption, 1);
  adoption->session = ic_session_get_name (ic_desk_get_session (self->desk));
  ic_workspace_write_async (self, adopt_orders, adoption, adoption_free, NULL, adopted_cb, NULL);
  keep_tidy (self);
}

void
ic_workspace_suspend (IcWorkspace *self)
{
  g_return_if_fail (IC_IS_WORKSPACE (self));
  ic_job_queue_hold (self->queue, TRUE);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->activities)); i++)
    {
      g_autoptr(IcActivity) activity = g_list_model_get_item (G_LIST_MODEL (self->activities), i);

      if (!ic_activity_is_waiting (activity) && !ic_activity_is_finished (activity))
        ic_activity_cancel (activity);
    }
}

gboolean
ic_workspace_is_settled (IcWorkspace *self)
{
  g_return_val_if_fail (IC_IS_WORKSPACE (self), TRUE);
  return ic_order_book_is_settled (self->book);
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
        ic_workspace_remove (self, activity);
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
  ic_thumbnails_forget_failures (self->thumbnails);
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
  const Transaction transaction = { .read = func, .data = data, .data_free = data_free };

  g_return_if_fail (IC_IS_WORKSPACE (self));
  start_transaction (self, &transaction, cancellable, callback, user_data);
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
  const Transaction transaction = { .write = func, .data = data, .data_free = data_free };

  g_return_if_fail (IC_IS_WORKSPACE (self));
  start_transaction (self, &transaction, cancellable, callback, user_data);
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
