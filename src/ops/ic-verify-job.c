/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-verify-job.h"

#include "core/ic-digest.h"
#include "core/ic-error.h"
#include "disc/ic-drive-client.h"
#include "domain/ic-manifest.h"
#include "medium/ic-medium.h"
#include "ops/ic-export-job.h"
#include "ops/ic-output-folder.h"
#include "ops/ic-output.h"
#include "ops/ic-read-back.h"
#include "store/ic-audit-list.h"
#include "store/ic-audit.h"
#include "store/ic-transfer-repo.h"

#include <glib/gi18n.h>
#include <errno.h>
#include <fcntl.h>
#include <gio/gunixmounts.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STDIO_PREFIX "stdio:"
#define MANIFEST "MANIFEST.TXT"

typedef struct
{
  IcDesk *desk;
  char *path;
} Plan;

typedef struct
{
  Plan *plan;
  IcTransfer *transfer; /* the result */
  IcTransfer *logged;   /* what the log says was sent, or NULL */
  IcProof *proof;
  IcLock *lane; /* of a drive */
  IcDriveReading *drive;
  IcMediumReader *reader;
  gboolean is_image;
  char *file_set_id;
  IcManifest *manifest;
  char *manifest_sha256;
  gboolean is_other_manifest; /* than the one that was written, by the log */
  guint volume;               /* which of several media this is, from 1; 0: the only one */
  guint n_volumes;
  gboolean was_proved; /* by itself, when it was made as one of several */
  IcTexts *texts;      /* of all that is known about the files, however often */
  GArray *others;      /* of IcExpectedFile, with these texts */
} Verification;

static void
plan_free (gpointer data)
{
  Plan *plan = data;

  ic_desk_unref (plan->desk);
  g_free (plan->path);
  g_free (plan);
}

/* A name that was mistyped may be that of half the disk, whose every file would be flushed. */
static gboolean
holds_directory (int folder_fd, GError **error)
{
  if (faccessat (folder_fd, "DICOMDIR", F_OK, AT_SYMLINK_NOFOLLOW) == 0)
    return TRUE;
  if (errno != ENOENT)
    return ic_error_set_errno (error, IC_ERROR_READ_FAILED, errno, "failed to look for a DICOMDIR");
  g_set_error_literal (error, IC_ERROR, IC_ERROR_NOT_FOUND,
                       "there is no DICOMDIR in it, so this is not a file-set");
  return FALSE;
}

/* Who verifies has named the path. */
static void
set_opening_error (GError **error, int saved_errno)
{
  IcErrorCode code = saved_errno == ENOENT ? IC_ERROR_NOT_FOUND : IC_ERROR_READ_FAILED;

  ic_error_set_errno (error, code, saved_errno, "failed to open the medium");
}

static gboolean
is_zip (int fd)
{
  char magic[4] = "";

  return TEMP_FAILURE_RETRY (pread (fd, magic, sizeof magic, 0)) == sizeof magic &&
         memcmp (magic, "PK\3\4", sizeof magic) == 0;
}

/* At the top of a stick other things may stand; a folder is all ours. */
static const char *const *
list_names (const char *path)
{
  GUnixMountEntry *mount = g_unix_mount_at (path, NULL);

  if (mount == NULL)
    return NULL;
  g_unix_mount_free (mount);
  return ic_output_folder_names;
}

static int
open_medium (const char *path, gboolean *is_image, GCancellable *cancellable, GError **error)
{
  struct stat st;
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

  if (fd < 0 || fstat (fd, &st) < 0)
    {
      set_opening_error (error, errno);
      if (fd >= 0)
        close (fd);
      return -1;
    }
  *is_image = !S_ISDIR (st.st_mode);
  if (S_ISDIR (st.st_mode) || S_ISREG (st.st_mode) || S_ISBLK (st.st_mode))
    {
      if ((*is_image || holds_directory (fd, error)) &&
          ic_medium_drop_cache (fd, list_names (path), cancellable, error))
        {
          *is_image = *is_image && !is_zip (fd);
          return fd;
        }
    }
  else
    g_set_error_literal (error, IC_ERROR, IC_ERROR_UNSUPPORTED, "this is not a medium");
  close (fd);
  return -1;
}

static gboolean
check_disc (const IcDrive *drive, GError **error)
{
  if (drive->content == IC_DRIVE_WRITTEN || drive->content == IC_DRIVE_UNSUITABLE)
    return TRUE;
  if (drive->content == IC_DRIVE_NOT_READY)
    g_set_error_literal (error, IC_ERROR, IC_ERROR_TIMED_OUT, "the drive does not get ready");
  else
    g_set_error_literal (error, IC_ERROR, IC_ERROR_MEDIUM_UNSUITABLE,
                         drive->content == IC_DRIVE_BLANK ? "the disc in the drive is empty"
                                                          : "there is no disc in the drive");
  return FALSE;
}

/* Past every cache of this machine. */
static gboolean
read_drive (Verification *self, GCancellable *cancellable, GError **error)
{
  g_autofree char *address = ic_drive_dup_address (self->plan->path);
  g_autoptr(IcDrive) drive = NULL;

  self->is_image = TRUE;
  self->lane = ic_output_take_lane (self->plan->desk, address, error);
  if (self->lane == NULL)
    return FALSE;
  drive = ic_drive_client_inspect (address, TRUE, cancellable, error);
  if (drive == NULL || !check_disc (drive, error))
    return FALSE;
  self->drive = ic_drive_reading_new (address, cancellable, error);
  if (self->drive == NULL)
    return FALSE;
  self->reader =
      ic_medium_reader_new (ic_drive_reading_get_fd (self->drive), NULL, cancellable, error);
  return self->reader != NULL;
}

static gboolean
start_reader (Verification *self, GCancellable *cancellable, GError **error)
{
  const char *path = self->plan->path;
  int fd = -1;

  if (ic_drive_is_one (path))
    return read_drive (self, cancellable, error);
  if (g_str_has_prefix (path, STDIO_PREFIX))
    path += strlen (STDIO_PREFIX);
  fd = open_medium (path, &self->is_image, cancellable, error);
  if (fd < 0)
    return FALSE;
  self->reader = ic_medium_reader_new (fd, list_names (path), cancellable, error);
  close (fd);
  return self->reader != NULL;
}

/* File-set IDs are our transfer numbers: "IC000123_1". */
static gint64
transfer_from_file_set_id (const char *file_set_id)
{
  g_auto(GStrv) parts = g_strsplit (file_set_id, "_", 2);

  return parts[0] != NULL && g_str_has_prefix (parts[0], "IC")
             ? ic_transfer_id_from_number (parts[0])
             : 0;
}

/* The manifest covers every other file, so this one digest stands for all that was written. */
static void
take_written (Verification *self, const IcAuditEntry *event)
{
  g_autofree char *sha256 = ic_audit_entry_dup_detail (event, "manifest");

  self->is_other_manifest = !g_str_equal (sha256, self->manifest_sha256);
  ic_audit_entry_get_disc (event, &self->volume, &self->n_volumes);
}

/* Whether nothing was wrong with it, nor with what had come to be written. */
static gboolean
is_about_whole (const IcAuditEntry *event)
{
  g_autofree char *retrieved = ic_audit_entry_dup_detail (event, "retrieved");

  return g_str_equal (retrieved, ic_transfer_state_to_string (IC_TRANSFER_SUCCEEDED)) ||
         g_str_equal (retrieved, ic_transfer_state_to_string (IC_TRANSFER_UNPROVEN));
}

static void
take_events (Verification *self, GPtrArray *events)
{
  gboolean is_known = FALSE;

  for (guint i = 0; i < events->len; i++)
    {
      const IcAuditEntry *event = events->pdata[i];
      g_autofree char *file_set_id = ic_audit_entry_dup_detail (event, "file-set");
      gboolean is_ours = g_str_equal (file_set_id, self->file_set_id);

      if (g_str_equal (event->action, IC_EXPORT_WRITTEN_ACTION) && is_ours && !is_known)
        take_written (self, event);
      else if (g_str_equal (event->action, IC_EXPORT_WRITTEN_ACTION) && !is_known)
        self->is_other_manifest = TRUE;
      else if (g_str_equal (event->action, IC_EXPORT_VOLUME_ACTION) && is_ours)
        self->was_proved = is_about_whole (event);
      is_known |= is_ours;
    }
}

static gboolean
find_transfer (IcReadTx *tx, gpointer data, GError **error)
{
  Verification *self = data;
  gint64 id = transfer_from_file_set_id (self->file_set_id);
  g_autoptr(GPtrArray) events = NULL;

  if (id > 0)
    self->logged = ic_transfer_repo_find_sharing (tx, id, self->texts, NULL);
  if (self->logged == NULL)
    return TRUE;
  events = ic_audit_list_for_transfer (tx, id, error);
  if (events == NULL)
    return FALSE;
  take_events (self, events);
  return TRUE;
}

static gboolean
is_on_medium (Verification *self, const IcTransferInstance *instance)
{
  return *instance->file_id != '\0' && instance->volume == self->volume;
}

/* Numbers are given anew in every data directory, and File IDs are the same on every medium: the
 * same number must also mean the same images. One that is known is enough, for the rest may have
 * been changed.
 */
static gboolean
log_knows_medium (Verification *self)
{
  for (guint i = 0; self->logged != NULL && i < self->logged->instances->len; i++)
    {
      const IcTransferInstance *instance = self->logged->instances->pdata[i];

      if (!is_on_medium (self, instance))
        continue;
      if (g_strcmp0 (ic_manifest_lookup (self->manifest, instance->file_id), instance->sha256) == 0)
        return TRUE;
      if (ic_proof_has_retrieved (self->proof, instance->series_uid, instance->sop_instance_uid))
        return TRUE;
    }
  return FALSE;
}

static void
expect_file (Verification *self, const char *path, const char *sha256)
{
  const IcExpectedFile file = { .path = ic_texts_keep (self->texts, path),
                                .sha256 =
                                    sha256 != NULL ? ic_texts_keep (self->texts, sha256) : NULL };

  g_array_append_val (self->others, file);
}

/* Of one of several media, how many images of a series were meant for it. */
static guint
count_meant (Verification *self, const char *series_uid)
{
  guint n = 0;

  for (guint i = 0; i < self->logged->instances->len; i++)
    {
      const IcTransferInstance *instance = self->logged->instances->pdata[i];

      n += g_str_equal (instance->series_uid, series_uid) && is_on_medium (self, instance) &&
           instance->state != IC_ITEM_EXTRA;
    }
  return n;
}

/* Beside others that the source named; where it named nothing, nothing is too much. */
static gboolean
was_unnamed (Verification *self, const IcTransferSeries *series)
{
  return series->basis == IC_BASIS_NONE && self->logged->basis != IC_BASIS_NONE;
}

/* What the source named then is what must be here now, whatever became of it on the way. */
static IcExpectation *
expectation_from_log (Verification *self, const char *study_uid)
{
  IcExpectation *expectation =
      ic_expectation_new_sharing (self->texts, study_uid, self->logged->source,
                                  self->logged->started_at);

  expectation->basis = self->logged->basis;
  for (guint i = 0; i < self->logged->series->len; i++)
    {
      const IcTransferSeries *from = self->logged->series->pdata[i];
      guint n = self->volume > 0 ? count_meant (self, from->series_uid) : from->expected;
      IcExpectedSeries *series = NULL;

      if (!g_str_equal (from->study_uid, study_uid) || was_unnamed (self, from) ||
          (self->volume > 0 && n == 0))
        continue;
      series = ic_expectation_add_series (expectation, from->series_uid);
      series->count = n;
      ic_transfer_set_text (&series->modality, from->modality);
      ic_transfer_set_text (&series->number, from->number);
      ic_transfer_set_text (&series->description, from->description);
    }
  return expectation;
}

static void
expect_instance (GHashTable *studies, const IcTransferInstance *instance)
{
  IcExpectation *expectation = g_hash_table_lookup (studies, instance->study_uid);
  IcExpectedSeries *series =
      expectation != NULL ? ic_expectation_find_series (expectation, instance->series_uid) : NULL;

  if (series != NULL && expectation->basis == IC_BASIS_UID_LIST && instance->state != IC_ITEM_EXTRA)
    ic_expected_series_add (series, instance->sop_instance_uid);
}

static void
expect_as_logged (Verification *self)
{
  g_autoptr(GHashTable) studies = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                                          (GDestroyNotify) ic_expectation_unref);
  GPtrArray *instances = self->logged->instances;
  GHashTableIter iter;
  gpointer expectation = NULL;

  for (guint i = 0; i < instances->len; i++)
    {
      const IcTransferInstance *instance = instances->pdata[i];

      if (self->volume > 0 && !is_on_medium (self, instance))
        continue;
      if (!g_hash_table_contains (studies, instance->study_uid))
        g_hash_table_insert (studies, (gpointer) instance->study_uid,
                             expectation_from_log (self, instance->study_uid));
      expect_instance (studies, instance);
    }
  g_hash_table_iter_init (&iter, studies);
  while (g_hash_table_iter_next (&iter, NULL, &expectation))
    ic_proof_expect_before (self->proof, expectation);
}

static void
tell_as_logged (Verification *self)
{
  GPtrArray *instances = self->logged->instances;

  for (guint i = 0; i < instances->len; i++)
    {
      const IcTransferInstance *instance = instances->pdata[i];

      if (is_on_medium (self, instance))
        ic_proof_add_logged (self->proof, instance);
    }
}

/* As of a medium of somebody else's making: it can only be compared with what it says of itself. */
static void
tell_reference (const IcReadReference *reference, gpointer user_data)
{
  Verification *self = user_data;
  const char *sha256 =
      self->manifest != NULL ? ic_manifest_lookup (self->manifest, reference->file_id) : NULL;

  ic_proof_add_retrieved (self->proof, reference->study_uid, reference->series_uid,
                          reference->sop_instance_uid, sha256 != NULL ? sha256 : "", 0);
  ic_proof_add_written (self->proof, reference->series_uid, reference->sop_instance_uid,
                        reference->file_id);
}

static void
forget_references (Verification *self)
{
  ic_proof_free (self->proof);
  self->proof = ic_proof_new_sharing (self->texts);
}

static gboolean
read_directory (Verification *self, GCancellable *cancellable, GError **error)
{
  self->file_set_id =
      ic_medium_reader_read_directory (self->reader, tell_reference, self, cancellable, error);
  if (self->file_set_id != NULL)
    return TRUE;
  g_prefix_error (error, "failed to read the DICOMDIR: ");
  return FALSE;
}

typedef struct
{
  IcManifest *manifest;
  IcDigest *digest;
} Lines;

static gboolean
take_piece (gconstpointer data, gsize size, gpointer user_data, GError **error)
{
  Lines *lines = user_data;

  ic_digest_update (lines->digest, data, size);
  return ic_manifest_add_piece (lines->manifest, data, size, error);
}

static gboolean
read_manifest (Verification *self, GCancellable *cancellable, GError **error)
{
  g_autoptr(IcManifest) manifest = ic_manifest_new (self->texts);
  g_autoptr(IcDigest) digest = ic_digest_new ();
  Lines lines = { manifest, digest };
  char hex[IC_DIGEST_HEX_SIZE];

  if (!ic_medium_reader_read_file (self->reader, MANIFEST, take_piece, &lines, cancellable,
                                   error) ||
      !ic_manifest_finish (manifest, error))
    {
      g_prefix_error (error, "failed to read %s: ", MANIFEST);
      return FALSE;
    }
  ic_digest_finish_hex (digest, hex);
  self->manifest_sha256 = g_strdup (hex);
  self->manifest = g_steal_pointer (&manifest);
  return TRUE;
}

/* The manifest comes first, for the digests of what the DICOMDIR names. Where both are bad the
 * latter is what people are told of.
 */
static gboolean
read_what_it_says (Verification *self, GCancellable *cancellable, GError **error)
{
  g_autoptr(GError) manifest_error = NULL;

  if (!read_manifest (self, cancellable, &manifest_error) &&
      !g_error_matches (manifest_error, IC_ERROR, IC_ERROR_NOT_FOUND) &&
      !g_error_matches (manifest_error, IC_ERROR, IC_ERROR_BAD_DATA))
    {
      g_propagate_error (error, g_steal_pointer (&manifest_error));
      return FALSE;
    }
  if (!read_directory (self, cancellable, error))
    return FALSE;
  if (manifest_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&manifest_error));
  return FALSE;
}

/* The files beside the images: listed in the manifest, which cannot list itself. */
static void
expect_other_files (Verification *self)
{
  GArray *entries = ic_manifest_get_entries (self->manifest);

  for (guint i = 0; i < entries->len; i++)
    {
      const IcManifestEntry *entry = &g_array_index (entries, IcManifestEntry, i);

      if (!ic_proof_has_written (self->proof, entry->path))
        expect_file (self, entry->path, entry->sha256);
    }
  expect_file (self, MANIFEST, NULL);
}

static gboolean
manifest_fits_log (Verification *self)
{
  if (self->is_other_manifest)
    return FALSE;
  for (guint i = 0; i < self->logged->instances->len; i++)
    {
      const IcTransferInstance *instance = self->logged->instances->pdata[i];
      const char *sha256 = ic_manifest_lookup (self->manifest, instance->file_id);

      if (is_on_medium (self, instance) && g_strcmp0 (sha256, instance->sha256) != 0)
        return FALSE;
    }
  return TRUE;
}

static char *
dup_outcome (Verification *self)
{
  return g_strdup_printf ("the transfer itself ended as %s: %s",
                          ic_transfer_state_to_string (self->logged->state), self->logged->remark);
}

/* What was wrong when it was made does not heal: only what the log calls whole can be proved again.
 * One of several media answers for itself.
 */
static void
take_faults (Verification *self)
{
  const gboolean is_whole =
      self->logged->state == IC_TRANSFER_SUCCEEDED || self->logged->state == IC_TRANSFER_UNPROVEN;
  g_autofree char *outcome = is_whole ? NULL : dup_outcome (self);
  g_autofree char *place = g_strdup_printf ("disc %u of %u", self->volume, self->n_volumes);

  if (self->volume > 0)
    ic_proof_add_note (self->proof, place);
  if (outcome != NULL && self->volume > 0 && self->was_proved)
    ic_proof_add_note (self->proof, outcome);
  else if (outcome != NULL)
    ic_proof_add_fault (self->proof, outcome);
}

static void
take_from_log (Verification *self)
{
  self->transfer->id = self->logged->id;
  ic_transfer_set_text (&self->transfer->recipient, self->logged->recipient);
  ic_transfer_set_text (&self->transfer->source, self->logged->source);
  ic_transfer_set_patient (&self->transfer->patient, self->logged->patient);
  expect_as_logged (self);
  tell_as_logged (self);
  take_faults (self);
  if (!manifest_fits_log (self))
    ic_proof_add_fault (self->proof, "the manifest on the medium is not the one of the log");
}

static gboolean
append_event (IcWriteTx *tx, gpointer data, GError **error)
{
  Verification *self = data;
  const IcAuditField state = { "state", ic_transfer_state_to_string (self->transfer->state) };
  const IcAuditField medium = { "medium", self->plan->path };
  const IcAuditField file_set = { "file-set", self->file_set_id != NULL ? self->file_set_id : "" };
  const IcAuditField remark = { "remark", self->transfer->remark };
  const IcAuditField end = { NULL, NULL };
  /* Others name media and files after patients. */
  const gboolean is_known = self->transfer->id > 0;
  const gboolean is_ours = is_known && !self->is_other_manifest;
  const IcAuditField details[] = { state, is_known ? file_set : end, is_ours ? remark : end, end };
  const IcAuditField personal[] = { medium, is_ours ? end : remark, is_known ? end : file_set,
                                    end };
  const IcAuditEvent event = { .operator_name = ic_desk_get_operator (self->plan->desk),
                               .action = "medium-verified",
                               .transfer = self->transfer->id,
                               .details = details,
                               .personal = personal };

  if (!ic_audit_append (tx, &event, error))
    return FALSE;
  g_free (self->transfer->log_head);
  self->transfer->log_head = ic_audit_dup_head (ic_write_tx_read (tx), error);
  return self->transfer->log_head != NULL;
}

static gboolean
verify (Verification *self, IcProgress *progress, GCancellable *cancellable, GError **error)
{
  IcStore *store = ic_desk_get_store (self->plan->desk);
  gboolean known = FALSE;

  if (!start_reader (self, cancellable, error) || !read_what_it_says (self, cancellable, error) ||
      !ic_store_read (store, find_transfer, self, error))
    return FALSE;
  known = log_knows_medium (self);
  if (known)
    {
      forget_references (self);
      take_from_log (self);
    }
  expect_other_files (self);
  g_clear_pointer (&self->manifest, ic_manifest_free);
  g_clear_pointer (&self->logged, ic_transfer_free);
  if (!ic_read_back_run (self->reader, self->others, self->is_image, self->proof, progress,
                         cancellable, error))
    return FALSE;
  self->transfer->read_back = IC_READ_BACK_CACHE_DROPPED;
  ic_proof_judge (self->proof, IC_PROOF_VERIFIED, self->transfer);
  if (!known && self->transfer->state == IC_TRANSFER_UNPROVEN)
    ic_transfer_set_text (&self->transfer->remark,
                          "the medium agrees with itself, but this log does not know it");
  return TRUE;
}

static void
clear_verification (Verification *self)
{
  g_clear_pointer (&self->logged, ic_transfer_free);
  g_clear_pointer (&self->proof, ic_proof_free);
  g_clear_pointer (&self->reader, ic_medium_reader_free);
  g_clear_pointer (&self->drive, ic_drive_reading_free);
  g_clear_pointer (&self->lane, ic_lock_free);
  g_clear_pointer (&self->manifest, ic_manifest_free);
  g_clear_pointer (&self->others, g_array_unref);
  g_clear_pointer (&self->texts, ic_texts_unref);
  g_free (self->manifest_sha256);
  g_free (self->file_set_id);
}

static void
set_failed (Verification *self, const GError *failure)
{
  self->transfer->state = g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED)
                              ? IC_TRANSFER_CANCELLED
                              : IC_TRANSFER_FAILED;
  ic_transfer_set_text (&self->transfer->remark, failure->message);
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
  IcTexts *texts = ic_texts_new ();
  Verification self = { .plan = plan,
                        .transfer = ic_transfer_new (),
                        .texts = texts,
                        .proof = ic_proof_new_sharing (texts),
                        .others = g_array_new (FALSE, FALSE, sizeof (IcExpectedFile)) };

  *result = self.transfer;
  ic_transfer_set_text (&self.transfer->output, plan->path);
  ic_transfer_set_text (&self.transfer->operator_name, ic_desk_get_operator (plan->desk));
  ic_progress_set_message (progress, _ ("Reading"));
  if (!verify (&self, progress, cancellable, &failure))
    set_failed (&self, failure);
  ok = ic_store_write (ic_desk_get_store (plan->desk), append_event, &self, error);
  clear_verification (&self);
  if (ok && failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  return ok && (error == NULL || *error == NULL);
}

IcJob *
ic_verify_job_new (IcDesk *desk, const char *path)
{
  Plan *plan = g_new0 (Plan, 1);

  plan->desk = ic_desk_ref (desk);
  plan->path = g_str_has_prefix (path, STDIO_PREFIX) ? g_strdup (path)
                                                     : g_canonicalize_filename (path, NULL);
  return ic_job_new ("Verification", NULL, run, plan, plan_free, (GDestroyNotify) ic_transfer_free);
}
