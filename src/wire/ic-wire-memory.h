/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is too bulky for a message goes in a sealed memfd beside it: the receiver may map it, and
 * the sender can no longer change or shorten it under the receiver's feet. Any thread.
 */
#pragma once

#include <gio/gunixfdlist.h>

G_BEGIN_DECLS

/* Writes all of it, blocking; FALSE with errno. */
gboolean ic_wire_memory_write (int fd, const char *data, gsize size);

/* A descriptor of its own with a copy of @bytes, sealed; -1 with @error. */
int ic_wire_memory_new (GBytes *bytes, GError **error);

/* For whoever answers with @content beside @reply (floating), whose handle 0 it is. NULL with
 * @error.
 */
GVariant *ic_wire_memory_hand_over (GBytes *content,
                                    GVariant *reply,
                                    GUnixFDList **out_fds,
                                    GError **error);

/* The same in two steps, for who writes it himself between them: an empty one, and the seal, which
 * takes @fd and returns it when it went well.
 */
int ic_wire_memory_open (GError **error);
int ic_wire_memory_seal (int fd, GError **error);

/* Maps all of @fd, which stays the caller's and may be closed. NULL with IC_ERROR_BAD_DATA when it
 * is not a sealed memfd.
 */
GBytes *ic_wire_memory_map (int fd, GError **error);

/* The same for what an answer left in @fds, or NULL, at @handle. */
GBytes *ic_wire_memory_map_handle (GUnixFDList *fds, GVariant *handle, GError **error);

G_END_DECLS
