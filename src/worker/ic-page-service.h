/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Draws the pages of PDF documents: ReadFrame of the Parse interface, where the file is a document
 * and a frame one of its pages, and nothing else of it. One document stays open.
 */
#pragma once

#include "worker/ic-worker-service.h"

G_BEGIN_DECLS

/* Before the sandbox: fonts are found, and what else is loaded late is loaded. The folders that
 * must stay readable, NULL-terminated; free with g_strfreev().
 */
char **ic_page_service_init (void);

gboolean ic_page_service_export (IcWorkerService *service,
                                 GDBusConnection *connection,
                                 GError **error);

G_END_DECLS
