/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "practice/phantom-j2k.h"

#include "core/ic-error.h"

#include <openjpeg.h>
#include <string.h>

/* OpenJPEG writes through a position that it may move back. */
typedef struct
{
  GByteArray *bytes;
  gsize at;
} Sink;

static OPJ_SIZE_T
write_cb (void *data, OPJ_SIZE_T size, void *user_data)
{
  Sink *sink = user_data;

  if (sink->bytes->len < sink->at + size)
    g_byte_array_set_size (sink->bytes, sink->at + size);
  memcpy (sink->bytes->data + sink->at, data, size);
  sink->at += size;
  return size;
}

static OPJ_OFF_T
skip_cb (OPJ_OFF_T size, void *user_data)
{
  Sink *sink = user_data;

  sink->at += size;
  return size;
}

static OPJ_BOOL
seek_cb (OPJ_OFF_T at, void *user_data)
{
  Sink *sink = user_data;

  sink->at = at;
  return OPJ_TRUE;
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (opj_image_t, opj_image_destroy)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (opj_codec_t, opj_destroy_codec)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (opj_stream_t, opj_stream_destroy)

static opj_image_t *
image_new (const guint16 *pixels, int width, int height, int bits)
{
  opj_image_cmptparm_t plane = {
    .dx = 1, .dy = 1, .w = width, .h = height, .prec = bits, .bpp = bits
  };
  opj_image_t *image = opj_image_create (1, &plane, OPJ_CLRSPC_GRAY);

  image->x1 = width;
  image->y1 = height;
  for (gsize i = 0; i < (gsize) width * height; i++)
    image->comps[0].data[i] = pixels[i];
  return image;
}

static opj_stream_t *
stream_new (Sink *sink)
{
  opj_stream_t *stream = opj_stream_default_create (OPJ_FALSE);

  opj_stream_set_user_data (stream, sink, NULL);
  opj_stream_set_write_function (stream, write_cb);
  opj_stream_set_skip_function (stream, skip_cb);
  opj_stream_set_seek_function (stream, seek_cb);
  return stream;
}

GBytes *
phantom_j2k_encode (const guint16 *pixels, int width, int height, int bits, GError **error)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  Sink sink = { bytes, 0 };
  opj_cparameters_t parameters;
  g_autoptr(opj_image_t) image = image_new (pixels, width, height, bits);
  g_autoptr(opj_codec_t) codec = opj_create_compress (OPJ_CODEC_J2K);
  g_autoptr(opj_stream_t) stream = stream_new (&sink);

  opj_set_default_encoder_parameters (&parameters);
  parameters.tcp_numlayers = 1;
  parameters.cp_disto_alloc = 1;
  if (opj_setup_encoder (codec, &parameters, image) && opj_start_compress (codec, image, stream) &&
      opj_encode (codec, stream) && opj_end_compress (codec, stream))
    return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
  g_set_error_literal (error, IC_ERROR, IC_ERROR_INTERNAL, "cannot encode JPEG 2000");
  return NULL;
}
