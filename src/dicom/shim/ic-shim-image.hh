/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a data set says about its picture: the layout of the samples, their colours, and for each
 * frame what makes grey of them (PS3.3 C.7.6.3, C.7.6.16, C.11.1, C.11.2). Presentation states are
 * not looked at.
 */
#pragma once

#include "dicom/shim/ic-shim-attributes.hh"
#include "picture/ic-samples.h"
#include "picture/ic-voi.h"

#include <memory>

enum class IcShimColours
{
  grey,
  palette,
  rgb,
  ybr,
  ybr_partial,
};

struct IcShimLutFree
{
  void
  operator() (IcLut *lut) const
  {
    ic_lut_unref (lut);
  }
};
using IcShimLut = std::unique_ptr<IcLut, IcShimLutFree>;

struct IcShimImage
{
  IcSampleLayout layout; /* as the samples stand in a native file */
  IcShimColours colours;
  bool is_inverted; /* MONOCHROME1 */
  bool is_called_rgb;
  guint n_frames;
  double aspect;        /* height of a pixel divided by its width */
  IcShimLut palette[3]; /* red, green, blue; of a palette only */
};

/* Of one frame. */
struct IcShimGrey
{
  double slope = 1;
  double intercept = 0;
  IcShimLut modality_lut; /* applies to stored values, in the place of slope and intercept */
  IcShimLut voi_lut;
  std::vector<IcVoiWindow> windows;
  bool has_padding = false;
  gint32 padding_low = 0; /* stored values */
  gint32 padding_high = 0;
};

/* @pixels_tag: which of the three pixel data elements it has. */
bool ic_shim_describe_image (DcmItem &data_set,
                             uint32_t pixels_tag,
                             IcShimImage &image,
                             GError **error);

/* What makes no sense in there is left out: there is always a way to show a picture. */
IcShimGrey ic_shim_describe_grey (DcmItem &data_set, const IcShimImage &image, guint frame);
