/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a file-set goes: a new image file, archive, an empty folder, or the disc in a drive.
 * Checked before anything is written, written once, then opened again for reading back, and only
 * then given its name. Nothing that was there before is ever overwritten or removed, but what an
 * export that was killed left unfinished at the same place. Belongs to the thread of a job.
 */
#pragma once

#include "core/ic-progress.h"
#include "disc/ic-file-set.h"
#include "disc/ic-media-profile.h"
#include "domain/ic-transfer.h"
#include "ops/ic-desk.h"
#include "ops/ic-disc-output.h"
#include "store/ic-lock.h"

G_BEGIN_DECLS

typedef struct _IcOutput IcOutput;

/* Whoever uses the medium or drive at @path holds its lane; IC_ERROR_BUSY when somebody does. */
IcLock *ic_output_take_lane (IcDesk *desk, const char *path, GError **error);

/* @where: a path, or for discs a drive ("/dev/sr0", "stdio:/path"), used as @options say. Takes the
 * lane of the medium. Fails with IC_ERROR_REFUSED when something is there already, IC_ERROR_BUSY,
 * IC_ERROR_MEDIUM_UNSUITABLE, IC_ERROR_WRITE_FAILED. What was found in a drive goes into *@drive,
 * also when it fails; else NULL. Without a drive @options and @drive may be NULL.
 */
IcOutput *ic_output_open (IcDesk *desk,
                          IcRoute route,
                          const char *where,
                          const IcDiscOptions *options,
                          IcDrive **drive,
                          GCancellable *cancellable,
                          GError **error);

/* What was made for this output is removed, unless ic_output_publish() succeeded. */
void ic_output_free (IcOutput *self);

/* It has been read back and is good: until now it stood at NAME.partial, or, in a folder that was
 * there before, beside a file that says that it is not finished. IC_ERROR_REFUSED when somebody
 * else took the name meanwhile, IC_ERROR_WRITE_FAILED.
 */
gboolean ic_output_publish (IcOutput *self, GError **error);

/* Makes a stick that is written safe to be taken out, as far as that goes, and says in words what
 * its owner is to do; NULL for other media. Free with g_free().
 */
char *ic_output_release (IcOutput *self, GCancellable *cancellable);

/* Of a stick: what belongs to the medium at its top, for whoever reads it; else NULL. */
const char *const *ic_output_get_names (IcOutput *self);

/* The file system of a stick where the standard does not know it, else NULL. */
const char *ic_output_get_odd_file_system (IcOutput *self);

/* Whether something unfinished of an earlier export was removed. */
gboolean ic_output_has_replaced (IcOutput *self);

/* The path of the file that is on the medium until it is published, and its digest; NULL when there
 * is none.
 */
const char *ic_output_get_mark (IcOutput *self, const char **sha256);

/* The whole path or drive, as the log names it. */
const char *ic_output_get_name (IcOutput *self);

/* Whether the stored files are there in full; IC_ERROR_READ_FAILED names the first that is not. */
gboolean ic_output_check_sources (IcOutput *self, IcFileSet *file_set, GError **error);

/* How much room @file_set takes as a disc image, at most; and on this medium. */
guint64 ic_output_measure_image (IcFileSet *file_set);
guint64 ic_output_get_needed_bytes (IcOutput *self, IcFileSet *file_set);

/* IC_ERROR_NO_SPACE when so much cannot fit. */
gboolean ic_output_check_space (IcOutput *self, guint64 needed_bytes, GError **error);

/* How much is free where it goes; G_MAXUINT64 with a drive, or when that is not
 * known.
 */
guint64 ic_output_get_free_bytes (IcOutput *self);

/* How much the disc in the drive takes at most; 0 without a drive, or when that is not known. */
guint64 ic_output_get_capacity_bytes (IcOutput *self);

/* Writes all of @file_set; the bytes are with the disk or drive when this returns. */
gboolean ic_output_write (IcOutput *self,
                          IcFileSet *file_set,
                          IcProgress *progress,
                          GCancellable *cancellable,
                          GError **error);

/* A descriptor to read back from, with nothing of it left in memory; close it. -1 on failure. */
int ic_output_open_for_reading (IcOutput *self,
                                IcReadBack *how,
                                IcProgress *progress,
                                GCancellable *cancellable,
                                GError **error);

/* Of a drive only: gives out the disc that is done and waits for the next, for @file_set. @purpose
 * is what people are told that it is for: "copy 2".
 */
gboolean ic_output_next_disc (IcOutput *self,
                              IcFileSet *file_set,
                              const char *purpose,
                              IcProgress *progress,
                              GCancellable *cancellable,
                              GError **error);

/* What is in the drive now; NULL without one. Borrowed, until the next disc. */
IcDrive *ic_output_get_drive (IcOutput *self);

/* Whether a disc was begun, so that it is good for what was meant, or for nothing. */
gboolean ic_output_is_used_up (IcOutput *self);

/* The standard profiles that a kind of medium can meet at all. */
IcMediaProfiles ic_output_list_profiles (IcRoute route);

/* The same of this medium, whatever is on it. */
IcMediaProfiles ic_output_get_profiles (IcOutput *self);

/* Whether it has the three trees of names of a disc image. */
gboolean ic_output_is_image (IcOutput *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcOutput, ic_output_free)

G_END_DECLS
