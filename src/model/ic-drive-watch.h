/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The optical drives of this machine and what is in them, kept up to date while somebody looks: a
 * cheap question on another thread every few seconds, and a real look into a drive only when its
 * answer changed. A drive that we write with is left alone. Belongs to the main thread.
 */
#pragma once

#include "disc/ic-drive.h"
#include "model/ic-activity.h"

G_BEGIN_DECLS

#define IC_TYPE_DRIVE_WATCH (ic_drive_watch_get_type ())
G_DECLARE_FINAL_TYPE (IcDriveWatch, ic_drive_watch, IC, DRIVE_WATCH, GObject)

/* Signal "changed": drives, discs, or how far one is written. @activities: of IcActivity. */
IcDriveWatch *ic_drive_watch_new (GListModel *activities);

/* Nobody is asked while nobody follows. Calls add up. */
void ic_drive_watch_follow (IcDriveWatch *self);
void ic_drive_watch_unfollow (IcDriveWatch *self);

/* Looks into all drives anew; "changed" says when that is done. */
void ic_drive_watch_look (IcDriveWatch *self);

/* Whether a look is under way, or none was made yet. */
gboolean ic_drive_watch_is_looking (IcDriveWatch *self);

guint ic_drive_watch_count (IcDriveWatch *self);
const char *ic_drive_watch_get_address (IcDriveWatch *self, guint i);

/* What was in it; NULL when another program has it. Borrowed until "changed". */
const IcDrive *ic_drive_watch_get_drive (IcDriveWatch *self, guint i);

/* The same for the one at @address; NULL also where there is none. */
const IcDrive *ic_drive_watch_find (IcDriveWatch *self, const char *address);

/* Whether we write with the one at @address. */
gboolean ic_drive_watch_is_writing (IcDriveWatch *self, const char *address);

/* "Empty", "Blank DVD-R, 4.7 GB", "Writing, 41 %"; free with g_free(). */
char *ic_drive_watch_dup_state (IcDriveWatch *self, guint i);

/* "PIONEER BD-RW (/dev/sr0)"; free with g_free(). */
char *ic_drive_watch_dup_name (IcDriveWatch *self, guint i);

G_END_DECLS
