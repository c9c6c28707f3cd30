/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbered steps that bring a database to the schema this program knows, each in a transaction of
 * its own, after a copy was made. Nothing here ever deletes or replaces a database. For the store
 * only.
 */
#pragma once

#include "core/ic-progress.h"
#include "store/ic-data-dir.h"

#include <sqlite3.h>

G_BEGIN_DECLS

typedef struct
{
  guint version;   /* from 1, without gaps */
  const char *sql; /* may say report_progress (done, total), which is true, row by row */
} IcMigration;

/* The steps built into the program, as GArray of IcMigration; their text lives for ever. */
GArray *ic_migration_list_built_in (void);

/* Brings @db up to the last of @steps. FALSE when a step or the copy failed, or when the database
 * is newer (IC_ERROR_UNSUPPORTED): it is then as it was before the failing step. Two programs must
 * not do this at once. @progress, which may be NULL, is told of what changes a database, not of the
 * making of a fresh one.
 */
gboolean ic_migration_run (sqlite3 *db,
                           IcDataDir *data_dir,
                           const IcMigration *steps,
                           guint n,
                           IcProgress *progress,
                           GError **error);

G_END_DECLS
