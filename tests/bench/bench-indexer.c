/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-indexer FOLDER: reads the header of every file below FOLDER through the sandboxed workers,
 * as an import or a retrieval does, and prints how many could be read. Starting the workers is part
 * of it.
 */
#include "dicom/ic-indexer.h"

#include <fcntl.h>
#include <glib/gstdio.h>

typedef struct
{
  IcIndexer *indexer;
  guint n_pushed;
  guint n_good;
} Run;

static void
header_read (gpointer item, IcHeader *header, const GError *error, gpointer user_data)
{
  Run *run = user_data;

  run->n_good += header != NULL;
}

static gboolean
push_file (Run *run, const char *path, GError **error)
{
  int fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);

  run->n_pushed++;
  return fd >= 0 && ic_indexer_push (run->indexer, fd, NULL, NULL, error);
}

static gboolean
push_folder (Run *run, const char *folder, GError **error)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, error);
  const char *name = NULL;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      gboolean is_folder = g_file_test (path, G_FILE_TEST_IS_DIR);

      if (!(is_folder ? push_folder (run, path, error) : push_file (run, path, error)))
        return FALSE;
    }
  return dir != NULL;
}

int
main (int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  Run run = { 0 };
  gboolean ok = FALSE;

  if (argc != 2)
    {
      g_printerr ("usage: bench-indexer FOLDER\n");
      return 2;
    }
  run.indexer = ic_indexer_new (0, header_read, &run);
  ok = push_folder (&run, argv[1], &error) && ic_indexer_finish (run.indexer, NULL, &error);
  ic_indexer_free (run.indexer);
  if (!ok)
    g_printerr ("%s\n", error != NULL ? error->message : "a file cannot be opened");
  g_print ("%u of %u files\n", run.n_good, run.n_pushed);
  return ok && run.n_good == run.n_pushed ? 0 : 1;
}
