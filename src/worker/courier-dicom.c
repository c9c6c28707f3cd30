/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The worker that speaks DICOM: --parse reads foreign files, --net talks to nodes, --listen waits
 * for them. With --once it reads the files named on its command line and prints what it found,
 * without D-Bus, so that it can be run in a debugger, under valgrind or by a fuzzer.
 */
#include "core/ic-error.h"
#include "core/ic-sector-link.h"
#include "dicom/shim/ic-shim-association.h"
#include "dicom/shim/ic-shim-index.h"
#include "dicom/shim/ic-shim-picture.h"
#include "dicom/shim/ic-shim.h"
#include "wire/ic-wire-descriptors.h"
#include "worker/ic-listen-service.h"
#include "worker/ic-net-service.h"
#include "worker/ic-parse-service.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define ONCE_EDGE 128

static gboolean parse;
static gboolean net;
static gboolean accept_nodes;
static gboolean medium;
static char **names;
static gboolean once;
static gboolean pictures;
static char **files;

static const GOptionEntry entries[] = {
  { "parse", 0, 0, G_OPTION_ARG_NONE, &parse, "Read files", NULL },
  { "net", 0, 0, G_OPTION_ARG_NONE, &net, "Talk to nodes", NULL },
  { "listen", 0, 0, G_OPTION_ARG_NONE, &accept_nodes, "Wait for nodes", NULL },
  { "medium", 0, 0, G_OPTION_ARG_NONE, &medium, "Descriptor 4 is a medium or folder", NULL },
  { "name", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &names, "With --medium, a folder: only this in it",
    "NAME" },
  { "once", 0, 0, G_OPTION_ARG_NONE, &once, "Read the files named here, then end", NULL },
  { "pictures", 0, 0, G_OPTION_ARG_NONE, &pictures, "With --once: render them", NULL },
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

/* Renders every way there is, as far as it goes. */
static void
read_picture (const char *path, int fd)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(IcShimPicture) picture = ic_shim_picture_open (fd, NULL, &local_error);
  guint middle = picture != NULL ? ic_shim_picture_count_frames (picture) / 2 : 0;
  g_autoptr(IcPicture) small =
                 picture != NULL ? ic_shim_picture_render (picture, middle, ONCE_EDGE, &local_error)
                                 : NULL;
  g_autoptr(IcFrame) frame =
                 small != NULL ? ic_shim_picture_read_frame (picture, middle, &local_error) : NULL;

  if (frame != NULL)
    g_print ("%s: %u x %u, as %u x %u\n", path, frame->columns, frame->rows, small->columns,
             small->rows);
  else
    g_print ("%s: %s\n", path, local_error->message);
}

static void
read_file (const char *path, int fd)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(IcHeader) header = NULL;

  if (pictures)
    {
      read_picture (path, fd);
      return;
    }
  header = ic_shim_index (fd, NULL, &local_error);
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
init_parse (GError **error)
{
  if (!ic_shim_init (error))
    return FALSE;
  ic_shim_picture_init ();
  return TRUE;
}

static gboolean
serve_net (GError **error)
{
  const IcSandbox sandbox = { .profile = IC_SANDBOX_NET,
                              .dir_fd = medium ? IC_WIRE_MEDIUM_FD : -1 };

  return init_net (error) && ic_worker_serve (&sandbox, ic_net_service_export, error);
}

static gboolean
serve_listen (GError **error)
{
  const IcSandbox sandbox = { .profile = IC_SANDBOX_LISTEN, .dir_fd = IC_WIRE_MEDIUM_FD };

  /* Files are for whoever shares the data directory; nobody else gets into its folders. */
  umask (0007);
  ic_listen_service_init ();
  return init_net (error) && ic_worker_serve_shared (&sandbox, ic_listen_service_export, error);
}

static gboolean
serve_parse (GError **error)
{
  const IcSandbox sandbox = {
    .profile = IC_SANDBOX_PARSE,
    /* nothing can be opened through a link to a drive */
    .dir_fd = medium && !ic_sector_link_is_one (IC_WIRE_MEDIUM_FD) ? IC_WIRE_MEDIUM_FD : -1,
  };

  if (!init_parse (error))
    return FALSE;
  ic_parse_service_set_names ((const char *const *) names);
  return once ? read_once (error) : ic_worker_serve (&sandbox, ic_parse_service_export, error);
}

static gboolean
run (GError **error)
{
  if (parse + net + accept_nodes != 1)
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_USAGE, "one of --parse, --net, --listen");
      return FALSE;
    }
  if (net)
    return serve_net (error);
  return accept_nodes ? serve_listen (error) : serve_parse (error);
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
