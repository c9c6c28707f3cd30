/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of Parse1 that writes objects again without compression, into descriptors it is handed.
 */
#pragma once

#include "worker/ic-worker-service.h"

G_BEGIN_DECLS

void ic_transcode_service_connect (IcWorkerService *service, IcWireParse *parse);

G_END_DECLS
