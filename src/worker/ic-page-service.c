/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/ic-page-service.h"

#include "core/ic-error.h"
#include "core/ic-file-mark.h"
#include "picture/ic-frame.h"
#include "wire/ic-wire-memory.h"

#include <cairo.h>
#include <errno.h>
#include <fontconfig/fontconfig.h>
#include <math.h>
#include <poppler.h>
#include <unistd.h>

#define POINTS_PER_INCH 72.0
#define DOTS_PER_INCH 150.0 /* small print can be read, and two pages fit the cache of a viewer */
#define EDGE_MAX 2600
#define BYTES_MAX ((off_t) 256 * 1024 * 1024)

/* A word in a font that is not inside, so that the way to the system's fonts has been gone. */
static const char sample[] = "%PDF-1.4\n"
                             "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
                             "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
                             "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]/Contents 5 0 R"
                             "/Resources<</Font<</F 4 0 R>>>>>>endobj\n"
                             "4 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
                             "5 0 obj<</Length 28>>stream\n"
                             "BT /F 9 Tf 9 36 Td (a) Tj ET\n"
                             "endstream endobj\n"
                             "trailer<</Root 1 0 R>>\n"
                             "%%EOF\n";

/* The one that was asked for last: a person turns pages. */
static struct
{
  PopplerDocument *document;
  IcFileMark file;
} last;

/* What it says of a document may quote it. */
static void
be_silent (const char *domain, GLogLevelFlags level, const char *message, gpointer user_data)
{
}

static PopplerDocument *
open_bytes (GBytes *bytes, GError **error)
{
  g_autoptr(GError) local_error = NULL;
  PopplerDocument *document = poppler_document_new_from_bytes (bytes, NULL, &local_error);

  if (document != NULL)
    return document;
  if (g_error_matches (local_error, POPPLER_ERROR, POPPLER_ERROR_ENCRYPTED))
    g_set_error_literal (error, IC_ERROR, IC_ERROR_UNSUPPORTED, "the document has a password");
  else
    g_set_error_literal (error, IC_ERROR, IC_ERROR_BAD_DATA, "the document is no readable PDF");
  return NULL;
}

static GBytes *
read_all (int fd, off_t size, GError **error)
{
  g_autofree guint8 *bytes = NULL;
  off_t done = 0;

  if (size > BYTES_MAX)
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_UNSUPPORTED, "the document is too large");
      return NULL;
    }
  bytes = g_malloc ((gsize) size);
  while (done < size)
    {
      const ssize_t n = pread (fd, bytes + done, (gsize) (size - done), done);

      if (n <= 0)
        {
          ic_error_set_errno (error, IC_ERROR_READ_FAILED, n < 0 ? errno : EIO, "failed to read");
          return NULL;
        }
      done += n;
    }
  return g_bytes_new_take (g_steal_pointer (&bytes), (gsize) size);
}

static PopplerDocument *
ensure_document (int fd, GError **error)
{
  g_autoptr(GBytes) bytes = NULL;
  IcFileMark file = { 0 };

  if (!ic_file_mark_take (fd, &file, error))
    return NULL;
  if (last.document != NULL && ic_file_mark_equal (&file, &last.file))
    return last.document;
  g_clear_object (&last.document);
  bytes = read_all (fd, file.size_bytes, error);
  if (bytes != NULL)
    last.document = open_bytes (bytes, error);
  last.file = file;
  return last.document;
}

/* Red, green and blue of what cairo keeps as words. */
static GBytes *
take_pixels (cairo_surface_t *surface, guint columns, guint rows)
{
  const guint8 *bytes = cairo_image_surface_get_data (surface);
  const gsize stride = (gsize) cairo_image_surface_get_stride (surface);
  guint8 *pixels = g_malloc ((gsize) columns * rows * 3);
  guint8 *to = pixels;

  for (guint y = 0; y < rows; y++)
    for (guint x = 0; x < columns; x++, to += 3)
      {
        const guint32 pixel = ((const guint32 *) (gconstpointer) (bytes + y * stride))[x];

        to[0] = (guint8) (pixel >> 16);
        to[1] = (guint8) (pixel >> 8);
        to[2] = (guint8) pixel;
      }
  return g_bytes_new_take (pixels, (gsize) columns * rows * 3);
}

/* On white paper, however much of it is drawn on. */
static cairo_status_t
draw (PopplerPage *page, cairo_surface_t *surface, double scale)
{
  cairo_t *cr = cairo_create (surface);
  cairo_status_t status = CAIRO_STATUS_SUCCESS;

  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  cairo_scale (cr, scale, scale);
  poppler_page_render (page, cr);
  status = cairo_status (cr);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  return status;
}

static IcFrame *
render (PopplerPage *page, GError **error)
{
  g_autoptr(IcFrame) frame = ic_frame_new ();
  cairo_surface_t *surface = NULL;
  cairo_status_t status = CAIRO_STATUS_SUCCESS;
  double width = 0;
  double height = 0;
  double scale = 0;

  poppler_page_get_size (page, &width, &height);
  if (!(width >= 1) || !(height >= 1) || !isfinite (width) || !isfinite (height))
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_BAD_DATA, "the page has no size");
      return NULL;
    }
  scale = MIN (DOTS_PER_INCH / POINTS_PER_INCH, EDGE_MAX / MAX (width, height));
  frame->columns = (guint) CLAMP (ceil (width * scale - 0.01), 1, EDGE_MAX);
  frame->rows = (guint) CLAMP (ceil (height * scale - 0.01), 1, EDGE_MAX);
  frame->format = IC_FRAME_RGB;
  surface =
      cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int) frame->columns, (int) frame->rows);
  status = draw (page, surface, scale);
  if (status == CAIRO_STATUS_SUCCESS)
    frame->samples = take_pixels (surface, frame->columns, frame->rows);
  cairo_surface_destroy (surface);
  if (frame->samples != NULL)
    return g_steal_pointer (&frame);
  g_set_error_literal (error, IC_ERROR, IC_ERROR_BAD_DATA, "the page cannot be drawn");
  return NULL;
}

static IcFrame *
render_page (PopplerDocument *document, guint number, GError **error)
{
  PopplerPage *page = NULL;
  IcFrame *frame = NULL;

  if (number < (guint) MAX (poppler_document_get_n_pages (document), 0))
    page = poppler_document_get_page (document, (int) number);
  if (page != NULL)
    frame = render (page, error);
  else
    g_set_error_literal (error, IC_ERROR, IC_ERROR_BAD_DATA, "the document has no such page");
  g_clear_object (&page);
  return frame;
}

static GVariant *
read_page (IcWorkerJob *job, GUnixFDList **out_fds, GError **error)
{
  PopplerDocument *document = NULL;
  g_autoptr(IcFrame) frame = NULL;
  g_autoptr(GBytes) content = NULL;
  GVariant *numbers = NULL;
  gint32 handle = -1;
  guint number = 0;
  int fd = -1;

  g_variant_get (ic_worker_job_get_parameters (job), "(thu)", NULL, &handle, &number);
  fd = ic_worker_job_get_fd (job, handle, error);
  if (fd >= 0)
    document = ensure_document (fd, error);
  if (document != NULL)
    frame = render_page (document, number, error);
  if (frame == NULL)
    return NULL;
  numbers = ic_frame_pack (frame, &content);
  return ic_wire_memory_hand_over (content,
                                   g_variant_new ("(u@" IC_FRAME_VARIANT "h)",
                                                  poppler_document_get_n_pages (document), numbers,
                                                  0),
                                   out_fds, error);
}

static gboolean
read_page_cb (IcWireParse *parse,
              GDBusMethodInvocation *invocation,
              GUnixFDList *fds,
              guint64 job,
              GVariant *file,
              guint page,
              IcWorkerService *service)
{
  return ic_worker_service_run (service, invocation, fds, read_page);
}

static void
add_folder (GPtrArray *folders, const char *path)
{
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    g_ptr_array_add (folders, g_strdup (path));
}

static char **
list_folders (void)
{
  GPtrArray *folders = g_ptr_array_new ();
  FcStrList *list = FcConfigGetFontDirs (NULL);
  FcChar8 *path = NULL;

  while (list != NULL && (path = FcStrListNext (list)) != NULL)
    add_folder (folders, (const char *) path);
  if (list != NULL)
    FcStrListDone (list);
  add_folder (folders, "/usr/share/poppler"); /* what the letters of East Asia are called */
  g_ptr_array_add (folders, NULL);
  return (char **) g_ptr_array_free (folders, FALSE);
}

char **
ic_page_service_init (void)
{
  g_autoptr(GBytes) bytes = g_bytes_new_static (sample, sizeof sample - 1);
  PopplerDocument *document = NULL;
  g_autoptr(IcFrame) frame = NULL;

  g_log_set_default_handler (be_silent, NULL);
  FcInit ();
  /* It would look whether there are new fonts. */
  FcConfigSetRescanInterval (NULL, 0);
  document = open_bytes (bytes, NULL);
  if (document != NULL)
    frame = render_page (document, 0, NULL);
  g_clear_object (&document);
  return list_folders ();
}

gboolean
ic_page_service_export (IcWorkerService *service, GDBusConnection *connection, GError **error)
{
  IcWireParse *parse = ic_wire_parse_skeleton_new ();

  g_signal_connect (parse, "handle-read-frame", G_CALLBACK (read_page_cb), service);
  return ic_worker_service_export (G_DBUS_INTERFACE_SKELETON (parse), connection, error);
}
