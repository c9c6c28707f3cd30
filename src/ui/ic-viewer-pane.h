/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One series in a viewer window: the picture, report or document at one place of its stack, with
 * the identity that stands in that very file.
 */
#pragma once

#include "model/ic-viewer-series.h"
#include "model/ic-workspace.h"
#include "ui/ic-viewer-canvas.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define IC_TYPE_VIEWER_PANE (ic_viewer_pane_get_type ())
G_DECLARE_FINAL_TYPE (IcViewerPane, ic_viewer_pane, IC, VIEWER_PANE, AdwBin)

/* Signals:
 * "moved": another slot is asked for, or facts came.
 * "shown": something else is on the screen.
 * "activated": the person has begun to work in it.
 * "cine-changed".
 */
void ic_viewer_pane_start (IcViewerPane *self,
                           IcWorkspace *workspace,
                           IcFrameSource *source,
                           guint view);

/* From its first slot; the way of looking starts afresh. NULL shows nothing. */
void ic_viewer_pane_set_series (IcViewerPane *self, IcViewerSeries *series);
IcViewerSeries *ic_viewer_pane_get_series (IcViewerPane *self);

guint ic_viewer_pane_get_slot (IcViewerPane *self);

/* Beyond the ends is at the ends. */
void ic_viewer_pane_go (IcViewerPane *self, gint64 slot);

void ic_viewer_pane_set_cine (IcViewerPane *self, gboolean runs);
gboolean ic_viewer_pane_get_cine (IcViewerPane *self);
void ic_viewer_pane_set_active (IcViewerPane *self, gboolean is_active);

/* Of what is asked for; NULL while they are not known. Borrowed. */
const IcImageFacts *ic_viewer_pane_get_facts (IcViewerPane *self);
const IcInstance *ic_viewer_pane_get_instance (IcViewerPane *self);
IcViewerCanvas *ic_viewer_pane_get_canvas (IcViewerPane *self);

/* Whether what is asked for is on the screen. */
gboolean ic_viewer_pane_is_settled (IcViewerPane *self);

/* The way of looking or the marks have changed. */
void ic_viewer_pane_update (IcViewerPane *self);

G_END_DECLS
