/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ic-search.h"

#include <string.h>

typedef struct
{
  char *text; /* NULL for a number */
  gint64 number;
} Value;

struct _IcSearch
{
  GString *sql;
  GArray *values;
};

char *
ic_search_fold (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *decomposed = g_utf8_normalize (valid, -1, G_NORMALIZE_ALL);
  g_autofree char *folded = g_utf8_casefold (decomposed, -1);
  g_autoptr(GString) result = g_string_sized_new (strlen (folded));

  for (const char *c = folded; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar letter = g_utf8_get_char (c);

      if (!g_unichar_ismark (letter))
        g_string_append_unichar (result, letter);
    }
  return g_string_free (g_steal_pointer (&result), FALSE);
}

char *
ic_search_dup_beginnings (const char *text)
{
  g_autoptr(GString) all = g_string_new (NULL);
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  gboolean is_inside = FALSE;

  for (const char *c = valid; *c != '\0'; c = g_utf8_next_char (c))
    {
      const gsize before = all->len;
      const char *next = g_utf8_next_char (c);
      const gboolean is_letter = g_unichar_isalnum (g_utf8_get_char (c));

      if (is_letter && !is_inside)
        {
          if (g_unichar_isalnum (g_utf8_get_char (next)))
            next = g_utf8_next_char (next);
          g_string_append (all, IC_SEARCH_WORD);
          g_string_append_len (all, c, next - c);
          /* Each once: texts are long, and their words alike. */
          if (g_strstr_len (all->str, (gssize) before, all->str + before) != NULL)
            g_string_truncate (all, before);
        }
      is_inside = is_letter;
    }
  return g_string_free (g_steal_pointer (&all), FALSE);
}

char *
ic_search_fold_name (const char *name)
{
  g_autofree char *folded = ic_search_fold (name);

  return g_strconcat ("=", folded, "=", NULL);
}

char *
ic_search_dup_pattern (const char *text)
{
  g_autoptr(GString) pattern = g_string_new (text);

  g_string_replace (pattern, "[", "[[]", 0);
  return g_string_free (g_steal_pointer (&pattern), FALSE);
}

char *
ic_search_dup_name_pattern (const char *text)
{
  g_autofree char *folded = ic_search_fold (text);
  g_autofree char *pattern = ic_search_dup_pattern (folded);
  gboolean has_wildcard = strpbrk (folded, "*?") != NULL;

  return g_strconcat ("*=", pattern, has_wildcard ? "=*" : "[=^]*", NULL);
}

static void
clear_value (gpointer data)
{
  g_free (((Value *) data)->text);
}

IcSearch *
ic_search_new (const char *select)
{
  IcSearch *self = g_new0 (IcSearch, 1);

  self->sql = g_string_new (select);
  g_string_append (self->sql, " WHERE 1");
  self->values = g_array_new (FALSE, FALSE, sizeof (Value));
  g_array_set_clear_func (self->values, clear_value);
  return self;
}

void
ic_search_free (IcSearch *self)
{
  g_string_free (self->sql, TRUE);
  g_array_unref (self->values);
  g_free (self);
}

void
ic_search_add_text (IcSearch *self, const char *clause, const char *value)
{
  Value kept = { g_strdup (value), 0 };

  g_string_append_printf (self->sql, " AND %s", clause);
  g_array_append_val (self->values, kept);
}

void
ic_search_add_wildcards (IcSearch *self, const char *column, const char *value)
{
  gboolean has_wildcard = value != NULL && strpbrk (value, "*?") != NULL;
  g_autofree char *pattern = has_wildcard ? ic_search_dup_pattern (value) : g_strdup (value);
  g_autofree char *clause = g_strdup_printf ("%s %s ?", column, has_wildcard ? "GLOB" : "=");

  if (value != NULL && *value != '\0')
    ic_search_add_text (self, clause, pattern);
}

void
ic_search_add_value (IcSearch *self, gint64 value)
{
  Value kept = { NULL, value };

  g_array_append_val (self->values, kept);
}

void
ic_search_add_int64 (IcSearch *self, const char *clause, gint64 value)
{
  g_string_append_printf (self->sql, " AND %s", clause);
  ic_search_add_value (self, value);
}

IcStatement *
ic_search_prepare (IcSearch *self, IcReadTx *tx, const char *tail, GError **error)
{
  g_autofree char *sql = g_strconcat (self->sql->str, " ", tail, NULL);
  g_autoptr(IcStatement) statement = ic_statement_new_dynamic (tx, sql, error);

  if (statement == NULL)
    return NULL;
  for (guint i = 0; i < self->values->len; i++)
    {
      const Value *value = &g_array_index (self->values, Value, i);

      if (value->text != NULL)
        ic_statement_bind_text (statement, value->text);
      else
        ic_statement_bind_int64 (statement, value->number);
    }
  return g_steal_pointer (&statement);
}
