/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the viewer on a medium reads in the place of the DICOM files, which a page opened from a
 * file cannot: headers and frames of every instance, packed by the parse workers and wrapped into
 * scripts in the spool. Each medium of a transfer has its own. Belongs to the thread of a job.
 */
#pragma once

#include "core/ic-progress.h"
#include "disc/ic-viewer-data.h"
#include "domain/ic-study.h"
#include "ops/ic-desk.h"

G_BEGIN_DECLS

typedef struct _IcSidecar IcSidecar;

/* @quality: not NONE. */
IcSidecar *ic_sidecar_new (IcDesk *desk, IcViewerProgram *program, IcViewerQuality quality);

/* Removes everything that it spooled. */
void ic_sidecar_free (IcSidecar *self);

/* Has all instances of @studies (of IcStudy) packed, as they go out. One that cannot be shown costs
 * itself only: the viewer names it. Fails when the spool cannot be written (IC_ERROR_WRITE_FAILED,
 * IC_ERROR_NO_SPACE), when no reader can be started, or cancelled. Once.
 */
gboolean ic_sidecar_pack (IcSidecar *self,
                          GPtrArray *studies,
                          IcProgress *progress,
                          GCancellable *cancellable,
                          GError **error);

/* Those that cannot be shown although they have pixels. */
guint ic_sidecar_count_not_shown (IcSidecar *self);

/* How much the viewer takes in all with @quality: from what was packed, and where it was packed
 * with another, about.
 */
guint64 ic_sidecar_estimate (IcSidecar *self, IcViewerQuality quality);

/* The files of the program alone. */
guint64 ic_sidecar_measure_program (IcSidecar *self);

/* How much @instance will take in the scripts, by its size and syntax alone: an estimate for those
 * who have packed nothing yet.
 */
guint64 ic_sidecar_foretell (const IcInstance *instance, IcViewerQuality quality);

/* How much @instance takes in the scripts, about. */
guint64 ic_sidecar_measure (IcSidecar *self, const IcInstance *instance);

/* Writes the scripts for medium @volume (from 1) with @studies, a part of what was packed; those
 * that were written for it before are removed. Free with ic_viewer_data_unref(), before @self.
 */
IcViewerData *ic_sidecar_write (IcSidecar *self,
                                GPtrArray *studies,
                                guint volume,
                                GCancellable *cancellable,
                                GError **error);

/* No more will be written. */
void ic_sidecar_drop_packed (IcSidecar *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcSidecar, ic_sidecar_free)

G_END_DECLS
