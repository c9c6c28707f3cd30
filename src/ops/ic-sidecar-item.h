/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is kept of one packed instance until the scripts are written. There may be hundreds of
 * thousands, most of them with one frame. A plain value.
 */
#pragma once

#include "domain/ic-viewer-image.h"

G_BEGIN_DECLS

typedef struct
{
  guint8 encoding; /* the fields of IcViewerImage, which it has checked */
  guint8 reason;
  guint8 bytes;
  guint8 samples;
  guint16 columns;
  guint16 rows;
  guint32 header_bytes;
  guint32 n_frames;
  const char *syntax_uid;
  union
  {
    guint32 one;
    guint32 *more; /* when there is more than one */
  } frame_bytes;
} IcSidecarItem;

void ic_sidecar_item_set (IcSidecarItem *self, const IcViewerImage *image);
void ic_sidecar_item_clear (IcSidecarItem *self);

/* As it was set, as long as @self stays as and where it is. */
IcViewerImage ic_sidecar_item_get (IcSidecarItem *self);

G_END_DECLS
