/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Searching in repositories: how text is folded so that case, accents and width do not matter, how
 * the wildcards of people become those of SQLite, and a builder for WHERE clauses whose values are
 * always bound. For repositories only.
 */
#pragma once

#include "store/ic-statement.h"

G_BEGIN_DECLS

typedef struct _IcSearch IcSearch;

/* @text without case, accents and compatibility forms; free with g_free(). */
char *ic_search_fold (const char *text);

/* How the words of folded @text begin, each with its first letter or two behind IC_SEARCH_WORD:
 * what an index of every three letters must find besides the text to know short words by their
 * beginnings. Free with g_free().
 */
char *ic_search_dup_beginnings (const char *text);
#define IC_SEARCH_WORD "^^"

/* A person name as it is kept for searching: folded, each component group between "=". */
char *ic_search_fold_name (const char *name);

/* A GLOB pattern in which only "*" and "?" of @text are special (PS3.4 C.2.2.2.4). */
char *ic_search_dup_pattern (const char *text);

/* A GLOB pattern on a folded name: any component group may match; without a wildcard the pattern is
 * the group or its first components.
 */
char *ic_search_dup_name_pattern (const char *text);

/* @select is everything up to WHERE, and must not end in one itself. */
IcSearch *ic_search_new (const char *select);
void ic_search_free (IcSearch *self);

/* Adds "AND clause" with its one parameter. @clause is a constant. */
void ic_search_add_text (IcSearch *self, const char *clause, const char *value);
void ic_search_add_int64 (IcSearch *self, const char *clause, gint64 value);

/* Adds "AND column GLOB pattern" for the wildcards in @value, "AND column = value" without any, and
 * nothing when it is NULL or "".
 */
void ic_search_add_wildcards (IcSearch *self, const char *column, const char *value);

/* The value of one more parameter of the clause added last. */
void ic_search_add_value (IcSearch *self, gint64 value);

/* Prepares it with @tail ("ORDER BY …") behind, all values bound in the order of adding. */
IcStatement *ic_search_prepare (IcSearch *self, IcReadTx *tx, const char *tail, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcSearch, ic_search_free)

G_END_DECLS
