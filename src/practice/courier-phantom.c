/* SPDX-License-Identifier: GPL-3.0-or-later */
/* courier-phantom OUTDIR | --list | --association-profile: the objects of the practice archive,
 * what they are as JSON lines, and the profile with which dcmqrscp serves them.
 */
#include "core/ic-error.h"
#include "dicom/shim/ic-shim-writer.h"
#include "dicom/shim/ic-shim.h"
#include "practice/phantom-catalogue.h"
#include "practice/phantom-pictures.h"
#include "practice/phantom-profile.h"

#include <glib/gstdio.h>
#include <errno.h>
#include <locale.h>

enum
{
  EXIT_FAILED = 1,
  EXIT_USAGE = 2,
};

static gboolean
write_archive (const char *directory, GError **error)
{
  if (!ic_shim_init (error) || !ic_shim_writer_init (error))
    return FALSE;
  if (g_mkdir_with_parents (directory, 0755) != 0)
    return ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, errno, "cannot make the directory");
  return phantom_pictures_write (directory, error);
}

static int
run (gboolean list, gboolean profile, char **directories)
{
  g_autoptr(GError) error = NULL;

  if (list)
    phantom_catalogue_print (stdout);
  else if (profile)
    phantom_profile_print (stdout);
  else if (!write_archive (directories[0], &error))
    {
      g_printerr ("courier-phantom: %s\n", error->message);
      return EXIT_FAILED;
    }
  return 0;
}

int
main (int argc, char **argv)
{
  gboolean list = FALSE, profile = FALSE;
  g_auto(GStrv) directories = NULL;
  const GOptionEntry entries[] = {
    { "list", 0, 0, G_OPTION_ARG_NONE, &list, "Print what is in the archive as JSON lines", NULL },
    { "association-profile", 0, 0, G_OPTION_ARG_NONE, &profile, "Print the profile for dcmqrscp",
      NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &directories, NULL, "OUTDIR" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr(GOptionContext) context = g_option_context_new (NULL);
  g_autoptr(GError) error = NULL;

  setlocale (LC_ALL, "");
  setlocale (LC_NUMERIC, "C"); /* decimal strings are written with printf */
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("courier-phantom: %s\n", error->message);
      return EXIT_USAGE;
    }
  if (!list && !profile &&
      g_strv_length (directories != NULL ? directories : (char *[]){ NULL }) != 1)
    {
      g_printerr ("courier-phantom: one output directory is needed\n");
      return EXIT_USAGE;
    }
  return run (list, profile, directories);
}
