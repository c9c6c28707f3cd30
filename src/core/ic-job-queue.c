/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-job-queue.h"

struct _IcJobQueue
{
  GObject parent_instance;

  GPtrArray *jobs;
  gboolean is_held;
};

static void ic_job_queue_list_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (IcJobQueue,
                               ic_job_queue,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, ic_job_queue_list_init))

static gboolean
is_running (IcJob *job)
{
  IcJobState state = ic_job_get_state (job);

  return state == IC_JOB_RUNNING || state == IC_JOB_CANCELLING;
}

static gboolean
lane_is_free (IcJobQueue *self, const char *lane)
{
  for (guint i = 0; lane != NULL && i < self->jobs->len; i++)
    if (is_running (self->jobs->pdata[i]) &&
        g_strcmp0 (ic_job_get_lane (self->jobs->pdata[i]), lane) == 0)
      return FALSE;
  return TRUE;
}

static void
start_waiting (IcJobQueue *self)
{
  /* A copy: starting one job may add or clear others. */
  g_autoptr(GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->jobs->len; i++)
    g_ptr_array_add (jobs, g_object_ref (self->jobs->pdata[i]));
  for (guint i = 0; i < jobs->len && !self->is_held; i++)
    {
      IcJob *job = jobs->pdata[i];

      if (ic_job_get_state (job) == IC_JOB_QUEUED && lane_is_free (self, ic_job_get_lane (job)))
        ic_job_start (job);
    }
}

static void
state_changed_cb (IcJobQueue *self, GParamSpec *pspec, IcJob *job)
{
  if (ic_job_is_finished (job))
    start_waiting (self);
}

static GType
get_item_type (GListModel *model)
{
  return IC_TYPE_JOB;
}

static guint
get_n_items (GListModel *model)
{
  return IC_JOB_QUEUE (model)->jobs->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  IcJobQueue *self = IC_JOB_QUEUE (model);

  return position < self->jobs->len ? g_object_ref (self->jobs->pdata[position]) : NULL;
}

static void
ic_job_queue_list_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
ic_job_queue_finalize (GObject *object)
{
  g_ptr_array_unref (IC_JOB_QUEUE (object)->jobs);
  G_OBJECT_CLASS (ic_job_queue_parent_class)->finalize (object);
}

static void
ic_job_queue_class_init (IcJobQueueClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ic_job_queue_finalize;
}

static void
ic_job_queue_init (IcJobQueue *self)
{
  self->jobs = g_ptr_array_new_with_free_func (g_object_unref);
}

IcJobQueue *
ic_job_queue_new (void)
{
  return g_object_new (IC_TYPE_JOB_QUEUE, NULL);
}

void
ic_job_queue_push (IcJobQueue *self, IcJob *job)
{
  g_return_if_fail (ic_job_get_state (job) == IC_JOB_QUEUED);
  g_ptr_array_add (self->jobs, g_object_ref (job));
  g_list_model_items_changed (G_LIST_MODEL (self), self->jobs->len - 1, 0, 1);
  g_signal_connect_object (job, "notify::state", G_CALLBACK (state_changed_cb), self,
                           G_CONNECT_SWAPPED);
  start_waiting (self);
}

void
ic_job_queue_place (IcJobQueue *self, IcJob *job, IcJob *before)
{
  guint from = 0;
  guint to = 0;

  g_return_if_fail (g_ptr_array_find (self->jobs, job, &from));
  g_object_ref (job);
  g_ptr_array_remove_index (self->jobs, from);
  if (before == NULL || !g_ptr_array_find (self->jobs, before, &to))
    to = self->jobs->len;
  g_ptr_array_insert (self->jobs, (int) to, job);
  if (from != to)
    g_list_model_items_changed (G_LIST_MODEL (self), MIN (from, to),
                                MAX (from, to) - MIN (from, to) + 1,
                                MAX (from, to) - MIN (from, to) + 1);
}

void
ic_job_queue_hold (IcJobQueue *self, gboolean is_held)
{
  self->is_held = is_held;
  start_waiting (self);
}

void
ic_job_queue_clear_finished (IcJobQueue *self)
{
  for (guint i = self->jobs->len; i > 0; i--)
    {
      IcJob *job = self->jobs->pdata[i - 1];

      if (!ic_job_is_finished (job))
        continue;
      g_signal_handlers_disconnect_by_func (job, state_changed_cb, self);
      g_ptr_array_remove_index (self->jobs, i - 1);
      g_list_model_items_changed (G_LIST_MODEL (self), i - 1, 1, 0);
    }
}

guint
ic_job_queue_count_unfinished (IcJobQueue *self)
{
  guint n = 0;

  for (guint i = 0; i < self->jobs->len; i++)
    n += !ic_job_is_finished (self->jobs->pdata[i]);
  return n;
}
