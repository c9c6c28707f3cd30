/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-retrieve.hh"

#include "dicom/shim/ic-shim-identifier.hh"
#include "dicom/shim/ic-shim-status.h"

#include "domain/ic-uid.h"

namespace
{

constexpr guint16 no_status = 0xffff;
constexpr guint32 failed_uids_tag = 0x00080058;

char **
dup_valid_uids (std::string_view value)
{
  std::string list (element_trim (value));
  g_autoptr(GPtrArray) valid = g_ptr_array_new_with_free_func (g_free);
  g_auto(GStrv) uids = g_strsplit (list.c_str (), "\\", -1);

  for (char **uid = uids; *uid != nullptr; uid++)
    if (ic_uid_is_valid (*uid))
      g_ptr_array_add (valid, g_strdup (*uid));
  g_ptr_array_add (valid, nullptr);
  g_ptr_array_set_free_func (valid, nullptr);
  return reinterpret_cast<char **> (g_ptr_array_free (g_steal_pointer (&valid), FALSE));
}

void
take_failed_uids (std::string_view identifier, bool explicit_vr, IcGetOutcome *outcome)
{
  ElementReader reader (identifier, explicit_vr);
  Element element = {};

  while (reader.next (element))
    {
      if (element.tag != failed_uids_tag)
        continue;
      g_strfreev (outcome->failed_uids);
      outcome->failed_uids = dup_valid_uids (element.value);
    }
}

} // namespace

void
retrieve_begin (IcGetOutcome *outcome)
{
  *outcome = {};
  outcome->status = no_status;
  outcome->failed_uids = g_new0 (char *, 1);
}

bool
retrieve_take_response (IcAssociation *association,
                        guint8 context,
                        const Command &response,
                        IcGetOutcome *outcome,
                        void (*progress) (const IcGetProgress *progress, gpointer user_data),
                        gpointer user_data,
                        GError **error)
{
  std::string identifier;

  outcome->status = response.status;
  if (response.has_counts)
    outcome->progress = { TRUE, response.remaining, response.completed, response.failed,
                          response.warning };
  if (progress != nullptr)
    progress (&outcome->progress, user_data);
  if (!response.has_data)
    return true;
  if (!dimse_receive_identifier (association, context, identifier, error))
    return false;
  take_failed_uids (identifier, dimse_is_explicit (association, context), outcome);
  return true;
}

bool
retrieve_finish (IcAssociation *association,
                 const char *verb,
                 const IcGetOutcome *outcome,
                 GError **error)
{
  IcStatusKind kind = ic_status_classify (outcome->status);

  if (!dimse_finish_request (association, error))
    return false;
  if (kind == IC_STATUS_SUCCESS || kind == IC_STATUS_WARNING)
    return true;
  return ic_status_set_error (error, association->node.c_str (), verb, outcome->status);
}
