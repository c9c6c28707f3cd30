/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "practice-fixture.h"

#include "core/ic-program.h"

#include <string.h>

enum
{
  META_LENGTH_AT = 140, /* value of (0002,0000), PS3.10 7.1 */
  META_AT = 144,
};

char *
practice_make_directory (void)
{
  g_autoptr(GError) error = NULL;
  char *path = g_dir_make_tmp ("ic practice XXXXXX", &error);

  g_assert_no_error (error);
  return path;
}

void
practice_remove_tree (const char *path)
{
  const char *argv[] = { "rm", "-r", path, NULL };
  int status = 0;
  g_autofree char *output = practice_run (argv, &status);

  g_assert_cmpint (status, ==, 0);
}

char *
practice_run (const char *const *argv, int *exit_status)
{
  g_autoptr(GSubprocess) process =
          g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE,
                             NULL);
  g_autoptr(GBytes) bytes = NULL;
  GString *text = NULL;

  *exit_status = -1;
  if (process == NULL)
    return NULL;
  text = g_string_new (NULL);
  g_subprocess_communicate (process, NULL, NULL, &bytes, NULL, NULL);
  *exit_status = g_subprocess_get_if_exited (process) ? g_subprocess_get_exit_status (process) : -1;
  g_string_append_len (text, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  for (gsize i = 0; i < text->len; i++)
    if (text->str[i] == '\0') /* findscu prints the padding of UIDs */
      text->str[i] = ' ';
  return g_string_free (text, FALSE);
}

static gint
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

GPtrArray *
practice_list_objects (const char *directory)
{
  g_autoptr(GDir) dir = g_dir_open (directory, 0, NULL);
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  const char *name = NULL;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    if (!g_str_has_prefix (name, "index"))
      g_ptr_array_add (paths, g_build_filename (directory, name, NULL));
  g_ptr_array_sort (paths, compare_paths);
  return paths;
}

GBytes *
practice_read_dataset (const char *path)
{
  g_autofree char *contents = NULL;
  gsize size = 0;
  guint32 meta = 0;

  g_assert_true (g_file_get_contents (path, &contents, &size, NULL));
  g_assert_cmpuint (size, >, META_AT);
  memcpy (&meta, contents + META_LENGTH_AT, sizeof meta);
  meta = META_AT + GUINT32_FROM_LE (meta);
  g_assert_cmpuint (size, >, meta);
  return g_bytes_new (contents + meta, size - meta);
}

char *
practice_phantom_path (void)
{
  return ic_program_dup_path ("courier-phantom");
}

char *
practice_make_archive (void)
{
  char *directory = practice_make_directory ();
  g_autofree char *program = practice_phantom_path ();
  const char *argv[] = { program, directory, NULL };
  int status = 0;
  g_autofree char *output = practice_run (argv, &status);

  g_assert_cmpstr (output, ==, "");
  g_assert_cmpint (status, ==, 0);
  return directory;
}
