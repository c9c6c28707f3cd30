/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One prepared SQL statement, for repositories only. Values are bound and columns read strictly in
 * order, each call taking the next one. Statements from constants are kept and used again; freeing
 * one gives it back. A failure of any step is kept until ic_statement_check().
 */
#pragma once

#include "store/ic-tx.h"

G_BEGIN_DECLS

typedef struct _IcStatement IcStatement;

/* @sql must be a string constant, by whose address the statement is kept. One for reading must not
 * write.
 */
IcStatement *ic_statement_new (IcReadTx *tx, const char *sql, GError **error);
IcStatement *ic_statement_new_for_write (IcWriteTx *tx, const char *sql, GError **error);

/* For SQL that is put together at run time from constants; it is not kept. */
IcStatement *ic_statement_new_dynamic (IcReadTx *tx, const char *sql, GError **error);
void ic_statement_free (IcStatement *self);

/* Bind the next parameter. NULL text counts as "". */
void ic_statement_bind_text (IcStatement *self, const char *text);
void ic_statement_bind_int64 (IcStatement *self, gint64 value);
void ic_statement_bind_bytes (IcStatement *self, GBytes *bytes);
void ic_statement_bind_null (IcStatement *self);

/* TRUE when there is a row, whose first column is then the next one to read. */
gboolean ic_statement_step (IcStatement *self);

/* FALSE with @error set when any step failed. */
gboolean ic_statement_check (IcStatement *self, GError **error);

/* Runs to the end, checks, and makes it ready to be bound again. */
gboolean ic_statement_run (IcStatement *self, GError **error);

/* Makes it ready to be bound and stepped again. */
void ic_statement_rewind (IcStatement *self);

/* Read the next column: borrowed until the next step, or owned by the caller. */
const char *ic_statement_get_text (IcStatement *self);
gconstpointer ic_statement_get_bytes (IcStatement *self, gsize *size);
gint64 ic_statement_get_int64 (IcStatement *self);
char *ic_statement_dup_text (IcStatement *self);
GBytes *ic_statement_dup_bytes (IcStatement *self);

/* The id of the row inserted last, and how many rows the last one changed. */
gint64 ic_write_tx_get_last_id (IcWriteTx *tx);
guint ic_write_tx_get_changes (IcWriteTx *tx);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcStatement, ic_statement_free)

G_END_DECLS
