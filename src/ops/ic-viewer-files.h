/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program of the viewer on a medium, as it was installed. */
#pragma once

#include "disc/ic-viewer-data.h"

G_BEGIN_DECLS

/* From the folder that IC_VIEWER_DIR names ("": none), else where it was installed. NULL where
 * there is none, or not with its licences: media then keep their plain pages.
 */
IcViewerProgram *ic_viewer_files_load (void);

G_END_DECLS
