/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-viewer.h"

#include "dicom/shim/ic-shim-codec.hh"
#include "dicom/shim/ic-shim-picture.h"
#include "dicom/shim/ic-shim-viewer-header.hh"
#include "picture/ic-jpeg.h"

#include <algorithm>
#include <cstring>

#define WHAT "its pixels cannot be read"

#define PREVIEW_QUALITY 85

namespace
{

constexpr uint64_t frame_bytes_max = 256u * 1024 * 1024;
constexpr uint64_t preview_pixels_max = 64u * 1024 * 1024;

class Packer
{
public:
  Packer (int fd,
          IcShimOutput &output,
          IcViewerQuality quality,
          IcFrameEncoder *encoder,
          GCancellable *cancellable)
      : fd_ (fd), output_ (output), quality_ (quality), encoder_ (encoder),
        cancellable_ (cancellable)
  {
  }

  void
  set_progress (IcShimFrameFunc frame_done, gpointer user_data)
  {
    frame_done_ = frame_done;
    user_data_ = user_data;
  }

  IcViewerImage *run (GError **error);

private:
  bool pack (GError **error);
  bool pack_pixels (GError **error);
  bool pack_document (GError **error);
  bool pack_native (GError **error);
  bool pack_native_frame (guint frame, GError **error);
  bool pack_encapsulated (GError **error);
  bool pack_decoded (std::string &stream, guint frame, GError **error);
  bool pack_previews (GError **error);
  bool read_native (guint frame, IcShimFrame &native, GError **error);
  bool pack_frame (const IcShimFrame &frame, GError **error);
  bool describe (IcViewerEncoding encoding, const IcSampleLayout &layout, guint bytes);
  bool add_frame (const void *bytes, size_t n, GError **error);
  bool is_preview () const;
  void give_up (const GError *why);

  const int fd_;
  IcShimOutput &output_;
  const IcViewerQuality quality_;
  IcFrameEncoder *const encoder_;
  GCancellable *const cancellable_;
  IcShimFrameFunc frame_done_ = nullptr;
  gpointer user_data_ = nullptr;
  IcShimPictureFile file_;
  IcViewerImage image_ = {};
  std::vector<guint32> frame_bytes_;
};

bool
refuse (GError **error, IcErrorCode code, const char *why)
{
  g_set_error_literal (error, IC_ERROR, code, why);
  return false;
}

/* Frames */

bool
Packer::add_frame (const void *bytes, size_t n, GError **error)
{
  output_.put (std::string_view (static_cast<const char *> (bytes), n));
  frame_bytes_.push_back ((guint32) n);
  if (frame_done_ != nullptr)
    frame_done_ ((guint) frame_bytes_.size (), file_.image.n_frames, user_data_);
  return output_.check (IC_SHIM_VIEWER_OUTPUT, error) &&
         !g_cancellable_set_error_if_cancelled (cancellable_, error);
}

/* FALSE when a frame is not like the first. */
bool
Packer::describe (IcViewerEncoding encoding, const IcSampleLayout &layout, guint bytes)
{
  const IcViewerImage before = image_;

  image_.encoding = encoding;
  image_.bytes = bytes;
  image_.samples = layout.samples;
  image_.columns = layout.columns;
  image_.rows = layout.rows;
  image_.syntax_uid = encoding == IC_VIEWER_SOURCE ? file_.syntax->uid : "";
  return frame_bytes_.empty () || (before.encoding == encoding && before.bytes == bytes &&
                                   before.samples == layout.samples &&
                                   before.columns == layout.columns && before.rows == layout.rows);
}

bool
is_predictable (const IcSampleLayout &layout)
{
  return !layout.is_float && !layout.half_chroma &&
         (layout.bits_allocated == 8 || layout.bits_allocated == 16 || layout.bits_allocated == 32);
}

/* Samples in little endian words. */
bool
Packer::pack_frame (const IcShimFrame &frame, GError **error)
{
  const IcSampleLayout &layout = frame.layout;
  const guint bytes = std::max (1u, layout.bits_allocated / 8);
  const IcViewerEncoding encoding = is_predictable (layout) ? IC_VIEWER_SAMPLES : IC_VIEWER_BITS;
  const IcSampleGrid grid = { layout.columns, layout.rows, layout.samples, bytes,
                              layout.is_planar };
  const auto *data = reinterpret_cast<const guint8 *> (frame.samples.data ());
  gsize n = 0;

  if (!describe (encoding, layout, bytes))
    return refuse (error, IC_ERROR_BAD_DATA, "its frames are not alike");
  const guint8 *packed =
      encoding == IC_VIEWER_SAMPLES
          ? ic_frame_encoder_pack_samples (encoder_, &grid, data, &n, error)
          : ic_frame_encoder_pack_bytes (encoder_, data, frame.samples.size (), &n, error);
  return packed != nullptr && add_frame (packed, n, error);
}

/* Native ones */

void
swap_words (std::string &bytes)
{
  for (size_t i = 0; i + 1 < bytes.size (); i += 2)
    std::swap (bytes[i], bytes[i + 1]);
}

/* So that the first bit of the frame is the first of the bytes, and what follows it is 0. */
void
align_bits (std::string &bytes, guint shift, uint64_t n_bits)
{
  for (size_t i = 0; shift > 0 && i < bytes.size (); i++)
    {
      const unsigned next = i + 1 < bytes.size () ? (unsigned char) bytes[i + 1] : 0;

      bytes[i] = (char) ((unsigned char) bytes[i] >> shift | next << (8 - shift));
    }
  bytes.resize ((n_bits + 7) / 8);
  if (n_bits % 8 != 0)
    bytes.back () &= (char) ((1u << (n_bits % 8)) - 1);
}

bool
Packer::read_native (guint number, IcShimFrame &frame, GError **error)
{
  const IcSampleLayout &layout = file_.image.layout;
  const uint64_t n_bits = ic_sample_layout_frame_cells (&layout) * layout.bits_allocated;
  const uint64_t start = number * n_bits / 8;
  const uint64_t skipped = layout.bytes_swapped ? start % 2 : 0;
  uint64_t n = (number * n_bits % 8 + n_bits + 7) / 8 + skipped;

  n = std::min (n + (layout.bytes_swapped ? n % 2 : 0), file_.pixels.n_bytes - (start - skipped));
  IcShimStream stream (file_.stream->source (),
                       file_.pixels.start + (offile_off_t) (start - skipped));
  frame.layout = layout;
  frame.samples.resize (n);
  const offile_off_t got = stream.read (&frame.samples[0], (offile_off_t) n);
  if (!stream.check ((uint64_t) got == n ? EC_Normal : EC_EndOfStream, WHAT, error))
    return false;
  if (layout.bytes_swapped)
    swap_words (frame.samples);
  frame.samples.erase (0, skipped);
  align_bits (frame.samples, number * n_bits % 8, n_bits);
  ic_shim_make_little_endian (frame);
  return true;
}

bool
Packer::pack_native (GError **error)
{
  const IcSampleLayout &layout = file_.image.layout;
  const uint64_t bits = ic_sample_layout_frame_cells (&layout) * layout.bits_allocated;
  IcShimFrame frame = {};

  if (bits / 8 > frame_bytes_max)
    return refuse (error, IC_ERROR_NO_SPACE, "its frames are too large");
  if (bits > file_.pixels.n_bytes * 8 / file_.image.n_frames)
    return refuse (error, IC_ERROR_BAD_DATA, "it is cut off: its data end too early");
  for (guint i = 0; i < file_.image.n_frames; i++)
    if (!read_native (i, frame, error) || !pack_frame (frame, error))
      return false;
  return true;
}

/* Compressed ones */

bool
Packer::pack_decoded (std::string &stream, guint frame, GError **error)
{
  const IcShimDetail whole = { file_.image.layout.columns, file_.image.layout.rows };
  IcShimFrame decoded = {};

  if (!ic_shim_decode (file_.syntax, file_.image, stream, whole, decoded, error))
    return false;
  const uint64_t n = ic_sample_layout_frame_bytes (&decoded.layout);
  if (decoded.samples.size () < n)
    return refuse (error, IC_ERROR_BAD_DATA, "a frame ends too early");
  decoded.samples.resize (n);
  ic_shim_make_little_endian (decoded);
  return pack_frame (decoded, error);
}

bool
Packer::pack_encapsulated (GError **error)
{
  const IcSampleLayout &layout = file_.image.layout;
  std::vector<IcShimFragments> frames;
  std::string stream;
  bool is_common = false;

  if (!ic_shim_list_frames (file_.stream->source (), file_.pixels, file_.image.n_frames, frames,
                            error))
    return false;
  for (guint i = 0; i < file_.image.n_frames; i++)
    {
      if (!ic_shim_read_fragments (file_.stream->source (), frames[i], stream, error))
        return false;
      if (i == 0)
        is_common = ic_shim_is_common_stream (file_.syntax, stream);
      if (!is_common && quality_ == IC_VIEWER_PREVIEW)
        return pack_previews (error);
      if (is_common)
        describe (IC_VIEWER_SOURCE, layout, std::max (1u, layout.bits_allocated / 8));
      if (!(is_common ? add_frame (stream.data (), stream.size (), error)
                      : pack_decoded (stream, i, error)))
        return false;
    }
  return true;
}

/* Previews */

/* What lost something already is small enough, and single bits are. */
bool
Packer::is_preview () const
{
  return quality_ == IC_VIEWER_PREVIEW && file_.image.layout.bits_allocated > 1 &&
         !(file_.pixels.is_encapsulated && file_.syntax->lossy);
}

bool
Packer::pack_previews (GError **error)
{
  const IcSampleLayout &layout = file_.image.layout;

  if ((uint64_t) layout.columns * layout.rows > preview_pixels_max)
    return refuse (error, IC_ERROR_NO_SPACE, "its frames are too large");
  g_autoptr(IcShimPicture) picture = ic_shim_picture_open (fd_, cancellable_, error);
  for (guint i = 0; picture != nullptr && i < file_.image.n_frames; i++)
    {
      g_autoptr(IcPicture) frame =
                     ic_shim_picture_render (picture, i, IC_SHIM_PICTURE_WHOLE, error);
      g_autoptr(GBytes) jpeg =
                     frame != nullptr ? ic_jpeg_encode (frame, PREVIEW_QUALITY, error) : nullptr;
      IcSampleLayout rendered = layout;

      if (jpeg == nullptr)
        return false;
      rendered.samples = frame->channels;
      describe (IC_VIEWER_JPEG, rendered, 1);
      gsize n = 0;
      const void *bytes = g_bytes_get_data (jpeg, &n);
      if (!add_frame (bytes, n, error))
        return false;
    }
  return picture != nullptr;
}

/* Files */

bool
Packer::pack_document (GError **error)
{
  const guint64 before = output_.size_bytes ();

  if (!ic_shim_write_viewer_document (file_, output_, error))
    return false;
  image_.encoding = IC_VIEWER_FILE;
  frame_bytes_.push_back ((guint32) (output_.size_bytes () - before));
  return true;
}

bool
Packer::pack_pixels (GError **error)
{
  if (file_.image.n_frames > IC_VIEWER_FRAMES_MAX)
    return refuse (error, IC_ERROR_NO_SPACE, "it has too many frames");
  if (is_preview ())
    return pack_previews (error);
  return file_.pixels.is_encapsulated ? pack_encapsulated (error) : pack_native (error);
}

/* What a viewer is told who cannot show it. */
IcViewerReason
reason_of (const GError *why, bool has_pixels)
{
  if (why->domain != IC_ERROR)
    return IC_VIEWER_DAMAGED;
  switch (why->code)
    {
    case IC_ERROR_NO_SPACE:
      return IC_VIEWER_TOO_LARGE;
    case IC_ERROR_UNSUPPORTED:
      return has_pixels ? IC_VIEWER_UNSUPPORTED : IC_VIEWER_NO_PIXELS;
    default:
      return IC_VIEWER_DAMAGED;
    }
}

void
Packer::give_up (const GError *why)
{
  const guint32 header_bytes = image_.header_bytes;

  image_ = {};
  image_.header_bytes = header_bytes;
  image_.reason = reason_of (why, file_.pixels.start > 0);
  frame_bytes_.clear ();
}

bool
Packer::pack (GError **error)
{
  g_autoptr(GError) why = nullptr;
  const bool has_picture = ic_shim_picture_file_open (file_, fd_, cancellable_, &why);

  if (file_.data_set != nullptr)
    {
      if (!ic_shim_write_viewer_header (file_, fd_, output_, error))
        return false;
      image_.header_bytes = (guint32) output_.size_bytes ();
      if (ic_shim_has_viewer_document (file_))
        return pack_document (error);
    }
  if (has_picture)
    return pack_pixels (error);
  g_propagate_error (error, static_cast<GError *> (g_steal_pointer (&why)));
  return false;
}

IcViewerImage *
Packer::run (GError **error)
{
  g_autoptr(GError) why = nullptr;

  if (!pack (&why))
    give_up (why);
  output_.flush ();
  if (!output_.check (IC_SHIM_VIEWER_OUTPUT, error) ||
      g_cancellable_set_error_if_cancelled (cancellable_, error))
    return nullptr;
  if (image_.syntax_uid == nullptr)
    image_.syntax_uid = "";
  image_.n_frames = (guint) frame_bytes_.size ();
  image_.frame_bytes = frame_bytes_.data ();
  return ic_viewer_image_new (&image_);
}

/* What breaks the bounds of memory, wherever. */
IcViewerImage *
make_damaged ()
{
  IcViewerImage image = {};

  image.reason = IC_VIEWER_DAMAGED;
  image.syntax_uid = "";
  return ic_viewer_image_new (&image);
}

} // namespace

IcViewerImage *
ic_shim_pack_for_viewer (int fd,
                         int output_fd,
                         IcViewerQuality quality,
                         IcFrameEncoder *encoder,
                         IcShimFrameFunc frame_done,
                         gpointer user_data,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autoptr(GError) thrown = nullptr;
  IcShimOutput output (output_fd);
  IcViewerImage *image = ic_shim_guard (&thrown, (IcViewerImage *) nullptr, [&] {
    Packer packer (fd, output, quality, encoder, cancellable);

    packer.set_progress (frame_done, user_data);
    return packer.run (error);
  });

  return thrown != nullptr ? make_damaged () : image;
}
