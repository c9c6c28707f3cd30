/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-codec.hh"

#include "picture/ic-jpeg.h"

#include <algorithm>
#include <cstring>

#include <dcmtk/dcmdata/dccodec.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>
#include <dcmtk/dcmdata/dcrledec.h>
#include <dcmtk/dcmjpeg/djdecode.h>
#include <dcmtk/dcmjpls/djdecode.h>

#define WHAT "its compressed pixels cannot be read"

/* No frame of a file that anybody sends is larger; a stream of a hundred bytes may say it is. */
#define SAMPLES_MAX ((uint64_t) 256 * 1024 * 1024)

namespace
{

constexpr unsigned marker_baseline = 0xc0;
constexpr unsigned marker_progressive = 0xc2;
constexpr unsigned marker_lossless = 0xc3;
constexpr unsigned marker_ls = 0xf7;
constexpr size_t rle_header_size = 64;
constexpr uint32_t rle_segments_max = 15;

/* What the frame header of JPEG and JPEG-LS says (ITU-T T.81 B.2.2). */
struct JpegHeader
{
  unsigned marker;
  unsigned precision;
  unsigned rows;
  unsigned columns;
  unsigned components;
};

unsigned
big_16 (const std::string &bytes, size_t at)
{
  return (unsigned) (unsigned char) bytes[at] << 8 | (unsigned char) bytes[at + 1];
}

bool
is_frame_header (unsigned marker)
{
  return marker == marker_ls ||
         (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc);
}

bool
find_jpeg_header (const std::string &stream, JpegHeader &header)
{
  size_t at = 2;

  while (at + 10 <= stream.size ())
    {
      const unsigned marker = (unsigned char) stream[at + 1];

      if ((unsigned char) stream[at] != 0xff)
        return false;
      if (marker == 0xff)
        at++;
      else if (is_frame_header (marker))
        {
          header = { marker, (unsigned char) stream[at + 4], big_16 (stream, at + 5),
                     big_16 (stream, at + 7), (unsigned char) stream[at + 9] };
          return true;
        }
      else
        at += 2 + (marker == 0x01 ? 0 : big_16 (stream, at + 2));
    }
  return false;
}

/* Samples one after the other, pixel by pixel, in words of this machine. */
void
set_layout (IcShimFrame &frame, const IcShimImage &image, guint bits_allocated, guint bits_stored)
{
  frame.layout = image.layout;
  frame.colours = image.colours;
  frame.layout.bits_allocated = bits_allocated;
  frame.layout.bits_stored = bits_stored;
  frame.layout.high_bit = bits_stored - 1;
  frame.layout.is_planar = FALSE;
  frame.layout.half_chroma = FALSE;
  frame.layout.bytes_swapped = FALSE;
  frame.layout.big_endian = G_BYTE_ORDER == G_BIG_ENDIAN;
}

/* RLE, PS3.5 G */

bool
decode_segment (DcmRLEDecoder &decoder, const char *segment, size_t n_bytes, size_t n_pixels)
{
  decoder.clear ();
  decoder.decompress (const_cast<char *> (segment), n_bytes);
  return !decoder.fail () && decoder.size () == n_pixels;
}

/* The segments hold the bytes of each sample, the most significant first. */
bool
decode_rle (const IcShimImage &image, const std::string &stream, IcShimFrame &frame, GError **error)
{
  const size_t n_pixels = (size_t) image.layout.columns * image.layout.rows;
  const size_t width = image.layout.bits_allocated / 8;
  const size_t n_segments = width * image.layout.samples;

  if (stream.size () < rle_header_size || n_segments > rle_segments_max || width == 0 ||
      ic_shim_get_32 (stream.data ()) != n_segments)
    return ic_shim_codec_fail (error, "the number of segments is wrong");
  set_layout (frame, image, image.layout.bits_allocated, image.layout.bits_stored);
  frame.layout.high_bit = image.layout.high_bit;
  frame.layout.big_endian = TRUE;
  frame.samples.resize (n_pixels * n_segments);
  DcmRLEDecoder decoder (n_pixels);
  for (size_t i = 0; i < n_segments; i++)
    {
      const size_t start = ic_shim_get_32 (&stream[4 * (i + 1)]);
      const size_t end =
          i + 1 < n_segments ? ic_shim_get_32 (&stream[4 * (i + 2)]) : stream.size ();

      if (start > end || end > stream.size () || start < rle_header_size ||
          !decode_segment (decoder, &stream[start], end - start, n_pixels))
        return ic_shim_codec_fail (error, "a segment is damaged");
      const char *bytes = static_cast<const char *> (decoder.getOutputBuffer ());
      for (size_t k = 0; k < n_pixels; k++)
        frame.samples[k * n_segments + i] = bytes[k];
    }
  return true;
}

/* JPEG, ITU-T T.81 */

bool
is_turbo (const JpegHeader &header)
{
  return header.precision == 8 && header.marker >= marker_baseline &&
         header.marker <= marker_progressive;
}

bool
decode_turbo (const IcShimImage &image,
              const std::string &stream,
              const IcShimDetail &detail,
              IcShimFrame &frame,
              GError **error)
{
  g_autoptr(GBytes) bytes = g_bytes_new_static (stream.data (), stream.size ());
  g_autoptr(IcPicture) picture =
                 ic_jpeg_decode (bytes,
                                 image.is_called_rgb ? IC_JPEG_COLOURS_RGB : IC_JPEG_COLOURS_YBR,
                                 image.layout.columns, image.layout.rows, detail.columns_min,
                                 detail.rows_min, error);
  gsize size = 0;

  if (picture == nullptr)
    return false;
  set_layout (frame, image, 8, std::min (8u, image.layout.bits_stored));
  frame.layout.columns = picture->columns;
  frame.layout.rows = picture->rows;
  if (picture->channels == 3)
    frame.colours = IcShimColours::rgb;
  const char *pixels = static_cast<const char *> (g_bytes_get_data (picture->pixels, &size));
  frame.samples.assign (pixels, size);
  return true;
}

/* DCMTK's codecs take a pixel sequence and the data set around it. */
std::unique_ptr<DcmPixelSequence>
wrap (const std::string &stream)
{
  auto sequence = std::make_unique<DcmPixelSequence> (DcmTag (DCM_PixelData, EVR_OB));
  auto table = std::make_unique<DcmPixelItem> (DcmTag (DCM_Item, EVR_OB));
  auto item = std::make_unique<DcmPixelItem> (DcmTag (DCM_Item, EVR_OB));

  if (item->putUint8Array (reinterpret_cast<const Uint8 *> (stream.data ()), stream.size ())
          .bad () ||
      sequence->insert (table.get ()).bad ())
    return nullptr;
  table.release ();
  if (sequence->insert (item.get ()).bad ())
    return nullptr;
  item.release ();
  return sequence;
}

void
describe_for_dcmtk (DcmItem &item,
                    const IcShimImage &image,
                    guint bits_allocated,
                    guint bits_stored)
{
  item.putAndInsertUint16 (DCM_SamplesPerPixel, image.layout.samples);
  item.putAndInsertUint16 (DCM_PlanarConfiguration, 0);
  item.putAndInsertUint16 (DCM_Rows, image.layout.rows);
  item.putAndInsertUint16 (DCM_Columns, image.layout.columns);
  item.putAndInsertUint16 (DCM_BitsAllocated, bits_allocated);
  item.putAndInsertUint16 (DCM_BitsStored, bits_stored);
  item.putAndInsertUint16 (DCM_HighBit, bits_stored - 1);
  item.putAndInsertUint16 (DCM_PixelRepresentation, image.layout.is_signed);
  item.putAndInsertString (DCM_PhotometricInterpretation,
                           image.layout.samples == 1 ? "MONOCHROME2" : "RGB");
  item.putAndInsertString (DCM_NumberOfFrames, "1");
}

bool
decode_by_dcmtk (const IcShimImage &image,
                 const JpegHeader &header,
                 const std::string &stream,
                 IcShimFrame &frame,
                 GError **error)
{
  const guint allocated = header.precision > 8 ? 16 : 8;
  const E_TransferSyntax syntax = header.marker == marker_ls         ? EXS_JPEGLSLossless
                                  : header.marker == marker_lossless ? EXS_JPEGProcess14
                                                                     : EXS_JPEGProcess2_4;
  auto sequence = wrap (stream);
  DcmDataset item;
  OFString colours;
  Uint32 fragment = 1;

  if (header.precision < 2 || header.precision > 16 || sequence == nullptr)
    return ic_shim_codec_fail (error, "it makes no sense");
  describe_for_dcmtk (item, image, allocated, header.precision);
  set_layout (frame, image, allocated, std::min (allocated, image.layout.bits_stored));
  frame.samples.resize ((ic_sample_layout_frame_bytes (&frame.layout) + 1) / 2 * 2);
  const OFCondition cond =
      DcmCodecList::decodeFrame (syntax, nullptr, sequence.get (), &item, 0, fragment,
                                 &frame.samples[0], frame.samples.size (), colours);
  return cond.good () || ic_shim_set_condition (error, IC_ERROR_BAD_DATA, WHAT, cond);
}

bool
decode_jpeg (const IcShimImage &image,
             const std::string &stream,
             const IcShimDetail &detail,
             IcShimFrame &frame,
             GError **error)
{
  JpegHeader header = {};

  if (!find_jpeg_header (stream, header))
    return ic_shim_codec_fail (error, "it is not JPEG");
  if (header.columns != image.layout.columns || header.rows != image.layout.rows ||
      header.components != image.layout.samples)
    return ic_shim_codec_fail (error, "its size is not the one that the file tells");
  if (is_turbo (header))
    return decode_turbo (image, stream, detail, frame, error);
  return decode_by_dcmtk (image, header, stream, frame, error);
}

/* Encapsulated Uncompressed: what stands in the fragments is the frame. */
bool
take_native (const IcShimImage &image, std::string &stream, IcShimFrame &frame, GError **error)
{
  frame.layout = image.layout;
  frame.colours = image.colours;
  if (stream.size () < ic_sample_layout_frame_bytes (&image.layout))
    return ic_shim_codec_fail (error, "it ends too early");
  frame.samples = std::move (stream);
  return true;
}

} // namespace

bool
ic_shim_codec_fail (GError **error, const char *why)
{
  g_set_error (error, IC_ERROR, IC_ERROR_BAD_DATA, "%s: %s", WHAT, why);
  return false;
}

void
ic_shim_codecs_init (void)
{
  DJDecoderRegistration::registerCodecs (EDC_never);
  DJLSDecoderRegistration::registerCodecs ();
}

bool
ic_shim_decode (const IcTransferSyntax *syntax,
                const IcShimImage &image,
                std::string &stream,
                const IcShimDetail &detail,
                IcShimFrame &frame,
                GError **error)
{
  if ((uint64_t) image.layout.columns * image.layout.rows * image.layout.samples > SAMPLES_MAX)
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_UNSUPPORTED, "the picture is too large");
      return false;
    }
  switch (syntax->family)
    {
    case IC_TS_FAMILY_NONE:
      return take_native (image, stream, frame, error);
    case IC_TS_FAMILY_RLE:
      return decode_rle (image, stream, frame, error);
    case IC_TS_FAMILY_JPEG:
    case IC_TS_FAMILY_JPEG_LOSSLESS:
    case IC_TS_FAMILY_JPEG_LS:
      return decode_jpeg (image, stream, detail, frame, error);
    case IC_TS_FAMILY_JPEG_2000:
    case IC_TS_FAMILY_HTJ2K:
      return ic_shim_decode_j2k (image, stream, detail, frame, error);
    default:
      g_set_error (error, IC_ERROR, IC_ERROR_UNSUPPORTED, "%s cannot be shown", syntax->name);
      return false;
    }
}

void
ic_shim_make_little_endian (IcShimFrame &frame)
{
  const size_t width = frame.layout.bits_allocated / 8;

  if (!frame.layout.big_endian || width < 2)
    return;
  for (size_t i = 0; i + width <= frame.samples.size (); i += width)
    std::reverse (&frame.samples[i], &frame.samples[i] + width);
  frame.layout.big_endian = FALSE;
}

/* What browsers have decoders for is less than what stands behind some of these names. */
bool
ic_shim_is_common_stream (const IcTransferSyntax *syntax, const std::string &stream)
{
  JpegHeader header = {};

  switch (syntax->family)
    {
    case IC_TS_FAMILY_RLE:
      return true;
    case IC_TS_FAMILY_JPEG:
      return find_jpeg_header (stream, header) && is_turbo (header);
    case IC_TS_FAMILY_JPEG_LOSSLESS:
      return find_jpeg_header (stream, header) && header.marker == marker_lossless;
    case IC_TS_FAMILY_JPEG_LS:
      return find_jpeg_header (stream, header) && header.marker == marker_ls;
    case IC_TS_FAMILY_JPEG_2000:
      return strcmp (syntax->uid, "1.2.840.10008.1.2.4.92") != 0 &&
             strcmp (syntax->uid, "1.2.840.10008.1.2.4.93") != 0;
    case IC_TS_FAMILY_HTJ2K:
      return true;
    default:
      return false;
    }
}
