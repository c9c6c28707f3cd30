/* SPDX-License-Identifier: GPL-3.0-or-later */
/* XXH3-128: says as surely as a digest that bytes were not changed by accident, at a tenth of the
 * cost, and nothing against who changes them on purpose. Kept beside the SHA-256 of a file, and
 * never in its place.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define IC_CHECKSUM_SIZE 16     /* bytes */
#define IC_CHECKSUM_HEX_SIZE 33 /* with the terminating NUL */

typedef struct _IcChecksum IcChecksum;

IcChecksum *ic_checksum_new (void);
void ic_checksum_free (IcChecksum *self);
void ic_checksum_update (IcChecksum *self, gconstpointer data, gsize size_bytes);

/* Writes the checksum of everything so far as lower-case hexadecimal into @hex and starts anew. */
void ic_checksum_finish_hex (IcChecksum *self, char hex[IC_CHECKSUM_HEX_SIZE]);

/* Whether @text is one as above, or "" for none. */
gboolean ic_checksum_is_valid (const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcChecksum, ic_checksum_free)

G_END_DECLS
