/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/ic-transfer-syntax.h"

static void
test_native_ones_are_exactly_four (void)
{
  static const char *const uids[] = { IC_TS_IMPLICIT_VR_LE, IC_TS_EXPLICIT_VR_LE,
                                      IC_TS_DEFLATED_EXPLICIT_VR_LE, IC_TS_EXPLICIT_VR_BE };

  for (gsize i = 0; i < G_N_ELEMENTS (uids); i++)
    {
      const IcTransferSyntax *syntax = ic_transfer_syntax_find (uids[i]);

      g_assert_cmpstr (syntax->uid, ==, uids[i]);
      g_assert_true (ic_transfer_syntax_is_native (syntax));
      g_assert_false (syntax->lossy);
    }
}

static void
test_htj2k_is_encapsulated (void)
{
  static const char *const uids[] = { "1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.4.202",
                                      "1.2.840.10008.1.2.4.203" };

  for (gsize i = 0; i < G_N_ELEMENTS (uids); i++)
    {
      const IcTransferSyntax *syntax = ic_transfer_syntax_find (uids[i]);

      g_assert_cmpint (syntax->form, ==, IC_TS_ENCAPSULATED);
      g_assert_cmpint (syntax->family, ==, IC_TS_FAMILY_HTJ2K);
      g_assert_cmpint (syntax->lossy, ==, i == 2);
    }
}

static void
test_unknown_is_opaque_and_never_native (void)
{
  static const char *const uids[] = { "1.2.840.10008.1.2.", "1.2.840.10008.1.2.10", "1.2.3", "" };

  for (gsize i = 0; i < G_N_ELEMENTS (uids); i++)
    {
      const IcTransferSyntax *syntax = ic_transfer_syntax_find (uids[i]);

      g_assert_cmpint (syntax->form, ==, IC_TS_OPAQUE);
      g_assert_false (ic_transfer_syntax_is_native (syntax));
    }
  g_assert_cmpint (ic_transfer_syntax_find (NULL)->form, ==, IC_TS_OPAQUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/transfer-syntax/native", test_native_ones_are_exactly_four);
  g_test_add_func ("/transfer-syntax/htj2k", test_htj2k_is_encapsulated);
  g_test_add_func ("/transfer-syntax/unknown", test_unknown_is_opaque_and_never_native);
  return g_test_run ();
}
