/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/ic-text.h"

#include "core/ic-error.h"

#include <glib/gi18n.h>

static gboolean
is_control (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);

  return type == G_UNICODE_CONTROL || type == G_UNICODE_LINE_SEPARATOR ||
         type == G_UNICODE_PARAGRAPH_SEPARATOR;
}

static const char *
find_fault (const char *text)
{
  if (!g_utf8_validate (text, -1, NULL))
    return "is not text in UTF-8";
  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    if (is_control (g_utf8_get_char (c)))
      return "has control characters or more than one line";
  return NULL;
}

gboolean
ic_text_check (const char *text, const char *what, IcTextLimit limit, GError **error)
{
  const char *fault = find_fault (text);

  if (fault != NULL)
    {
      g_set_error (error, IC_ERROR, IC_ERROR_USAGE, "%s %s", what, fault);
      return FALSE;
    }
  if (g_utf8_strlen (text, -1) <= (glong) limit)
    return TRUE;
  g_set_error (error, IC_ERROR, IC_ERROR_USAGE, "%s is longer than %d characters", what, limit);
  return FALSE;
}

char *
ic_text_dup_size (guint64 size_bytes)
{
  static const char *const units[] = {
    /* Translators: units of sizes on media, in steps of 1000. */
    N_ ("bytes"), N_ ("kB"), N_ ("MB"), N_ ("GB"), N_ ("TB"),
  };
  double value = (double) size_bytes;
  guint unit = 0;

  while (value >= 999.5 && unit + 1 < G_N_ELEMENTS (units))
    {
      value /= 1000;
      unit++;
    }
  return g_strdup_printf ("%.*f %s", unit > 0 && value < 9.95 ? 1 : 0, value, _ (units[unit]));
}
