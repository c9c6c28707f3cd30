/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A frame as somebody looks at it, as a PNG in its own size: windowed, turned and flipped, but with
 * nothing written into it. Pure.
 */
#pragma once

#include "model/ic-viewport.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* @identity: lines that are written on a band above the picture; NULL: no band. @widget lends its
 * font. IC_ERROR_UNSUPPORTED when it is too large for a PNG.
 */
GBytes *ic_viewer_png_encode (GtkWidget *widget,
                              IcFrame *frame,
                              const IcViewport *viewport,
                              const char *identity,
                              GError **error);

G_END_DECLS
