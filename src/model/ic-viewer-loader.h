/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions of a viewer that a worker answers beside the frames: the facts of a whole series, the
 * header or report in a file, the document in it. Each on a thread with a worker of its own; the
 * answers come in the main loop.
 */
#pragma once

#include "domain/ic-dump-row.h"
#include "model/ic-viewer-series.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Fills @series batch by batch until all is there or @cancellable says stop. */
void ic_viewer_loader_describe (IcViewerSeries *series,
                                IcDataDir *data_dir,
                                GCancellable *cancellable);

/* @path: relative to the data directory. */
void ic_viewer_loader_dump_async (IcDataDir *data_dir,
                                  const char *path,
                                  IcDumpKind kind,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);

/* Array of IcDumpRow; *@complete: whether those are all. */
GPtrArray *ic_viewer_loader_dump_finish (GAsyncResult *result, gboolean *complete, GError **error);

/* Writes the document in the file to @target, which is replaced. */
void ic_viewer_loader_extract_async (IcDataDir *data_dir,
                                     const char *path,
                                     GFile *target,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
gboolean ic_viewer_loader_extract_finish (GAsyncResult *result, GError **error);

G_END_DECLS
