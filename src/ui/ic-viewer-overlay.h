/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is written over a picture: words in its corners, the sides of the patient, a measured line.
 * White with a dark rim, so that it can be read on any picture. A text is drawn once and kept as
 * long as it is written again and again, which it is while somebody scrolls.
 */
#pragma once

#include "ui/ic-viewer-canvas.h"

G_BEGIN_DECLS

typedef struct _IcViewerOverlay IcViewerOverlay;

/* Belongs to @widget, on which it writes, and does not outlive it. */
IcViewerOverlay *ic_viewer_overlay_new (GtkWidget *widget);
void ic_viewer_overlay_free (IcViewerOverlay *self);

/* Letters look different from now on. */
void ic_viewer_overlay_forget (IcViewerOverlay *self);

/* Fills @place with @surface. Not as a texture: the toolkit's way with those from memory to the
 * screen is by far the longest part of drawing where there is no graphics card.
 */
void ic_viewer_overlay_append_surface (GtkSnapshot *snapshot,
                                       cairo_surface_t *surface,
                                       const graphene_rect_t *place);

void ic_viewer_overlay_draw_corner (IcViewerOverlay *self,
                                    GtkSnapshot *snapshot,
                                    IcViewerCorner corner,
                                    const char *text);

/* At the left, top, right and bottom. */
void ic_viewer_overlay_draw_sides (IcViewerOverlay *self,
                                   GtkSnapshot *snapshot,
                                   char *const sides[4]);

/* In places of the widget; @length is written beside it. */
void ic_viewer_overlay_draw_line (IcViewerOverlay *self,
                                  GtkSnapshot *snapshot,
                                  IcSpot from,
                                  IcSpot to,
                                  const char *length);

G_END_DECLS
