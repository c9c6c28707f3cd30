/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "picture/ic-pixels.h"

#include <math.h>
#include <string.h>

/* The part of a line where 0 <= start + x·step <= end: [from, to). */
static void
narrow (double start, double step, double end, double *from, double *to)
{
  const double a = -start / step;
  const double b = (end - start) / step;

  *from = MAX (*from, MIN (a, b));
  *to = MIN (*to, MAX (a, b));
}

/* Where a line of the screen lies along a line of the picture, each of its pixels is between the
 * same two columns in every row: what was found once for a row of the picture serves all that lie
 * on it.
 */
typedef struct
{
  const IcPixels *source;
  guint first; /* pixel of the line, and how many from there lie on the picture */
  guint n;
  guint32 *lefts; /* bytes into a row; one a pixel */
  guint32 *rights;
  guint16 *weights;  /* of the right one, of 256 */
  guint16 *mixed[2]; /* n times channels, of the rows in @rows */
  guint rows[2];
} Line;

static Line *
line_new (const IcPixels *source, double start, double step, guint width)
{
  const gint64 last = ((gint64) source->columns - 1) << 16;
  const double column = start + 0.5 * step;
  double from = 0;
  double to = width;
  Line *self = g_new0 (Line, 1);

  narrow (column, step, source->columns, &from, &to);
  self->source = source;
  self->first = (guint) ceil (from);
  if (from < to && self->first < width)
    self->n = MIN (width - 1, (guint) to) - self->first + 1;
  self->lefts = g_new (guint32, self->n);
  self->rights = g_new (guint32, self->n);
  self->weights = g_new (guint16, self->n);
  for (guint i = 0; i < self->n; i++)
    {
      const gint64 at =
          (gint64) ((column + self->first * step - 0.5) * 65536) + (gint64) (step * 65536) * i;
      const gint64 x = CLAMP (at, 0, last);

      self->lefts[i] = (guint32) (x >> 16) * source->channels;
      self->rights[i] = self->lefts[i] + (x < last ? source->channels : 0);
      self->weights[i] = (x >> 8) & 0xff;
    }
  for (int i = 0; i < 2; i++)
    {
      self->mixed[i] = g_new (guint16, (gsize) self->n * source->channels);
      self->rows[i] = G_MAXUINT;
    }
  return self;
}

static void
line_free (Line *self)
{
  g_free (self->lefts);
  g_free (self->rights);
  g_free (self->weights);
  g_free (self->mixed[0]);
  g_free (self->mixed[1]);
  g_free (self);
}

/* Row @row of the picture, mixed along the line. */
static const guint16 *
line_mix (Line *self, guint row)
{
  const guint channels = self->source->channels;
  const guint8 *pixels = self->source->pixels + (gsize) row * self->source->columns * channels;
  guint16 *mixed = self->mixed[row % 2];

  if (self->rows[row % 2] == row)
    return mixed;
  self->rows[row % 2] = row;
  for (guint channel = 0; channel < channels; channel++)
    for (guint i = 0; i < self->n; i++)
      mixed[i * channels + channel] =
          (guint16) (pixels[self->lefts[i] + channel] * (256 - self->weights[i]) +
                     pixels[self->rights[i] + channel] * self->weights[i]);
  return mixed;
}

static void
line_put (const Line *self, const guint16 *top, const guint16 *bottom, guint v, guint32 *line)
{
  const guint u = 256 - v;

  if (self->source->channels == 1)
    for (guint i = 0; i < self->n; i++)
      line[i] = 0xff000000u | ((top[i] * u + bottom[i] * v + 32768) >> 16) * 0x010101u;
  else
    for (guint i = 0; i < self->n; i++)
      {
        const guint16 *a = top + 3 * (gsize) i;
        const guint16 *b = bottom + 3 * (gsize) i;

        line[i] = 0xff000000u | (a[0] * u + b[0] * v + 32768) >> 16 << 16 |
                  (a[1] * u + b[1] * v + 32768) >> 16 << 8 | (a[2] * u + b[2] * v + 32768) >> 16;
      }
}

/* Lines of the screen along those of the picture: by far the most. */
static void
lay_along (const IcPixels *source, const double back[6], guint width, guint height, guint32 *line)
{
  const gint64 last = ((gint64) source->rows - 1) << 16;
  Line *columns = line_new (source, back[2], back[0], width);

  for (guint y = 0; y < height; y++, line += width)
    {
      const double row = back[4] * (y + 0.5) + back[5];
      const gint64 at = CLAMP ((gint64) ((row - 0.5) * 65536), 0, last);
      const guint top = (guint) (at >> 16);
      const guint n_before = row < 0 || row > source->rows ? width : columns->first;
      const guint n = n_before < width ? columns->n : 0;

      for (guint x = 0; x < n_before; x++)
        line[x] = 0xff000000u;
      for (guint x = n_before + n; x < width; x++)
        line[x] = 0xff000000u;
      if (n > 0)
        line_put (columns, line_mix (columns, top), line_mix (columns, at < last ? top + 1 : top),
                  (at >> 8) & 0xff, line + n_before);
    }
  line_free (columns);
}

/* Lines of the screen across those of the picture: it is laid on its side first. */
static void
lay_across (const IcPixels *source, const double back[6], guint width, guint height, guint32 *line)
{
  const double along[6] = { back[3], back[4], back[5], back[0], back[1], back[2] };
  const guint channels = source->channels;
  g_autofree guint8 *pixels = g_malloc ((gsize) source->columns * source->rows * channels);
  const IcPixels turned = { pixels, source->rows, source->columns, channels };
  guint8 *to = pixels;

  for (guint x = 0; x < source->columns; x++)
    for (guint y = 0; y < source->rows; y++, to += channels)
      memcpy (to, source->pixels + ((gsize) y * source->columns + x) * channels, channels);
  lay_along (&turned, along, width, height, line);
}

void
ic_pixels_lay (const IcPixels *source,
               const double back[6],
               guint width,
               guint height,
               guint8 *bgra)
{
  guint32 *line = (guint32 *) (gpointer) bgra;

  if (back[1] == 0 && back[3] == 0)
    lay_along (source, back, width, height, line);
  else
    lay_across (source, back, width, height, line);
}
