/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the pixel data of a file and the bytes of one frame in them, without loading the others
 * (PS3.5 A.4). Announced lengths and offsets are believed only as far as there are bytes.
 */
#pragma once

#include "dicom/shim/ic-shim-stream.hh"
#include "domain/ic-transfer-syntax.h"

#include <string>
#include <vector>

struct IcShimPixelData
{
  uint32_t tag = 0; /* Pixel Data, Float Pixel Data or Double Float Pixel Data */
  bool is_encapsulated = false;
  bool in_words = false;         /* OW */
  offile_off_t start = 0;        /* of the value, or of the offset table */
  uint64_t n_bytes = 0;          /* where not encapsulated; what the file has of them */
  std::vector<uint64_t> offsets; /* the extended table */
};

struct IcShimEncoding
{
  bool is_explicit;
  bool is_big_endian;
};

/* A piece of a compressed frame, which has at least one. */
struct IcShimFragment
{
  offile_off_t start; /* of its bytes */
  uint32_t n_bytes;
};
using IcShimFragments = std::vector<IcShimFragment>;

/* Where group 7FE0 begins, of a @stream as the next function wants it; -1 where there is none. */
offile_off_t ic_shim_find_pixel_group (const IcShimStream &stream, const IcShimEncoding &encoding);

/* @stream has just been parsed up to group 7FE0, whose first element's head DCMTK has eaten. */
bool ic_shim_find_pixel_data (IcShimStream &stream,
                              const IcShimEncoding &encoding,
                              IcShimPixelData &pixels,
                              GError **error);

/* The compressed stream of one frame, its fragments joined. */
bool ic_shim_read_frame (const IcShimSource &source,
                         const IcShimPixelData &pixels,
                         guint frame,
                         guint n_frames,
                         std::string &bytes,
                         GError **error);

/* The same for all frames, without their bytes: going through the fragments once and not for each
 * frame.
 */
bool ic_shim_list_frames (const IcShimSource &source,
                          const IcShimPixelData &pixels,
                          guint n_frames,
                          std::vector<IcShimFragments> &frames,
                          GError **error);
bool ic_shim_read_fragments (const IcShimSource &source,
                             const IcShimFragments &fragments,
                             std::string &bytes,
                             GError **error);

/* Where the element ends whose fragments @pixels are. */
bool ic_shim_find_pixel_data_end (const IcShimSource &source,
                                  const IcShimPixelData &pixels,
                                  offile_off_t &end,
                                  GError **error);
