/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/ic-query-match.h"

#include <string.h>

#define DATE_DIGITS 8

/* PS3.4 C.2.2.2.4: "*" is any number of characters, "?" is one. */
static gboolean
fits_wildcards (const char *pattern, const char *text)
{
  const char *star = NULL;
  const char *resume = NULL;

  while (*text != '\0')
    {
      if (*pattern == '*')
        {
          star = ++pattern;
          resume = text;
        }
      else if (*pattern != '\0' &&
               (*pattern == '?' || g_utf8_get_char (pattern) == g_utf8_get_char (text)))
        {
          pattern = g_utf8_next_char (pattern);
          text = g_utf8_next_char (text);
        }
      else if (star != NULL)
        {
          pattern = star;
          text = resume = g_utf8_next_char (resume);
        }
      else
        return FALSE;
    }
  return pattern[strspn (pattern, "*")] == '\0';
}

/* Spaces around values do not count (PS3.5 6.2); some nodes compare letters in either case. */
static char *
fold (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  return g_strstrip (g_utf8_casefold (valid, -1));
}

static gboolean
fits_text (const char *asked, const char *value)
{
  g_autofree char *pattern = fold (asked);
  g_autofree char *text = fold (value);

  return fits_wildcards (pattern, text);
}

/* "20260214" also of "2026.02.14", as ACR-NEMA wrote it; NULL when it is no date. */
static char *
dup_date (const char *text)
{
  g_autofree char *digits = g_new0 (char, DATE_DIGITS + 1);
  gsize n = 0;

  for (const char *c = text; *c != '\0'; c++)
    if (g_ascii_isdigit (*c) && n < DATE_DIGITS)
      digits[n++] = *c;
    else if (strchr (". ", *c) == NULL)
      return NULL;
  return n == DATE_DIGITS ? g_steal_pointer (&digits) : NULL;
}

/* PS3.4 C.2.2.2.5.1: "A-B", "-B", "A-", or one day. */
static gboolean
fits_date (const char *asked, const char *date)
{
  g_auto(GStrv) ends = g_strsplit (asked, "-", 2);
  const char *from = g_strstrip (ends[0]);
  const char *to = ends[1] != NULL ? g_strstrip (ends[1]) : from;

  return (*from == '\0' || strcmp (date, from) >= 0) && (*to == '\0' || strcmp (date, to) <= 0);
}

static gboolean
fits_one (const IcQueryKeyInfo *info, const char *asked, const char *value)
{
  g_autofree char *date = NULL;

  if (!g_str_equal (info->vr, "DA"))
    return fits_text (asked, value);
  date = dup_date (value);
  return date == NULL || fits_date (asked, date);
}

/* Several values fit when one of them does, and several may be asked for. */
static gboolean
fits_any (const IcQueryKeyInfo *info, const char *asked, const char *values)
{
  g_auto(GStrv) wanted = g_strsplit (asked, "\\", -1);
  g_auto(GStrv) given = g_strsplit (values, "\\", -1);

  for (gsize i = 0; wanted[i] != NULL; i++)
    for (gsize k = 0; given[k] != NULL; k++)
      if (fits_one (info, wanted[i], given[k]))
        return TRUE;
  return FALSE;
}

static gboolean
is_blank (const char *text)
{
  return text[strspn (text, " ")] == '\0';
}

/* PS3.4 C.2.2.2.3: "*" alone is as good as nothing. */
static gboolean
is_universal (const char *asked)
{
  return asked == NULL || asked[strspn (asked, " *")] == '\0';
}

IcMatch
ic_query_match_value (const IcQueryKeyInfo *info, const char *asked, const char *value)
{
  if (is_universal (asked) || g_str_equal (info->vr, "PN"))
    return IC_MATCH_FITS;
  if (fits_any (info, asked, value))
    return IC_MATCH_FITS;
  return is_blank (value) ? IC_MATCH_UNKNOWN : IC_MATCH_CONTRADICTS;
}

IcMatch
ic_query_match_row (const IcQuery *query, const char *const *values, IcQueryKey *key)
{
  IcMatch worst = IC_MATCH_FITS;

  for (guint i = 0; i < IC_N_QUERY_KEYS; i++)
    {
      IcMatch match = ic_query_match_value (ic_query_key_get_info ((IcQueryKey) i),
                                            ic_query_get (query, (IcQueryKey) i), values[i]);

      if (match <= worst)
        continue;
      worst = match;
      *key = (IcQueryKey) i;
    }
  return worst;
}
