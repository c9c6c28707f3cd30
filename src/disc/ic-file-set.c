/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "disc/ic-file-set.h"

#include "core/ic-digest.h"
#include "core/ic-error.h"
#include "disc/ic-file-set-pictures.h"
#include "disc/ic-file-set-text.h"
#include "disc/ic-file-set-viewer.h"
#include "domain/ic-uid.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define PIECE_SIZE (64 * 1024)
#define MAX_STUDIES 9999
#define MAX_SERIES 9999
#define MAX_INSTANCES 9999999

struct _IcFileSet
{
  char *id;
  IcTexts *texts; /* of the paths */
  GPtrArray *studies;
  GPtrArray *entries;
  IcFileSetEntry *of_instances; /* those of them, in one piece */
  IcViewerData *viewer;         /* or NULL */
  GPtrArray *generated;
  IcMediaProfiles profiles;
  char *profile_reason;
  guint n_instances;
};

/* Of a file that was made for the medium. */
static void
entry_free (IcFileSetEntry *self)
{
  g_free ((char *) self->sha256);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self);
}

static void
clear_entries (IcFileSet *self)
{
  for (guint i = 0; i < self->entries->len; i++)
    if (((IcFileSetEntry *) self->entries->pdata[i])->instance == NULL)
      entry_free (self->entries->pdata[i]);
  g_ptr_array_unref (self->entries);
  g_free (self->of_instances);
}

static void
clear (gpointer data)
{
  IcFileSet *self = data;

  g_free (self->id);
  g_free (self->profile_reason);
  if (self->entries != NULL)
    clear_entries (self);
  g_clear_pointer (&self->generated, g_ptr_array_unref);
  g_clear_pointer (&self->studies, g_ptr_array_unref);
  g_clear_pointer (&self->viewer, ic_viewer_data_unref);
  g_clear_pointer (&self->texts, ic_texts_unref);
}

IcFileSet *
ic_file_set_ref (IcFileSet *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
ic_file_set_unref (IcFileSet *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

static gboolean
check_count (guint n, guint max, const char *what, GError **error)
{
  if (n <= max)
    return TRUE;
  g_set_error (error, IC_ERROR, IC_ERROR_UNSUPPORTED,
               "the names on a medium have room for %u %s, not for %u; split the transfer", max,
               what, n);
  return FALSE;
}

static gboolean
check_study (IcStudy *study, GError **error)
{
  if (!check_count (study->series->len, MAX_SERIES, "series of a study", error))
    return FALSE;
  for (guint i = 0; i < study->series->len; i++)
    {
      IcSeries *series = study->series->pdata[i];

      if (!check_count (series->instances->len, MAX_INSTANCES, "images of a series", error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_counts (GPtrArray *studies, GError **error)
{
  if (!check_count (studies->len, MAX_STUDIES, "studies", error))
    return FALSE;
  for (guint i = 0; i < studies->len; i++)
    if (!check_study (studies->pdata[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
is_sha256 (const char *text)
{
  return text != NULL && strlen (text) == IC_DIGEST_HEX_SIZE - 1 &&
         strspn (text, "0123456789abcdef") == IC_DIGEST_HEX_SIZE - 1;
}

static IcFileSetEntry *
add_entry (IcFileSet *self, const char *path)
{
  IcFileSetEntry *entry = g_new0 (IcFileSetEntry, 1);

  entry->path = ic_texts_keep (self->texts, path);
  g_ptr_array_add (self->entries, entry);
  return entry;
}

static gboolean
add_instance (IcFileSet *self, const IcInstance *instance, const char *path, GError **error)
{
  IcFileSetEntry *entry = &self->of_instances[self->entries->len];

  entry->path = ic_texts_keep (self->texts, path);
  entry->instance = instance;
  entry->source = instance->path;
  entry->sha256 = instance->sha256;
  entry->size_bytes = instance->size_bytes;
  g_ptr_array_add (self->entries, entry);
  if (is_sha256 (instance->sha256))
    return TRUE;
  g_set_error (error, IC_ERROR, IC_ERROR_BAD_DATA, "%s has no SHA-256", path);
  return FALSE;
}

static gboolean
add_series (IcFileSet *self, const IcSeries *series, const char *folder, GError **error)
{
  for (guint i = 0; i < series->instances->len; i++)
    {
      g_autofree char *path = ic_file_set_dup_instance_path (folder, i + 1);

      if (!add_instance (self, series->instances->pdata[i], path, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
add_instances (IcFileSet *self, GError **error)
{
  guint n = 0;

  for (guint i = 0; i < self->studies->len; i++)
    n += ic_study_count_instances (self->studies->pdata[i]);
  self->of_instances = g_new0 (IcFileSetEntry, n);
  for (guint i = 0; i < self->studies->len; i++)
    {
      IcStudy *study = self->studies->pdata[i];

      for (guint k = 0; k < study->series->len; k++)
        {
          g_autofree char *folder = ic_file_set_dup_series_folder (i + 1, k + 1);

          if (!add_series (self, study->series->pdata[k], folder, error))
            return FALSE;
        }
    }
  self->n_instances = self->entries->len;
  return TRUE;
}

/* @bytes is taken. */
static void
add_generated_file (IcFileSet *self, const char *path, GBytes *bytes)
{
  IcFileSetEntry *entry = add_entry (self, path);
  gsize size = 0;
  gconstpointer data = g_bytes_get_data (bytes, &size);

  entry->bytes = bytes;
  entry->sha256 = ic_digest_dup_hex (data, size);
  entry->size_bytes = size;
}

/* A file that is being made. */
typedef struct
{
  GByteArray *bytes; /* as long as it stays in memory */
  int fd;            /* else */
  char *source;
  IcDigest *digest;
  guint64 size_bytes;
} Draft;

static void
draft_clear (Draft *self)
{
  if (self->fd >= 0)
    close (self->fd);
  g_clear_pointer (&self->bytes, g_byte_array_unref);
  g_clear_pointer (&self->digest, ic_digest_free);
  g_free (self->source);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Draft, draft_clear)

static gboolean
open_draft (Draft *self, const char *path, const IcFileSetInfo *info, GError **error)
{
  self->digest = ic_digest_new ();
  if (info->open_file != NULL)
    self->fd = info->open_file (path, &self->source, info->open_data, error);
  else
    self->bytes = g_byte_array_new ();
  return self->fd >= 0 || self->bytes != NULL;
}

static gboolean
add_to_draft (gconstpointer data, gsize size, gpointer user_data, GError **error)
{
  Draft *self = user_data;

  ic_digest_update (self->digest, data, size);
  self->size_bytes += size;
  if (self->bytes != NULL)
    g_byte_array_append (self->bytes, data, (guint) size);
  for (gsize done = 0; self->bytes == NULL && done < size;)
    {
      const gssize n =
          TEMP_FAILURE_RETRY (write (self->fd, (const char *) data + done, size - done));

      if (n < 0)
        return ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, errno,
                                   "failed to write a spool file");
      done += (gsize) n;
    }
  return TRUE;
}

static void
add_draft (IcFileSet *self, const char *path, Draft *draft)
{
  IcFileSetEntry *entry = add_entry (self, path);
  char hex[IC_DIGEST_HEX_SIZE];

  ic_digest_finish_hex (draft->digest, hex);
  entry->sha256 = g_strdup (hex);
  entry->size_bytes = draft->size_bytes;
  if (draft->source != NULL)
    entry->source = ic_texts_keep (self->texts, draft->source);
  if (draft->bytes != NULL)
    entry->bytes = g_byte_array_free_to_bytes (g_steal_pointer (&draft->bytes));
}

static gboolean
add_directory (IcFileSet *self, const IcFileSetInfo *info, GError **error)
{
  g_autofree char *uid =
      info->directory_uid != NULL ? g_strdup (info->directory_uid) : ic_uid_generate ();
  g_autofree const char **file_ids = g_new0 (const char *, self->entries->len + 1);
  g_auto(Draft) draft = { .fd = -1 };

  for (guint i = 0; i < self->entries->len; i++)
    file_ids[i] = ((IcFileSetEntry *) self->entries->pdata[i])->path;
  if (!open_draft (&draft, "DICOMDIR", info, error) ||
      !ic_dicomdir_write (self->studies, file_ids, self->id, uid, info->id_secret, add_to_draft,
                          &draft, &self->generated, error))
    return FALSE;
  add_draft (self, "DICOMDIR", &draft);
  return TRUE;
}

/* A picture that could not be made is told on the page. */
static void
add_pictures_of_study (IcFileSet *self, const IcFileSetFacts *facts, guint number)
{
  const IcStudy *study = self->studies->pdata[number - 1];
  g_autofree char *page = ic_file_set_pictures_dup_page_path (number);

  for (guint i = 0; i < study->series->len; i++)
    {
      const IcSeries *series = study->series->pdata[i];
      const IcKeyImage *key_image =
          g_hash_table_lookup (facts->info->key_images, series->series_uid);
      g_autofree char *path = ic_file_set_pictures_dup_path (number, i + 1);

      if (key_image != NULL && key_image->jpeg != NULL)
        add_generated_file (self, path, g_bytes_ref (key_image->jpeg));
    }
  add_generated_file (self, page, ic_file_set_pictures_new_page (facts, number));
}

static void
add_pictures (IcFileSet *self, const IcFileSetFacts *facts)
{
  if (facts->info->key_images == NULL)
    return;
  for (guint i = 0; i < self->studies->len; i++)
    add_pictures_of_study (self, facts, i + 1);
}

static void
add_spooled_file (IcFileSet *self, const IcViewerFile *file)
{
  IcFileSetEntry *entry = add_entry (self, file->path);

  entry->source = file->source;
  entry->sha256 = g_strdup (file->sha256);
  entry->size_bytes = file->size_bytes;
}

/* In the order in which they are read. */
static void
add_viewer (IcFileSet *self, const IcFileSetFacts *facts)
{
  const IcViewerProgram *program = self->viewer != NULL ? self->viewer->program : NULL;

  if (program == NULL)
    return;
  add_generated_file (self, "VIEWER/VIEWER.JS", g_bytes_ref (program->viewer));
  add_generated_file (self, "VIEWER/DATA/INDEX.JS", ic_file_set_viewer_new_index (facts));
  for (guint i = 0; i < self->viewer->files->len; i++)
    add_spooled_file (self, self->viewer->files->pdata[i]);
  if (program->pdf != NULL)
    add_generated_file (self, "VIEWER/PDF.JS", g_bytes_ref (program->pdf));
  add_generated_file (self, "VIEWER/LICENSE.TXT", g_bytes_ref (program->licence));
}

static void
add_pages (IcFileSet *self, const IcFileSetInfo *info)
{
  g_autoptr(IcFileSetAccount) account =
                 ic_file_set_account_new (info->judgement, self->studies, info->volumes);
  IcFileSetFacts facts = {
    .info = info,
    .studies = self->studies,
    .generated = self->generated,
    .profiles = self->profiles,
    .profile_reason = self->profile_reason,
    .n_instances = self->n_instances,
    .account = account,
  };

  add_generated_file (self, "README.TXT", ic_file_set_readme_new_bytes (&facts));
  add_generated_file (self, "INDEX.HTM", ic_file_set_index_new_bytes (&facts));
  add_pictures (self, &facts);
  add_viewer (self, &facts);
}

/* Last of all, because it names everything else; "\n" because sha256sum takes "\r" for a part of
 * the name.
 */
static gboolean
add_manifest (IcFileSet *self, const IcFileSetInfo *info, GError **error)
{
  g_autoptr(GString) lines = g_string_new (NULL);
  g_auto(Draft) draft = { .fd = -1 };

  if (!open_draft (&draft, "MANIFEST.TXT", info, error))
    return FALSE;
  for (guint i = 0; i < self->entries->len; i++)
    {
      const IcFileSetEntry *entry = self->entries->pdata[i];

      g_string_append_printf (lines, "%s  %s\n", entry->sha256, entry->path);
      if (lines->len < PIECE_SIZE)
        continue;
      if (!add_to_draft (lines->str, lines->len, &draft, error))
        return FALSE;
      g_string_truncate (lines, 0);
    }
  if (!add_to_draft (lines->str, lines->len, &draft, error))
    return FALSE;
  add_draft (self, "MANIFEST.TXT", &draft);
  return TRUE;
}

static GPtrArray *
ref_studies (GPtrArray *studies)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_study_unref);

  for (guint i = 0; i < studies->len; i++)
    g_ptr_array_add (copy, ic_study_ref (studies->pdata[i]));
  return copy;
}

IcFileSet *
ic_file_set_new (GPtrArray *studies, const IcFileSetInfo *info, GError **error)
{
  g_autoptr(IcFileSet) self = NULL;

  g_return_val_if_fail (info->created != NULL && info->id_secret != NULL, NULL);
  if (!check_counts (studies, error))
    return NULL;
  self = g_atomic_rc_box_new0 (IcFileSet);
  self->id = g_strdup (info->file_set_id);
  self->texts = info->texts != NULL ? ic_texts_ref (info->texts) : ic_texts_new ();
  self->studies = ref_studies (studies);
  self->entries = g_ptr_array_new ();
  self->viewer = info->viewer != NULL ? ic_viewer_data_ref (info->viewer) : NULL;
  self->profiles = info->possible & ic_media_profiles_for_studies (studies, &self->profile_reason);
  if (!add_instances (self, error) || !add_directory (self, info, error))
    return NULL;
  add_pages (self, info);
  if (!add_manifest (self, info, error))
    return NULL;
  return g_steal_pointer (&self);
}

char *
ic_file_set_dup_series_folder (guint study_number, guint series_number)
{
  return g_strdup_printf ("DICOM/S%04u/SE%04u", study_number, series_number);
}

char *
ic_file_set_dup_instance_path (const char *series_folder, guint number)
{
  return g_strdup_printf ("%s/I%07u", series_folder, number);
}

const char *
ic_file_set_get_id (IcFileSet *self)
{
  return self->id;
}

GPtrArray *
ic_file_set_get_studies (IcFileSet *self)
{
  return self->studies;
}

GPtrArray *
ic_file_set_get_entries (IcFileSet *self)
{
  return self->entries;
}

guint
ic_file_set_count_instances (IcFileSet *self)
{
  return self->n_instances;
}

GPtrArray *
ic_file_set_get_generated_keys (IcFileSet *self)
{
  return self->generated;
}

IcMediaProfiles
ic_file_set_get_profiles (IcFileSet *self)
{
  return self->profiles;
}

const char *
ic_file_set_get_profile_reason (IcFileSet *self)
{
  return self->profile_reason;
}

guint64
ic_file_set_get_total_bytes (IcFileSet *self)
{
  return ic_file_set_get_total_in_blocks (self, 1);
}

guint64
ic_file_set_get_viewer_bytes (IcFileSet *self)
{
  guint64 total = 0;

  for (guint i = 0; i < self->entries->len; i++)
    {
      const IcFileSetEntry *entry = self->entries->pdata[i];

      if (g_str_has_prefix (entry->path, "VIEWER/"))
        total += entry->size_bytes;
    }
  return total;
}

guint64
ic_file_set_get_total_in_blocks (IcFileSet *self, guint block_size)
{
  guint64 total = 0;

  for (guint i = 0; i < self->entries->len; i++)
    {
      const IcFileSetEntry *entry = self->entries->pdata[i];

      total += (entry->size_bytes + block_size - 1) / block_size * block_size;
    }
  return total;
}
