/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which images go on which of several media, when one does not hold all of them. A study stays
 * together where it fits on a medium by itself, else a series, else images; no file-set spans media
 * (PS3.10 8.1), so every part becomes a file-set of its own. Pure.
 */
#pragma once

#include "domain/ic-study.h"

G_BEGIN_DECLS

/* What a medium has to hold at least. */
#define IC_VOLUME_MIN_BYTES (8 * 1024 * 1024)

/* What an instance takes on a medium besides its own file. */
typedef guint64 (*IcVolumeExtraFunc) (const IcInstance *instance, gpointer user_data);

/* @studies: of IcStudy; @extra may be NULL. Returns one GPtrArray of IcStudy for each medium, in
 * the order of @studies; parts of a study are copies with fewer series or instances. What describes
 * the images is allowed for generously; the file-set that is laid out is measured again before it
 * is written. Fails with IC_ERROR_NO_SPACE, naming the instance, when one fits on no medium:
 * *@needed_bytes would do.
 */
GPtrArray *ic_volume_split (GPtrArray *studies,
                            guint64 capacity_bytes,
                            IcVolumeExtraFunc extra,
                            gpointer user_data,
                            guint64 *needed_bytes,
                            GError **error);

/* The images alone: a medium that holds less than that cannot hold them all. */
guint64 ic_volume_measure_images (GPtrArray *studies);

/* "cd", "dvd", "dvd-dl", "bd", or a number of bytes from IC_VOLUME_MIN_BYTES on; FALSE for others.
 */
gboolean ic_volume_parse_capacity (const char *text, guint64 *capacity_bytes);

G_END_DECLS
