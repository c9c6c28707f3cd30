/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the encoder makes is undone here by zlib and the plainest arithmetic there is. */
#include "sidecar/ic-frame-encoder.h"

#include <string.h>
#include <zlib.h>

static GByteArray *
inflate_all (const guint8 *packed, gsize n_packed, gsize n_expected)
{
  GByteArray *out = g_byte_array_new ();
  z_stream z = { .next_in = (Bytef *) packed, .avail_in = (uInt) n_packed };

  g_byte_array_set_size (out, (guint) n_expected + 1);
  z.next_out = out->data;
  z.avail_out = out->len;
  g_assert_cmpint (inflateInit2 (&z, -MAX_WBITS), ==, Z_OK);
  g_assert_cmpint (inflate (&z, Z_FINISH), ==, Z_STREAM_END);
  g_assert_cmpuint (z.avail_in, ==, 0);
  g_assert_cmpuint (z.total_out, ==, n_expected);
  inflateEnd (&z);
  g_byte_array_set_size (out, (guint) n_expected);
  return out;
}

static guint64
expect (guint64 a, guint64 b, guint64 c)
{
  if (c >= MAX (a, b))
    return MIN (a, b);
  if (c <= MIN (a, b))
    return MAX (a, b);
  return a + b - c;
}

/* The sample of folded difference @z, where @guess was expected. */
static guint64
unfold (guint64 z, guint64 guess, guint bits)
{
  const gint64 difference = (gint64) (z >> 1) ^ -(gint64) (z & 1);

  return (guess + (guint64) difference) & (bits == 32 ? G_MAXUINT32 : (1u << bits) - 1);
}

/* All samples of one sample plane, from its byte planes. */
static guint64 *
decode_plane (const IcSampleGrid *grid, const guint8 *planes)
{
  const gsize n = (gsize) grid->columns * grid->rows;
  guint64 *values = g_new0 (guint64, n);

  for (gsize i = 0; i < n; i++)
    {
      const gsize x = i % grid->columns;
      const gsize y = i / grid->columns;
      const guint64 a = x > 0 ? values[i - 1] : 0;
      const guint64 b = y > 0 ? values[i - grid->columns] : 0;
      const guint64 c = x > 0 && y > 0 ? values[i - grid->columns - 1] : 0;
      const guint64 guess = y == 0 ? a : x == 0 ? b : expect (a, b, c);
      guint64 z = 0;

      for (guint k = 0; k < grid->bytes; k++)
        z |= (guint64) planes[k * n + i] << (8 * k);
      values[i] = unfold (z, guess, 8 * grid->bytes);
    }
  return values;
}

static guint64
read_sample (const IcSampleGrid *grid, const guint8 *data, gsize pixel, guint sample)
{
  const gsize n = (gsize) grid->columns * grid->rows;
  const gsize at = grid->is_planar ? sample * n + pixel : pixel * grid->samples + sample;
  guint64 value = 0;

  for (guint k = 0; k < grid->bytes; k++)
    value |= (guint64) data[at * grid->bytes + k] << (8 * k);
  return value;
}

static void
check (IcFrameEncoder *encoder, const IcSampleGrid *grid, const guint8 *data)
{
  const gsize n = (gsize) grid->columns * grid->rows;
  const gsize n_bytes = n * grid->samples * grid->bytes;
  gsize n_packed = 0;
  const guint8 *packed = ic_frame_encoder_pack_samples (encoder, grid, data, &n_packed, NULL);
  g_autoptr(GByteArray) planes = inflate_all (packed, n_packed, n_bytes);

  for (guint sample = 0; sample < grid->samples; sample++)
    {
      g_autofree guint64 *values = decode_plane (grid, planes->data + sample * n * grid->bytes);

      for (gsize i = 0; i < n; i++)
        g_assert_cmpuint (values[i], ==, read_sample (grid, data, i, sample));
    }
}

static guint8 *
make_noise (gsize n)
{
  guint8 *data = g_malloc (n);

  for (gsize i = 0; i < n; i++)
    data[i] = (guint8) g_test_rand_int ();
  return data;
}

static void
test_every_size_and_depth_comes_back_as_it_was (void)
{
  const guint sizes[][2] = { { 1, 1 },   { 1, 7 },   { 7, 1 },  { 2, 2 },    { 3, 5 },
                             { 16, 16 }, { 17, 33 }, { 64, 3 }, { 251, 127 } };
  const guint bytes[] = { 1, 2, 4 };
  const guint samples[] = { 1, 3 };
  g_autoptr(IcFrameEncoder) encoder = ic_frame_encoder_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (gsize k = 0; k < G_N_ELEMENTS (bytes); k++)
      for (gsize s = 0; s < 2 * G_N_ELEMENTS (samples); s++)
        {
          const IcSampleGrid grid = { sizes[i][0], sizes[i][1], samples[s / 2], bytes[k], s % 2 };
          g_autofree guint8 *data =
              make_noise ((gsize) grid.columns * grid.rows * grid.samples * grid.bytes);

          check (encoder, &grid, data);
        }
}

/* Where arithmetic of the wrong width would go wrong. */
static void
test_extremes_side_by_side_come_back_as_they_were (void)
{
  const guint bytes[] = { 1, 2, 4 };
  g_autoptr(IcFrameEncoder) encoder = ic_frame_encoder_new ();

  for (gsize k = 0; k < G_N_ELEMENTS (bytes); k++)
    for (guint pattern = 0; pattern < 512; pattern++)
      {
        const IcSampleGrid grid = { 3, 3, 1, bytes[k], FALSE };
        guint8 data[9 * 4];

        for (guint i = 0; i < 9; i++)
          memset (data + i * bytes[k], pattern >> i & 1 ? 0xff : 0, bytes[k]);
        check (encoder, &grid, data);
      }
}

static void
test_what_is_smooth_becomes_small (void)
{
  const IcSampleGrid grid = { 256, 256, 1, 2, FALSE };
  g_autofree guint16 *data = g_new (guint16, 256 * 256);
  g_autoptr(IcFrameEncoder) encoder = ic_frame_encoder_new ();
  gsize n_packed = 0;

  for (guint y = 0; y < 256; y++)
    for (guint x = 0; x < 256; x++)
      data[y * 256 + x] = GUINT16_TO_LE ((guint16) (3 * x + 5 * y));
  ic_frame_encoder_pack_samples (encoder, &grid, (const guint8 *) data, &n_packed, NULL);
  g_assert_cmpuint (n_packed, <, 1500);
}

static void
test_bytes_come_back_as_they_were (void)
{
  g_autoptr(IcFrameEncoder) encoder = ic_frame_encoder_new ();

  for (gsize n = 0; n < 100000; n = n * 3 + 1)
    {
      g_autofree guint8 *data = make_noise (n + 1);
      gsize n_packed = 0;
      const guint8 *packed = ic_frame_encoder_pack_bytes (encoder, data, n, &n_packed, NULL);
      g_autoptr(GByteArray) back = inflate_all (packed, n_packed, n);

      g_assert_cmpmem (back->data, back->len, data, n);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/frame-encoder/every-size-and-depth",
                   test_every_size_and_depth_comes_back_as_it_was);
  g_test_add_func ("/frame-encoder/extremes", test_extremes_side_by_side_come_back_as_they_were);
  g_test_add_func ("/frame-encoder/smooth", test_what_is_smooth_becomes_small);
  g_test_add_func ("/frame-encoder/bytes", test_bytes_come_back_as_they_were);
  return g_test_run ();
}
