/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-codec.hh"

#include <algorithm>
#include <cstring>

#include <openjpeg.h>

namespace
{

constexpr char jp2_signature[] = "\0\0\0\x0cjP  ";
constexpr size_t jp2_signature_size = 8;

/* OpenJPEG calls codecs and streams void: their deleters cannot be told apart by type. */
struct FreeImage
{
  void
  operator() (opj_image_t *image) const
  {
    opj_image_destroy (image);
  }
};
struct FreeCodec
{
  void
  operator() (opj_codec_t *codec) const
  {
    opj_destroy_codec (codec);
  }
};
struct FreeStream
{
  void
  operator() (opj_stream_t *stream) const
  {
    opj_stream_destroy (stream);
  }
};
using Image = std::unique_ptr<opj_image_t, FreeImage>;
using Codec = std::unique_ptr<opj_codec_t, FreeCodec>;
using Stream = std::unique_ptr<opj_stream_t, FreeStream>;

struct Source
{
  const std::string &bytes;
  size_t at;
};

OPJ_SIZE_T
read_cb (void *buffer, OPJ_SIZE_T n, void *data)
{
  Source *source = static_cast<Source *> (data);

  n = std::min<size_t> (n, source->bytes.size () - source->at);
  if (n == 0)
    return (OPJ_SIZE_T) -1;
  memcpy (buffer, source->bytes.data () + source->at, n);
  source->at += n;
  return n;
}

OPJ_OFF_T
skip_cb (OPJ_OFF_T n, void *data)
{
  Source *source = static_cast<Source *> (data);

  if (n < 0)
    return -1;
  n = std::min<OPJ_OFF_T> (n, (OPJ_OFF_T) (source->bytes.size () - source->at));
  source->at += (size_t) n;
  return n > 0 ? n : -1;
}

OPJ_BOOL
seek_cb (OPJ_OFF_T at, void *data)
{
  Source *source = static_cast<Source *> (data);

  if (at < 0 || (size_t) at > source->bytes.size ())
    return OPJ_FALSE;
  source->at = (size_t) at;
  return OPJ_TRUE;
}

Stream
open_stream (Source &source)
{
  Stream stream (opj_stream_default_create (OPJ_TRUE));

  opj_stream_set_user_data (stream.get (), &source, nullptr);
  opj_stream_set_user_data_length (stream.get (), source.bytes.size ());
  opj_stream_set_read_function (stream.get (), read_cb);
  opj_stream_set_skip_function (stream.get (), skip_cb);
  opj_stream_set_seek_function (stream.get (), seek_cb);
  return stream;
}

/* Some writers leave the boxes of a JP2 file around the stream. */
Codec
open_codec (const std::string &bytes)
{
  const bool is_jp2 = bytes.size () > jp2_signature_size &&
                      memcmp (bytes.data (), jp2_signature, jp2_signature_size) == 0;
  Codec codec (opj_create_decompress (is_jp2 ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K));
  opj_dparameters_t parameters = {};

  opj_set_default_decoder_parameters (&parameters);
  parameters.flags |= OPJ_DPARAMETERS_IGNORE_PCLR_CMAP_CDEF_FLAG;
  if (codec == nullptr || !opj_setup_decoder (codec.get (), &parameters) ||
      !opj_decoder_set_strict_mode (codec.get (), OPJ_TRUE))
    return nullptr;
  return codec;
}

/* How often the size can be halved; as often as every component has resolutions for it. */
guint
find_reduction (opj_codec_t *codec, const opj_image_t &image, const IcShimDetail &detail)
{
  opj_codestream_info_v2_t *info = opj_get_cstr_info (codec);
  const guint columns = image.x1 - image.x0;
  const guint rows = image.y1 - image.y0;
  guint most = 32;
  guint reduction = 0;

  for (guint i = 0; info != nullptr && i < info->nbcomps; i++)
    most = std::min (most, info->m_default_tile_info.tccp_info[i].numresolutions);
  if (info != nullptr)
    opj_destroy_cstr_info (&info);
  while (reduction + 1 < most && columns >> (reduction + 1) >= detail.columns_min &&
         rows >> (reduction + 1) >= detail.rows_min)
    reduction++;
  return reduction;
}

bool
fits (const opj_image_t &image, const IcSampleLayout &layout)
{
  if (image.x1 - image.x0 != layout.columns || image.y1 - image.y0 != layout.rows ||
      image.numcomps != layout.samples)
    return false;
  for (guint i = 0; i < image.numcomps; i++)
    if (image.comps[i].dx != 1 || image.comps[i].dy != 1 || image.comps[i].prec < 1 ||
        image.comps[i].prec > 32 || image.comps[i].prec != image.comps[0].prec)
      return false;
  return true;
}

bool
is_complete (const opj_image_t &image)
{
  for (guint i = 0; i < image.numcomps; i++)
    if (image.comps[i].data == nullptr || image.comps[i].w != image.comps[0].w ||
        image.comps[i].h != image.comps[0].h || image.comps[i].w == 0 || image.comps[i].h == 0)
      return false;
  return true;
}

template <typename Cell>
void
weave (const opj_image_t &image, std::string &samples)
{
  const size_t n_pixels = (size_t) image.comps[0].w * image.comps[0].h;

  samples.resize (n_pixels * image.numcomps * sizeof (Cell));
  for (size_t c = 0; c < image.numcomps; c++)
    for (size_t i = 0; i < n_pixels; i++)
      {
        const Cell cell = (Cell) image.comps[c].data[i];

        memcpy (&samples[(i * image.numcomps + c) * sizeof cell], &cell, sizeof cell);
      }
}

void
take (const opj_image_t &image, const IcShimImage &described, IcShimFrame &frame)
{
  const guint precision = image.comps[0].prec;
  const guint allocated = precision <= 8 ? 8 : precision <= 16 ? 16 : 32;

  frame.layout = described.layout;
  frame.colours = described.colours;
  frame.layout.columns = image.comps[0].w;
  frame.layout.rows = image.comps[0].h;
  frame.layout.bits_allocated = allocated;
  frame.layout.bits_stored = precision;
  frame.layout.high_bit = precision - 1;
  frame.layout.is_planar = FALSE;
  frame.layout.half_chroma = FALSE;
  frame.layout.bytes_swapped = FALSE;
  frame.layout.big_endian = G_BYTE_ORDER == G_BIG_ENDIAN;
  if (allocated == 8)
    weave<uint8_t> (image, frame.samples);
  else if (allocated == 16)
    weave<uint16_t> (image, frame.samples);
  else
    weave<uint32_t> (image, frame.samples);
}

Image
read_header (opj_stream_t *stream, opj_codec_t *codec)
{
  opj_image_t *image = nullptr;

  if (!opj_read_header (stream, codec, &image))
    return nullptr;
  return Image (image);
}

} // namespace

bool
ic_shim_decode_j2k (const IcShimImage &image,
                    const std::string &bytes,
                    const IcShimDetail &detail,
                    IcShimFrame &frame,
                    GError **error)
{
  Source source = { bytes, 0 };
  Stream stream = open_stream (source);
  Codec codec = open_codec (bytes);

  if (codec == nullptr)
    return ic_shim_codec_fail (error, "no decoder");
  Image decoded = read_header (stream.get (), codec.get ());
  if (decoded == nullptr)
    return ic_shim_codec_fail (error, "it is not JPEG 2000");
  if (!fits (*decoded, image.layout))
    return ic_shim_codec_fail (error, "its size is not the one that the file tells");
  const guint reduction = find_reduction (codec.get (), *decoded, detail);
  if ((reduction > 0 && !opj_set_decoded_resolution_factor (codec.get (), reduction)) ||
      !opj_set_decode_area (codec.get (), decoded.get (), 0, 0, 0, 0) ||
      !opj_decode (codec.get (), stream.get (), decoded.get ()) || !is_complete (*decoded))
    return ic_shim_codec_fail (error, "it is damaged");
  take (*decoded, image, frame);
  return true;
}
