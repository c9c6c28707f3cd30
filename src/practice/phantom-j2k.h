/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JPEG 2000 lossless through OpenJPEG: a bare codestream as DICOM wants it (PS3.5 A.4.4). */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* @pixels: @width x @height grey values of @bits bits. Single-threaded, so the bytes never vary.
 * IC_ERROR_INTERNAL when OpenJPEG refuses.
 */
GBytes *phantom_j2k_encode (const guint16 *pixels, int width, int height, int bits, GError **error);

G_END_DECLS
