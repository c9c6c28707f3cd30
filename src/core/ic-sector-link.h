/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sectors of a disc over a socket: the worker that holds the drive serves them, the one that
 * understands what is on the disc asks for them as if it had a file. So the one needs no drive and
 * the other no knowledge, and no cache of this machine lies between. Each end belongs to one
 * thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Reads at most @size bytes at @offset, a multiple of 2048 both; the number of bytes, 0 at the end
 * of the disc, -1 for a read error.
 */
typedef gssize (*IcSectorReadFunc) (guint64 offset, void *buffer, gsize size, gpointer user_data);

/* A connected pair, closed on exec; both to be closed by the caller. FALSE with errno. */
gboolean ic_sector_link_open (int fds[2]);

gboolean ic_sector_link_is_one (int fd);

/* Like pread(), with fewer bytes more often; errno EIO for what the drive cannot read. */
gssize ic_sector_link_read (int fd, void *buffer, gsize size, guint64 offset);

/* The size of what can be read; 0 when the other end does not say. */
guint64 ic_sector_link_get_size (int fd);

/* Serves the other end until that is closed. */
void ic_sector_link_serve (int fd, guint64 size_bytes, IcSectorReadFunc read, gpointer user_data);

G_END_DECLS
