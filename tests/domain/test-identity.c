/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-error.h"
#include "domain/ic-node.h"
#include "domain/ic-patient.h"
#include "domain/ic-uid.h"

#include <string.h>

static void
test_uids_are_digits_and_dots_up_to_64 (void)
{
  g_autofree char *longest = g_strnfill (64, '1');
  g_autofree char *too_long = g_strnfill (65, '1');

  g_assert_true (ic_uid_is_valid ("1.2.840.10008.1.2"));
  g_assert_true (ic_uid_is_valid (longest));
  g_assert_false (ic_uid_is_valid (too_long));
  g_assert_false (ic_uid_is_valid (""));
  g_assert_false (ic_uid_is_valid (NULL));
  g_assert_false (ic_uid_is_valid ("1..2"));
  g_assert_false (ic_uid_is_valid (".1"));
  g_assert_false (ic_uid_is_valid ("1."));
  g_assert_false (ic_uid_is_valid ("1.2a"));
}

static void
test_generated_uids_are_valid_and_differ (void)
{
  g_autofree char *a = ic_uid_generate ();
  g_autofree char *b = ic_uid_generate ();

  g_assert_true (g_str_has_prefix (a, "2.25."));
  g_assert_true (ic_uid_is_valid (a));
  g_assert_cmpstr (a, !=, b);
}

static void
test_uid_named_twice_counts_once (void)
{
  const char *const uids[] = { "1.2", "1.3", "1.2", NULL };
  g_auto(GStrv) unique = ic_uid_dup_unique (uids);

  g_assert_cmpuint (g_strv_length (unique), ==, 2);
  g_assert_cmpstr (unique[0], ==, "1.2");
  g_assert_cmpstr (unique[1], ==, "1.3");
}

static void
assert_display (const char *name, const char *expected)
{
  g_autoptr(IcPatient) patient = ic_patient_new ("1", NULL, name, NULL, NULL);
  g_autofree char *display = ic_patient_dup_display_name (patient);

  g_assert_cmpstr (display, ==, expected);
}

static void
test_names_read_family_then_given (void)
{
  assert_display ("DOE^Jane", "DOE, Jane");
  assert_display ("DOE^Jane^Ann^Dr^Jr", "DOE, Jane Ann");
  assert_display ("DOE", "DOE");
  assert_display ("DOE^^^", "DOE");
  assert_display ("^Jane", "Jane");
  assert_display ("", "");
  assert_display ("Yamada^Tarou=山田^太郎=やまだ^たろう", "Yamada, Tarou (山田, 太郎)");
}

static void
test_node_with_bad_values_is_refused (void)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (ic_node_new ("A", "AET", "host", 0, NULL, FALSE, NULL, NULL, NULL, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_USAGE);
  g_clear_error (&error);
  g_assert_null (
      ic_node_new ("A", "SEVENTEEN_LETTERS", "host", 104, NULL, FALSE, NULL, NULL, NULL, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_USAGE);
  g_clear_error (&error);
  g_assert_null (ic_node_new ("A", "AET", "host", 104, NULL, TRUE, NULL, "cert", NULL, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_USAGE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/uid/valid", test_uids_are_digits_and_dots_up_to_64);
  g_test_add_func ("/uid/generated", test_generated_uids_are_valid_and_differ);
  g_test_add_func ("/uid/unique", test_uid_named_twice_counts_once);
  g_test_add_func ("/patient/display-name", test_names_read_family_then_given);
  g_test_add_func ("/node/refused", test_node_with_bad_values_is_refused);
  return g_test_run ();
}
