/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "picture/ic-frame-render.h"

#include <math.h>
#include <string.h>

#define N_SHADES 65536

guint
ic_frame_get_channels (const IcFrame *self)
{
  return self->format == IC_FRAME_RGB ? 3 : 1;
}

static void
put_sample (const IcFrame *self, guint8 *samples, gsize i, double value)
{
  switch (self->format)
    {
    case IC_FRAME_U16:
      ((guint16 *) samples)[i] = (guint16) (value + 0.5);
      break;
    case IC_FRAME_S16:
      ((gint16 *) samples)[i] = (gint16) floor (value + 0.5);
      break;
    case IC_FRAME_F32:
      ((float *) samples)[i] = (float) value;
      break;
    case IC_FRAME_U8:
    case IC_FRAME_RGB:
    default:
      samples[i] = (guint8) (value + 0.5);
    }
}

static gboolean
is_padding (const IcFrame *self, double sample)
{
  return self->has_padding && sample >= self->padding_low && sample <= self->padding_high;
}

/* Squares of one row of them, added up column by column: that a compiler does many at once. */
typedef struct
{
  const IcFrame *frame;
  gsize n; /* samples in a row, of all channels */
  float *row;
  float *sums;
  float *counts;
} Squares;

static void
squares_free (Squares *self)
{
  g_free (self->row);
  g_free (self->sums);
  g_free (self->counts);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Squares, squares_free)

static Squares *
squares_new (const IcFrame *frame)
{
  Squares *self = g_new0 (Squares, 1);

  self->frame = frame;
  self->n = (gsize) frame->columns * ic_frame_get_channels (frame);
  self->row = g_new (float, self->n);
  self->sums = g_new (float, self->n);
  self->counts = g_new (float, self->n);
  return self;
}

#define CONVERT(Type)                                                                              \
  for (gsize i = 0; i < self->n; i++)                                                              \
  self->row[i] = (float) ((const Type *) samples)[start + i]

static void
squares_read (Squares *self, guint y)
{
  gconstpointer samples = g_bytes_get_data (self->frame->samples, NULL);
  const gsize start = (gsize) y * self->n;

  switch (self->frame->format)
    {
    case IC_FRAME_U16:
      CONVERT (guint16);
      break;
    case IC_FRAME_S16:
      CONVERT (gint16);
      break;
    case IC_FRAME_F32:
      CONVERT (float);
      break;
    case IC_FRAME_U8:
    case IC_FRAME_RGB:
    default:
      CONVERT (guint8);
    }
}

static void
squares_add (Squares *self)
{
  const float low = (float) self->frame->padding_low;
  const float high = (float) self->frame->padding_high;
  const float *row = self->row;

  if (!self->frame->has_padding)
    for (gsize i = 0; i < self->n; i++)
      {
        self->sums[i] += row[i];
        self->counts[i] += 1;
      }
  else
    for (gsize i = 0; i < self->n; i++)
      {
        const float counts = row[i] >= low && row[i] <= high ? 0 : 1;

        self->sums[i] += counts > 0 ? row[i] : 0;
        self->counts[i] += counts;
      }
}

/* Those from row @y on. */
static void
squares_take (Squares *self, guint y, guint factor)
{
  memset (self->sums, 0, self->n * sizeof *self->sums);
  memset (self->counts, 0, self->n * sizeof *self->counts);
  for (guint row = y; row < MIN (y + factor, self->frame->rows); row++)
    {
      squares_read (self, row);
      squares_add (self);
    }
}

/* The mean of one that begins at column @x; padding where there is nothing else. */
static double
squares_average (const Squares *self, guint x, guint factor, guint channel)
{
  const guint channels = ic_frame_get_channels (self->frame);
  const gsize end = (gsize) MIN (x + factor, self->frame->columns) * channels;
  float sum = 0;
  float n = 0;

  for (gsize i = (gsize) x * channels + channel; i < end; i += channels)
    {
      sum += self->sums[i];
      n += self->counts[i];
    }
  return n > 0 ? sum / n : self->frame->padding_low;
}

IcFrame *
ic_frame_shrink (IcFrame *self, guint factor)
{
  const guint channels = ic_frame_get_channels (self);
  g_autoptr(Squares) squares = NULL;
  IcFrame *small = NULL;
  guint8 *bytes = NULL;
  gsize size = 0;
  gsize i = 0;

  if (factor <= 1)
    return ic_frame_ref (self);
  small = ic_frame_copy_without_samples (self);
  small->columns = (self->columns + factor - 1) / factor;
  small->rows = (self->rows + factor - 1) / factor;
  size = (gsize) small->columns * small->rows * ic_frame_format_get_bytes (small->format);
  bytes = g_malloc (size);
  squares = squares_new (self);
  for (guint y = 0; y < self->rows; y += factor)
    {
      squares_take (squares, y, factor);
      for (guint x = 0; x < self->columns; x += factor)
        for (guint channel = 0; channel < channels; channel++)
          put_sample (small, bytes, i++, squares_average (squares, x, factor, channel));
    }
  small->samples = g_bytes_new_take (bytes, size);
  return small;
}

/* What each sample of up to 16 bits becomes, from @first on. */
static guint8 *
make_table (const IcFrame *self, const IcGrey *grey, int first, guint n)
{
  g_autofree float *samples = g_new (float, n);
  guint8 *table = g_malloc (n);

  for (guint i = 0; i < n; i++)
    samples[i] = (float) (first + (int) i);
  ic_grey_render (grey, samples, n, table);
  for (guint i = 0; i < n; i++)
    if (is_padding (self, samples[i]))
      table[i] = 0;
  return table;
}

static void
render_floats (const IcFrame *self, const IcGrey *grey, const float *samples, guint8 *bytes)
{
  const gsize n = (gsize) self->columns * self->rows;

  ic_grey_render (grey, samples, n, bytes);
  for (gsize i = 0; self->has_padding && i < n; i++)
    if (is_padding (self, samples[i]))
      bytes[i] = 0;
}

static void
render_colours (const guint8 *samples, gsize n, gboolean negative, guint8 *bytes)
{
  const guint8 turn = negative ? 255 : 0;

  for (gsize i = 0; i < n; i++)
    bytes[i] = samples[i] ^ turn;
}

void
ic_frame_render (const IcFrame *self, const IcGrey *grey, gboolean negative, guint8 *bytes)
{
  const gsize n = (gsize) self->columns * self->rows;
  const guint8 *samples = g_bytes_get_data (self->samples, NULL);
  const int first = self->format == IC_FRAME_S16 ? -N_SHADES / 2 : 0;
  g_autofree guint8 *table = NULL;
  IcGrey how = *grey;

  how.inverted = grey->inverted != negative;
  if (self->format == IC_FRAME_RGB)
    render_colours (samples, 3 * n, negative, bytes);
  else if (self->format == IC_FRAME_F32)
    render_floats (self, &how, (const float *) samples, bytes);
  else
    table = make_table (self, &how, first, self->format == IC_FRAME_U8 ? 256 : N_SHADES);
  if (self->format == IC_FRAME_U8)
    for (gsize i = 0; i < n; i++)
      bytes[i] = table[samples[i]];
  else if (self->format == IC_FRAME_U16)
    for (gsize i = 0; i < n; i++)
      bytes[i] = table[((const guint16 *) samples)[i]];
  else if (self->format == IC_FRAME_S16)
    for (gsize i = 0; i < n; i++)
      bytes[i] = table[((const gint16 *) samples)[i] - first];
}
