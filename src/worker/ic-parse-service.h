/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Parse1 interface of courier-dicom: foreign bytes in, plain values out. */
#pragma once

#include "worker/ic-worker-service.h"

G_BEGIN_DECLS

/* Before it is exported; see ic_medium_set_names(). Borrowed. */
void ic_parse_service_set_names (const char *const *names);

gboolean ic_parse_service_export (IcWorkerService *service,
                                  GDBusConnection *connection,
                                  GError **error);

G_END_DECLS
