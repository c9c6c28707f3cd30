/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The settings of the data directory, which everybody who uses it shares. Each is checked while one
 * types and kept when it is applied; the log says who changed what.
 */
#pragma once

#include "model/ic-workspace.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define IC_TYPE_PREFERENCES_WINDOW (ic_preferences_window_get_type ())
G_DECLARE_FINAL_TYPE (IcPreferencesWindow,
                      ic_preferences_window,
                      IC,
                      PREFERENCES_WINDOW,
                      AdwPreferencesWindow)

GtkWindow *ic_preferences_window_new (GtkWindow *parent, IcWorkspace *workspace);

G_END_DECLS
