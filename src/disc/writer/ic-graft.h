/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Feeds the contents of planned files to libisofs. libisofs itself fills a file that vanished or
 * shrank with zeros and goes on; these streams end the image instead and keep the first reason.
 * They also read in large blocks, where libisofs asks for one sector at a time. Streams run on
 * the writer thread of libisofs; the failure may be asked for from any thread.
 */
#pragma once

#include "disc/writer/ic-image-plan.h"
#include "disc/writer/ic-libburnia.h"

G_BEGIN_DECLS

typedef struct _IcGraft IcGraft;

/* @cancellable, when it fires, ends the streams like a failure does. */
IcGraft *ic_graft_new (void);
void ic_graft_free (IcGraft *self);
void ic_graft_set_cancellable (IcGraft *self, GCancellable *cancellable);

/* A new stream for @file, which must stay where it is and outlive it like @self. Looks at the
 * source and notes its size: IC_ERROR_READ_FAILED, IC_ERROR_CONFLICT when it is not of the expected
 * size, IC_ERROR_UNSUPPORTED from 4 GiB on.
 */
IsoStream *ic_graft_stream_new (IcGraft *self, IcImageFile *file, GError **error);

/* TRUE as soon as a stream has failed. */
gboolean ic_graft_has_failed (IcGraft *self);

/* Sets @error to a copy of the first failure and returns TRUE when there was one. */
gboolean ic_graft_get_error (IcGraft *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcGraft, ic_graft_free)

G_END_DECLS
