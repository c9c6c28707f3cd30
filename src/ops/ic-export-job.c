/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-export-job.h"

#include "core/ic-error.h"
#include "domain/ic-text.h"
#include "domain/ic-uid.h"
#include "ops/ic-key-images.h"
#include "ops/ic-output.h"
#include "ops/ic-read-back.h"
#include "ops/ic-retrieval.h"
#include "ops/ic-safety.h"
#include "ops/ic-transfer-log.h"
#include "store/ic-audit.h"
#include "store/ic-expectation-repo.h"
#include "store/ic-study-repo.h"

#include <unistd.h>

#define APPLICATION "Imaging Courier " IC_VERSION

/* Shares of the whole for the progress: retrieving, rendering, writing, reading back. */
#define RETRIEVED_AT 0.5
#define RENDERED_AT 0.55
#define WRITTEN_AT 0.75

typedef struct
{
  IcDesk *desk;
  char **study_uids;
  IcNode *source;
  IcRoute route;
  char *output;
  IcPatient *patient;
  char *recipient;
  char *reason;
  IcUrgency urgency;
} Plan;

/* One run of the plan. */
typedef struct
{
  Plan *plan;
  IcExportResult *result;
  IcProof *proof;
  IcProgress *progress;
  GCancellable *cancellable;
  GPtrArray *studies;     /* of IcStudy: what goes out */
  GHashTable *key_images; /* series UID to IcKeyImage */
  IcFileSet *file_set;
  IcOutput *output;
} Export;

static void
plan_free (gpointer data)
{
  Plan *plan = data;

  ic_desk_unref (plan->desk);
  g_strfreev (plan->study_uids);
  g_clear_pointer (&plan->source, ic_node_unref);
  g_free (plan->output);
  ic_patient_unref (plan->patient);
  g_free (plan->recipient);
  g_free (plan->reason);
  g_free (plan);
}

void
ic_export_result_free (IcExportResult *self)
{
  g_clear_pointer (&self->transfer, ic_transfer_free);
  g_free (self->profile);
  g_ptr_array_unref (self->notices);
  g_free (self);
}

static gboolean
set_usage_error (GError **error, const char *what)
{
  g_set_error_literal (error, IC_ERROR, IC_ERROR_USAGE, what);
  return FALSE;
}

static gboolean
check_plan (Plan *plan, GError **error)
{
  if (plan->study_uids[0] == NULL)
    return set_usage_error (error, "no study is named");
  for (guint i = 0; plan->study_uids[i] != NULL; i++)
    if (!ic_uid_is_valid (plan->study_uids[i]))
      return set_usage_error (error, "a study UID is not one");
  if (*plan->patient->id == '\0' ||
      (*plan->patient->name == '\0' && *plan->patient->birth_date == '\0'))
    return set_usage_error (error, "a patient ID and a name or date of birth are needed");
  if (*plan->recipient == '\0' || *plan->reason == '\0')
    return set_usage_error (error, "a recipient and a reason are needed");
  if (*plan->output == '\0')
    return set_usage_error (error, "an output is needed");
  return ic_text_check (plan->recipient, "the recipient", IC_TEXT_LINE, error) &&
         ic_text_check (plan->reason, "the reason", IC_TEXT_REASON, error);
}

static IcTransfer *
make_transfer (Plan *plan)
{
  IcTransfer *transfer = ic_transfer_new ();

  transfer->direction = IC_DIRECTION_OUT;
  transfer->route = plan->route;
  transfer->urgency = plan->urgency;
  ic_transfer_set_text (&transfer->recipient, plan->recipient);
  ic_transfer_set_text (&transfer->reason, plan->reason);
  ic_transfer_set_text (&transfer->source, plan->source != NULL ? plan->source->name : "store");
  ic_transfer_set_text (&transfer->output, plan->output);
  ic_transfer_set_patient (&transfer->patient, plan->patient);
  return transfer;
}

static void
add_notice (Export *self, char *notice)
{
  g_ptr_array_add (self->result->notices, notice);
}

/* Without a source: what it said last, as long ago as that may be. */
static gboolean
expect_as_kept (IcReadTx *tx, Export *self, const char *study_uid, GError **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(IcExpectation) expectation =
                 ic_expectation_repo_find_latest (tx, study_uid, NULL, &local_error);
  g_autoptr(GDateTime) when = NULL;
  g_autofree char *date = NULL;

  if (expectation == NULL && !g_error_matches (local_error, IC_ERROR, IC_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (expectation == NULL)
    return TRUE;
  ic_proof_expect_before (self->proof, expectation);
  when = g_date_time_new_from_unix_local (expectation->taken_at);
  date = g_date_time_format (when, "%-d %b %Y %H:%M");
  add_notice (self, g_strdup_printf ("study %s is compared with what %s had on %s", study_uid,
                                     expectation->source, date));
  return TRUE;
}

static void
take_as_stored (Export *self, IcStudy *study)
{
  for (guint i = 0; i < study->series->len; i++)
    {
      const IcSeries *series = study->series->pdata[i];

      ic_proof_describe_series (self->proof, study->study_uid, series->series_uid, series->modality,
                                series->number, series->description);
      for (guint k = 0; k < series->instances->len; k++)
        {
          const IcInstance *instance = series->instances->pdata[k];

          ic_proof_add_retrieved (self->proof, study->study_uid, series->series_uid,
                                  instance->sop_instance_uid, instance->sha256,
                                  instance->size_bytes);
          ic_proof_set_flaw (self->proof, series->series_uid, instance->sop_instance_uid,
                             instance->flaw);
        }
    }
}

/* What the source did not send this time stays at home, e.g. an image it has withdrawn. */
static void
leave_out_what_did_not_come (Export *self, IcStudy *study)
{
  for (guint i = study->series->len; i > 0; i--)
    {
      IcSeries *series = study->series->pdata[i - 1];

      for (guint k = series->instances->len; k > 0; k--)
        {
          const IcInstance *instance = series->instances->pdata[k - 1];

          if (!ic_proof_has_retrieved (self->proof, series->series_uid, instance->sop_instance_uid))
            g_ptr_array_remove_index (series->instances, k - 1);
        }
      if (series->instances->len == 0)
        g_ptr_array_remove_index (study->series, i - 1);
    }
}

static gboolean
load_study (IcReadTx *tx, Export *self, const char *study_uid, GError **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(IcStudy) study = ic_study_repo_find (tx, study_uid, &local_error);

  /* Of what the source did not send at all, the proof says so. */
  if (study == NULL && self->plan->source != NULL &&
      g_error_matches (local_error, IC_ERROR, IC_ERROR_NOT_FOUND))
    return TRUE;
  if (study == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (self->plan->source != NULL)
    leave_out_what_did_not_come (self, study);
  else if (!expect_as_kept (tx, self, study_uid, error))
    return FALSE;
  else
    take_as_stored (self, study);
  if (study->series->len > 0)
    g_ptr_array_add (self->studies, g_steal_pointer (&study));
  return TRUE;
}

static gboolean
load_studies (IcReadTx *tx, gpointer data, GError **error)
{
  Export *self = data;

  for (guint i = 0; self->plan->study_uids[i] != NULL; i++)
    if (!load_study (tx, self, self->plan->study_uids[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
gather (Export *self, GError **error)
{
  Plan *plan = self->plan;
  g_autoptr(IcProgress) part = ic_progress_child (self->progress, 0, RETRIEVED_AT);

  if (plan->source != NULL &&
      !ic_retrieval_run (plan->desk, plan->source, (const char *const *) plan->study_uids,
                         self->proof, self->result->notices, self->result->transfer->id, part,
                         self->cancellable, error))
    return FALSE;
  if (!ic_store_read (ic_desk_get_store (plan->desk), load_studies, self, error))
    return FALSE;
  if (self->studies->len > 0)
    return TRUE;
  g_set_error_literal (error, IC_ERROR, IC_ERROR_INCOMPLETE,
                       "none of the images came, so there is nothing to write");
  return FALSE;
}

static gboolean
read_log_head (IcReadTx *tx, gpointer data, GError **error)
{
  char **head = data;

  *head = ic_audit_dup_head (tx, error);
  return *head != NULL;
}

/* "12, 3f…" as people read it, from "12:3f…". */
static char *
dup_log_head (Export *self, GError **error)
{
  g_autofree char *head = NULL;
  g_auto(GStrv) parts = NULL;

  if (!ic_store_read (ic_desk_get_store (self->plan->desk), read_log_head, &head, error))
    return NULL;
  parts = g_strsplit (head, ":", 2);
  return g_strjoinv (", ", parts);
}

static char *
describe_profile (Export *self)
{
  g_autofree char *names = ic_media_profiles_dup_names (ic_file_set_get_profiles (self->file_set));

  return g_strdup_printf ("as stored; meets %s (%s)", names,
                          ic_file_set_get_profile_reason (self->file_set));
}

/* What is already known to be missing is printed on the medium. */
static IcTransfer *
judge_retrieved (Export *self)
{
  IcTransfer *judgement = ic_transfer_new ();

  ic_proof_judge (self->proof, IC_PROOF_RETRIEVED, judgement);
  return judgement;
}

static gboolean
make_pictures (Export *self, GError **error)
{
  g_autoptr(IcProgress) part = ic_progress_child (self->progress, RETRIEVED_AT, RENDERED_AT);
  guint n_failed = 0;

  ic_progress_set_message (self->progress, "Making pictures");
  self->key_images = ic_key_images_make (self->plan->desk, self->studies, &n_failed, part,
                                         self->cancellable, error);
  if (n_failed > 0)
    add_notice (self, g_strdup_printf ("%u series have no picture on INDEX.HTM, which says why; "
                                       "their images go out all the same",
                                       n_failed));
  return self->key_images != NULL;
}

static gboolean
lay_out (Export *self, GError **error)
{
  IcDesk *desk = self->plan->desk;
  g_autofree char *number = ic_transfer_dup_number (self->result->transfer->id);
  g_autofree char *id = g_strconcat (number, "_1", NULL);
  g_autofree char *head = dup_log_head (self, error);
  g_autofree char *institution = ic_desk_dup_setting (desk, "institution", NULL);
  g_autofree char *contact = ic_desk_dup_setting (desk, "contact", NULL);
  g_autofree char *id_secret = head != NULL ? ic_desk_ensure_id_secret (desk, error) : NULL;
  g_autoptr(GDateTime) now = g_date_time_new_now_local ();
  g_autoptr(IcTransfer) judgement = judge_retrieved (self);
  const IcFileSetInfo info = { .file_set_id = id,
                               .transfer_number = number,
                               .institution = institution,
                               .contact = contact,
                               .recipient = self->plan->recipient,
                               .log_head = head,
                               .profile = "as-stored",
                               .possible = self->plan->route == IC_ROUTE_FOLDER
                                               ? IC_MEDIA_PROFILES_OF_USB
                                               : IC_MEDIA_PROFILES_OF_DISCS,
                               .application = APPLICATION,
                               .created = now,
                               .id_secret = id_secret,
                               .judgement = judgement,
                               .key_images = self->key_images };

  if (id_secret == NULL)
    return FALSE;
  self->file_set = ic_file_set_new (self->studies, &info, error);
  if (self->file_set == NULL)
    return FALSE;
  self->result->profile = describe_profile (self);
  self->result->size_bytes = ic_file_set_get_total_bytes (self->file_set);
  return TRUE;
}

static gboolean
log_generated_keys (Export *self, GError **error)
{
  GPtrArray *keys = ic_file_set_get_generated_keys (self->file_set);

  if (keys->len == 0)
    return TRUE;
  add_notice (self,
              g_strdup_printf ("%u values of the DICOMDIR had to be made up; the log has them",
                               keys->len));
  return ic_transfer_log_generated_keys (self->plan->desk, self->result->transfer, keys, error);
}

/* Everything that can be known before the first byte is written. */
static gboolean
prepare (Export *self, GError **error)
{
  Plan *plan = self->plan;
  const char *const *uids = (const char *const *) plan->study_uids;

  if (!ic_safety_check_patient (plan->desk, uids, plan->patient, self->result->notices, error) ||
      !ic_safety_note_repeats (plan->desk, uids, plan->recipient, self->result->notices, error) ||
      !make_pictures (self, error) || !lay_out (self, error))
    return FALSE;
  self->output = ic_output_open (plan->desk, plan->route, plan->output, error);
  if (self->output == NULL)
    return FALSE;
  if (ic_output_has_replaced (self->output))
    add_notice (self,
                g_strdup ("what an export that was cut short had left unfinished there is gone"));
  ic_transfer_set_text (&self->result->transfer->output, ic_output_get_name (self->output));
  return ic_output_check_sources (self->output, self->file_set, error) &&
         ic_output_check_space (self->output, self->file_set, error) &&
         log_generated_keys (self, error);
}

/* The entries begin with the instances, in the order of the tree. */
static void
tell_series_written (Export *self, const IcSeries *series, guint *next)
{
  GPtrArray *entries = ic_file_set_get_entries (self->file_set);

  for (guint i = 0; i < series->instances->len; i++)
    {
      const IcInstance *instance = series->instances->pdata[i];
      const IcFileSetEntry *entry = entries->pdata[(*next)++];

      g_assert (entry->instance == instance);
      ic_proof_add_written (self->proof, series->series_uid, instance->sop_instance_uid,
                            entry->path);
    }
}

static gboolean
write_out (Export *self, GError **error)
{
  g_autoptr(IcProgress) part = ic_progress_child (self->progress, RENDERED_AT, WRITTEN_AT);
  g_autofree char *size = g_format_size (self->result->size_bytes);
  g_autofree char *message =
      g_strdup_printf ("Writing %u images, %s", ic_file_set_count_instances (self->file_set), size);
  guint next = 0;

  ic_progress_set_message (self->progress, message);
  if (!ic_output_write (self->output, self->file_set, part, self->cancellable, error))
    return FALSE;
  for (guint i = 0; i < self->studies->len; i++)
    {
      const IcStudy *study = self->studies->pdata[i];

      for (guint k = 0; k < study->series->len; k++)
        tell_series_written (self, study->series->pdata[k], &next);
    }
  return TRUE;
}

static const char *
find_manifest_digest (IcFileSet *file_set)
{
  GPtrArray *entries = ic_file_set_get_entries (file_set);

  for (guint i = 0; i < entries->len; i++)
    {
      const IcFileSetEntry *entry = entries->pdata[i];

      if (g_str_equal (entry->path, "MANIFEST.TXT"))
        return entry->sha256;
    }
  return "";
}

static gboolean
append_written (IcWriteTx *tx, gpointer data, GError **error)
{
  Export *self = data;
  const IcAuditField details[] = { { "file-set", ic_file_set_get_id (self->file_set) },
                                   { "manifest", find_manifest_digest (self->file_set) },
                                   { NULL, NULL } };
  const IcAuditEvent event = { .operator_name = ic_desk_get_operator (self->plan->desk),
                               .action = IC_EXPORT_WRITTEN_ACTION,
                               .request = self->result->transfer->request,
                               .transfer = self->result->transfer->id,
                               .details = details };

  return ic_audit_append (tx, &event, error);
}

/* The manifest names every other file: by its digest the log knows the medium again. */
static gboolean
log_written (Export *self, GError **error)
{
  return ic_store_write (ic_desk_get_store (self->plan->desk), append_written, self, error);
}

static GArray *
list_expected_files (Export *self)
{
  GPtrArray *entries = ic_file_set_get_entries (self->file_set);
  IcExpectedFile mark = { NULL };
  GArray *files = g_array_sized_new (FALSE, FALSE, sizeof (IcExpectedFile), entries->len);

  mark.path = ic_output_get_mark (self->output, &mark.sha256);
  for (guint i = 0; i < entries->len; i++)
    {
      const IcFileSetEntry *entry = entries->pdata[i];
      const IcExpectedFile file = {
        .path = entry->path,
        .sha256 = entry->sha256,
        .sop_instance_uid = entry->instance != NULL ? entry->instance->sop_instance_uid : NULL,
      };

      g_array_append_val (files, file);
    }
  if (mark.path != NULL)
    g_array_append_val (files, mark);
  return files;
}

static gboolean
read_back (Export *self, GError **error)
{
  g_autoptr(IcProgress) part = ic_progress_child (self->progress, WRITTEN_AT, 1);
  g_autoptr(GArray) expected = list_expected_files (self);
  g_autoptr(IcMediumReader) reader = NULL;
  int fd = -1;

  ic_progress_set_message (self->progress, "Reading back");
  fd = ic_output_open_for_reading (self->output, self->cancellable, error);
  if (fd < 0)
    return FALSE;
  reader = ic_medium_reader_new (fd, self->cancellable, error);
  close (fd);
  self->result->transfer->read_back = IC_READ_BACK_CACHE_DROPPED;
  return reader != NULL && ic_read_back_run (reader, expected, ic_output_is_image (self->output),
                                             self->proof, part, self->cancellable, error);
}

/* What was written gets its name when it has been read back and can be judged. Before, it goes
 * again with whatever ends the export: its own README.TXT would call it complete.
 */
static gboolean
carry_out (Export *self, GError **error)
{
  return gather (self, error) && prepare (self, error) && write_out (self, error) &&
         log_written (self, error) && read_back (self, error) &&
         ic_output_publish (self->output, error);
}

static void
clear_export (Export *self)
{
  g_clear_pointer (&self->proof, ic_proof_free);
  g_clear_pointer (&self->output, ic_output_free);
  g_clear_pointer (&self->file_set, ic_file_set_unref);
  g_clear_pointer (&self->studies, g_ptr_array_unref);
  g_clear_pointer (&self->key_images, g_hash_table_unref);
}

static gboolean
run (gpointer data,
     IcProgress *progress,
     gpointer *result,
     GCancellable *cancellable,
     GError **error)
{
  Plan *plan = data;
  g_autoptr(GError) failure = NULL;
  gboolean ok = FALSE;
  Export self = {
    .plan = plan,
    .result = g_new0 (IcExportResult, 1),
    .proof = ic_proof_new (),
    .progress = progress,
    .cancellable = cancellable,
    .studies = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_study_unref),
  };

  self.result->transfer = make_transfer (plan);
  self.result->notices = g_ptr_array_new_with_free_func (g_free);
  *result = self.result;
  if (check_plan (plan, error) && ic_transfer_log_begin (plan->desk, self.result->transfer, error))
    {
      carry_out (&self, &failure);
      ok = ic_transfer_log_end (plan->desk, self.result->transfer, self.proof, IC_PROOF_VERIFIED,
                                failure, error);
    }
  clear_export (&self);
  if (ok && failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  return ok && (error == NULL || *error == NULL);
}

IcJob *
ic_export_job_new (IcDesk *desk, const IcExportOrder *order)
{
  Plan *plan = g_new0 (Plan, 1);

  plan->desk = ic_desk_ref (desk);
  plan->study_uids = ic_uid_dup_unique (order->study_uids);
  plan->source = order->source != NULL ? ic_node_ref (order->source) : NULL;
  plan->route = order->route;
  plan->output = g_strdup (order->output != NULL ? order->output : "");
  plan->patient = ic_patient_ref (order->patient);
  plan->recipient = g_strdup (order->recipient != NULL ? order->recipient : "");
  plan->reason = g_strdup (order->reason != NULL ? order->reason : "");
  plan->urgency = order->urgency;
  return ic_job_new ("Export", NULL, run, plan, plan_free, (GDestroyNotify) ic_export_result_free);
}
