/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-image.hh"

#include <algorithm>

namespace
{

constexpr uint32_t tag_samples = 0x00280002;
constexpr uint32_t tag_photometric = 0x00280004;
constexpr uint32_t tag_planar = 0x00280006;
constexpr uint32_t tag_frames = 0x00280008;
constexpr uint32_t tag_rows = 0x00280010;
constexpr uint32_t tag_columns = 0x00280011;
constexpr uint32_t tag_spacing = 0x00280030;
constexpr uint32_t tag_aspect = 0x00280034;
constexpr uint32_t tag_imager_spacing = 0x00181164;
constexpr uint32_t tag_allocated = 0x00280100;
constexpr uint32_t tag_stored = 0x00280101;
constexpr uint32_t tag_high_bit = 0x00280102;
constexpr uint32_t tag_representation = 0x00280103;
constexpr uint32_t tag_padding = 0x00280120;
constexpr uint32_t tag_padding_limit = 0x00280121;
constexpr uint32_t tag_centre = 0x00281050;
constexpr uint32_t tag_width = 0x00281051;
constexpr uint32_t tag_intercept = 0x00281052;
constexpr uint32_t tag_slope = 0x00281053;
constexpr uint32_t tag_function = 0x00281056;
constexpr uint32_t tag_palette_descriptor = 0x00281101;
constexpr uint32_t tag_palette_data = 0x00281201;
constexpr uint32_t tag_palette_segments = 0x00281221;
constexpr uint32_t tag_modality_luts = 0x00283000;
constexpr uint32_t tag_lut_descriptor = 0x00283002;
constexpr uint32_t tag_lut_data = 0x00283006;
constexpr uint32_t tag_voi_luts = 0x00283010;
constexpr uint32_t tag_pixel_measures = 0x00289110;
constexpr uint32_t tag_frame_voi = 0x00289132;
constexpr uint32_t tag_transformation = 0x00289145;
constexpr uint32_t tag_shared_groups = 0x52009229;
constexpr uint32_t tag_frame_groups = 0x52009230;
constexpr uint32_t tag_floats = 0x7fe00008;
constexpr uint32_t tag_doubles = 0x7fe00009;

constexpr size_t lut_bytes_max = 2 * IC_LUT_ENTRIES_MAX;
constexpr size_t segments_bytes_max = 1024 * 1024;

bool
describe_samples (const IcShimAttributes &attributes, uint32_t pixels_tag, IcSampleLayout &layout)
{
  const guint allocated = attributes.number (tag_allocated).value_or (0);

  layout.samples = attributes.number (tag_samples).value_or (1);
  layout.is_planar = layout.samples > 1 && attributes.number (tag_planar).value_or (0) == 1;
  layout.is_float = pixels_tag == tag_floats || pixels_tag == tag_doubles;
  layout.bits_allocated = layout.is_float ? (pixels_tag == tag_floats ? 32 : 64) : allocated;
  layout.bits_stored = attributes.number (tag_stored).value_or (layout.bits_allocated);
  layout.high_bit = attributes.number (tag_high_bit).value_or (layout.bits_stored - 1);
  layout.is_signed = !layout.is_float && attributes.number (tag_representation).value_or (0) == 1;
  return attributes.has (tag_rows) && attributes.has (tag_columns);
}

IcShimColours
colours_of (const std::string &photometric, guint samples)
{
  if (samples == 1)
    return photometric == "PALETTE COLOR" ? IcShimColours::palette : IcShimColours::grey;
  if (photometric == "YBR_FULL" || photometric == "YBR_FULL_422")
    return IcShimColours::ybr;
  if (photometric == "YBR_PARTIAL_422" || photometric == "YBR_PARTIAL_420")
    return IcShimColours::ybr_partial;
  return IcShimColours::rgb;
}

double
ratio (const std::vector<double> &pair)
{
  return pair.size () >= 2 && pair[0] > 0 && pair[1] > 0 ? pair[0] / pair[1] : 0;
}

/* PS3.3 C.7.6.3.1.7: where there is a spacing, it says the same as the ratio. */
double
find_aspect (const IcShimAttributes &attributes)
{
  double found = 0;

  for (uint32_t tag : { tag_spacing, tag_imager_spacing, tag_aspect })
    if (found == 0)
      found = ratio (attributes.decimals (tag));
  if (DcmItem *shared = attributes.item (tag_shared_groups))
    if (DcmItem *measures = IcShimAttributes (*shared).item (tag_pixel_measures))
      found = std::max (found, ratio (IcShimAttributes (*measures).decimals (tag_spacing)));
  return found > 0 ? found : 1;
}

IcShimLut
read_lut (const IcShimAttributes &attributes,
          uint32_t descriptor,
          uint32_t data,
          bool is_signed,
          GError **error)
{
  const guint n_entries = attributes.number (descriptor, 0).value_or (0);
  const std::string bytes = attributes.bytes (data, lut_bytes_max);

  return IcShimLut (ic_lut_new (attributes.number (descriptor, 1, is_signed).value_or (0),
                                attributes.number (descriptor, 2).value_or (0),
                                n_entries == 0 ? IC_LUT_ENTRIES_MAX : n_entries,
                                reinterpret_cast<const guint8 *> (bytes.data ()), bytes.size (),
                                error));
}

IcShimLut
read_segments (const IcShimAttributes &attributes,
               uint32_t descriptor,
               uint32_t segments,
               GError **error)
{
  const guint n_entries = attributes.number (descriptor, 0).value_or (0);
  const std::string bytes = attributes.bytes (segments, segments_bytes_max);

  return IcShimLut (ic_lut_new_segmented (attributes.number (descriptor, 1, false).value_or (0),
                                          attributes.number (descriptor, 2).value_or (0),
                                          n_entries == 0 ? IC_LUT_ENTRIES_MAX : n_entries,
                                          reinterpret_cast<const guint8 *> (bytes.data ()),
                                          bytes.size (), error));
}

bool
read_palette (const IcShimAttributes &attributes, IcShimImage &image, GError **error)
{
  for (uint32_t i = 0; i < 3; i++)
    {
      const uint32_t descriptor = tag_palette_descriptor + i;

      image.palette[i] =
          attributes.has (tag_palette_segments + i)
              ? read_segments (attributes, descriptor, tag_palette_segments + i, error)
              : read_lut (attributes, descriptor, tag_palette_data + i, image.layout.is_signed,
                          error);
      if (image.palette[i] == nullptr)
        return false;
    }
  return true;
}

/* Grey */

void
read_rescale (const IcShimAttributes &attributes, IcShimGrey &grey)
{
  const double slope = attributes.decimal (tag_slope).value_or (0);

  grey.intercept = attributes.decimal (tag_intercept).value_or (grey.intercept);
  if (slope != 0)
    grey.slope = slope;
}

void
read_windows (const IcShimAttributes &attributes, std::vector<IcVoiWindow> &windows)
{
  const std::vector<double> centres = attributes.decimals (tag_centre);
  const std::vector<double> widths = attributes.decimals (tag_width);
  const std::string function = attributes.text (tag_function);

  if (!centres.empty ())
    windows.clear (); /* of a frame: in the place of what the whole has */
  for (size_t i = 0; i < std::min (centres.size (), widths.size ()); i++)
    {
      const IcVoiWindow window = { centres[i], widths[i],
                                   function == "SIGMOID"        ? IC_VOI_SIGMOID
                                   : function == "LINEAR_EXACT" ? IC_VOI_LINEAR_EXACT
                                                                : IC_VOI_LINEAR };

      if (ic_voi_window_is_valid (&window))
        windows.push_back (window);
    }
}

IcShimLut
read_first_lut (const IcShimAttributes &attributes, uint32_t sequence, bool is_signed)
{
  DcmItem *item = attributes.item (sequence);

  if (item == nullptr)
    return nullptr;
  return read_lut (IcShimAttributes (*item), tag_lut_descriptor, tag_lut_data, is_signed, nullptr);
}

void
read_groups (DcmItem *groups, IcShimGrey &grey)
{
  if (groups == nullptr)
    return;
  const IcShimAttributes attributes (*groups);
  if (DcmItem *item = attributes.item (tag_transformation))
    read_rescale (IcShimAttributes (*item), grey);
  if (DcmItem *item = attributes.item (tag_frame_voi))
    read_windows (IcShimAttributes (*item), grey.windows);
}

/* PS3.3 C.7.5.1.1.2: one value, or all from the value to the limit. */
void
read_padding (const IcShimAttributes &attributes, bool is_signed, IcShimGrey &grey)
{
  const auto value = attributes.number (tag_padding, 0, is_signed);

  if (!value)
    return;
  const gint32 limit = attributes.number (tag_padding_limit, 0, is_signed).value_or (*value);
  grey.has_padding = true;
  grey.padding_low = std::min (*value, limit);
  grey.padding_high = std::max (*value, limit);
}

} // namespace

bool
ic_shim_describe_image (DcmItem &data_set, uint32_t pixels_tag, IcShimImage &image, GError **error)
{
  const IcShimAttributes attributes (data_set);
  const std::string photometric = attributes.text (tag_photometric);
  const double frames = attributes.decimal (tag_frames).value_or (1);

  image.layout = {};
  image.layout.columns = attributes.number (tag_columns).value_or (0);
  image.layout.rows = attributes.number (tag_rows).value_or (0);
  if (!describe_samples (attributes, pixels_tag, image.layout))
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_UNSUPPORTED, "it has no picture");
      return false;
    }
  image.layout.half_chroma =
      photometric == "YBR_FULL_422" || photometric == "YBR_PARTIAL_422" ? TRUE : FALSE;
  image.colours = colours_of (photometric, image.layout.samples);
  image.is_inverted = photometric == "MONOCHROME1";
  image.is_called_rgb = photometric == "RGB";
  image.n_frames = frames >= 1 && frames <= G_MAXINT32 ? (guint) frames : 1;
  image.aspect = find_aspect (attributes);
  return image.colours != IcShimColours::palette || read_palette (attributes, image, error);
}

IcShimGrey
ic_shim_describe_grey (DcmItem &data_set, const IcShimImage &image, guint frame)
{
  const IcShimAttributes attributes (data_set);
  const bool is_signed = image.layout.is_signed;
  IcShimGrey grey;

  read_rescale (attributes, grey);
  read_windows (attributes, grey.windows);
  read_groups (attributes.item (tag_shared_groups), grey);
  read_groups (attributes.item (tag_frame_groups, frame), grey);
  grey.modality_lut = read_first_lut (attributes, tag_modality_luts, is_signed);
  if (grey.modality_lut != nullptr)
    grey.slope = 1, grey.intercept = 0;
  grey.voi_lut = read_first_lut (attributes, tag_voi_luts,
                                 grey.modality_lut == nullptr && (is_signed || grey.intercept < 0));
  if (!image.layout.is_float)
    read_padding (attributes, is_signed, grey);
  return grey;
}
