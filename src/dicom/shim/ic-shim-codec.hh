/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One compressed frame into samples: RLE, JPEG, JPEG Lossless and JPEG-LS through DCMTK and
 * libjpeg-turbo, JPEG 2000 and HTJ2K through OpenJPEG. Which codec it is says the UID of the
 * transfer syntax.
 */
#pragma once

#include "dicom/shim/ic-shim-image.hh"
#include "domain/ic-transfer-syntax.h"

struct IcShimFrame
{
  IcSampleLayout layout; /* of @samples; smaller than the image where it was asked for */
  IcShimColours colours;
  std::string samples;
};

/* A codec may leave out detail as long as @columns_min by @rows_min remain. */
struct IcShimDetail
{
  guint columns_min;
  guint rows_min;
};

/* Registers DCMTK's decoders; once, before the first frame. */
void ic_shim_codecs_init (void);

/* @stream is what stands in the fragments. */
bool ic_shim_decode (const IcTransferSyntax *syntax,
                     const IcShimImage &image,
                     std::string &stream,
                     const IcShimDetail &detail,
                     IcShimFrame &frame,
                     GError **error);

/* JPEG 2000 Part 1 and HTJ2K. */
bool ic_shim_decode_j2k (const IcShimImage &image,
                         const std::string &stream,
                         const IcShimDetail &detail,
                         IcShimFrame &frame,
                         GError **error);

/* Samples in little endian words, whatever they were. */
void ic_shim_make_little_endian (IcShimFrame &frame);

/* Whether a compressed frame is what its syntax is commonly taken for, so that decoders elsewhere
 * can be expected: no JPEG of 12 bits, no JPEG 2000 of part 2.
 */
bool ic_shim_is_common_stream (const IcTransferSyntax *syntax, const std::string &stream);

/* "its … stream cannot be read: @why", false. */
bool ic_shim_codec_fail (GError **error, const char *why);
