/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opens the data directory, and says on a terminal how far it is while a long log is brought to
 * what this version needs.
 */
#pragma once

#include "ops/ic-desk.h"

G_BEGIN_DECLS

/* As ic_desk_open(). */
IcDesk *ic_cli_open_desk (const char *path, GError **error);

G_END_DECLS
