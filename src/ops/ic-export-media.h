/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The last step of an export: writes what was laid out as often as it was ordered, reads each copy
 * back, and logs what became of every disc. Private to ic-export-*.c.
 */
#pragma once

#include "ops/ic-export.h"

G_BEGIN_DECLS

/* The output is open and checked. */
gboolean ic_export_make_copies (IcExport *self, GError **error);

/* Where the export ended with *@failure: a disc that was begun cannot be taken back, and what
 * nobody judged must not be handed out, so that it is logged and called spoilt. Media before it
 * that were proved stay good, which makes the failure IC_ERROR_INCOMPLETE.
 */
void ic_export_settle (IcExport *self, GError **failure);

G_END_DECLS
