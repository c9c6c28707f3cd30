/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which language a program speaks: that of the locale, as far as there are translations. They are
 * where they were installed, or in the folder that the environment variable IC_LOCALEDIR names (a
 * build tree has them in its po/). For main(), before any other thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void ic_language_set_up (void);

G_END_DECLS
