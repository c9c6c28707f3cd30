/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-file.hh"

#include "domain/ic-transfer-syntax.h"

#define TAG_MEDIA_STORAGE_SOP_CLASS 0x00020002
#define TAG_TRANSFER_SYNTAX 0x00020010

/* Values above this stay in the file until somebody asks for them. */
#define READ_MAX 4096

/* What DCMTK throws over foreign bytes is their fault. Memory stays the guard's business. */
template <typename Body>
static OFCondition
run_parser (Body body)
{
  try
    {
      return body ();
    }
  catch (const std::bad_alloc &)
    {
      throw;
    }
  catch (const std::exception &)
    {
      return EC_CorruptedData;
    }
}

static std::string
text_of (const IcShimElement *element)
{
  g_autofree char *text = ic_shim_element_text (element, nullptr, IC_TEXT_LIST);

  return text;
}

IcShimMeta
ic_shim_describe_meta (const IcShimElements &elements)
{
  return { text_of (elements.find (TAG_MEDIA_STORAGE_SOP_CLASS)),
           text_of (elements.find (TAG_TRANSFER_SYNTAX)) };
}

bool
ic_shim_read_meta (IcShimStream &stream, IcShimMeta &meta, const char *what, GError **error)
{
  DcmMetaInfo info;

  info.transferInit ();
  const OFCondition cond =
      run_parser ([&] { return info.read (stream, EXS_Unknown, EGL_noChange, READ_MAX); });
  info.transferEnd ();
  if (!stream.check (cond, what, error))
    return false;
  meta = ic_shim_describe_meta (IcShimElements (info));
  return true;
}

E_TransferSyntax
ic_shim_encoding_of (const IcShimMeta &meta)
{
  switch (ic_transfer_syntax_find (meta.transfer_syntax.c_str ())->form)
    {
    case IC_TS_NATIVE:
      return meta.transfer_syntax == IC_TS_IMPLICIT_VR_LE ? EXS_LittleEndianImplicit
                                                          : EXS_LittleEndianExplicit;
    case IC_TS_BIG_ENDIAN:
      return EXS_BigEndianExplicit;
    case IC_TS_DEFLATED:
      return EXS_DeflatedLittleEndianExplicit;
    case IC_TS_ENCAPSULATED:
      return EXS_LittleEndianExplicit;
    case IC_TS_REFERENCED:
      return DcmXfer (meta.transfer_syntax.c_str ()).getXfer ();
    case IC_TS_OPAQUE:
      break;
    }
  return EXS_Unknown;
}

bool
ic_shim_may_be_misnamed (const IcShimMeta &meta)
{
  const IcTransferSyntaxForm form = ic_transfer_syntax_find (meta.transfer_syntax.c_str ())->form;

  return form == IC_TS_NATIVE || form == IC_TS_BIG_ENDIAN || form == IC_TS_ENCAPSULATED;
}

/* A file that ends inside a sequence is good enough for DCMTK. Not for us. */
static OFCondition
find_unfinished (DcmDataset &data_set)
{
  for (DcmObject *o = data_set.nextInContainer (nullptr); o != nullptr;
       o = data_set.nextInContainer (o))
    if (o->transferState () != ERW_ready && o->getLengthField () != 0)
      return EC_EndOfStream;
  return EC_Normal;
}

std::unique_ptr<DcmDataset>
ic_shim_read_data_set (IcShimStream &stream,
                       E_TransferSyntax encoding,
                       uint32_t stop,
                       const char *what,
                       GError **error)
{
  auto data_set = std::make_unique<DcmDataset> ();

  data_set->transferInit ();
  OFCondition cond = run_parser ([&] {
    return data_set->readUntilTag (stream, encoding, EGL_noChange, READ_MAX,
                                   DcmTagKey (stop >> 16, stop & 0xffff));
  });
  if (cond.good ())
    cond = find_unfinished (*data_set);
  data_set->transferEnd ();
  if (!stream.check (cond, what, error))
    return nullptr;
  return data_set;
}
