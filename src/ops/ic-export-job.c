/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-export-job.h"

#include "ops/ic-export-media.h"
#include "ops/ic-export-plan.h"
#include "ops/ic-key-images.h"
#include "ops/ic-outgoing.h"
#include "ops/ic-proof-progress.h"
#include "ops/ic-safety.h"
#include "ops/ic-transfer-log.h"
#include "store/ic-audit.h"

#define APPLICATION "Imaging Courier " IC_VERSION

void
ic_export_result_free (IcExportResult *self)
{
  g_clear_pointer (&self->transfer, ic_transfer_free);
  g_free (self->profile);
  g_ptr_array_unref (self->notices);
  g_clear_pointer (&self->drive, ic_drive_unref);
  g_free (self);
}

static gboolean
gather (IcExport *self, GError **error)
{
  IcExportPlan *plan = self->plan;
  g_autoptr(IcProgress) part = ic_progress_child (self->progress, 0, IC_EXPORT_RETRIEVED_AT);
  const IcOutgoing outgoing = { .desk = plan->desk,
                                .source = plan->source,
                                .study_uids = (const char *const *) plan->study_uids,
                                .selection = plan->selection,
                                .transfer = self->result->transfer->id,
                                .proof = self->proof,
                                .notices = self->result->notices };

  self->studies = ic_outgoing_gather (&outgoing, part, self->cancellable, error);
  return self->studies != NULL;
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
dup_log_head (IcExport *self, GError **error)
{
  g_autofree char *head = NULL;
  g_auto(GStrv) parts = NULL;

  if (!ic_store_read (ic_desk_get_store (self->plan->desk), read_log_head, &head, error))
    return NULL;
  parts = g_strsplit (head, ":", 2);
  return g_strjoinv (", ", parts);
}

/* How the images go out, for people. */
static char *
describe_writing (IcExport *self)
{
  guint n = ic_conversion_count (self->conversion);

  if (n == 0)
    return g_strdup ("as stored");
  return g_strdup_printf ("%u images unpacked, their pixels unchanged; the others as stored", n);
}

static char *
describe_profile (IcExport *self)
{
  g_autofree char *names = ic_media_profiles_dup_names (ic_file_set_get_profiles (self->file_set));
  g_autofree char *writing = describe_writing (self);

  return g_strdup_printf ("%s; meets %s (%s)", writing, names,
                          ic_file_set_get_profile_reason (self->file_set));
}

static void
add_notice (IcExport *self, char *notice)
{
  g_ptr_array_add (self->result->notices, notice);
}

/* What is already known to be missing is printed on the medium. */
static IcTransfer *
judge_retrieved (IcExport *self)
{
  IcTransfer *judgement = ic_transfer_new ();

  ic_proof_judge (self->proof, IC_PROOF_RETRIEVED, judgement);
  return judgement;
}

static gboolean
make_pictures (IcExport *self, GError **error)
{
  g_autoptr(IcProgress) part =
                 ic_progress_child (self->progress, IC_EXPORT_CONVERTED_AT, IC_EXPORT_RENDERED_AT);
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
lay_out (IcExport *self, GError **error)
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
  g_autofree char *writing = describe_writing (self);
  const IcFileSetInfo info = { .file_set_id = id,
                               .transfer_number = number,
                               .institution = institution,
                               .contact = contact,
                               .recipient = self->plan->recipient,
                               .log_head = head,
                               .profile = writing,
                               .possible = ic_output_get_profiles (self->output),
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
log_generated_keys (IcExport *self, GError **error)
{
  GPtrArray *keys = ic_file_set_get_generated_keys (self->file_set);

  if (keys->len == 0)
    return TRUE;
  add_notice (self,
              g_strdup_printf ("%u values of the DICOMDIR had to be made up; the log has them",
                               keys->len));
  return ic_transfer_log_generated_keys (self->plan->desk, self->result->transfer, keys, error);
}

static gboolean
profile_takes (const IcInstance *instance, gpointer user_data)
{
  const IcExportPlan *plan = user_data;

  return ic_media_profile_allows (plan->profile, instance->transfer_syntax_uid);
}

static gboolean
convert (IcExport *self, GError **error)
{
  g_autoptr(IcProgress) part =
                 ic_progress_child (self->progress, IC_EXPORT_RETRIEVED_AT, IC_EXPORT_CONVERTED_AT);
  const char *profile = ic_media_profile_get_name (self->plan->profile);

  ic_progress_set_message (self->progress, "Converting");
  self->conversion = ic_conversion_new (self->plan->desk);
  if (!ic_conversion_run (self->conversion, self->studies, profile_takes, self->plan, self->proof,
                          part, self->cancellable, error))
    return FALSE;
  return ic_conversion_count (self->conversion) == 0 ||
         ic_transfer_log_converted (self->plan->desk, self->result->transfer, profile,
                                    ic_conversion_count (self->conversion), error);
}

static void
judge_disc (IcExport *self)
{
  IcExportResult *result = self->result;

  if (result->drive != NULL)
    result->judged =
        ic_drive_judge (result->drive, result->needed_bytes, self->plan->disc.may_erase);
}

static gboolean
open_output (IcExport *self, GError **error)
{
  IcExportPlan *plan = self->plan;

  self->output = ic_output_open (plan->desk, plan->route, plan->output, &plan->disc,
                                 &self->result->drive, self->cancellable, error);
  judge_disc (self);
  if (self->output == NULL)
    return FALSE;
  if (ic_output_has_replaced (self->output))
    add_notice (self,
                g_strdup ("what an export that was cut short had left unfinished there is gone"));
  ic_transfer_set_text (&self->result->transfer->output, ic_output_get_name (self->output));
  if (self->result->drive != NULL && ic_drive_get_kind (self->result->drive) == IC_DISC_KIND_BD)
    add_notice (self,
                g_strdup ("DICOM wants UDF on Blu-ray discs (PS3.12): this one gets ISO 9660, "
                          "which is outside the standard"));
  return ic_export_plan_check_output (plan, self->output, error);
}

/* Nobody should wait for images to come, to hear then that there is no disc. */
static gboolean
open_drive (IcExport *self, GError **error)
{
  return self->plan->route != IC_ROUTE_DISC || open_output (self, error);
}

/* Everything that can be known before the first byte is written. */
static gboolean
prepare (IcExport *self, GError **error)
{
  IcExportPlan *plan = self->plan;
  const char *const *uids = (const char *const *) plan->study_uids;

  if (!ic_safety_check_patient (plan->desk, uids, plan->patient, self->result->notices, error) ||
      !ic_safety_note_repeats (plan->desk, uids, plan->recipient, self->result->notices, error) ||
      (self->output == NULL && !open_output (self, error)) || !convert (self, error) ||
      !make_pictures (self, error) || !lay_out (self, error))
    return FALSE;
  self->result->needed_bytes = ic_output_get_needed_bytes (self->output, self->file_set);
  judge_disc (self);
  return ic_output_check_sources (self->output, self->file_set, error) &&
         ic_output_check_space (self->output, self->file_set, error) &&
         log_generated_keys (self, error);
}

/* What was written gets its name when it has been read back and can be judged. Before, it goes
 * again with whatever ends the export: its own README.TXT would call it complete.
 */
static gboolean
carry_out (IcExport *self, GError **error)
{
  return open_drive (self, error) && gather (self, error) && prepare (self, error) &&
         ic_export_make_copies (self, error) && ic_output_publish (self->output, error);
}

static void
clear_export (IcExport *self)
{
  g_clear_pointer (&self->proof, ic_proof_free);
  g_clear_pointer (&self->output, ic_output_free);
  g_clear_pointer (&self->file_set, ic_file_set_unref);
  g_clear_pointer (&self->conversion, ic_conversion_free);
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
  IcExportPlan *plan = data;
  g_autoptr(GError) failure = NULL;
  gboolean ok = FALSE;
  IcExport self = {
    .plan = plan,
    .result = g_new0 (IcExportResult, 1),
    .proof = ic_proof_new (),
    .progress = progress,
    .cancellable = cancellable,
  };

  self.result->transfer = ic_export_plan_make_transfer (plan);
  self.result->notices = g_ptr_array_new_with_free_func (g_free);
  *result = self.result;
  if (ic_export_plan_check (plan, error) &&
      ic_transfer_log_begin (plan->desk, self.result->transfer, error))
    {
      g_autoptr(IcProofProgress) shown = ic_proof_progress_new (self.proof, progress);

      carry_out (&self, &failure);
      ic_export_settle_disc (&self, &failure);
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
  return ic_job_new ("Export", NULL, run, ic_export_plan_new (desk, order), ic_export_plan_free,
                     (GDestroyNotify) ic_export_result_free);
}
