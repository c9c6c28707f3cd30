/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Jobs that end as the environment variable IC_FAKE says, in the place of the real ones, so that
 * every way in which work can end can be looked at from outside.
 */
#include "core/ic-error.h"
#include "ops/ic-export-job.h"
#include "ops/ic-intake.h"
#include "ops/ic-query-job.h"
#include "ops/ic-retrieve-job.h"
#include "ops/ic-verify-job.h"

#define STEP_US 20000
#define MAX_STEPS 1500 /* half a minute: a test that fails must end */

typedef enum
{
  FAKE_TRANSFER,
  FAKE_RETRIEVE,
  FAKE_EXPORT,
  FAKE_ROWS,
} FakeKind;

typedef struct
{
  FakeKind kind;
  IcTransfer *transfer;
  IcQueryRowFunc func;
  gpointer user_data;
  GMainContext *owner;
} Plan;

static const struct
{
  const char *name;
  IcErrorCode code;
} failures[] = {
  { "internal", IC_ERROR_INTERNAL },
  { "refused", IC_ERROR_REFUSED },
  { "unreachable", IC_ERROR_NODE_UNREACHABLE },
  { "rejected", IC_ERROR_NODE_REJECTED },
  { "died", IC_ERROR_WORKER_DIED },
};

static const char *
get_fake (void)
{
  const char *fake = g_getenv ("IC_FAKE");

  return fake != NULL ? fake : "succeeded";
}

static void
plan_free (gpointer data)
{
  Plan *plan = data;

  g_clear_pointer (&plan->transfer, ic_transfer_free);
  g_main_context_unref (plan->owner);
  g_free (plan);
}

static void
result_free (gpointer data)
{
  ic_transfer_free (data);
}

static void
retrieve_free (gpointer data)
{
  ic_retrieve_result_free (data);
}

static void
export_free (gpointer data)
{
  ic_export_result_free (data);
}

/* Works until it is stopped; "spoiling" does not stop for the first half second after that. */
static gboolean
work_until_stopped (IcProgress *progress, GCancellable *cancellable, GError **error)
{
  gboolean spoiling = g_str_equal (get_fake (), "spoiling");

  ic_progress_set_message (progress, "working");
  ic_progress_set_interruptible (progress, !spoiling);
  for (guint step = 0; step < MAX_STEPS && !g_cancellable_is_cancelled (cancellable); step++)
    {
      ic_progress_report (progress, step, MAX_STEPS);
      g_usleep (STEP_US);
    }
  if (spoiling)
    {
      g_usleep (25 * STEP_US);
      return TRUE;
    }
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

static gboolean
run_fake (IcProgress *progress, GCancellable *cancellable, GError **error)
{
  const char *fake = get_fake ();

  if (g_str_equal (fake, "slow") || g_str_equal (fake, "spoiling"))
    return work_until_stopped (progress, cancellable, error);
  for (guint i = 0; i < G_N_ELEMENTS (failures); i++)
    if (g_str_equal (failures[i].name, fake))
      {
        g_set_error (error, IC_ERROR, failures[i].code, "calling AE title not recognised\033[31m");
        return FALSE;
      }
  return TRUE;
}

static void
fill_transfer (IcTransfer *transfer)
{
  IcTransferSeries *series = ic_transfer_add_series (transfer);
  IcTransferInstance *instance = ic_transfer_add_instance (transfer);

  transfer->id = 123;
  transfer->basis = g_str_equal (get_fake (), "unproven") ? IC_BASIS_NONE : IC_BASIS_UID_LIST;
  transfer->read_back = IC_READ_BACK_CACHE_DROPPED;
  transfer->expected = 1212;
  transfer->retrieved = transfer->written = transfer->verified = 1211;
  ic_transfer_set_text (&transfer->log_head, "7:abc");
  ic_transfer_set_text (&series->series_uid, "1.2.3");
  ic_transfer_set_text (&series->number, "4");
  ic_transfer_set_text (&series->modality, "CT");
  ic_transfer_set_text (&series->description, "Thorax\033[31m");
  series->basis = transfer->basis;
  series->expected = 1212;
  series->retrieved = series->written = series->verified = 1211;
  instance->sop_instance_uid = "1.2.3.4";
  instance->state = IC_ITEM_MISSING;
  if (g_str_equal (get_fake (), "elsewhere"))
    {
      transfer->state = IC_TRANSFER_INCOMPLETE;
      ic_transfer_set_text (&transfer->remark, "3 turned down: " IC_INTAKE_HERE_OTHERWISE);
      return;
    }
  if (!ic_transfer_state_from_string (get_fake (), &transfer->state))
    transfer->state = IC_TRANSFER_RUNNING;
  if (transfer->state == IC_TRANSFER_SUCCEEDED)
    {
      transfer->retrieved = transfer->written = transfer->verified = 1212;
      instance->state = IC_ITEM_VERIFIED;
    }
}

static void
deliver_rows (Plan *plan)
{
  const char *values[IC_N_QUERY_KEYS + 1] = { NULL };

  for (guint i = 0; i < IC_N_QUERY_KEYS; i++)
    values[i] = "";
  values[IC_QUERY_PATIENT_NAME] = "D\"OE^J\033ane=漢字^名";
  values[IC_QUERY_PATIENT_ID] = "P1";
  values[IC_QUERY_STUDY_DATE] = "20260214";
  values[IC_QUERY_STUDY_INSTANCE_UID] = "1.2.3";
  values[IC_QUERY_STUDY_SERIES_COUNT] = "4 ";
  values[IC_QUERY_STUDY_INSTANCE_COUNT] = "1212";
  plan->func (values, plan->user_data);
  values[IC_QUERY_STUDY_INSTANCE_COUNT] = "many";
  plan->func (values, plan->user_data);
}

static gboolean
deliver_rows_cb (gpointer data)
{
  deliver_rows (data);
  return G_SOURCE_REMOVE;
}

/* The plan outlives the rows: they are handed on before the end of the job, in the same order. */
static void
send_rows (Plan *plan)
{
  g_autoptr(GSource) source = g_idle_source_new ();

  g_source_set_callback (source, deliver_rows_cb, plan, NULL);
  g_source_attach (source, plan->owner);
}

/* One that went well, and @n that did not. */
static void
add_items (IcProgress *progress, guint n)
{
  g_autoptr(GError) error =
                 g_error_new (IC_ERROR, IC_ERROR_WORKER_DIED, "the reader stopped\033[31m");

  ic_progress_add_item (progress, "1.2.3.100", NULL);
  for (guint i = 1; i <= n; i++)
    {
      g_autofree char *name = g_strdup_printf ("1.2.3.%u", i);

      ic_progress_add_item (progress, name, error);
    }
}

static GPtrArray *
make_notices (void)
{
  GPtrArray *notices = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (notices, g_strdup ("a notice"));
  return notices;
}

static gpointer
make_result (Plan *plan)
{
  IcExportResult *exported = NULL;
  IcRetrieveResult *retrieved = NULL;

  if (plan->kind == FAKE_ROWS)
    return g_new0 (IcQueryResult, 1);
  fill_transfer (plan->transfer);
  if (plan->kind == FAKE_TRANSFER)
    return g_steal_pointer (&plan->transfer);
  if (plan->kind == FAKE_RETRIEVE)
    {
      retrieved = g_new0 (IcRetrieveResult, 1);
      retrieved->transfer = g_steal_pointer (&plan->transfer);
      retrieved->notices = make_notices ();
      return retrieved;
    }
  exported = g_new0 (IcExportResult, 1);
  exported->transfer = g_steal_pointer (&plan->transfer);
  exported->profile = g_strdup ("General Purpose CD-R");
  exported->size_bytes = 640 * 1000 * 1000;
  exported->notices = make_notices ();
  exported->volumes = g_ptr_array_new ();
  return exported;
}

static gboolean
run (gpointer data,
     IcProgress *progress,
     gpointer *result,
     GCancellable *cancellable,
     GError **error)
{
  Plan *plan = data;
  gboolean succeeded = FALSE;

  if (plan->func != NULL)
    send_rows (plan);
  if (g_str_equal (get_fake (), "incomplete"))
    add_items (progress, 22);
  succeeded = run_fake (progress, cancellable, error);
  if (!g_str_equal (get_fake (), "died"))
    *result = make_result (plan);
  return succeeded;
}

static Plan *
plan_new (FakeKind kind)
{
  Plan *plan = g_new0 (Plan, 1);

  plan->kind = kind;
  plan->owner = g_main_context_ref_thread_default ();
  if (kind != FAKE_ROWS)
    plan->transfer = ic_transfer_new ();
  return plan;
}

IcJob *
ic_echo_job_new (IcDesk *desk, IcNode *node)
{
  return ic_job_new ("echo", NULL, run, plan_new (FAKE_ROWS), plan_free, g_free);
}

IcJob *
ic_find_job_new (IcDesk *desk,
                 IcNode *node,
                 IcQuery *query,
                 guint max,
                 IcQueryRowFunc func,
                 gpointer user_data)
{
  Plan *plan = plan_new (FAKE_ROWS);

  plan->func = func;
  plan->user_data = user_data;
  ic_query_free (query);
  return ic_job_new ("find", NULL, run, plan, plan_free, g_free);
}

IcJob *
ic_retrieve_job_new (IcDesk *desk, IcNode *node, const char *const *study_uids)
{
  Plan *plan = plan_new (FAKE_RETRIEVE);

  plan->transfer->direction = IC_DIRECTION_IN;
  plan->transfer->route = IC_ROUTE_NODE;
  return ic_job_new ("retrieve", NULL, run, plan, plan_free, retrieve_free);
}

void
ic_retrieve_result_free (IcRetrieveResult *self)
{
  ic_transfer_free (self->transfer);
  g_ptr_array_unref (self->notices);
  g_free (self);
}

void
ic_export_result_free (IcExportResult *self)
{
  ic_transfer_free (self->transfer);
  g_free (self->profile);
  g_ptr_array_unref (self->notices);
  g_ptr_array_unref (self->volumes);
  g_free (self);
}

/* Says in its reason what it was asked for, so that a test sees it arrive. */
IcJob *
ic_export_job_new (IcDesk *desk, const IcExportOrder *order)
{
  Plan *plan = plan_new (FAKE_EXPORT);
  g_autofree char *studies = g_strjoinv (",", (char **) order->study_uids);
  g_autofree char *remark =
      g_strdup_printf ("%s|%s|%s|%s|%s|%s|%s|%s", studies, ic_route_to_string (order->route),
                       order->patient->id, order->patient->name, order->patient->birth_date,
                       order->recipient, order->reason, ic_urgency_to_string (order->urgency));

  plan->transfer->route = order->route;
  ic_transfer_set_text (&plan->transfer->output, order->output);
  ic_transfer_set_text (&plan->transfer->remark, remark);
  return ic_job_new ("export", NULL, run, plan, plan_free, export_free);
}

IcJob *
ic_verify_job_new (IcDesk *desk, const char *path)
{
  Plan *plan = plan_new (FAKE_TRANSFER);

  ic_transfer_set_text (&plan->transfer->output, path);
  return ic_job_new ("verify", NULL, run, plan, plan_free, result_free);
}
