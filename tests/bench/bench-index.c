/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-index FOLDER [ROUNDS]: microseconds a file for reading every header below FOLDER, in this
 * process and without a sandbox. The first round warms the cache and does not count.
 */
#include "dicom/shim/ic-shim-index.h"
#include "dicom/shim/ic-shim.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/resource.h>
#include <unistd.h>

static void
collect_files (const char *folder, GPtrArray *paths)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name = NULL;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        collect_files (path, paths);
      else
        g_ptr_array_add (paths, g_steal_pointer (&path));
    }
}

static gboolean
index_path (const char *path)
{
  g_autoptr(IcHeader) header = NULL;
  int fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);

  header = ic_shim_index (fd, NULL, NULL);
  close (fd);
  return header != NULL;
}

static gint64
get_cpu_us (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * G_USEC_PER_SEC + usage.ru_utime.tv_usec +
         usage.ru_stime.tv_usec;
}

static void
run_round (GPtrArray *paths, int round)
{
  gint64 wall = g_get_monotonic_time ();
  gint64 cpu = get_cpu_us ();
  guint n_good = 0;

  for (guint i = 0; i < paths->len; i++)
    n_good += index_path (g_ptr_array_index (paths, i));
  wall = g_get_monotonic_time () - wall;
  cpu = get_cpu_us () - cpu;
  g_print ("round %d: %u of %u files, wall %.1f us, CPU %.1f us a file\n", round, n_good,
           paths->len, (double) wall / paths->len, (double) cpu / paths->len);
}

int
main (int argc, char **argv)
{
  g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GError) error = NULL;
  int n_rounds = argc > 2 ? atoi (argv[2]) : 7;

  if (argc < 2 || !ic_shim_init (&error))
    {
      g_printerr ("%s\n", error != NULL ? error->message : "usage: bench-index FOLDER [ROUNDS]");
      return 2;
    }
  collect_files (argv[1], paths);
  for (int round = 0; round <= n_rounds && paths->len > 0; round++)
    run_round (paths, round);
  return paths->len > 0 ? 0 : 1;
}
