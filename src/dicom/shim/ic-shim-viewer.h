/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the viewer on a medium gets of one DICOM file: its header, and its frames in a form that a
 * browser can decode, written one after the other into a descriptor. One frame is what it needs in
 * memory. Parses foreign bytes: for workers only.
 */
#pragma once

#include "dicom/shim/ic-shim-transcode.h"
#include "domain/ic-viewer-image.h"
#include "sidecar/ic-frame-encoder.h"

G_BEGIN_DECLS

/* Reads @fd from its start and writes to @output_fd from where it stands; neither is closed. First
 * comes the header: the file up to its pixels, in Explicit VR Little Endian (PS3.5 A.2) though the
 * meta header stays what it was; without long values where there are no pixels, and without the
 * document of an encapsulated one. Then the frames as @quality, not NONE, asks for them. What
 * stands behind the sizes that the answer names is to be ignored.
 *
 * A file that cannot be shown gets the reason, and its header where it has a good one. NULL only
 * when the output cannot be written (IC_ERROR_WRITE_FAILED, IC_ERROR_NO_SPACE) or when cancelled.
 * @frame_done may be NULL. Needs ic_shim_picture_init().
 */
IcViewerImage *ic_shim_pack_for_viewer (int fd,
                                        int output_fd,
                                        IcViewerQuality quality,
                                        IcFrameEncoder *encoder,
                                        IcShimFrameFunc frame_done,
                                        gpointer user_data,
                                        GCancellable *cancellable,
                                        GError **error);

G_END_DECLS
