/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of Parse1 that says what stands in files, for people who look at them: facts, headers,
 * reports, documents.
 */
#pragma once

#include "worker/ic-worker-service.h"

G_BEGIN_DECLS

void ic_describe_service_connect (IcWorkerService *service, IcWireParse *parse);

G_END_DECLS
