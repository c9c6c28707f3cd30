/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The libburn side: one image onto the medium in one drive, from grabbing the drive to the
 * verdict. Private to this folder. The address may be a device or "stdio:/path", the drive of
 * tests and demonstrations.
 */
#pragma once

#include "disc/writer/ic-image-writer.h"
#include "disc/writer/ic-iso-image.h"

G_BEGIN_DECLS

/* See ic_image_writer_write_disc(). */
gboolean ic_disc_burn (IcIsoImage *image,
                       const char *address,
                       const IcBurnOptions *options,
                       GCancellable *cancellable,
                       GError **error);

G_END_DECLS
