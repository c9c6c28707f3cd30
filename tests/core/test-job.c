/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-error.h"
#include "core/ic-job-queue.h"

/* What a job of these tests does, and what it saw. */
typedef struct
{
  gboolean fail;
  gboolean ignore_cancel;
  gboolean wait_for_cancel;
  gboolean silent;
  int reports;
  int *running;
  int *most_running;
  GMutex *gate; /* held by the test until the job may end */
} Plan;

static void
note_start (Plan *plan)
{
  int now = plan->running != NULL ? g_atomic_int_add (plan->running, 1) + 1 : 0;

  if (plan->most_running != NULL && now > g_atomic_int_get (plan->most_running))
    g_atomic_int_set (plan->most_running, now);
}

static void
note_end (Plan *plan)
{
  if (plan->running != NULL)
    g_atomic_int_add (plan->running, -1);
}

static void
pass_gate (Plan *plan)
{
  if (plan->gate == NULL)
    return;
  g_mutex_lock (plan->gate);
  g_mutex_unlock (plan->gate);
}

static gboolean
run (gpointer data,
     IcProgress *progress,
     gpointer *result,
     GCancellable *cancellable,
     GError **error)
{
  Plan *plan = data;

  note_start (plan);
  for (int i = 0; i < plan->reports; i++)
    ic_progress_report (progress, i + 1, plan->reports);
  pass_gate (plan);
  while (plan->wait_for_cancel && !g_cancellable_is_cancelled (cancellable))
    g_usleep (1000);
  note_end (plan);
  if (!plan->ignore_cancel && g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  *result = g_strdup ("shown");
  if (plan->fail)
    g_set_error_literal (error, IC_ERROR, IC_ERROR_BAD_DATA, "made to fail");
  return !plan->fail && !plan->silent;
}

static IcJob *
make_job (const Plan *plan, const char *lane)
{
  return ic_job_new ("Test", lane, run, g_memdup2 (plan, sizeof *plan), g_free, g_free);
}

static void
wait_for_end (IcJob *job)
{
  while (!ic_job_is_finished (job))
    g_main_context_iteration (NULL, TRUE);
}

static void
wait_for_all (IcJobQueue *queue)
{
  while (ic_job_queue_count_unfinished (queue) > 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
count_cb (GObject *object, GParamSpec *pspec, gpointer data)
{
  ++*(int *) data;
}

static void
test_success_with_many_reports_notifies_few_times (void)
{
  g_autoptr(IcJobQueue) queue = ic_job_queue_new ();
  IcJob *job = make_job (&(Plan){ .reports = 100000 }, NULL);
  int notified = 0;

  g_signal_connect (job, "notify::fraction", G_CALLBACK (count_cb), &notified);
  g_assert_cmpint (ic_job_get_state (job), ==, IC_JOB_QUEUED);
  ic_job_queue_push (queue, job);
  g_assert_cmpint (ic_job_get_state (job), ==, IC_JOB_RUNNING);
  wait_for_end (job);
  g_assert_cmpint (ic_job_get_state (job), ==, IC_JOB_SUCCEEDED);
  g_assert_cmpfloat (ic_job_get_fraction (job), ==, 1);
  g_assert_null (ic_job_get_error (job));
  g_assert_cmpint (notified, >, 0);
  g_assert_cmpint (notified, <, 50);
  ic_job_queue_clear_finished (queue);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (queue)), ==, 0);
  g_assert_finalize_object (job);
}

static void
test_failure_keeps_its_reason (void)
{
  g_autoptr(IcJobQueue) queue = ic_job_queue_new ();
  g_autoptr(IcJob) job = make_job (&(Plan){ .fail = TRUE }, NULL);

  ic_job_queue_push (queue, job);
  wait_for_end (job);
  g_assert_cmpint (ic_job_get_state (job), ==, IC_JOB_FAILED);
  g_assert_error (ic_job_get_error (job), IC_ERROR, IC_ERROR_BAD_DATA);
  g_assert_cmpstr (ic_job_get_result (job), ==, "shown");
}

static void
test_failure_without_reason_is_our_own_fault (void)
{
  g_autoptr(IcJobQueue) queue = ic_job_queue_new ();
  g_autoptr(IcJob) job = make_job (&(Plan){ .silent = TRUE }, NULL);

  ic_job_queue_push (queue, job);
  wait_for_end (job);
  g_assert_cmpint (ic_job_get_state (job), ==, IC_JOB_FAILED);
  g_assert_error (ic_job_get_error (job), IC_ERROR, IC_ERROR_INTERNAL);
}

static void
test_cancel_while_running_passes_through_cancelling (void)
{
  g_autoptr(IcJobQueue) queue = ic_job_queue_new ();
  g_autoptr(IcJob) job = make_job (&(Plan){ .wait_for_cancel = TRUE }, NULL);

  ic_job_queue_push (queue, job);
  ic_job_cancel (job);
  g_assert_cmpint (ic_job_get_state (job), ==, IC_JOB_CANCELLING);
  ic_job_cancel (job);
  wait_for_end (job);
  g_assert_cmpint (ic_job_get_state (job), ==, IC_JOB_CANCELLED);
  g_assert_null (ic_job_get_error (job));
}

static void
test_cancel_that_loses_the_race_reports_success (void)
{
  g_autoptr(IcJobQueue) queue = ic_job_queue_new ();
  g_autoptr(IcJob) job =
                 make_job (&(Plan){ .wait_for_cancel = TRUE, .ignore_cancel = TRUE }, NULL);

  ic_job_queue_push (queue, job);
  ic_job_cancel (job);
  wait_for_end (job);
  g_assert_cmpint (ic_job_get_state (job), ==, IC_JOB_SUCCEEDED);
  ic_job_cancel (job);
  g_assert_cmpint (ic_job_get_state (job), ==, IC_JOB_SUCCEEDED);
}

static void
test_cancel_while_queued_never_runs (void)
{
  g_autoptr(IcJobQueue) queue = ic_job_queue_new ();
  int running = 0;
  int most = 0;
  GMutex gate;
  g_autoptr(IcJob) first = make_job (&(Plan){ .gate = &gate }, "drive");
  g_autoptr(IcJob) second =
                 make_job (&(Plan){ .running = &running, .most_running = &most }, "drive");

  g_mutex_init (&gate);
  g_mutex_lock (&gate);
  ic_job_queue_push (queue, first);
  ic_job_queue_push (queue, second);
  g_assert_cmpint (ic_job_get_state (second), ==, IC_JOB_QUEUED);
  ic_job_cancel (second);
  g_assert_cmpint (ic_job_get_state (second), ==, IC_JOB_CANCELLED);
  g_mutex_unlock (&gate);
  wait_for_all (queue);
  g_assert_cmpint (ic_job_get_state (first), ==, IC_JOB_SUCCEEDED);
  g_assert_cmpint (ic_job_get_state (second), ==, IC_JOB_CANCELLED);
  g_assert_cmpint (most, ==, 0);
  g_mutex_clear (&gate);
}

static void
test_one_lane_runs_one_job_at_a_time (void)
{
  g_autoptr(IcJobQueue) queue = ic_job_queue_new ();
  int running = 0;
  int most = 0;

  for (int i = 0; i < 20; i++)
    {
      g_autoptr(IcJob) job =
                     make_job (&(Plan){ .reports = 10, .running = &running, .most_running = &most },
                               "node");

      ic_job_queue_push (queue, job);
    }
  wait_for_all (queue);
  g_assert_cmpint (most, ==, 1);
  g_assert_cmpint (running, ==, 0);
}

static gboolean
run_items (gpointer data,
           IcProgress *progress,
           gpointer *result,
           GCancellable *cancellable,
           GError **error)
{
  g_autoptr(GError) bad = g_error_new_literal (IC_ERROR, IC_ERROR_BAD_DATA, "unreadable");
  g_autoptr(IcProgress) half = ic_progress_child (progress, 0, 0.5);

  ic_progress_add_item (progress, "A", NULL);
  ic_progress_add_item (progress, "B", bad);
  ic_progress_report (half, 1, 1);
  ic_progress_set_interruptible (progress, FALSE);
  return TRUE;
}

static void
test_one_bad_item_fails_itself_only (void)
{
  g_autoptr(IcJobQueue) queue = ic_job_queue_new ();
  g_autoptr(IcJob) job = ic_job_new ("Items", NULL, run_items, NULL, NULL, NULL);
  g_autoptr(GPtrArray) items = NULL;

  ic_job_queue_push (queue, job);
  wait_for_end (job);
  items = ic_job_dup_items (job);
  g_assert_cmpint (ic_job_get_state (job), ==, IC_JOB_SUCCEEDED);
  g_assert_cmpuint (items->len, ==, 2);
  g_assert_no_error (((IcProgressItem *) items->pdata[0])->error);
  g_assert_error (((IcProgressItem *) items->pdata[1])->error, IC_ERROR, IC_ERROR_BAD_DATA);
  g_assert_false (ic_job_get_interruptible (job));
}

static int n_plans_freed;

static void
count_and_free (gpointer plan)
{
  n_plans_freed++;
  g_free (plan);
}

static void
test_finished_job_lets_go_of_its_plan_while_a_notification_is_pending (void)
{
  const Plan plan = { .reports = 1 };
  g_autoptr(IcJob) job = ic_job_new ("Test", NULL, run, g_memdup2 (&plan, sizeof plan),
                                      count_and_free, g_free);

  n_plans_freed = 0;
  ic_job_start (job);
  wait_for_end (job);
  g_assert_cmpint (n_plans_freed, ==, 1);
  g_clear_object (&job);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpint (n_plans_freed, ==, 1);
}

static void
test_child_reports_into_its_part (void)
{
  g_autoptr(IcProgress) root = ic_progress_new (NULL, NULL);
  g_autoptr(IcProgress) second = ic_progress_child (root, 0.5, 1);
  g_autoptr(IcProgress) inner = ic_progress_child (second, 0, 0.5);

  ic_progress_report (inner, 1, 2);
  g_assert_cmpfloat (ic_progress_get_fraction (root), ==, 0.625);
  ic_progress_report (root, 1, 10);
  g_assert_cmpfloat (ic_progress_get_fraction (root), ==, 0.625);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/job/success", test_success_with_many_reports_notifies_few_times);
  g_test_add_func ("/job/failure", test_failure_keeps_its_reason);
  g_test_add_func ("/job/failure-silent", test_failure_without_reason_is_our_own_fault);
  g_test_add_func ("/job/cancel-running", test_cancel_while_running_passes_through_cancelling);
  g_test_add_func ("/job/cancel-loses", test_cancel_that_loses_the_race_reports_success);
  g_test_add_func ("/job/cancel-queued", test_cancel_while_queued_never_runs);
  g_test_add_func ("/job/lane", test_one_lane_runs_one_job_at_a_time);
  g_test_add_func ("/job/items", test_one_bad_item_fails_itself_only);
  g_test_add_func ("/job/plan",
                   test_finished_job_lets_go_of_its_plan_while_a_notification_is_pending);
  g_test_add_func ("/progress/child", test_child_reports_into_its_part);
  return g_test_run ();
}
