/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The viewer on a medium, as far as it does not depend on the rest of the file-set: its program and
 * the scripts with headers and frames, which wait in the spool. Filled by whoever makes it, then
 * immutable; reference counted, travels between threads.
 */
#pragma once

#include "domain/ic-viewer-image.h"

G_BEGIN_DECLS

/* The files of the program, as they go on the medium. */
typedef struct
{
  GBytes *viewer;
  GBytes *pdf; /* or NULL: documents are then not shown */
  GBytes *licence;
} IcViewerProgram;

/* One spooled file. */
typedef struct
{
  char *path;   /* on the medium: "VIEWER/DATA/S0001/C0001.JS" */
  char *source; /* relative to the data directory */
  char *sha256;
  guint64 size_bytes;
} IcViewerFile;

typedef struct
{
  guint number; /* of its folder, over the whole medium, from 1 */
  guint64 n_frames;
  guint64 size_bytes;  /* of its folder */
  guint64 pixel_bytes; /* of its frames when they are decoded */
} IcViewerSeries;

typedef struct
{
  IcViewerProgram *program;
  IcViewerQuality quality;
  GPtrArray *files;   /* of IcViewerFile, in the order in which they are read */
  GHashTable *series; /* study UID, slash, series UID to IcViewerSeries */
} IcViewerData;

/* References what is there; NULL stays NULL. */
IcViewerProgram *ic_viewer_program_new (GBytes *viewer, GBytes *pdf, GBytes *licence);
IcViewerProgram *ic_viewer_program_ref (IcViewerProgram *self);
void ic_viewer_program_unref (IcViewerProgram *self);

/* All of its files. */
guint64 ic_viewer_program_sum_bytes (const IcViewerProgram *self);

IcViewerData *ic_viewer_data_new (IcViewerProgram *program, IcViewerQuality quality);
IcViewerData *ic_viewer_data_ref (IcViewerData *self);
void ic_viewer_data_unref (IcViewerData *self);

/* The next series; filled by the caller. */
IcViewerSeries *ic_viewer_data_add_series (IcViewerData *self,
                                           const char *study_uid,
                                           const char *series_uid);

/* NULL when it has no folder. */
const IcViewerSeries *ic_viewer_data_find_series (IcViewerData *self,
                                                  const char *study_uid,
                                                  const char *series_uid);

/* "S0001"; free with g_free(). */
char *ic_viewer_series_dup_folder (const IcViewerSeries *self);

guint64 ic_viewer_data_sum_bytes (IcViewerData *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcViewerProgram, ic_viewer_program_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcViewerData, ic_viewer_data_unref)

G_END_DECLS
