/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How one looks at a picture: its window, and where it lies on the canvas – size, place, turned,
 * flipped, negative. Values and pure functions; lengths on the canvas are in pixels of the screen,
 * those in the picture in edges of its pixels, so that the middle of the first one is at (½, ½).
 */
#pragma once

#include "domain/ic-image-facts.h"
#include "picture/ic-frame.h"

G_BEGIN_DECLS

typedef struct
{
  double zoom;   /* canvas pixels for a column of the picture; 0: as large as fits */
  double pan[2]; /* of the picture's middle from the canvas's */
  guint turns;   /* quarters, clockwise */
  gboolean flipped;
  gboolean negative;
  gboolean has_window; /* else as the file proposes */
  IcVoiWindow window;  /* in modality values */
} IcViewport;

#define IC_VIEWPORT_INIT ((IcViewport){ .zoom = 0 })

/* What is to be seen and where. */
typedef struct
{
  guint columns;
  guint rows;
  double aspect; /* height of a pixel divided by its width */
  double width;  /* of the canvas */
  double height;
} IcScene;

typedef struct
{
  double x;
  double y;
} IcSpot;

/* Canvas pixels for a column of the picture. */
double ic_viewport_get_scale (const IcViewport *self, const IcScene *scene);

/* The same place on the canvas, and in the picture. */
IcSpot ic_viewport_to_canvas (const IcViewport *self, const IcScene *scene, IcSpot spot);
IcSpot ic_viewport_to_picture (const IcViewport *self, const IcScene *scene, IcSpot spot);

/* For ic_pixels_lay(), where the source is the picture made smaller by @shrink. */
void ic_viewport_get_back (const IcViewport *self,
                           const IcScene *scene,
                           guint shrink,
                           double back[6]);

/* By how much the picture may be made smaller before it is laid, so that nothing is skipped. */
guint ic_viewport_get_shrink (const IcViewport *self, const IcScene *scene);

/* What is under @spot of the canvas stays there. */
void ic_viewport_zoom_at (IcViewport *self, const IcScene *scene, double factor, IcSpot spot);
void ic_viewport_turn (IcViewport *self, int quarters);

/* Left and right on the screen change places, whatever way it is turned. */
void ic_viewport_flip (IcViewport *self);

/* How the samples of @frame are shown. The table stays the frame's. */
IcGrey ic_viewport_get_grey (const IcViewport *self, const IcFrame *frame);

/* A drag by so many pixels of the screen: to the right wider, down darker. @range: of the values
 * that there are; a drag across 500 pixels covers it once.
 */
void ic_viewport_drag_window (IcViewport *self,
                              const IcFrame *frame,
                              double range,
                              double right,
                              double down);

/* Between two places in the picture: millimetres where the file says how large its pixels are, else
 * columns of pixels, and FALSE.
 */
gboolean ic_measure (const IcImageFacts *facts, IcSpot from, IcSpot to, double *length);

/* The sides of the patient at the left, top, right and bottom of the canvas; "" where not known.
 * Each free with g_free().
 */
void ic_viewport_dup_sides (const IcViewport *self,
                            const IcImageFacts *facts,
                            guint frame,
                            char *sides[4]);

G_END_DECLS
