/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/ic-picture-service.h"

#include "core/ic-error.h"
#include "core/ic-file-mark.h"
#include "dicom/shim/ic-shim-picture.h"
#include "picture/ic-jpeg.h"
#include "wire/ic-wire-memory.h"

#include <fcntl.h>
#include <unistd.h>

#define THUMBNAIL_EDGE_MAX 128
#define KEY_IMAGE_EDGE_MAX 4096
#define KEY_IMAGE_QUALITY 88

/* Adds what came of one file: a picture, or the reason why there is none. */
typedef void (*AddPicture) (IcPicture *picture, const GError *error, gpointer user_data);

/* The middle of a loop or stack says more about it than its first frame. */
static IcPicture *
render (IcWorkerJob *job, gint32 handle, guint edge, GError **error)
{
  int fd = ic_worker_job_get_fd (job, handle, error);
  g_autoptr(IcShimPicture) file = NULL;

  if (fd < 0)
    return NULL;
  file = ic_shim_picture_open (fd, ic_worker_job_get_cancellable (job), error);
  if (file == NULL)
    return NULL;
  return ic_shim_picture_render (file, ic_shim_picture_count_frames (file) / 2, edge, error);
}

/* FALSE when cancelled, or asked for too large ones. */
static gboolean
render_all (IcWorkerJob *job, guint edge_max, AddPicture add, gpointer user_data, GError **error)
{
  g_autoptr(GVariant) handles = g_variant_get_child_value (ic_worker_job_get_parameters (job), 1);
  GCancellable *cancellable = ic_worker_job_get_cancellable (job);
  gsize n = g_variant_n_children (handles);
  guint edge = 0;

  g_variant_get_child (ic_worker_job_get_parameters (job), 2, "u", &edge);
  if (edge < 1 || edge > edge_max)
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_USAGE, "no such size of pictures");
      return FALSE;
    }
  for (gsize i = 0; i < n && !g_cancellable_is_cancelled (cancellable); i++)
    {
      g_autoptr(IcPicture) picture = NULL;
      g_autoptr(GError) local_error = NULL;
      gint32 handle = -1;

      g_variant_get_child (handles, i, "h", &handle);
      picture = render (job, handle, edge, &local_error);
      add (picture, local_error, user_data);
      ic_worker_job_report (job, i + 1, n);
    }
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

static void
add_thumbnail (IcPicture *picture, const GError *error, gpointer user_data)
{
  GVariantBuilder *pictures = user_data;
  g_autoptr(GBytes) pixels =
                 picture != NULL ? g_bytes_ref (picture->pixels) : g_bytes_new (NULL, 0);

  g_variant_builder_add (pictures, "(suuu@ay)", error != NULL ? error->message : "",
                         picture != NULL ? picture->columns : 0,
                         picture != NULL ? picture->rows : 0,
                         picture != NULL ? picture->channels : 0,
                         g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, pixels, TRUE));
}

static GVariant *
make_thumbnails (IcWorkerJob *job, GUnixFDList **out_fds, GError **error)
{
  GVariantBuilder pictures;

  g_variant_builder_init (&pictures, G_VARIANT_TYPE ("a(suuuay)"));
  if (render_all (job, THUMBNAIL_EDGE_MAX, add_thumbnail, &pictures, error))
    return g_variant_new ("(a(suuuay))", &pictures);
  g_variant_builder_clear (&pictures);
  return NULL;
}

static gboolean
thumbnails_cb (IcWireParse *parse,
               GDBusMethodInvocation *invocation,
               GUnixFDList *fds,
               guint64 job,
               GVariant *files,
               guint edge,
               IcWorkerService *service)
{
  return ic_worker_service_run (service, invocation, fds, make_thumbnails);
}

typedef struct
{
  GVariantBuilder pictures;
  GByteArray *content;
} KeyImages;

static void
add_key_image (IcPicture *picture, const GError *error, gpointer user_data)
{
  KeyImages *self = user_data;
  g_autoptr(GError) local_error = error != NULL ? g_error_copy (error) : NULL;
  g_autoptr(GBytes) jpeg =
                 picture != NULL ? ic_jpeg_encode (picture, KEY_IMAGE_QUALITY, &local_error) : NULL;
  guint64 offset = self->content->len;

  if (jpeg != NULL)
    g_byte_array_append (self->content, g_bytes_get_data (jpeg, NULL),
                         (guint) g_bytes_get_size (jpeg));
  g_variant_builder_add (&self->pictures, "(suutt)",
                         local_error != NULL ? local_error->message : "",
                         jpeg != NULL ? picture->columns : 0, jpeg != NULL ? picture->rows : 0,
                         offset, self->content->len - offset);
}

static GVariant *
make_key_images (IcWorkerJob *job, GUnixFDList **out_fds, GError **error)
{
  KeyImages self = { .content = g_byte_array_new () };
  g_autoptr(GBytes) content = NULL;
  gboolean ok = FALSE;

  g_variant_builder_init (&self.pictures, G_VARIANT_TYPE ("a(suutt)"));
  ok = render_all (job, KEY_IMAGE_EDGE_MAX, add_key_image, &self, error);
  content = g_byte_array_free_to_bytes (self.content);
  if (ok)
    return ic_wire_memory_hand_over (content, g_variant_new ("(a(suutt)h)", &self.pictures, 0),
                                     out_fds, error);
  g_variant_builder_clear (&self.pictures);
  return NULL;
}

static gboolean
key_images_cb (IcWireParse *parse,
               GDBusMethodInvocation *invocation,
               GUnixFDList *fds,
               guint64 job,
               GVariant *files,
               guint edge,
               IcWorkerService *service)
{
  return ic_worker_service_run (service, invocation, fds, make_key_images);
}

/* The file with several frames that was asked for last: who looks at one asks for the next. */
static struct
{
  IcShimPicture *picture;
  IcFileMark file;
  int fd; /* its own */
  GCancellable *cancellable;
} last;

static void
drop_last (void)
{
  if (last.picture == NULL)
    return;
  g_clear_pointer (&last.picture, ic_shim_picture_free);
  g_clear_object (&last.cancellable);
  close (last.fd);
}

static gboolean
open_last (int fd, const IcFileMark *file, GCancellable *cancellable, GError **error)
{
  drop_last ();
  last.fd = fcntl (fd, F_DUPFD_CLOEXEC, 0);
  last.cancellable = g_cancellable_new ();
  last.file = *file;
  if (!g_cancellable_set_error_if_cancelled (cancellable, error))
    last.picture = ic_shim_picture_open (last.fd, last.cancellable, error);
  if (last.picture != NULL)
    return TRUE;
  g_clear_object (&last.cancellable);
  close (last.fd);
  return FALSE;
}

static void
cancel_last_cb (GCancellable *cancellable, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

/* With @n_frames of the file. */
static IcFrame *
read_from_last (int fd, guint number, guint *n_frames, GCancellable *cancellable, GError **error)
{
  IcFileMark file = { 0 };
  IcFrame *frame = NULL;

  if (!ic_file_mark_take (fd, &file, error))
    return NULL;
  if ((last.picture == NULL || !ic_file_mark_equal (&file, &last.file)) &&
      !open_last (fd, &file, cancellable, error))
    return NULL;
  const gulong handler = g_cancellable_connect (cancellable, G_CALLBACK (cancel_last_cb),
                                                g_object_ref (last.cancellable), g_object_unref);
  frame = ic_shim_picture_read_frame (last.picture, number, error);
  g_cancellable_disconnect (cancellable, handler);
  *n_frames = ic_shim_picture_count_frames (last.picture);
  if (*n_frames == 1 || frame == NULL)
    drop_last ();
  return frame;
}

static GVariant *
read_frame (IcWorkerJob *job, GUnixFDList **out_fds, GError **error)
{
  g_autoptr(IcFrame) frame = NULL;
  g_autoptr(GBytes) content = NULL;
  GVariant *numbers = NULL;
  gint32 handle = -1;
  guint number = 0;
  guint n_frames = 0;
  int fd = -1;

  g_variant_get (ic_worker_job_get_parameters (job), "(thu)", NULL, &handle, &number);
  fd = ic_worker_job_get_fd (job, handle, error);
  if (fd >= 0)
    frame = read_from_last (fd, number, &n_frames, ic_worker_job_get_cancellable (job), error);
  if (frame == NULL)
    return NULL;
  numbers = ic_frame_pack (frame, &content);
  return ic_wire_memory_hand_over (content,
                                   g_variant_new ("(u@" IC_FRAME_VARIANT "h)", n_frames, numbers,
                                                  0),
                                   out_fds, error);
}

static gboolean
read_frame_cb (IcWireParse *parse,
               GDBusMethodInvocation *invocation,
               GUnixFDList *fds,
               guint64 job,
               GVariant *file,
               guint frame,
               IcWorkerService *service)
{
  return ic_worker_service_run (service, invocation, fds, read_frame);
}

void
ic_picture_service_connect (IcWorkerService *service, IcWireParse *parse)
{
  g_signal_connect (parse, "handle-thumbnails", G_CALLBACK (thumbnails_cb), service);
  g_signal_connect (parse, "handle-key-images", G_CALLBACK (key_images_cb), service);
  g_signal_connect (parse, "handle-read-frame", G_CALLBACK (read_frame_cb), service);
}
