/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The step of an export that lays out what goes on the media: pictures, one file-set for each, and
 * as many of them as their capacity asks for. Nothing is written. Private to ic-export-*.c.
 */
#pragma once

#include "ops/ic-export.h"

G_BEGIN_DECLS

/* Fills the volumes of @self, and their reports. No file-set spans media (PS3.10 8.1): a study
 * stays together where it can, else a series, else images. IC_ERROR_NO_SPACE for an image that is
 * too large for any.
 */
gboolean ic_export_lay_out (IcExport *self, GError **error);

/* Where @needed_bytes do not fit into @room_bytes: whether they would without the viewer. Then the
 * result gets what each viewer takes, and @error, which may be set, names it: IC_ERROR_NO_SPACE.
 */
gboolean ic_export_blame_viewer (IcExport *self,
                                 guint64 needed_bytes,
                                 guint64 room_bytes,
                                 GError **error);

/* The name of the output of @volume: the one that was ordered where it is the only one, else with
 * the number. Free with g_free().
 */
char *ic_export_dup_output_name (IcExport *self, const IcExportVolume *volume);

void ic_export_volume_free (gpointer volume);
void ic_exported_volume_free (gpointer report);

G_END_DECLS
