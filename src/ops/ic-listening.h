/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a program comes to the one listener of its data directory: it connects to a socket there, and
 * starts the listener where nobody answers. A lock that the listener itself holds says whether
 * there is one; so whoever is killed, at whatever moment, leaves behind either a listener that
 * works or none.
 */
#pragma once

#include "dicom/ic-listener.h"
#include "ops/ic-desk.h"

G_BEGIN_DECLS

/* Joins it, under the port and with the certificates of the settings, and known to it with all AE
 * titles and nodes of ours. IC_ERROR_BUSY when another program has the port, or the listener still
 * uses others; IC_ERROR_TLS when the certificates cannot be used.
 */
IcListener *ic_listening_join (IcDesk *desk,
                               const IcListenerHandlers *handlers,
                               GCancellable *cancellable,
                               GError **error);

/* FALSE with IC_ERROR_TLS where we talk to @node with TLS, and what it sends by C-MOVE would come
 * in clear.
 */
gboolean ic_listening_check_node (IcDesk *desk, IcNode *node, GError **error);

/* Lets what arrives be heard for a moment. */
void ic_listening_rest (void);

/* Puts into the log that somebody was turned away. */
void ic_listening_log_refusal (IcDesk *desk, const IcListenerRefusal *refusal);

G_END_DECLS
