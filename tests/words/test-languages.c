/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What values and sentences look like in the language of the locale the test is started in. */
#include "core/ic-error.h"
#include "model/ic-study-criteria.h"
#include "words/ic-error-words.h"
#include "words/ic-language.h"
#include "words/ic-words.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <string.h>

#define FOURTEENTH_OF_FEBRUARY 1771077900 /* 2026-02-14 14:05 UTC */

typedef struct
{
  const char *locale;
  const char *count, *small, *large; /* 1212345; 640,000,000 and 1,500,000,000 bytes */
  const char *day, *time;
  const char *typed;             /* a day as people write it there */
  const char *none, *one, *many; /* of images */
  const char *unreachable;       /* the node ARCHIVE could not be reached */
} Language;

static const Language languages[] = {
  { "de_DE.UTF-8", "1.212.345", "640 MB", "1,5 GB", "14.02.2026", "14.02.2026 14:05", "14.2.2026",
    "0 Bilder", "1 Bild", "2 Bilder", "ARCHIVE ist nicht erreichbar. Prüfen Sie" },
  { "fr_FR.UTF-8", "1\u202f212\u202f345", "640 Mo", "1,5 Go", "14 févr. 2026",
    "14 févr. 2026 14:05", "14/02/2026", "0 image", "1 image", "2 images",
    "ARCHIVE est injoignable. Vérifiez" },
};

/* NULL, and the test is skipped, where the C library does not have the locale. */
static const Language *
find_language (void)
{
  const char *locale = setlocale (LC_ALL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    if (g_str_equal (languages[i].locale, locale))
      return &languages[i];
  g_test_skip_printf ("no locale %s", g_getenv ("LC_ALL"));
  return NULL;
}

static void
check_text (char *text, const char *expected)
{
  g_assert_cmpstr (text, ==, expected);
  g_free (text);
}

static void
test_counts_and_sizes_have_the_separators_of_the_locale (void)
{
  const Language *language = find_language ();

  if (language == NULL)
    return;
  check_text (ic_words_dup_count (1212345), language->count);
  check_text (ic_words_dup_size (640000000), language->small);
  check_text (ic_words_dup_size (1500000000), language->large);
}

static void
test_days_read_as_people_write_them (void)
{
  const Language *language = find_language ();

  if (language == NULL)
    return;
  check_text (ic_words_dup_date ("20260214"), language->day);
  check_text (ic_words_dup_time (FOURTEENTH_OF_FEBRUARY), language->time);
}

static void
test_days_are_understood_as_people_write_them (void)
{
  const Language *language = find_language ();
  g_autoptr(GError) error = NULL;
  g_autofree char *date = NULL;

  if (language == NULL)
    return;
  date = ic_study_criteria_parse_date (language->typed, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (date, ==, "20260214");
}

static void
check_images (guint n, const char *expected)
{
  g_autofree char *count = ic_words_dup_count (n);

  check_text (g_strdup_printf (ngettext ("%s image", "%s images", n), count), expected);
}

static void
test_plurals_follow_the_language (void)
{
  const Language *language = find_language ();

  if (language == NULL)
    return;
  check_images (0, language->none);
  check_images (1, language->one);
  check_images (2, language->many);
}

static void
test_failures_are_said_in_two_sentences (void)
{
  const Language *language = find_language ();
  const IcErrorContext context = { .subject = "ARCHIVE", .is_plain = TRUE };
  g_autoptr(GError) error = g_error_new_literal (IC_ERROR, IC_ERROR_NODE_UNREACHABLE, "x");
  g_autofree char *sentence = ic_error_words_dup_sentence (error, &context);

  if (language == NULL)
    return;
  g_assert_true (g_str_has_prefix (sentence, language->unreachable));
}

static void
test_times_for_machines_stay_as_they_are (void)
{
  if (find_language () == NULL)
    return;
  check_text (ic_words_dup_iso_time (FOURTEENTH_OF_FEBRUARY), "2026-02-14T14:05:00Z");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ic_language_set_up ();
  g_test_add_func ("/words/counts-and-sizes-have-the-separators-of-the-locale",
                   test_counts_and_sizes_have_the_separators_of_the_locale);
  g_test_add_func ("/words/days-read-as-people-write-them", test_days_read_as_people_write_them);
  g_test_add_func ("/words/days-are-understood-as-people-write-them",
                   test_days_are_understood_as_people_write_them);
  g_test_add_func ("/words/plurals-follow-the-language", test_plurals_follow_the_language);
  g_test_add_func ("/words/failures-are-said-in-two-sentences",
                   test_failures_are_said_in_two_sentences);
  g_test_add_func ("/words/times-for-machines-stay-as-they-are",
                   test_times_for_machines_stay_as_they_are);
  return g_test_run ();
}
