/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is written over a picture: words in its corners, the sides of the patient, a measured line.
 * White with a dark rim, so that it can be read on any picture.
 */
#pragma once

#include "ui/ic-viewer-canvas.h"

G_BEGIN_DECLS

void ic_viewer_overlay_draw_corner (GtkWidget *widget,
                                    GtkSnapshot *snapshot,
                                    IcViewerCorner corner,
                                    const char *text);

/* At the left, top, right and bottom. */
void ic_viewer_overlay_draw_sides (GtkWidget *widget, GtkSnapshot *snapshot, char *const sides[4]);

/* In places of the widget; @length is written beside it. */
void ic_viewer_overlay_draw_line (GtkWidget *widget,
                                  GtkSnapshot *snapshot,
                                  IcSpot from,
                                  IcSpot to,
                                  const char *length);

G_END_DECLS
