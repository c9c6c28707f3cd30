/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames as the viewer on the disc reads them: each sample as the difference to what its
 * neighbours let expect (the median edge detector of JPEG-LS), cut into planes of bytes, one raw
 * deflate stream a frame (RFC 1951). A browser undoes that without WebAssembly. One encoder
 * belongs to one thread.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _IcFrameEncoder IcFrameEncoder;

/* How the samples of one frame stand in memory: unsigned, little endian, rows from the top without
 * gaps.
 */
typedef struct
{
  guint columns;
  guint rows;
  guint samples;      /* of a pixel */
  guint bytes;        /* of a sample: 1, 2 or 4 */
  gboolean is_planar; /* one sample of all pixels, then the next */
} IcSampleGrid;

IcFrameEncoder *ic_frame_encoder_new (void);
void ic_frame_encoder_free (IcFrameEncoder *self);

/* Predicts and deflates the frame at @data, which has columns × rows × samples × bytes bytes. What
 * inflates from it is one plane of all low bytes, then of the next, for each sample in turn. The
 * stream is borrowed until the next call. NULL with IC_ERROR_BAD_DATA when it asks for more memory
 * than there is.
 */
const guint8 *ic_frame_encoder_pack_samples (IcFrameEncoder *self,
                                             const IcSampleGrid *grid,
                                             const guint8 *data,
                                             gsize *n_packed,
                                             GError **error);

/* Deflates @n_bytes as they are. */
const guint8 *ic_frame_encoder_pack_bytes (IcFrameEncoder *self,
                                           const guint8 *data,
                                           gsize n_bytes,
                                           gsize *n_packed,
                                           GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcFrameEncoder, ic_frame_encoder_free)

G_END_DECLS
