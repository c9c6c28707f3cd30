/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/ic-pem.h"

#include "core/ic-error.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

gboolean
ic_pem_load (const char *path, GBytes **out, GError **error)
{
  g_autofree char *contents = NULL;
  gsize length = 0;

  if (*path == '\0')
    return TRUE;
  if (!g_file_get_contents (path, &contents, &length, NULL))
    {
      g_set_error (error, IC_ERROR, IC_ERROR_TLS, "the file %s cannot be read", path);
      return FALSE;
    }
  if (length == 0)
    {
      g_set_error (error, IC_ERROR, IC_ERROR_TLS, "the file %s is empty", path);
      return FALSE;
    }
  *out = g_bytes_new_take (g_steal_pointer (&contents), length);
  return TRUE;
}

gboolean
ic_pem_load_key (const char *path, GBytes **out, GError **error)
{
  GStatBuf st;

  if (*path != '\0' && g_stat (path, &st) == 0 && (st.st_mode & S_IRWXO) != 0)
    {
      g_set_error (error, IC_ERROR, IC_ERROR_TLS,
                   "everybody on this machine may use the private key %s", path);
      return FALSE;
    }
  return ic_pem_load (path, out, error);
}
