/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-export-job.h"

#include "domain/ic-transfer-syntax.h"
#include "ops/ic-export-media.h"
#include "ops/ic-export-plan.h"
#include "ops/ic-export-volumes.h"
#include "ops/ic-outgoing.h"
#include "ops/ic-proof-progress.h"
#include "ops/ic-safety.h"
#include "ops/ic-transfer-log.h"
#include "ops/ic-viewer-files.h"
#include "ops/ic-node-lane.h"

#include <glib/gi18n.h>

void
ic_export_result_free (IcExportResult *self)
{
  g_clear_pointer (&self->transfer, ic_transfer_free);
  g_free (self->profile);
  g_ptr_array_unref (self->notices);
  g_ptr_array_unref (self->volumes);
  g_clear_pointer (&self->drive, ic_drive_unref);
  g_free (self);
}

void
ic_export_add_notice (IcExport *self, char *notice)
{
  g_ptr_array_add (self->result->notices, notice);
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

static void
collect_keys (IcExport *self, GPtrArray *keys)
{
  for (guint i = 0; i < self->volumes->len; i++)
    {
      const IcExportVolume *volume = self->volumes->pdata[i];
      GPtrArray *generated = ic_file_set_get_generated_keys (volume->file_set);

      for (guint k = 0; k < generated->len; k++)
        g_ptr_array_add (keys, generated->pdata[k]);
    }
}

static gboolean
log_generated_keys (IcExport *self, GError **error)
{
  g_autoptr(GPtrArray) keys = g_ptr_array_new ();

  collect_keys (self, keys);
  if (keys->len == 0)
    return TRUE;
  ic_export_add_notice (
      self,
      g_strdup_printf (ngettext ("%u value of the DICOMDIR had to be made up; the log has it",
                                 "%u values of the DICOMDIR had to be made up; the log has them",
                                 keys->len),
                       keys->len));
  return ic_transfer_log_generated_keys (self->plan->desk, self->result->transfer, keys, error);
}

/* The one syntax that all profiles take (PS3.11 annexes D, H, J). */
static const char *
choose_syntax (const IcInstance *instance, gpointer user_data)
{
  const IcExportPlan *plan = user_data;

  return ic_media_profile_allows (plan->profile, instance->transfer_syntax_uid)
             ? NULL
             : IC_TS_EXPLICIT_VR_LE;
}

static gboolean
log_converted (IcExport *self, GError **error)
{
  const IcAuditField profile = { "profile", ic_media_profile_get_name (self->plan->profile) };
  g_autofree char *changes = ic_conversion_dup_changes (self->conversion);
  guint n = ic_conversion_count (self->conversion);

  return n == 0 || ic_transfer_log_converted (self->plan->desk, self->result->transfer, &profile, n,
                                              changes, error);
}

static gboolean
convert (IcExport *self, GError **error)
{
  g_autoptr(IcProgress) part =
                 ic_progress_child (self->progress, IC_EXPORT_RETRIEVED_AT, IC_EXPORT_CONVERTED_AT);
  const IcConversionRules rules = { .choose = choose_syntax, .user_data = self->plan };

  ic_progress_set_message (self->progress, _ ("Converting"));
  self->conversion = ic_conversion_new (self->plan->desk);
  return ic_conversion_run (self->conversion, self->studies, &rules, self->proof, part,
                            self->cancellable, error) &&
         log_converted (self, error);
}

static void
note_not_shown (IcExport *self)
{
  const guint n = ic_sidecar_count_not_shown (self->sidecar);

  if (n > 0)
    ic_export_add_notice (
        self, g_strdup_printf (ngettext ("%u image cannot be shown by the viewer on the medium, "
                                         "which says why; it goes out all the same",
                                         "%u images cannot be shown by the viewer on the medium, "
                                         "which says why; they go out all the same",
                                         n),
                               n));
}

/* What the viewer is to read is made once, whatever media it then goes on. */
static gboolean
encode (IcExport *self, GError **error)
{
  g_autoptr(IcProgress) part =
                 ic_progress_child (self->progress, IC_EXPORT_CONVERTED_AT, IC_EXPORT_ENCODED_AT);
  g_autoptr(IcViewerProgram) program = NULL;

  if (self->plan->viewer == IC_VIEWER_NONE)
    return TRUE;
  program = ic_viewer_files_load ();
  if (program == NULL)
    {
      ic_export_add_notice (self, g_strdup (_ ("the viewer is not installed here: INDEX.HTM lists "
                                               "the contents and shows one picture of each "
                                               "series")));
      return TRUE;
    }
  ic_progress_set_message (self->progress, _ ("Preparing the viewer"));
  self->sidecar = ic_sidecar_new (self->plan->desk, program, self->plan->viewer);
  if (!ic_sidecar_pack (self->sidecar, self->studies, part, self->cancellable, error))
    return FALSE;
  note_not_shown (self);
  return TRUE;
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
wants_udf (const IcDrive *drive)
{
  const IcDiscKind kind = ic_drive_get_kind (drive);

  return kind == IC_DISC_KIND_BD || kind == IC_DISC_KIND_DVD_RAM;
}

static gboolean
open_output (IcExport *self, const char *name, GError **error)
{
  IcExportPlan *plan = self->plan;
  g_autoptr(IcDrive) drive = NULL;
  IcOutput *output =
      ic_output_open (plan->desk, plan->route, name, &plan->disc, &drive, self->cancellable, error);

  if (drive != NULL)
    self->result->drive = g_steal_pointer (&drive);
  judge_disc (self);
  if (output == NULL)
    return FALSE;
  g_ptr_array_add (self->outputs, output);
  if (ic_output_has_replaced (output))
    ic_export_add_notice (self, g_strdup (_ ("what an export that was cut short had left "
                                             "unfinished there is gone")));
  if (self->result->drive != NULL && wants_udf (self->result->drive))
    ic_export_add_notice (self, /* Translators: BD-R, BD-RE or DVD-RAM. */
                          g_strdup_printf (_ ("DICOM wants UDF on %s discs (PS3.12): this one gets "
                                              "ISO 9660, which "
                                              "is outside the standard"),
                                           self->result->drive->medium));
  if (ic_output_get_odd_file_system (output) != NULL)
    ic_export_add_notice (self, g_strdup_printf (_ ("DICOM wants FAT on USB sticks (PS3.12): this "
                                                    "one has %s, which is outside the standard"),
                                                 ic_output_get_odd_file_system (output)));
  return ic_export_plan_check_output (plan, output, error);
}

/* Nobody should wait for images to come, to hear then that there is no disc. */
static gboolean
open_drive (IcExport *self, GError **error)
{
  const IcExportPlan *plan = self->plan;

  if (plan->route != IC_ROUTE_DISC || (plan->capacity_bytes > 0 && !ic_drive_is_one (plan->output)))
    return TRUE;
  return open_output (self, plan->output, error);
}

/* How many there are to be is known by now, or was before. */
static gboolean
open_outputs (IcExport *self, GError **error)
{
  for (guint i = self->outputs->len; i < self->result->volumes->len; i++)
    if (!open_output (self, ((IcExportedVolume *) self->result->volumes->pdata[i])->output, error))
      return FALSE;
  return TRUE;
}

static void
name_output (IcExport *self)
{
  IcOutput *first = self->outputs->pdata[0];
  IcOutput *last = self->outputs->pdata[self->outputs->len - 1];
  g_autofree char *several =
      g_strdup_printf ("%s to %s", ic_output_get_name (first), ic_output_get_name (last));

  ic_transfer_set_text (&self->result->transfer->output,
                        first == last ? ic_output_get_name (first) : several);
}

/* The drive has room for one disc at a time; files all stand in the same place. */
static gboolean
check_room (IcExport *self, GError **error)
{
  guint64 total = 0;
  guint64 largest = 0;

  for (guint i = 0; i < self->volumes->len; i++)
    {
      IcExportVolume *volume = self->volumes->pdata[i];
      guint64 needed = 0;

      volume->output = self->outputs->pdata[MIN (i, self->outputs->len - 1)];
      needed = ic_output_get_needed_bytes (volume->output, volume->file_set);
      total += needed;
      largest = MAX (largest, needed);
      if (!ic_output_check_sources (volume->output, volume->file_set, error))
        return FALSE;
    }
  self->result->needed_bytes = self->result->drive != NULL ? largest : total;
  judge_disc (self);
  if (ic_output_check_space (self->outputs->pdata[0], self->result->needed_bytes, error))
    return TRUE;
  ic_export_blame_viewer (self, self->result->needed_bytes,
                          ic_output_get_free_bytes (self->outputs->pdata[0]), error);
  return FALSE;
}

static gboolean
lay_out (IcExport *self, GError **error)
{
  gboolean ok = ic_export_lay_out (self, error);

  judge_disc (self);
  return ok;
}

/* Everything that can be known before the first byte is written. */
static gboolean
prepare (IcExport *self, GError **error)
{
  IcExportPlan *plan = self->plan;
  const char *const *uids = (const char *const *) plan->study_uids;
  const gboolean is_one = plan->capacity_bytes == 0 && self->outputs->len == 0;

  if (!ic_safety_check_patient (plan->desk, uids, plan->patient, self->result->notices, error) ||
      !ic_safety_note_repeats (plan->desk, uids, plan->recipient, self->result->notices, error) ||
      (is_one && !open_output (self, plan->output, error)) || !convert (self, error) ||
      !encode (self, error) || !lay_out (self, error) ||
      (self->outputs->len == 0 && !open_outputs (self, error)))
    return FALSE;
  name_output (self);
  return check_room (self, error) && log_generated_keys (self, error);
}

/* What was written gets its name when it has been read back and can be judged. Before, it goes
 * again with whatever ends the export: its own README.TXT would call it complete.
 */
static gboolean
carry_out (IcExport *self, GError **error)
{
  return open_drive (self, error) && gather (self, error) && prepare (self, error) &&
         ic_export_make_copies (self, error);
}

/* What is left to do is to judge and to log, and that takes its own part of memory. */
static void
forget_media (IcExport *self)
{
  self->volume = NULL;
  g_ptr_array_set_size (self->volumes, 0);
  g_clear_pointer (&self->studies, g_ptr_array_unref);
}

static void
clear_export (IcExport *self)
{
  g_clear_pointer (&self->proof, ic_proof_free);
  g_clear_pointer (&self->outputs, g_ptr_array_unref);
  g_clear_pointer (&self->volumes, g_ptr_array_unref);
  g_clear_pointer (&self->sidecar, ic_sidecar_free);
  g_clear_pointer (&self->conversion, ic_conversion_free);
  g_clear_pointer (&self->studies, g_ptr_array_unref);
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
    .volumes = g_ptr_array_new_with_free_func (ic_export_volume_free),
    .outputs = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_output_free),
    .progress = progress,
    .cancellable = cancellable,
  };

  self.result->transfer = ic_export_plan_make_transfer (plan);
  self.result->notices = g_ptr_array_new_with_free_func (g_free);
  self.result->volumes = g_ptr_array_new_with_free_func (ic_exported_volume_free);
  *result = self.result;
  if (ic_export_plan_check (plan, error) &&
      ic_transfer_log_begin (plan->desk, self.result->transfer, error))
    {
      g_autoptr(IcProofProgress) shown = ic_proof_progress_new (self.proof, progress);

      carry_out (&self, &failure);
      ic_export_settle (&self, &failure);
      forget_media (&self);
      ok = ic_transfer_log_end (plan->desk, self.result->transfer, self.proof, IC_PROOF_VERIFIED,
                                failure, error);
    }
  clear_export (&self);
  if (ok && failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  return ok && (error == NULL || *error == NULL);
}

/* One disc after another in a drive; else one retrieval after another from a node. */
static char *
dup_lane (const IcExportOrder *order)
{
  if (order->route == IC_ROUTE_DISC)
    return g_strdup_printf ("drive %s", order->output);
  return order->source != NULL ? ic_node_lane_dup_name (order->source) : NULL;
}

IcJob *
ic_export_job_new (IcDesk *desk, const IcExportOrder *order)
{
  g_autofree char *lane = dup_lane (order);

  return ic_job_new ("Export", lane, run, ic_export_plan_new (desk, order), ic_export_plan_free,
                     (GDestroyNotify) ic_export_result_free);
}
