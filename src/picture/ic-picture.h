/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A picture that is ready to be looked at: 8-bit grey or RGB, square pixels, rows from the top
 * without gaps. Not for diagnosis. Immutable, reference counted, travels between threads.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  guint columns;
  guint rows;
  guint channels; /* 1: grey, 3: red, green, blue */
  GBytes *pixels;
} IcPicture;

/* NULL when @pixels, which is referenced, has not just the bytes that the others ask for. */
IcPicture *ic_picture_new (guint columns, guint rows, guint channels, GBytes *pixels);
IcPicture *ic_picture_ref (IcPicture *self);
void ic_picture_unref (IcPicture *self);

/* The largest size of at most @edge by @edge in which an image of @columns by @rows keeps its
 * proportions; never more than it has. @aspect: height of a pixel divided by its width.
 */
void ic_picture_fit (guint *columns, guint *rows, double aspect, guint edge);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcPicture, ic_picture_unref)

G_END_DECLS
