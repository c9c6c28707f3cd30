/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The viewer: one study of the local store, to check whose images they are, whether all are there
 * and whether they can be read. One or two series side by side. Not for diagnosis, which its title
 * says.
 */
#pragma once

#include "ui/ic-window.h"

G_BEGIN_DECLS

#define IC_TYPE_VIEWER_WINDOW (ic_viewer_window_get_type ())
G_DECLARE_FINAL_TYPE (IcViewerWindow, ic_viewer_window, IC, VIEWER_WINDOW, AdwApplicationWindow)

/* Opens a window on a study that is here, at @series_uid or at its first series (NULL). Closes with
 * @parent.
 */
void ic_viewer_window_present (IcWindow *parent, const char *study_uid, const char *series_uid);

G_END_DECLS
