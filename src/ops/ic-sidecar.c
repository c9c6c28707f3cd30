/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-sidecar.h"

#include "core/ic-error.h"
#include "dicom/ic-viewer-packer.h"
#include "domain/ic-study.h"
#include "domain/ic-transfer-syntax.h"
#include "ops/ic-sidecar-series.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define FOLDER "viewer"
#define PACKED_FOLDER "packed"
#define PER_INSTANCE 256 /* a line of SERIES.JS */
#define USUAL_SAMPLE_BYTES 2
#define PREVIEW_PER_MILLE 150  /* of the samples */
#define LOSSLESS_PER_MILLE 300 /* of the bytes */

struct _IcSidecar
{
  IcDesk *desk;
  IcViewerProgram *program;
  IcViewerQuality quality;
  char *folder;        /* relative to the data directory */
  char *packed_folder; /* the same, in it */
  GPtrArray *studies;  /* what was packed; NULL when no more is written */
  GArray *items;       /* of IcSidecarItem, in the order of the tree */
  GHashTable *places;  /* path of the stored file, of the studies, to the number of its item */
  guint64 estimates[IC_VIEWER_N_QUALITIES];
  guint n_not_shown;
  IcProgress *progress;
  guint n_done;
  GError *failure; /* why the spool cannot be written */
};

static void
clear_item (gpointer item)
{
  ic_sidecar_item_clear (item);
}

IcSidecar *
ic_sidecar_new (IcDesk *desk, IcViewerProgram *program, IcViewerQuality quality)
{
  IcSidecar *self = g_new0 (IcSidecar, 1);

  self->desk = ic_desk_ref (desk);
  self->program = ic_viewer_program_ref (program);
  self->quality = quality;
  self->folder = ic_session_dup_spool_place (ic_desk_get_session (desk), FOLDER);
  self->packed_folder = g_build_filename (self->folder, PACKED_FOLDER, NULL);
  self->places = g_hash_table_new (g_str_hash, g_str_equal);
  self->items = g_array_new (FALSE, TRUE, sizeof (IcSidecarItem));
  g_array_set_clear_func (self->items, clear_item);
  return self;
}

static void
forget_items (IcSidecar *self)
{
  g_clear_pointer (&self->places, g_hash_table_unref);
  g_clear_pointer (&self->items, g_array_unref);
  g_clear_pointer (&self->studies, g_ptr_array_unref);
}

void
ic_sidecar_free (IcSidecar *self)
{
  ic_data_dir_remove (ic_desk_get_data_dir (self->desk), self->folder, NULL);
  forget_items (self);
  g_clear_error (&self->failure);
  g_free (self->packed_folder);
  g_free (self->folder);
  ic_viewer_program_unref (self->program);
  ic_desk_unref (self->desk);
  g_free (self);
}

void
ic_sidecar_drop_packed (IcSidecar *self)
{
  ic_data_dir_remove (ic_desk_get_data_dir (self->desk), self->packed_folder, NULL);
  forget_items (self);
}

/* About how much an image takes */

/* As base64, with its share of SERIES.JS; headers shrink to a fraction of themselves. */
static guint64
measure (guint64 frame_bytes, guint64 header_bytes)
{
  return PER_INSTANCE + (frame_bytes + header_bytes / 2) * 4 / 3;
}

guint64
ic_sidecar_foretell (const IcInstance *instance, IcViewerQuality quality)
{
  const IcTransferSyntax *syntax = ic_transfer_syntax_find (instance->transfer_syntax_uid);
  guint64 frame_bytes = instance->size_bytes;

  if (quality == IC_VIEWER_NONE)
    return 0;
  if (ic_transfer_syntax_is_native (syntax) && quality == IC_VIEWER_PREVIEW)
    frame_bytes = frame_bytes / USUAL_SAMPLE_BYTES * PREVIEW_PER_MILLE / 1000;
  else if (ic_transfer_syntax_is_native (syntax))
    frame_bytes = frame_bytes * LOSSLESS_PER_MILLE / 1000;
  return measure (frame_bytes, 0);
}

/* Of CT, MR and radiographs; what stays as it is in the file stays so. */
static guint64
guess_frame_bytes (const IcViewerImage *image, IcViewerQuality quality)
{
  const guint64 pixel_bytes = ic_viewer_image_sum_pixel_bytes (image);

  if (image->encoding == IC_VIEWER_SAMPLES && quality == IC_VIEWER_PREVIEW)
    return pixel_bytes / image->bytes * PREVIEW_PER_MILLE / 1000;
  if (image->encoding == IC_VIEWER_JPEG && quality == IC_VIEWER_LOSSLESS)
    return pixel_bytes * USUAL_SAMPLE_BYTES * LOSSLESS_PER_MILLE / 1000;
  return ic_viewer_image_sum_frame_bytes (image);
}

static void
count (IcSidecar *self, const IcViewerImage *image)
{
  self->n_not_shown += image->reason != IC_VIEWER_OK && image->reason != IC_VIEWER_NO_PIXELS;
  for (guint i = IC_VIEWER_PREVIEW; i < IC_VIEWER_N_QUALITIES; i++)
    self->estimates[i] += measure (guess_frame_bytes (image, i), image->header_bytes);
}

/* Packing */

static gboolean
is_about_output (const GError *error)
{
  return g_error_matches (error, IC_ERROR, IC_ERROR_NO_SPACE) ||
         g_error_matches (error, IC_ERROR, IC_ERROR_WRITE_FAILED);
}

/* A file that killed its reader is damaged, as far as anybody can tell. */
static void
packed_cb (gpointer data, IcViewerImage *image, const GError *error, gpointer user_data)
{
  const IcViewerImage none = { .reason = IC_VIEWER_DAMAGED, .syntax_uid = "" };
  const IcViewerImage *found = image != NULL ? image : &none;
  IcSidecar *self = user_data;

  if (is_about_output (error) && self->failure == NULL)
    self->failure = g_error_copy (error);
  ic_sidecar_item_set (data, found);
  count (self, found);
  ic_progress_report (self->progress, ++self->n_done, self->items->len);
}

static int
open_file (IcSidecar *self, const char *relative, int flags, GError **error)
{
  g_autofree char *path = ic_data_dir_dup_path (ic_desk_get_data_dir (self->desk), relative);
  int fd = open (path, flags | O_NOFOLLOW | O_CLOEXEC, 0660);

  if (fd < 0)
    ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, errno, "failed to make a spool file");
  return fd;
}

/* A stored file that is not there is told by others. */
static gboolean
push_item (IcSidecar *self,
           IcViewerPacker *packer,
           const char *stored,
           guint number,
           GCancellable *cancellable,
           GError **error)
{
  g_autofree char *packed = ic_sidecar_dup_packed_path (self->packed_folder, number);
  IcSidecarItem *item = &g_array_index (self->items, IcSidecarItem, number);
  g_autoptr(GError) local_error = NULL;
  int output_fd = -1;
  int fd = open_file (self, stored, O_RDONLY, &local_error);

  if (fd < 0)
    {
      local_error->code = IC_ERROR_READ_FAILED;
      packed_cb (item, NULL, local_error, self);
      return TRUE;
    }
  output_fd = open_file (self, packed, O_RDWR | O_CREAT | O_EXCL, error);
  if (output_fd >= 0)
    return ic_viewer_packer_push (packer, fd, output_fd, item, cancellable, error);
  close (fd);
  return FALSE;
}

static gboolean
push_series (IcSidecar *self,
             IcViewerPacker *packer,
             const IcSeries *series,
             GCancellable *cancellable,
             GError **error)
{
  for (guint i = 0; i < series->instances->len && self->failure == NULL; i++)
    {
      const IcInstance *instance = series->instances->pdata[i];
      const guint number = GPOINTER_TO_UINT (g_hash_table_lookup (self->places, instance->path));

      if (!push_item (self, packer, instance->path, number, cancellable, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
push_all (IcSidecar *self,
          IcViewerPacker *packer,
          GPtrArray *studies,
          GCancellable *cancellable,
          GError **error)
{
  for (guint i = 0; i < studies->len; i++)
    {
      const IcStudy *study = studies->pdata[i];

      for (guint k = 0; k < study->series->len; k++)
        if (!push_series (self, packer, study->series->pdata[k], cancellable, error))
          return FALSE;
    }
  return ic_viewer_packer_finish (packer, cancellable, error);
}

static void
add_item (IcSidecar *self, const IcInstance *instance)
{
  const guint number = g_hash_table_size (self->places);

  if (!g_hash_table_contains (self->places, instance->path))
    g_hash_table_insert (self->places, (gpointer) instance->path, GUINT_TO_POINTER (number));
}

static void
add_items (IcSidecar *self)
{
  for (guint i = 0; i < self->studies->len; i++)
    {
      const IcStudy *study = self->studies->pdata[i];

      for (guint k = 0; k < study->series->len; k++)
        {
          const IcSeries *series = study->series->pdata[k];

          for (guint n = 0; n < series->instances->len; n++)
            add_item (self, series->instances->pdata[n]);
        }
    }
  g_array_set_size (self->items, g_hash_table_size (self->places));
}

gboolean
ic_sidecar_pack (IcSidecar *self,
                 GPtrArray *studies,
                 IcProgress *progress,
                 GCancellable *cancellable,
                 GError **error)
{
  g_autoptr(IcViewerPacker) packer = ic_viewer_packer_new (self->quality, packed_cb, self);
  IcDataDir *data_dir = ic_desk_get_data_dir (self->desk);

  g_return_val_if_fail (self->items->len == 0, FALSE);
  self->progress = progress;
  self->studies = g_ptr_array_ref (studies);
  add_items (self);
  if (!ic_data_dir_ensure_folder (data_dir, self->folder, error) ||
      !ic_data_dir_ensure_folder (data_dir, self->packed_folder, error) ||
      !push_all (self, packer, studies, cancellable, error))
    return FALSE;
  if (self->failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&self->failure));
  return FALSE;
}

guint
ic_sidecar_count_not_shown (IcSidecar *self)
{
  return self->n_not_shown;
}

guint64
ic_sidecar_measure (IcSidecar *self, const IcInstance *instance)
{
  const gpointer place = g_hash_table_lookup (self->places, instance->path);
  const IcViewerImage image =
      ic_sidecar_item_get (&g_array_index (self->items, IcSidecarItem, GPOINTER_TO_UINT (place)));

  return measure (ic_viewer_image_sum_frame_bytes (&image), image.header_bytes);
}

guint64
ic_sidecar_measure_program (IcSidecar *self)
{
  return ic_viewer_program_sum_bytes (self->program);
}

guint64
ic_sidecar_estimate (IcSidecar *self, IcViewerQuality quality)
{
  return quality != IC_VIEWER_NONE ? ic_sidecar_measure_program (self) + self->estimates[quality]
                                   : 0;
}

/* Scripts */

static gboolean
write_study (const IcSidecarPlace *place,
             const IcStudy *study,
             guint study_number,
             GCancellable *cancellable,
             GError **error)
{
  for (guint i = 0; i < study->series->len; i++)
    {
      const IcSeries *series = study->series->pdata[i];
      IcViewerSeries *data =
          ic_viewer_data_add_series (place->data, study->study_uid, series->series_uid);
      g_autofree char *files = ic_file_set_dup_series_folder (study_number, i + 1);

      if (!ic_sidecar_write_series (place, series, files, data, cancellable, error))
        return FALSE;
    }
  return TRUE;
}

IcViewerData *
ic_sidecar_write (IcSidecar *self,
                  GPtrArray *studies,
                  guint volume,
                  GCancellable *cancellable,
                  GError **error)
{
  g_autoptr(IcViewerData) data = ic_viewer_data_new (self->program, self->quality);
  IcDataDir *data_dir = ic_desk_get_data_dir (self->desk);
  g_autofree char *name = g_strdup_printf ("%u", volume);
  g_autofree char *folder = g_build_filename (self->folder, name, NULL);
  const IcSidecarPlace place = { data_dir,     folder,     data, self->packed_folder,
                                 self->places, self->items };

  if (!ic_data_dir_remove (data_dir, folder, error) ||
      !ic_data_dir_ensure_folder (data_dir, folder, error))
    return NULL;
  for (guint i = 0; i < studies->len; i++)
    if (!write_study (&place, studies->pdata[i], i + 1, cancellable, error))
      return NULL;
  return g_steal_pointer (&data);
}
