/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/ic-identity.h"

static void
test_names_compare_as_people_mean_them (void)
{
  static const struct
  {
    const char *a;
    const char *b;
    IcAgreement expected;
  } cases[] = {
    { "DOE^Jane", "DOE^Jane", IC_AGREE_SAME },
    { "DOE^Jane", "DOE^Jane^^^", IC_AGREE_SAME },
    { "DOE^Jane", "Doe^JANE", IC_AGREE_SIMILAR },
    { "Müller^Jürgen", "MULLER^JURGEN", IC_AGREE_SIMILAR },
    { "DOE^Jane Ann", "DOE^Ann^Jane", IC_AGREE_SIMILAR },
    { "DOE^Jane^^Dr", "DOE^Jane", IC_AGREE_SIMILAR },
    { "DOE^Jane", "DOE^John", IC_AGREE_DIFFERENT },
    { "DOE^Jane", "JANE^Doe", IC_AGREE_DIFFERENT },
    { "DOE^Jane", "DOE", IC_AGREE_DIFFERENT },
    { "DOE^Jane", "", IC_AGREE_ABSENT },
    { "^^^", "DOE^Jane", IC_AGREE_ABSENT },
    { "Yamada^Tarou=山田^太郎", "Yamada^Tarou", IC_AGREE_SIMILAR },
    { "Yamada^Tarou=山田^太郎", "Yamada^Tarou=山田^花子", IC_AGREE_DIFFERENT },
    { "=山田^太郎", "Yamada^Tarou", IC_AGREE_ABSENT },
    { "Иванов^Иван", "ИВАНОВ^ИВАН", IC_AGREE_SIMILAR },
    { "Straße^A", "STRASSE^A", IC_AGREE_SIMILAR },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s ~ %s", cases[i].a, cases[i].b);
      g_assert_cmpint (ic_identity_compare_names (cases[i].a, cases[i].b), ==, cases[i].expected);
      g_assert_cmpint (ic_identity_compare_names (cases[i].b, cases[i].a), ==, cases[i].expected);
    }
}

static char *
reasons (const char *id, const char *issuer, const char *name, const char *birth_date)
{
  g_autoptr(IcPatient) expected = ic_patient_new (id, issuer, name, birth_date, NULL);
  g_autoptr(IcPatient) found = ic_patient_new ("123", "HOSPITAL", "DOE^Jane", "19610312", "F");
  IcIdentityMatch match = ic_identity_match (expected, found);
  char *text = ic_identity_match_dup_reasons (&match);

  g_assert_cmpint (ic_identity_match_is_safe (&match), ==, *text == '\0');
  return text;
}

static void
assert_reasons (const char *id,
                const char *issuer,
                const char *name,
                const char *birth_date,
                const char *expected)
{
  g_autofree char *text = reasons (id, issuer, name, birth_date);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_two_identifiers_must_agree_and_none_differ (void)
{
  assert_reasons ("123", "", "DOE^Jane", "", "");
  assert_reasons (" 123 ", "", "", "1961.03.12", "");
  assert_reasons ("123", "HOSPITAL", "doe^jane", "19610312", "");
  assert_reasons ("124", "", "DOE^Jane", "19610312", "patient ID");
  assert_reasons ("123", "OTHER", "DOE^Jane", "", "issuer of the patient ID");
  assert_reasons ("123", "", "DOE^John", "19610312", "name");
  assert_reasons ("123", "", "DOE^Jane", "19610313", "date of birth");
  assert_reasons ("124", "", "DOE^John", "", "patient ID, name");
  assert_reasons ("123", "", "", "", "name or date of birth not given");
  assert_reasons ("", "", "DOE^Jane", "19610312", "patient ID not given");
}

static void
test_check_digit_is_modulus_11 (void)
{
  g_assert_true (ic_identity_check_digit_is_valid ("9434765919"));
  g_assert_true (ic_identity_check_digit_is_valid ("943 476 5919"));
  g_assert_false (ic_identity_check_digit_is_valid ("9434765918"));
  g_assert_false (ic_identity_check_digit_is_valid ("943476591"));
  g_assert_false (ic_identity_check_digit_is_valid ("94347659190"));
  g_assert_false (ic_identity_check_digit_is_valid ("A9434765919"));
  g_assert_true (ic_identity_issuer_uses_check_digit ("NHS"));
  g_assert_false (ic_identity_issuer_uses_check_digit ("HOSPITAL"));
  g_assert_false (ic_identity_issuer_uses_check_digit (""));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/identity/names", test_names_compare_as_people_mean_them);
  g_test_add_func ("/identity/match", test_two_identifiers_must_agree_and_none_differ);
  g_test_add_func ("/identity/check-digit", test_check_digit_is_modulus_11);
  return g_test_run ();
}
