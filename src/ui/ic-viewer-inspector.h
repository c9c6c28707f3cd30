/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whole header of one file as a list that can be searched. The file is read in a worker.
 */
#pragma once

#include "store/ic-data-dir.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define IC_TYPE_VIEWER_INSPECTOR (ic_viewer_inspector_get_type ())
G_DECLARE_FINAL_TYPE (IcViewerInspector, ic_viewer_inspector, IC, VIEWER_INSPECTOR, AdwBin)

/* @path: relative to the data directory; NULL shows nothing. The same one again does nothing. */
void ic_viewer_inspector_show (IcViewerInspector *self, IcDataDir *data_dir, const char *path);

/* The keyboard goes to its search. */
void ic_viewer_inspector_search (IcViewerInspector *self);

G_END_DECLS
