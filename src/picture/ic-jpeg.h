/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JPEG of 8 bits through libjpeg-turbo: pictures for web pages are written, frames of DICOM are
 * read. To be used where foreign bytes may be: in a worker. Any thread.
 */
#pragma once

#include "picture/ic-picture.h"

G_BEGIN_DECLS

typedef enum
{
  IC_JPEG_COLOURS_AS_MARKED, /* what the markers of the stream say or imply */
  IC_JPEG_COLOURS_RGB,       /* three components are red, green and blue */
  IC_JPEG_COLOURS_YBR,
} IcJpegColours;

/* NULL with IC_ERROR_INTERNAL when there is no memory. @quality: 1 to 100. */
GBytes *ic_jpeg_encode (const IcPicture *picture, int quality, GError **error);

/* @colours is what the data set says of three components; an Adobe marker in the stream knows
 * better. The picture is made smaller by a power of two on the way, as long as neither side gets
 * shorter than @columns_min and @rows_min: that saves most of the work. Fails with
 * IC_ERROR_BAD_DATA, also when the size is not @columns by @rows.
 */
IcPicture *ic_jpeg_decode (GBytes *stream,
                           IcJpegColours colours,
                           guint columns,
                           guint rows,
                           guint columns_min,
                           guint rows_min,
                           GError **error);

G_END_DECLS
