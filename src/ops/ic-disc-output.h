/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The drive that a file-set is burned with, and the discs that go through it: looks at the disc
 * before anything is written, burns it, has the tray out and in again before it is read back, and
 * waits for somebody to put in the next one. Belongs to the thread of a job.
 */
#pragma once

#include "core/ic-progress.h"
#include "disc/ic-disc-client.h"
#include "disc/ic-drive-client.h"
#include "domain/ic-transfer.h"

G_BEGIN_DECLS

typedef struct _IcDiscOutput IcDiscOutput;

/* How people want their discs; all zero is a good start. */
typedef struct
{
  double speed;        /* as it is printed on discs, 8 for 8x; 0: the fastest */
  gboolean may_erase;  /* a rewritable disc that holds something is emptied */
  gboolean erases_one; /* but not those that follow it: nobody was asked about them */
  gboolean no_eject;   /* the disc stays in the drive when all is done */
  gboolean unattended; /* nobody is there to push the tray in */
} IcDiscOptions;

/* Pulls the tray in and looks. Fails with IC_ERROR_NOT_FOUND, IC_ERROR_BUSY. The drive that was
 * found goes into *@drive even when its disc will not do (see ic_drive_check()).
 */
IcDiscOutput *ic_disc_output_open (const char *address,
                                   const IcDiscOptions *options,
                                   IcDrive **drive,
                                   GCancellable *cancellable,
                                   GError **error);

/* Opens the tray, unless the disc is to stay or nothing was burned. */
void ic_disc_output_free (IcDiscOutput *self);

IcDrive *ic_disc_output_get_drive (IcDiscOutput *self);

/* Whether a disc was begun, so that it is good for what was meant, or for nothing. */
gboolean ic_disc_output_is_used_up (IcDiscOutput *self);

/* Whether the disc takes so much; see ic_drive_check(). */
gboolean ic_disc_output_check (IcDiscOutput *self, guint64 needed_bytes, GError **error);

gboolean ic_disc_output_write (IcDiscOutput *self,
                               const IcDiscPlan *plan,
                               IcProgress *progress,
                               GCancellable *cancellable,
                               GError **error);

/* A descriptor to read the disc back from, which stays ours. @how says whether the tray was moved
 * (IC_READ_BACK_MEDIUM) or could not be (IC_READ_BACK_CACHE_DROPPED). -1 on failure.
 */
int ic_disc_output_open_for_reading (IcDiscOutput *self,
                                     IcReadBack *how,
                                     IcProgress *progress,
                                     GCancellable *cancellable,
                                     GError **error);

/* Gives out the disc that is done and waits for one that takes @needed_bytes. @purpose is what it
 * is for: "copy 2".
 */
gboolean ic_disc_output_next (IcDiscOutput *self,
                              guint64 needed_bytes,
                              const char *purpose,
                              IcProgress *progress,
                              GCancellable *cancellable,
                              GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcDiscOutput, ic_disc_output_free)

G_END_DECLS
