/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "disc/writer/ic-image-plan.h"

#include "core/ic-error.h"
#include "core/ic-texts.h"

#include <string.h>

#define MAX_COMPONENTS 8
#define MAX_VOLUME_ID 16
#define MAX_IDENTIFIER 128
#define D_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"

struct _IcImagePlan
{
  char *volume_id;
  gint64 creation_time;
  char *application;
  char *publisher;
  char *preparer;
  IcTexts *texts;
  GArray *files;           /* of IcImageFile, with these texts */
  GHashTable *paths;       /* set of char *, of every file; NULL when finished */
  GHashTable *directories; /* the same, of every directory, with these texts */
};

static gboolean
is_d_characters (const char *text, gsize min_length, gsize max_length)
{
  gsize length = strlen (text);

  return length >= min_length && length <= max_length && strspn (text, D_CHARACTERS) == length;
}

/* ISO 9660 level 1: eight characters, and for a file a dot and up to three more */
static gboolean
is_level_1_name (const char *name, gboolean is_file)
{
  g_auto(GStrv) parts = g_strsplit (name, ".", 2);

  if (parts[0] == NULL || !is_d_characters (parts[0], 1, 8)) /* "" has no parts */
    return FALSE;
  return parts[1] == NULL || (is_file && is_d_characters (parts[1], 1, 3));
}

static gboolean
check_path (const char *path, GError **error)
{
  g_auto(GStrv) names = g_strsplit (path, "/", -1);
  guint n = g_strv_length (names);
  gboolean good = n >= 1 && n <= MAX_COMPONENTS;

  for (guint i = 0; good && i < n; i++)
    good = is_level_1_name (names[i], i == n - 1);
  if (!good)
    g_set_error (error, IC_ERROR, IC_ERROR_USAGE, "%s is not a name for a disc", path);
  return good;
}

/* Enters all directories above @path; one that is a file already is a conflict. */
static gboolean
enter_directories (IcImagePlan *self, const char *path, GError **error)
{
  for (const char *slash = strchr (path, '/'); slash != NULL; slash = strchr (slash + 1, '/'))
    {
      g_autofree char *directory = g_strndup (path, slash - path);

      g_hash_table_add (self->directories, (gpointer) ic_texts_keep (self->texts, directory));
      if (g_hash_table_contains (self->paths, directory))
        {
          g_set_error (error, IC_ERROR, IC_ERROR_CONFLICT, "%s is a file", directory);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
check_new (IcImagePlan *self, const char *path, GError **error)
{
  if (!check_path (path, error) || !enter_directories (self, path, error))
    return FALSE;
  if (!g_hash_table_contains (self->paths, path) &&
      !g_hash_table_contains (self->directories, path))
    return TRUE;
  g_set_error (error, IC_ERROR, IC_ERROR_CONFLICT, "%s is there twice", path);
  return FALSE;
}

static void
set_identifier (char **field, const char *text)
{
  g_free (*field);
  *field = g_strndup (text != NULL ? text : "", MAX_IDENTIFIER);
}

IcImagePlan *
ic_image_plan_new (const char *volume_id, gint64 creation_time, GError **error)
{
  IcImagePlan *self = NULL;

  if (!is_d_characters (volume_id, 1, MAX_VOLUME_ID))
    {
      g_set_error (error, IC_ERROR, IC_ERROR_USAGE, "not a name for a volume");
      return NULL;
    }
  self = g_new0 (IcImagePlan, 1);
  self->volume_id = g_strdup (volume_id);
  self->creation_time = creation_time;
  ic_image_plan_set_identifiers (self, NULL, NULL, NULL);
  self->texts = ic_texts_new ();
  self->files = g_array_new (FALSE, FALSE, sizeof (IcImageFile));
  self->paths = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->directories = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

void
ic_image_plan_free (IcImagePlan *self)
{
  g_free (self->volume_id);
  g_free (self->application);
  g_free (self->publisher);
  g_free (self->preparer);
  ic_image_plan_finish (self);
  g_array_unref (self->files);
  ic_texts_unref (self->texts);
  g_free (self);
}

void
ic_image_plan_set_identifiers (IcImagePlan *self,
                               const char *application,
                               const char *publisher,
                               const char *preparer)
{
  set_identifier (&self->application, application);
  set_identifier (&self->publisher, publisher);
  set_identifier (&self->preparer, preparer);
}

gboolean
ic_image_plan_add_source (IcImagePlan *self,
                          const char *path,
                          const char *source_path,
                          gint64 expected_size_bytes,
                          GError **error)
{
  const char *slash = strrchr (path, '/');
  g_autofree char *folder = slash != NULL ? g_strndup (path, slash - path) : g_strdup ("");
  g_autofree char *source_folder = g_path_get_dirname (source_path);
  g_autofree char *source_name = g_path_get_basename (source_path);
  g_autofree char *names = g_strconcat (slash != NULL ? slash + 1 : path, "/", source_name, NULL);
  IcImageFile file = { .size_bytes = expected_size_bytes };

  g_return_val_if_fail (g_path_is_absolute (source_path) && self->paths != NULL, FALSE);

  if (!check_new (self, path, error))
    return FALSE;
  file.folder = ic_texts_keep (self->texts, folder);
  file.source_folder = ic_texts_keep (self->texts, source_folder);
  file.names = ic_texts_add (self->texts, names);
  g_hash_table_add (self->paths, g_strdup (path));
  g_array_append_val (self->files, file);
  return TRUE;
}

const char *
ic_image_plan_get_volume_id (IcImagePlan *self)
{
  return self->volume_id;
}

gint64
ic_image_plan_get_creation_time (IcImagePlan *self)
{
  return self->creation_time;
}

const char *
ic_image_plan_get_application (IcImagePlan *self)
{
  return self->application;
}

const char *
ic_image_plan_get_publisher (IcImagePlan *self)
{
  return self->publisher;
}

const char *
ic_image_plan_get_preparer (IcImagePlan *self)
{
  return self->preparer;
}

GArray *
ic_image_plan_get_files (IcImagePlan *self)
{
  return self->files;
}

void
ic_image_plan_finish (IcImagePlan *self)
{
  g_clear_pointer (&self->paths, g_hash_table_unref);
  g_clear_pointer (&self->directories, g_hash_table_unref);
}

char *
ic_image_file_dup_name (const IcImageFile *self)
{
  return g_strndup (self->names, strchr (self->names, '/') - self->names);
}

char *
ic_image_file_dup_path (const IcImageFile *self)
{
  g_autofree char *name = ic_image_file_dup_name (self);

  return *self->folder != '\0' ? g_strjoin ("/", self->folder, name, NULL)
                               : g_steal_pointer (&name);
}

char *
ic_image_file_dup_source (const IcImageFile *self)
{
  return g_build_filename (self->source_folder, strchr (self->names, '/') + 1, NULL);
}
