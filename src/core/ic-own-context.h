/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A main context for a thread that talks to workers: default of the thread from entering to
 * leaving. Declare it before whatever lives in it, so that it is left last.
 *
 *   g_autoptr(IcOwnContext) context = ic_own_context_enter ();
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef GMainContext IcOwnContext;

IcOwnContext *ic_own_context_enter (void);

/* Lets what is waiting in it run, since GDBus frees what belonged to a proxy from an idle source;
 * then the thread has its former default again.
 */
void ic_own_context_leave (IcOwnContext *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcOwnContext, ic_own_context_leave)

G_END_DECLS
