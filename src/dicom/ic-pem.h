/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Certificates and keys: the files that people named, read whole by us, as the workers that use
 * them open none. What is in them only a worker looks at.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* *out is NULL where @path is "". Fails with IC_ERROR_TLS, naming the file, also when that is
 * empty: workers take no contents for none wanted.
 */
gboolean ic_pem_load (const char *path, GBytes **out, GError **error);

/* The same for a private key, which must be closed to those who are neither its owner nor in its
 * group: a data directory that many share has a group.
 */
gboolean ic_pem_load_key (const char *path, GBytes **out, GError **error);

G_END_DECLS
