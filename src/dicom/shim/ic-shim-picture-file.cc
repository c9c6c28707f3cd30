/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-picture-file.hh"

#include "dicom/shim/ic-shim-file.hh"

#define WHAT "not a DICOM object"

#define TAG_STOP 0x7fe00000

namespace
{

bool
refuse (GError **error, IcErrorCode code, const char *why)
{
  g_set_error_literal (error, IC_ERROR, code, why);
  return false;
}

bool
read_data_set (IcShimPictureFile &self, IcShimMeta &meta, bool as_named, GError **error)
{
  if (!ic_shim_read_meta (*self.stream, meta, WHAT, error))
    return false;
  self.data_set_start = self.stream->position ();
  self.data_set =
      ic_shim_read_data_set (*self.stream, as_named ? ic_shim_encoding_of (meta) : EXS_Unknown,
                             TAG_STOP, WHAT, error);
  return self.data_set != nullptr;
}

bool
has_image (const IcShimPictureFile &self)
{
  return self.data_set != nullptr && self.data_set->tagExists (DCM_Rows);
}

/* Some writers say that the colours are halved and write all of them. */
bool
has_all_colours (const IcShimPictureFile &self)
{
  IcSampleLayout whole = self.image.layout;

  whole.half_chroma = FALSE;
  return self.pixels.n_bytes / self.image.n_frames >= ic_sample_layout_frame_bytes (&whole);
}

bool
describe (IcShimPictureFile &self, GError **error)
{
  const IcShimEncoding encoding = ic_shim_picture_file_get_encoding (self);
  IcSampleLayout &layout = self.image.layout;

  if (!self.data_set->tagExists (DCM_Rows))
    return refuse (error, IC_ERROR_UNSUPPORTED, "it has no picture");
  if (!ic_shim_find_pixel_data (*self.stream, encoding, self.pixels, error) ||
      !ic_shim_describe_image (*self.data_set, self.pixels.tag, self.image, error))
    return false;
  layout.big_endian = encoding.is_big_endian;
  layout.bytes_swapped =
      encoding.is_big_endian && self.pixels.in_words && layout.bits_allocated <= 8;
  if (self.pixels.is_encapsulated || has_all_colours (self))
    layout.half_chroma = FALSE;
  if (!ic_sample_layout_check (&layout, error))
    return false;
  if (self.syntax->form == IC_TS_REFERENCED || self.syntax->form == IC_TS_OPAQUE)
    return refuse (error, IC_ERROR_UNSUPPORTED, "pixels of an unknown kind cannot be shown");
  if (self.pixels.is_encapsulated == ic_transfer_syntax_is_native (self.syntax))
    return refuse (error, IC_ERROR_BAD_DATA, "its pixels are not of the kind that it names");
  return true;
}

} // namespace

/* A meta header may be wrong about how the data set is encoded; then the bytes decide. */
bool
ic_shim_picture_file_read (IcShimPictureFile &self,
                           int fd,
                           GCancellable *cancellable,
                           GError **error)
{
  IcShimMeta meta;
  g_autoptr(GError) first_error = nullptr;

  self.stream = std::make_unique<IcShimStream> (fd, cancellable);
  const bool is_read = read_data_set (self, meta, true, &first_error);
  if (!has_image (self) && ic_shim_may_be_misnamed (meta) && !self.stream->is_stopped ())
    {
      IcShimPictureFile again = {};

      again.stream = std::make_unique<IcShimStream> (fd, cancellable);
      if (read_data_set (again, meta, false, nullptr) && has_image (again))
        self = std::move (again);
    }
  if (!has_image (self) && !is_read)
    {
      g_propagate_error (error, static_cast<GError *> (g_steal_pointer (&first_error)));
      return false;
    }
  self.syntax = ic_transfer_syntax_find (
      meta.transfer_syntax.empty () ? DcmXfer (self.data_set->getOriginalXfer ()).getXferID ()
                                    : meta.transfer_syntax.c_str ());
  return true;
}

IcShimEncoding
ic_shim_picture_file_get_encoding (const IcShimPictureFile &self)
{
  const DcmXfer encoding (self.data_set->getOriginalXfer ());

  return { (bool) encoding.isExplicitVR (), encoding.getByteOrder () == EBO_BigEndian };
}

bool
ic_shim_picture_file_open (IcShimPictureFile &self,
                           int fd,
                           GCancellable *cancellable,
                           GError **error)
{
  return ic_shim_picture_file_read (self, fd, cancellable, error) && describe (self, error);
}
