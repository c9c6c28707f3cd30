/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of Parse1 that makes files ready for the viewer on a medium, into descriptors it is
 * handed.
 */
#pragma once

#include "worker/ic-worker-service.h"

G_BEGIN_DECLS

void ic_viewer_service_connect (IcWorkerService *service, IcWireParse *parse);

G_END_DECLS
