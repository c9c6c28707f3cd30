/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of the net profile that sends: files that are handed over go out on the association that
 * is open, and the node is asked to commit itself to keeping them.
 */
#pragma once

#include "worker/ic-worker-service.h"

G_BEGIN_DECLS

/* Handles the methods Accepted, Store and Commit of @net. */
void ic_send_service_connect (IcWorkerService *service, IcWireNet *net);

G_END_DECLS
