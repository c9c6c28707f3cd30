/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "picture/ic-samples.h"

#include "core/ic-error.h"

#include <string.h>

static gboolean
refuse (GError **error, IcErrorCode code, const char *why)
{
  g_set_error_literal (error, IC_ERROR, code, why);
  return FALSE;
}

static gboolean
has_known_width (const IcSampleLayout *self)
{
  if (self->is_float)
    return self->bits_allocated == 32 || self->bits_allocated == 64;
  return self->bits_allocated == 1 || self->bits_allocated == 8 || self->bits_allocated == 16 ||
         self->bits_allocated == 32;
}

gboolean
ic_sample_layout_check (const IcSampleLayout *self, GError **error)
{
  if (self->columns == 0 || self->rows == 0 || self->columns > G_MAXUINT16 ||
      self->rows > G_MAXUINT16)
    return refuse (error, IC_ERROR_BAD_DATA, "the picture has no size");
  if (self->samples != 1 && self->samples != 3)
    return refuse (error, IC_ERROR_UNSUPPORTED, "neither grey nor of three colours");
  if (!has_known_width (self))
    return refuse (error, IC_ERROR_UNSUPPORTED, "an unusual number of bits allocated");
  if (!self->is_float &&
      (self->bits_stored == 0 || self->bits_stored > self->bits_allocated ||
       self->high_bit >= self->bits_allocated || self->high_bit + 1 < self->bits_stored))
    return refuse (error, IC_ERROR_BAD_DATA, "the bits stored do not fit the bits allocated");
  if (self->half_chroma && (self->samples != 3 || self->columns % 2 != 0 || self->is_planar))
    return refuse (error, IC_ERROR_BAD_DATA, "the colours do not fit the pixels");
  return TRUE;
}

guint64
ic_sample_layout_row_cells (const IcSampleLayout *self)
{
  if (self->half_chroma)
    return (guint64) self->columns * 2;
  return (guint64) self->columns * (self->is_planar ? 1 : self->samples);
}

guint64
ic_sample_layout_frame_cells (const IcSampleLayout *self)
{
  return ic_sample_layout_row_cells (self) * self->rows * (self->is_planar ? self->samples : 1);
}

guint64
ic_sample_layout_frame_bytes (const IcSampleLayout *self)
{
  return (ic_sample_layout_frame_cells (self) * self->bits_allocated + 7) / 8;
}

/* What a cell holds beside its sample is masked out (overlays of old). */
typedef struct
{
  guint shift;
  guint32 mask;
  gint64 sign;
} Cut;

static Cut
cut_of (const IcSampleLayout *self)
{
  const guint32 mask = G_MAXUINT32 >> (32 - self->bits_stored);

  return (Cut){ .shift = self->high_bit + 1 - self->bits_stored,
                .mask = mask,
                .sign = self->is_signed ? (gint64) 1 << (self->bits_stored - 1) : 0 };
}

static inline float
cut_out (const Cut *cut, guint32 cell)
{
  return (float) (((gint64) ((cell >> cut->shift) & cut->mask) ^ cut->sign) - cut->sign);
}

static void
unpack_8 (const Cut *cut, const guint8 *bytes, gsize n, gsize stride, float *values)
{
  const gint32 sign = (gint32) cut->sign;

  for (gsize i = 0; i < n; i++)
    values[i * stride] = (float) ((((bytes[i] >> cut->shift) & (gint32) cut->mask) ^ sign) - sign);
}

/* In 32 bits, which a compiler can do eight of at once. */
static inline void
unpack_16_as (const Cut *cut,
              const guint8 *bytes,
              gsize n,
              gsize stride,
              float *values,
              gboolean swap)
{
  const gint32 sign = (gint32) cut->sign;
  const gint32 mask = (gint32) cut->mask;
  const guint shift = cut->shift;

  for (gsize i = 0; i < n; i++)
    {
      guint16 cell;

      memcpy (&cell, bytes + 2 * i, 2);
      cell = swap ? GUINT16_SWAP_LE_BE (cell) : cell;
      values[i * stride] = (float) ((((cell >> shift) & mask) ^ sign) - sign);
    }
}

static void
unpack_16 (const IcSampleLayout *self, const guint8 *bytes, gsize n, gsize stride, float *values)
{
  const Cut cut = cut_of (self);
  const gboolean swap = self->big_endian != (G_BYTE_ORDER == G_BIG_ENDIAN);

  if (swap)
    unpack_16_as (&cut, bytes, n, stride, values, TRUE);
  else if (stride == 1)
    unpack_16_as (&cut, bytes, n, 1, values, FALSE);
  else
    unpack_16_as (&cut, bytes, n, stride, values, FALSE);
}

static guint32
load_32 (const IcSampleLayout *self, const guint8 *bytes)
{
  guint32 cell;

  memcpy (&cell, bytes, 4);
  return self->big_endian ? GUINT32_FROM_BE (cell) : GUINT32_FROM_LE (cell);
}

static guint64
load_64 (const IcSampleLayout *self, const guint8 *bytes)
{
  guint64 cell;

  memcpy (&cell, bytes, 8);
  return self->big_endian ? GUINT64_FROM_BE (cell) : GUINT64_FROM_LE (cell);
}

static void
unpack_32 (const IcSampleLayout *self, const guint8 *bytes, gsize n, gsize stride, float *values)
{
  const Cut cut = cut_of (self);

  for (gsize i = 0; i < n; i++)
    values[i * stride] = cut_out (&cut, load_32 (self, bytes + 4 * i));
}

static void
unpack_floats (const IcSampleLayout *self,
               const guint8 *bytes,
               gsize n,
               gsize stride,
               float *values)
{
  for (gsize i = 0; i < n; i++)
    if (self->bits_allocated == 32)
      {
        const guint32 cell = load_32 (self, bytes + 4 * i);

        memcpy (&values[i * stride], &cell, 4);
      }
    else
      {
        const guint64 cell = load_64 (self, bytes + 8 * i);
        double value = 0;

        memcpy (&value, &cell, 8);
        values[i * stride] = (float) CLAMP (value, -G_MAXFLOAT, G_MAXFLOAT);
      }
}

/* Cells that do not begin on a byte of their own, or not on the one of their number. */
static void
unpack_scattered (const IcSampleLayout *self,
                  const guint8 *bytes,
                  gsize first,
                  gsize n,
                  gsize stride,
                  float *values)
{
  const Cut cut = cut_of (self);

  for (gsize i = 0; i < n; i++)
    {
      const gsize at = first + i;

      if (self->bits_allocated == 1)
        values[i * stride] =
            (float) ((bytes[(at / 8) ^ (self->bytes_swapped ? 1 : 0)] >> at % 8) & 1);
      else
        values[i * stride] = cut_out (&cut, bytes[at ^ 1]);
    }
}

void
ic_samples_unpack (const IcSampleLayout *self,
                   const guint8 *bytes,
                   gsize first,
                   gsize n,
                   gsize stride,
                   float *values)
{
  const guint8 *start = bytes + first * self->bits_allocated / 8;
  Cut cut = { 0 };

  if (self->is_float)
    {
      unpack_floats (self, start, n, stride, values);
      return;
    }
  cut = cut_of (self);
  if (self->bits_allocated == 1 || (self->bits_allocated == 8 && self->bytes_swapped))
    unpack_scattered (self, bytes, first, n, stride, values);
  else if (self->bits_allocated == 8)
    unpack_8 (&cut, start, n, stride, values);
  else if (self->bits_allocated == 16)
    unpack_16 (self, start, n, stride, values);
  else
    unpack_32 (self, start, n, stride, values);
}

void
ic_samples_spread_chroma (const float *cells, gsize n_pixels, float *pixels)
{
  for (gsize i = 0; i < n_pixels; i++)
    {
      const float *pair = cells + i / 2 * 4;

      pixels[3 * i] = pair[i % 2];
      pixels[3 * i + 1] = pair[2];
      pixels[3 * i + 2] = pair[3];
    }
}
