/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-element.hh"

#include <algorithm>
#include <cstring>

#include <dcmtk/dcmdata/dcostrmb.h>

#define TEXT_MAX 4096
#define SHORT_VALUE_MAX 0xfffe
#define SEQUENCE_MAX (1024 * 1024)
#define CONTENT_SEQUENCE 0x0040a730
#define RELATIONSHIP_TYPE 0x0040a010

namespace
{

uint32_t
tag_of (const DcmObject &object)
{
  return (uint32_t) object.getGTag () << 16 | object.getETag ();
}

IcShimElement
describe (DcmElement *parsed)
{
  const char *vr = DcmVR (parsed->getVR ()).getValidVRName ();

  return { tag_of (*parsed), { vr[0], vr[1], '\0' }, nullptr, 0, parsed };
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

bool
is_text (const char *vr)
{
  static const char text_vrs[] = "AE AS CS DA DS DT IS LO LT PN SH ST TM UC UI UR UT";
  const char *found = strstr (text_vrs, vr);

  return *vr != '\0' && found != nullptr && (found - text_vrs) % 3 == 0;
}

/* Text of one VR may stand for text of another, a number for itself only. */
bool
fits_key (const IcShimElement &element, const IcDirectoryKey &key)
{
  if (*element.vr == '\0' || strcmp (element.vr, key.vr) == 0)
    return true;
  return is_text (key.vr) && (is_text (element.vr) || strcmp (element.vr, "UN") == 0);
}

DcmSequenceOfItems *
as_sequence (const IcShimElement &element)
{
  if (element.parsed == nullptr || element.parsed->ident () != EVR_SQ)
    return nullptr;
  return static_cast<DcmSequenceOfItems *> (element.parsed);
}

/* Of the items of the sequence @key.within the greatest value. */
std::string
greatest_value (const IcShimElement &sequence, const IcDirectoryKey &key)
{
  DcmSequenceOfItems *items = as_sequence (sequence);
  std::string greatest;

  if (items == nullptr)
    return greatest;
  for (DcmObject *o = items->nextInContainer (nullptr); o != nullptr;
       o = items->nextInContainer (o))
    {
      const IcShimElements elements (*static_cast<DcmItem *> (o));
      const IcShimElement *element = elements.find (key.tag);

      if (element != nullptr && fits_key (*element, key))
        greatest = std::max (greatest, ic_shim_element_bytes (*element, SHORT_VALUE_MAX));
    }
  return greatest;
}

/* PS3.3 F.5.24: of the content tree only what modifies the title. */
bool
belongs_into_record (uint32_t sequence_tag, DcmItem *item)
{
  if (sequence_tag != CONTENT_SEQUENCE)
    return true;

  const IcShimElements elements (*item);
  g_autofree char *relationship =
      ic_shim_element_text (elements.find (RELATIONSHIP_TYPE), nullptr, IC_TEXT_LIST);
  return strcmp (relationship, "HAS CONCEPT MOD") == 0;
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
append_sequence (std::string &out, const IcShimElement &element, const IcDirectoryKey &key)
{
  DcmSequenceOfItems *sequence = as_sequence (element);
  std::string items;

  if (sequence == nullptr)
    return;
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
append_plain_key (std::string &out, const IcShimElement &element, const IcDirectoryKey &key)
{
  const std::string value = ic_shim_element_bytes (element, SHORT_VALUE_MAX + 1);

  if (fits_key (element, key) && value.size () <= SHORT_VALUE_MAX)
    append_short_element (out, key.tag, key.vr, value);
}

void
append_key (std::string &out, const IcShimElements &elements, const IcDirectoryKey &key)
{
  const IcShimElement *element = elements.find (key.within != 0 ? key.within : key.tag);

  if (element == nullptr)
    return;
  if (key.within != 0)
    {
      const std::string value = greatest_value (*element, key);

      if (!value.empty ())
        append_short_element (out, key.tag, key.vr, value);
    }
  else if (strcmp (key.vr, "SQ") == 0)
    append_sequence (out, *element, key);
  else
    append_plain_key (out, *element, key);
}

} // namespace

IcShimElements::IcShimElements (DcmItem &item)
{
  elements_.reserve (item.card ());
  for (DcmObject *o = item.nextInContainer (nullptr); o != nullptr; o = item.nextInContainer (o))
    elements_.push_back (describe (static_cast<DcmElement *> (o)));
}

IcShimElements::IcShimElements (const std::vector<IcShimView> &views)
{
  elements_.reserve (views.size ());
  for (const IcShimView &view : views)
    elements_.push_back (
        { view.tag, { view.vr[0], view.vr[1], '\0' }, view.data, view.length, nullptr });
}

const IcShimElement *
IcShimElements::find (uint32_t tag) const
{
  const auto found = std::lower_bound (elements_.begin (), elements_.end (), tag,
                                       [] (const IcShimElement &element, uint32_t wanted) {
                                         return element.tag < wanted;
                                       });

  return found != elements_.end () && found->tag == tag ? &*found : nullptr;
}

std::string
ic_shim_element_bytes (const IcShimElement &element, size_t n_bytes_max)
{
  DcmElement *parsed = element.parsed;

  if (parsed == nullptr)
    return std::string (element.data, MIN (element.n_bytes, n_bytes_max));
  if (!parsed->isLeaf ())
    return {};

  std::string bytes (MIN (parsed->getLengthField (), n_bytes_max), '\0');
  if (bytes.empty () ||
      parsed->getPartialValue (&bytes[0], 0, bytes.size (), nullptr, EBO_LittleEndian).good ())
    return bytes;
  return {};
}

char *
ic_shim_element_text (const IcShimElement *element, const char *charset, IcTextKind kind)
{
  if (element == nullptr)
    return g_strdup ("");

  const std::string bytes = ic_shim_element_bytes (*element, TEXT_MAX);
  return ic_charset_decode (charset, kind, bytes.data (), bytes.size ());
}

char *
ic_shim_element_number (const IcShimElement *element)
{
  if (element == nullptr || is_text (element->vr))
    return ic_shim_element_text (element, nullptr, IC_TEXT_LIST);

  const std::string bytes = ic_shim_element_bytes (*element, 2);
  if (bytes.size () < 2)
    return g_strdup ("");
  return g_strdup_printf ("%u", (guint) (guchar) bytes[0] | (guint) (guchar) bytes[1] << 8);
}

bool
ic_shim_keys_are_flat (const IcShimElements &elements, IcRecordType type)
{
  size_t n_keys = 0;
  const IcDirectoryKey *keys = ic_directory_keys (type, &n_keys);

  for (size_t i = 0; i < n_keys; i++)
    {
      const bool nested = keys[i].within != 0 || strcmp (keys[i].vr, "SQ") == 0;

      if (nested && elements.find (keys[i].within != 0 ? keys[i].within : keys[i].tag) != nullptr)
        return false;
    }
  return true;
}

void
ic_shim_append_keys (std::string &out, const IcShimElements &elements, IcRecordType type)
{
  size_t n_keys = 0;
  const IcDirectoryKey *keys = ic_directory_keys (type, &n_keys);

  for (size_t i = 0; i < n_keys; i++)
    append_key (out, elements, keys[i]);
}
