/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "picture/ic-picture.h"

/* What is stranger than this is a mistake of the writer. */
#define ASPECT_MAX 8.0

IcPicture *
ic_picture_new (guint columns, guint rows, guint channels, GBytes *pixels)
{
  IcPicture *self = NULL;

  if (columns == 0 || rows == 0 || columns > G_MAXUINT16 || rows > G_MAXUINT16 ||
      (channels != 1 && channels != 3) ||
      g_bytes_get_size (pixels) != (gsize) columns * rows * channels)
    return NULL;
  self = g_atomic_rc_box_new0 (IcPicture);
  self->columns = columns;
  self->rows = rows;
  self->channels = channels;
  self->pixels = g_bytes_ref (pixels);
  return self;
}

static void
clear (gpointer data)
{
  g_bytes_unref (((IcPicture *) data)->pixels);
}

IcPicture *
ic_picture_ref (IcPicture *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
ic_picture_unref (IcPicture *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

void
ic_picture_fit (guint *columns, guint *rows, double aspect, guint edge)
{
  const gboolean is_sensible = aspect >= 1 / ASPECT_MAX && aspect <= ASPECT_MAX;
  double width = *columns;
  double height = *rows;
  double shrink = 1;

  if (is_sensible && aspect > 1)
    width /= aspect;
  else if (is_sensible)
    height *= aspect;
  shrink = MIN (1, edge / MAX (width, height));
  *columns = CLAMP ((guint) (width * shrink + 0.5), 1, *columns);
  *rows = CLAMP ((guint) (height * shrink + 0.5), 1, *rows);
}
