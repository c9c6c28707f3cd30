/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The presence of one running program in a data directory: folders of its own for what comes in and
 * for what is spooled, and a lock that says it lives. What it leaves behind when it dies is cleared
 * by the next sweep. Reference counted, usable from every thread.
 */
#pragma once

#include "store/ic-data-dir.h"

G_BEGIN_DECLS

typedef struct _IcSession IcSession;

/* Makes incoming/NAME and spool/NAME for a fresh random NAME. */
IcSession *ic_session_open (IcDataDir *data_dir, GError **error);
IcSession *ic_session_ref (IcSession *self);

/* The last one removes the folders with all that is left in them. */
void ic_session_unref (IcSession *self);

const char *ic_session_get_name (IcSession *self);

/* "incoming/NAME" and "spool/NAME", relative to the data directory. */
const char *ic_session_get_incoming (IcSession *self);
const char *ic_session_get_spool (IcSession *self);

/* "spool/NAME/WHAT-1": a place there that is given to nobody else, for several transfers of a
 * program may be under way at a time. Free with g_free().
 */
char *ic_session_dup_spool_place (IcSession *self, const char *what);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcSession, ic_session_unref)

G_END_DECLS
