/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Listen1 interface of courier-dicom: takes the associations that come to the port at
 * descriptor 5, one thread each, writes what they bring unparsed into the folders of those who wait
 * for it, and tells them. Who waits is known as long as its connection lives and no longer.
 */
#pragma once

#include "worker/ic-worker-service.h"

G_BEGIN_DECLS

/* Before the sandbox closes. */
void ic_listen_service_init (void);

/* For each program that connects. Nobody is accepted before one of them has said whom it knows. */
gboolean ic_listen_service_export (IcWorkerService *service,
                                   GDBusConnection *connection,
                                   GError **error);

G_END_DECLS
