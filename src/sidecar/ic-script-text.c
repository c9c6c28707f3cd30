/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sidecar/ic-script-text.h"

#include <string.h>

#define FIRST_BEYOND 0x10000 /* of the code points that take two UTF-16 units */

static void
append_character (GString *out, gunichar c)
{
  if (c >= FIRST_BEYOND)
    g_string_append_printf (out, "\\u%04x\\u%04x", 0xd800 + ((c - FIRST_BEYOND) >> 10),
                            0xdc00 + ((c - FIRST_BEYOND) & 0x3ff));
  else if (c < 0x20 || c > 0x7e || strchr ("\"\\<>&", (int) c) != NULL)
    g_string_append_printf (out, "\\u%04x", c);
  else
    g_string_append_c (out, (char) c);
}

void
ic_script_text_append (GString *out, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);

  g_string_append_c (out, '"');
  for (const char *c = valid; *c != '\0'; c = g_utf8_next_char (c))
    append_character (out, g_utf8_get_char (c));
  g_string_append_c (out, '"');
}

void
ic_script_text_append_comma (GString *out)
{
  if (out->len > 0 && strchr ("{[(", out->str[out->len - 1]) == NULL)
    g_string_append_c (out, ',');
}

void
ic_script_text_append_name (GString *out, const char *name)
{
  ic_script_text_append_comma (out);
  g_string_append_printf (out, "\"%s\":", name);
}

void
ic_script_text_append_string (GString *out, const char *name, const char *value)
{
  ic_script_text_append_name (out, name);
  ic_script_text_append (out, value);
}

void
ic_script_text_append_number (GString *out, const char *name, guint64 value)
{
  ic_script_text_append_name (out, name);
  g_string_append_printf (out, "%" G_GUINT64_FORMAT, value);
}
