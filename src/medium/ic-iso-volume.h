/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the descriptors and directory records of ISO 9660 say that libarchive does not hand on. All
 * of it is taken for hostile. Private to this folder.
 */
#pragma once

#include <gio/gio.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* As pread(), of a file or device, or of a sector link. */
gssize ic_iso_volume_read (int fd, gboolean is_link, void *buffer, gsize size, off_t offset);

/* What the volume descriptor says of the size in bytes (ISO 9660 8.4.8); 0 without one. */
guint64 ic_iso_volume_get_size (int fd);

/* Whether there is a second tree of names, by Joliet. */
gboolean ic_iso_volume_has_joliet (int fd);

/* Whether every file has the same place and size under both of its names, those of ISO 9660 and of
 * Joliet: Windows goes by the latter. TRUE where there is only one tree, and FALSE in @is_same when
 * one makes no sense. Fails with IC_ERROR_READ_FAILED or G_IO_ERROR_CANCELLED.
 */
gboolean ic_iso_volume_compare_trees (int fd,
                                      gboolean *is_same,
                                      GCancellable *cancellable,
                                      GError **error);

G_END_DECLS
