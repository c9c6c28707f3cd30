/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every act needs: the data directory, its database, this program's session in it, and who is
 * acting. Opened once by application or command line and handed to the jobs. Reference counted,
 * immutable, usable from every thread.
 */
#pragma once

#include "domain/ic-node.h"
#include "store/ic-session.h"
#include "store/ic-store.h"

G_BEGIN_DECLS

typedef struct _IcDesk IcDesk;

/* Opens @path (NULL: the usual place) and clears away what dead sessions left behind. */
IcDesk *ic_desk_open (const char *path, GError **error);

/* The same; @progress is told how far a long log is that has to be changed for this version first.
 */
IcDesk *ic_desk_open_with_progress (const char *path, IcProgress *progress, GError **error);
IcDesk *ic_desk_ref (IcDesk *self);
void ic_desk_unref (IcDesk *self);

IcDataDir *ic_desk_get_data_dir (IcDesk *self);
IcStore *ic_desk_get_store (IcDesk *self);
IcSession *ic_desk_get_session (IcDesk *self);

/* The login name of whoever runs the program. */
const char *ic_desk_get_operator (IcDesk *self);

/* A setting, or what it is without one; free with g_free(). Keys: "our-aet" (COURIER), "port"
 * (11113), "address" to listen on (0.0.0.0, all of this machine), "institution" (""), "contact"
 * (""), PEM files that secure what comes to us: "tls-cert", "tls-key" and "tls-ca" (""), "viewer"
 * (lossless), and how people want their discs: "disc-profile" (as-stored), "disc-speed" (0, the
 * fastest), "disc-eject" (yes). "keep-days" (0, for ever): how long studies stay here.
 */
char *ic_desk_dup_setting (IcDesk *self, const char *key, GError **error);

/* What patient IDs that must be made up depend on: random, the same for the life of the data
 * directory, never shown; free with g_free().
 */
char *ic_desk_ensure_id_secret (IcDesk *self, GError **error);

/* The node called @name; IC_ERROR_NOT_FOUND without one. */
IcNode *ic_desk_find_node (IcDesk *self, const char *name, GError **error);

/* How we call ourselves to @node; free with g_free(). */
char *ic_desk_dup_calling_aet (IcDesk *self, IcNode *node, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcDesk, ic_desk_unref)

G_END_DECLS
