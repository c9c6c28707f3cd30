/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The libisofs side of a planned image: its tree, its options, its exact size and the stream of
 * its sectors. Private to this folder. The stream is made by a thread of libisofs that lives from
 * ic_iso_image_start() to ic_iso_image_stop().
 */
#pragma once

#include "disc/writer/ic-graft.h"

G_BEGIN_DECLS

typedef struct _IcIsoImage IcIsoImage;

IcIsoImage *ic_iso_image_new (IcImagePlan *plan, GError **error);
void ic_iso_image_free (IcIsoImage *self);
guint64 ic_iso_image_get_size_bytes (IcIsoImage *self);

/* Starts the stream, which runs ahead of its reader by up to @ahead_bytes. The source belongs to
 * @self. NULL with IC_ERROR_INTERNAL or, when the size is
 * not the announced one any more, IC_ERROR_CONFLICT.
 */
struct burn_source *ic_iso_image_start (IcIsoImage *self,
                                        gsize ahead_bytes,
                                        GCancellable *cancellable,
                                        GError **error);

/* Ends the stream, finished or not. */
void ic_iso_image_stop (IcIsoImage *self);

/* Reads the next @size bytes of the started stream, fewer only at its end. -1 when there is no
 * more although there should be; ic_iso_image_check() then knows why.
 */
gssize ic_iso_image_read (IcIsoImage *self, guint8 *buffer, gsize size);

/* TRUE as soon as a source has failed, from any thread. */
gboolean ic_iso_image_has_failed (IcIsoImage *self);

/* FALSE with the first failure of a source, else of libisofs. */
gboolean ic_iso_image_check (IcIsoImage *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcIsoImage, ic_iso_image_free)

G_END_DECLS
