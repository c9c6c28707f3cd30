/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the steps of an export share: the plan, and how far one run of it has come. Private to
 * ic-export-*.c; belongs to the thread of the job.
 */
#pragma once

#include "core/ic-progress.h"
#include "domain/ic-proof.h"
#include "ops/ic-conversion.h"
#include "ops/ic-export-job.h"
#include "ops/ic-output.h"
#include "ops/ic-sidecar.h"

G_BEGIN_DECLS

/* Shares of the whole for the progress: retrieving, converting, encoding for the viewer, rendering;
 * what is left is for writing and reading back.
 */
#define IC_EXPORT_RETRIEVED_AT 0.4
#define IC_EXPORT_CONVERTED_AT 0.45
#define IC_EXPORT_ENCODED_AT 0.55
#define IC_EXPORT_RENDERED_AT 0.6

/* An order of our own. */
typedef struct
{
  IcDesk *desk;
  char **study_uids;
  IcSelection *selection;
  IcNode *source;
  IcRoute route;
  IcMediaProfiles profile;
  IcViewerQuality viewer;
  char *output;
  guint64 capacity_bytes;
  IcDiscOptions disc;
  guint copies;
  IcPatient *patient;
  char *recipient;
  char *reason;
  char *legal_basis;
  IcUrgency urgency;
} IcExportPlan;

/* One of the media that the images are spread over. */
typedef struct
{
  guint number;           /* from 1 */
  GPtrArray *studies;     /* of IcStudy: what goes on it */
  GHashTable *key_images; /* series UID to IcKeyImage */
  IcViewerData *viewer;   /* NULL without one */
  IcFileSet *file_set;
  IcDesk *desk;       /* in whose spool a part of the file-set is, */
  char *spool;        /* below this name, */
  GPtrArray *spooled; /* of char *: that part, like it relative to the data directory */
  IcOutput *output;   /* borrowed; a drive is the output of all of them */
  IcExportedVolume *report;
} IcExportVolume;

/* One run of the plan. */
typedef struct
{
  IcExportPlan *plan;
  IcExportResult *result;
  IcProof *proof;
  IcProgress *progress;
  GCancellable *cancellable;
  GPtrArray *studies; /* of IcStudy: what goes out */
  IcConversion *conversion;
  IcSidecar *sidecar;     /* NULL without a viewer */
  GPtrArray *volumes;     /* of IcExportVolume */
  GPtrArray *outputs;     /* of IcOutput */
  IcExportVolume *volume; /* the one that is being written; NULL before */
  guint copy;             /* the present one, from 1 */
} IcExport;

static inline gboolean
ic_export_has_volumes (const IcExport *self)
{
  return self->volumes->len > 1;
}

void ic_export_add_notice (IcExport *self, char *notice);

G_END_DECLS
