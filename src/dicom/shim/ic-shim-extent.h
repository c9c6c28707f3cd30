/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a DICOM file is all there: every announced length ends inside it, every open sequence is
 * closed. A header alone does not tell: a data set that was cut off in its pixels has a good one.
 * Values are not looked at.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Reads @fd with pread(), element heads only, without trust in any of them. FALSE with
 * IC_ERROR_BAD_DATA when the data set ends before its own end (PS3.5 7.1, 7.5, A.4), or with
 * G_IO_ERROR_CANCELLED. TRUE when it is whole, and also where that cannot be told: deflated, big
 * endian or not in the form of PS3.10.
 */
gboolean ic_shim_check_extent (int fd, GCancellable *cancellable, GError **error);

G_END_DECLS
