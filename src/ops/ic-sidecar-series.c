/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-sidecar-series.h"

#include "core/ic-error.h"
#include "sidecar/ic-script-file.h"
#include "sidecar/ic-script-text.h"

#include <errno.h>
#include <fcntl.h>
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
  GPtrArray *items;    /* of IcSidecarItem, as the instances */
  guint middle;        /* which item has the middle frame */
  guint middle_frame;  /* which one that is */
  gboolean has_middle; /* there are frames at all */
  Script chunk;
  guint64 chunk_bytes; /* of its payload so far */
  guint n_chunks;
  GString *chunks; /* what SERIES.JS says of them */
  GString *images;
  GConverter *deflater;
  GByteArray *headers; /* deflated */
  guint64 headers_bytes;
  guint8 *buffer;
  GCancellable *cancellable;
} Writing;

static void
writing_clear (Writing *self)
{
  script_clear (&self->chunk);
  g_free (self->folder);
  g_ptr_array_unref (self->items);
  g_string_free (self->chunks, TRUE);
  g_string_free (self->images, TRUE);
  g_object_unref (self->deflater);
  g_byte_array_unref (self->headers);
  g_free (self->buffer);
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
  g_autofree char *head = g_strdup_printf ("IC.chunk(\"%s/%s\",\"", self->folder, name);

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
  ic_script_file_print (self->chunk.file, "\");\n");
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

static int
open_item (Writing *self, const IcSidecarItem *item, GError **error)
{
  g_autofree char *path = ic_data_dir_dup_path (self->place->data_dir, item->path);
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

/* Headers of a series differ in a few bytes. */
static void
deflate_headers (Writing *self, const guint8 *data, gsize n_bytes, GConverterFlags flags)
{
  GConverterResult result = G_CONVERTER_CONVERTED;

  while (n_bytes > 0 || (flags != G_CONVERTER_NO_FLAGS && result != G_CONVERTER_FINISHED))
    {
      const guint at = self->headers->len;
      gsize n_read = 0;
      gsize n_written = 0;

      g_byte_array_set_size (self->headers, at + BUFFER_SIZE);
      result = g_converter_convert (self->deflater, data, n_bytes, self->headers->data + at,
                                    BUFFER_SIZE, flags, &n_read, &n_written, NULL);
      g_byte_array_set_size (self->headers, at + (guint) n_written);
      g_assert (result != G_CONVERTER_ERROR);
      data += n_read;
      n_bytes -= n_read;
    }
}

static gboolean
add_header (Writing *self, int fd, guint32 n_bytes, GError **error)
{
  for (guint64 done = 0; done < n_bytes;)
    {
      const gsize n = read_piece (self, fd, done, n_bytes - done, error);

      if (n == 0)
        return FALSE;
      deflate_headers (self, self->buffer, n, G_CONVERTER_NO_FLAGS);
      done += n;
    }
  self->headers_bytes += n_bytes;
  return TRUE;
}

/* The frame in the middle */

static void
find_middle (Writing *self)
{
  guint n_with_frames = 0;
  guint n_seen = 0;

  for (guint i = 0; i < self->items->len; i++)
    n_with_frames += ((IcSidecarItem *) self->items->pdata[i])->image->n_frames > 0;
  self->has_middle = n_with_frames > 0;
  for (guint i = 0; i < self->items->len; i++)
    {
      const IcSidecarItem *item = self->items->pdata[i];

      if (item->image->n_frames == 0 || n_seen++ != n_with_frames / 2)
        continue;
      self->middle = i;
      self->middle_frame = item->image->n_frames / 2;
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
  const IcSidecarItem *item = NULL;
  gboolean ok = FALSE;
  int fd = -1;

  find_middle (self);
  if (!self->has_middle)
    return TRUE;
  item = self->items->pdata[self->middle];
  fd = open_item (self, item, error);
  if (fd < 0)
    return FALSE;
  ok = begin_chunk (self, error) &&
       copy_frame (self, fd, find_frame (item->image, self->middle_frame),
                   item->image->frame_bytes[self->middle_frame], error) &&
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
  ic_script_text_append_comma (self->images);
  g_string_append_printf (self->images, "[%u,%" G_GUINT64_FORMAT ",%u]", self->n_chunks,
                          self->chunk_bytes, n_bytes);
  return copy_frame (self, fd, offset, n_bytes, error);
}

static gboolean
write_frames (Writing *self, guint number, int fd, GError **error)
{
  const IcSidecarItem *item = self->items->pdata[number];
  guint64 offset = item->image->header_bytes;

  for (guint i = 0; i < item->image->n_frames; i++)
    {
      const guint32 n_bytes = item->image->frame_bytes[i];

      if (number == self->middle && i == self->middle_frame)
        {
          ic_script_text_append_comma (self->images);
          g_string_append_printf (self->images, "[0,0,%u]", n_bytes);
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

  ic_script_text_append_string (self->images, "file", path);
  ic_script_text_append_string (self->images, "uid", instance->sop_instance_uid);
  ic_script_text_append_name (self->images, "header");
  g_string_append_printf (self->images, "[%" G_GUINT64_FORMAT ",%u]", self->headers_bytes,
                          image->header_bytes);
  ic_script_text_append_string (self->images, "encoding", ic_viewer_image_get_encoding (image));
  ic_script_text_append_number (self->images, "bytes", image->bytes);
  ic_script_text_append_number (self->images, "samples", image->samples);
  ic_script_text_append_number (self->images, "columns", image->columns);
  ic_script_text_append_number (self->images, "rows", image->rows);
  ic_script_text_append_string (self->images, "syntax", image->syntax_uid);
  ic_script_text_append_string (self->images, "reason", ic_viewer_image_get_reason (image));
}

static gboolean
write_image (Writing *self, guint number, GError **error)
{
  const IcSidecarItem *item = self->items->pdata[number];
  gboolean ok = FALSE;
  int fd = open_item (self, item, error);

  if (fd < 0)
    return FALSE;
  ic_script_text_append_comma (self->images);
  g_string_append_c (self->images, '{');
  describe_image (self, number, item->image);
  ic_script_text_append_name (self->images, "frames");
  g_string_append_c (self->images, '[');
  ok = add_header (self, fd, item->image->header_bytes, error) &&
       write_frames (self, number, fd, error);
  g_string_append (self->images, "]}");
  close (fd);
  self->data->n_frames += item->image->n_frames;
  self->data->pixel_bytes += ic_viewer_image_sum_pixel_bytes (item->image);
  return ok && !g_cancellable_set_error_if_cancelled (self->cancellable, error);
}

static gboolean
write_images (Writing *self, GError **error)
{
  for (guint i = 0; i < self->items->len; i++)
    if (!write_image (self, i, error))
      return FALSE;
  return end_chunk (self, error);
}

/* SERIES.JS is read first of all, and lies in front of the chunks. */
static gboolean
write_description (Writing *self, guint place, GError **error)
{
  g_autofree char *head =
      g_strdup_printf ("IC.series(\"%s\",{\"headers\":{\"size\":%" G_GUINT64_FORMAT ",\"data\":\"",
                       self->folder, self->headers_bytes);
  GPtrArray *files = self->place->data->files;
  g_auto(Script) script = { NULL };

  if (!begin_script (self, &script, "SERIES", error))
    return FALSE;
  deflate_headers (self, NULL, 0, G_CONVERTER_INPUT_AT_END);
  ic_script_file_print (script.file, head);
  ic_script_file_add (script.file, self->headers->data, self->headers->len);
  ic_script_file_print (script.file, "\"},\"chunks\":[");
  ic_script_file_print (script.file, self->chunks->str);
  ic_script_file_print (script.file, "],\"images\":[");
  ic_script_file_print (script.file, self->images->str);
  ic_script_file_print (script.file, "]});\n");
  if (!end_script (self, &script, error))
    return FALSE;
  g_ptr_array_insert (files, (int) place, g_ptr_array_steal_index (files, files->len - 1));
  return TRUE;
}

gboolean
ic_sidecar_write_series (const IcSidecarPlace *place,
                         const IcSeries *series,
                         GHashTable *packed,
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
    .items = g_ptr_array_new (),
    .chunks = g_string_new (NULL),
    .images = g_string_new (NULL),
    .deflater = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_RAW, HEADERS_LEVEL)),
    .headers = g_byte_array_new (),
    .buffer = g_malloc (BUFFER_SIZE),
    .cancellable = cancellable,
  };

  for (guint i = 0; i < series->instances->len; i++)
    g_ptr_array_add (self.items,
                     g_hash_table_lookup (packed, ((const IcInstance *) series->instances->pdata[i])
                                                      ->path));
  return write_middle (&self, error) && write_images (&self, error) &&
         write_description (&self, first, error);
}
