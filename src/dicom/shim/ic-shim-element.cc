/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-element.hh"

#include <algorithm>
#include <cstring>

#include <dcmtk/dcmdata/dcostrmb.h>

#define TEXT_MAX 4096
#define SHORT_VALUE_MAX 0xfffe
#define SEQUENCE_MAX (1024 * 1024)
#define CONTENT_SEQUENCE 0x0040a730

namespace
{

uint32_t
tag_of (const DcmObject &object)
{
  return (uint32_t) object.getGTag () << 16 | object.getETag ();
}

DcmEVR
vr_of (DcmElement *element)
{
  return DcmVR (element->getVR ()).getValidEVR ();
}

void
append_16 (std::string &out, uint32_t value)
{
  out += (char) (value & 0xff);
  out += (char) (value >> 8 & 0xff);
}

void
append_32 (std::string &out, uint32_t value)
{
  append_16 (out, value & 0xffff);
  append_16 (out, value >> 16);
}

void
append_tag (std::string &out, uint32_t tag)
{
  append_16 (out, tag >> 16);
  append_16 (out, tag & 0xffff);
}

void
append_short_element (std::string &out, uint32_t tag, const char *vr, std::string value)
{
  if (value.size () % 2 != 0)
    value += strcmp (vr, "UI") == 0 ? '\0' : ' ';
  append_tag (out, tag);
  out.append (vr, 2);
  append_16 (out, value.size ());
  out += value;
}

/* Text of one VR may stand for text of another, a number for itself only. */
bool
fits_key (DcmElement *element, const IcDirectoryKey &key)
{
  const DcmVR wanted (key.vr);
  const DcmEVR vr = vr_of (element);

  if (wanted.isaString ())
    return DcmVR (vr).isaString () || vr == EVR_UN;
  return vr == wanted.getEVR ();
}

/* Of the items of the sequence @key.within the greatest value. */
std::string
greatest_value (DcmElement *sequence, const IcDirectoryKey &key)
{
  const DcmTagKey tag (key.tag >> 16, key.tag & 0xffff);
  std::string greatest;

  if (sequence->ident () != EVR_SQ)
    return greatest;
  auto *items = static_cast<DcmSequenceOfItems *> (sequence);
  for (DcmObject *o = items->nextInContainer (nullptr); o != nullptr;
       o = items->nextInContainer (o))
    {
      DcmElement *element = nullptr;

      if (static_cast<DcmItem *> (o)->findAndGetElement (tag, element).good () &&
          fits_key (element, key))
        greatest = std::max (greatest, ic_shim_element_bytes (element, SHORT_VALUE_MAX));
    }
  return greatest;
}

/* PS3.3 F.5.24: of the content tree only what modifies the title. */
bool
belongs_into_record (uint32_t sequence_tag, DcmItem *item)
{
  DcmElement *relationship = nullptr;

  if (sequence_tag != CONTENT_SEQUENCE)
    return true;
  if (item->findAndGetElement (DCM_RelationshipType, relationship).bad ())
    return false;
  g_autofree char *text = ic_shim_element_text (relationship, nullptr, IC_TEXT_LIST);
  return strcmp (text, "HAS CONCEPT MOD") == 0;
}

/* FALSE when the item is too large or DCMTK cannot write it. */
bool
append_item (std::string &out, DcmItem *item)
{
  const Uint32 length = item->calcElementLength (EXS_LittleEndianExplicit, EET_ExplicitLength);

  if (length > SEQUENCE_MAX)
    return false;
  std::string buffer (length, '\0');
  DcmOutputBufferStream stream (&buffer[0], buffer.size ());
  item->transferInit ();
  const OFCondition cond =
      item->write (stream, EXS_LittleEndianExplicit, EET_ExplicitLength, nullptr);
  item->transferEnd ();
  if (cond.bad ())
    return false;

  void *written = nullptr;
  offile_off_t n_written = 0;
  stream.flushBuffer (written, n_written);
  out.append (static_cast<const char *> (written), n_written);
  return true;
}

void
append_sequence (std::string &out, DcmElement *element, const IcDirectoryKey &key)
{
  std::string items;

  if (element->ident () != EVR_SQ)
    return;
  auto *sequence = static_cast<DcmSequenceOfItems *> (element);
  for (DcmObject *o = sequence->nextInContainer (nullptr); o != nullptr;
       o = sequence->nextInContainer (o))
    {
      auto *item = static_cast<DcmItem *> (o);

      if (belongs_into_record (key.tag, item) && !append_item (items, item))
        return;
      if (items.size () > SEQUENCE_MAX)
        return;
    }
  append_tag (out, key.tag);
  out += "SQ";
  append_16 (out, 0);
  append_32 (out, items.size ());
  out += items;
}

void
append_key (std::string &out, const IcShimElements &elements, const IcDirectoryKey &key)
{
  DcmElement *element = elements.find (key.within != 0 ? key.within : key.tag);

  if (element == nullptr)
    return;
  if (key.within != 0)
    {
      const std::string value = greatest_value (element, key);

      if (!value.empty ())
        append_short_element (out, key.tag, key.vr, value);
    }
  else if (strcmp (key.vr, "SQ") == 0)
    append_sequence (out, element, key);
  else if (fits_key (element, key) && element->getLengthField () <= SHORT_VALUE_MAX)
    append_short_element (out, key.tag, key.vr, ic_shim_element_bytes (element, SHORT_VALUE_MAX));
}

} // namespace

IcShimElements::IcShimElements (DcmItem &item)
{
  elements_.reserve (item.card ());
  for (DcmObject *o = item.nextInContainer (nullptr); o != nullptr; o = item.nextInContainer (o))
    elements_.emplace_back (tag_of (*o), static_cast<DcmElement *> (o));
}

DcmElement *
IcShimElements::find (uint32_t tag) const
{
  const auto found = std::lower_bound (elements_.begin (), elements_.end (), tag,
                                       [] (const std::pair<uint32_t, DcmElement *> &e,
                                           uint32_t wanted) { return e.first < wanted; });

  return found != elements_.end () && found->first == tag ? found->second : nullptr;
}

std::string
ic_shim_element_bytes (DcmElement *element, size_t n_bytes_max)
{
  const bool nested = !element->isLeaf ();
  std::string bytes (nested ? 0 : MIN (element->getLengthField (), n_bytes_max), '\0');

  if (bytes.empty () ||
      element->getPartialValue (&bytes[0], 0, bytes.size (), nullptr, EBO_LittleEndian).good ())
    return bytes;
  return {};
}

char *
ic_shim_element_text (DcmElement *element, const char *charset, IcTextKind kind)
{
  if (element == nullptr)
    return g_strdup ("");

  const std::string bytes = ic_shim_element_bytes (element, TEXT_MAX);
  if (vr_of (element) != EVR_US)
    return ic_charset_decode (charset, kind, bytes.data (), bytes.size ());
  if (bytes.size () < 2)
    return g_strdup ("");
  return g_strdup_printf ("%u", (guint) (guchar) bytes[0] | (guint) (guchar) bytes[1] << 8);
}

void
ic_shim_append_keys (std::string &out, const IcShimElements &elements, IcRecordType type)
{
  size_t n_keys = 0;
  const IcDirectoryKey *keys = ic_directory_keys (type, &n_keys);

  for (size_t i = 0; i < n_keys; i++)
    append_key (out, elements, keys[i]);
}
