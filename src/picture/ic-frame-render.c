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

/* One sample, or one colour of it, as a number. */
static double
get_sample (const IcFrame *self, const guint8 *samples, gsize i)
{
  switch (self->format)
    {
    case IC_FRAME_U16:
      return ((const guint16 *) samples)[i];
    case IC_FRAME_S16:
      return ((const gint16 *) samples)[i];
    case IC_FRAME_F32:
      return ((const float *) samples)[i];
    case IC_FRAME_U8:
    case IC_FRAME_RGB:
    default:
      return samples[i];
    }
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

/* The mean of a square in one channel; padding where there is nothing else. */
static double
average (const IcFrame *self, const guint8 *samples, guint x, guint y, guint factor, guint channel)
{
  const guint channels = ic_frame_get_channels (self);
  const guint x_end = MIN (x + factor, self->columns);
  const guint y_end = MIN (y + factor, self->rows);
  double sum = 0;
  guint n = 0;

  for (guint row = y; row < y_end; row++)
    for (guint column = x; column < x_end; column++)
      {
        const gsize i = ((gsize) row * self->columns + column) * channels + channel;
        const double sample = get_sample (self, samples, i);

        if (is_padding (self, sample))
          continue;
        sum += sample;
        n++;
      }
  return n > 0 ? sum / n : self->padding_low;
}

IcFrame *
ic_frame_shrink (IcFrame *self, guint factor)
{
  const guint8 *samples = g_bytes_get_data (self->samples, NULL);
  const guint channels = ic_frame_get_channels (self);
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
  for (guint y = 0; y < self->rows; y += factor)
    for (guint x = 0; x < self->columns; x += factor)
      for (guint channel = 0; channel < channels; channel++)
        put_sample (small, bytes, i++, average (self, samples, x, y, factor, channel));
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

/* Between four pixels, in 256ths of a pixel, all of them inside. */
static inline guint
mix (const guint8 *a, gsize right, gsize below, guint u, guint v)
{
  const guint top = a[0] * (256 - u) + a[right] * u;
  const guint bottom = a[below] * (256 - u) + a[below + right] * u;

  return (top * (256 - v) + bottom * v + 32768) >> 16;
}

/* @column and @row in 65,536ths, of the middles of pixels. */
static inline guint32
look_up (const IcPixels *source, gint64 column, gint64 row)
{
  const gint64 last_column = ((gint64) source->columns - 1) << 16;
  const gint64 last_row = ((gint64) source->rows - 1) << 16;
  const gint64 x = CLAMP (column, 0, last_column);
  const gint64 y = CLAMP (row, 0, last_row);
  const gsize stride = (gsize) source->columns * source->channels;
  const guint8 *a =
      source->pixels + (gsize) (y >> 16) * stride + (gsize) (x >> 16) * source->channels;
  const gsize right = x < last_column ? source->channels : 0;
  const gsize below = y < last_row ? stride : 0;
  const guint u = (x >> 8) & 0xff;
  const guint v = (y >> 8) & 0xff;
  guint red = mix (a, right, below, u, v);

  if (source->channels == 1)
    return 0xff000000u | red * 0x010101u;
  return 0xff000000u | red << 16 | mix (a + 1, right, below, u, v) << 8 |
         mix (a + 2, right, below, u, v);
}

/* The part of a line where 0 <= start + x·step <= end: [from, to). */
static void
narrow (double start, double step, double end, double *from, double *to)
{
  const double a = step != 0 ? -start / step : 0;
  const double b = step != 0 ? (end - start) / step : 0;

  if (step == 0 && (start < 0 || start > end))
    *to = *from;
  if (step == 0)
    return;
  *from = MAX (*from, MIN (a, b));
  *to = MIN (*to, MAX (a, b));
}

static void
lay_row (const IcPixels *source, const double back[6], guint y, guint width, guint32 *line)
{
  const double column = back[1] * (y + 0.5) + back[2] + 0.5 * back[0];
  const double row = back[4] * (y + 0.5) + back[5] + 0.5 * back[3];
  const gint64 column_step = (gint64) (back[0] * 65536);
  const gint64 row_step = (gint64) (back[3] * 65536);
  double from = 0;
  double to = width;

  narrow (column, back[0], source->columns, &from, &to);
  narrow (row, back[3], source->rows, &from, &to);
  if (from >= to)
    return;
  guint x = (guint) ceil (from);
  gint64 u = (gint64) ((column + x * back[0] - 0.5) * 65536);
  gint64 v = (gint64) ((row + x * back[3] - 0.5) * 65536);
  for (; x < width && x <= to; x++, u += column_step, v += row_step)
    line[x] = look_up (source, u, v);
}

void
ic_pixels_lay (const IcPixels *source,
               const double back[6],
               guint width,
               guint height,
               guint8 *bgra)
{
  guint32 *line = (guint32 *) (gpointer) bgra;

  for (guint y = 0; y < height; y++, line += width)
    {
      for (guint x = 0; x < width; x++)
        line[x] = 0xff000000u;
      lay_row (source, back, y, width, line);
    }
}
