/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-output.h"

#include "core/ic-error.h"
#include "domain/ic-text.h"
#include "disc/ic-disc-client.h"
#include "disc/ic-stick.h"
#include "medium/ic-medium.h"
#include "ops/ic-output-draft.h"
#include "ops/ic-output-folder.h"
#include "ops/ic-output-zip.h"

#include <glib/gi18n.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define STDIO_PREFIX "stdio:"
#define MAX_CLUSTER (64 * 1024)
#define SECTOR 2048
#define IMAGE_OVERHEAD (1024 * 1024) /* path tables, padding of an image */
#define ENTRY_OVERHEAD 512           /* a name in three trees */

struct _IcOutput
{
  IcDesk *desk;
  IcRoute route;
  char *name; /* path or drive */
  char *path; /* of the image file or folder */
  IcLock *lane;
  IcOutputDraft *draft;   /* what gets that path when it is finished; NULL for a folder that was
                           * there before */
  IcOutputFolder *folder; /* NULL for an image */
  IcStick *stick;         /* NULL for other media */
  IcDiscOutput *disc;     /* of a drive that is no file, else NULL */
  IcDrive *drive;         /* what was in it */
  char *spool;            /* what the names of its files in the spool begin with */
  gboolean replaced;
};

/* Without the path: what people call their files goes into no log line. */
static gboolean
refuse (GError **error, const char *why)
{
  g_set_error_literal (error, IC_ERROR, IC_ERROR_REFUSED, why);
  return FALSE;
}

static gboolean
is_there (const char *path)
{
  struct stat st = { 0 };

  return lstat (path, &st) == 0;
}

/* Where the bytes are as long as they are not finished, and after. */
static const char *
get_place (IcOutput *self)
{
  return self->draft != NULL ? ic_output_draft_get_path (self->draft) : self->path;
}

static gboolean
make_image_file (IcOutput *self, GError **error)
{
  if (is_there (self->path))
    return refuse (error, "the output exists already");
  self->draft = ic_output_draft_new_file (self->path, self->lane, &self->replaced, error);
  return self->draft != NULL;
}

static gboolean
is_empty_folder (const char *path)
{
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);

  return dir != NULL && g_dir_read_name (dir) == NULL;
}

/* One file-set a medium: a folder with anything in it is not ours to fill. */
static gboolean
make_folder (IcOutput *self, GError **error)
{
  g_autofree char *mark = g_build_filename (self->path, IC_OUTPUT_FOLDER_MARK, NULL);
  gboolean was_there = is_there (self->path);

  if (is_there (mark))
    return refuse (error, "the output holds an unfinished export: empty it and try again");
  if (was_there && !is_empty_folder (self->path))
    return refuse (error, "the output is not an empty folder");
  if (!was_there)
    {
      self->draft = ic_output_draft_new_folder (self->path, self->lane, &self->replaced, error);
      if (self->draft == NULL)
        return FALSE;
    }
  self->folder =
      ic_output_folder_new (ic_desk_get_data_dir (self->desk), get_place (self), was_there);
  return TRUE;
}

/* FAT keeps any case of a name. One file-set a medium, and nothing is ever overwritten. */
static gboolean
check_stick (const char *path, GError **error)
{
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);
  const char *name = NULL;

  if (dir == NULL)
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_READ_FAILED, "the stick cannot be read");
      return FALSE;
    }
  while ((name = g_dir_read_name (dir)) != NULL)
    for (const char *const *ours = ic_output_folder_names; *ours != NULL; ours++)
      if (g_ascii_strcasecmp (name, IC_OUTPUT_FOLDER_MARK) == 0)
        return refuse (error, "the stick holds an unfinished export: empty it and try again");
      else if (g_ascii_strcasecmp (name, *ours) == 0)
        return refuse (error, "the stick holds images or other files under the names that these "
                              "would get: use another, or move them away");
  return TRUE;
}

static gboolean
make_stick (IcOutput *self, GCancellable *cancellable, GError **error)
{
  self->stick = ic_stick_open (self->path, cancellable, error);
  if (self->stick == NULL)
    return FALSE;
  g_free (self->path);
  self->path = g_strdup (ic_stick_get_path (self->stick));
  if (!check_stick (self->path, error))
    return FALSE;
  self->folder = ic_output_folder_new (ic_desk_get_data_dir (self->desk), self->path, TRUE);
  return TRUE;
}

/* The writer may touch what exists only, so the file of a stdio drive is made here. */
static gboolean
prepare_drive (IcOutput *self,
               const IcDiscOptions *options,
               GCancellable *cancellable,
               GError **error)
{
  if (g_str_has_prefix (self->name, STDIO_PREFIX))
    return make_image_file (self, error);
  self->disc = ic_disc_output_open (self->path, options, &self->drive, cancellable, error);
  return self->disc != NULL;
}

static gboolean
prepare (IcOutput *self, const IcDiscOptions *options, GCancellable *cancellable, GError **error)
{
  switch (self->route)
    {
    case IC_ROUTE_ISO:
    case IC_ROUTE_ZIP:
      return make_image_file (self, error);
    case IC_ROUTE_FOLDER:
      return make_folder (self, error);
    case IC_ROUTE_USB:
      return make_stick (self, cancellable, error);
    case IC_ROUTE_DISC:
      return prepare_drive (self, options, cancellable, error);
    default:
      g_set_error_literal (error, IC_ERROR, IC_ERROR_UNSUPPORTED, "not a medium");
      return FALSE;
    }
}

static void
set_names (IcOutput *self, const char *where)
{
  const char *path = where;

  if (self->route == IC_ROUTE_DISC && g_str_has_prefix (where, STDIO_PREFIX))
    path += strlen (STDIO_PREFIX);
  self->path = g_canonicalize_filename (path, NULL);
  if (self->route == IC_ROUTE_DISC && path == where)
    {
      g_free (self->path);
      self->path = ic_drive_dup_address (path);
    }
  self->name = path != where ? g_strconcat (STDIO_PREFIX, self->path, NULL) : g_strdup (self->path);
}

/* Whether the output would stand among what we keep, also by way of a link. */
static gboolean
is_in_data_dir (IcOutput *self)
{
  g_autofree char *parent = g_path_get_dirname (self->path);
  g_autofree char *real_parent = realpath (parent, NULL);
  g_autofree char *real_data =
      realpath (ic_data_dir_get_path (ic_desk_get_data_dir (self->desk)), NULL);
  g_autofree char *inside = real_data != NULL ? g_strconcat (real_data, "/", NULL) : NULL;

  return real_parent != NULL && inside != NULL &&
         (g_str_equal (real_parent, real_data) || g_str_has_prefix (real_parent, inside));
}

IcLock *
ic_output_take_lane (IcDesk *desk, const char *path, GError **error)
{
  g_autofree char *lane = g_strconcat ("medium-", path, NULL);

  return ic_lock_acquire (ic_desk_get_data_dir (desk), lane, error);
}

IcOutput *
ic_output_open (IcDesk *desk,
                IcRoute route,
                const char *where,
                const IcDiscOptions *options,
                IcDrive **drive,
                GCancellable *cancellable,
                GError **error)
{
  g_autoptr(IcOutput) self = g_new0 (IcOutput, 1);
  gboolean ready = FALSE;

  self->desk = ic_desk_ref (desk);
  self->route = route;
  self->spool = ic_session_dup_spool_place (ic_desk_get_session (desk), "medium");
  set_names (self, where);
  if (is_in_data_dir (self))
    {
      refuse (error, "the output lies inside the data directory");
      return NULL;
    }
  self->lane = ic_output_take_lane (desk, self->path, error);
  ready = self->lane != NULL && prepare (self, options, cancellable, error);
  if (drive != NULL)
    *drive = self->drive != NULL ? ic_drive_ref (self->drive) : NULL;
  return ready ? g_steal_pointer (&self) : NULL;
}

void
ic_output_free (IcOutput *self)
{
  g_clear_pointer (&self->folder, ic_output_folder_free);
  g_clear_pointer (&self->stick, ic_stick_free);
  g_clear_pointer (&self->draft, ic_output_draft_free);
  g_clear_pointer (&self->disc, ic_disc_output_free);
  g_clear_pointer (&self->drive, ic_drive_unref);
  g_clear_pointer (&self->lane, ic_lock_free);
  g_free (self->spool);
  g_free (self->name);
  g_free (self->path);
  ic_desk_unref (self->desk);
  g_free (self);
}

gboolean
ic_output_publish (IcOutput *self, GError **error)
{
  if (self->draft != NULL && !ic_output_draft_publish (self->draft, error))
    return FALSE;
  return self->folder == NULL || ic_output_folder_finish (self->folder, error);
}

char *
ic_output_release (IcOutput *self, GCancellable *cancellable)
{
  g_autoptr(GError) reason = NULL;

  if (self->stick == NULL)
    return NULL;
  if (ic_stick_release (self->stick, cancellable, &reason))
    return g_strdup ("the stick is unmounted and can be taken out");
  return g_strdup_printf ("unmount the stick before it is taken out: %s", reason->message);
}

const char *const *
ic_output_get_names (IcOutput *self)
{
  return self->stick != NULL ? ic_output_folder_names : NULL;
}

const char *
ic_output_get_odd_file_system (IcOutput *self)
{
  return self->stick != NULL && !ic_stick_is_fat (self->stick)
             ? ic_stick_get_file_system (self->stick)
             : NULL;
}

gboolean
ic_output_has_replaced (IcOutput *self)
{
  return self->replaced;
}

const char *
ic_output_get_mark (IcOutput *self, const char **sha256)
{
  *sha256 = NULL;
  return self->folder != NULL ? ic_output_folder_get_mark (self->folder, sha256) : NULL;
}

const char *
ic_output_get_name (IcOutput *self)
{
  return self->name;
}

gboolean
ic_output_is_image (IcOutput *self)
{
  return self->route == IC_ROUTE_ISO || self->route == IC_ROUTE_DISC;
}

static gboolean
is_whole (IcOutput *self, const IcFileSetEntry *entry)
{
  g_autofree char *path = ic_data_dir_dup_path (ic_desk_get_data_dir (self->desk), entry->source);
  struct stat st;

  return lstat (path, &st) == 0 && S_ISREG (st.st_mode) &&
         (guint64) st.st_size == entry->size_bytes;
}

gboolean
ic_output_check_sources (IcOutput *self, IcFileSet *file_set, GError **error)
{
  GPtrArray *entries = ic_file_set_get_entries (file_set);

  for (guint i = 0; i < entries->len; i++)
    {
      const IcFileSetEntry *entry = entries->pdata[i];

      if (entry->source == NULL || is_whole (self, entry))
        continue;
      if (entry->instance == NULL)
        g_set_error (error, IC_ERROR, IC_ERROR_READ_FAILED, "%s is missing in the spool",
                     entry->path);
      else
        g_set_error (error, IC_ERROR, IC_ERROR_READ_FAILED,
                     "image %s is missing or damaged in the store; retrieve its study again",
                     entry->instance->sop_instance_uid);
      return FALSE;
    }
  return TRUE;
}

/* Files take whole blocks: 2048 bytes of an image, a cluster of a stick. */
static guint
get_block_size (IcOutput *self)
{
  struct statvfs stats = { 0 };

  if (self->folder == NULL || statvfs (get_place (self), &stats) != 0)
    return SECTOR;
  return (guint) CLAMP (stats.f_bsize, SECTOR, MAX_CLUSTER);
}

static guint64
measure (IcFileSet *file_set, guint block_size)
{
  return ic_file_set_get_total_in_blocks (file_set, block_size) + IMAGE_OVERHEAD +
         ENTRY_OVERHEAD * (guint64) ic_file_set_get_entries (file_set)->len;
}

guint64
ic_output_measure_image (IcFileSet *file_set)
{
  return measure (file_set, SECTOR);
}

guint64
ic_output_get_needed_bytes (IcOutput *self, IcFileSet *file_set)
{
  return measure (file_set, get_block_size (self));
}

guint64
ic_output_get_capacity_bytes (IcOutput *self)
{
  return self->drive != NULL ? MAX (self->drive->free_bytes, self->drive->capacity_bytes) : 0;
}

guint64
ic_output_get_free_bytes (IcOutput *self)
{
  g_autoptr(GFile) file = g_file_new_for_path (get_place (self));
  g_autoptr(GFileInfo) info = NULL;

  if (self->disc == NULL)
    info = g_file_query_filesystem_info (file, G_FILE_ATTRIBUTE_FILESYSTEM_FREE, NULL, NULL);
  return info != NULL ? g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE)
                      : G_MAXUINT64;
}

gboolean
ic_output_check_space (IcOutput *self, guint64 needed, GError **error)
{
  const guint64 available = ic_output_get_free_bytes (self);
  g_autofree char *size = ic_text_dup_size (needed);
  g_autofree char *room = ic_text_dup_size (available);

  if (self->disc != NULL)
    return ic_disc_output_check (self->disc, needed, error);
  if (needed <= available)
    return TRUE;
  g_set_error (error, IC_ERROR, IC_ERROR_NO_SPACE, "%s are needed, %s are free", size, room);
  return FALSE;
}

/* Images and discs */

/* Files made for the medium wait in the spool, all in one folder; the writer takes paths. */
static char *
dup_spool_name (IcOutput *self, const IcFileSetEntry *entry)
{
  g_autofree char *name = g_strdelimit (g_strdup (entry->path), "/", '+');

  return g_strconcat (self->spool, "+", name, NULL);
}

static gboolean
spool_entry (IcOutput *self, const IcFileSetEntry *entry, GError **error)
{
  g_autofree char *relative = dup_spool_name (self, entry);
  g_autofree char *path = ic_data_dir_dup_path (ic_desk_get_data_dir (self->desk), relative);

  return ic_output_folder_write_bytes (path, entry->bytes, error);
}

static gboolean
spool_entries (IcOutput *self, GPtrArray *entries, GError **error)
{
  for (guint i = 0; i < entries->len; i++)
    {
      const IcFileSetEntry *entry = entries->pdata[i];

      if (entry->source == NULL && !spool_entry (self, entry, error))
        return FALSE;
    }
  return TRUE;
}

/* Where the content of an entry is, relative to the data directory. */
static char *
dup_place (IcOutput *self, const IcFileSetEntry *entry)
{
  return entry->source != NULL ? g_strdup (entry->source) : dup_spool_name (self, entry);
}

typedef struct
{
  IcOutput *output;
  IcFileSet *file_set;
  char *source; /* of the last one asked for */
} Sources;

/* In reading order: what describes the disc first, then the images as they are laid out. */
static void
get_source (guint index, IcDiscSource *source, gpointer user_data)
{
  Sources *self = user_data;
  GPtrArray *entries = ic_file_set_get_entries (self->file_set);
  const guint n_images = ic_file_set_count_instances (self->file_set);
  const guint n_others = entries->len - n_images;
  const IcFileSetEntry *entry =
      entries->pdata[index < n_others ? n_images + index : index - n_others];
  g_autofree char *place = dup_place (self->output, entry);

  g_free (self->source);
  self->source = ic_data_dir_dup_path (ic_desk_get_data_dir (self->output->desk), place);
  source->path = entry->path;
  source->source = self->source;
  source->size_bytes = entry->size_bytes;
}

static gboolean
write_plan (IcOutput *self,
            const IcDiscPlan *plan,
            IcProgress *progress,
            GCancellable *cancellable,
            GError **error)
{
  g_autofree char *place = g_strconcat (STDIO_PREFIX, get_place (self), NULL);
  const IcDiscBurn burn = { .drive = place };
  gboolean begun = FALSE;
  guint64 size_bytes = 0;

  if (self->disc != NULL)
    return ic_disc_output_write (self->disc, plan, progress, cancellable, error);
  if (self->route == IC_ROUTE_DISC)
    return ic_disc_client_write_disc (plan, &burn, &begun, progress, cancellable, error);
  return ic_disc_client_write_image (plan, ic_output_draft_get_fd (self->draft), &size_bytes,
                                     progress, cancellable, error);
}

static gboolean
write_image (IcOutput *self,
             IcFileSet *file_set,
             IcProgress *progress,
             GCancellable *cancellable,
             GError **error)
{
  IcDataDir *data_dir = ic_desk_get_data_dir (self->desk);
  GPtrArray *entries = ic_file_set_get_entries (file_set);
  g_autofree char *files = ic_data_dir_dup_path (data_dir, "dicom");
  g_autofree char *spool =
      ic_data_dir_dup_path (data_dir, ic_session_get_spool (ic_desk_get_session (self->desk)));
  const char *folders[] = { files, spool, NULL };
  Sources sources = { .output = self, .file_set = file_set };
  const IcDiscPlan plan = { .volume_id = ic_file_set_get_id (file_set),
                            .created = g_get_real_time () / G_USEC_PER_SEC,
                            .n_sources = entries->len,
                            .get_source = get_source,
                            .user_data = &sources,
                            .source_folders = folders };
  gboolean ok = spool_entries (self, entries, error) &&
                write_plan (self, &plan, progress, cancellable, error);

  g_free (sources.source);
  return ok;
}

static void
clear_spool (IcOutput *self, IcFileSet *file_set)
{
  GPtrArray *entries = ic_file_set_get_entries (file_set);

  for (guint i = 0; i < entries->len; i++)
    {
      const IcFileSetEntry *entry = entries->pdata[i];
      g_autofree char *relative = dup_spool_name (self, entry);

      if (entry->source == NULL)
        ic_data_dir_remove (ic_desk_get_data_dir (self->desk), relative, NULL);
    }
}

gboolean
ic_output_write (IcOutput *self,
                 IcFileSet *file_set,
                 IcProgress *progress,
                 GCancellable *cancellable,
                 GError **error)
{
  gboolean ok = FALSE;

  if (self->folder != NULL)
    return ic_output_folder_write (self->folder, file_set, progress, cancellable, error);
  if (self->route == IC_ROUTE_ZIP)
    return ic_output_zip_write (ic_output_draft_get_fd (self->draft),
                                ic_desk_get_data_dir (self->desk), file_set, progress, cancellable,
                                error);
  ok = write_image (self, file_set, progress, cancellable, error);
  clear_spool (self, file_set);
  return ok;
}

static int
dup_fd (int fd)
{
  return fd >= 0 ? fcntl (fd, F_DUPFD_CLOEXEC, 0) : -1;
}

int
ic_output_open_for_reading (IcOutput *self,
                            IcReadBack *how,
                            IcProgress *progress,
                            GCancellable *cancellable,
                            GError **error)
{
  int fd = -1;

  if (self->disc != NULL)
    return dup_fd (ic_disc_output_open_for_reading (self->disc, how, progress, cancellable, error));
  ic_progress_set_message (progress, _ ("Reading back"));
  *how = IC_READ_BACK_CACHE_DROPPED;
  fd = open (get_place (self), O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    {
      ic_error_set_errno (error, IC_ERROR_READ_FAILED, errno, "failed to open what was written");
      return -1;
    }
  if (ic_medium_drop_cache (fd, ic_output_get_names (self), cancellable, error))
    return fd;
  close (fd);
  return -1;
}

gboolean
ic_output_next_disc (IcOutput *self,
                     IcFileSet *file_set,
                     const char *purpose,
                     IcProgress *progress,
                     GCancellable *cancellable,
                     GError **error)
{
  return ic_disc_output_next (self->disc, ic_output_get_needed_bytes (self, file_set), purpose,
                              progress, cancellable, error);
}

IcDrive *
ic_output_get_drive (IcOutput *self)
{
  return self->disc != NULL ? ic_disc_output_get_drive (self->disc) : NULL;
}

gboolean
ic_output_is_used_up (IcOutput *self)
{
  return self->disc != NULL && ic_disc_output_is_used_up (self->disc);
}

IcMediaProfiles
ic_output_list_profiles (IcRoute route)
{
  if (route == IC_ROUTE_ZIP)
    return IC_MEDIA_PROFILE_NONE;
  return route == IC_ROUTE_FOLDER || route == IC_ROUTE_USB ? IC_MEDIA_PROFILES_OF_USB
                                                           : IC_MEDIA_PROFILES_OF_DISCS;
}

IcMediaProfiles
ic_output_get_profiles (IcOutput *self)
{
  if (ic_output_get_odd_file_system (self) != NULL)
    return IC_MEDIA_PROFILE_NONE;
  switch (self->drive != NULL ? ic_drive_get_kind (self->drive) : IC_DISC_KIND_NONE)
    {
    case IC_DISC_KIND_CD:
      return IC_MEDIA_PROFILE_GEN_CD;
    case IC_DISC_KIND_DVD:
      return IC_MEDIA_PROFILE_GEN_DVD_JPEG | IC_MEDIA_PROFILE_GEN_DVD_J2K;
    case IC_DISC_KIND_DVD_RAM:
    case IC_DISC_KIND_BD:
      return IC_MEDIA_PROFILE_NONE;
    case IC_DISC_KIND_NONE:
    default:
      return ic_output_list_profiles (self->route);
    }
}
