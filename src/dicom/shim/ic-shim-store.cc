/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-store.hh"

#include "domain/ic-uid.h"

namespace
{

constexpr gint64 alive_interval_us = 100 * 1000;

} // namespace

guint16
StoreReceiver::check (guint8 context, const Command &request) const
{
  if (!ic_uid_is_valid (request.class_uid.c_str ()) ||
      request.class_uid != association_->contexts[context].abstract_syntax)
    return STORE_CLASS_NOT_SUPPORTED;
  if (!ic_uid_is_valid (request.instance_uid.c_str ()) || !request.has_data)
    return STORE_INVALID_INSTANCE;
  return STORE_SUCCESS;
}

bool
StoreReceiver::create (guint8 context,
                       const Command &request,
                       int dir_fd,
                       const std::string &name,
                       const std::string &source_aet,
                       GError **write_error)
{
  name_ = name;
  return file_.create (dir_fd, name_,
                       { request.class_uid, request.instance_uid,
                         association_->contexts[context].transfer_syntax, source_aet },
                       write_error);
}

/* One large data set over a slow line takes minutes, and nothing else is heard meanwhile. */
void
StoreReceiver::show_life ()
{
  const gint64 now = g_get_monotonic_time ();

  if (alive_ == nullptr || now - last_life_us_ < alive_interval_us)
    return;
  last_life_us_ = now;
  alive_ (user_data_);
}

bool
StoreReceiver::receive (guint8 context, GError **write_error, GError **error)
{
  auto append = [&] (std::string_view piece) {
    show_life ();
    if (*write_error == nullptr)
      file_.append (piece, write_error);
  };

  if (!dimse_receive_data (association_, context, append, error))
    {
      file_.discard ();
      return false;
    }
  if (*write_error == nullptr)
    file_.finish (write_error);
  return true;
}

bool
StoreReceiver::skip (guint8 context, GError **error)
{
  return dimse_receive_data (
      association_, context, [&] (std::string_view) { show_life (); }, error);
}

IcGetInstance
StoreReceiver::describe (guint8 context, const Command &request) const
{
  return { name_.c_str (),
           request.class_uid.c_str (),
           request.instance_uid.c_str (),
           association_->contexts[context].transfer_syntax.c_str (),
           file_.size_bytes (),
           file_.sha256 (),
           file_.checksum () };
}
