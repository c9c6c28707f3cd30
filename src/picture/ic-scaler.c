/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "picture/ic-scaler.h"

#include <math.h>
#include <string.h>

#define ROWS_OF_BOX_MAX 8

struct _IcScaler
{
  guint columns;
  guint rows;
  guint to_columns;
  guint to_rows;
  guint channels;
  gboolean has_padding;
  float padding_low;
  float padding_high;
  guint row;       /* of the result, in the making */
  guint taken;     /* rows of its boxes */
  guint *starts;   /* of the columns of each box, and the end */
  float *sums;     /* of the columns, over the rows taken */
  guint32 *counts; /* of the samples in each sum; with padding only */
  float *result;
};

static guint
boundary (guint i, guint n, guint size)
{
  return (guint) ((guint64) i * size / n);
}

IcScaler *
ic_scaler_new (guint columns, guint rows, guint to_columns, guint to_rows, guint channels)
{
  IcScaler *self = g_new0 (IcScaler, 1);

  g_assert (to_columns >= 1 && to_columns <= columns && to_rows >= 1 && to_rows <= rows);
  self->columns = columns;
  self->rows = rows;
  self->to_columns = to_columns;
  self->to_rows = to_rows;
  self->channels = channels;
  self->starts = g_new (guint, to_columns + 1);
  for (guint i = 0; i <= to_columns; i++)
    self->starts[i] = boundary (i, to_columns, columns);
  self->sums = g_new0 (float, (gsize) columns *channels);
  self->counts = g_new0 (guint32, columns);
  self->result = g_new (float, (gsize) to_columns *to_rows *channels);
  return self;
}

void
ic_scaler_free (IcScaler *self)
{
  g_free (self->starts);
  g_free (self->sums);
  g_free (self->counts);
  g_free (self->result);
  g_free (self);
}

void
ic_scaler_set_padding (IcScaler *self, double low, double high)
{
  self->has_padding = self->channels == 1;
  self->padding_low = (float) low;
  self->padding_high = (float) high;
}

/* How many rows the boxes of the row in the making are fed with. */
static guint
count_rows (IcScaler *self)
{
  const guint start = boundary (self->row, self->to_rows, self->rows);

  return MIN (boundary (self->row + 1, self->to_rows, self->rows) - start, ROWS_OF_BOX_MAX);
}

guint
ic_scaler_get_wanted_row (IcScaler *self)
{
  guint start = 0;
  guint size = 0;

  if (self->row >= self->to_rows)
    return IC_SCALER_DONE;
  start = boundary (self->row, self->to_rows, self->rows);
  size = boundary (self->row + 1, self->to_rows, self->rows) - start;
  return start + (guint) (((guint64) 2 * self->taken + 1) * size / (2 * count_rows (self)));
}

/* Rows are added up as they are, which a compiler does many columns at once. */
static void
add_row (IcScaler *self, const float *row)
{
  const gsize n = (gsize) self->columns * self->channels;

  for (gsize i = 0; i < n; i++)
    self->sums[i] += row[i];
}

static void
add_padded_row (IcScaler *self, const float *row)
{
  const float low = self->padding_low;
  const float high = self->padding_high;

  for (gsize i = 0; i < self->columns; i++)
    {
      const gboolean is_padding = row[i] >= low && row[i] <= high;

      self->sums[i] += is_padding ? 0 : row[i];
      self->counts[i] += is_padding ? 0 : 1;
    }
}

/* The mean of one box in one channel. */
static float
average_box (IcScaler *self, guint x, guint channel)
{
  const guint start = self->starts[x];
  const guint end = self->starts[x + 1];
  guint64 n = 0;
  float sum = 0;

  for (guint i = start; i < end; i++)
    {
      sum += self->sums[(gsize) i * self->channels + channel];
      n += self->has_padding ? self->counts[i] : self->taken;
    }
  return n > 0 ? sum / (float) n : NAN;
}

static void
finish_row (IcScaler *self)
{
  float *out = self->result + (gsize) self->row * self->to_columns * self->channels;

  for (guint x = 0; x < self->to_columns; x++)
    for (guint c = 0; c < self->channels; c++)
      *out++ = average_box (self, x, c);
  memset (self->sums, 0, sizeof (float) * self->columns * self->channels);
  memset (self->counts, 0, sizeof (guint32) * self->columns);
  self->taken = 0;
  self->row++;
}

void
ic_scaler_take_row (IcScaler *self, const float *row)
{
  if (self->has_padding)
    add_padded_row (self, row);
  else
    add_row (self, row);
  if (++self->taken == count_rows (self))
    finish_row (self);
}

const float *
ic_scaler_get_result (IcScaler *self)
{
  return self->result;
}
