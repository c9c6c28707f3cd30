/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/ic-cli-json.h"

#include "cli/ic-cli-output.h"
#include "words/ic-words.h"

#include <stdio.h>

void
ic_cli_json_add_text (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

void
ic_cli_json_add_text_or_null (JsonBuilder *builder, const char *name, const char *value)
{
  if (value != NULL)
    {
      ic_cli_json_add_text (builder, name, value);
      return;
    }
  json_builder_set_member_name (builder, name);
  json_builder_add_null_value (builder);
}

void
ic_cli_json_add_int (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

void
ic_cli_json_add_boolean (JsonBuilder *builder, const char *name, gboolean value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}

void
ic_cli_json_add_count (JsonBuilder *builder, const char *name, const char *value)
{
  g_autofree char *text = g_strstrip (g_strdup (value));
  guint64 count = 0;

  if (g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT32, &count, NULL))
    ic_cli_json_add_int (builder, name, (gint64) count);
  else
    ic_cli_json_add_text_or_null (builder, name, NULL);
}

void
ic_cli_json_add_time (JsonBuilder *builder, const char *name, gint64 seconds)
{
  g_autofree char *time = ic_words_dup_iso_time (seconds);

  ic_cli_json_add_text_or_null (builder, name, time);
}

static void
put_root (JsonBuilder *builder, gboolean pretty)
{
  g_autoptr(JsonNode) root = json_builder_get_root (builder);
  g_autofree char *text = json_to_string (root, pretty);

  fputs (text, stdout);
}

void
ic_cli_json_print (JsonBuilder *builder)
{
  put_root (builder, TRUE);
  fputc ('\n', stdout);
}

void
ic_cli_array_begin (IcCliArray *self)
{
  self->n_items = 0;
  fputc ('[', stdout);
}

void
ic_cli_array_add (IcCliArray *self, JsonBuilder *builder)
{
  fputs (self->n_items++ > 0 ? ",\n" : "\n", stdout);
  put_root (builder, FALSE);
}

void
ic_cli_array_end (IcCliArray *self)
{
  fputs (self->n_items > 0 ? "\n]\n" : "]\n", stdout);
}
