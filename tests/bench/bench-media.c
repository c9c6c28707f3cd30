/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Our side of the benchmarks of media: "write TREE IMAGE" writes a folder as a disc image,
 * "hash IMAGE" reads every file of an image and prints how many there were.
 */
#include "disc/writer/ic-image-writer.h"
#include "medium/ic-medium.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static gboolean
add_entry (IcImagePlan *plan, const char *root, const IcMediumEntry *entry, GError **error)
{
  g_autofree char *relative = g_build_filename (root, entry->path, NULL);
  g_autofree char *source = g_canonicalize_filename (relative, NULL);

  return ic_image_plan_add_source (plan, entry->path, source, (gint64) entry->size_bytes, error);
}

static IcImagePlan *
plan_tree (const char *root, GError **error)
{
  int fd = g_open (root, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  g_autoptr(IcMedium) tree = ic_medium_open_folder (fd);
  g_autoptr(GPtrArray) entries = ic_medium_list (tree, IC_MEDIUM_TREE_BEST, NULL, error);
  g_autoptr(IcImagePlan) plan = ic_image_plan_new ("BENCHMARK", 1700000000, error);

  close (fd);
  if (entries == NULL || plan == NULL)
    return NULL;
  for (guint i = 0; i < entries->len; i++)
    if (!add_entry (plan, root, entries->pdata[i], error))
      return NULL;
  return g_steal_pointer (&plan);
}

static gboolean
write_image (const char *root, const char *path, GError **error)
{
  g_autoptr(IcImageWriter) writer = NULL;
  IcImagePlan *plan = plan_tree (root, error);
  int fd = g_open (path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  gboolean good = FALSE;

  writer = plan != NULL && fd >= 0 ? ic_image_writer_new (plan, error) : NULL;
  good = writer != NULL && ic_image_writer_write_file (writer, fd, NULL, NULL, NULL, error);
  close (fd);
  return good;
}

static gboolean
count_cb (const IcMediumFile *file, gpointer user_data, GError **error)
{
  guint *n_files = user_data;

  ++*n_files;
  return TRUE;
}

static gboolean
hash_image (const char *path, GError **error)
{
  int fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  g_autoptr(IcMedium) medium = ic_medium_open_image (fd);
  guint n_files = 0;
  gboolean good = ic_medium_hash_all (medium, count_cb, NULL, &n_files, NULL, error);

  close (fd);
  g_print ("%u files\n", n_files);
  return good;
}

int
main (int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  gboolean good = FALSE;

  if (argc == 4 && g_str_equal (argv[1], "write"))
    good = write_image (argv[2], argv[3], &error);
  else if (argc == 3 && g_str_equal (argv[1], "hash"))
    good = hash_image (argv[2], &error);
  else
    g_printerr ("usage: %s write TREE IMAGE | hash IMAGE\n", argv[0]);
  if (error != NULL)
    g_printerr ("%s\n", error->message);
  return good ? 0 : 1;
}
