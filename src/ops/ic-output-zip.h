/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes a file-set into a ZIP archive, for portals and file transfer. The names are those of the
 * medium; there is no standard profile for it. Belongs to the thread of a job.
 */
#pragma once

#include "core/ic-progress.h"
#include "disc/ic-file-set.h"
#include "store/ic-data-dir.h"

G_BEGIN_DECLS

/* @fd: an empty file, which stays the caller's. The bytes are with the disk when this returns.
 * IC_ERROR_READ_FAILED when a stored image is not what it was, IC_ERROR_WRITE_FAILED,
 * IC_ERROR_NO_SPACE, or cancelled.
 */
gboolean ic_output_zip_write (int fd,
                              IcDataDir *data_dir,
                              IcFileSet *file_set,
                              IcProgress *progress,
                              GCancellable *cancellable,
                              GError **error);

G_END_DECLS
