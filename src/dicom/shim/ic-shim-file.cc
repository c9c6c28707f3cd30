/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-file.hh"

#include "domain/ic-transfer-syntax.h"

#define TAG_MEDIA_STORAGE_SOP_CLASS 0x00020002
#define TAG_TRANSFER_SYNTAX 0x00020010

/* Values above this stay in the file until somebody asks for them. */
#define READ_MAX 4096

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
  const OFCondition cond = info.read (stream, EXS_Unknown, EGL_noChange, READ_MAX);
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

std::unique_ptr<DcmDataset>
ic_shim_read_data_set (IcShimStream &stream,
                       E_TransferSyntax encoding,
                       uint32_t stop,
                       const char *what,
                       GError **error)
{
  auto data_set = std::make_unique<DcmDataset> ();

  data_set->transferInit ();
  const OFCondition cond = data_set->readUntilTag (stream, encoding, EGL_noChange, READ_MAX,
                                                   DcmTagKey (stop >> 16, stop & 0xffff));
  data_set->transferEnd ();
  if (!stream.check (cond, what, error))
    return nullptr;
  return data_set;
}
