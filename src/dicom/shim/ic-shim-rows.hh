/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One frame as rows of numbers, in whatever form it was stored: grey as samples after a Modality
 * LUT, colours as red, green and blue from 0 to 255. Native frames are read row by row and never
 * loaded as a whole.
 */
#pragma once

#include "dicom/shim/ic-shim-codec.hh"
#include "dicom/shim/ic-shim-frame.hh"

class IcShimRows
{
public:
  /* Of a native frame in the file, the first. All are borrowed. */
  IcShimRows (const IcShimImage &image,
              const IcShimGrey &grey,
              const IcShimSource &source,
              const IcShimPixelData &pixels,
              guint frame);

  /* Of a decoded frame. */
  IcShimRows (const IcShimImage &image, const IcShimGrey &grey, IcShimFrame &&frame);

  guint
  columns () const
  {
    return layout_.columns;
  }
  guint
  rows () const
  {
    return layout_.rows;
  }
  guint
  channels () const
  {
    return colours_ == IcShimColours::grey ? 1 : 3;
  }

  /* columns × channels numbers. */
  bool read (guint y, float *values, GError **error);

private:
  const guint8 *fetch (uint64_t start, size_t n_bytes, GError **error);
  bool read_cells (uint64_t first, size_t n, size_t stride, float *cells, GError **error);
  bool read_samples (guint y, float *values, GError **error);
  void colour (float *values);

  const IcShimImage &image_;
  const IcShimGrey &grey_;
  const IcSampleLayout layout_;
  const IcShimColours colours_;
  const std::string samples_; /* of a decoded frame */
  const IcShimSource *source_ = nullptr;
  const IcShimPixelData *pixels_ = nullptr;
  std::unique_ptr<IcShimStream> stream_;
  uint64_t base_ = 0; /* cells before the frame */
  std::string bytes_;
  std::vector<float> cells_;
};
