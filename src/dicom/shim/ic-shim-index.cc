/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-index.h"

#include "dicom/shim/ic-shim-element.hh"
#include "dicom/shim/ic-shim-file.hh"
#include "domain/ic-transfer-syntax.h"
#include "domain/ic-uid.h"

#include <cstring>
#include <memory>
#include <unistd.h>

#define WHAT "not a DICOM object"

#define TAG_DIRECTORY_RECORDS 0x00041220
#define TAG_COLUMNS 0x00280011

/* Nothing that anybody asks for stands behind the last key, and it never holds bulk data. */
#define TAG_STOP_MAX 0x30110000

/* What is looked at without DCMTK. */
#define SHORT_CUT_SIZE (16 * 1024)

#define CLASS_DIRECTORY "1.2.840.10008.1.3.10"

namespace
{

struct Field
{
  uint32_t tag;
  IcTextKind kind;
  bool in_charset; /* VR to which (0008,0005) applies */
  bool is_number;
};

const Field fields[IC_HEADER_N_FIELDS] = {
  { 0x00080016, IC_TEXT_LIST, false },       /* SOP Class UID */
  { 0x00080018, IC_TEXT_LIST, false },       /* SOP Instance UID */
  { 0, IC_TEXT_LIST, false },                /* transfer syntax, from the meta header */
  { 0x00080005, IC_TEXT_LIST, false },       /* Specific Character Set */
  { 0x00100020, IC_TEXT_LIST, true },        /* Patient ID */
  { 0x00100021, IC_TEXT_LIST, true },        /* Issuer of Patient ID */
  { 0x00100010, IC_TEXT_NAME, true },        /* Patient's Name */
  { 0x00100030, IC_TEXT_LIST, false },       /* Patient's Birth Date */
  { 0x00100040, IC_TEXT_LIST, false },       /* Patient's Sex */
  { 0x0020000d, IC_TEXT_LIST, false },       /* Study Instance UID */
  { 0x00080020, IC_TEXT_LIST, false },       /* Study Date */
  { 0x00080030, IC_TEXT_LIST, false },       /* Study Time */
  { 0x00080050, IC_TEXT_LIST, true },        /* Accession Number */
  { 0x00200010, IC_TEXT_LIST, true },        /* Study ID */
  { 0x00081030, IC_TEXT_LIST, true },        /* Study Description */
  { 0x00080090, IC_TEXT_NAME, true },        /* Referring Physician's Name */
  { 0x0020000e, IC_TEXT_LIST, false },       /* Series Instance UID */
  { 0x00200011, IC_TEXT_LIST, false },       /* Series Number */
  { 0x00080060, IC_TEXT_LIST, false },       /* Modality */
  { 0x0008103e, IC_TEXT_LIST, true },        /* Series Description */
  { 0x00180015, IC_TEXT_LIST, false },       /* Body Part Examined */
  { 0x00200013, IC_TEXT_LIST, false },       /* Instance Number */
  { 0x00280008, IC_TEXT_LIST, false },       /* Number of Frames */
  { 0x00280010, IC_TEXT_LIST, false, true }, /* Rows */
  { 0x00280011, IC_TEXT_LIST, false, true }, /* Columns */
};

struct Reader
{
  int fd;
  GCancellable *cancellable;
  GError **error;
};

/* The first tag that is not needed for an object of this record type. */
uint32_t
stop_behind (IcRecordType type)
{
  uint32_t last = TAG_COLUMNS;
  size_t n_keys = 0;
  const IcDirectoryKey *keys = ic_directory_keys (type, &n_keys);

  for (size_t i = 0; i < n_keys; i++)
    last = MAX (last, MAX (keys[i].tag, keys[i].within));
  return last + 1;
}

bool
fail (GError **error, IcErrorCode code, const char *message)
{
  g_set_error_literal (error, IC_ERROR, code, message);
  return false;
}

bool
check_meta (const IcShimMeta &meta, GError **error)
{
  if (meta.sop_class == CLASS_DIRECTORY)
    return fail (error, IC_ERROR_UNSUPPORTED, "a DICOMDIR, not a DICOM object");
  if (!meta.transfer_syntax.empty () && !ic_uid_is_valid (meta.transfer_syntax.c_str ()))
    return fail (error, IC_ERROR_BAD_DATA, "its transfer syntax is not a UID");
  return true;
}

bool
read_meta (IcShimStream &stream, IcShimMeta &meta, GError **error)
{
  return ic_shim_read_meta (stream, meta, WHAT, error) && check_meta (meta, error);
}

std::unique_ptr<DcmDataset>
read_again (const Reader &reader, E_TransferSyntax encoding, GError **error)
{
  IcShimStream stream (reader.fd, reader.cancellable);
  IcShimMeta meta;

  if (!read_meta (stream, meta, error))
    return nullptr;
  return ic_shim_read_data_set (stream, encoding, TAG_STOP_MAX, WHAT, error);
}

bool
is_usable (const std::unique_ptr<DcmDataset> &data_set)
{
  return data_set != nullptr && data_set->tagExists (DCM_SOPInstanceUID);
}

uint32_t
stop_for (const IcShimMeta &meta)
{
  if (meta.sop_class.empty ())
    return TAG_STOP_MAX;
  return stop_behind (ic_directory_record_type_for_class (meta.sop_class.c_str ()));
}

std::unique_ptr<DcmDataset>
read_header (const Reader &reader, IcShimMeta &meta)
{
  IcShimStream stream (reader.fd, reader.cancellable);
  g_autoptr(GError) error = nullptr;

  if (!read_meta (stream, meta, reader.error))
    return nullptr;
  auto data_set =
      ic_shim_read_data_set (stream, ic_shim_encoding_of (meta), stop_for (meta), WHAT, &error);
  if (!is_usable (data_set) && ic_shim_may_be_misnamed (meta) && !stream.is_stopped ())
    {
      auto again = read_again (reader, EXS_Unknown, nullptr);

      if (is_usable (again))
        return again;
    }
  if (error != nullptr)
    g_propagate_error (reader.error, static_cast<GError *> (g_steal_pointer (&error)));
  return data_set;
}

void
replace (char **value, const char *replacement)
{
  g_free (*value);
  *value = g_strdup (replacement != nullptr ? replacement : "");
}

bool
check_values (char **values, GError **error)
{
  if (!ic_uid_is_valid (values[IC_HEADER_SOP_CLASS_UID]))
    return fail (error, IC_ERROR_BAD_DATA, WHAT ": no SOP Class UID");
  if (!ic_uid_is_valid (values[IC_HEADER_SOP_INSTANCE_UID]))
    return fail (error, IC_ERROR_BAD_DATA, WHAT ": no SOP Instance UID");
  return true;
}

char *
dup_field (const IcShimElements &elements, const Field &field, const char *charset)
{
  const IcShimElement *element = elements.find (field.tag);

  if (field.is_number)
    return ic_shim_element_number (element);
  return ic_shim_element_text (element, field.in_charset ? charset : nullptr, field.kind);
}

GStrv
collect_values (const IcShimElements &elements, const IcShimMeta &meta, const char *found)
{
  g_auto(GStrv) values = g_new0 (char *, IC_HEADER_N_FIELDS + 1);
  g_autofree char *charset =
      ic_shim_element_text (elements.find (0x00080005), nullptr, IC_TEXT_LIST);

  for (int i = 0; i < IC_HEADER_N_FIELDS; i++)
    values[i] = dup_field (elements, fields[i], charset);
  if (*values[IC_HEADER_SOP_CLASS_UID] == '\0')
    replace (&values[IC_HEADER_SOP_CLASS_UID], meta.sop_class.c_str ());
  replace (&values[IC_HEADER_TRANSFER_SYNTAX_UID],
           meta.transfer_syntax.empty () ? found : meta.transfer_syntax.c_str ());
  return static_cast<GStrv> (g_steal_pointer (&values));
}

GBytes *
collect_keys (const IcShimElements &elements, IcRecordType type)
{
  std::string keys;

  ic_shim_append_keys (keys, elements, type);
  return g_bytes_new (keys.data (), keys.size ());
}

IcHeader *
make_header (const IcShimElements &elements, char **values, IcRecordType type)
{
  g_autoptr(GBytes) patient = collect_keys (elements, IC_RECORD_PATIENT);
  g_autoptr(GBytes) study = collect_keys (elements, IC_RECORD_STUDY);
  g_autoptr(GBytes) series = collect_keys (elements, IC_RECORD_SERIES);
  g_autoptr(GBytes) image = collect_keys (elements, type);
  GBytes *const keys[IC_N_LEVELS] = { patient, study, series, image };

  return ic_header_new (values, keys);
}

IcHeader *
index_by_dcmtk (const Reader &reader)
{
  IcShimMeta meta;
  auto data_set = read_header (reader, meta);
  if (data_set == nullptr)
    return nullptr;

  IcShimElements elements (*data_set);
  if (elements.find (TAG_DIRECTORY_RECORDS) != nullptr)
    return fail (reader.error, IC_ERROR_UNSUPPORTED, "a DICOMDIR, not a DICOM object"), nullptr;
  g_auto(GStrv) values =
              collect_values (elements, meta, DcmXfer (data_set->getOriginalXfer ()).getXferID ());
  if (!check_values (values, reader.error))
    return nullptr;

  const char *sop_class = values[IC_HEADER_SOP_CLASS_UID];
  const IcRecordType type = ic_directory_record_type_for_class (sop_class);
  if (meta.sop_class.empty () || meta.sop_class == sop_class)
    return make_header (elements, values, type);

  /* The meta header named another class, whose keys may end earlier. */
  auto again = read_again (reader, data_set->getOriginalXfer (), reader.error);
  if (again == nullptr)
    return nullptr;
  return make_header (IcShimElements (*again), values, type);
}

/* Ordinary files only; NULL says nothing but that DCMTK has to look. */
IcHeader *
index_by_walking (const char *bytes, size_t n_bytes, bool is_whole_file)
{
  IcShimWalker walker (bytes, n_bytes);
  std::vector<IcShimView> views;

  views.reserve (128);
  if (!walker.walk_meta (views))
    return nullptr;
  const IcShimMeta meta = ic_shim_describe_meta (IcShimElements (views));
  const IcTransferSyntaxForm form = ic_transfer_syntax_find (meta.transfer_syntax.c_str ())->form;
  if (form != IC_TS_NATIVE && form != IC_TS_ENCAPSULATED)
    return nullptr;

  const bool explicit_vr = meta.transfer_syntax != IC_TS_IMPLICIT_VR_LE;
  const IcRecordType type = ic_directory_record_type_for_class (meta.sop_class.c_str ());
  views.clear ();
  if (!walker.walk_data_set (views, explicit_vr, stop_behind (type), is_whole_file))
    return nullptr;
  const IcShimElements elements (views);
  g_auto(GStrv) values = collect_values (elements, meta, "");
  if (meta.sop_class != values[IC_HEADER_SOP_CLASS_UID] || !check_values (values, nullptr) ||
      elements.find (TAG_DIRECTORY_RECORDS) != nullptr || !ic_shim_keys_are_flat (elements, type))
    return nullptr;
  return make_header (elements, values, type);
}

IcHeader *
index_file (const Reader &reader)
{
  char bytes[SHORT_CUT_SIZE];
  const ssize_t n_bytes = TEMP_FAILURE_RETRY (pread (reader.fd, bytes, sizeof bytes, 0));

  if (n_bytes > 0 && !g_cancellable_is_cancelled (reader.cancellable))
    {
      IcHeader *header = index_by_walking (bytes, n_bytes, n_bytes < (ssize_t) sizeof bytes);

      if (header != nullptr)
        return header;
    }
  return index_by_dcmtk (reader);
}

} // namespace

IcHeader *
ic_shim_index (int fd, GCancellable *cancellable, GError **error)
{
  return ic_shim_guard (error, (IcHeader *) nullptr, [&] {
    return index_file (Reader{ fd, cancellable, error });
  });
}

IcHeader *
ic_shim_index_by_dcmtk (int fd, GCancellable *cancellable, GError **error)
{
  return ic_shim_guard (error, (IcHeader *) nullptr, [&] {
    return index_by_dcmtk (Reader{ fd, cancellable, error });
  });
}
