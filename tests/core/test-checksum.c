/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-checksum.h"

static void
test_checksums_are_the_published_ones (void)
{
  g_autoptr(IcChecksum) checksum = ic_checksum_new ();
  char hex[IC_CHECKSUM_HEX_SIZE];

  ic_checksum_finish_hex (checksum, hex);
  g_assert_cmpstr (hex, ==, "99aa06d3014798d86001c324468d497f");
  ic_checksum_update (checksum, "abc", 3);
  ic_checksum_finish_hex (checksum, hex);
  g_assert_cmpstr (hex, ==, "06b05ab6733a618578af5f94892f3950");
}

static void
test_pieces_make_the_same_as_the_whole (void)
{
  g_autoptr(IcChecksum) checksum = ic_checksum_new ();
  g_autofree guint8 *bytes = g_malloc0 (100000);
  char whole[IC_CHECKSUM_HEX_SIZE];
  char pieces[IC_CHECKSUM_HEX_SIZE];

  for (guint i = 0; i < 100000; i++)
    bytes[i] = (guint8) (i * 31 + i / 251);
  ic_checksum_update (checksum, bytes, 100000);
  ic_checksum_finish_hex (checksum, whole);
  for (guint i = 0; i < 100000; i += 999)
    ic_checksum_update (checksum, bytes + i, MIN (999, 100000 - i));
  ic_checksum_finish_hex (checksum, pieces);
  g_assert_cmpstr (pieces, ==, whole);
  bytes[50000] ^= 1;
  ic_checksum_update (checksum, bytes, 100000);
  ic_checksum_finish_hex (checksum, pieces);
  g_assert_cmpstr (pieces, !=, whole);
}

static void
test_what_is_no_checksum_is_told (void)
{
  g_assert_true (ic_checksum_is_valid (""));
  g_assert_true (ic_checksum_is_valid ("99aa06d3014798d86001c324468d497f"));
  g_assert_false (ic_checksum_is_valid ("99aa06d3014798d86001c324468d497"));
  g_assert_false (ic_checksum_is_valid ("99AA06D3014798D86001C324468D497F"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/checksum/published", test_checksums_are_the_published_ones);
  g_test_add_func ("/checksum/pieces", test_pieces_make_the_same_as_the_whole);
  g_test_add_func ("/checksum/valid", test_what_is_no_checksum_is_told);
  return g_test_run ();
}
