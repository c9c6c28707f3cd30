/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-error.h"
#include "domain/ic-text.h"

#include <string.h>

static void
assert_fine (const char *text)
{
  g_autoptr(GError) error = NULL;

  g_assert_true (ic_text_check (text, "the reason", IC_TEXT_NODE_NAME, &error));
  g_assert_no_error (error);
}

static void
assert_refused (const char *text, const char *why)
{
  g_autoptr(GError) error = NULL;

  g_assert_false (ic_text_check (text, "the reason", IC_TEXT_NODE_NAME, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_USAGE);
  g_assert_true (g_str_has_prefix (error->message, "the reason "));
  g_assert_nonnull (strstr (error->message, why));
}

static void
test_length_counts_characters_and_not_bytes (void)
{
  g_autofree char *just = g_strnfill (IC_TEXT_NODE_NAME, 'x');
  g_autofree char *over = g_strnfill (IC_TEXT_NODE_NAME + 1, 'x');
  g_autoptr(GString) wide = g_string_new (NULL);

  for (int i = 0; i < IC_TEXT_NODE_NAME; i++)
    g_string_append (wide, "漢");
  assert_fine ("");
  assert_fine (just);
  assert_fine (wide->str);
  g_string_append (wide, "漢");
  assert_refused (over, "longer than 32 characters");
  assert_refused (wide->str, "longer than 32 characters");
}

static void
test_one_line_without_control_characters (void)
{
  assert_fine ("Zürich, Röntgen – Müller & Søn");
  assert_fine ("می‌خواهم"); /* with a zero-width non-joiner, as it is spelt */
  assert_refused ("one\ntwo", "control characters");
  assert_refused ("red \033[31m", "control characters");
  assert_refused ("next\302\205line", "control characters");
  assert_refused ("line\342\200\250separator", "more than one line");
  assert_refused ("\377", "UTF-8");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text/length", test_length_counts_characters_and_not_bytes);
  g_test_add_func ("/text/control", test_one_line_without_control_characters);
  return g_test_run ();
}
