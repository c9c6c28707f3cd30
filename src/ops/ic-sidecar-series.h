/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scripts of one series: chunks with its frames, the first of them with the one in the middle
 * alone, so that there is something to see at once, and SERIES.JS with its headers and where each
 * frame is. Private to ic-sidecar*.c.
 */
#pragma once

#include "disc/ic-file-set.h"
#include "ops/ic-sidecar-item.h"
#include "store/ic-data-dir.h"

G_BEGIN_DECLS

/* Where the scripts go, and what they are made of. */
typedef struct
{
  IcDataDir *data_dir;
  const char *folder;        /* relative to it */
  IcViewerData *data;        /* gets the files */
  const char *packed_folder; /* relative to the data directory */
  GHashTable *places;        /* path of a stored file to the number of its item */
  GArray *items;             /* of IcSidecarItem */
} IcSidecarPlace;

/* Header and frames of the item with that number; free with g_free(). */
char *ic_sidecar_dup_packed_path (const char *packed_folder, guint number);

/* @files: the folder of the instances on the medium. @data: of the series; what is not known of it
 * yet is filled in. IC_ERROR_WRITE_FAILED, IC_ERROR_NO_SPACE, IC_ERROR_READ_FAILED, or cancelled.
 */
gboolean ic_sidecar_write_series (const IcSidecarPlace *place,
                                  const IcSeries *series,
                                  const char *files,
                                  IcViewerSeries *data,
                                  GCancellable *cancellable,
                                  GError **error);

G_END_DECLS
