/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of files on a medium with their SHA-256, in the format of sha256sum so that anybody can
 * check it. A manifest is filled by one thread and then only read. Parsing takes hostile bytes:
 * it accepts what we write and nothing else.
 */
#pragma once

#include "core/ic-texts.h"

G_BEGIN_DECLS

#define IC_MANIFEST_MAX_ENTRIES 1000000
#define IC_MANIFEST_MAX_PATH 255 /* bytes */

typedef struct
{
  const char *path;   /* relative, components of A-Z a-z 0-9 _ - . separated by '/' */
  const char *sha256; /* 64 lower-case hexadecimal digits */
} IcManifestEntry;

typedef struct _IcManifest IcManifest;

/* With its texts in @texts; NULL for texts of its own. */
IcManifest *ic_manifest_new (IcTexts *texts);
void ic_manifest_free (IcManifest *self);

/* Adds a file. IC_ERROR_BAD_DATA for a path or digest that does not fit the format, and for a
 * path that is there already.
 */
gboolean ic_manifest_add (IcManifest *self, const char *path, const char *sha256, GError **error);

/* Of IcManifestEntry, in the order in which they were added. */
GArray *ic_manifest_get_entries (IcManifest *self);

/* The digest of @path, or NULL. Borrowed. */
const char *ic_manifest_lookup (IcManifest *self, const char *path);

/* Lines of digest, two spaces, path, line feed. Names that sha256sum would escape (backslash, line
 * feed), spaces, ".." and duplicates are refused with IC_ERROR_BAD_DATA, which names the line.
 */
IcManifest *ic_manifest_parse (GBytes *bytes, GError **error);

/* The same piece by piece into @self; at the end ic_manifest_finish() tells whether the last line
 * was whole.
 */
gboolean ic_manifest_add_piece (IcManifest *self, gconstpointer data, gsize size, GError **error);
gboolean ic_manifest_finish (IcManifest *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcManifest, ic_manifest_free)

G_END_DECLS
