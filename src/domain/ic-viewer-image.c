/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/ic-viewer-image.h"

#include "domain/ic-transfer-syntax.h"

#include <string.h>

static const char *const quality_names[IC_VIEWER_N_QUALITIES] = {
  [IC_VIEWER_NONE] = "none",
  [IC_VIEWER_PREVIEW] = "preview",
  [IC_VIEWER_LOSSLESS] = "lossless",
};

static const char *const encoding_names[IC_VIEWER_N_ENCODINGS] = {
  [IC_VIEWER_NOTHING] = "none",  [IC_VIEWER_SAMPLES] = "med", [IC_VIEWER_BITS] = "bits",
  [IC_VIEWER_SOURCE] = "source", [IC_VIEWER_JPEG] = "jpeg8",  [IC_VIEWER_FILE] = "file",
};

static const char *const reason_names[IC_VIEWER_N_REASONS] = {
  [IC_VIEWER_OK] = "",
  [IC_VIEWER_NO_PIXELS] = "no-pixels",
  [IC_VIEWER_UNSUPPORTED] = "unsupported-syntax",
  [IC_VIEWER_DAMAGED] = "damaged",
  [IC_VIEWER_TOO_LARGE] = "too-large",
};

gboolean
ic_viewer_quality_parse (const char *name, IcViewerQuality *quality)
{
  for (guint i = 0; i < IC_VIEWER_N_QUALITIES; i++)
    {
      *quality = i;
      if (g_str_equal (quality_names[i], name))
        return TRUE;
    }
  return FALSE;
}

const char *
ic_viewer_quality_get_name (IcViewerQuality quality)
{
  return quality_names[quality];
}

const char *
ic_viewer_image_get_encoding (const IcViewerImage *self)
{
  return encoding_names[self->encoding];
}

const char *
ic_viewer_image_get_reason (const IcViewerImage *self)
{
  return reason_names[self->reason];
}

static void
clear (gpointer data)
{
  g_free (((IcViewerImage *) data)->frame_bytes);
}

IcViewerImage *
ic_viewer_image_new (const IcViewerImage *values)
{
  IcViewerImage *self = g_atomic_rc_box_new (IcViewerImage);

  *self = *values;
  self->frame_bytes =
      g_memdup2 (values->frame_bytes, values->n_frames * sizeof *values->frame_bytes);
  return self;
}

IcViewerImage *
ic_viewer_image_ref (IcViewerImage *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
ic_viewer_image_unref (IcViewerImage *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

guint64
ic_viewer_image_sum_frame_bytes (const IcViewerImage *self)
{
  guint64 sum = 0;

  for (guint i = 0; i < self->n_frames; i++)
    sum += self->frame_bytes[i];
  return sum;
}

guint64
ic_viewer_image_sum_pixel_bytes (const IcViewerImage *self)
{
  if (self->encoding == IC_VIEWER_FILE)
    return 0;
  return (guint64) self->columns * self->rows * self->samples * self->bytes * self->n_frames;
}

GVariant *
ic_viewer_image_pack (const IcViewerImage *self)
{
  return g_variant_new ("(uuuuuusu@au)", (guint) self->encoding, (guint) self->reason, self->bytes,
                        self->samples, self->columns, self->rows, self->syntax_uid,
                        self->header_bytes,
                        g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32, self->frame_bytes,
                                                   self->n_frames, sizeof *self->frame_bytes));
}

/* Large enough for what there is, and small enough for the sums above. */
static gboolean
is_sensible_size (const IcViewerImage *self)
{
  if (self->encoding == IC_VIEWER_NOTHING || self->encoding == IC_VIEWER_FILE)
    return TRUE;
  return self->columns >= 1 && self->columns <= G_MAXUINT16 && self->rows >= 1 &&
         self->rows <= G_MAXUINT16 && (self->samples == 1 || self->samples == 3) &&
         (self->bytes == 1 || self->bytes == 2 || self->bytes == 4 || self->bytes == 8);
}

static gboolean
agrees (const IcViewerImage *self)
{
  const gboolean has_frames = self->encoding != IC_VIEWER_NOTHING;

  return self->encoding < IC_VIEWER_N_ENCODINGS && self->reason < IC_VIEWER_N_REASONS &&
         (self->reason == IC_VIEWER_OK) == has_frames && (self->n_frames > 0) == has_frames &&
         self->n_frames <= IC_VIEWER_FRAMES_MAX && self->header_bytes <= IC_VIEWER_HEADER_MAX &&
         (*self->syntax_uid != '\0') == (self->encoding == IC_VIEWER_SOURCE) &&
         is_sensible_size (self);
}

IcViewerImage *
ic_viewer_image_unpack (GVariant *packed)
{
  g_autoptr(GVariant) sizes = NULL;
  const char *syntax_uid = NULL;
  IcViewerImage self = { 0 };
  guint encoding = 0;
  guint reason = 0;
  gsize n = 0;

  g_variant_get (packed, "(uuuuuu&su@au)", &encoding, &reason, &self.bytes, &self.samples,
                 &self.columns, &self.rows, &syntax_uid, &self.header_bytes, &sizes);
  self.encoding = encoding;
  self.reason = reason;
  self.syntax_uid = "";
  if (*syntax_uid != '\0')
    self.syntax_uid = ic_transfer_syntax_find (syntax_uid)->uid;
  self.frame_bytes = (guint32 *) g_variant_get_fixed_array (sizes, &n, sizeof *self.frame_bytes);
  if (n > IC_VIEWER_FRAMES_MAX || self.syntax_uid == NULL)
    return NULL;
  self.n_frames = (guint) n;
  return agrees (&self) ? ic_viewer_image_new (&self) : NULL;
}
