/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes a DICOM file again in a transfer syntax that needs no codec, for receivers and media that
 * take nothing else. Pixel values, UIDs and every other attribute stay; what changes is what
 * describes the encoding (PS3.5 8, 10, A; PS3.3 C.7.6.3). Frames pass one by one, so that one frame
 * is what it needs in memory. What comes out is to be parsed and hashed again by the caller.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Frames of this file that are done. */
typedef void (*IcShimFrameFunc) (guint done, guint total, gpointer user_data);

/* Reads @fd from its start and writes to @output_fd from where it stands; neither is closed.
 * @transfer_syntax_uid: Implicit or Explicit VR Little Endian. @frame_done may be NULL. Needs
 * ic_shim_picture_init(). IC_ERROR_UNSUPPORTED for pixels that nothing here can unpack and for more
 * than 4 GiB of them, IC_ERROR_BAD_DATA, IC_ERROR_READ_FAILED, IC_ERROR_WRITE_FAILED,
 * IC_ERROR_NO_SPACE, or cancelled.
 */
gboolean ic_shim_transcode (int fd,
                            int output_fd,
                            const char *transfer_syntax_uid,
                            IcShimFrameFunc frame_done,
                            gpointer user_data,
                            GCancellable *cancellable,
                            GError **error);

G_END_DECLS
