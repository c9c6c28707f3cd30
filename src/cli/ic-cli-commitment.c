/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/ic-cli-commitment.h"

#include "cli/ic-cli-json.h"
#include "cli/ic-cli-output.h"
#include "cli/ic-cli-progress.h"
#include "cli/ic-cli-value.h"
#include "cli/ic-cli-verbs.h"
#include "domain/ic-transfer.h"
#include "ops/ic-committing.h"
#include "store/ic-commitment-repo.h"
#include "words/ic-words.h"

#include <glib/gi18n.h>

#define PATIENCE_S 10

static const IcCliColumn columns[] = {
  /* Translators: what a node was asked to keep for good: which transfer, which node, when it was
   * asked, what came of it, and how many images it keeps, of how many.
   */
  { N_ ("Transfer"), 0, FALSE }, { N_ ("Node"), 12, FALSE }, { N_ ("Asked"), 0, FALSE },
  { N_ ("State"), 0, FALSE },    { N_ ("Kept"), 0, TRUE },   { N_ ("Of"), 0, TRUE },
};

static gboolean
list_pending (IcReadTx *tx, gpointer data, GError **error)
{
  GPtrArray **list = data;

  *list = ic_commitment_repo_list (tx, 0, error);
  return *list != NULL;
}

static void
add_commitment (JsonBuilder *builder, IcCommitment *commitment)
{
  g_autofree char *number = ic_transfer_dup_number (commitment->transfer);

  json_builder_begin_object (builder);
  ic_cli_json_add_text (builder, "transfer", number);
  ic_cli_json_add_text (builder, "node", commitment->node);
  ic_cli_json_add_text (builder, "transaction_uid", commitment->transaction_uid);
  ic_cli_json_add_text (builder, "state", ic_commitment_state_to_string (commitment->state));
  ic_cli_json_add_time (builder, "asked_at", commitment->asked_at);
  ic_cli_json_add_time (builder, "answered_at", commitment->answered_at);
  ic_cli_json_add_int (builder, "kept", ic_commitment_count_kept (commitment));
  ic_cli_json_add_int (builder, "instances", commitment->instances->len);
  json_builder_end_object (builder);
}

void
ic_cli_commitment_add_array (JsonBuilder *builder, GPtrArray *commitments)
{
  json_builder_begin_array (builder);
  for (guint i = 0; i < commitments->len; i++)
    add_commitment (builder, commitments->pdata[i]);
  json_builder_end_array (builder);
}

static void
print_json (GPtrArray *commitments)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();

  ic_cli_commitment_add_array (builder, commitments);
  ic_cli_json_print (builder);
}

static void
take_row (IcCliTable *table, IcCommitment *commitment)
{
  g_autoptr(GStrvBuilder) cells = g_strv_builder_new ();
  g_autofree char *number = ic_transfer_dup_number (commitment->transfer);
  g_autofree char *asked = ic_words_dup_time (commitment->asked_at);
  g_autofree char *kept = ic_words_dup_count (ic_commitment_count_kept (commitment));
  g_autofree char *all = ic_words_dup_count (commitment->instances->len);

  g_strv_builder_add_many (cells, number, commitment->node, asked,
                           ic_commitment_state_to_string (commitment->state), kept, all, NULL);
  ic_cli_table_take_row (table, g_strv_builder_end (cells));
}

static void
print (IcCli *cli, GPtrArray *commitments)
{
  g_autoptr(IcCliTable) table = NULL;

  if (cli->json)
    {
      print_json (commitments);
      return;
    }
  table = ic_cli_table_new (columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < commitments->len; i++)
    take_row (table, commitments->pdata[i]);
  ic_cli_table_print (table);
}

gboolean
ic_cli_commitment_list (IcCli *cli, GError **error)
{
  g_autoptr(GPtrArray) pending = NULL;

  if (!ic_cli_parse (cli, NULL, NULL, 0, 0, error) ||
      !ic_cli_read (cli, list_pending, &pending, error))
    return FALSE;
  print (cli, pending);
  return TRUE;
}

static void
print_items (IcJob *job)
{
  g_autoptr(GPtrArray) items = ic_job_dup_items (job);

  for (guint i = 0; i < items->len; i++)
    {
      const IcProgressItem *item = items->pdata[i];
      g_autofree char *reason =
          item->error != NULL ? ic_words_dup_printable (item->error->message) : NULL;

      if (reason != NULL)
        ic_cli_print_error ("%s\n", reason);
    }
}

/* Not proved as long as any of them is open. */
static IcExit
exit_for (GPtrArray *commitments)
{
  for (guint i = 0; i < commitments->len; i++)
    if (((IcCommitment *) commitments->pdata[i])->state != IC_COMMITMENT_COMMITTED)
      return IC_EXIT_NOT_PROVED;
  return IC_EXIT_SUCCEEDED;
}

static gboolean
run_job (IcCli *cli, IcJob *job, GError **error)
{
  if (!ic_cli_run_job (cli, job, error))
    return FALSE;
  print (cli, ic_job_get_result (job));
  print_items (job);
  cli->exit_code = exit_for (ic_job_get_result (job));
  return TRUE;
}

gboolean
ic_cli_commitment_ask (IcCli *cli, GError **error)
{
  g_autoptr(IcJob) job = NULL;

  if (!ic_cli_parse (cli, NULL, NULL, 0, 0, error) || ic_cli_ensure_desk (cli, error) == NULL)
    return FALSE;
  job = ic_commitment_job_new (cli->desk, PATIENCE_S);
  return run_job (cli, job, error);
}

gboolean
ic_cli_commitment_wait (IcCli *cli, GError **error)
{
  int seconds = 0;
  const GOptionEntry entries[] = {
    { "for", 0, 0, G_OPTION_ARG_INT, &seconds, N_ ("How long at most; without it, any time"),
      N_ ("SECONDS") },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr(IcJob) job = NULL;

  if (!ic_cli_parse (cli, entries, NULL, 0, 0, error))
    return FALSE;
  if (seconds < 0)
    return ic_cli_refuse (error, _ ("--for is a number of seconds"));
  if (ic_cli_ensure_desk (cli, error) == NULL)
    return FALSE;
  job = ic_commitment_wait_job_new (cli->desk, (guint) seconds);
  return run_job (cli, job, error);
}
