/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first step of an export: gets the studies that go out, from the source or from the store, and
 * has the proof expect them. Private to ic-export-*.c.
 */
#pragma once

#include "ops/ic-export.h"

G_BEGIN_DECLS

/* Fills the studies of @self. IC_ERROR_INCOMPLETE when there is not one image. */
gboolean ic_export_gather (IcExport *self, GError **error);

G_END_DECLS
