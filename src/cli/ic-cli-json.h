/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What --json prints: one object, or an array whose objects are printed as they come and that is
 * valid however the work ends. Always UTF-8 and independent of the locale.
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Members of the object that @builder has begun. */
void ic_cli_json_add_text (JsonBuilder *builder, const char *name, const char *value);
void ic_cli_json_add_int (JsonBuilder *builder, const char *name, gint64 value);
void ic_cli_json_add_boolean (JsonBuilder *builder, const char *name, gboolean value);

/* null for NULL. */
void ic_cli_json_add_text_or_null (JsonBuilder *builder, const char *name, const char *value);

/* A count as a node gives it, an Integer String of PS3.5 6.2: null when it gives none. */
void ic_cli_json_add_count (JsonBuilder *builder, const char *name, const char *value);

/* "2026-02-14T14:05:00Z", null for 0. */
void ic_cli_json_add_time (JsonBuilder *builder, const char *name, gint64 seconds);

/* Prints the one value that @builder holds, readable, with a line end. */
void ic_cli_json_print (JsonBuilder *builder);

typedef struct
{
  guint n_items;
} IcCliArray;

/* One line an object. */
void ic_cli_array_begin (IcCliArray *self);
void ic_cli_array_add (IcCliArray *self, JsonBuilder *builder);
void ic_cli_array_end (IcCliArray *self);

G_END_DECLS
