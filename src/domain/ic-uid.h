/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DICOM unique identifiers as strings (PS3.5 chapter 9): checked here once, compared as bytes. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define IC_UID_MAX 64 /* characters, PS3.5 9.1 */

/* Digits and dots, 1 to 64 characters, no empty component. Leading zeros of a component are
 * forbidden by the standard but met in practice, and are let through.
 */
gboolean ic_uid_is_valid (const char *uid);

/* Each of @uids (NULL-terminated) once, in the order of its first appearance; free with
 * g_strfreev(). */
char **ic_uid_dup_unique (const char *const *uids);

/* A fresh UID below 2.25 from a random UUID (PS3.5 B.2); free with g_free(). */
char *ic_uid_generate (void);

G_END_DECLS
