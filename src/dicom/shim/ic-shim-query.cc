/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-query.hh"

#include "dicom/shim/ic-shim-charset.h"
#include "dicom/shim/ic-shim-identifier.hh"

#include "core/ic-error.h"

namespace
{

constexpr guint32 character_set_tag = 0x00080005;
constexpr guint32 level_tag = 0x00080052;

bool
is_unique_key (guint key)
{
  return key == IC_QUERY_PATIENT_ID || key == IC_QUERY_STUDY_INSTANCE_UID ||
         key == IC_QUERY_SERIES_INSTANCE_UID || key == IC_QUERY_SOP_INSTANCE_UID;
}

bool
encode_value (const IcQuery *query,
              const IcQueryKeyInfo *info,
              const char *value,
              std::string &bytes,
              GError **error)
{
  bytes = value;
  if (!info->is_text || g_str_is_ascii (value))
    return true;

  g_autoptr(GBytes) encoded = ic_charset_encode (ic_query_get_character_set (query), value);
  if (encoded == nullptr)
    {
      g_set_error (error, IC_ERROR, IC_ERROR_USAGE, "%s cannot be written in the character set %s",
                   info->name, ic_query_get_character_set (query));
      return false;
    }
  bytes.assign (static_cast<const char *> (g_bytes_get_data (encoded, nullptr)),
                g_bytes_get_size (encoded));
  return true;
}

} // namespace

bool
query_encode (const IcQuery *query,
              bool for_retrieve,
              bool explicit_vr,
              std::string &identifier,
              GError **error)
{
  ElementWriter writer (explicit_vr);
  bool level_written = false;
  std::string bytes;

  if (!ic_query_check (query, for_retrieve, error))
    return false;
  if (ic_query_needs_character_set (query))
    writer.add (character_set_tag, "CS", ic_query_get_character_set (query));
  for (guint i = 0; i < IC_N_QUERY_KEYS; i++)
    {
      const IcQueryKeyInfo *info = ic_query_key_get_info (static_cast<IcQueryKey> (i));
      const char *value = ic_query_get (query, static_cast<IcQueryKey> (i));

      if (!level_written && info->tag > level_tag)
        {
          writer.add (level_tag, "CS", ic_query_get_level_name (query));
          level_written = true;
        }
      if (value == nullptr || (for_retrieve && (!is_unique_key (i) || value[0] == '\0')))
        continue;
      if (!encode_value (query, info, value, bytes, error))
        return false;
      writer.add (info->tag, info->vr, bytes);
    }
  identifier = writer.bytes ();
  return true;
}
