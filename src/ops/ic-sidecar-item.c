/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-sidecar-item.h"

void
ic_sidecar_item_set (IcSidecarItem *self, const IcViewerImage *image)
{
  *self = (IcSidecarItem){
    .encoding = (guint8) image->encoding,
    .reason = (guint8) image->reason,
    .bytes = (guint8) image->bytes,
    .samples = (guint8) image->samples,
    .columns = (guint16) MIN (image->columns, G_MAXUINT16), /* those of a picture do not need it */
    .rows = (guint16) MIN (image->rows, G_MAXUINT16),
    .header_bytes = image->header_bytes,
    .n_frames = image->n_frames,
    .syntax_uid = image->syntax_uid,
  };
  if (image->n_frames == 1)
    self->frame_bytes.one = image->frame_bytes[0];
  else
    self->frame_bytes.more =
        g_memdup2 (image->frame_bytes, image->n_frames * sizeof *image->frame_bytes);
}

void
ic_sidecar_item_clear (IcSidecarItem *self)
{
  if (self->n_frames != 1)
    g_free (self->frame_bytes.more);
}

IcViewerImage
ic_sidecar_item_get (IcSidecarItem *self)
{
  return (IcViewerImage){
    .encoding = self->encoding,
    .reason = self->reason,
    .bytes = self->bytes,
    .samples = self->samples,
    .columns = self->columns,
    .rows = self->rows,
    .syntax_uid = self->syntax_uid,
    .header_bytes = self->header_bytes,
    .n_frames = self->n_frames,
    .frame_bytes = self->n_frames == 1 ? &self->frame_bytes.one : self->frame_bytes.more,
  };
}
