/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A script in the making that carries bytes as base64, which is how a page that was opened from a
 * file gets at bytes at all. It is hashed on its way. Belongs to one thread.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _IcScriptFile IcScriptFile;

/* Writes to @fd, which is taken, from where it stands. */
IcScriptFile *ic_script_file_new (int fd);
void ic_script_file_free (IcScriptFile *self);

/* What goes wrong here is told at the end. */
void ic_script_file_print (IcScriptFile *self, const char *ascii);

/* More of the bytes that stand as base64 from the last ic_script_file_print() on. */
void ic_script_file_add (IcScriptFile *self, gconstpointer data, gsize n_bytes);

/* Of all bytes added so far: how many, and their CRC-32 (ISO-HDLC). */
guint64 ic_script_file_get_payload (IcScriptFile *self, guint32 *crc);

/* Everything is with the kernel. @sha256: hexadecimal, of the file; free with g_free().
 * IC_ERROR_WRITE_FAILED or IC_ERROR_NO_SPACE.
 */
gboolean ic_script_file_finish (IcScriptFile *self,
                                char **sha256,
                                guint64 *size_bytes,
                                GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcScriptFile, ic_script_file_free)

G_END_DECLS
