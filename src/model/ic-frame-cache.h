/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames that were decoded, up to a number of bytes and a number of frames: what was not looked at
 * for longest goes first. Every frame is a mapping of its own, of which a process has 65,530. Not
 * thread-safe by itself.
 */
#pragma once

#include "picture/ic-frame.h"

G_BEGIN_DECLS

typedef struct _IcFrameCache IcFrameCache;

IcFrameCache *ic_frame_cache_new (guint64 max_bytes, guint max_frames);
void ic_frame_cache_free (IcFrameCache *self);

/* References @frame, which may push out every other, but stays itself, however large. */
void ic_frame_cache_insert (IcFrameCache *self, const char *key, IcFrame *frame);

/* NULL when it is not there; counts as a look. Borrowed. */
IcFrame *ic_frame_cache_look_up (IcFrameCache *self, const char *key);

guint64 ic_frame_cache_get_bytes (IcFrameCache *self);
guint ic_frame_cache_count (IcFrameCache *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcFrameCache, ic_frame_cache_free)

G_END_DECLS
