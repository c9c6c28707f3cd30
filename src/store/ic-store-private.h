/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening with other migrations than the built-in ones, for tests of what goes wrong there. */
#pragma once

#include "store/ic-migration.h"
#include "store/ic-store.h"

G_BEGIN_DECLS

#define IC_STORE_DATABASE "courier.sqlite"

IcStore *ic_store_open_with_migrations (IcDataDir *data_dir,
                                        const IcMigration *steps,
                                        guint n,
                                        IcProgress *progress,
                                        GError **error);

G_END_DECLS
