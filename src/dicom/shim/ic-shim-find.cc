/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-find.h"

#include "dicom/shim/ic-shim-charset.h"
#include "dicom/shim/ic-shim-dimse.hh"
#include "dicom/shim/ic-shim-identifier.hh"
#include "dicom/shim/ic-shim-query.hh"
#include "dicom/shim/ic-shim-status.h"

#include <array>
#include <cstring>

namespace
{

constexpr guint limit_grace_ms = 2000;
constexpr guint16 pending_with_keys_ignored = 0xff01;

/* The strings of one row; their memory is used again for the next. */
class Row
{
public:
  bool parse (std::string_view identifier, bool explicit_vr);

  const char *const *
  values () const
  {
    return values_.data ();
  }

private:
  void take (guint key, const IcQueryKeyInfo *info, std::string_view value);

  std::array<std::string, IC_N_QUERY_KEYS> texts_;
  std::array<const char *, IC_N_QUERY_KEYS> values_;
  std::string character_set_;
};

bool
is_ascii (std::string_view value)
{
  for (char c : value)
    if ((signed char) c < 0x20)
      return false;
  return true;
}

void
Row::take (guint key, const IcQueryKeyInfo *info, std::string_view value)
{
  if (strcmp (info->vr, "US") == 0)
    texts_[key] = value.empty () ? std::string () : std::to_string (element_us (value));
  else if (is_ascii (value = element_trim (value)))
    texts_[key] = value;
  else
    {
      IcTextKind kind = strcmp (info->vr, "PN") == 0 ? IC_TEXT_NAME : IC_TEXT_LIST;
      g_autofree char *decoded = ic_charset_decode (info->is_text ? character_set_.c_str () : "",
                                                    kind, value.data (), value.size ());
      texts_[key] = decoded;
    }
  values_[key] = texts_[key].c_str ();
}

/* Both the keys and the elements come in the order of their tags. */
bool
Row::parse (std::string_view identifier, bool explicit_vr)
{
  ElementReader reader (identifier, explicit_vr);
  Element element = {};
  guint key = 0;

  values_.fill (nullptr);
  character_set_.clear ();
  while (reader.next (element))
    {
      if (element.tag == 0x00080005)
        character_set_ = element_trim (element.value);
      while (key < IC_N_QUERY_KEYS &&
             ic_query_key_get_info (static_cast<IcQueryKey> (key))->tag < element.tag)
        key++;
      if (key == IC_N_QUERY_KEYS)
        break;
      const IcQueryKeyInfo *info = ic_query_key_get_info (static_cast<IcQueryKey> (key));
      if (info->tag == element.tag)
        take (key, info, element.value);
    }
  return !reader.is_damaged ();
}

class Find
{
public:
  Find (IcAssociation *association,
        guint limit,
        IcFindRowFunc row,
        gpointer user_data,
        IcFindOutcome *outcome)
      : association_ (association), limit_ (limit), row_func_ (row), user_data_ (user_data),
        outcome_ (outcome)
  {
  }

  bool run (const IcQuery *query, GError **error);

private:
  bool receive (GError **error);
  bool take_row (guint8 context, const Command &answer, GError **error);
  bool finish (GError **error);
  bool forgive_limit (GError **error);

  IcAssociation *association_;
  guint limit_;
  IcFindRowFunc row_func_;
  gpointer user_data_;
  IcFindOutcome *outcome_;
  bool row_dropped_ = false; /* came after we had asked to stop */
  std::string identifier_;
  Row row_;
};

bool
Find::take_row (guint8 context, const Command &answer, GError **error)
{
  if (!dimse_receive_identifier (association_, context, identifier_, error))
    return false;
  if (ic_status_classify (answer.status) != IC_STATUS_PENDING)
    return true;
  if (association_->cancel_sent)
    {
      row_dropped_ = true;
      return true;
    }
  if (!row_.parse (identifier_, dimse_is_explicit (association_, context)))
    {
      association_->usable = false;
      g_set_error (error, IC_ERROR, IC_ERROR_BAD_DATA, "%s sent an answer that makes no sense",
                   association_->node.c_str ());
      return false;
    }
  outcome_->rows++;
  row_func_ (row_.values (), user_data_);
  if (outcome_->rows == limit_)
    {
      outcome_->truncated = TRUE;
      dimse_cancel (association_, limit_grace_ms);
    }
  return true;
}

bool
Find::receive (GError **error)
{
  guint8 context = 0;
  Command answer;

  do
    {
      if (!dimse_receive_command (association_, &context, &answer, error))
        return false;
      if (answer.field != COMMAND_C_FIND_RSP)
        {
          association_->usable = false;
          g_set_error (error, IC_ERROR, IC_ERROR_BAD_DATA, "%s sent something else than answers",
                       association_->node.c_str ());
          return false;
        }
      outcome_->status = answer.status;
      outcome_->keys_ignored |= answer.status == pending_with_keys_ignored;
      if (answer.has_data && !take_row (context, answer, error))
        return false;
    }
  while (ic_status_classify (answer.status) == IC_STATUS_PENDING);
  return true;
}

/* A peer that does not stop in time after enough rows has still given them. */
bool
Find::forgive_limit (GError **error)
{
  if (!outcome_->truncated || association_->link.notice_cancel ())
    return false;
  g_clear_error (error);
  return true;
}

bool
Find::finish (GError **error)
{
  IcStatusKind kind = ic_status_classify (outcome_->status);

  if (!dimse_finish_request (association_, error))
    return false;
  /* PS3.4 C.4.1.1.4 knows no warning at the end: who sends one does not say that this is all. */
  if (outcome_->truncated || kind == IC_STATUS_SUCCESS)
    {
      /* The last row came just before the end: nothing was cut off. */
      outcome_->truncated = outcome_->truncated && (row_dropped_ || kind != IC_STATUS_SUCCESS);
      return true;
    }
  return ic_status_set_error (error, association_->node.c_str (), "C-FIND", outcome_->status);
}

bool
Find::run (const IcQuery *query, GError **error)
{
  const char *sop_class = ic_find_get_sop_class (query);
  guint8 context = dimse_find_context (association_, sop_class, error);
  std::string request;

  if (context == 0 ||
      !query_encode (query, false, dimse_is_explicit (association_, context), request, error) ||
      !dimse_request (association_, context, COMMAND_C_FIND_RQ, sop_class, &request, error))
    return false;
  g_autoptr(GError) local_error = nullptr;
  if (receive (&local_error))
    return finish (error);
  if (forgive_limit (&local_error))
    return true;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return false;
}

} // namespace

const char *
ic_find_get_sop_class (const IcQuery *query)
{
  return ic_query_get_patient_root (query) ? "1.2.840.10008.5.1.4.1.2.1.1"
                                           : "1.2.840.10008.5.1.4.1.2.2.1";
}

gboolean
ic_association_find (IcAssociation *self,
                     const IcQuery *query,
                     guint limit,
                     IcFindRowFunc row,
                     gpointer user_data,
                     IcFindOutcome *outcome,
                     GError **error)
{
  *outcome = {};
  return ic_shim_guard (error, FALSE, [&] () -> gboolean {
    return Find (self, limit, row, user_data, outcome).run (query, error);
  });
}
