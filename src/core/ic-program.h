/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the project's own helper programs are. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The absolute path of helper @name: in the folders of the environment variable IC_LIBEXECDIR
 * (separated by colons, for running from a build tree), else where it was installed. The file may
 * be missing. Free with g_free().
 */
char *ic_program_dup_path (const char *name);

G_END_DECLS
