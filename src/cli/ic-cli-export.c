/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-export-job.h"
#include "ops/ic-settings.h"

#include "words/ic-disc-words.h"
#include "cli/ic-cli-drive.h"
#include "cli/ic-cli-output.h"
#include "cli/ic-cli-progress.h"
#include "cli/ic-cli-transfer.h"
#include "cli/ic-cli-value.h"
#include "cli/ic-cli-verbs.h"
#include "words/ic-words.h"

#include "disc/ic-volume-split.h"

#include <glib/gi18n.h>

#define MAX_SPEED 100
#define MAX_COPIES 99

/* What was typed. */
typedef struct
{
  IcCliKeys keys;
  char **studies;
  char *from;
  char *to;
  char *output;
  char *urgency_name;
  char *profile_name;
  char *speed_text;
  char *copies_text;
  char *capacity_text;
  char *viewer_name;
  IcViewerQuality viewer;
  guint64 capacity_bytes;
  IcRoute route;
  IcMediaProfiles profile;
  IcUrgency urgency;
  IcDiscOptions disc;
  guint copies;
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
  g_free (self->profile_name);
  g_free (self->speed_text);
  g_free (self->copies_text);
  g_free (self->capacity_text);
  g_free (self->viewer_name);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Typed, typed_clear)

static gboolean
check_route (Typed *typed, GError **error)
{
  if (typed->to == NULL || !ic_route_from_string (typed->to, &typed->route) ||
      (typed->route != IC_ROUTE_ISO && typed->route != IC_ROUTE_FOLDER &&
       typed->route != IC_ROUTE_ZIP && typed->route != IC_ROUTE_DISC &&
       typed->route != IC_ROUTE_USB))
    return ic_cli_refuse (error, _ ("--to is one of iso, folder, zip, disc, usb"));
  if (typed->output != NULL ? *typed->output == '\0' : typed->route != IC_ROUTE_DISC)
    return ic_cli_refuse (error, _ ("--output is missing"));
  if (typed->profile_name != NULL && !ic_media_profile_parse (typed->profile_name, &typed->profile))
    return ic_cli_refuse (error, _ ("--profile is one of as-stored, cd, dvd-jpeg, dvd-j2k, "
                                    "usb-jpeg, usb-j2k"));
  if (typed->viewer_name != NULL && !ic_viewer_quality_parse (typed->viewer_name, &typed->viewer))
    return ic_cli_refuse (error, _ ("--viewer is one of lossless, preview, none"));
  if (typed->capacity_text != NULL && typed->route == IC_ROUTE_USB)
    return ic_cli_refuse (error, _ ("--capacity is not for --to usb"));
  if (typed->capacity_text != NULL &&
      !ic_volume_parse_capacity (typed->capacity_text, &typed->capacity_bytes))
    return ic_cli_refuse (error,
                          _ ("--capacity is one of cd, dvd, dvd-dl, bd, or a number of bytes, at "
                             "least 8 MiB"));
  return ic_cli_check_urgency (typed->urgency_name, &typed->urgency, error);
}

static gboolean
check_disc (Typed *typed, GError **error)
{
  guint speed = 0;

  if (typed->route != IC_ROUTE_DISC && (typed->speed_text != NULL || typed->copies_text != NULL ||
                                        typed->disc.may_erase || typed->disc.no_eject))
    return ic_cli_refuse (error, _ ("--speed, --copies, --blank and --no-eject are for --to disc"));
  if (typed->speed_text != NULL &&
      !ic_cli_parse_number (typed->speed_text, "--speed", 1, MAX_SPEED, &speed, error))
    return FALSE;
  typed->disc.speed = speed;
  return typed->copies_text == NULL ||
         ic_cli_parse_number (typed->copies_text, "--copies", 1, MAX_COPIES, &typed->copies, error);
}

static gboolean
check (Typed *typed, GError **error)
{
  if (typed->studies == NULL)
    return ic_cli_refuse (error, _ ("--study is missing"));
  return ic_cli_check_uids (typed->studies, "--study", error) && check_route (typed, error) &&
         check_disc (typed, error) && ic_cli_check_people (&typed->keys, error);
}

/* What is on a rewritable disc is shown before anybody agrees to lose it. */
static void
offer_erasing (IcCli *cli, Typed *typed, const char *address)
{
  g_autoptr(IcDrive) drive = NULL;
  g_autofree char *label = NULL;
  g_autofree char *size = NULL;
  g_autofree char *question = NULL;

  if (typed->disc.may_erase || !ic_cli_can_ask ())
    return;
  drive = ic_cli_inspect_drive (cli, address, TRUE, NULL);
  if (drive == NULL || ic_drive_judge (drive, 0, FALSE) != IC_DISC_HOLDS_DATA)
    return;
  label = ic_words_dup_printable (drive->label);
  size = ic_words_dup_size (drive->used_bytes);
  question = g_strdup_printf (_ ("The %s in %s holds '%s', %s. Erase it? [y/N]"), drive->medium,
                              address, label, size);
  typed->disc.may_erase = ic_cli_ask (question);
}

/* What was typed, else what is set. */
static gboolean
find_viewer (IcCli *cli, Typed *typed, GError **error)
{
  g_autofree char *set = NULL;

  if (typed->viewer_name != NULL)
    return TRUE;
  set = ic_desk_dup_setting (cli->desk, ic_setting_get_key (IC_SETTING_VIEWER), error);
  return set != NULL && ic_viewer_quality_parse (set, &typed->viewer);
}

/* The place that was typed, in full; for discs the drive. Free with g_free(). */
static char *
find_output (IcCli *cli, Typed *typed, GError **error)
{
  g_autofree char *address = NULL;

  if (typed->route != IC_ROUTE_DISC ||
      (typed->output != NULL && g_str_has_prefix (typed->output, "stdio:")))
    return ic_cli_dup_absolute_path (typed->output);
  address = ic_cli_find_drive (cli, typed->output, error);
  if (address != NULL)
    offer_erasing (cli, typed, address);
  return g_steal_pointer (&address);
}

/* What the error of a drive cannot say. */
static void
explain (IcCli *cli, const char *output, const IcExportResult *result, const GError *failure)
{
  if (result->viewer_sizes.room_bytes > 0)
    ic_cli_take_sentence (cli, ic_disc_words_dup_viewer_too_large (&result->viewer_sizes));
  else if (!result->is_spoilt && result->volumes->len > 1 &&
           g_error_matches (failure, IC_ERROR, IC_ERROR_INCOMPLETE))
    ic_cli_take_sentence (cli, ic_disc_words_dup_unfinished (result->transfer, failure));
  else if (result->is_spoilt)
    ic_cli_take_sentence (cli, ic_disc_words_dup_spoilt (result->drive, result->transfer, failure));
  else if (result->drive == NULL && failure != NULL && ic_drive_is_one (output))
    ic_cli_explain_drive (cli, output, failure);
  else if (result->drive != NULL && failure != NULL && !ic_disc_is_fit (result->judged))
    ic_cli_take_sentence (cli, ic_disc_words_dup_sentence (result->drive, result->judged,
                                                           result->needed_bytes));
}

static gboolean export(IcCli *cli, Typed *typed, IcNode *source, const char *output, GError **error)
{
  g_autoptr(IcPatient) patient = ic_patient_new (typed->keys.value[IC_KEY_PATIENT_ID], NULL,
                                                  typed->keys.value[IC_KEY_PATIENT_NAME],
                                                  typed->keys.value[IC_KEY_BIRTH_DATE], NULL);
  const IcExportOrder order = {
    .study_uids = (const char *const *) typed->studies,
    .source = source,
    .route = typed->route,
    .profile = typed->profile,
    .viewer = typed->viewer,
    .output = output,
    .capacity_bytes = typed->capacity_bytes,
    .patient = patient,
    .recipient = typed->keys.value[IC_KEY_RECIPIENT],
    .reason = typed->keys.value[IC_KEY_REASON],
    .legal_basis = typed->keys.value[IC_KEY_LEGAL_BASIS],
    .urgency = typed->urgency,
    .disc = typed->disc,
    .copies = typed->copies,
  };
  g_autoptr(IcJob) job = ic_export_job_new (cli->desk, &order);
  g_autoptr(GError) failure = NULL;
  IcExportResult *result = NULL;
  IcProofExtras extras = { NULL };

  ic_cli_set_subject (cli, output);
  ic_cli_run_job (cli, job, &failure);
  result = ic_job_get_result (job);
  if (result != NULL)
    {
      explain (cli, output, result, failure);
      extras = (IcProofExtras){ result->profile,
                                result->size_bytes,
                                result->viewer_bytes,
                                result->notices,
                                result->drive != NULL ? result->drive->medium : NULL,
                                result->good_copies,
                                result->is_spoilt,
                                result->volumes };
    }
  return ic_cli_report_transfer (cli, job, result != NULL ? result->transfer : NULL,
                                 IC_PROOF_VIEW_WRITTEN, &extras, failure, error);
}

gboolean
ic_cli_export (IcCli *cli, GError **error)
{
  g_auto(Typed) typed = { .keys = { .allowed = IC_KEYS_OF_PATIENT | IC_KEYS_OF_TRANSFER } };
  g_autoptr(IcNode) source = NULL;
  g_autofree char *output = NULL;
  g_autoptr(GError) failure = NULL;
  const GOptionEntry entries[] = {
    { "study", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &typed.studies, N_ ("Study Instance UIDs"),
      N_ ("UID…") },
    { "from", 0, 0, G_OPTION_ARG_FILENAME, &typed.from,
      N_ ("The node that has them; without it, what is here already"), N_ ("NAME") },
    { "to", 0, 0, G_OPTION_ARG_FILENAME, &typed.to, N_ ("iso, folder, zip, disc or usb"),
      N_ ("KIND") },
    { "output", 0, 0, G_OPTION_ARG_FILENAME, &typed.output,
      N_ ("New image file, archive or folder; the top folder or device of a stick; or a drive, "
          "without it the only one there is"),
      N_ ("PATH|DRIVE") },
    { "profile", 0, 0, G_OPTION_ARG_FILENAME, &typed.profile_name,
      N_ ("What the medium must meet: cd, dvd-jpeg, dvd-j2k, usb-jpeg or usb-j2k; images that do "
          "not fit are unpacked. Without it all go out as stored"),
      N_ ("NAME") },
    { "viewer", 0, 0, G_OPTION_ARG_FILENAME, &typed.viewer_name,
      N_ ("What the viewer on the medium gets: lossless, preview (8 bits), or none, without any "
          "script. Unless told otherwise it is as in the settings"),
      N_ ("WORD") },
    { "capacity", 0, 0, G_OPTION_ARG_FILENAME, &typed.capacity_text,
      N_ ("How much one medium takes: cd, dvd, dvd-dl, bd or bytes. What does not fit on one goes "
          "on "
          "several, NAME_1, NAME_2… For discs, the one in the drive decides"),
      N_ ("SIZE") },
    { "speed", 0, 0, G_OPTION_ARG_FILENAME, &typed.speed_text,
      N_ ("How fast a disc is written, 8 for 8x; the fastest unless told otherwise"), N_ ("N") },
    { "blank", 0, 0, G_OPTION_ARG_NONE, &typed.disc.may_erase,
      N_ ("Erase a rewritable disc that holds something"), NULL },
    { "copies", 0, 0, G_OPTION_ARG_FILENAME, &typed.copies_text,
      N_ ("How many discs, put in one after another"), N_ ("N") },
    { "no-eject", 0, 0, G_OPTION_ARG_NONE, &typed.disc.no_eject, N_ ("Leave the disc in the drive"),
      NULL },
    { "urgency", 0, 0, G_OPTION_ARG_FILENAME, &typed.urgency_name,
      N_ ("routine (unless told otherwise), urgent or emergency"), N_ ("WORD") },
    G_OPTION_ENTRY_NULL,
  };

  if (!ic_cli_parse (cli, entries, &typed.keys, 0, 0, error) || !check (&typed, error))
    return FALSE;
  if (ic_cli_ensure_desk (cli, &failure) != NULL && typed.from != NULL)
    source = ic_cli_find_node (cli, typed.from, &failure);
  if (failure == NULL && find_viewer (cli, &typed, &failure))
    output = find_output (cli, &typed, &failure);
  if (failure != NULL)
    return ic_cli_report_failure (cli, IC_PROOF_VIEW_WRITTEN, g_steal_pointer (&failure), error);
  typed.disc.unattended = !ic_cli_can_ask ();
  return export(cli, &typed, source, output, error);
}
