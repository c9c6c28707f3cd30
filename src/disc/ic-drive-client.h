/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The optical drives of this machine, and what can be asked of one short of writing: each question
 * goes to a courier-disc worker that may touch that one drive. Blocks the thread that uses it,
 * iterating its default main context.
 */
#pragma once

#include "disc/ic-drive.h"

G_BEGIN_DECLS

/* Whether @path is an optical drive, or a link to one. */
gboolean ic_drive_is_one (const char *path);

/* The drive itself behind links: "/dev/sr0" of "/dev/cdrom". Free with g_free(). */
char *ic_drive_dup_address (const char *path);

/* "/dev/sr0", "/dev/sr1"…; free with g_strfreev(). */
char **ic_drive_list (void);

/* A number that changes when the tray moves or a disc goes in or out, had without holding the drive
 * or making a disc spin; -1 when it does not say.
 */
int ic_drive_peek (const char *address);

/* Where the disc in the drive is part of the file tree; NULL when it is not. Free with g_free(). */
char *ic_drive_dup_mount_point (const char *address);

/* With @load the tray is pulled in first. IC_ERROR_NOT_FOUND, and IC_ERROR_BUSY when another
 * program holds the drive: a look may spoil what that is burning. A disc that is mounted can be
 * looked at.
 */
IcDrive *ic_drive_client_inspect (const char *address,
                                  gboolean load,
                                  GCancellable *cancellable,
                                  GError **error);

/* Opens the tray. IC_ERROR_BUSY when somebody uses the disc. */
gboolean ic_drive_client_eject (const char *address, GCancellable *cancellable, GError **error);

/* The sectors of the disc, to be read through a descriptor that ic_medium_reader_new() takes. */
typedef struct _IcDriveReading IcDriveReading;

IcDriveReading *ic_drive_reading_new (const char *address,
                                      GCancellable *cancellable,
                                      GError **error);
int ic_drive_reading_get_fd (IcDriveReading *self);

/* After every other holder of the descriptor is gone. */
void ic_drive_reading_free (IcDriveReading *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcDriveReading, ic_drive_reading_free)

G_END_DECLS
