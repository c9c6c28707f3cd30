/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "words/ic-language.h"

#include <glib/gi18n.h>
#include <locale.h>

#define DOMAIN "imaging-courier"

void
ic_language_set_up (void)
{
  const char *folder = g_getenv ("IC_LOCALEDIR");

  setlocale (LC_ALL, "");
  bindtextdomain (DOMAIN, folder != NULL && g_path_is_absolute (folder) ? folder : IC_LOCALEDIR);
  bind_textdomain_codeset (DOMAIN, "UTF-8");
  textdomain (DOMAIN);
}
