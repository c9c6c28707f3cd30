/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A viewer that scrolls through its stack as fast as it can be drawn, and what that took: pictures
 * a second, CPU time of this process a picture, our own longest callbacks, memory. Prints it and
 * ends the process.
 */
#pragma once

#include "ui/ic-viewer-window.h"

G_BEGIN_DECLS

/* After at most @n pictures. */
void viewer_race_begin (IcViewerWindow *window, guint n);

G_END_DECLS
