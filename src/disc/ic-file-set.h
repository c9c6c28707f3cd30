/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plan of a medium that goes out: which file stands where, which of them are the stored
 * instances as they are, and the bytes of those that are made for it (DICOMDIR, README.TXT,
 * INDEX.HTM, the pictures, the viewer's index, MANIFEST.TXT). Nothing is read or written here, so
 * the plan can be shown before anything happens; but what grows with the number of images goes
 * where the caller says. Immutable once made, reference counted, travels between threads.
 */
#pragma once

#include "disc/ic-dicomdir.h"
#include "disc/ic-media-profile.h"
#include "disc/ic-viewer-data.h"
#include "domain/ic-transfer.h"

G_BEGIN_DECLS

/* Where a file made for the medium goes at once, because it may be very large: a descriptor for it,
 * and in @source its path, relative to the data directory; -1 with @error.
 */
typedef int (*IcFileSetOpenFunc) (const char *path,
                                  char **source,
                                  gpointer user_data,
                                  GError **error);

/* What a file-set says about itself. All texts are UTF-8; NULL and "" are left out. Only
 * @file_set_id, @created and @id_secret are needed. There is no patient data here: that comes from
 * the studies.
 */
typedef struct
{
  const char *file_set_id;     /* also the volume ID: 1 to 16 of A-Z 0-9 _, "IC000123_1" */
  const char *transfer_number; /* as people and the log call it */
  const char *institution;
  const char *contact;
  const char *recipient;    /* free text */
  const char *log_head;     /* "N, hash" */
  const char *profile;      /* how the instances go out: "as stored" */
  IcMediaProfiles possible; /* the profiles that this kind of medium can meet at all */
  const char *application;
  GDateTime *created;        /* shown in its own time zone */
  IcTransfer *judgement;     /* of what was retrieved, by IC_PROOF_RETRIEVED; NULL: not known */
  GHashTable *key_images;    /* series UID to IcKeyImage; NULL: the medium gets no pictures */
  IcViewerData *viewer;      /* of this medium; NULL: it gets no viewer, and no script at all */
  GPtrArray *volumes;        /* of GPtrArray of IcStudy: all media, where this is one of several */
  guint volume;              /* which of them, from 1 */
  const char *directory_uid; /* NULL: a fresh one */
  const char *id_secret;     /* of the data directory, for patient IDs that must be made up */
  IcTexts *texts;            /* for the paths of the images; NULL: its own */
  IcFileSetOpenFunc open_file; /* for DICOMDIR and MANIFEST.TXT; NULL: they stay in memory */
  gpointer open_data;
} IcFileSetInfo;

typedef struct
{
  const char *path;           /* relative to the root, "/" between components */
  const IcInstance *instance; /* goes out unchanged; or NULL */
  const char *source;         /* where its bytes are, relative to the data directory; or NULL */
  GBytes *bytes;              /* of a file that was made for the medium, without a source */
  const char *sha256;         /* of the whole file, hexadecimal */
  guint64 size_bytes;
} IcFileSetEntry;

typedef struct _IcFileSet IcFileSet;

/* @studies: of IcStudy, referenced; all of one patient, which the caller has made sure of. Fails
 * with IC_ERROR_UNSUPPORTED for more than 9,999 studies, 9,999 series a study or 9,999,999 images a
 * series (the names have no room for more), with IC_ERROR_BAD_DATA for an instance without a
 * SHA-256, and as ic_dicomdir_new_bytes() does.
 */
IcFileSet *ic_file_set_new (GPtrArray *studies, const IcFileSetInfo *info, GError **error);
IcFileSet *ic_file_set_ref (IcFileSet *self);
void ic_file_set_unref (IcFileSet *self);

/* "DICOM/S0001/SE0001" and "DICOM/S0001/SE0001/I0000001": where the instances of a series stand,
 * all numbers from 1. Free with g_free().
 */
char *ic_file_set_dup_series_folder (guint study_number, guint series_number);
char *ic_file_set_dup_instance_path (const char *series_folder, guint number);

const char *ic_file_set_get_id (IcFileSet *self);
GPtrArray *ic_file_set_get_studies (IcFileSet *self);

/* Of IcFileSetEntry: the instances in the order of the tree, then the files made for the medium.
 * Paths are unique, upper case, 8.3 and at most 8 levels deep.
 */
GPtrArray *ic_file_set_get_entries (IcFileSet *self);
guint ic_file_set_count_instances (IcFileSet *self);

/* Of IcGeneratedKey: for the log and README.TXT. */
GPtrArray *ic_file_set_get_generated_keys (IcFileSet *self);

/* Which of the possible standard profiles the instances meet as they are, and a line that says why.
 */
IcMediaProfiles ic_file_set_get_profiles (IcFileSet *self);
const char *ic_file_set_get_profile_reason (IcFileSet *self);

/* The sum of the file sizes; of those below VIEWER; and what they take in blocks of @block_size,
 * without the directories of the file system (2048 for a disc).
 */
guint64 ic_file_set_get_total_bytes (IcFileSet *self);
guint64 ic_file_set_get_viewer_bytes (IcFileSet *self);
guint64 ic_file_set_get_total_in_blocks (IcFileSet *self, guint block_size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcFileSet, ic_file_set_unref)

G_END_DECLS
