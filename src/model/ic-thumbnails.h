/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small pictures of series for lists, made by the workers in threads of their own and kept in
 * memory only: what is removed from the store leaves no picture behind on disk. Belongs to the main
 * thread.
 */
#pragma once

#include "ops/ic-desk.h"
#include "picture/ic-picture.h"

G_BEGIN_DECLS

#define IC_TYPE_THUMBNAILS (ic_thumbnails_get_type ())
G_DECLARE_FINAL_TYPE (IcThumbnails, ic_thumbnails, IC, THUMBNAILS, GObject)

IcThumbnails *ic_thumbnails_new (IcDesk *desk);

/* @source: name of the node that is asked for one image; "" for what is here. What is cancelled
 * before its turn is not made.
 */
void ic_thumbnails_ask_async (IcThumbnails *self,
                              const char *study_uid,
                              const char *series_uid,
                              const char *source,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
IcPicture *ic_thumbnails_ask_finish (IcThumbnails *self, GAsyncResult *result, GError **error);

/* What is here has changed: what could not be shown may be shown now. */
void ic_thumbnails_forget_failures (IcThumbnails *self);

G_END_DECLS
