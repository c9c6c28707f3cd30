/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A USB stick: mounted through UDisks2 where there is one, found where somebody has mounted it
 * otherwise, and made safe to be taken out. It writes nothing. Blocks the thread that uses it.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _IcStick IcStick;

/* @where: a device ("/dev/sdb", of which the first partition counts, or "/dev/sdb1"), or the top
 * folder of what is mounted. Mounts a device that is not. IC_ERROR_NOT_FOUND; IC_ERROR_REFUSED for
 * a device of the system or a folder that is not the top of a file system; and
 * IC_ERROR_MEDIUM_UNSUITABLE for one that has no file system, or can only be read.
 */
IcStick *ic_stick_open (const char *where, GCancellable *cancellable, GError **error);

/* Unmounts it again if ic_stick_open() mounted it and nobody released it. */
void ic_stick_free (IcStick *self);

/* Its top folder. */
const char *ic_stick_get_path (IcStick *self);

/* "vfat", "exfat" */
const char *ic_stick_get_file_system (IcStick *self);

/* FAT12, FAT16 or FAT32, which PS3.12 annex R wants. */
gboolean ic_stick_is_fat (IcStick *self);

/* Unmounts it, which may take as long as writing what the kernel still holds, and switches it off.
 * FALSE when it must not be taken out yet: IC_ERROR_UNSUPPORTED without UDisks2, IC_ERROR_BUSY when
 * somebody uses it.
 */
gboolean ic_stick_release (IcStick *self, GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcStick, ic_stick_free)

G_END_DECLS
