/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/ic-cli-json.h"
#include "cli/ic-cli-output.h"
#include "cli/ic-cli-progress.h"
#include "cli/ic-cli-verbs.h"
#include "ops/ic-practice-job.h"

#include <glib/gi18n.h>

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
  return ic_practice_job_dup_folder (desk);
}

static void
print_json (gboolean is_running, guint16 port)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  ic_cli_json_add_boolean (builder, "running", is_running);
  ic_cli_json_add_text (builder, "node", IC_PRACTICE_NODE);
  ic_cli_json_add_text (builder, "aet", IC_PRACTICE_AET);
  ic_cli_json_add_text (builder, "host", IC_PRACTICE_HOST);
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
                  IC_PRACTICE_NODE);
  else
    ic_cli_print (_ ("The practice PACS does not run: 'courierctl practice start' starts it.\n"));
}

gboolean
ic_cli_practice_start (IcCli *cli, GError **error)
{
  g_autofree char *folder = dup_folder (cli, error);
  g_autoptr(IcJob) job = NULL;

  if (folder == NULL)
    return FALSE;
  job = ic_practice_job_new (cli->desk);
  if (!ic_cli_run_job (cli, job, error))
    return FALSE;
  print_status (cli, TRUE, *(guint16 *) ic_job_get_result (job));
  if (!cli->json)
    ic_cli_print (_ ("Try 'courierctl find %s' next: all its patients are invented.\n"),
                  IC_PRACTICE_NODE);
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
