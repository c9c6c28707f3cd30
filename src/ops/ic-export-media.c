/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-export-media.h"

#include "core/ic-error.h"
#include "domain/ic-text.h"
#include "ops/ic-read-back.h"
#include "store/ic-audit.h"

#include <glib/gi18n.h>
#include <unistd.h>

#define WRITTEN_SHARE 0.5 /* of each copy; the rest is for reading back */

/* The entries begin with the instances, in the order of the tree. */
static void
tell_series_written (IcExport *self, const IcSeries *series, guint *next)
{
  GPtrArray *entries = ic_file_set_get_entries (self->volume->file_set);

  for (guint i = 0; i < series->instances->len; i++)
    {
      const IcInstance *instance = series->instances->pdata[i];
      const IcFileSetEntry *entry = entries->pdata[(*next)++];

      g_assert (entry->instance == instance);
      ic_proof_add_written (self->proof, series->series_uid, instance->sop_instance_uid,
                            entry->path);
    }
}

/* From @from to @to of the present copy. */
static IcProgress *
make_part (IcExport *self, double from, double to)
{
  const guint done = (self->copy - 1) * self->volumes->len + self->volume->number - 1;
  const double share = (1 - IC_EXPORT_RENDERED_AT) / (self->plan->copies * self->volumes->len);
  const double start = IC_EXPORT_RENDERED_AT + share * done;

  return ic_progress_child (self->progress, start + share * from, start + share * to);
}

static gboolean
write_out (IcExport *self, GError **error)
{
  g_autoptr(IcProgress) part = make_part (self, 0, WRITTEN_SHARE);
  guint n = ic_file_set_count_instances (self->volume->file_set);
  g_autofree char *size = ic_text_dup_size (self->volume->report->size_bytes);
  g_autofree char *message =
      /* Translators: how many images, and their size. */
      g_strdup_printf (ngettext ("Writing %u image, %s", "Writing %u images, %s", n), n, size);
  guint next = 0;

  ic_progress_set_message (self->progress, message);
  if (!ic_output_write (self->volume->output, self->volume->file_set, part, self->cancellable,
                        error))
    return FALSE;
  for (guint i = 0; i < self->volume->studies->len; i++)
    {
      const IcStudy *study = self->volume->studies->pdata[i];

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

static char *
dup_copy (IcExport *self)
{
  return g_strdup_printf ("%u of %u", self->copy, self->plan->copies);
}

static char *
dup_volume (IcExport *self)
{
  return g_strdup_printf ("%u of %u", self->volume->number, self->volumes->len);
}

/* The field that says which of several media it is about, or the end of the fields. */
static const char *
name_volume_field (IcExport *self)
{
  return ic_export_has_volumes (self) ? "disc" : NULL;
}

static gboolean
append_written (IcWriteTx *tx, gpointer data, GError **error)
{
  IcExport *self = data;
  g_autofree char *copy = dup_copy (self);
  g_autofree char *volume = dup_volume (self);
  const IcAuditField details[] = { { "file-set", ic_file_set_get_id (self->volume->file_set) },
                                   { "manifest", find_manifest_digest (self->volume->file_set) },
                                   { "copy", copy },
                                   { name_volume_field (self), volume },
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
log_written (IcExport *self, GError **error)
{
  return ic_store_write (ic_desk_get_store (self->plan->desk), append_written, self, error);
}

/* What becomes of a disc. */
typedef struct
{
  IcExport *export;
  const char *action;
  const char *reason;
} DiscEvent;

static gboolean
append_disc (IcWriteTx *tx, gpointer data, GError **error)
{
  DiscEvent *end = data;
  IcExport *self = end->export;
  g_autofree char *copy = dup_copy (self);
  g_autofree char *volume = dup_volume (self);
  const IcAuditField details[] = { { "medium", self->result->drive->medium },
                                   { "copy", copy },
                                   { "reason", end->reason },
                                   { name_volume_field (self), volume },
                                   { NULL, NULL } };
  const IcAuditEvent event = { .operator_name = ic_desk_get_operator (self->plan->desk),
                               .action = end->action,
                               .request = self->result->transfer->request,
                               .transfer = self->result->transfer->id,
                               .details = details };

  return ic_audit_append (tx, &event, error);
}

static gboolean
log_disc (IcExport *self, const char *action, const char *reason, GError **error)
{
  DiscEvent end = { self, action, reason };

  return ic_store_write (ic_desk_get_store (self->plan->desk), append_disc, &end, error);
}

/* The proof knows the images. */
static GArray *
list_other_files (IcExport *self)
{
  GPtrArray *entries = ic_file_set_get_entries (self->volume->file_set);
  IcExpectedFile mark = { NULL };
  GArray *files = g_array_new (FALSE, FALSE, sizeof (IcExpectedFile));

  mark.path = ic_output_get_mark (self->volume->output, &mark.sha256);
  for (guint i = 0; i < entries->len; i++)
    {
      const IcFileSetEntry *entry = entries->pdata[i];
      const IcExpectedFile file = { .path = entry->path, .sha256 = entry->sha256 };

      if (entry->instance == NULL)
        g_array_append_val (files, file);
    }
  if (mark.path != NULL)
    g_array_append_val (files, mark);
  return files;
}

static gboolean
read_back (IcExport *self, GError **error)
{
  g_autoptr(IcProgress) part = make_part (self, WRITTEN_SHARE, 1);
  g_autoptr(GArray) others = list_other_files (self);
  g_autoptr(IcMediumReader) reader = NULL;
  IcReadBack how = IC_READ_BACK_NONE;
  int fd = -1;

  fd = ic_output_open_for_reading (self->volume->output, &how, self->progress, self->cancellable,
                                   error);
  if (fd < 0)
    return FALSE;
  reader = ic_medium_reader_new (fd, ic_output_get_names (self->volume->output), self->cancellable,
                                 error);
  close (fd);
  self->result->transfer->read_back = how;
  return reader != NULL &&
         ic_read_back_run (reader, others, ic_output_is_image (self->volume->output), self->proof,
                           part, self->cancellable, error);
}

/* What an empty disc is for: "disc 2 of 3", "copy 2", "disc 1 of 3, copy 2" */
static char *
dup_purpose (IcExport *self)
{
  const guint n = self->volumes->len;

  if (n == 1)
    return g_strdup_printf (_ ("copy %u"), self->copy);
  if (self->plan->copies == 1)
    return g_strdup_printf (_ ("disc %u of %u"), self->volume->number, n);
  return g_strdup_printf (_ ("disc %u of %u, copy %u"), self->volume->number, n, self->copy);
}

static gboolean
next_disc (IcExport *self, GError **error)
{
  g_autofree char *purpose = dup_purpose (self);

  if (self->result->drive == NULL || (self->copy == 1 && self->volume->number == 1))
    return TRUE;
  if (!ic_output_next_disc (self->volume->output, self->volume->file_set, purpose, self->progress,
                            self->cancellable, error))
    return FALSE;
  g_clear_pointer (&self->result->drive, ic_drive_unref);
  self->result->drive = ic_drive_ref (ic_output_get_drive (self->volume->output));
  return TRUE;
}

static void
add_fault (IcExport *self)
{
  g_autofree char *fault = NULL;

  if (ic_export_has_volumes (self))
    fault = g_strdup_printf ("disc %u of %u reads back differently", self->volume->number,
                             self->volumes->len);
  else if (self->result->is_spoilt)
    fault = g_strdup ("the disc is spoilt");
  if (fault != NULL)
    ic_proof_add_fault (self->proof, fault);
}

static gboolean
append_proved (IcWriteTx *tx, gpointer data, GError **error)
{
  IcExport *self = data;
  g_autofree char *copy = dup_copy (self);
  g_autofree char *volume = dup_volume (self);
  g_autoptr(IcTransfer) retrieved = ic_transfer_new ();
  IcAuditEvent event = { .operator_name = ic_desk_get_operator (self->plan->desk),
                         .action = IC_EXPORT_VOLUME_ACTION,
                         .request = self->result->transfer->request,
                         .transfer = self->result->transfer->id };

  ic_proof_judge_briefly (self->proof, IC_PROOF_RETRIEVED, retrieved);
  event.details = (const IcAuditField[]){
    { "file-set", ic_file_set_get_id (self->volume->file_set) },
    { "disc", volume },
    { "copy", copy },
    { "retrieved", ic_transfer_state_to_string (retrieved->state) },
    { NULL, NULL },
  };
  return ic_audit_append (tx, &event, error);
}

/* Only what has its name counts, so that nobody trusts one that was put aside. */
static gboolean
log_proved (IcExport *self, GError **error)
{
  if (!ic_proof_is_copy_good (self->proof))
    return TRUE;
  if (ic_output_is_used_up (self->volume->output) &&
      !log_disc (self, IC_EXPORT_PROVED_ACTION, "", error))
    return FALSE;
  return !ic_export_has_volumes (self) ||
         ic_store_write (ic_desk_get_store (self->plan->desk), append_proved, self, error);
}

/* A medium that reads back differently is no failure of the act, but the last one made. */
static gboolean
judge_medium (IcExport *self, GError **error)
{
  if (ic_proof_is_copy_good (self->proof))
    return TRUE;
  self->result->is_spoilt = ic_output_is_used_up (self->volume->output);
  add_fault (self);
  return !self->result->is_spoilt ||
         log_disc (self, IC_EXPORT_SPOILT_ACTION, "it reads back differently", error);
}

/* Makes the present medium of the present copy. */
static gboolean
make_medium (IcExport *self, GError **error)
{
  g_autofree char *advice = NULL;

  if (!next_disc (self, error))
    return FALSE;
  if (self->result->drive != NULL && !log_disc (self, IC_EXPORT_BURNING_ACTION, "", error))
    return FALSE;
  if (ic_export_has_volumes (self))
    ic_proof_begin_volume (self->proof, self->volume->number);
  if (!write_out (self, error) || !log_written (self, error) || !read_back (self, error) ||
      !judge_medium (self, error) || !ic_output_publish (self->volume->output, error) ||
      !log_proved (self, error))
    return FALSE;
  self->volume->report->state = ic_proof_is_copy_good (self->proof) ? "proved" : "damaged";
  advice = ic_output_release (self->volume->output, self->cancellable);
  if (advice != NULL)
    ic_export_add_notice (self, g_steal_pointer (&advice));
  return TRUE;
}

static gboolean
make_copy (IcExport *self, GError **error)
{
  ic_proof_begin_copy (self->proof);
  for (guint i = 0; i < self->volumes->len; i++)
    ((IcExportVolume *) self->volumes->pdata[i])->report->state = "planned";
  for (guint i = 0; i < self->volumes->len; i++)
    {
      self->volume = self->volumes->pdata[i];
      self->volume->report->state = "failed";
      if (!make_medium (self, error))
        return FALSE;
      if (!ic_proof_is_copy_good (self->proof))
        return TRUE;
    }
  self->result->good_copies++;
  return TRUE;
}

gboolean
ic_export_make_copies (IcExport *self, GError **error)
{
  for (self->copy = 1; self->copy <= self->plan->copies; self->copy++)
    if (!make_copy (self, error))
      return FALSE;
    else if (self->result->is_spoilt || self->result->good_copies < self->copy)
      break;
  return TRUE;
}

static void
settle_disc (IcExport *self, GError **failure)
{
  g_autoptr(GError) log_error = NULL;

  if (!ic_output_is_used_up (self->volume->output) || self->result->is_spoilt)
    return;
  self->result->is_spoilt = TRUE;
  if (!log_disc (self, IC_EXPORT_SPOILT_ACTION, (*failure)->message, &log_error))
    g_warning ("a spoilt disc is not in the log: %s", log_error->message);
  g_prefix_error (failure, "the disc is spoilt: ");
}

/* What was proved before stays good: the act as a whole is incomplete. */
static void
settle_volumes (IcExport *self, GError **failure)
{
  const guint number = self->volume->number;
  g_autofree char *before = NULL;
  GError *whole = NULL;

  if (!ic_export_has_volumes (self) || number == 1 ||
      g_error_matches (*failure, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  before = number == 2 ? g_strdup ("disc 1 is proved")
                       : g_strdup_printf ("discs 1 to %u are proved", number - 1);
  whole = g_error_new (IC_ERROR, IC_ERROR_INCOMPLETE, "%s, but disc %u of %u was not made: %s",
                       before, number, self->volumes->len, (*failure)->message);
  g_clear_error (failure);
  *failure = whole;
}

void
ic_export_settle (IcExport *self, GError **failure)
{
  if (*failure == NULL || self->volume == NULL)
    return;
  settle_disc (self, failure);
  settle_volumes (self, failure);
}
