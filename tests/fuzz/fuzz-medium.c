/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libFuzzer: the bytes are an ISO image that an outsider sent. Listing each of its trees and
 * hashing its files must end without a crash, in bounded memory and time. libarchive reserves, but
 * does not touch, what a directory announces: run it with -malloc_limit_mb=8192 -rss_limit_mb=1024.
 */
#include "medium/ic-medium.h"

#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static gboolean
ignore_cb (const IcMediumFile *file, gpointer user_data, GError **error)
{
  return TRUE;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  int fd = memfd_create ("image", MFD_CLOEXEC);
  g_autoptr(IcMedium) medium = ic_medium_open_image (fd);

  if (fd < 0 || write (fd, data, size) != (gssize) size)
    g_error ("no memory for the image");
  for (IcMediumTree tree = IC_MEDIUM_TREE_BEST; tree <= IC_MEDIUM_TREE_PLAIN; tree++)
    {
      g_autoptr(GPtrArray) entries = ic_medium_list (medium, tree, NULL, NULL);

      if (entries != NULL && entries->len > size)
        g_error ("more files than bytes");
    }
  ic_medium_hash_all (medium, ignore_cb, NULL, NULL, NULL, NULL);
  close (fd);
  return 0;
}
