/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-viewer-files.h"

static GBytes *
load (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr(GMappedFile) file = g_mapped_file_new (path, FALSE, NULL);

  return file != NULL && g_mapped_file_get_length (file) > 0 ? g_mapped_file_get_bytes (file)
                                                             : NULL;
}

IcViewerProgram *
ic_viewer_files_load (void)
{
  const char *named = g_getenv ("IC_VIEWER_DIR");
  const char *folder = named != NULL ? named : IC_PKGDATADIR "/viewer";
  g_autoptr(GBytes) viewer = *folder != '\0' ? load (folder, "VIEWER.JS") : NULL;
  g_autoptr(GBytes) pdf = load (folder, "PDF.JS");
  g_autoptr(GBytes) licence = load (folder, "LICENSE.TXT");

  return viewer != NULL && licence != NULL ? ic_viewer_program_new (viewer, pdf, licence) : NULL;
}
