/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/ic-cli-output.h"

#include "domain/ic-patient.h"
#include "words/ic-words.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LABEL_WIDTH 16
#define GAP "  "
#define ANSWER_SIZE 64

struct _IcCliTable
{
  const IcCliColumn *columns;
  guint n_columns;
  guint *widths;
  GPtrArray *rows; /* of char **, not printed yet */
  gboolean has_titles;
};

static void
put (FILE *stream, const char *text)
{
  const char *charset = NULL;
  g_autofree char *converted = NULL;

  if (!g_get_charset (&charset))
    converted = g_convert_with_fallback (text, -1, charset, "UTF-8", "?", NULL, NULL, NULL);
  fputs (converted != NULL ? converted : text, stream);
}

void
ic_cli_print (const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  put (stdout, text);
}

void
ic_cli_print_error (const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  /* What was printed before comes before. */
  fflush (stdout);
  put (stderr, text);
}

static guint
measure (const char *text)
{
  guint width = 0;

  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    if (!g_unichar_iszerowidth (g_utf8_get_char (c)))
      width += g_unichar_iswide (g_utf8_get_char (c)) ? 2 : 1;
  return width;
}

static void
append_padded (GString *line, const char *text, guint width, gboolean right)
{
  guint missing = width > measure (text) ? width - measure (text) : 0;

  if (!right)
    g_string_append (line, text);
  g_string_append_printf (line, "%*s", (int) missing, "");
  if (right)
    g_string_append (line, text);
}

void
ic_cli_print_field (const char *label, const char *value)
{
  g_autofree char *head = g_strconcat (label, ":", NULL);
  g_autofree char *printable = ic_words_dup_printable (value);
  g_autoptr(GString) line = g_string_new (NULL);

  if (*value == '\0')
    return;
  append_padded (line, head, LABEL_WIDTH, FALSE);
  ic_cli_print ("%s%s%s\n", line->str, g_str_has_suffix (line->str, " ") ? "" : " ", printable);
}

static gboolean
flush_cb (gpointer data)
{
  gboolean *pending = data;

  *pending = FALSE;
  fflush (stdout);
  return G_SOURCE_REMOVE;
}

void
ic_cli_flush_when_idle (void)
{
  static gboolean pending = FALSE;

  if (!pending)
    g_idle_add_full (G_PRIORITY_LOW, flush_cb, &pending, NULL);
  pending = TRUE;
}

static void
strv_free (gpointer data)
{
  g_strfreev (data);
}

IcCliTable *
ic_cli_table_new (const IcCliColumn *columns, guint n_columns)
{
  IcCliTable *self = g_new0 (IcCliTable, 1);

  self->columns = columns;
  self->n_columns = n_columns;
  self->widths = g_new0 (guint, n_columns);
  for (guint i = 0; i < n_columns; i++)
    self->widths[i] = MAX (columns[i].width, measure (_ (columns[i].title)));
  self->rows = g_ptr_array_new_with_free_func (strv_free);
  return self;
}

void
ic_cli_table_free (IcCliTable *self)
{
  g_free (self->widths);
  g_ptr_array_unref (self->rows);
  g_free (self);
}

void
ic_cli_table_take_row (IcCliTable *self, char **cells)
{
  g_return_if_fail (g_strv_length (cells) == self->n_columns);

  for (guint i = 0; i < self->n_columns; i++)
    {
      char *printable = ic_words_dup_printable (cells[i]);

      g_free (cells[i]);
      cells[i] = printable;
      self->widths[i] = MAX (self->widths[i], measure (printable));
    }
  g_ptr_array_add (self->rows, cells);
}

static void
print_line (IcCliTable *self, const char *const *cells)
{
  g_autoptr(GString) line = g_string_new (NULL);

  for (guint i = 0; i < self->n_columns; i++)
    {
      if (i > 0)
        g_string_append (line, GAP);
      append_padded (line, cells[i], self->widths[i], self->columns[i].right);
    }
  while (line->len > 0 && line->str[line->len - 1] == ' ')
    g_string_truncate (line, line->len - 1);
  ic_cli_print ("%s\n", line->str);
}

static void
print_titles (IcCliTable *self)
{
  g_autofree const char **titles = g_new0 (const char *, self->n_columns + 1);

  for (guint i = 0; i < self->n_columns; i++)
    titles[i] = _ (self->columns[i].title);
  print_line (self, titles);
  self->has_titles = TRUE;
}

void
ic_cli_table_print (IcCliTable *self)
{
  if (self->rows->len == 0)
    return;
  if (!self->has_titles)
    print_titles (self);
  for (guint i = 0; i < self->rows->len; i++)
    print_line (self, self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
}

gboolean
ic_cli_can_ask (void)
{
  return isatty (STDIN_FILENO) != 0 && isatty (STDERR_FILENO) != 0;
}

gboolean
ic_cli_is_yes (const char *answer)
{
  g_autofree char *word = g_strstrip (g_strdup (answer));

  return rpmatch (word) == 1;
}

gboolean
ic_cli_ask (const char *question)
{
  char answer[ANSWER_SIZE] = "";

  if (!ic_cli_can_ask ())
    return FALSE;
  ic_cli_print_error ("%s ", question);
  return fgets (answer, sizeof answer, stdin) != NULL && ic_cli_is_yes (answer);
}
