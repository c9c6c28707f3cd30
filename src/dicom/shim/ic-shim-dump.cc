/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-describe.h"

#include "dicom/shim/ic-shim-attributes.hh"
#include "dicom/shim/ic-shim-picture-file.hh"

#include <cstring>

#define VALUE_MAX 1024        /* bytes of a value that are shown */
#define PROSE_MAX (64 * 1024) /* of a text in a report */
#define DEPTH_MAX 64          /* deeper is nothing that anybody wrote */
#define NUMBERS_BYTES_MAX 4096
#define BYTES_MAX (8 * 1024 * 1024) /* of all values together */

namespace
{

constexpr uint32_t tag_charset = 0x00080005;
constexpr uint32_t tag_code_meaning = 0x00080104;
constexpr uint32_t tag_code_value = 0x00080100;
constexpr uint32_t tag_units = 0x004008ea;
constexpr uint32_t tag_value_type = 0x0040a040;
constexpr uint32_t tag_concept = 0x0040a043;
constexpr uint32_t tag_date_time = 0x0040a120;
constexpr uint32_t tag_date = 0x0040a121;
constexpr uint32_t tag_time = 0x0040a122;
constexpr uint32_t tag_person = 0x0040a123;
constexpr uint32_t tag_uid = 0x0040a124;
constexpr uint32_t tag_text = 0x0040a160;
constexpr uint32_t tag_code = 0x0040a168;
constexpr uint32_t tag_measured = 0x0040a300;
constexpr uint32_t tag_number = 0x0040a30a;
constexpr uint32_t tag_content = 0x0040a730;
constexpr uint32_t tag_references = 0x00081199;
constexpr uint32_t tag_referenced_class = 0x00081150;
constexpr uint32_t tag_referenced_instance = 0x00081155;

struct Dump
{
  GPtrArray *rows;
  GCancellable *cancellable;
  bool is_complete = true;
  size_t n_bytes = 0;

  bool
  is_full ()
  {
    if (rows->len >= IC_DUMP_ROWS_MAX || n_bytes >= BYTES_MAX ||
        g_cancellable_is_cancelled (cancellable))
      is_complete = false;
    return !is_complete;
  }

  void
  add (guint depth, const char *tag, const char *vr, const char *name, char *value)
  {
    auto *row = g_new0 (IcDumpRow, 1);

    row->depth = depth;
    row->tag = g_strdup (tag);
    row->vr = g_strdup (vr);
    row->name = g_utf8_make_valid (name, -1);
    row->value = value;
    n_bytes += strlen (value);
    g_ptr_array_add (rows, row);
  }
};

/* The character set of an item, else the one around it (PS3.5 6.1.2.3). */
std::string
charset_of (DcmItem &item, const std::string &outer)
{
  const IcShimElements elements (item);
  const IcShimElement *own = elements.find (tag_charset);
  g_autofree char *text =
      own != nullptr ? ic_shim_element_text (own, nullptr, IC_TEXT_LIST) : nullptr;

  return text != nullptr ? text : outer;
}

/* The header */

IcTextKind
text_kind (DcmEVR vr)
{
  if (vr == EVR_PN)
    return IC_TEXT_NAME;
  return vr == EVR_ST || vr == EVR_LT || vr == EVR_UT ? IC_TEXT_PLAIN : IC_TEXT_LIST;
}

bool
is_bulk (DcmEVR vr)
{
  switch (vr)
    {
    case EVR_OB:
    case EVR_OW:
    case EVR_OF:
    case EVR_OD:
    case EVR_OL:
    case EVR_OV:
    case EVR_ox:
    case EVR_px:
    case EVR_lt:
    case EVR_UN:
    case EVR_PixelData:
    case EVR_OverlayData:
      return true;
    default:
      return false;
    }
}

bool
is_number (DcmEVR vr)
{
  switch (vr)
    {
    case EVR_AT:
    case EVR_FL:
    case EVR_FD:
    case EVR_SL:
    case EVR_SS:
    case EVR_SV:
    case EVR_UL:
    case EVR_US:
    case EVR_UV:
    case EVR_xs:
    case EVR_up:
      return true;
    default:
      return false;
    }
}

char *
dup_size (DcmElement &element)
{
  return g_strdup_printf ("%u bytes", (unsigned) element.getLengthField ());
}

char *
dup_numbers (DcmElement &element)
{
  OFString text;

  if (element.getLengthField () > NUMBERS_BYTES_MAX || element.getOFStringArray (text).bad ())
    return dup_size (element);
  return g_strndup (text.c_str (), VALUE_MAX);
}

char *
dup_value (DcmElement &element, const std::string &charset)
{
  const DcmEVR vr = element.ident ();
  const IcShimElement found = { 0, "", nullptr, 0, &element };

  if (element.getLengthField () == 0)
    return g_strdup ("");
  if (is_bulk (vr))
    return dup_size (element);
  if (is_number (vr))
    return dup_numbers (element);
  const std::string bytes = ic_shim_element_bytes (found, VALUE_MAX);
  return ic_charset_decode (charset.c_str (), text_kind (vr), bytes.data (), bytes.size ());
}

void
dump_element (Dump &dump, DcmElement &element, const std::string &charset, guint depth, char *value)
{
  DcmTag tag (element.getTag ());
  g_autofree char *number = g_strdup_printf ("(%04X,%04X)", tag.getGroup (), tag.getElement ());
  const char *vr = DcmVR (element.getVR ()).getValidVRName ();

  if (tag.isPrivate () && element.getTag ().getPrivateCreator () != nullptr)
    tag.setPrivateCreator (element.getTag ().getPrivateCreator ());
  dump.add (depth, number, vr, tag.getTagName (), value);
}

void dump_item (Dump &dump, DcmItem &item, const std::string &outer, guint depth);

void
dump_sequence (Dump &dump, DcmElement &element, const std::string &charset, guint depth)
{
  auto &sequence = static_cast<DcmSequenceOfItems &> (element);
  guint n = 0;

  dump_element (dump, element, charset, depth,
                g_strdup_printf ("%lu items", (unsigned long) sequence.card ()));
  if (depth >= DEPTH_MAX)
    {
      dump.is_complete = false;
      return;
    }
  for (DcmObject *o = sequence.nextInContainer (nullptr); o != nullptr && !dump.is_full ();
       o = sequence.nextInContainer (o))
    {
      g_autofree char *name = g_strdup_printf ("Item %u", ++n);

      dump.add (depth + 1, "", "", name, g_strdup (""));
      dump_item (dump, *static_cast<DcmItem *> (o), charset, depth + 2);
    }
}

void
dump_item (Dump &dump, DcmItem &item, const std::string &outer, guint depth)
{
  const std::string charset = charset_of (item, outer);

  for (DcmObject *o = item.nextInContainer (nullptr); o != nullptr && !dump.is_full ();
       o = item.nextInContainer (o))
    {
      auto &element = *static_cast<DcmElement *> (o);

      if (element.ident () == EVR_SQ)
        dump_sequence (dump, element, charset, depth);
      else
        dump_element (dump, element, charset, depth, dup_value (element, charset));
    }
}

/* Reports */

std::string
text_of (DcmItem &item, uint32_t tag, const std::string &charset, IcTextKind kind = IC_TEXT_LIST)
{
  const IcShimElements elements (item);
  const IcShimElement *element = elements.find (tag);
  const std::string bytes =
      element != nullptr ? ic_shim_element_bytes (*element, PROSE_MAX) : std::string ();
  g_autofree char *text = ic_charset_decode (charset.c_str (), kind, bytes.data (), bytes.size ());

  return text;
}

/* What a coded entry means: in words, else its code. */
std::string
meaning_of (DcmItem &item, uint32_t tag, const std::string &outer)
{
  DcmItem *code = IcShimAttributes (item).item (tag);

  if (code == nullptr)
    return "";
  const std::string charset = charset_of (*code, outer);
  const std::string meaning = text_of (*code, tag_code_meaning, charset);
  return !meaning.empty () ? meaning : text_of (*code, tag_code_value, charset);
}

std::string
measurement_of (DcmItem &item, const std::string &charset)
{
  DcmItem *measured = IcShimAttributes (item).item (tag_measured);

  if (measured == nullptr)
    return "";
  return text_of (*measured, tag_number, charset) + " " +
         meaning_of (*measured, tag_units, charset);
}

std::string
reference_of (DcmItem &item, const std::string &charset)
{
  DcmItem *reference = IcShimAttributes (item).item (tag_references);

  if (reference == nullptr)
    return "";
  const std::string uid = text_of (*reference, tag_referenced_class, charset);
  const char *name = dcmFindNameOfUID (uid.c_str ());
  return std::string (name != nullptr ? name : uid.c_str ()) + " " +
         text_of (*reference, tag_referenced_instance, charset);
}

/* PS3.3 C.17.3.2.1: the value of one item of content, by its type. */
std::string
content_value (DcmItem &item, const std::string &type, const std::string &charset)
{
  static const struct
  {
    const char *type;
    uint32_t tag;
    IcTextKind kind;
  } plain[] = {
    { "TEXT", tag_text, IC_TEXT_PLAIN },         { "PNAME", tag_person, IC_TEXT_NAME },
    { "DATE", tag_date, IC_TEXT_LIST },          { "TIME", tag_time, IC_TEXT_LIST },
    { "DATETIME", tag_date_time, IC_TEXT_LIST }, { "UIDREF", tag_uid, IC_TEXT_LIST },
  };

  for (const auto &entry : plain)
    if (type == entry.type)
      return text_of (item, entry.tag, charset, entry.kind);
  if (type == "CODE")
    return meaning_of (item, tag_code, charset);
  if (type == "NUM")
    return measurement_of (item, charset);
  if (type == "IMAGE" || type == "COMPOSITE" || type == "WAVEFORM")
    return reference_of (item, charset);
  return type == "CONTAINER" ? "" : type;
}

void
dump_content (Dump &dump, DcmItem &item, const std::string &outer, guint depth)
{
  const std::string charset = charset_of (item, outer);
  const std::string type = text_of (item, tag_value_type, charset);
  const IcShimElements elements (item);
  const IcShimElement *children = elements.find (tag_content);

  if (!type.empty ())
    dump.add (depth, "", "", meaning_of (item, tag_concept, charset).c_str (),
              g_strdup (content_value (item, type, charset).c_str ()));
  if (children == nullptr || children->parsed == nullptr || children->parsed->ident () != EVR_SQ)
    return;
  if (depth >= DEPTH_MAX)
    {
      dump.is_complete = false;
      return;
    }
  auto &sequence = static_cast<DcmSequenceOfItems &> (*children->parsed);
  for (DcmObject *o = sequence.nextInContainer (nullptr); o != nullptr && !dump.is_full ();
       o = sequence.nextInContainer (o))
    dump_content (dump, *static_cast<DcmItem *> (o), charset, depth + 1);
}

GPtrArray *
dump_file (int fd, IcDumpKind kind, gboolean *complete, GCancellable *cancellable, GError **error)
{
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_dump_row_free);
  IcShimPictureFile file = {};
  Dump dump = { rows, cancellable };

  if (!ic_shim_picture_file_read (file, fd, cancellable, error))
    return nullptr;
  if (kind == IC_DUMP_HEADER)
    dump_item (dump, *file.data_set, "", 0);
  else
    dump_content (dump, *file.data_set, "", 0);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return nullptr;
  if (kind == IC_DUMP_REPORT && rows->len == 0)
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_UNSUPPORTED, "it holds no report");
      return nullptr;
    }
  *complete = dump.is_complete;
  return static_cast<GPtrArray *> (g_steal_pointer (&rows));
}

} // namespace

GPtrArray *
ic_shim_dump (int fd,
              IcDumpKind kind,
              gboolean *complete,
              GCancellable *cancellable,
              GError **error)
{
  return ic_shim_guard (error, (GPtrArray *) nullptr,
                        [&] { return dump_file (fd, kind, complete, cancellable, error); });
}
