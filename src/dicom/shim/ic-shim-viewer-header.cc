/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-viewer-header.hh"

#include "dicom/shim/ic-shim-instance-file.hh"
#include "domain/ic-viewer-image.h"

#include <algorithm>
#include <cstring>

#include <dcmtk/dcmdata/dcfcache.h>

#define WHAT "its header cannot be written"

namespace
{

constexpr size_t chunk_size = 256 * 1024;
constexpr Uint32 long_value = 64 * 1024;
constexpr offile_off_t magic_start = 128;
constexpr char magic[] = "DICM";

/* Bytes of a file, or of what a deflated one inflated to. */
bool
copy_bytes (const IcShimSource &source,
            offile_off_t from,
            offile_off_t to,
            IcShimOutput &output,
            GError **error)
{
  IcShimStream stream (source, from);
  std::string chunk;

  for (offile_off_t at = from; at < to; at += (offile_off_t) chunk.size ())
    {
      chunk.resize (std::min<size_t> (chunk_size, (size_t) (to - at)));
      const offile_off_t got = stream.read (&chunk[0], (offile_off_t) chunk.size ());
      if (!stream.check ((size_t) got == chunk.size () ? EC_Normal : EC_EndOfStream, WHAT, error))
        return false;
      output.put (chunk);
    }
  return true;
}

std::string
text_of (DcmDataset &data_set, const DcmTagKey &tag)
{
  OFString value;

  data_set.findAndGetOFString (tag, value);
  return std::string (value.c_str (), value.size ());
}

/* Preamble and meta header as they are; made anew where there are none. */
bool
write_meta (IcShimPictureFile &file,
            const IcShimSource &source,
            IcShimOutput &output,
            GError **error)
{
  char found[sizeof magic] = "";
  IcShimStream stream (source, magic_start);

  if (file.data_set_start > magic_start &&
      stream.read (found, sizeof magic - 1) == sizeof magic - 1 && strcmp (found, magic) == 0)
    return copy_bytes (source, 0, file.data_set_start, output, error);
  const InstanceMeta meta = { text_of (*file.data_set, DCM_SOPClassUID),
                              text_of (*file.data_set, DCM_SOPInstanceUID),
                              file.syntax->uid != nullptr ? file.syntax->uid : "", "" };
  output.put (instance_file_make_head (meta));
  return true;
}

/* Takes out what nobody looks at without a program made for it, at any depth. */
bool
remove_long_values (DcmItem &item)
{
  bool removed = false;

  for (unsigned long i = item.card (); i > 0; i--)
    {
      DcmElement *element = item.getElement (i - 1);
      auto *sequence = dynamic_cast<DcmSequenceOfItems *> (element);

      if (element->getTag ().getXTag () == DCM_EncapsulatedDocument)
        removed = true;
      else if (sequence != nullptr && sequence->ident () == EVR_SQ)
        for (DcmObject *o = sequence->nextInContainer (nullptr); o != nullptr;
             o = sequence->nextInContainer (o))
          removed |= remove_long_values (static_cast<DcmItem &> (*o));
      else if (element->getLengthField () > long_value)
        {
          delete item.remove (i - 1);
          removed = true;
        }
    }
  return removed;
}

/* DCMTK's way, in the right encoding whatever it was. */
bool
write_data_set (IcShimPictureFile &file, IcShimOutput &output, GError **error)
{
  std::unique_ptr<DcmElement> document;
  OFCondition cond;

  if (ic_shim_has_viewer_document (file))
    document.reset (file.data_set->remove (DCM_EncapsulatedDocument));
  file.data_set->transferInit ();
  const Uint32 n = file.data_set->calcElementLength (EXS_LittleEndianExplicit, EET_UndefinedLength);
  if (n <= IC_VIEWER_HEADER_MAX)
    cond = file.data_set->write (output, EXS_LittleEndianExplicit, EET_UndefinedLength, nullptr,
                                 EGL_withoutGL);
  file.data_set->transferEnd ();
  if (document != nullptr && file.data_set->insert (document.get ()).good ())
    document.release ();
  if (n > IC_VIEWER_HEADER_MAX)
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_NO_SPACE, "its header is too large");
      return false;
    }
  return cond.good () || ic_shim_set_condition (error, IC_ERROR_BAD_DATA, WHAT, cond);
}

/* Where the data set ends that the viewer is to see. */
offile_off_t
find_end (const IcShimPictureFile &file, bool &has_pixels)
{
  const offile_off_t group =
      ic_shim_find_pixel_group (*file.stream, ic_shim_picture_file_get_encoding (file));

  has_pixels = group >= 0;
  return has_pixels ? group : file.stream->position ();
}

} // namespace

bool
ic_shim_has_viewer_document (const IcShimPictureFile &file)
{
  return file.data_set->tagExists (DCM_EncapsulatedDocument) &&
         !file.data_set->tagExists (DCM_Rows);
}

bool
ic_shim_write_viewer_header (IcShimPictureFile &file, int fd, IcShimOutput &output, GError **error)
{
  const IcShimSource &source = file.stream->source ();
  const IcShimSource whole_file = { fd, source.cancellable, nullptr };
  const IcShimEncoding encoding = ic_shim_picture_file_get_encoding (file);
  const offile_off_t start = source.memory != nullptr ? 0 : file.data_set_start;
  bool has_pixels = false;
  const offile_off_t end = find_end (file, has_pixels);
  const bool is_shorter = !has_pixels && remove_long_values (*file.data_set);

  if (!is_shorter && end - start > (offile_off_t) IC_VIEWER_HEADER_MAX / 2)
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_NO_SPACE, "its header is too large");
      return false;
    }
  if (!write_meta (file, whole_file, output, error))
    return false;
  if (is_shorter || !encoding.is_explicit || encoding.is_big_endian)
    return write_data_set (file, output, error);
  return copy_bytes (source, start, end, output, error);
}

bool
ic_shim_write_viewer_document (IcShimPictureFile &file, IcShimOutput &output, GError **error)
{
  DcmElement *document = nullptr;
  DcmFileCache cache;
  std::string chunk;

  if (file.data_set->findAndGetElement (DCM_EncapsulatedDocument, document).bad ())
    return false;
  const Uint32 n_bytes = document->getLengthField ();
  for (Uint32 done = 0; done < n_bytes; done += (Uint32) chunk.size ())
    {
      chunk.resize (std::min<size_t> (chunk_size, n_bytes - done));
      const OFCondition cond = document->getPartialValue (&chunk[0], done, (Uint32) chunk.size (),
                                                          &cache, EBO_LittleEndian);
      if (cond.bad ())
        return ic_shim_set_condition (error, IC_ERROR_BAD_DATA, "the document is cut off", cond);
      output.put (chunk);
    }
  return true;
}
