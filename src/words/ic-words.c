/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "words/ic-words.h"

#include "domain/ic-text.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <string.h>

char *
ic_words_dup_count (guint64 count)
{
  g_autofree char *digits = g_strdup_printf ("%" G_GUINT64_FORMAT, count);
  const char *separator = localeconv ()->thousands_sep;
  gsize length = strlen (digits);
  g_autoptr(GString) text = g_string_new (NULL);

  if (*separator == '\0' || !g_utf8_validate (separator, -1, NULL))
    separator = ",";
  for (gsize i = 0; i < length; i++)
    {
      if (i > 0 && (length - i) % 3 == 0)
        g_string_append (text, separator);
      g_string_append_c (text, digits[i]);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
ic_words_dup_size (guint64 size_bytes)
{
  return ic_text_dup_size (size_bytes);
}

char *
ic_words_dup_day (GDateTime *day)
{
  /* Translators: a day in the words of g_date_time_format(), as "14 Feb 2026". */
  /* xgettext:no-c-format */
  return g_date_time_format (day, _ ("%-d %b %Y"));
}

static char *
dup_minute (GDateTime *time)
{
  /* Translators: the same with the time of day, as "14 Feb 2026 14:05". */
  /* xgettext:no-c-format */
  return g_date_time_format (time, _ ("%-d %b %Y %H:%M"));
}

char *
ic_words_dup_date (const char *date)
{
  guint64 number = 0;
  g_autoptr(GDateTime) time = NULL;

  if (strlen (date) != 8 || !g_ascii_string_to_unsigned (date, 10, 0, 99991231, &number, NULL))
    return g_strdup (date);
  time = g_date_time_new_utc ((int) (number / 10000), (int) (number / 100 % 100),
                              (int) (number % 100), 0, 0, 0);
  return time != NULL ? ic_words_dup_day (time) : g_strdup (date);
}

char *
ic_words_dup_time (gint64 seconds)
{
  g_autoptr(GDateTime) time = seconds > 0 ? g_date_time_new_from_unix_local (seconds) : NULL;

  return time != NULL ? dup_minute (time) : g_strdup ("");
}

char *
ic_words_dup_iso_time (gint64 seconds)
{
  g_autoptr(GDateTime) time = seconds > 0 ? g_date_time_new_from_unix_utc (seconds) : NULL;

  return time != NULL ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ") : NULL;
}

char *
ic_words_dup_name (const char *name)
{
  g_autoptr(IcPatient) patient = ic_patient_new (NULL, NULL, name, NULL, NULL);

  return ic_patient_dup_display_name (patient);
}

char *
ic_words_dup_patient (IcPatient *patient)
{
  g_autofree char *name = ic_patient_dup_display_name (patient);

  return ic_words_dup_printable (*name != '\0' ? name : patient->id);
}

char *
ic_words_dup_modalities (const char *list)
{
  g_auto(GStrv) parts = g_strsplit (list, "\\", -1);

  return g_strjoinv (", ", parts);
}

/* Explicit marks, embeddings and isolates turn the order of what follows. */
static gboolean
is_harmless (gunichar c)
{
  if (g_unichar_iscntrl (c) || c == 0x200E || c == 0x200F || c == 0x2028 || c == 0x2029)
    return FALSE;
  return !(c >= 0x202A && c <= 0x202E) && !(c >= 0x2066 && c <= 0x2069);
}

char *
ic_words_dup_printable (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autoptr(GString) printable = g_string_sized_new (strlen (valid));

  for (const char *c = valid; *c != '\0'; c = g_utf8_next_char (c))
    g_string_append_unichar (printable,
                             is_harmless (g_utf8_get_char (c)) ? g_utf8_get_char (c) : ' ');
  return g_string_free (g_steal_pointer (&printable), FALSE);
}
