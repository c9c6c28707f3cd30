/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SHA-256 through libcrypto, which uses the CPU's instructions for it (GChecksum does not, and is
 * several times slower). A digest is used from one thread at a time.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define IC_DIGEST_SIZE 32     /* bytes */
#define IC_DIGEST_HEX_SIZE 65 /* with the terminating NUL */

typedef struct _IcDigest IcDigest;

IcDigest *ic_digest_new (void);
void ic_digest_free (IcDigest *self);
void ic_digest_update (IcDigest *self, gconstpointer data, gsize size_bytes);

/* Writes the digest of everything so far as lower-case hexadecimal into @hex and starts anew. */
void ic_digest_finish_hex (IcDigest *self, char hex[IC_DIGEST_HEX_SIZE]);

/* The digest of @size_bytes at @data, as hexadecimal; free with g_free(). */
char *ic_digest_dup_hex (gconstpointer data, gsize size_bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcDigest, ic_digest_free)

G_END_DECLS
