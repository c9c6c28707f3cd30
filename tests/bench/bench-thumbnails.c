/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-thumbnails FOLDER [N]: has thumbnails of 128 pixels made of the first N files (all without
 * N) below FOLDER by the sandboxed workers, as a list of studies does, and prints how many came.
 * Starting the workers is part of it.
 */
#include "dicom/ic-picture-reader.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>

#define EDGE 128

static void
list_files (const char *folder, GPtrArray *paths)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name = NULL;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        list_files (path, paths);
      else
        g_ptr_array_add (paths, g_steal_pointer (&path));
    }
}

static void
made_cb (gpointer item, IcPicture *picture, const GError *error, gpointer user_data)
{
  guint *n_made = user_data;

  *n_made += picture != NULL;
}

static gboolean
push_all (IcPictureReader *reader, GPtrArray *paths, guint n, GError **error)
{
  for (guint i = 0; i < n; i++)
    {
      int fd = g_open (paths->pdata[i], O_RDONLY | O_CLOEXEC, 0);

      if (fd < 0 || !ic_picture_reader_push (reader, fd, NULL, NULL, error))
        return FALSE;
    }
  return ic_picture_reader_finish (reader, NULL, error);
}

int
main (int argc, char **argv)
{
  g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(IcPictureReader) reader = NULL;
  g_autoptr(GError) error = NULL;
  guint n_made = 0;
  guint n = 0;

  if (argc < 2)
    {
      g_printerr ("usage: bench-thumbnails FOLDER [N]\n");
      return 2;
    }
  list_files (argv[1], paths);
  n = argc > 2 ? MIN ((guint) atoi (argv[2]), paths->len) : paths->len;
  reader = ic_picture_reader_new_thumbnails (EDGE, made_cb, &n_made);
  if (!push_all (reader, paths, n, &error))
    g_printerr ("%s\n", error != NULL ? error->message : "a file cannot be opened");
  g_print ("%u of %u thumbnails\n", n_made, n);
  return n_made == n && n > 0 ? 0 : 1;
}
