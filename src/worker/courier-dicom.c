/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The worker that speaks DICOM: --parse reads foreign files, --net talks to nodes. With --once it
 * reads the files named on its command line and prints what it found, without D-Bus, so that it can
 * be run in a debugger, under valgrind or by a fuzzer.
 */
#include "core/ic-error.h"
#include "core/ic-sector-link.h"
#include "dicom/shim/ic-shim-association.h"
#include "dicom/shim/ic-shim-index.h"
#include "dicom/shim/ic-shim.h"
#include "wire/ic-wire-descriptors.h"
#include "worker/ic-net-service.h"
#include "worker/ic-parse-service.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static gboolean parse;
static gboolean net;
static gboolean medium;
static gboolean once;
static char **files;

static const GOptionEntry entries[] = {
  { "parse", 0, 0, G_OPTION_ARG_NONE, &parse, "Read files", NULL },
  { "net", 0, 0, G_OPTION_ARG_NONE, &net, "Talk to nodes", NULL },
  { "medium", 0, 0, G_OPTION_ARG_NONE, &medium, "Descriptor 4 is a medium or folder", NULL },
  { "once", 0, 0, G_OPTION_ARG_NONE, &once, "Read the files named here, then end", NULL },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &files, NULL, "[FILE…]" },
  G_OPTION_ENTRY_NULL,
};

static void
print_header (const char *path, IcHeader *header)
{
  g_print ("%s:", path);
  for (int field = 0; field < IC_HEADER_N_FIELDS; field++)
    g_print (" [%s]", ic_header_get (header, field));
  g_print ("\n");
}

static GArray *
open_files (GError **error)
{
  g_autoptr(GArray) fds = g_array_new (FALSE, FALSE, sizeof (int));

  for (guint i = 0; files != NULL && files[i] != NULL; i++)
    {
      int fd = open (files[i], O_RDONLY | O_CLOEXEC);

      if (fd < 0)
        {
          ic_error_set_errno (error, IC_ERROR_READ_FAILED, errno, "failed to open");
          return NULL;
        }
      g_array_append_val (fds, fd);
    }
  return g_steal_pointer (&fds);
}

static void
read_file (const char *path, int fd)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(IcHeader) header = ic_shim_index (fd, NULL, &local_error);

  if (header != NULL)
    print_header (path, header);
  else
    g_print ("%s: %s\n", path, local_error->message);
}

/* Foreign bytes are foreign here too: files first, then the sandbox, then reading. */
static gboolean
read_once (GError **error)
{
  const IcSandbox sandbox = { .profile = IC_SANDBOX_PARSE, .dir_fd = -1 };
  g_autoptr(GArray) fds = open_files (error);

  if (fds == NULL || ic_sandbox_enter (&sandbox, error) < 0)
    return FALSE;
  for (guint i = 0; i < fds->len; i++)
    {
      int fd = g_array_index (fds, int, i);

      read_file (files[i], fd);
      close (fd);
    }
  return TRUE;
}

static gboolean
init_net (GError **error)
{
  return ic_shim_init_without_dictionary (error) && ic_association_init (error);
}

static gboolean
run (GError **error)
{
  const IcSandbox sandbox = {
    .profile = net ? IC_SANDBOX_NET : IC_SANDBOX_PARSE,
    /* nothing can be opened through a link to a drive */
    .dir_fd = medium && !ic_sector_link_is_one (IC_WIRE_MEDIUM_FD) ? IC_WIRE_MEDIUM_FD : -1,
  };

  if (parse == net)
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_USAGE, "either --parse or --net");
      return FALSE;
    }
  if (!(net ? init_net (error) : ic_shim_init (error)))
    return FALSE;
  if (once)
    return read_once (error);
  return ic_worker_serve (&sandbox, net ? ic_net_service_export : ic_parse_service_export, error);
}

int
main (int argc, char **argv)
{
  g_autoptr(GOptionContext) context = g_option_context_new (NULL);
  g_autoptr(GError) error = NULL;

  /* Translations would be files. */
  setlocale (LC_CTYPE, "C.UTF-8");
  tzset ();
  g_option_context_add_main_entries (context, entries, NULL);
  if (g_option_context_parse (context, &argc, &argv, &error) && run (&error))
    return EXIT_SUCCESS;
  g_printerr ("courier-dicom: %s\n", error->message);
  return EXIT_FAILURE;
}
