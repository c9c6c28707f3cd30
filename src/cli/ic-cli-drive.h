/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding the drive that a person means. */
#pragma once

#include "cli/ic-cli.h"
#include "disc/ic-drive-client.h"

G_BEGIN_DECLS

/* The drive @typed or, for NULL, the only one of this machine. It becomes the subject. NULL with
 * IC_ERROR_NOT_FOUND or IC_ERROR_USAGE. Free with g_free().
 */
char *ic_cli_find_drive (IcCli *cli, const char *typed, GError **error);

/* Looks into the drive, unless somebody of ours is using it: a look may spoil what is being burned.
 */
IcDrive *ic_cli_inspect_drive (IcCli *cli, const char *address, gboolean load, GError **error);

/* Says of @failure to use @address what no error code can: that there is no such drive, and who has
 * it.
 */
void ic_cli_explain_drive (IcCli *cli, const char *address, const GError *failure);

G_END_DECLS
