/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-send-job.h"

#include "cli/ic-cli-progress.h"
#include "cli/ic-cli-transfer.h"
#include "cli/ic-cli-value.h"
#include "cli/ic-cli-verbs.h"

#include <glib/gi18n.h>

#define WAIT_MAX_S 120 /* a worker that is silent for longer counts as stuck */

/* What was typed. */
typedef struct
{
  IcCliKeys keys;
  char **studies;
  char *from;
  char *to;
  char *urgency_name;
  IcUrgency urgency;
  int wait_s;
  gboolean commitment;
} Typed;

static void
typed_clear (Typed *self)
{
  ic_cli_keys_clear (&self->keys);
  g_strfreev (self->studies);
  g_free (self->from);
  g_free (self->to);
  g_free (self->urgency_name);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Typed, typed_clear)

static gboolean
check (Typed *typed, GError **error)
{
  if (typed->studies == NULL)
    return ic_cli_refuse (error, _ ("--study is missing"));
  if (typed->to == NULL)
    return ic_cli_refuse (error, _ ("--to is missing: name a node of 'node list'"));
  if (typed->wait_s < 0 || typed->wait_s > WAIT_MAX_S)
    return ic_cli_refuse (error, _ ("--wait is a number of seconds, at most 120"));
  return ic_cli_check_uids (typed->studies, "--study", error) &&
         ic_cli_check_urgency (typed->urgency_name, &typed->urgency, error) &&
         ic_cli_check_people (&typed->keys, error);
}

static gboolean
run (IcCli *cli, Typed *typed, IcNode *source, IcNode *destination, GError **error)
{
  g_autoptr(IcPatient) patient = ic_patient_new (typed->keys.value[IC_KEY_PATIENT_ID], NULL,
                                                  typed->keys.value[IC_KEY_PATIENT_NAME],
                                                  typed->keys.value[IC_KEY_BIRTH_DATE], NULL);
  const IcSendOrder order = {
    .study_uids = (const char *const *) typed->studies,
    .source = source,
    .destination = destination,
    .patient = patient,
    .recipient = typed->keys.value[IC_KEY_RECIPIENT],
    .reason = typed->keys.value[IC_KEY_REASON],
    .legal_basis = typed->keys.value[IC_KEY_LEGAL_BASIS],
    .urgency = typed->urgency,
    .patience_s = (guint) typed->wait_s,
    .do_commit = typed->commitment,
  };
  g_autoptr(IcJob) job = ic_send_job_new (cli->desk, &order);
  g_autoptr(GError) failure = NULL;
  IcSendResultInfo *result = NULL;
  IcProofExtras extras = { NULL };

  ic_cli_run_job (cli, job, &failure);
  result = ic_job_get_result (job);
  if (result != NULL)
    extras = (IcProofExtras){ .size_bytes = result->size_bytes, .notices = result->notices };
  return ic_cli_report_transfer (cli, job, result != NULL ? result->transfer : NULL,
                                 IC_PROOF_VIEW_SENT, &extras, failure, error);
}

/* The destination last, so that it is what errors are about. */
static gboolean
send_typed (IcCli *cli, Typed *typed, GError **error)
{
  g_autoptr(IcNode) source = NULL;
  g_autoptr(IcNode) destination = NULL;

  if (typed->from != NULL)
    {
      source = ic_cli_find_node (cli, typed->from, error);
      if (source == NULL)
        return FALSE;
    }
  destination = ic_cli_find_node (cli, typed->to, error);
  return destination != NULL && run (cli, typed, source, destination, error);
}

gboolean
ic_cli_send (IcCli *cli, GError **error)
{
  g_auto(Typed) typed = { .keys = { .allowed = IC_KEYS_OF_PATIENT | IC_KEYS_OF_TRANSFER },
                           .wait_s = IC_SEND_PATIENCE_S };
  const GOptionEntry entries[] = {
    { "study", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &typed.studies, N_ ("Study Instance UIDs"),
      N_ ("UID…") },
    { "from", 0, 0, G_OPTION_ARG_FILENAME, &typed.from,
      N_ ("The node that has them; without it, what is here already"), N_ ("NAME") },
    { "to", 0, 0, G_OPTION_ARG_FILENAME, &typed.to, N_ ("The node that gets them"), N_ ("NAME") },
    { "urgency", 0, 0, G_OPTION_ARG_FILENAME, &typed.urgency_name,
      N_ ("routine (unless told otherwise), urgent or emergency"), N_ ("WORD") },
    { "wait", 0, 0, G_OPTION_ARG_INT, &typed.wait_s,
      N_ ("How long the node may take until it lists what it took (30)"), N_ ("SECONDS") },
    { "commitment", 0, 0, G_OPTION_ARG_NONE, &typed.commitment,
      N_ ("Ask for storage commitment even if the node lists everything"), NULL },
    G_OPTION_ENTRY_NULL,
  };

  return ic_cli_parse (cli, entries, &typed.keys, 0, 0, error) && check (&typed, error) &&
         ic_cli_ensure_desk (cli, error) != NULL && send_typed (cli, &typed, error);
}
