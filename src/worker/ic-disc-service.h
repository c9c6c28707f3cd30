/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Disc1 interface of courier-disc: our own layouts in, a written image or disc out. */
#pragma once

#include "worker/ic-worker-service.h"

G_BEGIN_DECLS

gboolean ic_disc_service_export (IcWorkerService *service,
                                 GDBusConnection *connection,
                                 GError **error);

G_END_DECLS
