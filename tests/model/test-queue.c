/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The queue without a window: in which order what waits is taken up, and that it is kept when the
 * program ends.
 */
#include "model/ic-workspace.h"
#include "store/ic-node-repo.h"

#include <glib/gstdio.h>
#include <string.h>

#define NODE "AWAY"
#define SOURCE "SOURCE"

/* A data directory with nodes that nobody answers for: their port takes connections and is silent,
 * so that what is asked of it stays under way until it is stopped.
 */
typedef struct
{
  char *path;
  GSocketListener *silent;
  IcNode *node;
  IcNode *source;
  IcDesk *desk;
  IcWorkspace *workspace;
  GPtrArray *held; /* of IcActivity */
} Scene;

static void
trouble_cb (IcWorkspace *workspace, const GError *error)
{
  g_assert_no_error (error);
}

static void
open_workspace (Scene *scene)
{
  g_autoptr(GError) error = NULL;

  scene->desk = ic_desk_open (scene->path, &error);
  g_assert_no_error (error);
  scene->workspace = ic_workspace_new (scene->desk);
  g_signal_connect (scene->workspace, "trouble", G_CALLBACK (trouble_cb), NULL);
}

static void
settle (Scene *scene)
{
  while (!ic_workspace_is_settled (scene->workspace))
    g_main_context_iteration (NULL, TRUE);
}

/* Whether anything still holds the data directory: a thread may end a moment after its job. */
static gboolean
is_alive (Scene *scene, const char *session)
{
  g_autofree char *name = g_strconcat (session, ".session", NULL);
  g_autofree char *file = g_build_filename (scene->path, "locks", name, NULL);

  return g_file_test (file, G_FILE_TEST_EXISTS);
}

/* As when the program ends. Takes what the test held. */
static void
close_workspace (Scene *scene)
{
  GListModel *activities = ic_workspace_get_activities (scene->workspace);
  g_autofree char *session = g_strdup (ic_session_get_name (ic_desk_get_session (scene->desk)));

  settle (scene);
  ic_workspace_suspend (scene->workspace);
  for (guint i = 0; i < g_list_model_get_n_items (activities); i++)
    {
      g_autoptr(IcActivity) activity = g_list_model_get_item (activities, i);

      while (!ic_activity_is_waiting (activity) && !ic_activity_is_finished (activity))
        g_main_context_iteration (NULL, TRUE);
    }
  settle (scene);
  g_clear_object (&scene->workspace);
  g_clear_pointer (&scene->desk, ic_desk_unref);
  g_ptr_array_set_size (scene->held, 0);
  while (is_alive (scene, session))
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
}

static gboolean
add_nodes (IcWriteTx *tx, gpointer data, GError **error)
{
  const Scene *scene = data;

  return ic_node_repo_add (tx, scene->node, error) && ic_node_repo_add (tx, scene->source, error);
}

static void
set_up (Scene *scene, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  guint port = 0;

  scene->path = g_dir_make_tmp ("courier-queue-XXXXXX", &error);
  scene->held = g_ptr_array_new_with_free_func (g_object_unref);
  scene->silent = g_socket_listener_new ();
  port = g_socket_listener_add_any_inet_port (scene->silent, NULL, &error);
  g_assert_no_error (error);
  scene->node = ic_node_new (NODE, NODE, "127.0.0.1", port, NULL, FALSE, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  scene->source =
      ic_node_new (SOURCE, SOURCE, "127.0.0.1", port, NULL, FALSE, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  open_workspace (scene);
  g_assert_true (ic_store_write (ic_desk_get_store (scene->desk), add_nodes, scene, &error));
  g_assert_no_error (error);
}

static void
tear_down (Scene *scene, gconstpointer data)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", scene->path);

  close_workspace (scene);
  g_ptr_array_unref (scene->held);
  g_object_unref (scene->silent);
  ic_node_unref (scene->node);
  ic_node_unref (scene->source);
  g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL);
  g_free (scene->path);
}

/* Sends of one lane, told apart by the recipient. */
static IcActivity *
start_send (Scene *scene, const char *name, IcUrgency urgency)
{
  const char *const studies[] = { "1.2.3.4", NULL };
  g_autoptr(IcPatient) patient = ic_patient_new ("123", NULL, name, "19610312", "F");
  const IcSendOrder order = { .study_uids = studies,
                              .source = scene->source,
                              .destination = scene->node,
                              .patient = patient,
                              .recipient = "Dr. Weber",
                              .reason = "second opinion",
                              .urgency = urgency };
  IcActivity *activity = ic_activity_new_send (scene->desk, &order);

  g_ptr_array_add (scene->held, activity);
  ic_workspace_start (scene->workspace, activity);
  return activity;
}

static IcActivity *
start_disc (Scene *scene, const char *name)
{
  const char *const studies[] = { "1.2.3.5", NULL };
  g_autoptr(IcPatient) patient = ic_patient_new ("124", NULL, name, "19610312", "F");
  const IcExportOrder order = { .study_uids = studies,
                                .route = IC_ROUTE_DISC,
                                .output = "/nowhere/drive",
                                .copies = 2,
                                .patient = patient,
                                .recipient = "Dr. Weber",
                                .reason = "second opinion" };
  IcActivity *activity = ic_activity_new_export (scene->desk, &order);

  g_ptr_array_add (scene->held, activity);
  ic_workspace_start (scene->workspace, activity);
  return activity;
}

static int
compare_ranks (gconstpointer a, gconstpointer b)
{
  return (int) ic_activity_get_rank (*(IcActivity *const *) a) -
         (int) ic_activity_get_rank (*(IcActivity *const *) b);
}

/* The titles of those that wait, in order, a line each. */
static char *
dup_waiting (Scene *scene)
{
  GListModel *activities = ic_workspace_get_activities (scene->workspace);
  g_autoptr(GPtrArray) waiting = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr(GString) text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (activities); i++)
    {
      g_autoptr(IcActivity) activity = g_list_model_get_item (activities, i);

      if (ic_activity_is_waiting (activity))
        g_ptr_array_add (waiting, g_steal_pointer (&activity));
    }
  g_ptr_array_sort (waiting, compare_ranks);
  for (guint i = 0; i < waiting->len; i++)
    g_string_append_printf (text, "%s\n", ic_activity_get_title (waiting->pdata[i]));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static IcActivity *
find (Scene *scene, const char *title)
{
  GListModel *activities = ic_workspace_get_activities (scene->workspace);

  for (guint i = 0; i < g_list_model_get_n_items (activities); i++)
    {
      g_autoptr(IcActivity) activity = g_list_model_get_item (activities, i);

      if (g_str_equal (ic_activity_get_title (activity), title))
        return activity; /* the list holds it */
    }
  return NULL;
}

#define SEND(name) "Send images of " name " to " NODE "\n"

static void
test_one_lane_does_one_thing_at_a_time (Scene *scene, gconstpointer data)
{
  IcActivity *first = start_send (scene, "DOE^Jane", IC_URGENCY_ROUTINE);
  IcActivity *second = start_send (scene, "ROE^Richard", IC_URGENCY_ROUTINE);

  g_assert_false (ic_activity_is_waiting (first));
  g_assert_true (ic_activity_is_waiting (second));
  ic_activity_cancel (first);
  while (ic_activity_is_waiting (second))
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (ic_activity_is_finished (first));
}

static void
test_urgent_goes_before_routine (Scene *scene, gconstpointer data)
{
  g_autofree char *order = NULL;

  start_send (scene, "DOE^Jane", IC_URGENCY_ROUTINE);
  start_send (scene, "A^A", IC_URGENCY_ROUTINE);
  start_send (scene, "B^B", IC_URGENCY_URGENT);
  start_send (scene, "C^C", IC_URGENCY_EMERGENCY);
  start_send (scene, "D^D", IC_URGENCY_URGENT);
  order = dup_waiting (scene);
  g_assert_cmpstr (order, ==, SEND ("C, C") SEND ("B, B") SEND ("D, D") SEND ("A, A"));
}

/* What was moved by hand begins where it was put, whatever its hurry. */
static void
test_moved_one_begins_first (Scene *scene, gconstpointer data)
{
  IcActivity *running = start_send (scene, "DOE^Jane", IC_URGENCY_ROUTINE);
  IcActivity *first = start_send (scene, "A^A", IC_URGENCY_URGENT);
  IcActivity *second = start_send (scene, "B^B", IC_URGENCY_ROUTINE);
  g_autofree char *order = NULL;

  ic_workspace_place (scene->workspace, second, first);
  order = dup_waiting (scene);
  g_assert_cmpstr (order, ==, SEND ("B, B") SEND ("A, A"));
  ic_activity_cancel (running);
  while (ic_activity_is_waiting (second))
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (ic_activity_is_waiting (first));
}

static void
wait_for_items (Scene *scene, guint n)
{
  while (g_list_model_get_n_items (ic_workspace_get_activities (scene->workspace)) < n)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_what_waits_survives_a_restart_in_order (Scene *scene, gconstpointer data)
{
  IcActivity *first = NULL;
  IcActivity *third = NULL;
  g_autofree char *order = NULL;

  start_send (scene, "DOE^Jane", IC_URGENCY_ROUTINE);
  first = start_send (scene, "A^A", IC_URGENCY_ROUTINE);
  start_send (scene, "B^B", IC_URGENCY_EMERGENCY);
  third = start_send (scene, "C^C", IC_URGENCY_ROUTINE);
  ic_workspace_place (scene->workspace, third, first);
  close_workspace (scene);
  open_workspace (scene);
  ic_workspace_resume (scene->workspace);
  wait_for_items (scene, 3);
  settle (scene);
  order = dup_waiting (scene);
  g_assert_cmpstr (order, ==, SEND ("C, C") SEND ("A, A")); /* the emergency has begun */
  g_assert_cmpint (ic_activity_get_urgency (find (scene, "Send images of B, B to " NODE)), ==,
                   IC_URGENCY_EMERGENCY);
}

/* A kept order that forgot what was left out would send all of the study. */
static void
test_selection_survives_a_restart (Scene *scene, gconstpointer data)
{
  static const char *const studies[] = { "1.2.3", NULL };
  static const char *const series[] = { "1.2.3.4", NULL };
  static const char *const images[] = { "1.2.3.5.6", "1.2.3.5.7", NULL };
  g_autoptr(IcPatient) patient = ic_patient_new ("1", NULL, "DOE^Jane", "19610312", NULL);
  g_autoptr(IcSelection) selection = ic_selection_new (series, images);
  const IcExportOrder media = { .study_uids = studies,
                                .selection = selection,
                                .route = IC_ROUTE_ISO,
                                .output = "/nowhere/out.iso",
                                .patient = patient,
                                .recipient = "Dr",
                                .reason = "Why" };
  const IcSendOrder send = {
    .study_uids = studies, .selection = selection, .destination = scene->node, .patient = patient
  };

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(IcActivity) before = i == 0 ? ic_activity_new_export (scene->desk, &media)
                                             : ic_activity_new_send (scene->desk, &send);
      g_autoptr(IcOrder) kept = ic_activity_dup_order (before);
      g_autoptr(IcActivity) after =
                     ic_activity_new_from_order (scene->desk, kept, NULL,
                                                 i == 0 ? NULL : scene->node, &error);
      g_autoptr(IcOrder) again = NULL;

      g_assert_no_error (error);
      again = ic_activity_dup_order (after);
      g_assert_nonnull (strstr (again->options, "1.2.3.4"));
      g_assert_nonnull (strstr (again->options, "1.2.3.5.7"));
      g_assert_cmpstr (again->options, ==, kept->options);
    }
}

static gboolean
keep_two (IcWriteTx *tx, gpointer data, GError **error)
{
  IcOrder **orders = data;

  return ic_order_repo_add (tx, "00000000-0000-4000-8000-000000000000", orders[0], error) &&
         ic_order_repo_begin (tx, orders[0]->id, error) &&
         ic_order_repo_add (tx, "00000000-0000-4000-8000-000000000000", orders[1], error);
}

/* As a program leaves it that was killed: nothing of it is done again unasked. */
static void
test_begun_and_discs_wait_for_a_person_after_a_crash (Scene *scene, gconstpointer data)
{
  const char *const studies[] = { "1.2.3.4", NULL };
  g_autoptr(IcPatient) patient = ic_patient_new ("123", NULL, "DOE^Jane", "19610312", "F");
  g_autoptr(IcActivity) begun =
                 ic_activity_new_retrieve (scene->desk, scene->node, studies, patient);
  const IcExportOrder asked = {
    .study_uids = studies, .route = IC_ROUTE_DISC, .output = "/nowhere/drive", .patient = patient
  };
  g_autoptr(IcActivity) disc = ic_activity_new_export (scene->desk, &asked);
  g_autoptr(IcOrder) first = ic_activity_dup_order (begun);
  g_autoptr(IcOrder) second = ic_activity_dup_order (disc);
  IcOrder *orders[] = { first, second };
  GListModel *activities = NULL;

  g_assert_true (ic_store_write (ic_desk_get_store (scene->desk), keep_two, orders, NULL));
  g_clear_object (&begun);
  g_clear_object (&disc);
  close_workspace (scene);
  open_workspace (scene);
  ic_workspace_resume (scene->workspace);
  wait_for_items (scene, 2);
  activities = ic_workspace_get_activities (scene->workspace);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr(IcActivity) activity = g_list_model_get_item (activities, i);

      g_assert_true (ic_activity_is_finished (activity));
      g_assert_false (ic_activity_is_proved (activity));
      g_assert_cmpstr (ic_activity_get_outcome (activity), !=, "");
      g_assert_cmpint (ic_job_get_state (ic_activity_get_job (activity)), ==, IC_JOB_QUEUED);
    }
}

static void
test_what_has_ended_is_kept_no_longer (Scene *scene, gconstpointer data)
{
  IcActivity *disc = start_disc (scene, "DOE^Jane"); /* there is no such drive */

  while (!ic_activity_is_finished (disc))
    g_main_context_iteration (NULL, TRUE);
  g_assert_nonnull (ic_job_get_error (ic_activity_get_job (disc)));
  close_workspace (scene);
  open_workspace (scene);
  ic_workspace_resume (scene->workspace);
  settle (scene);
  for (int i = 0; i < 50; i++)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
  g_assert_cmpuint (g_list_model_get_n_items (ic_workspace_get_activities (scene->workspace)), ==,
                    0);
}

static void
test_retry_takes_the_place_of_what_failed (Scene *scene, gconstpointer data)
{
  GListModel *activities = ic_workspace_get_activities (scene->workspace);
  IcActivity *disc = start_disc (scene, "DOE^Jane");
  g_autoptr(IcActivity) again = NULL;

  while (!ic_activity_is_finished (disc))
    g_main_context_iteration (NULL, TRUE);
  ic_workspace_retry (scene->workspace, disc, FALSE);
  g_assert_cmpuint (g_list_model_get_n_items (activities), ==, 1);
  again = g_list_model_get_item (activities, 0);
  g_assert_true (again != disc);
  g_assert_cmpstr (ic_activity_get_title (again), ==, ic_activity_get_title (disc));
  while (!ic_activity_is_finished (again))
    g_main_context_iteration (NULL, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name) g_test_add ("/queue/" #name, Scene, NULL, set_up, test_##name, tear_down)
  ADD (one_lane_does_one_thing_at_a_time);
  ADD (urgent_goes_before_routine);
  ADD (moved_one_begins_first);
  ADD (what_waits_survives_a_restart_in_order);
  ADD (selection_survives_a_restart);
  ADD (begun_and_discs_wait_for_a_person_after_a_crash);
  ADD (what_has_ended_is_kept_no_longer);
  ADD (retry_takes_the_place_of_what_failed);
  return g_test_run ();
}
