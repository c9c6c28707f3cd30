/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/ic-manifest.h"

#include "core/ic-error.h"

#include <string.h>

#define HEX_LENGTH 64
#define SEPARATOR "  " /* text mode; sha256sum reads both */
#define PATH_START (HEX_LENGTH + 2)

struct _IcManifest
{
  GPtrArray *entries;
  GHashTable *by_path; /* path → entry, borrowed */
};

static gboolean
is_digest (const char *text)
{
  return strlen (text) == HEX_LENGTH && strspn (text, "0123456789abcdef") == HEX_LENGTH;
}

static gboolean
is_path_character (char c)
{
  return g_ascii_isalnum (c) || c == '_' || c == '-' || c == '.' || c == '/';
}

static gboolean
is_path (const char *path)
{
  g_auto(GStrv) names = NULL;

  if (*path == '\0' || strlen (path) > IC_MANIFEST_MAX_PATH)
    return FALSE;
  for (const char *c = path; *c != '\0'; c++)
    if (!is_path_character (*c))
      return FALSE;
  names = g_strsplit (path, "/", -1);
  for (guint i = 0; names[i] != NULL; i++)
    if (*names[i] == '\0' || g_str_equal (names[i], ".") || g_str_equal (names[i], ".."))
      return FALSE;
  return TRUE;
}

/* In one piece with its texts: there may be very many. */
static IcManifestEntry *
new_entry (const char *path, const char *sha256)
{
  const gsize path_size = strlen (path) + 1;
  IcManifestEntry *entry = g_malloc (sizeof *entry + path_size + HEX_LENGTH + 1);

  entry->path = (char *) (entry + 1);
  memcpy (entry->path, path, path_size);
  entry->sha256 = entry->path + path_size;
  memcpy (entry->sha256, sha256, HEX_LENGTH + 1);
  return entry;
}

IcManifest *
ic_manifest_new (void)
{
  IcManifest *self = g_new0 (IcManifest, 1);

  self->entries = g_ptr_array_new_with_free_func (g_free);
  self->by_path = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

void
ic_manifest_free (IcManifest *self)
{
  g_hash_table_unref (self->by_path);
  g_ptr_array_unref (self->entries);
  g_free (self);
}

gboolean
ic_manifest_add (IcManifest *self, const char *path, const char *sha256, GError **error)
{
  IcManifestEntry *entry = NULL;
  const char *fault = NULL;

  if (!is_digest (sha256))
    fault = "not a SHA-256";
  else if (!is_path (path))
    fault = "not a plain path";
  else if (g_hash_table_contains (self->by_path, path))
    fault = "a path that is there already";
  else if (self->entries->len >= IC_MANIFEST_MAX_ENTRIES)
    fault = "too many files";
  if (fault != NULL)
    {
      g_set_error (error, IC_ERROR, IC_ERROR_BAD_DATA, "%s", fault);
      return FALSE;
    }
  entry = new_entry (path, sha256);
  g_ptr_array_add (self->entries, entry);
  g_hash_table_insert (self->by_path, entry->path, entry);
  return TRUE;
}

GPtrArray *
ic_manifest_get_entries (IcManifest *self)
{
  return self->entries;
}

const char *
ic_manifest_lookup (IcManifest *self, const char *path)
{
  const IcManifestEntry *entry = g_hash_table_lookup (self->by_path, path);

  return entry != NULL ? entry->sha256 : NULL;
}

/* @line has no line feed but may have anything else, NULs included. */
static gboolean
parse_line (IcManifest *self, const char *line, gsize length, GError **error)
{
  char sha256[HEX_LENGTH + 1] = "";
  char path[IC_MANIFEST_MAX_PATH + 1] = "";

  if (length <= PATH_START || length > PATH_START + IC_MANIFEST_MAX_PATH ||
      memchr (line, '\0', length) != NULL ||
      memcmp (line + HEX_LENGTH, SEPARATOR, strlen (SEPARATOR)) != 0)
    {
      g_set_error (error, IC_ERROR, IC_ERROR_BAD_DATA, "not a digest and a path");
      return FALSE;
    }
  memcpy (sha256, line, HEX_LENGTH);
  memcpy (path, line + PATH_START, length - PATH_START);
  return ic_manifest_add (self, path, sha256, error);
}

IcManifest *
ic_manifest_parse (GBytes *bytes, GError **error)
{
  g_autoptr(IcManifest) self = ic_manifest_new ();
  gsize size = 0;
  const char *data = g_bytes_get_data (bytes, &size);
  const char *end = data + size;

  for (guint n = 1; data < end; n++)
    {
      const char *feed = memchr (data, '\n', end - data);

      if (feed == NULL)
        {
          g_set_error (error, IC_ERROR, IC_ERROR_BAD_DATA, "manifest line %u: cut off", n);
          return NULL;
        }
      if (!parse_line (self, data, feed - data, error))
        {
          g_prefix_error (error, "manifest line %u: ", n);
          return NULL;
        }
      data = feed + 1;
    }
  return g_steal_pointer (&self);
}
