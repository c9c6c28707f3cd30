/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Renders the frames of one DICOM file: small pictures for lists and web pages, or the samples as
 * they were taken with what is needed to window them. Presentation states and overlays are not
 * applied. One object belongs to one thread.
 */
#pragma once

#include "picture/ic-frame.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _IcShimPicture IcShimPicture;

/* Once, after ic_shim_init(). */
void ic_shim_picture_init (void);

/* Reads all but the pixels. @fd and @cancellable must live as long as the object; the offset of @fd
 * does not matter. Fails with IC_ERROR_UNSUPPORTED for what has no picture or one that cannot be
 * shown, with IC_ERROR_BAD_DATA, IC_ERROR_READ_FAILED, or cancelled.
 */
IcShimPicture *ic_shim_picture_open (int fd, GCancellable *cancellable, GError **error);
void ic_shim_picture_free (IcShimPicture *self);

/* At least 1; what the file says, whether it has them or not. */
guint ic_shim_picture_count_frames (IcShimPicture *self);

#define IC_SHIM_PICTURE_WHOLE 0

/* Frame @frame, counted from 0, at most @edge pixels wide and high, as the file itself wants to be
 * seen: its VOI LUT, else its first window, else all values. IC_SHIM_PICTURE_WHOLE: every pixel as
 * it is, square or not.
 */
IcPicture *ic_shim_picture_render (IcShimPicture *self, guint frame, guint edge, GError **error);

/* The same frame in full size before any window. */
IcFrame *ic_shim_picture_read_frame (IcShimPicture *self, guint frame, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcShimPicture, ic_shim_picture_free)

G_END_DECLS
