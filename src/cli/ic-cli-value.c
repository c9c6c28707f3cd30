/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/ic-cli-value.h"

#include "core/ic-error.h"
#include "domain/ic-uid.h"

#include <glib/gi18n.h>
#include <string.h>

#define STDIO_PREFIX "stdio:"

/* The length of the date that @text begins with: 8, or 10 with dashes; 0 for none. */
static gsize
measure_date (const char *text)
{
  if (strspn (text, "0123456789") >= 8)
    return 8;
  if (strspn (text, "0123456789") == 4 && text[4] == '-' && strspn (text + 5, "0123456789") == 2 &&
      text[7] == '-' && strspn (text + 8, "0123456789") >= 2)
    return 10;
  return 0;
}

/* Eight digits of a day that exists; NULL otherwise. */
static char *
take_date (const char *text, gsize length)
{
  g_autofree char *digits = g_new0 (char, 9);
  guint64 number = 0;
  gsize n = 0;

  for (gsize i = 0; i < length && n < 8; i++)
    if (g_ascii_isdigit (text[i]))
      digits[n++] = text[i];
  if (!g_ascii_string_to_unsigned (digits, 10, 10101, 99991231, &number, NULL) ||
      !g_date_valid_dmy ((GDateDay) (number % 100), (GDateMonth) (number / 100 % 100),
                         (GDateYear) (number / 10000)))
    return NULL;
  return g_steal_pointer (&digits);
}

static char *
fail_date (const char *what, const char *form, GError **error)
{
  g_set_error (error, IC_ERROR, IC_ERROR_USAGE, _ ("%s is not a date such as %s"), what, form);
  return NULL;
}

gboolean
ic_cli_refuse (GError **error, const char *message)
{
  g_set_error_literal (error, IC_ERROR, IC_ERROR_USAGE, message);
  return FALSE;
}

char *
ic_cli_parse_date (const char *text, const char *what, GError **error)
{
  gsize length = measure_date (text);
  g_autofree char *date = length > 0 && text[length] == '\0' ? take_date (text, length) : NULL;

  if (date == NULL)
    return fail_date (what, _ ("20260214 or 2026-02-14"), error);
  return g_steal_pointer (&date);
}

static char *
fail_range (const char *what, GError **error)
{
  return fail_date (what, _ ("20260214, 20260101-20260214, 20260101- or -20260214"), error);
}

/* @text up to the dash, if any: *@rest is what follows, NULL at the end. */
static gboolean
take_range_end (const char *text, char **date, const char **rest)
{
  gsize length = measure_date (text);

  if (length > 0)
    {
      *date = take_date (text, length);
      if (*date == NULL)
        return FALSE;
    }
  *rest = text[length] == '-' ? text + length + 1 : NULL;
  return *rest != NULL || text[length] == '\0';
}

char *
ic_cli_parse_date_range (const char *text, const char *what, char **from, char **to, GError **error)
{
  g_autofree char *first = NULL;
  g_autofree char *last = NULL;
  g_autofree char *range = NULL;
  const char *rest = NULL;
  const char *end = NULL;

  if (!take_range_end (text, &first, &rest))
    return fail_range (what, error);
  if (rest != NULL && (!take_range_end (rest, &last, &end) || end != NULL))
    return fail_range (what, error);
  if ((first == NULL && last == NULL) ||
      (first != NULL && last != NULL && strcmp (first, last) > 0))
    return fail_range (what, error);
  range = rest == NULL
              ? g_strdup (first)
              : g_strdup_printf ("%s-%s", first != NULL ? first : "", last != NULL ? last : "");
  if (rest == NULL)
    last = g_strdup (first);
  if (from != NULL)
    *from = g_steal_pointer (&first);
  if (to != NULL)
    *to = g_steal_pointer (&last);
  return g_steal_pointer (&range);
}

gint64
ic_cli_date_to_time (const char *date, int days)
{
  int number = (int) g_ascii_strtoll (date, NULL, 10);
  g_autoptr(GDateTime) day =
                 g_date_time_new_local (number / 10000, number / 100 % 100, number % 100, 0, 0, 0);
  g_autoptr(GDateTime) later = day != NULL ? g_date_time_add_days (day, days) : NULL;

  return later != NULL ? g_date_time_to_unix (later) : 0;
}

gboolean
ic_cli_parse_number (const char *text,
                     const char *what,
                     guint min,
                     guint max,
                     guint *number,
                     GError **error)
{
  guint64 value = 0;

  if (!g_ascii_string_to_unsigned (text, 10, min, max, &value, NULL))
    {
      g_set_error (error, IC_ERROR, IC_ERROR_USAGE, _ ("%s is not a number from %u to %u"), what,
                   min, max);
      return FALSE;
    }
  *number = (guint) value;
  return TRUE;
}

gboolean
ic_cli_check_uids (char **uids, const char *option, GError **error)
{
  for (char **uid = uids; uid != NULL && *uid != NULL; uid++)
    if (!ic_uid_is_valid (*uid))
      {
        g_set_error (error, IC_ERROR, IC_ERROR_USAGE,
                     _ ("%s wants a UID, digits and dots, such as 1.2.840.113619.2.55"), option);
        return FALSE;
      }
  return TRUE;
}

gboolean
ic_cli_check_not_blank (const char *text, const char *what, GError **error)
{
  g_autofree char *stripped = text != NULL ? g_strstrip (g_strdup (text)) : NULL;

  if (stripped == NULL || *stripped != '\0')
    return TRUE;
  g_set_error (error, IC_ERROR, IC_ERROR_USAGE, _ ("%s is empty: give it a value or leave it out"),
               what);
  return FALSE;
}

char *
ic_cli_dup_absolute_path (const char *path)
{
  g_autofree char *rest = NULL;

  if (!g_str_has_prefix (path, STDIO_PREFIX))
    return g_canonicalize_filename (path, NULL);
  rest = g_canonicalize_filename (path + strlen (STDIO_PREFIX), NULL);
  return g_strconcat (STDIO_PREFIX, rest, NULL);
}

gboolean
ic_cli_parse_retrieve (const char *text,
                       const char *option,
                       IcRetrieveMethod *method,
                       GError **error)
{
  if (text == NULL || ic_retrieve_method_from_string (text, method))
    return TRUE;
  g_set_error (error, IC_ERROR, IC_ERROR_USAGE, _ ("%s is one of get, move"), option);
  return FALSE;
}

gboolean
ic_cli_check_urgency (const char *name, IcUrgency *urgency, GError **error)
{
  if (name == NULL || ic_urgency_from_string (name, urgency))
    return TRUE;
  return ic_cli_refuse (error, _ ("--urgency is one of routine, urgent, emergency"));
}
