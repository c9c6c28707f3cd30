/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The practice archive: a dcmqrscp of DCMTK on this machine's loopback address with invented
 * patients, for staff to practise on and for tests. It outlives the program that starts it; a
 * state file in its directory says where it is. Blocking: not for the interface's thread.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define IC_PRACTICE_AET "PRACTICE"
#define IC_PRACTICE_PORT 11112 /* where it is free */

/* Starts the archive kept in @directory, which is made and filled on the first start (some 80 MB,
 * a few seconds) and later keeps what was sent to it. Every AE title may call. dcmqrscp cannot be
 * told an address to listen on; a preloaded module confines it to 127.0.0.1, and an archive that
 * listens elsewhere all the same is ended at once. @port receives the port, also when
 * IC_ERROR_CONFLICT says that it runs already. IC_ERROR_UNSUPPORTED when DCMTK's programs are not
 * installed, IC_ERROR_BUSY when another start or stop is under way, IC_ERROR_TIMED_OUT when it
 * does not answer, G_IO_ERROR_CANCELLED. A new archive that did not get finished is removed.
 */
gboolean ic_practice_start (const char *directory,
                            guint16 *port,
                            GCancellable *cancellable,
                            GError **error);

/* TRUE when the archive of @directory runs; @port (may be NULL) receives its port. A state file
 * left over from a process that is gone, or whose number belongs to another one now, counts as
 * not running.
 */
gboolean ic_practice_is_running (const char *directory, guint16 *port);

/* Ends the archive of @directory and the associations it serves, and no other process.
 * IC_ERROR_NOT_FOUND when it does not run, IC_ERROR_TIMED_OUT when it will not end.
 */
gboolean ic_practice_stop (const char *directory, GError **error);

G_END_DECLS
