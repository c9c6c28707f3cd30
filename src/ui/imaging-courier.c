/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The desktop application. */
#include "ui/ic-application.h"

#include <glib/gi18n.h>
#include <locale.h>

int
main (int argc, char **argv)
{
  g_autoptr(IcApplication) application = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain ("imaging-courier", IC_LOCALEDIR);
  bind_textdomain_codeset ("imaging-courier", "UTF-8");
  textdomain ("imaging-courier");
  g_set_application_name ("Imaging Courier");
  application = ic_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
