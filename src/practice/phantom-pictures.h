/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Draws the pictures of the practice archive and writes every object of the catalogue. The work
 * is spread over all processors; the bytes do not depend on how.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Writes IM000001, IM000002 … in catalogue order into @directory, which exists. The first error
 * is reported, as of ic_shim_object_save().
 */
gboolean phantom_pictures_write (const char *directory, GError **error);

G_END_DECLS
