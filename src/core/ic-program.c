/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-program.h"

char *
ic_program_dup_path (const char *name)
{
  const char *folders = g_getenv ("IC_LIBEXECDIR");
  g_auto(GStrv) list = g_strsplit (folders != NULL ? folders : "", G_SEARCHPATH_SEPARATOR_S, -1);

  for (guint i = 0; list[i] != NULL; i++)
    {
      g_autofree char *path = g_build_filename (list[i], name, NULL);

      if (g_path_is_absolute (path) && g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
        return g_steal_pointer (&path);
    }
  return g_build_filename (IC_PKGLIBEXECDIR, name, NULL);
}
