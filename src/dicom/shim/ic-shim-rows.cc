/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-rows.hh"

#include "picture/ic-colour.h"

#define WHAT "its pixels cannot be read"

IcShimRows::IcShimRows (const IcShimImage &image,
                        const IcShimGrey &grey,
                        const IcShimSource &source,
                        const IcShimPixelData &pixels,
                        guint frame)
    : image_ (image), grey_ (grey), layout_ (image.layout), colours_ (image.colours),
      source_ (&source), pixels_ (&pixels),
      base_ (frame * ic_sample_layout_frame_cells (&image.layout))
{
}

IcShimRows::IcShimRows (const IcShimImage &image, const IcShimGrey &grey, IcShimFrame &&frame)
    : image_ (image), grey_ (grey), layout_ (frame.layout), colours_ (frame.colours),
      samples_ (std::move (frame.samples))
{
}

/* @n_bytes from byte @start of the pixel data; valid until the next call. */
const guint8 *
IcShimRows::fetch (uint64_t start, size_t n_bytes, GError **error)
{
  const uint64_t size = source_ != nullptr ? pixels_->n_bytes : samples_.size ();

  if (start > size || n_bytes > size - start)
    return ic_shim_codec_fail (error, "there are too few of them"), nullptr;
  if (source_ == nullptr)
    return reinterpret_cast<const guint8 *> (samples_.data ()) + start;

  const offile_off_t at = pixels_->start + (offile_off_t) start;
  if (stream_ == nullptr || stream_->position () > at)
    stream_ = std::make_unique<IcShimStream> (*source_, at);
  stream_->skip (at - stream_->position ());
  bytes_.resize (n_bytes);
  const offile_off_t got = stream_->read (&bytes_[0], (offile_off_t) n_bytes);
  if (!stream_->check ((size_t) got == n_bytes ? EC_Normal : EC_EndOfStream, WHAT, error))
    return nullptr;
  return reinterpret_cast<const guint8 *> (bytes_.data ());
}

bool
IcShimRows::read_cells (uint64_t first, size_t n, size_t stride, float *cells, GError **error)
{
  const uint64_t bits = layout_.bits_allocated;
  uint64_t start = first * bits / 8;
  uint64_t end = ((first + n) * bits + 7) / 8;

  /* Words that are swapped must be whole ones. */
  if (layout_.bytes_swapped)
    start -= start % 2, end += end % 2;
  const guint8 *bytes = fetch (start, end - start, error);
  if (bytes == nullptr)
    return false;
  ic_samples_unpack (&layout_, bytes, first - start * 8 / bits, n, stride, cells);
  return true;
}

bool
IcShimRows::read_samples (guint y, float *values, GError **error)
{
  const uint64_t n = ic_sample_layout_row_cells (&layout_);

  if (layout_.half_chroma)
    {
      cells_.resize (n);
      if (!read_cells (base_ + y * n, n, 1, cells_.data (), error))
        return false;
      ic_samples_spread_chroma (cells_.data (), layout_.columns, values);
      return true;
    }
  if (!layout_.is_planar)
    return read_cells (base_ + y * n, n, 1, values, error);
  for (guint plane = 0; plane < layout_.samples; plane++)
    if (!read_cells (base_ + ((uint64_t) plane * layout_.rows + y) * n, n, layout_.samples,
                     values + plane, error))
      return false;
  return true;
}

void
IcShimRows::colour (float *values)
{
  if (colours_ == IcShimColours::grey && grey_.modality_lut != nullptr)
    for (guint i = 0; i < layout_.columns; i++)
      values[i] = (float) ic_lut_find (grey_.modality_lut.get (), values[i]);
  else if (colours_ == IcShimColours::rgb)
    ic_colour_to_8_bits (values, layout_.columns, layout_.bits_stored);
  else if (colours_ == IcShimColours::ybr || colours_ == IcShimColours::ybr_partial)
    {
      ic_colour_to_8_bits (values, layout_.columns, layout_.bits_stored);
      ic_colour_from_ybr (values, layout_.columns, colours_ == IcShimColours::ybr_partial);
    }
}

bool
IcShimRows::read (guint y, float *values, GError **error)
{
  if (colours_ != IcShimColours::palette)
    {
      if (!read_samples (y, values, error))
        return false;
      colour (values);
      return true;
    }
  std::vector<float> indices (layout_.columns);
  IcLut *const palette[3] = { image_.palette[0].get (), image_.palette[1].get (),
                              image_.palette[2].get () };
  if (!read_samples (y, indices.data (), error))
    return false;
  ic_colour_from_palette (palette, indices.data (), layout_.columns, values);
  return true;
}
