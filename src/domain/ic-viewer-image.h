/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the viewer on a medium gets of one instance beside its header: how its frames are encoded
 * and how long each of them is, or why there are none. It comes from a worker that read foreign
 * bytes, and is believed only as far as it agrees with itself. Immutable, reference counted.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How much of the pixels the viewer is given. */
typedef enum
{
  IC_VIEWER_NONE,     /* there is no viewer at all */
  IC_VIEWER_PREVIEW,  /* JPEG of 8 bits at the window that each file proposes */
  IC_VIEWER_LOSSLESS, /* every value */
  IC_VIEWER_N_QUALITIES,
} IcViewerQuality;

/* "none", "preview", "lossless"; FALSE for other names. */
gboolean ic_viewer_quality_parse (const char *name, IcViewerQuality *quality);
const char *ic_viewer_quality_get_name (IcViewerQuality quality);

/* What a medium would have to hold with each. */
typedef struct
{
  guint64 room_bytes; /* what it has; 0 when nothing is known */
  guint64 needed_bytes[IC_VIEWER_N_QUALITIES];
} IcViewerSizes;

typedef enum
{
  IC_VIEWER_NOTHING, /* @reason says why */
  IC_VIEWER_SAMPLES, /* predicted and deflated, see ic-frame-encoder.h */
  IC_VIEWER_BITS,    /* the bytes of the frame, deflated */
  IC_VIEWER_SOURCE,  /* compressed as in the file */
  IC_VIEWER_JPEG,    /* of 8 bits, for preview */
  IC_VIEWER_FILE,    /* a document */
  IC_VIEWER_N_ENCODINGS,
} IcViewerEncoding;

typedef enum
{
  IC_VIEWER_OK,
  IC_VIEWER_NO_PIXELS,
  IC_VIEWER_UNSUPPORTED,
  IC_VIEWER_DAMAGED,
  IC_VIEWER_TOO_LARGE,
  IC_VIEWER_N_REASONS,
} IcViewerReason;

#define IC_VIEWER_FRAMES_MAX 65536
#define IC_VIEWER_HEADER_MAX (64 * 1024 * 1024)

typedef struct
{
  IcViewerEncoding encoding;
  IcViewerReason reason;
  guint bytes;   /* of a sample of the frames: 1, 2, 4 or 8 */
  guint samples; /* of a pixel */
  guint columns; /* of the frames as they are encoded */
  guint rows;
  const char *syntax_uid; /* of what is encoded as in the file; else "". Static */
  guint32 header_bytes;
  guint n_frames;
  guint32 *frame_bytes;
} IcViewerImage;

/* The words of VIEWER/DATA: "med", "damaged"… */
const char *ic_viewer_image_get_encoding (const IcViewerImage *self);
const char *ic_viewer_image_get_reason (const IcViewerImage *self);

/* @syntax_uid must be one of ic-transfer-syntax.h, or "". @frame_bytes is copied. */
IcViewerImage *ic_viewer_image_new (const IcViewerImage *values);
IcViewerImage *ic_viewer_image_ref (IcViewerImage *self);
void ic_viewer_image_unref (IcViewerImage *self);

/* All frames together; and what they are when they are decoded. */
guint64 ic_viewer_image_sum_frame_bytes (const IcViewerImage *self);
guint64 ic_viewer_image_sum_pixel_bytes (const IcViewerImage *self);

/* For the wire; floating. */
#define IC_VIEWER_IMAGE_VARIANT "(uuuuuusuau)"
GVariant *ic_viewer_image_pack (const IcViewerImage *self);

/* NULL when @packed contradicts itself. */
IcViewerImage *ic_viewer_image_unpack (GVariant *packed);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcViewerImage, ic_viewer_image_unref)

G_END_DECLS
