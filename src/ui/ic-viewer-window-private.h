/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the commands of a viewer window work on; for ic-viewer-commands.c only.
 */
#pragma once

#include "ui/ic-viewer-pane.h"
#include "ui/ic-viewer-window.h"

G_BEGIN_DECLS

/* The one that the person works in. */
IcViewerPane *ic_viewer_window_get_pane (IcViewerWindow *self);
IcWorkspace *ic_viewer_window_get_workspace (IcViewerWindow *self);

void ic_viewer_window_step_series (IcViewerWindow *self, int steps);
void ic_viewer_window_set_tool (IcViewerWindow *self, IcViewerTool tool);
void ic_viewer_window_set_comparing (IcViewerWindow *self, gboolean comparing);
void ic_viewer_window_set_synchronised (IcViewerWindow *self, gboolean synchronised);
void ic_viewer_window_set_strip_shown (IcViewerWindow *self, gboolean shown);
void ic_viewer_window_set_header_shown (IcViewerWindow *self, gboolean shown);

/* A line that goes away by itself. */
void ic_viewer_window_tell (IcViewerWindow *self, const char *text);

G_END_DECLS
