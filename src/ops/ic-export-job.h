/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sends studies of one patient out on a medium and proves it, image by image: asks the source,
 * retrieves what is missing, checks the patient, lays out the file-set, writes it, reads it back
 * from the medium, and logs all of it.
 */
#pragma once

#include "core/ic-job.h"
#include "disc/ic-media-profile.h"
#include "domain/ic-selection.h"
#include "domain/ic-transfer.h"
#include "domain/ic-viewer-image.h"
#include "ops/ic-desk.h"
#include "ops/ic-disc-output.h"

G_BEGIN_DECLS

/* The events of the log about a disc that a drive was told to write (which alone stays when the
 * machine fails meanwhile), that was proved, and that must be thrown away.
 */
#define IC_EXPORT_BURNING_ACTION "disc-burning"
#define IC_EXPORT_PROVED_ACTION "disc-proved"
#define IC_EXPORT_SPOILT_ACTION "disc-spoilt"

/* The event of the log about one of several media that was proved, whatever becomes of the others.
 */
#define IC_EXPORT_VOLUME_ACTION "volume-proved"

/* The event of the log that holds the digest of the manifest that was written. */
#define IC_EXPORT_WRITTEN_ACTION "file-set-written"

/* What is asked for. All strings are copied by ic_export_job_new(); NULL counts as "". */
typedef struct
{
  const char *const *study_uids; /* NULL-terminated */
  IcSelection *selection;        /* of their images; NULL: all of them */
  IcNode *source;                /* NULL: what the store has, against the expectation kept */
  IcRoute route;                 /* ISO, FOLDER, ZIP or DISC */
  IcMediaProfiles profile;       /* what the medium must meet; NONE: all goes out as stored */
  IcViewerQuality viewer;        /* what the viewer on the medium gets; NONE: there is none */
  const char *output;            /* new image file, archive, folder, or drive ("/dev/sr0") */
  guint64 capacity_bytes;        /* of a medium: what does not fit goes on more of them, NAME_1,
                                  * NAME_2…; 0: one, or as many discs as the one in the drive asks
                                  * for */
  IcDiscOptions disc;            /* for a drive */
  guint copies;                  /* of the disc, one after another; 0 counts as 1 */
  IcPatient *patient;            /* who it must be: an id and a name or birth date */
  const char *recipient;
  const char *reason;
  const char *legal_basis; /* "" when not said */
  IcUrgency urgency;
} IcExportOrder;

/* What became of one of several media. */
typedef struct
{
  char *id;     /* "IC000123_1": File-set ID and volume identifier */
  char *output; /* path or drive */
  guint n_instances;
  guint64 size_bytes; /* of all files on it */
  const char *state;  /* "planned", "proved", "damaged", "failed" */
} IcExportedVolume;

typedef struct
{
  IcTransfer *transfer;       /* as it stands in the log */
  char *profile;              /* the standard profiles that the medium meets, in words */
  guint64 size_bytes;         /* of all files on the media */
  guint64 viewer_bytes;       /* of those, the viewer and what it reads */
  IcViewerSizes viewer_sizes; /* known where it is the viewer for which there is no room */
  GPtrArray *volumes;         /* of IcExportedVolume, as far as they are known */
  GPtrArray *notices;         /* of char *: what the operator should know, without patient data */
  IcDrive *drive;             /* what was found in the drive; NULL without one */
  guint64 needed_bytes;       /* on the disc, once that was known */
  IcDiscFitness judged;       /* of the disc for that */
  guint good_copies;          /* of the disc or of all of them, written and read back */
  gboolean is_spoilt;         /* a disc was begun and is good for nothing */
} IcExportResult;

void ic_export_result_free (IcExportResult *self);

/* Result: IcExportResult, also when the job fails. A safety rule that says no fails the job with
 * IC_ERROR_REFUSED, and leaves a transfer in state refused.
 */
IcJob *ic_export_job_new (IcDesk *desk, const IcExportOrder *order);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcExportResult, ic_export_result_free)

G_END_DECLS
