/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-get.h"

#include "dicom/shim/ic-shim-dimse.hh"
#include "dicom/shim/ic-shim-query.hh"
#include "dicom/shim/ic-shim-retrieve.hh"
#include "dicom/shim/ic-shim-status.h"
#include "dicom/shim/ic-shim-store.hh"

namespace
{

constexpr guint write_error_grace_ms = 2000;

class Get
{
public:
  Get (IcAssociation *association, const IcGetSink *sink, IcGetOutcome *outcome)
      : association_ (association), sink_ (sink), outcome_ (outcome),
        receiver_ (association, sink->receiving, sink->user_data)
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
  bool refuse (guint8 context, const Command &request, guint16 status, GError **error);
  bool stop_writing (guint8 context, const Command &request, GError **error);
  void report (guint8 context, const Command &request);

  IcAssociation *association_;
  const IcGetSink *sink_;
  IcGetOutcome *outcome_;
  guint created_ = 0;
  StoreReceiver receiver_;
  GError *write_error_ = nullptr; /* the first; nothing is written after it */
};

void
Get::report (guint8 context, const Command &request)
{
  IcGetInstance instance = receiver_.describe (context, request);

  outcome_->received++;
  outcome_->size_bytes += instance.size_bytes;
  if (sink_->instance != nullptr)
    sink_->instance (&instance, sink_->user_data);
}

bool
Get::refuse (guint8 context, const Command &request, guint16 status, GError **error)
{
  outcome_->refused++;
  return receiver_.skip (context, error) &&
         dimse_answer (association_, context, request, status, error);
}

bool
Get::stop_writing (guint8 context, const Command &request, GError **error)
{
  outcome_->refused++;
  if (!dimse_answer (association_, context, request, STORE_OUT_OF_RESOURCES, error))
    return false;
  if (!association_->cancel_sent)
    dimse_cancel (association_, write_error_grace_ms);
  return true;
}

bool
Get::store (guint8 context, const Command &request, GError **error)
{
  guint16 status = receiver_.check (context, request);

  if (!request.has_data)
    return dimse_answer (association_, context, request, status, error);
  if (status != STORE_SUCCESS)
    return refuse (context, request, status, error);
  if (write_error_ == nullptr)
    {
      g_autofree char *name =
          g_strdup_printf ("%s%08u", sink_->name_prefix, sink_->first_number + created_++);

      receiver_.create (context, request, sink_->dir_fd, name, association_->called_aet,
                        &write_error_);
    }
  if (!receiver_.receive (context, &write_error_, error))
    return false;
  if (write_error_ != nullptr)
    return stop_writing (context, request, error);
  report (context, request);
  return dimse_answer (association_, context, request, STORE_SUCCESS, error);
}

bool
Get::take_message (guint8 context, const Command &command, GError **error)
{
  if (command.field == COMMAND_C_STORE_RQ)
    return store (context, command, error);
  if (command.field == COMMAND_C_GET_RSP)
    return retrieve_take_response (association_, context, command, outcome_, sink_->progress,
                                   sink_->user_data, error);
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

  bool done =
      receive (&local_error) && retrieve_finish (association_, "C-GET", outcome_, &local_error);
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
  retrieve_begin (outcome);
  return ic_shim_guard (error, FALSE, [&] () -> gboolean {
    return Get (self, sink, outcome).run (query, error);
  });
}

void
ic_get_outcome_clear (IcGetOutcome *outcome)
{
  g_clear_pointer (&outcome->failed_uids, g_strfreev);
}
