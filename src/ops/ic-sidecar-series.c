/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-sidecar-series.h"

#include "core/ic-error.h"
#include "sidecar/ic-script-file.h"
#include "sidecar/ic-script-text.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define CHUNK_FULL (1024 * 1024)    /* bytes of frames from which on a chunk gets no more */
#define CHUNK_MAX (2 * 1024 * 1024) /* unless one frame has more */
#define BUFFER_SIZE (128 * 1024)
#define HEADERS_LEVEL 6

/* The script that is being written. */
typedef struct
{
  IcScriptFile *file;
  char *name; /* in the folder of the series: "C0001" */
} Script;

static void
script_clear (Script *self)
{
  g_clear_pointer (&self->file, ic_script_file_free);
  g_clear_pointer (&self->name, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Script, script_clear)

typedef struct
{
  const IcSidecarPlace *place;
  const IcSeries *series;
  const char *files;
  IcViewerSeries *data;
  char *folder;        /* "S0001" */
  guint middle;        /* which item has the middle frame */
  guint middle_frame;  /* which one that is */
  gboolean has_middle; /* there are frames at all */
  Script description;  /* SERIES.JS */
  Script chunk;
  guint64 chunk_bytes; /* of its payload so far */
  guint n_chunks;
  GString *chunks; /* what SERIES.JS says of them */
  GString *image;  /* and of the image at hand */
  GConverter *deflater;
  int headers_fd; /* deflated, in a file without a name */
  guint64 headers_bytes;
  guint8 *buffer;
  guint8 *deflated;
  GCancellable *cancellable;
} Writing;

static void
writing_clear (Writing *self)
{
  script_clear (&self->description);
  script_clear (&self->chunk);
  g_free (self->folder);
  g_string_free (self->chunks, TRUE);
  g_string_free (self->image, TRUE);
  g_object_unref (self->deflater);
  if (self->headers_fd >= 0)
    close (self->headers_fd);
  g_free (self->buffer);
  g_free (self->deflated);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Writing, writing_clear)

/* Scripts */

static char *
dup_spool_path (Writing *self, const char *name)
{
  return g_strdup_printf ("%s/%s-%s.JS", self->place->folder, self->folder, name);
}

static gboolean
begin_script (Writing *self, Script *script, const char *name, GError **error)
{
  g_autofree char *relative = dup_spool_path (self, name);
  g_autofree char *path = ic_data_dir_dup_path (self->place->data_dir, relative);
  int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0660);

  if (fd < 0)
    return ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, errno, "failed to make a spool file");
  script->file = ic_script_file_new (fd);
  script->name = g_strdup (name);
  return TRUE;
}

static gboolean
end_script (Writing *self, Script *script, GError **error)
{
  g_autoptr(IcScriptFile) file = g_steal_pointer (&script->file);
  g_autofree char *name = g_steal_pointer (&script->name);
  g_autofree char *sha256 = NULL;
  IcViewerFile *entry = NULL;
  guint64 size_bytes = 0;

  if (!ic_script_file_finish (file, &sha256, &size_bytes, error))
    return FALSE;
  entry = g_new0 (IcViewerFile, 1);
  entry->path = g_strdup_printf ("VIEWER/DATA/%s/%s.JS", self->folder, name);
  entry->source = dup_spool_path (self, name);
  entry->sha256 = g_steal_pointer (&sha256);
  entry->size_bytes = size_bytes;
  g_ptr_array_add (self->place->data->files, entry);
  self->data->size_bytes += size_bytes;
  return TRUE;
}

static gboolean
begin_chunk (Writing *self, GError **error)
{
  g_autofree char *name = g_strdup_printf ("C%04u", self->n_chunks + 1);
  g_autofree char *head = g_strdup_printf ("IC.chunk(\"%s/%s\",function(){/*", self->folder, name);

  if (!begin_script (self, &self->chunk, name, error))
    return FALSE;
  ic_script_file_print (self->chunk.file, head);
  self->chunk_bytes = 0;
  return TRUE;
}

static gboolean
end_chunk (Writing *self, GError **error)
{
  guint32 crc = 0;
  guint64 n_bytes = 0;

  if (self->chunk.file == NULL)
    return TRUE;
  n_bytes = ic_script_file_get_payload (self->chunk.file, &crc);
  ic_script_file_print (self->chunk.file, "*/});\n");
  ic_script_text_append_comma (self->chunks);
  g_string_append_c (self->chunks, '{');
  ic_script_text_append_string (self->chunks, "file", self->chunk.name);
  ic_script_text_append_number (self->chunks, "size", n_bytes);
  ic_script_text_append_number (self->chunks, "crc32", crc);
  g_string_append_c (self->chunks, '}');
  self->n_chunks++;
  return end_script (self, &self->chunk, error);
}

static gboolean
ensure_chunk (Writing *self, guint32 n_bytes, GError **error)
{
  if (self->chunk.file != NULL &&
      (self->chunk_bytes >= CHUNK_FULL || self->chunk_bytes + n_bytes > CHUNK_MAX) &&
      !end_chunk (self, error))
    return FALSE;
  return self->chunk.file != NULL || begin_chunk (self, error);
}

/* What was packed */

static guint
find_place (Writing *self, guint number)
{
  const IcInstance *instance = self->series->instances->pdata[number];

  return GPOINTER_TO_UINT (g_hash_table_lookup (self->place->places, instance->path));
}

/* Of the instance with that number in the series. */
static IcViewerImage
get_image (Writing *self, guint number)
{
  return ic_sidecar_item_get (
      &g_array_index (self->place->items, IcSidecarItem, find_place (self, number)));
}

static int
open_item (Writing *self, guint number, GError **error)
{
  g_autofree char *packed =
      ic_sidecar_dup_packed_path (self->place->packed_folder, find_place (self, number));
  g_autofree char *path = ic_data_dir_dup_path (self->place->data_dir, packed);
  int fd = open (path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

  if (fd < 0)
    ic_error_set_errno (error, IC_ERROR_READ_FAILED, errno, "failed to read a spool file");
  return fd;
}

/* The file was written by a reader of foreign bytes: it need not have what the reader says. */
static gsize
read_piece (Writing *self, int fd, guint64 offset, guint64 n_bytes, GError **error)
{
  const gssize n =
      TEMP_FAILURE_RETRY (pread (fd, self->buffer, MIN (n_bytes, BUFFER_SIZE), (off_t) offset));

  if (n <= 0)
    ic_error_set_errno (error, IC_ERROR_READ_FAILED, n < 0 ? errno : EIO,
                        "a spool file became shorter");
  return n > 0 ? (gsize) n : 0;
}

static gboolean
copy_frame (Writing *self, int fd, guint64 offset, guint32 n_bytes, GError **error)
{
  for (guint64 done = 0; done < n_bytes;)
    {
      const gsize n = read_piece (self, fd, offset + done, n_bytes - done, error);

      if (n == 0)
        return FALSE;
      ic_script_file_add (self->chunk.file, self->buffer, n);
      done += n;
    }
  self->chunk_bytes += n_bytes;
  return TRUE;
}

static gboolean
write_headers (Writing *self, gsize n_bytes, GError **error)
{
  for (gsize done = 0; done < n_bytes;)
    {
      const gssize n =
          TEMP_FAILURE_RETRY (write (self->headers_fd, self->deflated + done, n_bytes - done));

      if (n < 0)
        return ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, errno,
                                   "what the viewer needs cannot be written");
      done += (gsize) n;
    }
  return TRUE;
}

/* Headers of a series differ in a few bytes. */
static gboolean
deflate_headers (Writing *self,
                 const guint8 *data,
                 gsize n_bytes,
                 GConverterFlags flags,
                 GError **error)
{
  GConverterResult result = G_CONVERTER_CONVERTED;

  while (n_bytes > 0 || (flags != G_CONVERTER_NO_FLAGS && result != G_CONVERTER_FINISHED))
    {
      gsize n_read = 0;
      gsize n_written = 0;

      result = g_converter_convert (self->deflater, data, n_bytes, self->deflated, BUFFER_SIZE,
                                    flags, &n_read, &n_written, NULL);
      g_assert (result != G_CONVERTER_ERROR);
      if (!write_headers (self, n_written, error))
        return FALSE;
      data += n_read;
      n_bytes -= n_read;
    }
  return TRUE;
}

static gboolean
add_header (Writing *self, int fd, guint32 n_bytes, GError **error)
{
  for (guint64 done = 0; done < n_bytes;)
    {
      const gsize n = read_piece (self, fd, done, n_bytes - done, error);

      if (n == 0 || !deflate_headers (self, self->buffer, n, G_CONVERTER_NO_FLAGS, error))
        return FALSE;
      done += n;
    }
  self->headers_bytes += n_bytes;
  return TRUE;
}

/* The frame in the middle */

static void
find_middle (Writing *self)
{
  const guint n_images = self->series->instances->len;
  guint n_with_frames = 0;
  guint n_seen = 0;

  for (guint i = 0; i < n_images; i++)
    n_with_frames += get_image (self, i).n_frames > 0;
  self->has_middle = n_with_frames > 0;
  for (guint i = 0; i < n_images; i++)
    {
      const IcViewerImage image = get_image (self, i);

      if (image.n_frames == 0 || n_seen++ != n_with_frames / 2)
        continue;
      self->middle = i;
      self->middle_frame = image.n_frames / 2;
      return;
    }
}

static guint64
find_frame (const IcViewerImage *image, guint frame)
{
  guint64 offset = image->header_bytes;

  for (guint i = 0; i < frame; i++)
    offset += image->frame_bytes[i];
  return offset;
}

static gboolean
write_middle (Writing *self, GError **error)
{
  IcViewerImage image = { 0 };
  gboolean ok = FALSE;
  int fd = -1;

  find_middle (self);
  if (!self->has_middle)
    return TRUE;
  image = get_image (self, self->middle);
  fd = open_item (self, self->middle, error);
  if (fd < 0)
    return FALSE;
  ok = begin_chunk (self, error) &&
       copy_frame (self, fd, find_frame (&image, self->middle_frame),
                   image.frame_bytes[self->middle_frame], error) &&
       end_chunk (self, error);
  close (fd);
  return ok;
}

/* Images */

/* What stands in the list of an image for one of its frames: chunk, offset, length. */
static gboolean
write_frame (Writing *self, int fd, guint64 offset, guint32 n_bytes, GError **error)
{
  if (!ensure_chunk (self, n_bytes, error))
    return FALSE;
  ic_script_text_append_comma (self->image);
  g_string_append_printf (self->image, "[%u,%" G_GUINT64_FORMAT ",%u]", self->n_chunks,
                          self->chunk_bytes, n_bytes);
  return copy_frame (self, fd, offset, n_bytes, error);
}

static gboolean
write_frames (Writing *self, guint number, const IcViewerImage *image, int fd, GError **error)
{
  guint64 offset = image->header_bytes;

  for (guint i = 0; i < image->n_frames; i++)
    {
      const guint32 n_bytes = image->frame_bytes[i];

      if (number == self->middle && i == self->middle_frame)
        {
          ic_script_text_append_comma (self->image);
          g_string_append_printf (self->image, "[0,0,%u]", n_bytes);
        }
      else if (!write_frame (self, fd, offset, n_bytes, error))
        return FALSE;
      offset += n_bytes;
    }
  return TRUE;
}

static void
describe_image (Writing *self, guint number, const IcViewerImage *image)
{
  const IcInstance *instance = self->series->instances->pdata[number];
  g_autofree char *path = ic_file_set_dup_instance_path (self->files, number + 1);

  ic_script_text_append_string (self->image, "file", path);
  ic_script_text_append_string (self->image, "uid", instance->sop_instance_uid);
  ic_script_text_append_name (self->image, "header");
  g_string_append_printf (self->image, "[%" G_GUINT64_FORMAT ",%u]", self->headers_bytes,
                          image->header_bytes);
  ic_script_text_append_string (self->image, "encoding", ic_viewer_image_get_encoding (image));
  ic_script_text_append_number (self->image, "bytes", image->bytes);
  ic_script_text_append_number (self->image, "samples", image->samples);
  ic_script_text_append_number (self->image, "columns", image->columns);
  ic_script_text_append_number (self->image, "rows", image->rows);
  ic_script_text_append_string (self->image, "syntax", image->syntax_uid);
  ic_script_text_append_string (self->image, "reason", ic_viewer_image_get_reason (image));
}

static gboolean
write_image (Writing *self, guint number, GError **error)
{
  const IcViewerImage image = get_image (self, number);
  gboolean ok = FALSE;
  int fd = open_item (self, number, error);

  if (fd < 0)
    return FALSE;
  g_string_assign (self->image, number > 0 ? ",{" : "{");
  describe_image (self, number, &image);
  ic_script_text_append_name (self->image, "frames");
  g_string_append_c (self->image, '[');
  ok = add_header (self, fd, image.header_bytes, error) &&
       write_frames (self, number, &image, fd, error);
  g_string_append (self->image, "]}");
  ic_script_file_print (self->description.file, self->image->str);
  close (fd);
  self->data->n_frames += image.n_frames;
  self->data->pixel_bytes += ic_viewer_image_sum_pixel_bytes (&image);
  return ok && !g_cancellable_set_error_if_cancelled (self->cancellable, error);
}

static gboolean
write_images (Writing *self, GError **error)
{
  for (guint i = 0; i < self->series->instances->len; i++)
    if (!write_image (self, i, error))
      return FALSE;
  return end_chunk (self, error);
}

/* The description */

static gboolean
open_headers (Writing *self, GError **error)
{
  g_autofree char *relative = dup_spool_path (self, "HEADERS");
  g_autofree char *path = ic_data_dir_dup_path (self->place->data_dir, relative);

  self->headers_fd = open (path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0660);
  if (self->headers_fd >= 0 && g_unlink (path) == 0)
    return TRUE;
  return ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, errno, "failed to make a spool file");
}

static gboolean
begin_description (Writing *self, GError **error)
{
  g_autofree char *head = g_strdup_printf ("IC.series(\"%s\",{\"images\":[", self->folder);

  if (!open_headers (self, error) || !begin_script (self, &self->description, "SERIES", error))
    return FALSE;
  ic_script_file_print (self->description.file, head);
  return TRUE;
}

static gboolean
copy_headers (Writing *self, GError **error)
{
  guint64 done = 0;
  gssize n = 0;

  while ((n = TEMP_FAILURE_RETRY (
              pread (self->headers_fd, self->buffer, BUFFER_SIZE, (off_t) done))) > 0)
    {
      ic_script_file_add (self->description.file, self->buffer, (gsize) n);
      done += (guint64) n;
    }
  return n == 0 ||
         ic_error_set_errno (error, IC_ERROR_READ_FAILED, errno, "failed to read a spool file");
}

/* SERIES.JS is read first of all, and lies in front of the chunks. There may be very many images:
 * what is said of each is written at once, and their headers wait in a file.
 */
static gboolean
end_description (Writing *self, guint place, GError **error)
{
  g_autofree char *head =
      g_strdup_printf ("],\"headers\":{\"size\":%" G_GUINT64_FORMAT ",\"data\":\"",
                       self->headers_bytes);
  GPtrArray *files = self->place->data->files;
  IcScriptFile *file = self->description.file;

  if (!deflate_headers (self, NULL, 0, G_CONVERTER_INPUT_AT_END, error))
    return FALSE;
  ic_script_file_print (file, "],\"chunks\":[");
  ic_script_file_print (file, self->chunks->str);
  ic_script_file_print (file, head);
  if (!copy_headers (self, error))
    return FALSE;
  ic_script_file_print (file, "\"}});\n");
  if (!end_script (self, &self->description, error))
    return FALSE;
  g_ptr_array_insert (files, (int) place, g_ptr_array_steal_index (files, files->len - 1));
  return TRUE;
}

char *
ic_sidecar_dup_packed_path (const char *packed_folder, guint number)
{
  return g_strdup_printf ("%s/%08u", packed_folder, number);
}

gboolean
ic_sidecar_write_series (const IcSidecarPlace *place,
                         const IcSeries *series,
                         const char *files,
                         IcViewerSeries *data,
                         GCancellable *cancellable,
                         GError **error)
{
  const guint first = place->data->files->len;
  g_auto(Writing) self = {
    .place = place,
    .series = series,
    .files = files,
    .data = data,
    .folder = ic_viewer_series_dup_folder (data),
    .chunks = g_string_new (NULL),
    .image = g_string_new (NULL),
    .deflater = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_RAW, HEADERS_LEVEL)),
    .headers_fd = -1,
    .buffer = g_malloc (BUFFER_SIZE),
    .deflated = g_malloc (BUFFER_SIZE),
    .cancellable = cancellable,
  };

  return begin_description (&self, error) && write_middle (&self, error) &&
         write_images (&self, error) && end_description (&self, first, error);
}
