/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a MANIFEST.TXT. What is taken is exactly what we would have written. */
#include "domain/ic-manifest.h"
#include "fuzz-input.h"

#include <string.h>

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr(GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr(GError) error = NULL;
  g_autoptr(IcManifest) manifest = ic_manifest_parse (bytes, &error);
  g_autoptr(GString) again = g_string_new (NULL);
  GArray *entries = NULL;

  g_assert_true ((manifest == NULL) == (error != NULL));
  if (manifest == NULL)
    return 0;
  entries = ic_manifest_get_entries (manifest);
  for (guint i = 0; i < entries->len; i++)
    {
      const IcManifestEntry *entry = &g_array_index (entries, IcManifestEntry, i);

      g_assert_cmpstr (ic_manifest_lookup (manifest, entry->path), ==, entry->sha256);
      g_string_append_printf (again, "%s  %s\n", entry->sha256, entry->path);
    }
  g_assert_cmpmem (data, size, again->str, again->len);
  return 0;
}
