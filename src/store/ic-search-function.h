/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What SQL is taught for migrations: word_beginnings (text) is ic_search_dup_beginnings() of it. */
#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/* On a connection that was just opened. */
gboolean ic_search_function_install (sqlite3 *db, GError **error);

G_END_DECLS
