/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The real workers in their sandboxes. */
#include "core/ic-error.h"
#include "dicom/ic-page-reader.h"
#include "shim-fixture.h"

#include <string.h>
#include <unistd.h>

#define PDF_CLASS "1.2.840.10008.5.1.4.1.1.104.1"
#define EXPLICIT_LE "1.2.840.10008.1.2.1"
#define TITLE_BYTES 9000

/* Two pages, of 2 by 1 and of 1 by 1 inch. On the first a square of 36 points, blue, at the left
 * below; on the second a word in a font that is not in the file.
 */
static const char document[] =
    "%PDF-1.4\n"
    "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    "2 0 obj<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2>>endobj\n"
    "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 144 72]/Contents 5 0 R>>endobj\n"
    "4 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]/Contents 6 0 R"
    "/Resources<</Font<</F 7 0 R>>>>>>endobj\n"
    "5 0 obj<</Length 22>>stream\n"
    "0 0 1 rg 0 0 36 36 re f\n"
    "endstream endobj\n"
    "6 0 obj<</Length 33>>stream\n"
    "BT /F 24 Tf 4 24 Td (Letter) Tj ET\n"
    "endstream endobj\n"
    "7 0 obj<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>endobj\n"
    "trailer<</Root 1 0 R>>\n"
    "%%EOF\n";

static int
open_object (const char *content, gsize size)
{
  g_autoptr(GByteArray) file = fixture_file_new (EXPLICIT_LE, PDF_CLASS);

  fixture_add_identity (file, PDF_CLASS);
  fixture_add_text (file, 0x00420012, "LO", "application/pdf");
  fixture_add_long_head (file, 0x00420011, "OB", (guint32) (size + size % 2));
  g_byte_array_append (file, (const guint8 *) content, (guint) size);
  if (size % 2 != 0)
    g_byte_array_append (file, (const guint8 *) "", 1);
  return fixture_open (file->data, file->len);
}

typedef struct
{
  IcImageReader *images;
  IcPageReader *pages;
} Readers;

static void
set_up (Readers *readers, gconstpointer data)
{
  readers->images = ic_image_reader_new ();
  readers->pages = ic_page_reader_new ();
}

static void
tear_down (Readers *readers, gconstpointer data)
{
  ic_image_reader_free (readers->images);
  ic_page_reader_free (readers->pages);
}

static const guint8 *
get_pixel (const IcFrame *frame, guint x, guint y)
{
  const guint8 *pixels = g_bytes_get_data (frame->samples, NULL);

  return pixels + 3 * ((gsize) y * frame->columns + x);
}

static guint
count_dark (const IcFrame *frame)
{
  guint n = 0;

  for (guint y = 0; y < frame->rows; y++)
    for (guint x = 0; x < frame->columns; x++)
      n += get_pixel (frame, x, y)[1] < 64;
  return n;
}

static void
test_pages_are_drawn_in_their_size_and_with_the_fonts_of_the_system (Readers *readers,
                                                                     gconstpointer data)
{
  int fd = open_object (document, sizeof document - 1);
  g_autoptr(GError) error = NULL;
  g_autoptr(IcFrame) first = NULL;
  g_autoptr(IcFrame) second = NULL;
  guint n_pages = 0;

  first = ic_page_reader_read (readers->pages, readers->images, fd, 0, &n_pages, NULL, &error);
  g_assert_no_error (error);
  second = ic_page_reader_read (readers->pages, readers->images, fd, 1, &n_pages, NULL, &error);
  g_assert_no_error (error);
  close (fd);
  g_assert_cmpuint (n_pages, ==, 2);
  g_assert_cmpint (first->format, ==, IC_FRAME_RGB);
  g_assert_cmpuint (first->columns, ==, 2 * first->rows);
  g_assert_cmpuint (second->columns, ==, second->rows);
  g_assert_cmpmem (get_pixel (first, first->columns / 8, first->rows * 3 / 4), 3, "\0\0\377", 3);
  g_assert_cmpmem (get_pixel (first, first->columns / 8, first->rows / 4), 3, "\377\377\377", 3);
  g_assert_cmpuint (count_dark (second), >, 100);
}

static void
assert_refused (Readers *readers, int fd, guint page, IcErrorCode code)
{
  g_autoptr(GError) error = NULL;
  guint n_pages = 0;

  g_assert_null (
      ic_page_reader_read (readers->pages, readers->images, fd, page, &n_pages, NULL, &error));
  g_assert_error (error, IC_ERROR, (int) code);
}

static void
test_what_is_no_pdf_is_told_and_the_next_one_is_drawn (Readers *readers, gconstpointer data)
{
  g_autofree char *noise = g_malloc (TITLE_BYTES);
  g_autofree char *cut = g_strndup (document, sizeof document / 6);
  g_autoptr(GError) error = NULL;
  g_autoptr(IcFrame) frame = NULL;
  guint n_pages = 0;
  int good = open_object (document, sizeof document - 1);
  int bad = -1;

  for (guint i = 0; i < TITLE_BYTES; i++)
    noise[i] = (char) (i * 2654435761u >> 13);
  bad = open_object (noise, TITLE_BYTES);
  assert_refused (readers, bad, 0, IC_ERROR_BAD_DATA);
  close (bad);
  bad = open_object (cut, strlen (cut));
  assert_refused (readers, bad, 0, IC_ERROR_BAD_DATA);
  close (bad);
  assert_refused (readers, good, 2, IC_ERROR_BAD_DATA);
  frame = ic_page_reader_read (readers->pages, readers->images, good, 0, &n_pages, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (frame);
  close (good);
}

/* A page of a kilometre, one without an extent, and pages that contain each other. */
static void
test_hostile_pages_end_in_a_picture_of_bounded_size_or_an_error (Readers *readers,
                                                                 gconstpointer data)
{
  static const char *const boxes[] = { "0 0 2834645 2834645", "0 0 0 0", "0 0 1e300 1e300",
                                       "7 7 7 1e30" };

  for (guint i = 0; i < G_N_ELEMENTS (boxes); i++)
    {
      g_autofree char *pdf =
          g_strdup_printf ("%%PDF-1.4\n"
                           "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
                           "2 0 obj<</Type/Pages/Kids[2 0 R 3 0 R 2 0 R]/Count 2000000000>>endobj\n"
                           "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[%s]>>endobj\n"
                           "trailer<</Root 1 0 R>>\n",
                           boxes[i]);
      int fd = open_object (pdf, strlen (pdf));
      g_autoptr(GError) error = NULL;
      g_autoptr(IcFrame) frame = NULL;
      guint n_pages = 0;

      frame = ic_page_reader_read (readers->pages, readers->images, fd, 0, &n_pages, NULL, &error);
      g_test_message ("%s: %s", boxes[i], frame != NULL ? "drawn" : error->message);
      if (frame != NULL)
        g_assert_cmpuint (MAX (frame->columns, frame->rows), <=, 2600);
      else
        g_assert_cmpuint (error->domain, ==, IC_ERROR);
      close (fd);
    }
}

#define ADD(path, function) g_test_add (path, Readers, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/page-reader/pages", test_pages_are_drawn_in_their_size_and_with_the_fonts_of_the_system);
  ADD ("/page-reader/garbage", test_what_is_no_pdf_is_told_and_the_next_one_is_drawn);
  ADD ("/page-reader/hostile", test_hostile_pages_end_in_a_picture_of_bounded_size_or_an_error);
  return g_test_run ();
}
