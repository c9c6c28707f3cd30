/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-writer.h"

#include "dicom/shim/ic-shim-private.hh"

#include <memory>
#include <vector>

#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>
#include <dcmtk/dcmdata/dcrleerg.h>
#include <dcmtk/dcmdata/dcrlerp.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmimage/diregist.h> /* registers colour images, which the JPEG encoder needs */
#include <dcmtk/dcmjpeg/djencode.h>
#include <dcmtk/dcmjpeg/djrploss.h>
#include <dcmtk/dcmjpeg/djrplol.h>
#include <dcmtk/dcmjpls/djencode.h>
#include <dcmtk/dcmjpls/djrparam.h>

enum
{
  JPEG_QUALITY = 90,
  SELECTION_VALUE_1 = 1,
};

struct _IcShimObject
{
  DcmFileFormat file;
  std::vector<DcmItem *> open; /* the data set and the items below it that are open */
  OFCondition first_failure;
  guint32 failed_tag = 0;

  _IcShimObject () { open.push_back (file.getDataset ()); }

  void
  note (const OFCondition &cond, guint32 tag)
  {
    if (cond.good () || first_failure.bad ())
      return;
    first_failure = cond;
    failed_tag = tag;
  }
};

static DcmTag
tag_from_number (guint32 tag)
{
  return DcmTag (static_cast<Uint16> (tag >> 16), static_cast<Uint16> (tag & 0xffff));
}

gboolean
ic_shim_writer_init (GError **error)
{
  return ic_shim_guard (error, FALSE, [&] () -> gboolean {
    DJEncoderRegistration::registerCodecs (ECC_lossyYCbCr, EUC_never);
    DJLSEncoderRegistration::registerCodecs (0, 0, 0, 0, OFTrue, 0, OFTrue, EJLSUC_never);
    DcmRLEEncoderRegistration::registerCodecs ();
    return TRUE;
  });
}

IcShimObject *
ic_shim_object_new (void)
{
  return new IcShimObject ();
}

void
ic_shim_object_free (IcShimObject *self)
{
  delete self;
}

void
ic_shim_object_put (IcShimObject *self, guint32 tag, const char *value)
{
  DcmItem *item = self->open.back ();
  DcmTag key = tag_from_number (tag);

  if (value == NULL || *value == '\0')
    self->note (item->insertEmptyElement (key), tag);
  else
    self->note (item->putAndInsertString (key, value), tag);
}

void
ic_shim_object_put_bytes (IcShimObject *self, guint32 tag, GBytes *bytes)
{
  gsize size = 0;
  auto *data = static_cast<const Uint8 *> (g_bytes_get_data (bytes, &size));

  self->note (self->open.back ()->putAndInsertUint8Array (tag_from_number (tag), data, size), tag);
}

void
ic_shim_object_open_item (IcShimObject *self, guint32 tag)
{
  DcmItem *item = nullptr;
  const long append = -2;
  OFCondition cond =
      self->open.back ()->findOrCreateSequenceItem (tag_from_number (tag), item, append);

  self->note (cond, tag);
  self->open.push_back (cond.good () ? item : self->open.back ());
}

void
ic_shim_object_close_item (IcShimObject *self)
{
  g_return_if_fail (self->open.size () > 1);
  self->open.pop_back ();
}

void
ic_shim_object_put_pixels (IcShimObject *self, GBytes *pixels, guint bits_allocated)
{
  gsize size = 0;
  gconstpointer data = g_bytes_get_data (pixels, &size);
  auto element = std::make_unique<DcmPixelData> (DCM_PixelData);
  OFCondition cond;

  element->setVR (bits_allocated == 16 ? EVR_OW : EVR_OB);
  if (bits_allocated == 16)
    cond = element->putUint16Array (static_cast<const Uint16 *> (data), size / 2);
  else
    cond = element->putUint8Array (static_cast<const Uint8 *> (data), size);
  if (cond.good ())
    cond = self->file.getDataset ()->insert (element.get ());
  if (cond.good ())
    element.release ();
  self->note (cond, 0x7fe00010);
}

static OFCondition
store_frames (DcmPixelSequence &sequence, GPtrArray *frames)
{
  auto table = std::make_unique<DcmPixelItem> (DcmTag (DCM_Item, EVR_OB));
  DcmPixelItem *offset_table = table.get ();
  DcmOffsetList offsets;
  OFCondition cond = sequence.insert (table.get ());

  if (cond.bad ())
    return cond;
  table.release ();
  for (guint i = 0; i < frames->len && cond.good (); i++)
    {
      gsize size = 0;
      auto *frame = static_cast<GBytes *> (g_ptr_array_index (frames, i));
      auto *data = static_cast<const Uint8 *> (g_bytes_get_data (frame, &size));

      cond = sequence.storeCompressedFrame (offsets, const_cast<Uint8 *> (data), size, 0);
    }
  return cond.good () ? offset_table->createOffsetTable (offsets) : cond;
}

void
ic_shim_object_put_frames (IcShimObject *self, GPtrArray *frames, const char *syntax_uid)
{
  auto sequence = std::make_unique<DcmPixelSequence> (DcmTag (DCM_PixelData, EVR_OB));
  auto pixels = std::make_unique<DcmPixelData> (DCM_PixelData);
  DcmXfer syntax (syntax_uid);
  OFCondition cond = store_frames (*sequence, frames);

  if (cond.good ())
    {
      pixels->putOriginalRepresentation (syntax.getXfer (), nullptr, sequence.release ());
      cond = self->file.getDataset ()->insert (pixels.get ());
    }
  if (cond.good ())
    pixels.release ();
  self->note (cond, 0x7fe00010);
}

static OFCondition
represent (DcmDataset *dataset, E_TransferSyntax syntax)
{
  DJ_RPLossy lossy (JPEG_QUALITY);
  DJ_RPLossless lossless (SELECTION_VALUE_1, 0);
  DJLSRepresentationParameter jpeg_ls (0, OFTrue);
  DcmRLERepresentationParameter rle;

  switch (syntax)
    {
    case EXS_JPEGProcess1:
      return dataset->chooseRepresentation (syntax, &lossy);
    case EXS_JPEGProcess14SV1:
      return dataset->chooseRepresentation (syntax, &lossless);
    case EXS_JPEGLSLossless:
      return dataset->chooseRepresentation (syntax, &jpeg_ls);
    case EXS_RLELossless:
      return dataset->chooseRepresentation (syntax, &rle);
    default:
      return EC_Normal;
    }
}

/* DCMTK's JPEG-LS encoder leaves the byte behind an odd number of bytes as it finds it in memory;
 * it is to be zero (PS3.5 A.4). A stream ends with the marker EOI, which is ff d9.
 */
static void
clear_padding (DcmPixelItem *fragment)
{
  Uint8 *bytes = nullptr;
  Uint32 length = fragment->getLength ();

  if (length >= 3 && fragment->getUint8Array (bytes).good () && bytes[length - 3] == 0xff &&
      bytes[length - 2] == 0xd9)
    bytes[length - 1] = 0;
}

static void
clear_all_padding (DcmDataset *dataset)
{
  DcmElement *element = nullptr;
  DcmPixelSequence *sequence = nullptr;
  DcmPixelItem *fragment = nullptr;
  const DcmRepresentationParameter *parameter = nullptr;
  E_TransferSyntax syntax = EXS_Unknown;

  if (dataset->findAndGetElement (DCM_PixelData, element).bad ())
    return;
  auto *pixels = static_cast<DcmPixelData *> (element);
  pixels->getCurrentRepresentationKey (syntax, parameter);
  if (pixels->getEncapsulatedRepresentation (syntax, parameter, sequence).bad ())
    return;
  for (unsigned long i = 1; sequence->getItem (fragment, i).good (); i++)
    clear_padding (fragment);
}

static bool
set_failed_element (IcShimObject *self, GError **error)
{
  g_autofree char *what = g_strdup_printf ("element %08x", self->failed_tag);

  return ic_shim_set_condition (error, IC_ERROR_INTERNAL, what, self->first_failure);
}

static gboolean
save_object (IcShimObject *self, const char *syntax_uid, const char *path, GError **error)
{
  E_TransferSyntax syntax = DcmXfer (syntax_uid).getXfer ();
  DcmDataset *dataset = self->file.getDataset ();
  OFCondition cond;

  if (self->first_failure.bad ())
    return set_failed_element (self, error);
  cond = represent (dataset, syntax);
  if (cond.bad () || !dataset->canWriteXfer (syntax))
    return ic_shim_set_condition (error, IC_ERROR_UNSUPPORTED, "cannot encode", cond);
  if (syntax == EXS_JPEGLSLossless)
    clear_all_padding (dataset);
  cond = self->file.saveFile (path, syntax, EET_ExplicitLength, EGL_withoutGL, EPD_withoutPadding);
  if (cond.bad ())
    return ic_shim_set_condition (error, IC_ERROR_WRITE_FAILED, "cannot write the object", cond);
  return TRUE;
}

gboolean
ic_shim_object_save (IcShimObject *self, const char *syntax_uid, const char *path, GError **error)
{
  return ic_shim_guard (error, FALSE,
                        [&] () -> gboolean { return save_object (self, syntax_uid, path, error); });
}

char **
ic_shim_list_storage_classes (void)
{
  g_autoptr(GPtrArray) list = g_ptr_array_new ();

  for (int i = 0; i < numberOfDcmLongSCUStorageSOPClassUIDs; i++)
    g_ptr_array_add (list, g_strdup (dcmLongSCUStorageSOPClassUIDs[i]));
  g_ptr_array_add (list, NULL);
  return reinterpret_cast<char **> (g_ptr_array_steal (list, NULL));
}

char **
ic_shim_list_transfer_syntaxes (void)
{
  static const E_TransferSyntax first[] = { EXS_LittleEndianExplicit, EXS_BigEndianExplicit,
                                            EXS_LittleEndianImplicit };
  g_autoptr(GPtrArray) list = g_ptr_array_new ();

  for (E_TransferSyntax syntax : first)
    g_ptr_array_add (list, g_strdup (DcmXfer (syntax).getXferID ()));
  for (int i = EXS_JPEGProcess1; i <= EXS_HEVCMain10ProfileLevel5_1; i++)
    g_ptr_array_add (list, g_strdup (DcmXfer (static_cast<E_TransferSyntax> (i)).getXferID ()));
  g_ptr_array_add (list, NULL);
  return reinterpret_cast<char **> (g_ptr_array_steal (list, NULL));
}
