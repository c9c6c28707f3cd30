/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-transcode.h"

#include "dicom/shim/ic-shim-codec.hh"
#include "dicom/shim/ic-shim-file.hh"
#include "dicom/shim/ic-shim-identifier.hh"
#include "dicom/shim/ic-shim-instance-file.hh"
#include "dicom/shim/ic-shim-output.hh"
#include "dicom/shim/ic-shim-picture-file.hh"

#define WHAT "not a DICOM object"
#define WHAT_OUTPUT "the unpacked image cannot be written"

/* Behind everything. */
#define TAG_STOP 0xffffffff

namespace
{

constexpr uint32_t tag_pixels = 0x7fe00010;
constexpr uint64_t value_bytes_max = 0xfffffffe; /* PS3.5 7.1: even, and not undefined */

class Transcoder
{
public:
  Transcoder (int output_fd,
              const char *transfer_syntax_uid,
              IcShimFrameFunc frame_done,
              gpointer user_data)
      : output_ (output_fd), transfer_syntax_uid_ (transfer_syntax_uid),
        is_explicit_ (!g_str_equal (transfer_syntax_uid, IC_TS_IMPLICIT_VR_LE)),
        frame_done_ (frame_done), user_data_ (user_data)
  {
  }

  bool run (int fd, GCancellable *cancellable, GError **error);

private:
  bool copy (int fd, GCancellable *cancellable, GError **error);
  bool unpack (IcShimPictureFile &file, GError **error);
  bool write_head (DcmDataset &data_set, GError **error);
  bool write_data_set (DcmDataset &data_set, GError **error);
  bool write_frames (const IcShimPictureFile &file, IcShimFrame &first, GError **error);
  void write_pixels_head (uint64_t n_bytes, bool in_words);
  bool write_rest (const IcShimPictureFile &file, GError **error);

  E_TransferSyntax
  encoding () const
  {
    return is_explicit_ ? EXS_LittleEndianExplicit : EXS_LittleEndianImplicit;
  }

  IcShimOutput output_;
  const std::string transfer_syntax_uid_;
  const bool is_explicit_;
  const IcShimFrameFunc frame_done_;
  const gpointer user_data_;
};

bool
fail (GError **error, IcErrorCode code, const char *why)
{
  g_set_error_literal (error, IC_ERROR, code, why);
  return false;
}

std::string
text_of (DcmDataset &data_set, const DcmTagKey &tag)
{
  OFString value;

  data_set.findAndGetOFString (tag, value);
  return std::string (value.c_str (), value.size ());
}

bool
Transcoder::write_head (DcmDataset &data_set, GError **error)
{
  const InstanceMeta meta = { text_of (data_set, DCM_SOPClassUID),
                              text_of (data_set, DCM_SOPInstanceUID), transfer_syntax_uid_, "" };

  if (meta.sop_class_uid.empty () || meta.sop_instance_uid.empty ())
    return fail (error, IC_ERROR_BAD_DATA, WHAT ": it has no UID");
  output_.put (instance_file_make_head (meta));
  return write_data_set (data_set, error);
}

bool
Transcoder::write_data_set (DcmDataset &data_set, GError **error)
{
  data_set.transferInit ();
  const OFCondition cond =
      data_set.write (output_, encoding (), EET_UndefinedLength, nullptr, EGL_withoutGL);
  data_set.transferEnd ();
  if (!output_.check (WHAT_OUTPUT, error))
    return false;
  return cond.good () || ic_shim_set_condition (error, IC_ERROR_BAD_DATA, WHAT, cond);
}

/* Are the halves of a 32-bit sample exchanged as well (PS3.5 A.3)? Programs differ. */
bool
is_ambiguous (DcmDataset &data_set)
{
  Uint16 bits_allocated = 0;

  data_set.findAndGetUint16 (DCM_BitsAllocated, bits_allocated);
  return data_set.getOriginalXfer () == EXS_BigEndianExplicit && bits_allocated > 16;
}

/* What needs no codec: only the encoding of the elements changes. */
bool
Transcoder::copy (int fd, GCancellable *cancellable, GError **error)
{
  IcShimStream stream (fd, cancellable);
  IcShimMeta meta;

  if (!ic_shim_read_meta (stream, meta, WHAT, error))
    return false;
  auto data_set = ic_shim_read_data_set (stream, ic_shim_encoding_of (meta), TAG_STOP, WHAT, error);
  if (data_set == nullptr)
    return false;
  if (is_ambiguous (*data_set))
    return fail (error, IC_ERROR_UNSUPPORTED, "long big endian samples have no agreed order");
  return write_head (*data_set, error);
}

const char *
photometric_of (const IcShimFrame &frame)
{
  switch (frame.colours)
    {
    case IcShimColours::rgb:
      return "RGB";
    case IcShimColours::ybr:
      return "YBR_FULL";
    case IcShimColours::ybr_partial:
    case IcShimColours::grey:
    case IcShimColours::palette:
      break;
    }
  return nullptr;
}

/* PS3.3 C.7.6.3.1, C.7.6.1.1.5. */
void
describe (DcmDataset &data_set, const IcTransferSyntax *syntax, const IcShimFrame &frame)
{
  const char *photometric = photometric_of (frame);

  if (photometric != nullptr)
    data_set.putAndInsertString (DCM_PhotometricInterpretation, photometric);
  if (frame.layout.samples > 1)
    data_set.putAndInsertUint16 (DCM_PlanarConfiguration, frame.layout.is_planar ? 1 : 0);
  data_set.putAndInsertUint16 (DCM_BitsAllocated, frame.layout.bits_allocated);
  data_set.putAndInsertUint16 (DCM_BitsStored, frame.layout.bits_stored);
  data_set.putAndInsertUint16 (DCM_HighBit, frame.layout.high_bit);
  if (syntax->family == IC_TS_FAMILY_JPEG)
    data_set.putAndInsertString (DCM_LossyImageCompression, "01");
}

bool
decode (const IcShimPictureFile &file, guint number, IcShimFrame &frame, GError **error)
{
  const IcShimDetail whole = { file.image.layout.columns, file.image.layout.rows };
  std::string stream;

  if (!ic_shim_read_frame (file.stream->source (), file.pixels, number, file.image.n_frames, stream,
                           error) ||
      !ic_shim_decode (file.syntax, file.image, stream, whole, frame, error))
    return false;

  const uint64_t n_bytes = ic_sample_layout_frame_bytes (&frame.layout);
  if (frame.samples.size () < n_bytes)
    return fail (error, IC_ERROR_BAD_DATA, "a frame ends too early");
  frame.samples.resize (n_bytes);
  ic_shim_make_little_endian (frame);
  return true;
}

bool
is_alike (const IcShimFrame &a, const IcShimFrame &b)
{
  return a.samples.size () == b.samples.size () && a.colours == b.colours &&
         a.layout.bits_allocated == b.layout.bits_allocated &&
         a.layout.bits_stored == b.layout.bits_stored && a.layout.high_bit == b.layout.high_bit;
}

void
Transcoder::write_pixels_head (uint64_t n_bytes, bool in_words)
{
  ElementWriter writer (is_explicit_);

  writer.add_head (tag_pixels, in_words || !is_explicit_ ? "OW" : "OB", (guint32) n_bytes);
  output_.put (writer.bytes ());
}

bool
Transcoder::write_frames (const IcShimPictureFile &file, IcShimFrame &first, GError **error)
{
  IcShimFrame next = {};

  output_.put (first.samples);
  for (guint i = 1; i < file.image.n_frames; i++)
    {
      if (!decode (file, i, next, error))
        return false;
      if (!is_alike (first, next))
        return fail (error, IC_ERROR_BAD_DATA, "its frames are not alike");
      output_.put (next.samples);
      if (frame_done_ != nullptr)
        frame_done_ (i + 1, file.image.n_frames, user_data_);
      if (!output_.check (WHAT_OUTPUT, error))
        return false;
    }
  if (first.samples.size () * file.image.n_frames % 2 != 0)
    output_.put (std::string_view ("", 1));
  return output_.check (WHAT_OUTPUT, error);
}

/* Behind the pixels may stand signatures and padding. */
bool
Transcoder::write_rest (const IcShimPictureFile &file, GError **error)
{
  offile_off_t end = 0;

  if (!ic_shim_find_pixel_data_end (file.stream->source (), file.pixels, end, error))
    return false;
  IcShimStream stream (file.stream->source (), end);
  if (stream.eos ())
    return true;
  auto rest = ic_shim_read_data_set (stream, EXS_LittleEndianExplicit, TAG_STOP, WHAT, error);
  return rest != nullptr && write_data_set (*rest, error);
}

bool
Transcoder::unpack (IcShimPictureFile &file, GError **error)
{
  IcShimFrame first = {};

  if (!decode (file, 0, first, error))
    return false;
  const uint64_t n_bytes = (uint64_t) first.samples.size () * file.image.n_frames;
  if (n_bytes > value_bytes_max)
    return fail (error, IC_ERROR_UNSUPPORTED, "unpacked it would be larger than a file can say");
  describe (*file.data_set, file.syntax, first);
  if (!write_head (*file.data_set, error))
    return false;
  write_pixels_head (n_bytes + n_bytes % 2, first.layout.bits_allocated > 8);
  return write_frames (file, first, error) && write_rest (file, error);
}

bool
Transcoder::run (int fd, GCancellable *cancellable, GError **error)
{
  IcShimPictureFile file;
  g_autoptr(GError) local_error = nullptr;
  bool done = false;

  if (ic_shim_picture_file_open (file, fd, cancellable, &local_error) &&
      file.pixels.is_encapsulated)
    done = unpack (file, error);
  else if (file.syntax != nullptr && file.syntax->form != IC_TS_OPAQUE &&
           file.syntax->form != IC_TS_REFERENCED && !file.pixels.is_encapsulated)
    done = copy (fd, cancellable, error);
  else if (local_error != nullptr)
    g_propagate_error (error, static_cast<GError *> (g_steal_pointer (&local_error)));
  output_.flush ();
  return done && output_.check (WHAT_OUTPUT, error);
}

} // namespace

gboolean
ic_shim_transcode (int fd,
                   int output_fd,
                   const char *transfer_syntax_uid,
                   IcShimFrameFunc frame_done,
                   gpointer user_data,
                   GCancellable *cancellable,
                   GError **error)
{
  return ic_shim_guard (error, FALSE, [&] () -> gboolean {
    return Transcoder (output_fd, transfer_syntax_uid, frame_done, user_data)
        .run (fd, cancellable, error);
  });
}
