/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/ic-manifest.h"

#include "core/ic-error.h"

#include <string.h>

#define HEX_LENGTH 64
#define SEPARATOR "  " /* text mode; sha256sum reads both */
#define PATH_START (HEX_LENGTH + 2)

struct _IcManifest
{
  IcTexts *texts;
  GArray *entries;     /* of IcManifestEntry */
  GHashTable *by_path; /* path → digest, both of texts */
  guint n_lines;       /* that were parsed */
  GByteArray *rest;    /* the beginning of a line */
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

IcManifest *
ic_manifest_new (IcTexts *texts)
{
  IcManifest *self = g_new0 (IcManifest, 1);

  self->texts = texts != NULL ? ic_texts_ref (texts) : ic_texts_new ();
  self->entries = g_array_new (FALSE, FALSE, sizeof (IcManifestEntry));
  self->by_path = g_hash_table_new (g_str_hash, g_str_equal);
  self->rest = g_byte_array_new ();
  return self;
}

void
ic_manifest_free (IcManifest *self)
{
  g_hash_table_unref (self->by_path);
  g_array_unref (self->entries);
  g_byte_array_unref (self->rest);
  ic_texts_unref (self->texts);
  g_free (self);
}

gboolean
ic_manifest_add (IcManifest *self, const char *path, const char *sha256, GError **error)
{
  IcManifestEntry entry = { NULL };
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
  entry.path = ic_texts_keep (self->texts, path);
  entry.sha256 = ic_texts_keep (self->texts, sha256);
  g_array_append_val (self->entries, entry);
  g_hash_table_insert (self->by_path, (gpointer) entry.path, (gpointer) entry.sha256);
  return TRUE;
}

GArray *
ic_manifest_get_entries (IcManifest *self)
{
  return self->entries;
}

const char *
ic_manifest_lookup (IcManifest *self, const char *path)
{
  return g_hash_table_lookup (self->by_path, path);
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

static gboolean
take_line (IcManifest *self, const char *line, gsize length, GError **error)
{
  self->n_lines++;
  if (parse_line (self, line, length, error))
    return TRUE;
  g_prefix_error (error, "manifest line %u: ", self->n_lines);
  return FALSE;
}

/* What is too long for a line is none, whatever comes. */
static gboolean
keep_rest (IcManifest *self, const char *data, gsize size, GError **error)
{
  if (size > 0)
    g_byte_array_append (self->rest, (const guint8 *) data, (guint) size);
  return self->rest->len <= PATH_START + IC_MANIFEST_MAX_PATH ||
         take_line (self, (const char *) self->rest->data, self->rest->len, error);
}

gboolean
ic_manifest_add_piece (IcManifest *self, gconstpointer data, gsize size, GError **error)
{
  const char *at = data;
  const char *end = at + size;
  const char *feed = NULL;

  while (at < end && (feed = memchr (at, '\n', end - at)) != NULL)
    {
      gboolean ok = FALSE;

      if (self->rest->len == 0)
        ok = take_line (self, at, feed - at, error);
      else
        ok = keep_rest (self, at, feed - at, error) &&
             take_line (self, (const char *) self->rest->data, self->rest->len, error);
      if (!ok)
        return FALSE;
      g_byte_array_set_size (self->rest, 0);
      at = feed + 1;
    }
  return keep_rest (self, at, end - at, error);
}

gboolean
ic_manifest_finish (IcManifest *self, GError **error)
{
  if (self->rest->len == 0)
    return TRUE;
  g_set_error (error, IC_ERROR, IC_ERROR_BAD_DATA, "manifest line %u: cut off", self->n_lines + 1);
  return FALSE;
}

IcManifest *
ic_manifest_parse (GBytes *bytes, GError **error)
{
  g_autoptr(IcManifest) self = ic_manifest_new (NULL);
  gsize size = 0;
  gconstpointer data = g_bytes_get_data (bytes, &size);

  if (!ic_manifest_add_piece (self, data, size, error) || !ic_manifest_finish (self, error))
    return NULL;
  return g_steal_pointer (&self);
}
