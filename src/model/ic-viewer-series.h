/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One series as a stack to scroll through: a slot for every frame of every instance, in the order
 * of the study. How many frames there are, and where they lie, is known as the facts come. Belongs
 * to the main thread.
 */
#pragma once

#include "domain/ic-image-facts.h"
#include "domain/ic-study.h"
#include "model/ic-frame-source.h"

G_BEGIN_DECLS

#define IC_TYPE_VIEWER_SERIES (ic_viewer_series_get_type ())
G_DECLARE_FINAL_TYPE (IcViewerSeries, ic_viewer_series, IC, VIEWER_SERIES, GObject)

#define IC_VIEWER_AHEAD 48 /* slots that are wanted in the direction of scrolling */
#define IC_VIEWER_BEHIND 8

/* Signal "changed": facts came; slots may have moved. */
IcViewerSeries *ic_viewer_series_new (IcStudy *study, guint index);

IcStudy *ic_viewer_series_get_study (IcViewerSeries *self);
const IcSeries *ic_viewer_series_get_series (IcViewerSeries *self);
guint ic_viewer_series_count (IcViewerSeries *self); /* slots */

/* The instance and the frame of a slot. Borrowed. */
const IcInstance *ic_viewer_series_get_instance (IcViewerSeries *self, guint slot, guint *frame);
IcFrameAddress ic_viewer_series_get_address (IcViewerSeries *self, guint slot);

/* NULL while they are not known; *@failed, which may be NULL: they never will be. Borrowed. */
const IcImageFacts *ic_viewer_series_get_facts (IcViewerSeries *self, guint slot, gboolean *failed);

/* The slot of @frame of an instance; the first one when it has no such frame. */
guint ic_viewer_series_find (IcViewerSeries *self, const IcInstance *instance, guint frame);

/* Whether somebody fills it already. */
gboolean ic_viewer_series_is_begun (IcViewerSeries *self);
void ic_viewer_series_begin (IcViewerSeries *self);

/* From the worker: of the instances from @first on; NULL in it for a file that cannot be read. */
void ic_viewer_series_take_facts (IcViewerSeries *self, guint first, GPtrArray *facts);

/* That a document has so many pages; before, it is one slot. */
void ic_viewer_series_set_pages (IcViewerSeries *self, guint slot, guint n_pages);

/* The slot of the frame nearest to what @slot of @other shows: by position where both have one and
 * face the same way in the same frame of reference, else by its place in the stack.
 */
guint ic_viewer_series_match (IcViewerSeries *self,
                              IcViewerSeries *other,
                              guint slot,
                              gboolean *by_position);

/* What to decode when @slot is looked at, most urgent first; @direction: the last step, ±1. At most
 * IC_VIEWER_AHEAD + IC_VIEWER_BEHIND + 1; returns how many.
 */
guint ic_viewer_series_list_wanted (IcViewerSeries *self,
                                    guint slot,
                                    int direction,
                                    IcFrameAddress *addresses);

G_END_DECLS
