/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "disc/writer/ic-iso-image.h"

#include "core/ic-error.h"

#include <string.h>

#define SECTOR 2048
#define PADDING_SECTORS 150    /* or drives fail to read the end of a track-at-once disc */
#define NO_FORCED_DOT_JOLIET 2 /* else Windows shows "I0000001." */
#define OMIT_VERSION_JOLIET 2  /* else some readers show "I0000001;1" */
#define DIRECTORY_MODE 0555
#define FILE_MODE 0444
#define OVERRIDE_NOW 1
#define POLL_US 300

/* what iso_ring_buffer_get_status() says */
enum
{
  STREAM_ACTIVE = 1,
};

struct _IcIsoImage
{
  IcImagePlan *plan; /* borrowed */
  IcGraft *graft;
  IsoImage *image;
  IsoWriteOpts *options;
  struct burn_source *source; /* while the stream runs */
  guint64 size_bytes;
};

static gboolean
check_iso (int result, const char *what, GError **error)
{
  if (result >= 0)
    return TRUE;
  g_set_error (error, IC_ERROR, IC_ERROR_INTERNAL, "failed to %s: %s", what,
               iso_error_to_msg (result));
  return FALSE;
}

static void
set_times (IsoNode *node, gint64 time)
{
  iso_node_set_mtime (node, time);
  iso_node_set_atime (node, time);
  iso_node_set_ctime (node, time);
}

static void
set_attributes (IcIsoImage *self, IsoNode *node, mode_t mode)
{
  iso_node_set_permissions (node, mode);
  iso_node_set_uid (node, 0);
  iso_node_set_gid (node, 0);
  set_times (node, ic_image_plan_get_creation_time (self->plan));
}

/* The directory with path @path, made when it is not there yet; "" is the root. */
static IsoDir *
ensure_directory (IcIsoImage *self, GHashTable *directories, const char *path, GError **error)
{
  g_autofree char *parent_path = NULL;
  const char *slash = strrchr (path, '/');
  IsoDir *directory = g_hash_table_lookup (directories, path);
  IsoDir *parent = NULL;

  if (directory != NULL)
    return directory;
  parent_path = slash != NULL ? g_strndup (path, slash - path) : g_strdup ("");
  parent = ensure_directory (self, directories, parent_path, error);
  if (parent == NULL ||
      !check_iso (iso_tree_add_new_dir (parent, slash != NULL ? slash + 1 : path, &directory),
                  "make a directory", error))
    return NULL;
  set_attributes (self, ISO_NODE (directory), DIRECTORY_MODE);
  g_hash_table_insert (directories, g_strdup (path), directory);
  return directory;
}

static gboolean
add_file (IcIsoImage *self, GHashTable *directories, IcImageFile *file, guint rank, GError **error)
{
  g_autofree char *name = ic_image_file_dup_name (file);
  IsoDir *directory = ensure_directory (self, directories, file->folder, error);
  IsoStream *stream = directory != NULL ? ic_graft_stream_new (self->graft, file, error) : NULL;
  IsoFile *node = NULL;

  if (stream == NULL)
    return FALSE;
  if (!check_iso (iso_tree_add_new_file (directory, name, stream, &node), "add a file", error))
    {
      iso_stream_unref (stream);
      return FALSE;
    }
  set_attributes (self, ISO_NODE (node), FILE_MODE);
  iso_node_set_sort_weight (ISO_NODE (node), G_MAXINT - (int) rank);
  return TRUE;
}

static gboolean
is_in_root (const IcImageFile *file)
{
  return *file->folder == '\0';
}

/* A viewer reads the DICOMDIR and the texts first: they lie in front, the rest in plan order. The
 * last goes first into the tree: libisofs keeps each directory as a list that it walks from its
 * beginning to the place of a new name, and may have 200,000 of them.
 */
static gboolean
add_files (IcIsoImage *self, GError **error)
{
  g_autoptr(GHashTable) directories =
                 g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GArray *files = ic_image_plan_get_files (self->plan);
  guint rank = files->len;
  guint rank_in_root = 0;

  g_hash_table_insert (directories, g_strdup (""), iso_image_get_root (self->image));
  for (guint i = 0; i < files->len; i++)
    rank_in_root += is_in_root (&g_array_index (files, IcImageFile, i));
  for (guint i = files->len; i > 0; i--)
    {
      IcImageFile *file = &g_array_index (files, IcImageFile, i - 1);

      if (!add_file (self, directories, file, is_in_root (file) ? --rank_in_root : --rank, error))
        return FALSE;
    }
  return TRUE;
}

static void
set_descriptors (IcIsoImage *self)
{
  const char *volume_id = ic_image_plan_get_volume_id (self->plan);

  iso_image_set_volume_id (self->image, volume_id);
  iso_image_set_volset_id (self->image, volume_id);
  iso_image_set_application_id (self->image, ic_image_plan_get_application (self->plan));
  iso_image_set_publisher_id (self->image, ic_image_plan_get_publisher (self->plan));
  iso_image_set_data_preparer_id (self->image, ic_image_plan_get_preparer (self->plan));
  iso_image_set_system_id (self->image, "");
}

static gboolean
make_options (IcIsoImage *self, GError **error)
{
  gint64 time = ic_image_plan_get_creation_time (self->plan);
  char no_uuid[] = "";

  if (!check_iso (iso_write_opts_new (&self->options, 0), "prepare the image", error))
    return FALSE;
  iso_write_opts_set_iso_level (self->options, 1);
  iso_write_opts_set_rockridge (self->options, 1);
  iso_write_opts_set_rrip_version_1_10 (self->options, 1); /* 1.12 has made-up inode numbers */
  iso_write_opts_set_joliet (self->options, 1);
  iso_write_opts_set_no_force_dots (self->options, NO_FORCED_DOT_JOLIET);
  iso_write_opts_set_omit_version_numbers (self->options, OMIT_VERSION_JOLIET);
  iso_write_opts_set_sort_files (self->options, 1);
  iso_write_opts_set_always_gmt (self->options, 1);
  iso_write_opts_set_dir_rec_mtime (self->options, 3);
  iso_write_opts_set_pvd_times (self->options, time, time, 0, 0, no_uuid);
  iso_write_opts_set_tail_blocks (self->options, PADDING_SECTORS);
  return TRUE;
}

static void
free_source (struct burn_source *source)
{
  source->cancel (source);
  burn_source_free (source);
}

static gboolean
measure (IcIsoImage *self, GError **error)
{
  struct burn_source *source = NULL;
  int result = 0;

  iso_write_opts_set_will_cancel (self->options, 1);
  result = iso_image_create_burn_source (self->image, self->options, &source);
  iso_write_opts_set_will_cancel (self->options, 0);
  if (!check_iso (result, "measure the image", error))
    return FALSE;
  self->size_bytes = source->get_size (source);
  free_source (source);
  return ic_libisofs_check_messages (IC_ERROR_INTERNAL, error);
}

/* Looks without blocking in the stream: its reader would be woken for every single sector. */
static void
wait_for_data (IcIsoImage *self, gsize wanted)
{
  size_t n_ready = 0, n_free = 0;

  while (iso_ring_buffer_get_status (self->source, &n_ready, &n_free) == STREAM_ACTIVE &&
         n_ready < wanted)
    g_usleep (POLL_US);
}

/* Records that libisofs makes up by itself get this time, or no two images would be equal. */
static void
set_now (IcIsoImage *self)
{
  time_t now = ic_image_plan_get_creation_time (self->plan);

  iso_nowtime (&now, OVERRIDE_NOW);
}

IcIsoImage *
ic_iso_image_new (IcImagePlan *plan, GError **error)
{
  g_autoptr(IcIsoImage) self = g_new0 (IcIsoImage, 1);

  self->plan = plan;
  self->graft = ic_graft_new ();
  if (!ic_libisofs_ensure (error) ||
      !check_iso (iso_image_new (ic_image_plan_get_volume_id (plan), &self->image), "make an image",
                  error))
    return NULL;
  set_descriptors (self);
  set_attributes (self, ISO_NODE (iso_image_get_root (self->image)), DIRECTORY_MODE);
  ic_image_plan_finish (plan);
  if (!add_files (self, error) || !make_options (self, error) || !measure (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
ic_iso_image_free (IcIsoImage *self)
{
  ic_iso_image_stop (self);
  g_clear_pointer (&self->options, iso_write_opts_free);
  g_clear_pointer (&self->image, iso_image_unref);
  g_clear_pointer (&self->graft, ic_graft_free);
  g_free (self);
}

guint64
ic_iso_image_get_size_bytes (IcIsoImage *self)
{
  return self->size_bytes;
}

struct burn_source *
ic_iso_image_start (IcIsoImage *self, gsize ahead_bytes, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (self->source == NULL, NULL);

  ic_graft_set_cancellable (self->graft, cancellable);
  set_now (self);
  iso_write_opts_set_fifo_size (self->options, ahead_bytes / SECTOR);
  if (!check_iso (iso_image_create_burn_source (self->image, self->options, &self->source),
                  "start the image", error))
    return NULL;
  if ((guint64) self->source->get_size (self->source) != self->size_bytes)
    {
      ic_iso_image_stop (self);
      g_set_error (error, IC_ERROR, IC_ERROR_CONFLICT, "the image has another size than announced");
      return NULL;
    }
  return self->source;
}

void
ic_iso_image_stop (IcIsoImage *self)
{
  if (self->source == NULL)
    return;
  free_source (g_steal_pointer (&self->source));
  ic_libisofs_check_messages (IC_ERROR_INTERNAL, NULL); /* "cancelled": leave none for the next */
}

gssize
ic_iso_image_read (IcIsoImage *self, guint8 *buffer, gsize size)
{
  int n = 0;

  wait_for_data (self, size);
  n = self->source->read_xt (self->source, buffer, size);
  return n > 0 ? n : -1;
}

gboolean
ic_iso_image_has_failed (IcIsoImage *self)
{
  return ic_graft_has_failed (self->graft);
}

gboolean
ic_iso_image_check (IcIsoImage *self, GError **error)
{
  if (ic_graft_get_error (self->graft, error))
    {
      ic_libisofs_check_messages (IC_ERROR_READ_FAILED, NULL);
      return FALSE;
    }
  return ic_libisofs_check_messages (IC_ERROR_READ_FAILED, error);
}
