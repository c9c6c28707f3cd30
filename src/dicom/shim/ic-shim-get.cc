/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-get.h"

#include "dicom/shim/ic-shim-dimse.hh"
#include "dicom/shim/ic-shim-identifier.hh"
#include "dicom/shim/ic-shim-instance-file.hh"
#include "dicom/shim/ic-shim-query.hh"
#include "dicom/shim/ic-shim-status.h"

#include "domain/ic-uid.h"

namespace
{

constexpr guint write_error_grace_ms = 2000;
constexpr gint64 receiving_interval_us = 100 * 1000;
constexpr guint16 no_status = 0xffff;
constexpr guint16 status_success = 0x0000;
constexpr guint16 status_invalid_instance = 0x0117;
constexpr guint16 status_not_supported = 0x0122;
constexpr guint16 status_out_of_resources = 0xa700;
constexpr guint32 failed_uids_tag = 0x00080058;

class Get
{
public:
  Get (IcAssociation *association, const IcGetSink *sink, IcGetOutcome *outcome)
      : association_ (association), sink_ (sink), outcome_ (outcome)
  {
  }
  ~Get () { g_clear_error (&write_error_); }
  Get (const Get &) = delete;
  Get &operator= (const Get &) = delete;

  bool run (const IcQuery *query, GError **error);

private:
  bool receive (GError **error);
  bool take_message (guint8 context, const Command &command, GError **error);
  bool store (guint8 context, const Command &request, GError **error);
  bool receive_file (guint8 context, GError **error);
  void show_life ();
  guint16 check_request (guint8 context, const Command &request) const;
  bool create_file (guint8 context, const Command &request);
  bool refuse (guint8 context, const Command &request, guint16 status, GError **error);
  bool stop_writing (guint8 context, const Command &request, GError **error);
  void report (guint8 context, const Command &request);
  bool take_response (guint8 context, const Command &response, GError **error);
  void take_failed_uids (std::string_view identifier, bool explicit_vr);
  bool finish (GError **error);

  IcAssociation *association_;
  const IcGetSink *sink_;
  IcGetOutcome *outcome_;
  guint created_ = 0;
  std::string name_;
  InstanceFile file_;
  gint64 last_life_us_ = 0;
  GError *write_error_ = nullptr; /* the first; nothing is written after it */
};

/* What the peer names is hostile until it has the form of a UID, and belongs to the context. */
guint16
Get::check_request (guint8 context, const Command &request) const
{
  if (!ic_uid_is_valid (request.class_uid.c_str ()) ||
      request.class_uid != association_->contexts[context].abstract_syntax)
    return status_not_supported;
  if (!ic_uid_is_valid (request.instance_uid.c_str ()))
    return status_invalid_instance;
  return status_success;
}

bool
Get::create_file (guint8 context, const Command &request)
{
  g_autofree char *name =
      g_strdup_printf ("%s%08u", sink_->name_prefix, sink_->first_number + created_++);

  name_ = name;
  return file_.create (sink_->dir_fd, name_,
                       { request.class_uid, request.instance_uid,
                         association_->contexts[context].transfer_syntax,
                         association_->called_aet },
                       &write_error_);
}

void
Get::report (guint8 context, const Command &request)
{
  IcGetInstance instance = { name_.c_str (),
                             request.class_uid.c_str (),
                             request.instance_uid.c_str (),
                             association_->contexts[context].transfer_syntax.c_str (),
                             file_.size_bytes (),
                             file_.sha256 () };

  outcome_->received++;
  outcome_->size_bytes += file_.size_bytes ();
  if (sink_->instance != nullptr)
    sink_->instance (&instance, sink_->user_data);
}

/* One large data set over a slow line takes minutes, and nothing else is heard meanwhile. */
void
Get::show_life ()
{
  const gint64 now = g_get_monotonic_time ();

  if (sink_->receiving == nullptr || now - last_life_us_ < receiving_interval_us)
    return;
  last_life_us_ = now;
  sink_->receiving (sink_->user_data);
}

/* The data set must be read to its end whatever becomes of it. */
bool
Get::receive_file (guint8 context, GError **error)
{
  auto append = [&] (std::string_view piece) {
    show_life ();
    if (write_error_ == nullptr)
      file_.append (piece, &write_error_);
  };

  if (!dimse_receive_data (association_, context, append, error))
    {
      file_.discard ();
      return false;
    }
  if (write_error_ == nullptr)
    file_.finish (&write_error_);
  return true;
}

bool
Get::refuse (guint8 context, const Command &request, guint16 status, GError **error)
{
  outcome_->refused++;
  return dimse_receive_data (
             association_, context, [&] (std::string_view) { show_life (); }, error) &&
         dimse_answer_store (association_, context, request, status, error);
}

bool
Get::stop_writing (guint8 context, const Command &request, GError **error)
{
  outcome_->refused++;
  if (!dimse_answer_store (association_, context, request, status_out_of_resources, error))
    return false;
  if (!association_->cancel_sent)
    dimse_cancel (association_, write_error_grace_ms);
  return true;
}

bool
Get::store (guint8 context, const Command &request, GError **error)
{
  guint16 status = check_request (context, request);

  if (!request.has_data)
    return dimse_answer_store (association_, context, request, status_invalid_instance, error);
  if (status != status_success)
    return refuse (context, request, status, error);
  if (write_error_ == nullptr)
    create_file (context, request);
  if (!receive_file (context, error))
    return false;
  if (write_error_ != nullptr)
    return stop_writing (context, request, error);
  report (context, request);
  return dimse_answer_store (association_, context, request, status_success, error);
}

void
Get::take_failed_uids (std::string_view identifier, bool explicit_vr)
{
  ElementReader reader (identifier, explicit_vr);
  Element element = {};

  while (reader.next (element))
    {
      if (element.tag != failed_uids_tag)
        continue;
      std::string list (element_trim (element.value));
      g_autoptr(GPtrArray) valid = g_ptr_array_new_with_free_func (g_free);
      g_auto(GStrv) uids = g_strsplit (list.c_str (), "\\", -1);

      for (char **uid = uids; *uid != nullptr; uid++)
        if (ic_uid_is_valid (*uid))
          g_ptr_array_add (valid, g_strdup (*uid));
      g_ptr_array_add (valid, nullptr);
      g_strfreev (outcome_->failed_uids);
      g_ptr_array_set_free_func (valid, nullptr);
      outcome_->failed_uids =
          reinterpret_cast<char **> (g_ptr_array_free (g_steal_pointer (&valid), FALSE));
    }
}

bool
Get::take_response (guint8 context, const Command &response, GError **error)
{
  IcGetProgress *progress = &outcome_->progress;
  std::string identifier;

  outcome_->status = response.status;
  if (response.has_counts)
    *progress = { TRUE, response.remaining, response.completed, response.failed, response.warning };
  if (response.has_counts && sink_->progress != nullptr)
    sink_->progress (progress, sink_->user_data);
  if (!response.has_data)
    return true;
  if (!dimse_receive_identifier (association_, context, identifier, error))
    return false;
  take_failed_uids (identifier, dimse_is_explicit (association_, context));
  return true;
}

bool
Get::take_message (guint8 context, const Command &command, GError **error)
{
  if (command.field == COMMAND_C_STORE_RQ)
    return store (context, command, error);
  if (command.field == COMMAND_C_GET_RSP)
    return take_response (context, command, error);
  association_->usable = false;
  g_set_error (error, IC_ERROR, IC_ERROR_BAD_DATA, "%s sent something else than images",
               association_->node.c_str ());
  return false;
}

bool
Get::receive (GError **error)
{
  guint8 context = 0;
  Command command;

  do
    {
      if (!dimse_receive_command (association_, &context, &command, error) ||
          !take_message (context, command, error))
        return false;
    }
  while (command.field != COMMAND_C_GET_RSP ||
         ic_status_classify (command.status) == IC_STATUS_PENDING);
  return true;
}

bool
Get::finish (GError **error)
{
  IcStatusKind kind = ic_status_classify (outcome_->status);

  if (!dimse_finish_request (association_, error))
    return false;
  if (kind == IC_STATUS_SUCCESS || kind == IC_STATUS_WARNING)
    return true;
  return ic_status_set_error (error, association_->node.c_str (), "C-GET", outcome_->status);
}

bool
Get::run (const IcQuery *query, GError **error)
{
  const char *sop_class = ic_get_get_sop_class (query);
  guint8 context = dimse_find_context (association_, sop_class, error);
  g_autoptr(GError) local_error = nullptr;
  std::string request;

  if (context == 0 ||
      !query_encode (query, true, dimse_is_explicit (association_, context), request, error) ||
      !dimse_request (association_, context, COMMAND_C_GET_RQ, sop_class, &request, error))
    return false;

  bool done = receive (&local_error) && finish (&local_error);
  if (write_error_ != nullptr)
    g_propagate_error (error, g_steal_pointer (&write_error_));
  else if (!done)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else
    return true;
  return false;
}

} // namespace

const char *
ic_get_get_sop_class (const IcQuery *query)
{
  return ic_query_get_patient_root (query) ? "1.2.840.10008.5.1.4.1.2.1.3"
                                           : "1.2.840.10008.5.1.4.1.2.2.3";
}

gboolean
ic_association_get (IcAssociation *self,
                    const IcQuery *query,
                    const IcGetSink *sink,
                    IcGetOutcome *outcome,
                    GError **error)
{
  *outcome = {};
  outcome->status = no_status;
  outcome->failed_uids = g_new0 (char *, 1);
  return ic_shim_guard (error, FALSE, [&] () -> gboolean {
    return Get (self, sink, outcome).run (query, error);
  });
}

void
ic_get_outcome_clear (IcGetOutcome *outcome)
{
  g_clear_pointer (&outcome->failed_uids, g_strfreev);
}
