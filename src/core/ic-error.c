/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-error.h"

#include <errno.h>

/* The names travel over the wire between library and workers. */
static const GDBusErrorEntry entries[] = {
  { IC_ERROR_INTERNAL, "org.imagingcourier.Error.Internal" },
  { IC_ERROR_BAD_DATA, "org.imagingcourier.Error.BadData" },
  { IC_ERROR_UNSUPPORTED, "org.imagingcourier.Error.Unsupported" },
  { IC_ERROR_NOT_FOUND, "org.imagingcourier.Error.NotFound" },
  { IC_ERROR_CONFLICT, "org.imagingcourier.Error.Conflict" },
  { IC_ERROR_REFUSED, "org.imagingcourier.Error.Refused" },
  { IC_ERROR_INCOMPLETE, "org.imagingcourier.Error.Incomplete" },
  { IC_ERROR_NODE_UNREACHABLE, "org.imagingcourier.Error.NodeUnreachable" },
  { IC_ERROR_NODE_REJECTED, "org.imagingcourier.Error.NodeRejected" },
  { IC_ERROR_NODE_ABORTED, "org.imagingcourier.Error.NodeAborted" },
  { IC_ERROR_NODE_FAILED, "org.imagingcourier.Error.NodeFailed" },
  { IC_ERROR_TIMED_OUT, "org.imagingcourier.Error.TimedOut" },
  { IC_ERROR_TLS, "org.imagingcourier.Error.Tls" },
  { IC_ERROR_NO_SPACE, "org.imagingcourier.Error.NoSpace" },
  { IC_ERROR_MEDIUM_UNSUITABLE, "org.imagingcourier.Error.MediumUnsuitable" },
  { IC_ERROR_WRITE_FAILED, "org.imagingcourier.Error.WriteFailed" },
  { IC_ERROR_READ_FAILED, "org.imagingcourier.Error.ReadFailed" },
  { IC_ERROR_BUSY, "org.imagingcourier.Error.Busy" },
  { IC_ERROR_WORKER_DIED, "org.imagingcourier.Error.WorkerDied" },
  { IC_ERROR_STORE_DAMAGED, "org.imagingcourier.Error.StoreDamaged" },
  { IC_ERROR_USAGE, "org.imagingcourier.Error.Usage" },
};

G_STATIC_ASSERT (G_N_ELEMENTS (entries) == IC_ERROR_USAGE + 1);

GQuark
ic_error_quark (void)
{
  static gsize quark = 0;

  g_dbus_error_register_error_domain ("ic-error-quark", &quark, entries, G_N_ELEMENTS (entries));
  return (GQuark) quark;
}

static IcErrorCode
code_from_errno (int saved_errno, IcErrorCode fallback)
{
  switch (saved_errno)
    {
    case ENOSPC:
    case EDQUOT:
      return IC_ERROR_NO_SPACE;
    default:
      return fallback;
    }
}

gboolean
ic_error_set_errno (GError **error, IcErrorCode code, int saved_errno, const char *what)
{
  g_set_error (error, IC_ERROR, code_from_errno (saved_errno, code), "%s: %s", what,
               g_strerror (saved_errno));
  return FALSE;
}
