/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which images go on which of several media, when one does not hold all of them. A study stays
 * together where it fits on a medium by itself, else a series, else images; no file-set spans media
 * (PS3.10 8.1), so every part becomes a file-set of its own. Pure.
 */
#pragma once

#include "domain/ic-study.h"

G_BEGIN_DECLS

/* What there is room for on a medium, in bytes: nominal sizes of empty ones. */
#define IC_CAPACITY_CD G_GUINT64_CONSTANT (737280000)
#define IC_CAPACITY_DVD G_GUINT64_CONSTANT (4700372992)
#define IC_CAPACITY_DVD_DL G_GUINT64_CONSTANT (8543666176)
#define IC_CAPACITY_BD G_GUINT64_CONSTANT (25025314816)

/* @studies: of IcStudy. Returns one GPtrArray of IcStudy for each medium, in the order of @studies;
 * parts of a study are copies with fewer series or instances. What describes the images is allowed
 * for generously; the file-set that is laid out is measured again before it is written. Fails with
 * IC_ERROR_NO_SPACE, naming the instance, when one fits on no medium.
 */
GPtrArray *ic_volume_split (GPtrArray *studies, guint64 capacity_bytes, GError **error);

G_END_DECLS
