/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-practice.h"

#include "cli/ic-cli-json.h"
#include "cli/ic-cli-node.h"
#include "cli/ic-cli-output.h"
#include "cli/ic-cli-progress.h"
#include "cli/ic-cli-verbs.h"

#include <glib/gi18n.h>

#define NODE_NAME "PRACTICE"
#define HOST "127.0.0.1"
#define FOLDER "practice"

/* The folder of the archive, which becomes the subject. Free with g_free(). */
static char *
dup_folder (IcCli *cli, GError **error)
{
  IcDesk *desk = NULL;

  if (!ic_cli_parse (cli, NULL, NULL, 0, 0, error))
    return NULL;
  desk = ic_cli_ensure_desk (cli, error);
  if (desk == NULL)
    return NULL;
  ic_cli_set_topic (cli, _ ("the practice PACS"));
  return ic_data_dir_dup_path (ic_desk_get_data_dir (desk), FOLDER);
}

/* Whoever gave another node this name keeps it, unless it is an earlier practice PACS. */
static gboolean
find_out_change (IcCli *cli, guint16 port, IcNodeChange *change, GError **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(IcNode) known = ic_desk_find_node (cli->desk, NODE_NAME, &local_error);

  if (known == NULL && !g_error_matches (local_error, IC_ERROR, IC_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (known != NULL && known->port == port && g_str_equal (known->host, HOST))
    return TRUE;
  if (known != NULL && !g_str_equal (known->aet, IC_PRACTICE_AET))
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_CONFLICT,
                           "there is another node called " NODE_NAME);
      return FALSE;
    }
  change->operator_name = ic_desk_get_operator (cli->desk);
  change->removed = known != NULL ? NODE_NAME : NULL;
  change->node =
      ic_node_new (NODE_NAME, IC_PRACTICE_AET, HOST, port, NULL, FALSE, NULL, NULL, NULL, error);
  return change->node != NULL;
}

static gboolean
ensure_node (IcCli *cli, guint16 port, GError **error)
{
  IcNodeChange change = { NULL };
  g_autoptr(IcNode) node = NULL;

  if (!find_out_change (cli, port, &change, error))
    return FALSE;
  node = change.node;
  return node == NULL || ic_cli_write (cli, ic_cli_change_nodes, &change, error);
}

static void
print_json (gboolean is_running, guint16 port)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  ic_cli_json_add_boolean (builder, "running", is_running);
  ic_cli_json_add_text (builder, "node", NODE_NAME);
  ic_cli_json_add_text (builder, "aet", IC_PRACTICE_AET);
  ic_cli_json_add_text (builder, "host", HOST);
  if (is_running)
    ic_cli_json_add_int (builder, "port", port);
  else
    ic_cli_json_add_text_or_null (builder, "port", NULL);
  json_builder_end_object (builder);
  ic_cli_json_print (builder);
}

static void
print_status (IcCli *cli, gboolean is_running, guint16 port)
{
  if (cli->json)
    print_json (is_running, port);
  else if (is_running)
    ic_cli_print (_ ("The practice PACS runs on port %u of this machine, as node %s.\n"), port,
                  NODE_NAME);
  else
    ic_cli_print (_ ("The practice PACS does not run: 'courierctl practice start' starts it.\n"));
}

/* Result: the port, a guint16, also where it runs already. */
static gboolean
run_start (gpointer data,
           IcProgress *progress,
           gpointer *result,
           GCancellable *cancellable,
           GError **error)
{
  *result = g_new0 (guint16, 1);
  ic_progress_set_message (progress, g_file_test (data, G_FILE_TEST_EXISTS)
                                         ? _ ("Starting")
                                         : _ ("Making invented patients; this takes a moment"));
  return ic_practice_start (data, *result, cancellable, error);
}

gboolean
ic_cli_practice_start (IcCli *cli, GError **error)
{
  g_autofree char *folder = dup_folder (cli, error);
  g_autoptr(IcJob) job = NULL;
  g_autoptr(GError) local_error = NULL;
  guint16 port = 0;

  if (folder == NULL)
    return FALSE;
  job = ic_job_new ("Practice PACS", NULL, run_start, g_strdup (folder), g_free, g_free);
  if (!ic_cli_run_job (cli, job, &local_error) &&
      !g_error_matches (local_error, IC_ERROR, IC_ERROR_CONFLICT))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  port = *(guint16 *) ic_job_get_result (job);
  if (!ensure_node (cli, port, error))
    return FALSE;
  print_status (cli, TRUE, port);
  if (!cli->json)
    ic_cli_print (_ ("Try 'courierctl find %s' next: all its patients are invented.\n"), NODE_NAME);
  return TRUE;
}

gboolean
ic_cli_practice_stop (IcCli *cli, GError **error)
{
  g_autofree char *folder = dup_folder (cli, error);

  if (folder == NULL)
    return FALSE;
  /* What is asked for is so already. */
  if (!ic_practice_is_running (folder, NULL))
    {
      print_status (cli, FALSE, 0);
      return TRUE;
    }
  if (!ic_practice_stop (folder, error))
    return FALSE;
  if (cli->json)
    print_json (FALSE, 0);
  else
    ic_cli_print (_ ("The practice PACS has stopped; its images are kept.\n"));
  return TRUE;
}

gboolean
ic_cli_practice_status (IcCli *cli, GError **error)
{
  g_autofree char *folder = dup_folder (cli, error);
  guint16 port = 0;
  gboolean is_running = FALSE;

  if (folder == NULL)
    return FALSE;
  is_running = ic_practice_is_running (folder, &port);
  print_status (cli, is_running, port);
  return TRUE;
}
