/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The last step of an export: writes what was laid out as often as it was ordered, reads each copy
 * back, and logs what became of every disc. Private to ic-export-*.c.
 */
#pragma once

#include "ops/ic-export.h"

G_BEGIN_DECLS

/* The output is open and checked. */
gboolean ic_export_make_copies (IcExport *self, GError **error);

/* A disc that was begun cannot be taken back, and what nobody judged must not be handed out: when
 * the export ended with *@failure, a disc is logged and called spoilt.
 */
void ic_export_settle_disc (IcExport *self, GError **failure);

G_END_DECLS
