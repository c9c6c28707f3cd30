/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The drives of this machine at the foot of the sidebar, a line each: what is in it, or how far it
 * is with writing. Without a drive there is nothing to see.
 */
#pragma once

#include "model/ic-drive-watch.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define IC_TYPE_DRIVE_LIST (ic_drive_list_get_type ())
G_DECLARE_FINAL_TYPE (IcDriveList, ic_drive_list, IC, DRIVE_LIST, AdwBin)

/* Once. */
void ic_drive_list_set_watch (IcDriveList *self, IcDriveWatch *watch);

G_END_DECLS
