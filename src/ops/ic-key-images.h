/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Has the key image of every series of an export rendered by the parse workers: the middle one of
 * its images. A series without a picture is in the answer too, with the reason. Belongs to the
 * thread of a job.
 */
#pragma once

#include "core/ic-progress.h"
#include "disc/ic-key-image.h"
#include "ops/ic-desk.h"

G_BEGIN_DECLS

/* @studies: of IcStudy, from the store. Series UID to IcKeyImage, for g_hash_table_unref(); NULL
 * only when cancelled: pictures are no reason to stop an export. @n_failed: series that hold images
 * and have no picture.
 */
GHashTable *ic_key_images_make (IcDesk *desk,
                                GPtrArray *studies,
                                guint *n_failed,
                                IcProgress *progress,
                                GCancellable *cancellable,
                                GError **error);

G_END_DECLS
