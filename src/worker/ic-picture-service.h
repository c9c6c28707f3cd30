/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of Parse1 that renders: thumbnails, key images for web pages, whole frames. */
#pragma once

#include "worker/ic-worker-service.h"

G_BEGIN_DECLS

void ic_picture_service_connect (IcWorkerService *service, IcWireParse *parse);

G_END_DECLS
