/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-verify-job.h"

#include "words/ic-disc-words.h"
#include "cli/ic-cli-drive.h"
#include "cli/ic-cli-progress.h"
#include "cli/ic-cli-transfer.h"
#include "cli/ic-cli-value.h"
#include "cli/ic-cli-verbs.h"

static void
explain (IcCli *cli, const char *drive, const GError *failure)
{
  if (g_error_matches (failure, IC_ERROR, IC_ERROR_MEDIUM_UNSUITABLE))
    ic_cli_take_sentence (cli, ic_disc_words_dup_unreadable (drive, failure));
  else if (!g_error_matches (failure, IC_ERROR, IC_ERROR_NOT_FOUND)) /* of a file on the disc */
    ic_cli_explain_drive (cli, drive, failure);
}

gboolean
ic_cli_verify (IcCli *cli, GError **error)
{
  g_autofree char *path = NULL;
  g_autoptr(IcJob) job = NULL;
  g_autoptr(GError) failure = NULL;
  const IcProofExtras extras = { NULL };
  IcDesk *desk = NULL;

  if (!ic_cli_parse (cli, NULL, NULL, 1, 1, error))
    return FALSE;
  desk = ic_cli_ensure_desk (cli, &failure);
  if (desk == NULL)
    return ic_cli_report_failure (cli, IC_PROOF_VIEW_VERIFIED, g_steal_pointer (&failure), error);
  path = ic_cli_dup_absolute_path (cli->words[0]);
  ic_cli_set_subject (cli, path);
  job = ic_verify_job_new (desk, path);
  ic_cli_run_job (cli, job, &failure);
  if (failure != NULL && ic_drive_is_one (path))
    explain (cli, path, failure);
  return ic_cli_report_transfer (cli, job, ic_job_get_result (job), IC_PROOF_VIEW_VERIFIED, &extras,
                                 failure, error);
}
