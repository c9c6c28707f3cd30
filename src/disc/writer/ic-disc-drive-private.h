/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What burning needs of a drive beyond looking at it. Private to this folder. */
#pragma once

#include "disc/writer/ic-disc-drive.h"
#include "disc/writer/ic-libburnia.h"

G_BEGIN_DECLS

struct burn_drive *ic_disc_drive_get_handle (IcDiscDrive *self);

/* What is in it, once the drive has made up its mind. */
IcDiscContent ic_disc_drive_get_content (IcDiscDrive *self);

/* Rewritable media that are never blank to libburn's mind: DVD+RW, DVD-RAM, BD-RE. */
gboolean ic_disc_drive_is_overwritable (IcDiscDrive *self);

/* Empties a rewritable disc. IC_ERROR_WRITE_FAILED when it is not empty afterwards. */
gboolean ic_disc_drive_blank (IcDiscDrive *self, GError **error);

G_END_DECLS
