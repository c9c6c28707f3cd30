/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The headers of libburn and libisofs, in the one order in which they agree about burn_source,
 * and their message queues. Included only in this folder. Neither library may print: everything
 * they say is queued here and becomes a GError.
 */
#pragma once

#include <stdint.h>
#include <sys/types.h>

#include <libburn/libburn.h>
#include <libisofs/libisofs.h>

#include <gio/gio.h>

G_BEGIN_DECLS

/* Starts libisofs once for the process, silent. IC_ERROR_INTERNAL when it does not start. */
gboolean ic_libisofs_ensure (GError **error);

/* Empties the queue of libisofs. When it held a message that means a spoilt image, sets @error
 * with @code and returns FALSE.
 */
gboolean ic_libisofs_check_messages (int code, GError **error);

/* The same for libburn, which runs between burn_initialize() and burn_finish(). With @grave_only
 * complaints below FAILURE do not count: a drive may refuse a speed and yet write well. An errno
 * that libburn names is given precedence over @code.
 */
void ic_libburn_silence (void);
gboolean ic_libburn_check_messages (int code, gboolean grave_only, GError **error);

G_END_DECLS
