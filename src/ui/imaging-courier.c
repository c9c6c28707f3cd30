/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The desktop application. */
#include "ui/ic-application.h"
#include "words/ic-language.h"

int
main (int argc, char **argv)
{
  g_autoptr(IcApplication) application = NULL;

  ic_language_set_up ();
  g_set_application_name ("Imaging Courier");
  application = ic_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
