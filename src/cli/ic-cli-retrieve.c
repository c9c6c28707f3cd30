/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-retrieve-job.h"

#include "cli/ic-cli-progress.h"
#include "cli/ic-cli-transfer.h"
#include "cli/ic-cli-value.h"
#include "cli/ic-cli-verbs.h"

#include <glib/gi18n.h>

static gboolean
check_studies (char **studies, GError **error)
{
  if (studies == NULL)
    return ic_cli_refuse (error, _ ("--study is missing"));
  return ic_cli_check_uids (studies, "--study", error);
}

static gboolean
retrieve (IcCli *cli, char **studies, const char *method_name, GError **error)
{
  g_autoptr(GError) failure = NULL;
  g_autoptr(IcNode) node = NULL;
  g_autoptr(IcJob) job = NULL;
  IcRetrieveMethod method = IC_RETRIEVE_GET;
  IcRetrieveResult *result = NULL;
  IcProofExtras extras = { NULL };

  if (!ic_cli_parse_retrieve (method_name, "--method", &method, error))
    return FALSE;
  node = ic_cli_find_node (cli, cli->words[0], &failure);
  if (node == NULL)
    return ic_cli_report_failure (cli, IC_PROOF_VIEW_RETRIEVED, g_steal_pointer (&failure), error);
  if (method_name != NULL)
    ic_node_set_retrieve (node, method);
  job = ic_retrieve_job_new (cli->desk, node, (const char *const *) studies);
  ic_cli_run_job (cli, job, &failure);
  result = ic_job_get_result (job);
  if (result != NULL)
    extras.notices = result->notices;
  return ic_cli_report_transfer (cli, job, result != NULL ? result->transfer : NULL,
                                 IC_PROOF_VIEW_RETRIEVED, &extras, failure, error);
}

gboolean
ic_cli_retrieve (IcCli *cli, GError **error)
{
  g_auto(GStrv) studies = NULL;
  g_autofree char *method = NULL;
  const GOptionEntry entries[] = {
    { "study", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &studies, N_ ("Study Instance UIDs"),
      N_ ("UID…") },
    { "method", 0, 0, G_OPTION_ARG_FILENAME, &method,
      N_ ("get or move, where it is not to be what the node says ('node add --retrieve')"),
      N_ ("get|move") },
    G_OPTION_ENTRY_NULL,
  };

  return ic_cli_parse (cli, entries, NULL, 1, 1, error) && check_studies (studies, error) &&
         retrieve (cli, studies, method, error);
}
