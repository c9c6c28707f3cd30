/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The worker that writes images and discs. --read names the only folders it may read, and with
 * --medium descriptor 4 is the only file or drive it may write: not its path, because arguments are
 * for everybody to see.
 * With --once it writes the files named on its command line into an image, without D-Bus, so that
 * it can be run in a debugger.
 */
#include "core/ic-error.h"
#include "disc/writer/ic-image-writer.h"
#include "wire/ic-wire-descriptors.h"
#include "worker/ic-disc-service.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static char **read_paths;
static gboolean medium;
static char *once;
static char **files;

static const GOptionEntry entries[] = {
  { "read", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &read_paths, "Read beneath PATH", "PATH" },
  { "medium", 0, 0, G_OPTION_ARG_NONE, &medium, "Descriptor 4 is the drive to write", NULL },
  { "once", 0, 0, G_OPTION_ARG_FILENAME, &once, "Write the files into IMAGE, then end", "IMAGE" },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &files, NULL, "[FILE…]" },
  G_OPTION_ENTRY_NULL,
};

static IcImagePlan *
plan_files (GError **error)
{
  g_autoptr(IcImagePlan) plan = ic_image_plan_new ("ONCE", time (NULL), error);

  for (guint i = 0; plan != NULL && files != NULL && files[i] != NULL; i++)
    {
      g_autofree char *name = g_strdup_printf ("F%07u", i + 1);

      if (!ic_image_plan_add_source (plan, name, files[i], -1, error))
        return NULL;
    }
  return g_steal_pointer (&plan);
}

static gboolean
write_once (GError **error)
{
  g_autoptr(IcImagePlan) plan = plan_files (error);
  g_autoptr(IcImageWriter) writer = NULL;
  gboolean ok = FALSE;
  int fd = -1;

  if (plan == NULL)
    return FALSE;
  writer = ic_image_writer_new (g_steal_pointer (&plan), error);
  if (writer == NULL)
    return FALSE;
  fd = open (once, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0)
    return ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, errno, "failed to make the image");
  ok = ic_image_writer_write_file (writer, fd, NULL, NULL, NULL, error);
  close (fd);
  return ok;
}

static gboolean
run (GError **error)
{
  const IcSandbox sandbox = {
    .profile = IC_SANDBOX_DISC,
    .dir_fd = medium ? IC_WIRE_MEDIUM_FD : -1,
    .read = (const char *const *) read_paths,
  };

  if (once != NULL)
    return write_once (error);
  return ic_worker_serve (&sandbox, ic_disc_service_export, error);
}

int
main (int argc, char **argv)
{
  g_autoptr(GOptionContext) context = g_option_context_new (NULL);
  g_autoptr(GError) error = NULL;

  setlocale (LC_CTYPE, "C.UTF-8");
  tzset ();
  g_option_context_add_main_entries (context, entries, NULL);
  if (g_option_context_parse (context, &argc, &argv, &error) && run (&error))
    return EXIT_SUCCESS;
  g_printerr ("courier-disc: %s\n", error->message);
  return EXIT_FAILURE;
}
