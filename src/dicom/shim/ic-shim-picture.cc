/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-picture.h"

#include "dicom/shim/ic-shim-picture-file.hh"
#include "dicom/shim/ic-shim-rows.hh"
#include "picture/ic-scaler.h"

#include <cmath>
#include <limits>

#define FRAME_BYTES_MAX ((uint64_t) 256 * 1024 * 1024)

struct _IcShimPicture : IcShimPictureFile
{
};

namespace
{

bool
refuse (GError **error, IcErrorCode code, const char *why)
{
  g_set_error_literal (error, IC_ERROR, code, why);
  return false;
}

IcShimPicture *
open_picture (int fd, GCancellable *cancellable, GError **error)
{
  auto self = std::make_unique<IcShimPicture> ();

  if (!ic_shim_picture_file_open (*self, fd, cancellable, error))
    return nullptr;
  return self.release ();
}

/* Frames */

bool
check_frame (const IcShimPicture &self, guint frame, GError **error)
{
  const uint64_t bits =
      ic_sample_layout_frame_cells (&self.image.layout) * self.image.layout.bits_allocated;

  if (frame >= self.image.n_frames)
    return refuse (error, IC_ERROR_NOT_FOUND, "there is no such frame");
  if (!self.pixels.is_encapsulated && bits > self.pixels.n_bytes * 8 / ((uint64_t) frame + 1))
    return refuse (error, IC_ERROR_BAD_DATA, "it is cut off: its data end too early");
  return true;
}

/* @grey is borrowed by what comes back. */
std::unique_ptr<IcShimRows>
load_frame (const IcShimPicture &self,
            guint frame,
            const IcShimGrey &grey,
            IcShimDetail detail,
            GError **error)
{
  const IcShimSource &source = self.stream->source ();
  std::string stream;
  IcShimFrame decoded = {};

  if (!check_frame (self, frame, error))
    return nullptr;
  if (!self.pixels.is_encapsulated)
    return std::make_unique<IcShimRows> (self.image, grey, source, self.pixels, frame);
  /* Averages of indices are not colours. */
  if (self.image.colours == IcShimColours::palette)
    detail = { self.image.layout.columns, self.image.layout.rows };
  if (!ic_shim_read_frame (source, self.pixels, frame, self.image.n_frames, stream, error) ||
      !ic_shim_decode (self.syntax, self.image, stream, detail, decoded, error))
    return nullptr;
  return std::make_unique<IcShimRows> (self.image, grey, std::move (decoded));
}

struct Range
{
  double low = std::numeric_limits<double>::infinity ();
  double high = -std::numeric_limits<double>::infinity ();

  void
  take (const float *values, size_t n)
  {
    for (size_t i = 0; i < n; i++)
      if (std::isfinite (values[i]))
        {
          low = std::min<double> (low, values[i]);
          high = std::max<double> (high, values[i]);
        }
  }
};

bool
is_plain (const IcShimImage &image, const IcShimGrey &grey)
{
  return !image.layout.is_float && !image.layout.is_signed && image.layout.bits_stored <= 8 &&
         grey.slope == 1 && grey.intercept == 0 && grey.modality_lut == nullptr;
}

/* In modality values: what to show of a file that proposes nothing. Eight bits were made to be
 * looked at as they are.
 */
Range
range_to_show (const IcShimImage &image, const IcShimGrey &grey, const Range &found)
{
  Range range = found;

  if (is_plain (image, grey))
    range = { 0, (double) ((1u << image.layout.bits_stored) - 1) };
  if (!(range.low <= range.high))
    range = { 0, 1 };
  range.low = range.low * grey.slope + grey.intercept;
  range.high = range.high * grey.slope + grey.intercept;
  if (range.low > range.high)
    std::swap (range.low, range.high);
  return range;
}

/* Rendering */

struct ScalerFree
{
  void
  operator() (IcScaler *scaler) const
  {
    ic_scaler_free (scaler);
  }
};
using Scaler = std::unique_ptr<IcScaler, ScalerFree>;

Scaler
shrink (IcShimRows &rows, const IcShimGrey &grey, const IcShimDetail &size, GError **error)
{
  Scaler scaler (ic_scaler_new (rows.columns (), rows.rows (),
                                std::min (size.columns_min, rows.columns ()),
                                std::min (size.rows_min, rows.rows ()), rows.channels ()));
  std::vector<float> row ((size_t) rows.columns () * rows.channels ());

  if (grey.has_padding && grey.modality_lut == nullptr)
    ic_scaler_set_padding (scaler.get (), grey.padding_low, grey.padding_high);
  for (guint y = ic_scaler_get_wanted_row (scaler.get ()); y != IC_SCALER_DONE;
       y = ic_scaler_get_wanted_row (scaler.get ()))
    {
      if (!rows.read (y, row.data (), error))
        return nullptr;
      ic_scaler_take_row (scaler.get (), row.data ());
    }
  return scaler;
}

void
render_colours (const float *values, size_t n, guint8 *bytes)
{
  for (size_t i = 0; i < n; i++)
    bytes[i] = values[i] >= 0 ? (guint8) std::min (values[i] + 0.5f, 255.0f) : 0;
}

void
render_grey (const IcShimImage &image,
             const IcShimGrey &grey,
             const float *values,
             size_t n,
             guint8 *bytes)
{
  IcGrey how = { grey.slope, grey.intercept, grey.voi_lut.get (), {}, image.is_inverted };
  Range range;

  range.take (values, n);
  range = range_to_show (image, grey, range);
  how.window = grey.windows.empty () ? ic_voi_window_for_range (range.low, range.high)
                                     : grey.windows.front ();
  ic_grey_render (&how, values, n, bytes);
}

IcPicture *
render (const IcShimPicture &self, guint frame, guint edge, GError **error)
{
  const IcShimGrey grey = ic_shim_describe_grey (*self.data_set, self.image, frame);
  IcShimDetail size = { self.image.layout.columns, self.image.layout.rows };

  if (edge != IC_SHIM_PICTURE_WHOLE)
    ic_picture_fit (&size.columns_min, &size.rows_min, self.image.aspect, edge);
  auto rows = load_frame (self, frame, grey, size, error);
  Scaler scaler = rows != nullptr ? shrink (*rows, grey, size, error) : nullptr;
  if (scaler == nullptr)
    return nullptr;

  const size_t n = (size_t) size.columns_min * size.rows_min * rows->channels ();
  const float *values = ic_scaler_get_result (scaler.get ());
  g_autofree guint8 *bytes = static_cast<guint8 *> (g_malloc (n));
  if (rows->channels () == 3)
    render_colours (values, n, bytes);
  else
    render_grey (self.image, grey, values, n, bytes);
  g_autoptr(GBytes) pixels = g_bytes_new_take (g_steal_pointer (&bytes), n);
  return ic_picture_new (size.columns_min, size.rows_min, rows->channels (), pixels);
}

/* Whole frames */

IcFrameFormat
choose_format (const IcShimRows &rows, const IcShimImage &image, const IcShimGrey &grey)
{
  if (rows.channels () == 3)
    return IC_FRAME_RGB;
  if (grey.modality_lut != nullptr)
    return IC_FRAME_U16;
  if (image.layout.is_float || image.layout.bits_stored > 16)
    return IC_FRAME_F32;
  if (image.layout.is_signed)
    return IC_FRAME_S16;
  return image.layout.bits_stored > 8 ? IC_FRAME_U16 : IC_FRAME_U8;
}

template <typename Sample>
void
store (const float *values, size_t n, guint8 *bytes)
{
  for (size_t i = 0; i < n; i++)
    {
      const Sample sample = (Sample) values[i];

      memcpy (bytes + i * sizeof sample, &sample, sizeof sample);
    }
}

void
store_row (IcFrameFormat format, const float *values, size_t n, guint8 *bytes)
{
  if (format == IC_FRAME_U8 || format == IC_FRAME_RGB)
    store<guint8> (values, n, bytes);
  else if (format == IC_FRAME_U16)
    store<guint16> (values, n, bytes);
  else if (format == IC_FRAME_S16)
    store<gint16> (values, n, bytes);
  else
    store<float> (values, n, bytes);
}

GBytes *
read_samples (IcShimRows &rows, IcFrameFormat format, Range &range, GError **error)
{
  const size_t n = (size_t) rows.columns () * rows.channels ();
  const size_t stride = (size_t) rows.columns () * ic_frame_format_get_bytes (format);
  std::vector<float> row (n);

  if ((uint64_t) stride * rows.rows () > FRAME_BYTES_MAX)
    return refuse (error, IC_ERROR_UNSUPPORTED, "the picture is too large"), nullptr;
  g_autofree guint8 *samples = static_cast<guint8 *> (g_malloc (stride * rows.rows ()));
  for (guint y = 0; y < rows.rows (); y++)
    {
      if (!rows.read (y, row.data (), error))
        return nullptr;
      range.take (row.data (), n);
      store_row (format, row.data (), n, samples + y * stride);
    }
  return g_bytes_new_take (g_steal_pointer (&samples), stride * rows.rows ());
}

void
describe_frame (const IcShimImage &image, IcShimGrey &grey, const Range &found, IcFrame *frame)
{
  const Range range = range_to_show (image, grey, found);

  frame->slope = grey.slope;
  frame->intercept = grey.intercept;
  frame->inverted = image.is_inverted;
  frame->has_padding = grey.has_padding && grey.modality_lut == nullptr;
  frame->padding_low = grey.padding_low;
  frame->padding_high = grey.padding_high;
  frame->low = range.low;
  frame->high = range.high;
  frame->voi_lut = grey.voi_lut.release ();
  g_array_append_vals (frame->windows, grey.windows.data (), (guint) grey.windows.size ());
}

IcFrame *
read_frame (const IcShimPicture &self, guint number, GError **error)
{
  IcShimGrey grey = ic_shim_describe_grey (*self.data_set, self.image, number);
  const IcShimDetail whole = { self.image.layout.columns, self.image.layout.rows };
  auto rows = load_frame (self, number, grey, whole, error);
  g_autoptr(IcFrame) frame = ic_frame_new ();
  Range range;

  if (rows == nullptr)
    return nullptr;
  frame->columns = rows->columns ();
  frame->rows = rows->rows ();
  frame->aspect = self.image.aspect;
  frame->format = choose_format (*rows, self.image, grey);
  frame->samples = read_samples (*rows, frame->format, range, error);
  if (frame->samples == nullptr)
    return nullptr;
  if (rows->channels () == 1)
    describe_frame (self.image, grey, range, frame);
  return static_cast<IcFrame *> (g_steal_pointer (&frame));
}

} // namespace

void
ic_shim_picture_init (void)
{
  ic_shim_codecs_init ();
}

IcShimPicture *
ic_shim_picture_open (int fd, GCancellable *cancellable, GError **error)
{
  return ic_shim_guard (error, (IcShimPicture *) nullptr,
                        [&] { return open_picture (fd, cancellable, error); });
}

void
ic_shim_picture_free (IcShimPicture *self)
{
  delete self;
}

guint
ic_shim_picture_count_frames (IcShimPicture *self)
{
  return self->image.n_frames;
}

IcPicture *
ic_shim_picture_render (IcShimPicture *self, guint frame, guint edge, GError **error)
{
  return ic_shim_guard (error, (IcPicture *) nullptr,
                        [&] { return render (*self, frame, edge, error); });
}

IcFrame *
ic_shim_picture_read_frame (IcShimPicture *self, guint frame, GError **error)
{
  return ic_shim_guard (error, (IcFrame *) nullptr,
                        [&] { return read_frame (*self, frame, error); });
}
