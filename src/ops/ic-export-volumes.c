/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-export-volumes.h"

#include "core/ic-error.h"
#include "domain/ic-text.h"
#include "disc/ic-volume-split.h"
#include "ops/ic-key-images.h"
#include "store/ic-audit.h"

#include <glib/gi18n.h>
#include <string.h>

#define APPLICATION "Imaging Courier " IC_VERSION
#define MAX_ROUNDS 4
#define SPARE (64 * 1024) /* what a second plan leaves free beyond what the first had too much */
#define MAX_TOLD 10       /* media that are told one by one */

/* What all file-sets of the transfer say of it. */
typedef struct
{
  char *number;
  char *log_head;
  char *institution;
  char *contact;
  char *id_secret;
  char *writing;
  GDateTime *now;
  IcTransfer *judgement;
} Texts;

static void
texts_clear (Texts *self)
{
  g_free (self->number);
  g_free (self->log_head);
  g_free (self->institution);
  g_free (self->contact);
  g_free (self->id_secret);
  g_free (self->writing);
  g_clear_pointer (&self->now, g_date_time_unref);
  g_clear_pointer (&self->judgement, ic_transfer_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Texts, texts_clear)

/* DICOMDIR and MANIFEST.TXT of each. */
static char *
dup_spool_path (IcExportVolume *volume, const char *path)
{
  return g_strconcat (volume->spool, "+", path, NULL);
}

static int
open_spool_file (const char *path, char **source, gpointer user_data, GError **error)
{
  IcExportVolume *volume = user_data;
  IcDataDir *data_dir = ic_desk_get_data_dir (volume->desk);
  g_autofree char *place = dup_spool_path (volume, path);
  int fd = ic_data_dir_open_file (data_dir, place, error);

  if (fd >= 0)
    g_ptr_array_add (volume->spooled, g_strdup (place));
  *source = g_steal_pointer (&place);
  return fd;
}

static void
clear_spool (IcExportVolume *self)
{
  for (guint i = 0; i < self->spooled->len; i++)
    ic_data_dir_remove (ic_desk_get_data_dir (self->desk), self->spooled->pdata[i], NULL);
}

void
ic_export_volume_free (gpointer data)
{
  IcExportVolume *self = data;

  clear_spool (self);
  g_ptr_array_unref (self->spooled);
  g_free (self->spool);
  g_clear_pointer (&self->file_set, ic_file_set_unref);
  ic_desk_unref (self->desk);
  g_clear_pointer (&self->key_images, g_hash_table_unref);
  g_clear_pointer (&self->viewer, ic_viewer_data_unref);
  g_ptr_array_unref (self->studies);
  g_free (self);
}

void
ic_exported_volume_free (gpointer data)
{
  IcExportedVolume *self = data;

  g_free (self->id);
  g_free (self->output);
  g_free (self);
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

static IcMediaProfiles
get_possible_profiles (IcExport *self)
{
  return self->outputs->len > 0 ? ic_output_get_profiles (self->outputs->pdata[0])
                                : ic_output_list_profiles (self->plan->route);
}

static char *
describe_profile (IcExport *self, const char *writing)
{
  g_autofree char *reason = NULL;
  g_autofree char *names = ic_media_profiles_dup_names (
      get_possible_profiles (self) & ic_media_profiles_for_studies (self->studies, &reason));

  return g_strdup_printf ("%s; meets %s (%s)", writing, names, reason);
}

/* What is already known to be missing is printed on the media. */
static IcTransfer *
judge_retrieved (IcExport *self)
{
  IcTransfer *judgement = ic_transfer_new ();

  ic_proof_judge_briefly (self->proof, IC_PROOF_RETRIEVED, judgement);
  return judgement;
}

static gboolean
fill_texts (IcExport *self, Texts *texts, GError **error)
{
  IcDesk *desk = self->plan->desk;

  texts->number = ic_transfer_dup_number (self->result->transfer->id);
  texts->log_head = dup_log_head (self, error);
  if (texts->log_head == NULL)
    return FALSE;
  texts->institution = ic_desk_dup_setting (desk, "institution", NULL);
  texts->contact = ic_desk_dup_setting (desk, "contact", NULL);
  texts->id_secret = ic_desk_ensure_id_secret (desk, error);
  texts->writing = describe_writing (self);
  texts->now = g_date_time_new_now_local ();
  texts->judgement = judge_retrieved (self);
  return texts->id_secret != NULL;
}

/* Of each medium its own, because a series may be on two. */
static gboolean
make_pictures (IcExport *self, IcExportVolume *volume, guint *n_failed, GError **error)
{
  const double share = (IC_EXPORT_RENDERED_AT - IC_EXPORT_ENCODED_AT) / self->volumes->len;
  const double start = IC_EXPORT_ENCODED_AT + share * (volume->number - 1);
  g_autoptr(IcProgress) part = ic_progress_child (self->progress, start, start + share);
  guint n = 0;

  ic_progress_set_message (self->progress, _ ("Making pictures"));
  volume->key_images =
      ic_key_images_make (self->plan->desk, volume->studies, &n, part, self->cancellable, error);
  *n_failed += n;
  return volume->key_images != NULL;
}

/* What a medium takes; 0 when there is to be one only. */
static guint64
get_capacity (IcExport *self)
{
  guint64 of_disc =
      self->outputs->len > 0 ? ic_output_get_capacity_bytes (self->outputs->pdata[0]) : 0;
  guint64 ordered = self->plan->capacity_bytes;

  return of_disc > 0 && ordered > 0 ? MIN (of_disc, ordered) : MAX (of_disc, ordered);
}

static gboolean
make_viewer (IcExport *self, IcExportVolume *volume, GError **error)
{
  if (self->sidecar == NULL)
    return TRUE;
  ic_progress_set_message (self->progress, _ ("Preparing the viewer"));
  volume->viewer =
      ic_sidecar_write (self->sidecar, volume->studies, volume->number, self->cancellable, error);
  /* One medium is laid out once, and that takes its own part of memory. */
  if (get_capacity (self) == 0)
    ic_sidecar_drop_packed (self->sidecar);
  return volume->viewer != NULL;
}

static gboolean
make_file_set (IcExport *self,
               IcExportVolume *volume,
               const Texts *texts,
               GPtrArray *trees,
               GError **error)
{
  g_autofree char *id = g_strdup_printf ("%s_%u", texts->number, volume->number);
  const IcFileSetInfo info = { .file_set_id = id,
                               .transfer_number = texts->number,
                               .institution = texts->institution,
                               .contact = texts->contact,
                               .recipient = self->plan->recipient,
                               .log_head = texts->log_head,
                               .profile = texts->writing,
                               .possible = get_possible_profiles (self),
                               .application = APPLICATION,
                               .created = texts->now,
                               .id_secret = texts->id_secret,
                               .judgement = texts->judgement,
                               .volumes = trees,
                               .volume = volume->number,
                               .key_images = volume->key_images,
                               .viewer = volume->viewer,
                               .texts = ic_proof_get_texts (self->proof),
                               .open_file = open_spool_file,
                               .open_data = volume };

  volume->file_set = ic_file_set_new (volume->studies, &info, error);
  return volume->file_set != NULL;
}

static void
add_volume (IcExport *self, GPtrArray *studies)
{
  IcExportVolume *volume = g_new0 (IcExportVolume, 1);

  volume->desk = ic_desk_ref (self->plan->desk);
  volume->spool = ic_session_dup_spool_place (ic_desk_get_session (volume->desk), "volume");
  volume->studies = g_ptr_array_ref (studies);
  volume->spooled = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->volumes, volume);
  volume->number = self->volumes->len;
}

/* One for each of @trees, of GPtrArray of IcStudy. */
static gboolean
lay_out_trees (IcExport *self,
               const Texts *texts,
               GPtrArray *trees,
               guint *n_failed,
               GError **error)
{
  g_ptr_array_set_size (self->volumes, 0);
  for (guint i = 0; i < trees->len; i++)
    add_volume (self, trees->pdata[i]);
  *n_failed = 0;
  for (guint i = 0; i < self->volumes->len; i++)
    if (!make_pictures (self, self->volumes->pdata[i], n_failed, error) ||
        !make_viewer (self, self->volumes->pdata[i], error) ||
        !make_file_set (self, self->volumes->pdata[i], texts, trees, error))
      return FALSE;
  return TRUE;
}

/* By how much the fullest one is too large. */
static guint64
measure_overflow (IcExport *self, guint64 capacity_bytes)
{
  guint64 overflow = 0;

  for (guint i = 0; i < self->volumes->len; i++)
    {
      const IcExportVolume *volume = self->volumes->pdata[i];
      guint64 needed = ic_output_measure_image (volume->file_set);

      overflow = MAX (overflow, needed > capacity_bytes ? needed - capacity_bytes : 0);
    }
  return overflow;
}

static guint64
measure_viewer_cb (const IcInstance *instance, gpointer user_data)
{
  return ic_sidecar_measure (user_data, instance);
}

/* The planner allows for what it cannot know, such as pictures, and is told by how much it erred.
 */
static gboolean
spread (IcExport *self, const Texts *texts, guint64 capacity, guint *n_failed, GError **error)
{
  guint64 reserve = self->sidecar != NULL ? ic_sidecar_measure_program (self->sidecar) : 0;

  for (guint round = 0; round < MAX_ROUNDS && reserve < capacity; round++)
    {
      g_autoptr(GPtrArray) trees =
                     ic_volume_split (self->studies, capacity - reserve,
                                      self->sidecar != NULL ? measure_viewer_cb : NULL,
                                      self->sidecar, &self->result->needed_bytes, error);
      guint64 overflow = 0;

      if (trees == NULL || !lay_out_trees (self, texts, trees, n_failed, error))
        return FALSE;
      overflow = measure_overflow (self, capacity);
      if (overflow == 0)
        return TRUE;
      reserve += overflow + SPARE;
    }
  g_set_error_literal (error, IC_ERROR, IC_ERROR_NO_SPACE,
                       "what describes the images leaves no room for them on the medium");
  return FALSE;
}

static void
set_sizes_error (const IcViewerSizes *sizes, GError **error)
{
  g_autofree char *room = g_format_size (sizes->room_bytes);
  g_autofree char *lossless = g_format_size (sizes->needed_bytes[IC_VIEWER_LOSSLESS]);
  g_autofree char *preview = g_format_size (sizes->needed_bytes[IC_VIEWER_PREVIEW]);
  g_autofree char *none = g_format_size (sizes->needed_bytes[IC_VIEWER_NONE]);

  g_set_error (error, IC_ERROR, IC_ERROR_NO_SPACE,
               "with the viewer %s are needed, with previews only about %s, without a viewer %s; "
               "there are %s",
               lossless, preview, none, room);
}

gboolean
ic_export_blame_viewer (IcExport *self, guint64 needed_bytes, guint64 room_bytes, GError **error)
{
  IcViewerSizes *sizes = &self->result->viewer_sizes;
  guint64 viewer_bytes = 0;

  for (guint i = 0; i < self->volumes->len; i++)
    viewer_bytes +=
        ic_file_set_get_viewer_bytes (((IcExportVolume *) self->volumes->pdata[i])->file_set);
  if (viewer_bytes == 0 || needed_bytes - viewer_bytes > room_bytes)
    return FALSE;
  sizes->room_bytes = room_bytes;
  for (guint i = 0; i < IC_VIEWER_N_QUALITIES; i++)
    sizes->needed_bytes[i] = needed_bytes - viewer_bytes + ic_sidecar_estimate (self->sidecar, i);
  sizes->needed_bytes[self->plan->viewer] = needed_bytes;
  g_clear_error (error);
  set_sizes_error (sizes, error);
  return TRUE;
}

static gboolean
lay_out (IcExport *self, const Texts *texts, guint *n_failed, GError **error)
{
  g_autoptr(GPtrArray) whole = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  guint64 capacity = get_capacity (self);
  guint64 overflow = 0;

  if (capacity > 0 && ic_volume_measure_images (self->studies) > capacity)
    return spread (self, texts, capacity, n_failed, error);
  g_ptr_array_add (whole, g_ptr_array_ref (self->studies));
  if (!lay_out_trees (self, texts, whole, n_failed, error))
    return FALSE;
  overflow = capacity > 0 ? measure_overflow (self, capacity) : 0;
  if (overflow == 0)
    return TRUE;
  /* Nobody gets two discs for the sake of a viewer without having asked for them. */
  return !ic_export_blame_viewer (self, capacity + overflow, capacity, error) &&
         spread (self, texts, capacity, n_failed, error);
}

static void
add_report (IcExport *self, IcExportVolume *volume)
{
  IcExportedVolume *report = g_new0 (IcExportedVolume, 1);

  report->id = g_strdup (ic_file_set_get_id (volume->file_set));
  report->output = ic_export_dup_output_name (self, volume);
  report->n_instances = ic_file_set_count_instances (volume->file_set);
  report->size_bytes = ic_file_set_get_total_bytes (volume->file_set);
  report->state = "planned";
  volume->report = report;
  self->result->size_bytes += report->size_bytes;
  self->result->viewer_bytes += ic_file_set_get_viewer_bytes (volume->file_set);
  g_ptr_array_add (self->result->volumes, report);
}

/* "2 discs are needed: IC000123_1 with 60 images, 500 MB; IC000123_2 with …" */
static char *
describe_volumes (IcExport *self)
{
  g_autoptr(GString) text = g_string_new (NULL);

  g_string_append_printf (text,
                          ngettext ("%u disc is needed:", "%u discs are needed:",
                                    self->volumes->len),
                          self->volumes->len);
  for (guint i = 0; i < MIN (self->volumes->len, MAX_TOLD); i++)
    {
      const IcExportedVolume *report = self->result->volumes->pdata[i];
      g_autofree char *size = ic_text_dup_size (report->size_bytes);

      g_string_append (text, i > 0 ? "; " : " "); /* Translators: a disc, how many images are on it,
                                                     and their size. */
      g_string_append_printf (text,
                              ngettext ("%s with %u image, %s", "%s with %u images, %s",
                                        report->n_instances),
                              report->id, report->n_instances, size);
    }
  if (self->volumes->len > MAX_TOLD)
    g_string_append (text, _ ("; and so on"));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* They stand in the directories now. */
static void
drop_keys (GPtrArray *studies)
{
  for (guint i = 0; i < studies->len; i++)
    ic_study_drop_instance_keys (studies->pdata[i]);
}

gboolean
ic_export_lay_out (IcExport *self, GError **error)
{
  g_auto(Texts) texts = { NULL };
  guint n_failed = 0;

  if (!fill_texts (self, &texts, error) || !lay_out (self, &texts, &n_failed, error))
    return FALSE;
  if (self->sidecar != NULL)
    ic_sidecar_drop_packed (self->sidecar);
  if (n_failed > 0)
    ic_export_add_notice (
        self, g_strdup_printf (ngettext ("%u series has no picture on INDEX.HTM, which says why; "
                                         "its images go out all the same",
                                         "%u series have no picture on INDEX.HTM, which says why; "
                                         "their images go out all the same",
                                         n_failed),
                               n_failed));
  for (guint i = 0; i < self->volumes->len; i++)
    {
      add_report (self, self->volumes->pdata[i]);
      drop_keys (((IcExportVolume *) self->volumes->pdata[i])->studies);
    }
  drop_keys (self->studies);
  self->result->profile = describe_profile (self, texts.writing);
  if (ic_export_has_volumes (self))
    {
      ic_export_add_notice (self, describe_volumes (self));
      ic_progress_tell (self->progress,
                        self->result->notices->pdata[self->result->notices->len - 1]);
    }
  return TRUE;
}

char *
ic_export_dup_output_name (IcExport *self, const IcExportVolume *volume)
{
  const char *name = self->plan->output;
  const char *slash = strrchr (name, '/');
  const char *dot = strrchr (slash != NULL ? slash : name, '.');

  if (!ic_export_has_volumes (self) || self->outputs->len > 0)
    return g_strdup (name);
  if (dot == NULL || self->plan->route == IC_ROUTE_FOLDER)
    return g_strdup_printf ("%s_%u", name, volume->number);
  return g_strdup_printf ("%.*s_%u%s", (int) (dot - name), name, volume->number, dot);
}
