/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "paper/ic-paper.h"

#include "core/ic-error.h"
#include "paper/ic-paper-private.h"

#include <cairo-pdf.h>
#include <glib/gi18n.h>

struct _IcPaper
{
  IcSheet *sheet;
  char *title;
};

static IcSheet *
make_sheet (IcPaperKind kind, const IcPaperTexts *texts)
{
  switch (kind)
    {
    case IC_PAPER_LABEL:
      return ic_paper_make_label (texts);
    case IC_PAPER_INSERT:
      return ic_paper_make_insert (texts);
    case IC_PAPER_LETTER:
      return ic_paper_make_letter (texts);
    case IC_PAPER_PROOF:
    default:
      return ic_paper_make_proof (texts);
    }
}

IcPaper *
ic_paper_new (IcPaperKind kind, const IcPaperFacts *facts)
{
  IcPaper *self = g_new0 (IcPaper, 1);
  g_autoptr(IcPaperTexts) texts = ic_paper_texts_new (facts);

  self->sheet = make_sheet (kind, texts);
  self->title = ic_transfer_dup_number (facts->transfer->id);
  return self;
}

void
ic_paper_free (IcPaper *self)
{
  ic_sheet_free (self->sheet);
  g_free (self->title);
  g_free (self);
}

guint
ic_paper_count_pages (IcPaper *self)
{
  return ic_sheet_count_pages (self->sheet);
}

double
ic_paper_get_width (IcPaper *self)
{
  return ic_sheet_get_format (self->sheet)->width;
}

double
ic_paper_get_height (IcPaper *self)
{
  return ic_sheet_get_format (self->sheet)->height;
}

void
ic_paper_draw (IcPaper *self, guint page, cairo_t *cr)
{
  ic_sheet_draw (self->sheet, page, cr);
}

static cairo_status_t
append_cb (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

static cairo_status_t
draw_pdf (IcPaper *self, GByteArray *bytes)
{
  cairo_surface_t *surface =
      cairo_pdf_surface_create_for_stream (append_cb, bytes, ic_paper_get_width (self),
                                           ic_paper_get_height (self));
  cairo_t *cr = cairo_create (surface);
  cairo_status_t status;

  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, self->title);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATOR, "Imaging Courier");
  for (guint i = 0; i < ic_paper_count_pages (self); i++)
    {
      ic_paper_draw (self, i, cr);
      cairo_show_page (cr);
    }
  cairo_destroy (cr);
  cairo_surface_finish (surface);
  status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  return status;
}

gboolean
ic_paper_write_pdf (IcPaper *self, const char *path, GError **error)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  g_autoptr(GError) local_error = NULL;
  cairo_status_t status = draw_pdf (self, bytes);

  if (status != CAIRO_STATUS_SUCCESS)
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_INTERNAL, cairo_status_to_string (status));
      return FALSE;
    }
  if (g_file_set_contents_full (path, (const char *) bytes->data, bytes->len,
                                G_FILE_SET_CONTENTS_CONSISTENT, 0600, &local_error))
    return TRUE;
  g_set_error_literal (error, IC_ERROR, IC_ERROR_WRITE_FAILED, local_error->message);
  return FALSE;
}

char *
ic_paper_dup_file_name (IcPaperKind kind, IcTransfer *transfer)
{
  const char *names[] = {
    [IC_PAPER_PROOF] = _ ("proof"),
    [IC_PAPER_LABEL] = _ ("label"),
    [IC_PAPER_INSERT] = _ ("insert"),
    [IC_PAPER_LETTER] = _ ("letter"),
  };
  g_autofree char *number = ic_transfer_dup_number (transfer->id);

  return g_strdup_printf ("%s %s.pdf", number, names[kind]);
}
