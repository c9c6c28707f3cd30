/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "picture/ic-frame.h"

#include <math.h>

IcFrame *
ic_frame_new (void)
{
  IcFrame *self = g_atomic_rc_box_new0 (IcFrame);

  self->aspect = 1;
  self->slope = 1;
  self->high = 1;
  self->windows = g_array_new (FALSE, FALSE, sizeof (IcVoiWindow));
  return self;
}

IcFrame *
ic_frame_copy_without_samples (const IcFrame *self)
{
  IcFrame *copy = g_atomic_rc_box_new0 (IcFrame);

  *copy = *self;
  copy->samples = NULL;
  copy->voi_lut = self->voi_lut != NULL ? ic_lut_ref (self->voi_lut) : NULL;
  copy->windows = g_array_copy (self->windows);
  return copy;
}

static void
clear (gpointer data)
{
  IcFrame *self = data;

  g_clear_pointer (&self->voi_lut, ic_lut_unref);
  g_clear_pointer (&self->samples, g_bytes_unref);
  g_array_unref (self->windows);
}

IcFrame *
ic_frame_ref (IcFrame *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
ic_frame_unref (IcFrame *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

guint
ic_frame_format_get_bytes (IcFrameFormat format)
{
  static const guint bytes[IC_FRAME_N_FORMATS] = { 1, 2, 2, 4, 3 };

  return format < IC_FRAME_N_FORMATS ? bytes[format] : 0;
}

IcGrey
ic_frame_get_default_grey (const IcFrame *self)
{
  IcGrey grey = { .slope = self->slope,
                  .intercept = self->intercept,
                  .lut = self->voi_lut,
                  .inverted = self->inverted };

  grey.window = self->windows->len > 0 ? g_array_index (self->windows, IcVoiWindow, 0)
                                       : ic_voi_window_for_range (self->low, self->high);
  return grey;
}

static GBytes *
join (GBytes *samples, const IcLut *lut)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (samples, &size);
  g_autoptr(GByteArray) bytes = NULL;

  if (lut == NULL)
    return g_bytes_ref (samples);
  bytes = g_byte_array_sized_new ((guint) size + 2 * lut->n_entries);
  g_byte_array_append (bytes, data, (guint) size);
  g_byte_array_append (bytes, (const guint8 *) lut->entries, 2 * lut->n_entries);
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

GVariant *
ic_frame_pack (IcFrame *self, GBytes **content)
{
  const IcLut *lut = self->voi_lut;
  GVariantBuilder windows;

  g_variant_builder_init (&windows, G_VARIANT_TYPE ("a(ddu)"));
  for (guint i = 0; i < self->windows->len; i++)
    {
      const IcVoiWindow *window = &g_array_index (self->windows, IcVoiWindow, i);

      g_variant_builder_add (&windows, "(ddu)", window->centre, window->width,
                             (guint32) window->function);
    }
  *content = join (self->samples, lut);
  return g_variant_new (IC_FRAME_VARIANT, self->columns, self->rows, self->aspect,
                        (guint32) self->format, self->slope, self->intercept, self->inverted,
                        self->has_padding, self->padding_low, self->padding_high, self->low,
                        self->high, &windows, lut != NULL ? lut->first : 0,
                        lut != NULL ? lut->bits : 0, lut != NULL ? lut->n_entries : 0);
}

static gboolean
take_windows (IcFrame *self, GVariantIter *windows)
{
  IcVoiWindow window = { 0 };
  guint32 function = 0;

  while (g_variant_iter_next (windows, "(ddu)", &window.centre, &window.width, &function))
    {
      window.function = function;
      if (function > IC_VOI_SIGMOID || !ic_voi_window_is_valid (&window))
        return FALSE;
      g_array_append_val (self->windows, window);
    }
  return TRUE;
}

/* Samples, then the table. */
static gboolean
take_content (IcFrame *self, GBytes *content, gint32 first, guint32 bits, guint32 n_entries)
{
  const guint64 n_samples =
      (guint64) self->columns * self->rows * ic_frame_format_get_bytes (self->format);
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (content, &size);

  if (n_samples == 0 || n_entries > IC_LUT_ENTRIES_MAX || size != n_samples + 2 * n_entries)
    return FALSE;
  self->samples = g_bytes_new_from_bytes (content, 0, n_samples);
  if (n_entries == 0)
    return TRUE;
  self->voi_lut = ic_lut_new (first, bits, n_entries, data + n_samples, 2 * n_entries, NULL);
  return self->voi_lut != NULL;
}

static gboolean
is_sensible (const IcFrame *self)
{
  const double numbers[] = { self->aspect,       self->slope, self->intercept, self->padding_low,
                             self->padding_high, self->low,   self->high };

  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (!isfinite (numbers[i]))
      return FALSE;
  return self->columns <= G_MAXUINT16 && self->rows <= G_MAXUINT16 &&
         self->format < IC_FRAME_N_FORMATS;
}

IcFrame *
ic_frame_unpack (GVariant *numbers, GBytes *content)
{
  g_autoptr(IcFrame) self = ic_frame_new ();
  g_autoptr(GVariantIter) windows = NULL;
  guint32 format = 0;
  guint32 bits = 0;
  guint32 n_entries = 0;
  gint32 first = 0;

  if (!g_variant_is_of_type (numbers, G_VARIANT_TYPE (IC_FRAME_VARIANT)))
    return NULL;
  g_variant_get (numbers, IC_FRAME_VARIANT, &self->columns, &self->rows, &self->aspect, &format,
                 &self->slope, &self->intercept, &self->inverted, &self->has_padding,
                 &self->padding_low, &self->padding_high, &self->low, &self->high, &windows, &first,
                 &bits, &n_entries);
  self->format = MIN (format, IC_FRAME_N_FORMATS);
  if (!is_sensible (self) || !take_windows (self, windows) ||
      !take_content (self, content, first, bits, n_entries))
    return NULL;
  return g_steal_pointer (&self);
}
