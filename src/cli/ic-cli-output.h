/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How things read on a terminal: dates, sizes, counts, names and tables. Everything printed as text
 * goes through here, so that what a node or file says cannot command the terminal.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* printf to standard output or error in the character set of the locale. */
void ic_cli_print (const char *format, ...) G_GNUC_PRINTF (1, 2);
void ic_cli_print_error (const char *format, ...) G_GNUC_PRINTF (1, 2);

/* Whether somebody sits at a terminal who can be asked. */
gboolean ic_cli_can_ask (void);

/* Asks on the terminal; FALSE unless the answer is yes, or when nobody can be asked. */
gboolean ic_cli_ask (const char *question);

/* "y", "Yes\n" and what it is in the language of the locale. */
gboolean ic_cli_is_yes (const char *answer);

/* "Label:  value", nothing where the value is "". */
void ic_cli_print_field (const char *label, const char *value);

/* Sends what was printed on its way once nothing else is waiting to be done. */
void ic_cli_flush_when_idle (void);

typedef struct
{
  const char *title;
  guint width;    /* at least so many characters */
  gboolean right; /* numbers */
} IcCliColumn;

typedef struct _IcCliTable IcCliTable;

/* @columns must outlive it. */
IcCliTable *ic_cli_table_new (const IcCliColumn *columns, guint n_columns);
void ic_cli_table_free (IcCliTable *self);

/* Takes @cells, a NULL-terminated array of one string a column. */
void ic_cli_table_take_row (IcCliTable *self, char **cells);

/* Prints the rows that were added since the last time, the titles before the first of all. */
void ic_cli_table_print (IcCliTable *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcCliTable, ic_cli_table_free)

G_END_DECLS
