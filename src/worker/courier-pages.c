/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The worker that draws the pages of PDF documents. It reads what it is handed and the fonts of the
 * system, and nothing else.
 */
#include "core/ic-error.h"
#include "worker/ic-page-service.h"

#include <locale.h>
#include <stdlib.h>
#include <time.h>

int
main (int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) folders = NULL;
  IcSandbox sandbox = { .profile = IC_SANDBOX_PARSE, .dir_fd = -1 };

  setlocale (LC_CTYPE, "C.UTF-8");
  tzset ();
  folders = ic_page_service_init ();
  sandbox.read = (const char *const *) folders;
  if (ic_worker_serve (&sandbox, ic_page_service_export, &error))
    return EXIT_SUCCESS;
  g_printerr ("courier-pages: %s\n", error->message);
  return EXIT_FAILURE;
}
