/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-texts.h"

#include <string.h>

#define N_TEXTS 100000

static void
test_same_text_is_kept_once (void)
{
  g_autoptr(IcTexts) texts = ic_texts_new ();
  char text[] = "1.2.3";
  const char *kept = ic_texts_keep (texts, text);

  text[4] = '4';
  g_assert_cmpstr (kept, ==, "1.2.3");
  g_assert_cmpstr (ic_texts_keep (texts, text), ==, "1.2.4");
  g_assert_true (ic_texts_keep (texts, "1.2.3") == kept);
  g_assert_cmpstr (ic_texts_keep (texts, ""), ==, "");
  g_assert_cmpstr (ic_texts_keep (texts, NULL), ==, "");
}

static void
test_very_many_texts_stay_where_they_are (void)
{
  g_autoptr(IcTexts) texts = ic_texts_new ();
  g_autofree const char **kept = g_new0 (const char *, N_TEXTS);

  for (guint i = 0; i < N_TEXTS; i++)
    {
      g_autofree char *text = g_strdup_printf ("1.2.826.0.1.3680043.10.9999.%u", i);

      kept[i] = ic_texts_keep (texts, text);
    }
  for (guint i = 0; i < N_TEXTS; i++)
    {
      g_autofree char *text = g_strdup_printf ("1.2.826.0.1.3680043.10.9999.%u", i);

      g_assert_cmpstr (kept[i], ==, text);
      g_assert_true (ic_texts_keep (texts, text) == kept[i]);
    }
}

/* Of every length around the size of a block. */
static void
test_long_texts_are_kept_whole (void)
{
  g_autoptr(IcTexts) texts = ic_texts_new ();

  for (gsize length = 1; length < 300000; length = length * 2 + 1)
    {
      g_autofree char *text = g_strnfill (length, 'a');
      g_autofree char *other = g_strnfill (length, 'b');
      const char *kept = ic_texts_keep (texts, text);

      g_assert_cmpstr (ic_texts_keep (texts, other), ==, other);
      g_assert_cmpstr (kept, ==, text);
      g_assert_true (ic_texts_keep (texts, text) == kept);
    }
}

static void
test_bytes_are_no_texts (void)
{
  static const char bytes[] = { 'a', '\0', 'b', '\0' };
  g_autoptr(IcTexts) texts = ic_texts_new ();
  const char *text = ic_texts_keep (texts, "a");
  const char *kept = ic_texts_keep_bytes (texts, bytes, sizeof bytes);

  g_assert_cmpmem (kept, sizeof bytes, bytes, sizeof bytes);
  g_assert_true (kept != text);
  g_assert_true (ic_texts_keep (texts, "a") == text);
  g_assert_null (ic_texts_keep_bytes (texts, bytes, 0));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/texts/once", test_same_text_is_kept_once);
  g_test_add_func ("/texts/many", test_very_many_texts_stay_where_they_are);
  g_test_add_func ("/texts/long", test_long_texts_are_kept_whole);
  g_test_add_func ("/texts/bytes", test_bytes_are_no_texts);
  return g_test_run ();
}
