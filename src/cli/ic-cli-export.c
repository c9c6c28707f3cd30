/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-export-job.h"

#include "cli/ic-cli-progress.h"
#include "cli/ic-cli-transfer.h"
#include "cli/ic-cli-value.h"
#include "cli/ic-cli-verbs.h"

#include <glib/gi18n.h>

/* What was typed. */
typedef struct
{
  IcCliKeys keys;
  char **studies;
  char *from;
  char *to;
  char *output;
  char *urgency_name;
  IcRoute route;
  IcUrgency urgency;
} Typed;

static void
typed_clear (Typed *self)
{
  ic_cli_keys_clear (&self->keys);
  g_strfreev (self->studies);
  g_free (self->from);
  g_free (self->to);
  g_free (self->output);
  g_free (self->urgency_name);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Typed, typed_clear)

static gboolean
fail (GError **error, const char *message)
{
  g_set_error_literal (error, IC_ERROR, IC_ERROR_USAGE, message);
  return FALSE;
}

static gboolean
check_route (Typed *typed, GError **error)
{
  if (typed->to == NULL || !ic_route_from_string (typed->to, &typed->route) ||
      (typed->route != IC_ROUTE_ISO && typed->route != IC_ROUTE_FOLDER &&
       typed->route != IC_ROUTE_DISC))
    return fail (error, _ ("--to is one of iso, folder, disc"));
  if (typed->output == NULL || *typed->output == '\0')
    return fail (error, _ ("--output is missing"));
  if (typed->urgency_name != NULL && !ic_urgency_from_string (typed->urgency_name, &typed->urgency))
    return fail (error, _ ("--urgency is one of routine, urgent, emergency"));
  return TRUE;
}

/* Whose images they are must be said twice over, before anything moves. */
static gboolean
check_people (Typed *typed, GError **error)
{
  if (!ic_cli_keys_has (&typed->keys, IC_KEY_BIT (IC_KEY_PATIENT_ID)))
    return fail (error, _ ("the key patient-id is missing: say whose images they are"));
  if (!ic_cli_keys_has (&typed->keys,
                        IC_KEY_BIT (IC_KEY_PATIENT_NAME) | IC_KEY_BIT (IC_KEY_BIRTH_DATE)))
    return fail (error,
                 _ ("the key patient-name or birth-date is missing: an ID alone is not enough"));
  if (!ic_cli_keys_has (&typed->keys, IC_KEY_BIT (IC_KEY_RECIPIENT)))
    return fail (error, _ ("the key recipient is missing: say who gets the images"));
  if (!ic_cli_keys_has (&typed->keys, IC_KEY_BIT (IC_KEY_REASON)))
    return fail (error, _ ("the key reason is missing: say why they go out"));
  return TRUE;
}

static gboolean
check (Typed *typed, GError **error)
{
  if (typed->studies == NULL)
    return fail (error, _ ("--study is missing"));
  return ic_cli_check_uids (typed->studies, "--study", error) && check_route (typed, error) &&
         check_people (typed, error);
}

static gboolean export(IcCli *cli, Typed *typed, IcNode *source, GError **error)
{
  g_autofree char *output = ic_cli_dup_absolute_path (typed->output);
  g_autoptr(IcPatient) patient = ic_patient_new (typed->keys.value[IC_KEY_PATIENT_ID], NULL,
                                                  typed->keys.value[IC_KEY_PATIENT_NAME],
                                                  typed->keys.value[IC_KEY_BIRTH_DATE], NULL);
  const IcExportOrder order = {
    .study_uids = (const char *const *) typed->studies,
    .source = source,
    .route = typed->route,
    .output = output,
    .patient = patient,
    .recipient = typed->keys.value[IC_KEY_RECIPIENT],
    .reason = typed->keys.value[IC_KEY_REASON],
    .urgency = typed->urgency,
  };
  g_autoptr(IcJob) job = ic_export_job_new (cli->desk, &order);
  g_autoptr(GError) failure = NULL;
  IcExportResult *result = NULL;
  IcProofExtras extras = { NULL };

  ic_cli_set_subject (cli, output);
  ic_cli_run_job (job, &failure);
  result = ic_job_get_result (job);
  if (result != NULL)
    extras = (IcProofExtras){ result->profile, result->size_bytes, result->notices };
  return ic_cli_report_transfer (cli, job, result != NULL ? result->transfer : NULL,
                                 IC_PROOF_WRITTEN, &extras, failure, error);
}

gboolean
ic_cli_export (IcCli *cli, GError **error)
{
  g_auto(Typed) typed = { .keys = { .allowed = IC_KEYS_OF_PATIENT | IC_KEY_BIT (IC_KEY_RECIPIENT) |
                                                IC_KEY_BIT (IC_KEY_REASON) } };
  g_autoptr(IcNode) source = NULL;
  g_autoptr(GError) failure = NULL;
  const GOptionEntry entries[] = {
    { "study", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &typed.studies, N_ ("Study Instance UIDs"),
      N_ ("UID…") },
    { "from", 0, 0, G_OPTION_ARG_FILENAME, &typed.from,
      N_ ("The node that has them; without it, what is here already"), N_ ("NAME") },
    { "to", 0, 0, G_OPTION_ARG_FILENAME, &typed.to, N_ ("iso, folder or disc"), N_ ("KIND") },
    { "output", 0, 0, G_OPTION_ARG_FILENAME, &typed.output,
      N_ ("New image file, folder or drive (stdio:FILE for a drive that is a file)"),
      N_ ("PATH|DRIVE") },
    { "urgency", 0, 0, G_OPTION_ARG_FILENAME, &typed.urgency_name,
      N_ ("routine (unless told otherwise), urgent or emergency"), N_ ("WORD") },
    G_OPTION_ENTRY_NULL,
  };

  if (!ic_cli_parse (cli, entries, &typed.keys, 0, 0, error) || !check (&typed, error))
    return FALSE;
  if (ic_cli_ensure_desk (cli, &failure) != NULL && typed.from != NULL)
    source = ic_cli_find_node (cli, typed.from, &failure);
  if (failure != NULL)
    return ic_cli_report_failure (cli, IC_PROOF_WRITTEN, g_steal_pointer (&failure), error);
  return export(cli, &typed, source, error);
}
