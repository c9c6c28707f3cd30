/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Net1 interface of courier-dicom: one association at a time with a node; what arrives is
 * written unparsed into the folder at descriptor 4.
 */
#pragma once

#include "worker/ic-worker-service.h"

G_BEGIN_DECLS

gboolean ic_net_service_export (IcWorkerService *service,
                                GDBusConnection *connection,
                                GError **error);

G_END_DECLS
