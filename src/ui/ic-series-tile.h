/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One series in the pane beside the list: its picture, title and how many images it has. */
#pragma once

#include "model/ic-series-row.h"
#include "model/ic-workspace.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define IC_TYPE_SERIES_TILE (ic_series_tile_get_type ())
G_DECLARE_FINAL_TYPE (IcSeriesTile, ic_series_tile, IC, SERIES_TILE, GtkWidget)

GtkWidget *ic_series_tile_new (void);

/* @source: the node that is asked for a picture of what is not here; "" for none. NULL series: it
 * shows nothing.
 */
void ic_series_tile_show (IcSeriesTile *self,
                          IcWorkspace *workspace,
                          IcSeriesRow *series,
                          const char *source);

G_END_DECLS
