/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The black surface on which one frame lies, with words in its corners and a measured line over it.
 * The mouse changes how one looks at it; what is looked at is up to others. Not for diagnosis.
 */
#pragma once

#include "model/ic-viewport.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define IC_TYPE_VIEWER_CANVAS (ic_viewer_canvas_get_type ())
G_DECLARE_FINAL_TYPE (IcViewerCanvas, ic_viewer_canvas, IC, VIEWER_CANVAS, GtkWidget)

typedef enum
{
  IC_VIEWER_CORNER_TOP_LEFT,
  IC_VIEWER_CORNER_TOP_RIGHT,
  IC_VIEWER_CORNER_BOTTOM_LEFT,
  IC_VIEWER_CORNER_BOTTOM_RIGHT,
  IC_VIEWER_CORNER_BANNER, /* in the middle, above the picture: what must not be overlooked */
  IC_VIEWER_N_CORNERS,
} IcViewerCorner;

/* What dragging with the left button does. */
typedef enum
{
  IC_VIEWER_TOOL_WINDOW,
  IC_VIEWER_TOOL_SCROLL,
  IC_VIEWER_TOOL_PAN,
  IC_VIEWER_TOOL_ZOOM,
  IC_VIEWER_TOOL_MEASURE,
} IcViewerTool;

/* Signals:
 * "step" (int): the wheel, or a drag, asks for another frame.
 * "looked-differently": the person changed the viewport.
 * "pressed": a button went down on it.
 */
GtkWidget *ic_viewer_canvas_new (void);

/* NULL shows nothing. @facts and @number are of the same frame; both are referenced. */
void ic_viewer_canvas_set_frame (IcViewerCanvas *self,
                                 IcFrame *frame,
                                 const IcImageFacts *facts,
                                 guint number);
IcFrame *ic_viewer_canvas_get_frame (IcViewerCanvas *self);

/* Lines of plain text; NULL for none. */
void ic_viewer_canvas_set_corner (IcViewerCanvas *self, IcViewerCorner corner, const char *text);
const char *ic_viewer_canvas_get_corner (IcViewerCanvas *self, IcViewerCorner corner);
void ic_viewer_canvas_set_tool (IcViewerCanvas *self, IcViewerTool tool);

/* May be changed; ic_viewer_canvas_look_again() afterwards. */
IcViewport *ic_viewer_canvas_get_viewport (IcViewerCanvas *self);
void ic_viewer_canvas_look_again (IcViewerCanvas *self);

/* Of what is shown now, in pixels of the screen. FALSE when there is nothing. */
gboolean ic_viewer_canvas_get_scene (IcViewerCanvas *self, IcScene *scene);

/* Takes the measured line away; FALSE when there is none. */
gboolean ic_viewer_canvas_clear_line (IcViewerCanvas *self);

G_END_DECLS
