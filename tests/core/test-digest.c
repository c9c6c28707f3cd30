/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-digest.h"

static void
test_digest_of_abc_is_the_published_one (void)
{
  g_autofree char *hex = ic_digest_dup_hex ("abc", 3);

  g_assert_cmpstr (hex, ==, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void
test_digest_starts_anew_after_finish (void)
{
  g_autoptr(IcDigest) digest = ic_digest_new ();
  g_autofree char *expected = ic_digest_dup_hex ("abc", 3);
  char hex[IC_DIGEST_HEX_SIZE];

  ic_digest_update (digest, "xyz", 3);
  ic_digest_finish_hex (digest, hex);
  ic_digest_update (digest, "a", 1);
  ic_digest_update (digest, "bc", 2);
  ic_digest_finish_hex (digest, hex);
  g_assert_cmpstr (hex, ==, expected);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/digest/published", test_digest_of_abc_is_the_published_one);
  g_test_add_func ("/digest/anew", test_digest_starts_anew_after_finish);
  return g_test_run ();
}
