/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sidecar/ic-frame-encoder.h"

#include "core/ic-error.h"

#include <libdeflate.h>
#include <string.h>

/* Measured on CT and MR: 2 to 7 save less than one part in a hundred and take up to five times as
 * long.
 */
#define LEVEL 1

/* Memory that grows and is used again. */
typedef struct
{
  guint8 *bytes;
  gsize size;
} Buffer;

struct _IcFrameEncoder
{
  struct libdeflate_compressor *compressor;
  Buffer planes;
  Buffer packed;
};

IcFrameEncoder *
ic_frame_encoder_new (void)
{
  IcFrameEncoder *self = g_new0 (IcFrameEncoder, 1);

  self->compressor = libdeflate_alloc_compressor (LEVEL);
  return self;
}

void
ic_frame_encoder_free (IcFrameEncoder *self)
{
  libdeflate_free_compressor (self->compressor);
  g_free (self->planes.bytes);
  g_free (self->packed.bytes);
  g_free (self);
}

static gboolean
reserve (Buffer *buffer, gsize size, GError **error)
{
  if (size <= buffer->size)
    return TRUE;
  g_free (buffer->bytes);
  buffer->bytes = g_try_malloc (size);
  buffer->size = buffer->bytes != NULL ? size : 0;
  if (buffer->bytes != NULL)
    return TRUE;
  g_set_error_literal (error, IC_ERROR, IC_ERROR_BAD_DATA, "more memory asked for than allowed");
  return FALSE;
}

/* Both fold the difference of a sample to what its neighbours let expect (left, above, above left:
 * the middle one of left, above and left + above - above left), so that small ones of either sign
 * are small numbers, and lay its bytes into planes. In the first row that is the one before, in the
 * first column the one above. The loops are written for what a compiler can make of them.
 */
#define DEFINE_PREDICT(Bits, Wide)                                                                 \
  static inline guint##Bits fold_##Bits (guint##Bits value, guint##Bits expected)                  \
  {                                                                                                \
    const gint##Bits difference = (gint##Bits) (guint##Bits) (value - expected);                   \
                                                                                                   \
    return (guint##Bits) ((guint##Bits) difference << 1) ^                                         \
           (guint##Bits) (difference >> (Bits - 1));                                               \
  }                                                                                                \
                                                                                                   \
  static inline guint##Bits expect_##Bits (guint##Bits left, guint##Bits above,                    \
                                           guint##Bits corner)                                     \
  {                                                                                                \
    const guint##Bits low = MIN (left, above);                                                     \
    const guint##Bits high = MAX (left, above);                                                    \
    const Wide plane = (Wide) left + above - corner;                                               \
                                                                                                   \
    return (guint##Bits) (plane < low ? low : plane > high ? high : plane);                        \
  }                                                                                                \
                                                                                                   \
  static void fold_row_##Bits (const guint##Bits *row, const guint##Bits *above, guint columns,    \
                               guint##Bits *folded)                                                \
  {                                                                                                \
    folded[0] = fold_##Bits (row[0], above != NULL ? above[0] : 0);                                \
    if (above == NULL)                                                                             \
      for (guint x = 1; x < columns; x++)                                                          \
        folded[x] = fold_##Bits (row[x], row[x - 1]);                                              \
    else                                                                                           \
      for (guint x = 1; x < columns; x++)                                                          \
        folded[x] = fold_##Bits (row[x], expect_##Bits (row[x - 1], above[x], above[x - 1]));      \
  }

DEFINE_PREDICT (8, gint)
DEFINE_PREDICT (16, gint)
DEFINE_PREDICT (32, gint64)

#undef DEFINE_PREDICT

/* One row of one sample as it stands, from every @stride-th place; in words of this machine. */
static void
take_row_8 (const guint8 *data, guint columns, guint stride, guint8 *row)
{
  for (guint x = 0; x < columns; x++)
    row[x] = data[(gsize) x * stride];
}

static void
take_row_16 (const guint8 *data, guint columns, guint stride, guint16 *row)
{
  for (guint x = 0; x < columns; x++)
    {
      guint16 word = 0;

      memcpy (&word, data + (gsize) x * stride * sizeof word, sizeof word);
      row[x] = GUINT16_FROM_LE (word);
    }
}

static void
take_row_32 (const guint8 *data, guint columns, guint stride, guint32 *row)
{
  for (guint x = 0; x < columns; x++)
    {
      guint32 word = 0;

      memcpy (&word, data + (gsize) x * stride * sizeof word, sizeof word);
      row[x] = GUINT32_FROM_LE (word);
    }
}

/* One sample of all pixels. @rows: two rows and one more, of words. */
typedef struct
{
  const IcSampleGrid *grid;
  const guint8 *data;  /* of the first */
  guint stride;        /* samples from one pixel to the next */
  guint8 *planes;      /* where the bytes go */
  gpointer scratch[3]; /* this row, the one above, and the folded one */
} Plane;

static gsize
count_pixels (const IcSampleGrid *grid)
{
  return (gsize) grid->columns * grid->rows;
}

static const guint8 *
find_row (const Plane *self, guint y)
{
  return self->data + (gsize) y * self->grid->columns * self->stride * self->grid->bytes;
}

static void
swap_rows (Plane *self)
{
  gpointer row = self->scratch[0];

  self->scratch[0] = self->scratch[1];
  self->scratch[1] = row;
}

static void
fold_plane_8 (Plane *self)
{
  const guint columns = self->grid->columns;

  for (guint y = 0; y < self->grid->rows; y++, swap_rows (self))
    {
      take_row_8 (find_row (self, y), columns, self->stride, self->scratch[0]);
      fold_row_8 (self->scratch[0], y > 0 ? self->scratch[1] : NULL, columns,
                  self->planes + (gsize) y * columns);
    }
}

static void
fold_plane_16 (Plane *self)
{
  const guint columns = self->grid->columns;
  const guint16 *folded = self->scratch[2];

  for (guint y = 0; y < self->grid->rows; y++, swap_rows (self))
    {
      guint8 *low = self->planes + (gsize) y * columns;
      guint8 *high = low + count_pixels (self->grid);

      take_row_16 (find_row (self, y), columns, self->stride, self->scratch[0]);
      fold_row_16 (self->scratch[0], y > 0 ? self->scratch[1] : NULL, columns, self->scratch[2]);
      for (guint x = 0; x < columns; x++)
        {
          low[x] = (guint8) folded[x];
          high[x] = (guint8) (folded[x] >> 8);
        }
    }
}

static void
fold_plane_32 (Plane *self)
{
  const guint columns = self->grid->columns;
  const guint32 *folded = self->scratch[2];

  for (guint y = 0; y < self->grid->rows; y++, swap_rows (self))
    {
      guint8 *first = self->planes + (gsize) y * columns;

      take_row_32 (find_row (self, y), columns, self->stride, self->scratch[0]);
      fold_row_32 (self->scratch[0], y > 0 ? self->scratch[1] : NULL, columns, self->scratch[2]);
      for (guint b = 0; b < 4; b++)
        for (guint x = 0; x < columns; x++)
          first[b * count_pixels (self->grid) + x] = (guint8) (folded[x] >> (8 * b));
    }
}

static void
fold_plane (Plane *self)
{
  if (self->grid->bytes == 1)
    fold_plane_8 (self);
  else if (self->grid->bytes == 2)
    fold_plane_16 (self);
  else
    fold_plane_32 (self);
}

static void
fold_samples (IcFrameEncoder *self, const IcSampleGrid *grid, const guint8 *data)
{
  const gsize row_bytes = (gsize) grid->columns * grid->bytes;
  const gsize plane_bytes = row_bytes * grid->rows;
  g_autofree guint8 *rows = g_malloc (3 * row_bytes);

  for (guint i = 0; i < grid->samples; i++)
    {
      Plane plane = {
        .grid = grid,
        .data = data + i * (grid->is_planar ? plane_bytes : grid->bytes),
        .stride = grid->is_planar ? 1 : grid->samples,
        .planes = self->planes.bytes + i * plane_bytes,
        .scratch = { rows, rows + row_bytes, rows + 2 * row_bytes },
      };

      fold_plane (&plane);
    }
}

const guint8 *
ic_frame_encoder_pack_samples (IcFrameEncoder *self,
                               const IcSampleGrid *grid,
                               const guint8 *data,
                               gsize *n_packed,
                               GError **error)
{
  const gsize n = count_pixels (grid) * grid->samples * grid->bytes;

  g_return_val_if_fail (grid->bytes == 1 || grid->bytes == 2 || grid->bytes == 4, NULL);
  if (!reserve (&self->planes, n, error))
    return NULL;
  fold_samples (self, grid, data);
  return ic_frame_encoder_pack_bytes (self, self->planes.bytes, n, n_packed, error);
}

const guint8 *
ic_frame_encoder_pack_bytes (IcFrameEncoder *self,
                             const guint8 *data,
                             gsize n_bytes,
                             gsize *n_packed,
                             GError **error)
{
  const gsize most = libdeflate_deflate_compress_bound (self->compressor, n_bytes);

  if (!reserve (&self->packed, most, error))
    return NULL;
  *n_packed = libdeflate_deflate_compress (self->compressor, data, n_bytes, self->packed.bytes,
                                           self->packed.size);
  g_assert (*n_packed > 0);
  return self->packed.bytes;
}
