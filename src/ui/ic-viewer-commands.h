/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be done in a viewer window: its actions, called "view.…", and the keys for them.
 */
#pragma once

#include "ui/ic-viewer-window.h"

G_BEGIN_DECLS

/* Once for each window. */
void ic_viewer_commands_add (IcViewerWindow *window);

/* After another pane, image or way of looking: what is pressed in the toolbar agrees with it. */
void ic_viewer_commands_update (IcViewerWindow *window);

/* The windows to choose from for what is shown now; NULL without a picture in grey. Free with
 * g_object_unref().
 */
GMenuModel *ic_viewer_commands_make_presets (IcViewerWindow *window);

G_END_DECLS
