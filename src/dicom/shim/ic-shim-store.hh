/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The receiving end of C-STORE (PS3.4 B), whoever asked for the instances: one data set at a time
 * goes to a file as it came. Shared by C-GET and the listener.
 */
#pragma once

#include "dicom/shim/ic-shim-dimse.hh"
#include "dicom/shim/ic-shim-get.h"
#include "dicom/shim/ic-shim-instance-file.hh"

/* PS3.4 table B.2-1, PS3.7 annex C. */
enum : guint16
{
  STORE_SUCCESS = 0x0000,
  STORE_INVALID_INSTANCE = 0x0117,
  STORE_CLASS_NOT_SUPPORTED = 0x0122,
  STORE_NOT_AUTHORISED = 0x0124,
  STORE_OUT_OF_RESOURCES = 0xa700,
};

class StoreReceiver
{
public:
  /* @alive may be NULL: bytes of a data set are arriving, at most every 100 ms. */
  StoreReceiver (IcAssociation *association, void (*alive) (gpointer), gpointer user_data)
      : association_ (association), alive_ (alive), user_data_ (user_data)
  {
  }
  StoreReceiver (const StoreReceiver &) = delete;
  StoreReceiver &operator= (const StoreReceiver &) = delete;

  /* What the peer names is hostile until it has the form of a UID, and belongs to the context. */
  guint16 check (guint8 context, const Command &request) const;

  /* The file of what comes next. */
  bool create (guint8 context,
               const Command &request,
               int dir_fd,
               const std::string &name,
               const std::string &source_aet,
               GError **write_error);

  /* Reads the data set to its end whatever becomes of it: with *@write_error set, or when writing
   * fails, the rest is let go. False only when the association is broken. */
  bool receive (guint8 context, GError **write_error, GError **error);

  /* Reads one that nobody wants. */
  bool skip (guint8 context, GError **error);

  /* What receive() has finished; holds until the next create(). */
  IcGetInstance describe (guint8 context, const Command &request) const;

private:
  void show_life ();

  IcAssociation *association_;
  void (*alive_) (gpointer);
  gpointer user_data_;
  std::string name_;
  InstanceFile file_;
  gint64 last_life_us_ = 0;
};
