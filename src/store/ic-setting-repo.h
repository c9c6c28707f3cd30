/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settings of the data directory, which all who use it share: a name and a text. */
#pragma once

#include "store/ic-tx.h"

G_BEGIN_DECLS

/* The value of @name, or @fallback when it was never set; free with g_free(). NULL on failure. */
char *ic_setting_repo_dup (IcReadTx *tx, const char *name, const char *fallback, GError **error);

/* Sets @name; NULL as @value forgets it. */
gboolean ic_setting_repo_set (IcWriteTx *tx, const char *name, const char *value, GError **error);

/* The value of @name, made of 32 random bytes the first time; free with g_free(). */
char *ic_setting_repo_ensure_secret (IcWriteTx *tx, const char *name, GError **error);

G_END_DECLS
