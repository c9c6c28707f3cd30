/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of studies and series that the viewer on a medium loads first. Pure; only IcFileSet uses
 * it.
 */
#pragma once

#include "disc/ic-file-set-text.h"

G_BEGIN_DECLS

/* VIEWER/DATA/INDEX.JS: one call with an object, in ASCII. The facts must have a viewer. */
GBytes *ic_file_set_viewer_new_index (const IcFileSetFacts *facts);

G_END_DECLS
