/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames of the local store for somebody who scrolls: what is wanted is decoded by a few workers
 * that stay, in the order in which it is wanted, and kept up to a number of bytes. Nothing here
 * waits. Belongs to the main thread.
 */
#pragma once

#include "picture/ic-frame.h"
#include "store/ic-data-dir.h"

#include <glib-object.h>

G_BEGIN_DECLS

#define IC_FRAME_SOURCE_VIEWS 2 /* that look at the same time */

#define IC_TYPE_FRAME_SOURCE (ic_frame_source_get_type ())
G_DECLARE_FINAL_TYPE (IcFrameSource, ic_frame_source, IC, FRAME_SOURCE, GObject)

typedef struct
{
  const char *path; /* of the file, relative to the data directory */
  guint frame;
  gboolean is_document; /* then @frame is a page of the PDF in the file */
} IcFrameAddress;

/* Signal "ready" (const char *path, guint frame): it came, or it is known why not. */
IcFrameSource *ic_frame_source_new (IcDataDir *data_dir, guint64 max_bytes);

/* From now on @view wants these, the first one most, and nothing else. Copies. What could not be
 * read before is tried again when it is wanted most anew.
 */
void ic_frame_source_want (IcFrameSource *self,
                           guint view,
                           const IcFrameAddress *addresses,
                           guint n);

/* NULL without @error: it is not there yet. */
IcFrame *ic_frame_source_dup (IcFrameSource *self, const IcFrameAddress *address, GError **error);

/* Forgets that it could not be read; who wants it gets another answer. */
void ic_frame_source_retry (IcFrameSource *self, const IcFrameAddress *address);

/* How many frames or pages the file says it has; 0 before one was read. */
guint ic_frame_source_count (IcFrameSource *self, const char *path);

guint64 ic_frame_source_get_bytes (IcFrameSource *self);

G_END_DECLS
