/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libFuzzer: the bytes are a ZIP, or an ISO image without its first 16 sectors, that an outsider
 * sent. Listing and comparing its trees and hashing its files must end without a crash, in bounded
 * memory and time. libarchive reserves, but does not touch, what a directory announces: run it with
 * -malloc_limit_mb=8192 -rss_limit_mb=1024.
 */
#include "fuzz-input.h"
#include "medium/ic-iso-volume.h"
#include "medium/ic-medium.h"

#include <string.h>

#define SYSTEM_AREA (16 * 2048)

static gboolean
ignore_cb (const IcMediumFile *file, gpointer user_data, GError **error)
{
  return TRUE;
}

static void
list_tree (IcMedium *medium, IcMediumTree tree, gsize size)
{
  g_autoptr(GPtrArray) entries = ic_medium_list (medium, tree, NULL, NULL);

  if (entries != NULL && entries->len > size)
    fuzz_fail ("more files than bytes");
}

/* ic_medium_find_strays() comes that far only where libarchive has read all of it. */
static void
compare_trees (int fd)
{
  gboolean is_same = TRUE;

  if (!ic_iso_volume_compare_trees (fd, &is_same, NULL, NULL))
    fuzz_fail ("a file cannot be read");
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  gboolean is_zip = size >= 2 && memcmp (data, "PK", 2) == 0;
  int fd = fuzz_input_fd (is_zip ? 0 : SYSTEM_AREA, data, size);
  g_autoptr(IcMedium) medium = ic_medium_open_image (fd);
  g_autoptr(GBytes) content = NULL;
  IcMediumStrays strays = { 0 };

  compare_trees (fd);
  list_tree (medium, IC_MEDIUM_TREE_BEST, size);
  for (IcMediumTree tree = IC_MEDIUM_TREE_ROCK_RIDGE; !is_zip && tree <= IC_MEDIUM_TREE_PLAIN;
       tree++)
    list_tree (medium, tree, size);
  ic_medium_hash_all (medium, ignore_cb, NULL, NULL, NULL, NULL);
  ic_medium_find_strays (medium, &strays, NULL, NULL);
  content = ic_medium_read_file (medium, "DICOMDIR", 4096, NULL, NULL);
  return 0;
}
