/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-job.h"

#include "core/ic-error.h"
#include "core/ic-own-context.h"

#define NOTIFY_INTERVAL_MS 100

/* What the thread works with. It never holds the job: GObjects are finalised where they live. */
typedef struct
{
  IcJobFunc func;
  gpointer plan;
  GDestroyNotify plan_free;
  gpointer result;
  GDestroyNotify result_free;
  IcProgress *progress;
  GCancellable *cancellable;
  GMainContext *owner;
  GWeakRef job;
  gboolean succeeded;
  GError *error;
  int tick_pending;
} Run;

struct _IcJob
{
  GObject parent_instance;

  char *title;
  char *lane;
  IcJobState state;
  GError *error;
  Run *run;
  GThread *thread;
  IcJob *self_while_running;
};

enum
{
  PROP_0,
  PROP_TITLE,
  PROP_STATE,
  PROP_FRACTION,
  PROP_MESSAGE,
  PROP_INTERRUPTIBLE,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (IcJob, ic_job, G_TYPE_OBJECT)

GType
ic_job_state_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    { IC_JOB_QUEUED, "IC_JOB_QUEUED", "queued" },
    { IC_JOB_RUNNING, "IC_JOB_RUNNING", "running" },
    { IC_JOB_CANCELLING, "IC_JOB_CANCELLING", "cancelling" },
    { IC_JOB_SUCCEEDED, "IC_JOB_SUCCEEDED", "succeeded" },
    { IC_JOB_FAILED, "IC_JOB_FAILED", "failed" },
    { IC_JOB_CANCELLED, "IC_JOB_CANCELLED", "cancelled" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("IcJobState", values));
  return type;
}

static void
clear_plan (Run *run)
{
  if (run->plan_free != NULL && run->plan != NULL)
    run->plan_free (run->plan);
  run->plan = NULL;
}

static void
clear_run (gpointer data)
{
  Run *run = data;

  clear_plan (run);
  if (run->result_free != NULL && run->result != NULL)
    run->result_free (run->result);
  ic_progress_unref (run->progress);
  g_object_unref (run->cancellable);
  g_main_context_unref (run->owner);
  g_weak_ref_clear (&run->job);
  g_clear_error (&run->error);
}

static void
run_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, clear_run);
}

static void
invoke_in_owner (Run *run, GSource *source, GSourceFunc func)
{
  g_source_set_callback (source, func, g_atomic_rc_box_acquire (run), run_unref);
  g_source_attach (source, run->owner);
  g_source_unref (source);
}

static gboolean
tick_cb (gpointer data)
{
  Run *run = data;
  g_autoptr(IcJob) self = g_weak_ref_get (&run->job);

  g_atomic_int_set (&run->tick_pending, FALSE);
  if (self != NULL && !ic_job_is_finished (self))
    {
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FRACTION]);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MESSAGE]);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_INTERRUPTIBLE]);
    }
  return G_SOURCE_REMOVE;
}

static void
progressed_cb (IcProgress *progress, gpointer user_data)
{
  Run *run = user_data;

  if (g_atomic_int_compare_and_exchange (&run->tick_pending, FALSE, TRUE))
    invoke_in_owner (run, g_timeout_source_new (NOTIFY_INTERVAL_MS), tick_cb);
}

static void
set_state (IcJob *self, IcJobState state)
{
  if (self->state == state)
    return;
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static void
finish (IcJob *self, IcJobState state)
{
  ic_progress_disconnect (self->run->progress);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FRACTION]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MESSAGE]);
  set_state (self, state);
}

/* The one place that decides how a job ended: by what happened, not by what was asked. */
static IcJobState
terminal_state (Run *run)
{
  if (run->succeeded)
    return IC_JOB_SUCCEEDED;
  if (g_error_matches (run->error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return IC_JOB_CANCELLED;
  return IC_JOB_FAILED;
}

static gboolean
finished_cb (gpointer data)
{
  Run *run = data;
  g_autoptr(IcJob) self = g_weak_ref_get (&run->job);
  IcJobState state = terminal_state (run);

  if (self == NULL)
    return G_SOURCE_REMOVE;
  g_clear_pointer (&self->thread, g_thread_join);
  /* A notification that is still under way holds the run, but must not hold what the plan does. */
  clear_plan (run);
  if (state == IC_JOB_FAILED)
    self->error = g_steal_pointer (&run->error);
  finish (self, state);
  g_clear_object (&self->self_while_running);
  return G_SOURCE_REMOVE;
}

static void
call_func (Run *run)
{
  g_autoptr(IcOwnContext) context = ic_own_context_enter ();

  run->succeeded =
      run->func (run->plan, run->progress, &run->result, run->cancellable, &run->error);
  if (!run->succeeded && run->error == NULL)
    g_set_error_literal (&run->error, IC_ERROR, IC_ERROR_INTERNAL, "failed without a reason");
}

static gpointer
run_thread (gpointer data)
{
  Run *run = data;

  call_func (run);
  invoke_in_owner (run, g_idle_source_new (), finished_cb);
  run_unref (run);
  return NULL;
}

static void
ic_job_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  IcJob *self = IC_JOB (object);

  switch (id)
    {
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_FRACTION:
      g_value_set_double (value, ic_job_get_fraction (self));
      break;
    case PROP_MESSAGE:
      g_value_take_string (value, ic_job_dup_message (self));
      break;
    case PROP_INTERRUPTIBLE:
      g_value_set_boolean (value, ic_job_get_interruptible (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ic_job_finalize (GObject *object)
{
  IcJob *self = IC_JOB (object);

  ic_progress_disconnect (self->run->progress);
  g_clear_pointer (&self->run, run_unref);
  g_free (self->title);
  g_free (self->lane);
  g_clear_error (&self->error);
  G_OBJECT_CLASS (ic_job_parent_class)->finalize (object);
}

static void
ic_job_class_init (IcJobClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = ic_job_get_property;
  object_class->finalize = ic_job_finalize;
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_STATE] =
      g_param_spec_enum ("state", NULL, NULL, IC_TYPE_JOB_STATE, IC_JOB_QUEUED, flags);
  properties[PROP_FRACTION] = g_param_spec_double ("fraction", NULL, NULL, 0, 1, 0, flags);
  properties[PROP_MESSAGE] = g_param_spec_string ("message", NULL, NULL, NULL, flags);
  properties[PROP_INTERRUPTIBLE] = g_param_spec_boolean ("interruptible", NULL, NULL, TRUE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ic_job_init (IcJob *self)
{
}

IcJob *
ic_job_new (const char *title,
            const char *lane,
            IcJobFunc func,
            gpointer plan,
            GDestroyNotify plan_free,
            GDestroyNotify result_free)
{
  IcJob *self = g_object_new (IC_TYPE_JOB, NULL);

  self->title = g_strdup (title);
  self->lane = g_strdup (lane);
  self->run = g_atomic_rc_box_new0 (Run);
  self->run->func = func;
  self->run->plan = plan;
  self->run->plan_free = plan_free;
  self->run->result_free = result_free;
  self->run->progress = ic_progress_new (progressed_cb, self->run);
  self->run->cancellable = g_cancellable_new ();
  self->run->owner = g_main_context_ref_thread_default ();
  g_weak_ref_init (&self->run->job, self);
  return self;
}

const char *
ic_job_get_title (IcJob *self)
{
  return self->title;
}

const char *
ic_job_get_lane (IcJob *self)
{
  return self->lane;
}

IcJobState
ic_job_get_state (IcJob *self)
{
  return self->state;
}

double
ic_job_get_fraction (IcJob *self)
{
  return self->state == IC_JOB_SUCCEEDED ? 1 : ic_progress_get_fraction (self->run->progress);
}

char *
ic_job_dup_message (IcJob *self)
{
  return ic_progress_dup_message (self->run->progress);
}

char *
ic_job_dup_request (IcJob *self)
{
  if (ic_job_is_finished (self) || !ic_progress_is_request (self->run->progress))
    return NULL;
  return ic_progress_dup_message (self->run->progress);
}

char **
ic_job_take_tellings (IcJob *self)
{
  return ic_progress_take_tellings (self->run->progress);
}

gboolean
ic_job_get_interruptible (IcJob *self)
{
  return ic_progress_get_interruptible (self->run->progress);
}

gboolean
ic_job_is_finished (IcJob *self)
{
  return self->state >= IC_JOB_SUCCEEDED;
}

gpointer
ic_job_get_result (IcJob *self)
{
  return ic_job_is_finished (self) ? self->run->result : NULL;
}

const GError *
ic_job_get_error (IcJob *self)
{
  return self->error;
}

GPtrArray *
ic_job_dup_items (IcJob *self)
{
  return ic_progress_dup_items (self->run->progress);
}

GPtrArray *
ic_job_ref_parts (IcJob *self)
{
  return ic_progress_ref_parts (self->run->progress);
}

void
ic_job_cancel (IcJob *self)
{
  if (self->state == IC_JOB_QUEUED)
    finish (self, IC_JOB_CANCELLED);
  if (self->state != IC_JOB_RUNNING)
    return;
  set_state (self, IC_JOB_CANCELLING);
  g_cancellable_cancel (self->run->cancellable);
}

void
ic_job_start (IcJob *self)
{
  g_return_if_fail (self->state == IC_JOB_QUEUED);
  self->self_while_running = g_object_ref (self);
  set_state (self, IC_JOB_RUNNING);
  self->thread = g_thread_new ("ic-job", run_thread, g_atomic_rc_box_acquire (self->run));
}
