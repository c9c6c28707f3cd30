/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starts a courier-disc worker with exactly the rights it needs. Private to this folder. */
#pragma once

#include "wire/ic-worker.h"

G_BEGIN_DECLS

/* One that may read beneath @folders (NULL-terminated, or NULL) and use the drive @drive (or NULL),
 * whose name, or that of the file that stands in for it, may tell whom the disc is about: the
 * worker gets it in messages, and what it may open as a descriptor. IC_ERROR_NOT_FOUND when there
 * is no such drive.
 */
IcWorker *ic_disc_worker_spawn (const char *const *folders,
                                const char *drive,
                                GCancellable *cancellable,
                                GError **error);

G_END_DECLS
