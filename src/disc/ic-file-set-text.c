/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "disc/ic-file-set-text.h"

#include <string.h>

static const char *const month_names[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

/* Characters that make what follows look like something else: a name could otherwise show a date
 * of birth backwards. The marks that Arabic and Hebrew need stay.
 */
static gboolean
turns_direction (gunichar c)
{
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static gboolean
breaks_line (gunichar c)
{
  return g_unichar_iscntrl (c) || c == 0x2028 || c == 0x2029 || c == 0xfffe || c == 0xffff;
}

char *
ic_file_set_text_dup_line (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  g_autoptr(GString) line = g_string_new (NULL);

  for (const char *c = valid; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar point = g_utf8_get_char (c);

      if (turns_direction (point))
        continue;
      g_string_append_unichar (line, breaks_line (point) ? ' ' : point);
    }
  g_strstrip (line->str);
  return g_string_free (g_steal_pointer (&line), FALSE);
}

char *
ic_file_set_text_dup_markup (const char *text)
{
  g_autofree char *line = ic_file_set_text_dup_line (text);

  return g_markup_escape_text (line, -1);
}

char *
ic_file_set_text_dup_date (const char *da)
{
  guint number = 0;

  if (strlen (da) != 8 || strspn (da, "0123456789") != 8)
    return ic_file_set_text_dup_line (da);
  number = (guint) g_ascii_strtoull (da, NULL, 10);
  if (!g_date_valid_dmy (number % 100, number / 100 % 100, number / 10000))
    return ic_file_set_text_dup_line (da);
  return g_strdup_printf ("%u %s %04u", number % 100, month_names[number / 100 % 100 - 1],
                          number / 10000);
}

char *
ic_file_set_text_dup_moment (GDateTime *when)
{
  g_autofree char *clock = g_date_time_format (when, "%H:%M %:z");

  return g_strdup_printf ("%d %s %04d %s", g_date_time_get_day_of_month (when),
                          month_names[g_date_time_get_month (when) - 1],
                          g_date_time_get_year (when), clock);
}
