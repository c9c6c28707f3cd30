/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One frame of an image before anybody has chosen a window: its samples, what turns them into
 * modality values and those into grey. It crosses from the parse worker once; windowing, zooming
 * and overlays happen where it is shown. Immutable, reference counted, travels between threads.
 */
#pragma once

#include "picture/ic-picture.h"
#include "picture/ic-voi.h"

G_BEGIN_DECLS

/* Samples in the byte order of this machine, rows from the top without gaps. */
typedef enum
{
  IC_FRAME_U8,
  IC_FRAME_U16,
  IC_FRAME_S16,
  IC_FRAME_F32,
  IC_FRAME_RGB, /* three bytes a pixel; nothing below but the geometry applies to it */
  IC_FRAME_N_FORMATS,
} IcFrameFormat;

typedef struct
{
  guint columns;
  guint rows;
  double aspect; /* height of a pixel divided by its width; 1 where nothing is said */
  IcFrameFormat format;
  double slope; /* modality value = sample × slope + intercept */
  double intercept;
  gboolean inverted; /* MONOCHROME1 */
  gboolean has_padding;
  double padding_low; /* samples from here */
  double padding_high;
  double low; /* modality values to show where the file proposes neither table nor window */
  double high;
  IcLut *voi_lut;  /* or NULL */
  GArray *windows; /* of IcVoiWindow, valid ones, as the file proposes them */
  GBytes *samples;
} IcFrame;

/* An empty one, for whoever decodes: samples must be set. */
IcFrame *ic_frame_new (void);

/* The same picture but for its samples, which must be set. */
IcFrame *ic_frame_copy_without_samples (const IcFrame *self);
IcFrame *ic_frame_ref (IcFrame *self);
void ic_frame_unref (IcFrame *self);

/* 0 for what is not a format. */
guint ic_frame_format_get_bytes (IcFrameFormat format);

/* How the file wants to be seen: its table, its first window, else the range of values. The table
 * stays the frame's.
 */
IcGrey ic_frame_get_default_grey (const IcFrame *self);

/* For the wire: a few numbers (floating) and the bulk, which goes into shared memory. */
#define IC_FRAME_VARIANT "(uududdbbdddda(ddu)(iuu))"
GVariant *ic_frame_pack (IcFrame *self, GBytes **content);

/* NULL when @numbers and @content do not fit each other: the other side is not trusted. References
 * @content.
 */
IcFrame *ic_frame_unpack (GVariant *numbers, GBytes *content);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcFrame, ic_frame_unref)

G_END_DECLS
